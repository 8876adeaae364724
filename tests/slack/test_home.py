"""The Home tab before the strict Slack: what it shows to whom, and that it follows what changes."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.slack import blocks, home
from bot.cards import Actions, Button, Card, Element, body, literal
from bot.home import Visitor
from tests.slack.validate import view_problems
from tests.slack_stage import SlackStage, slack_stage


@pytest.fixture
async def team(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackStage]:
    monkeypatch.setattr(home, "GATHER", 0.05)
    monkeypatch.setattr(home, "PACE", 0.01)
    async with slack_stage() as stage:
        yield stage


def publishes(team: SlackStage) -> int:
    return [call.method for call in team.slack.calls].count("views.publish")


async def test_it_shows_the_charter_what_was_asked_and_how_things_are_set(team: SlackStage) -> None:
    dana, noa = team.slack.person("Dana"), team.slack.person("Noa")
    await dana.types("@Mission should we build a social network?")
    await team.settled()
    await dana.clicks("Conflicts")
    await team.settled()
    await dana.opens_home()
    await noa.opens_home()
    await team.settled()
    assert "M1 Empower individuals" in dana.reads_home()
    assert "✕ Conflicts · should we build a social network?\nasked by you, today" in (
        dana.reads_home()
    )
    assert "asked by Dana Diaz, today" in noa.reads_home()
    assert "Your time zone: Europe/Berlin" in noa.reads_home()
    assert "Charter owned by: Dana Diaz" in noa.reads_home()
    assert "Language model: none connected" in noa.reads_home()
    # Roles are for the owner to change.
    assert "[Change roles]" in dana.reads_home()
    assert "[Change roles]" not in noa.reads_home()
    await noa.clicks_home("Open")
    await team.settled()
    assert "Conflicts · should we build a social network?" in noa.reads_modal()
    await dana.clicks_home("Change my times")
    await team.settled()
    assert "Time zone" in dana.reads_modal()
    await dana.closes(all_of_them=True)
    await dana.clicks_home("Change roles")
    await team.settled()
    assert dana.modal
    assert dana.modal.view["title"]["text"] == "Roles"
    assert (dana.problems, noa.problems, team.refused()) == ([], [], [])


async def test_what_others_asked_between_themselves_and_the_bot_is_not_there(
    team: SlackStage,
) -> None:
    dana, noa = team.slack.person("Dana"), team.slack.person("Noa")
    await dana.types("/mission ask should we sell rings?")  # a command: nobody else saw it
    await dana.types("should we sell watches?", "mission")
    await dana.types("@Mission should we sell shoes?", "secret")
    await dana.types("@Mission should we sell hats?")
    await team.settled()
    await dana.opens_home()
    await noa.opens_home()
    await team.settled()
    assert "sell hats" in noa.reads_home()
    for private in ("sell rings", "sell watches", "sell shoes"):
        assert private not in noa.reads_home()
    # Her own, but what was said in a private channel stays there.
    assert "sell rings" in dana.reads_home()
    assert "sell watches" in dana.reads_home()
    assert "sell shoes" not in dana.reads_home()
    message = next(m for m in dana.sees() if m.only_for)
    await dana.clicks("Share", message=message)
    await team.settled()
    await noa.opens_home()
    await team.settled()
    assert "sell rings" in noa.reads_home()
    assert team.refused() == []


async def test_it_follows_a_verdict_a_call_a_charter_and_roles(team: SlackStage) -> None:
    dana, noa = team.slack.person("Dana"), team.slack.person("Noa")
    await noa.opens_home()
    await team.settled()
    assert "Nothing yet. Try:" in noa.reads_home()
    await dana.types("@Mission should we sell rings?")
    await team.settled()
    assert "No call yet · should we sell rings?" in noa.reads_home()
    await dana.clicks("Fits")
    await team.settled()
    assert "Fits · should we sell rings?" in noa.reads_home()
    await dana.types("/mission edit")
    await team.settled()
    await dana.fills({"Vision": "Everybody acts on their own health data."})
    await team.settled()
    assert "Everybody acts on their own health data." in noa.reads_home()
    await dana.types("/mission roles")
    await team.settled()
    await dana.fills({"owners": [noa.human.name]})
    await team.settled()
    assert "Charter owned by: Noa Novak" in noa.reads_home()
    assert "[Change roles]" in noa.reads_home()
    assert team.refused() == []


async def test_what_changes_nothing_is_not_published(team: SlackStage) -> None:
    dana = team.slack.person("Dana")
    await dana.opens_home()
    await team.settled()
    before = publishes(team)
    await dana.types("/mission")
    await dana.types("/mission help")
    await team.settled()
    assert publishes(team) == before


async def test_many_changes_at_once_make_few_rounds(team: SlackStage) -> None:
    dana, noa = team.slack.person("Dana"), team.slack.person("Noa")
    await noa.opens_home()
    await team.settled()
    before = publishes(team)
    for number in range(8):
        await dana.types(f"@Mission should we sell {number} rings?")
    await team.settled()
    assert 1 <= publishes(team) - before <= 4
    followed = noa.reads_home()
    assert followed.count("· should we sell") == 5
    # It shows what somebody sees who opens it now.
    await noa.opens_home()
    await team.settled()
    assert noa.reads_home() == followed
    assert team.slack.rates.impatient == []


async def test_without_a_charter_it_says_how_to_begin() -> None:
    async with slack_stage(sample=False) as team:
        noa = team.slack.person("Noa")
        await noa.opens_home()
        await team.settled()
        assert "No charter here yet" in noa.reads_home()
        assert "Your time zone: Europe/Berlin" in noa.reads_home()
        assert "Asked lately" not in noa.reads_home()
        await noa.clicks_home("See a sample")
        await team.settled()
        assert "A sample: the charter of Vitals" in noa.reads_modal()
        assert "Empower individuals" in noa.reads_modal()
        await noa.clicks("Write the charter")
        await team.settled()
        assert "Write the charter" in noa.reads_modal()
        await noa.fills({"Name": "Rings", "Mission": "Rings for everybody."})
        await team.settled()
        assert "Rings for everybody." in noa.reads_home()
        assert (noa.problems, team.refused()) == ([], [])


async def test_a_room_that_fails_leaves_the_others_their_place() -> None:
    async def broken(visitor: Visitor) -> list[Element]:
        raise RuntimeError("no table")

    async with slack_stage(more=(broken,)) as team:
        noa = team.slack.person("Noa")
        await noa.opens_home()
        await team.settled()
        assert "A part of this page could not be read." in noa.reads_home()
        assert "Settings" in noa.reads_home()


async def test_the_first_one_who_opens_it_is_welcomed_once() -> None:
    async with slack_stage(sample=False) as team:
        noa, dana = team.slack.person("Noa"), team.slack.person("Dana")
        for person in (noa, dana, noa):
            await person.opens_home("messages")
            await team.settled()
        assert noa.reads("mission").count("Mission is installed") == 1
        assert dana.reads("mission") == ""
        team.adapter._greeted.clear()  # after a restart
        team.clock.advance(timedelta(days=30))
        await dana.opens_home()
        await team.settled()
        assert dana.reads("mission") == ""
        assert team.refused() == []


async def test_where_there_is_a_charter_nobody_is_welcomed(team: SlackStage) -> None:
    noa = team.slack.person("Noa")
    await noa.opens_home("messages")
    await team.settled()
    assert noa.reads("mission") == ""


def test_a_long_charter_leaves_room_for_what_stands_below() -> None:
    much = Card(summary="Much", elements=tuple(literal("many words " * 200) for _ in range(120)))
    rest = (body("**Settings**"), Actions(buttons=(Button(label="Change", action="a.b"),)))
    view = blocks.home(much, rest)
    assert view_problems(view) == []
    *_, cut, heading, buttons = view["blocks"]
    assert cut["elements"][0]["text"] == "… Shortened to fit here."
    assert "Settings" in json.dumps(heading)
    assert buttons["elements"][0]["text"]["text"] == "Change"
