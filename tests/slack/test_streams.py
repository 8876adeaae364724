"""An answer that takes the model long, in direct messages: begun, then finished, once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from adapters.slack import agent, streams
from bot.ask.model import Judgement, Precedent
from bot.ask.ports import Asked
from bot.charter.model import InForce
from tests.fake_slack import Fault
from tests.fake_slack.world import Message
from tests.fakes import ScriptedJudge
from tests.golden import hostile
from tests.slack_stage import SlackStage, slack_stage

CONFLICTS = Judgement(kind="conflicts", opposes=("N1",), confidence="sure", model="judge-1")
ASKED = "should we build a social network?"


class HeldJudge(ScriptedJudge):
    """Answers when it is let to."""

    def __init__(self) -> None:
        super().__init__([CONFLICTS] * 50)
        self.free = asyncio.Event()

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        await self.free.wait()
        return await super().judge(charter, asked, precedents)


@asynccontextmanager
async def held(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[SlackStage, HeldJudge]]:
    monkeypatch.setattr(agent, "SOON", 0.01)
    monkeypatch.setattr(agent, "LONG", 0.01)
    judge = HeldJudge()
    async with slack_stage(judge=judge) as team:
        yield team, judge


def said(team: SlackStage, place: str = "mission", who: str = "Dana") -> list[Message]:
    return [m for m in team.slack.person(who).sees(place) if m.by_app]


def made(team: SlackStage, method: str) -> int:
    return [call.method for call in team.slack.calls].count(method)


async def test_a_message_is_begun_and_becomes_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with held(monkeypatch) as (team, judge):
        dana = team.slack.person("Dana")
        await dana.types(ASKED, "mission")
        await team.slack.until(lambda: bool(said(team)))
        assert "(in_progress: Reading the charter)" in dana.reads("mission")
        (message,) = said(team)
        assert message.streaming
        judge.free.set()
        await team.settled()
        assert said(team) == [message]
        assert not message.streaming
        assert "(complete: Read the charter)\n✕ Conflicts · should we build" in (
            dana.reads("mission")
        )
        assert message.metadata
        assert message.metadata["event_type"] == "missionbot_said"
        # Its buttons are those of any answer.
        await dana.clicks("I disagree", "mission")
        await team.settled()
        assert dana.modal
        assert (team.refused(), dana.problems) == ([], [])


async def test_in_a_channel_there_is_the_status_and_a_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with held(monkeypatch) as (team, judge):
        await team.slack.person("Dana").types(f"@Mission {ASKED}")
        await team.slack.until(lambda: bool(team.slack.world.statuses))
        judge.free.set()
        await team.settled()
        assert len(said(team, "product")) == 1
        assert made(team, "chat.startStream") == 0


async def test_an_answer_that_comes_soon_begins_nothing() -> None:
    judge = HeldJudge()
    judge.free.set()
    async with slack_stage(judge=judge) as team:
        await team.slack.person("Dana").types(ASKED, "mission")
        await team.settled()
        assert len(said(team)) == 1
        assert made(team, "chat.startStream") == 0


@pytest.mark.parametrize(
    "fault", [Fault.no("not_allowed_token_type"), Fault.wait("30"), Fault.http(503)]
)
async def test_where_slack_takes_none_it_is_a_message(
    monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    async with held(monkeypatch) as (team, judge):
        team.slack.next("chat.startStream", fault)
        await team.slack.person("Dana").types(ASKED, "mission")
        await team.slack.until(lambda: len(team.slack.world.statuses) > 0)
        await asyncio.sleep(0.1)
        judge.free.set()
        await team.settled()
        (message,) = said(team)
        assert message.tasks == {}
        assert "Conflicts" in team.slack.person("Dana").reads("mission")


async def test_no_more_are_begun_than_slack_takes_in_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with held(monkeypatch) as (team, judge):
        dana = team.slack.person("Dana")
        for number in range(25):
            await dana.types(f"should we build {number} social networks?", "mission")
        await team.slack.until(lambda: made(team, "chat.startStream") >= streams.MOST)
        judge.free.set()
        await team.settled()
        assert len(said(team)) == 25
        assert made(team, "chat.startStream") == streams.MOST
        assert made(team, "chat.stopStream") == streams.MOST
        assert not any(message.streaming for message in said(team))
        limited = [method for method, error in team.refused() if method.endswith("Stream")]
        assert limited == []


async def test_one_that_slack_closed_meanwhile_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with held(monkeypatch) as (team, judge):
        dana = team.slack.person("Dana")
        await dana.types(ASKED, "mission")
        await team.slack.until(lambda: bool(said(team)))
        team.slack.later(400)
        judge.free.set()
        await team.settled()
        (message,) = said(team)
        assert message.edited
        assert "Conflicts" in dana.reads("mission")


@pytest.mark.parametrize("fault", [Fault.cut_before(), Fault.cut_after()])
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_broken_line_at_the_end_leaves_one_answer(
    monkeypatch: pytest.MonkeyPatch, fault: Fault, restarted: bool
) -> None:
    async with held(monkeypatch) as (team, judge):
        dana = team.slack.person("Dana")
        team.slack.next("chat.stopStream", fault)
        await dana.types(ASKED, "mission")
        await team.slack.until(lambda: bool(said(team)))
        judge.free.set()
        await team.settled()
        if restarted:
            team.app._live._all.clear()  # what another process does not know
        assert await team.inbox.recover(alone=True) == 1
        await team.settled()
        (message,) = said(team)
        assert not message.streaming
        assert dana.reads("mission").count("✕ Conflicts") == 1
        assert await team.inbox.recover(alone=True) == 0


@pytest.mark.parametrize("text", [*hostile.MENTIONS, *hostile.LINKS])
async def test_what_was_typed_calls_nobody_there(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    async with held(monkeypatch) as (team, judge):
        await team.slack.person("Dana").types(f"should we tell {' '.join(text.split())}", "mission")
        await team.slack.until(lambda: bool(said(team)))
        judge.free.set()
        await team.settled()
        assert (team.slack.notified, team.slack.unfurled, team.refused()) == ([], [], [])
