"""The whole adapter before the strict Slack: people do things, and Slack says no to nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from aiohttp import web

from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.main import build_core
from adapters.slack.app import SlackApp
from adapters.slack.way_in import Access, open_slack
from bot.ask.model import Cap
from bot.delivery.inbox import Inbox
from bot.events import Person
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fake_slack import FakeSlack, Fault
from tests.fakes import FixedClock, WordReader
from tests.golden import hostile


@dataclass(kw_only=True)
class Team:
    slack: FakeSlack
    inbox: Inbox
    app: SlackApp

    async def settled(self) -> None:
        """Everything that came is answered, and what is done beside answers is done."""
        async with asyncio.timeout(30):
            for _ in range(3):  # what is done beside may begin something, and the other way round
                assert await self.inbox.drain(20)
                await self.app.settled()
                await asyncio.sleep(0.05)

    def refused(self) -> list[tuple[str, str]]:
        """Calls that Slack said no to."""
        return [(call.method, call.error) for call in self.slack.calls if call.error]


@pytest.fixture
async def team() -> AsyncIterator[Team]:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack().running())
        engine = open_engine("sqlite+aiosqlite://")
        await upgrade(engine)
        storage, clock = Storage(engine), FixedClock()
        stack.push_async_callback(storage.close)
        core = build_core(
            storage=storage,
            reader=WordReader(),  # type: ignore[arg-type]
            judge=None,
            cap=Cap(),
            clock=clock,
        )
        dana = Person(id=slack.person("Dana").human.id, name="Dana Diaz")
        await import_charter(
            core.charters, f"slack:{slack.home.id}:{slack.home.id}", SAMPLE, by=dana
        )
        adapter = await stack.enter_async_context(
            open_slack(
                Access(
                    signing_secret=slack.signing_secret,
                    api_url=slack.api_url,
                    bot_token=slack.bot_token,
                ),
                stored=storage.slack,
                secret=b"s" * 32,
                clock=clock,
                charter=core.charters.in_force,
                dispatch=core.router.dispatch,
            )
        )
        inbox = core.inbox({"slack": adapter.messenger})
        taking = await adapter.take(inbox)
        app = web.Application()
        app.add_routes(adapter.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield Team(slack=slack, inbox=inbox, app=taking)
        await inbox.drain(5)


async def test_slack_knows_the_address_as_ours(team: Team) -> None:
    assert await team.slack.delivery.challenge() == "say-this"


async def test_a_morning_of_a_team(team: Team) -> None:
    dana, priya = team.slack.person("Dana"), team.slack.person("Priya")
    await dana.types("/mission")
    await priya.types("@Mission should we build a social network?")
    await team.settled()
    assert "M1 Empower individuals" in dana.reads()
    assert "M1 Empower individuals" not in priya.reads()
    assert "N1 “No social network" in dana.reads()
    await priya.clicks("Conflicts")
    await team.settled()
    assert "Conflicts · should we build" in dana.reads()
    await priya.clicks("I disagree")
    await team.settled()
    await priya.fills({"How do you see it?": "Fits", "Why?": "It is a small one."})
    await team.settled()
    assert priya.modal is None
    await dana.types("/mission edit")
    await team.settled()
    await dana.fills({"Why this change?": "Once a year.", "Mission": ""}, send=False)
    await dana.fills({"Vision": ""})
    await team.settled()
    assert "A charter needs a mission or a vision" in dana.reads_modal()
    await dana.fills({"Vision": "Everybody acts on their own health data."})
    await team.settled()
    assert "version 2 adopted by Dana Diaz" in dana.reads()
    assert (dana.problems, team.refused(), team.slack.notified) == ([], [], [])


async def test_every_other_way_in(team: Team) -> None:
    dana = team.slack.person("Dana")
    await dana.types("what is our mission?", "mission")
    await dana.opens_home()
    await dana.opens_home("messages")
    await team.slack.bot_added("random")
    await team.settled()
    await dana.types("we could add followers", "random")
    await team.settled()
    assert "M1 “Empower individuals" in dana.reads("mission")
    assert "Metrics" in dana.reads_home()
    assert "Dana Diaz added me" in dana.reads("random")
    assert len(team.slack.world.prompts[dana.channel("mission").id]) == 4
    said = dana.sees("random")[-1]
    await dana.uses_shortcut("check_strategy", said)
    await team.settled()
    assert "N1 “No social network" in dana.reads_modal()
    await dana.uses_shortcut("record_decision", said)
    await team.settled()
    await dana.fills({"What was decided?": "We add followers."})
    await team.settled()
    assert (dana.problems, team.refused(), team.slack.notified) == ([], [], [])


async def test_the_rest_of_a_long_answer_is_for_who_wants_it(team: Team) -> None:
    dana, priya = team.slack.person("Dana"), team.slack.person("Priya")
    await dana.types("/mission edit")
    await team.settled()
    rules = "\n".join(f"Rule number {n}: " + "many words " * 30 for n in range(1, 9))
    await dana.fills({"principle": rules, "pillar": rules.replace("Rule", "Bet")})
    for section in ("audience", "metric", "non_goal"):
        await team.settled()
        await dana.types("/mission edit")
        await team.settled()
        await dana.fills({section: rules.replace("Rule", section)})
    await team.settled()
    await dana.types("@Mission show")
    await team.settled()
    public = dana.sees()[-1]
    before = priya.reads()
    assert "[Show all]" in before
    await dana.clicks("Show all", message=public)
    await team.settled()
    assert priya.reads() == before
    part = dana.sees()[-1]
    assert "… Part 2 of" in dana.reads()
    await dana.clicks("Back", message=part)
    await team.settled()
    assert dana.sees()[-1] is part
    assert "… Part 2 of" not in dana.reads()
    assert (dana.problems, team.refused()) == ([], [])


async def test_a_flaw_in_one_event_is_mended_by_the_next_try(team: Team) -> None:
    dana = team.slack.person("Dana")
    team.slack.next("chat.postMessage", Fault.wait("1"))
    attempts = await dana.types("@Mission should we sell data to advertisers?", copies=3)
    await team.settled()
    assert {attempt.status for attempt in attempts} == {200}
    assert dana.reads().count("Your call") == 1
    assert team.slack.rates.impatient == []


@pytest.mark.parametrize("text", [*hostile.MENTIONS, *hostile.LINKS, *hostile.MARKUP])
async def test_what_somebody_types_calls_nobody_and_is_not_fetched(team: Team, text: str) -> None:
    dana = team.slack.person("Dana")
    words = " ".join(text.split())
    await dana.types(f"/mission ask should we tell advertisers {words}")
    await dana.types(f"@Mission should we tell advertisers {words}")
    await dana.types(f"should we tell advertisers {words}", "mission")
    await team.settled()
    assert "[Not sure]" in dana.reads()
    assert "[Not sure]" in dana.reads("mission")
    assert (team.slack.notified, team.slack.unfurled, team.refused()) == ([], [], [])
