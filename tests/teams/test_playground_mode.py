"""Before the Agents Playground, which opens no dialogs from buttons: forms are messages."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from storage.unit_of_work import Storage
from tests.fake_teams import FakeTeams
from tests.fake_teams.reading import inputs
from tests.fake_teams.world import Message
from tests.teams.running import Running, running


@pytest_asyncio.fixture
async def bot(storage_file: Storage, teams: FakeTeams) -> AsyncIterator[Running]:
    teams.identity.tokens.append("")
    teams.connector._authorised = lambda request: None  # type: ignore[method-assign]
    async with running(storage_file, teams, app_id="", password="", loopback=True) as bot:
        yield bot


async def sends(teams: FakeTeams, **changes: Any) -> None:
    """Dana's own chat with the bot sends it, without any proof, as the Playground does."""
    dana = teams.person("Dana").human
    told = teams.delivery.activity("message", dana, teams.world.personal(dana), None)
    body = json.dumps({**told, "id": teams.world.id(), **changes})
    assert (await teams.delivery.post(body)).status == 200


async def form(bot: Running, teams: FakeTeams) -> Message:
    await sends(teams, text="form")
    await bot.settled()
    return teams.person("Dana").sees("mission")[-1]


def filled(message: Message, what: str) -> dict[str, Any]:
    """What the Playground sends when the form's own button is pressed."""
    card = message.activity["attachments"][0]["content"]
    assert list(inputs(card)) == ["text_what", "text_why"]
    return {**card["actions"][0]["data"], "text_what": what}


async def test_a_form_is_a_message_with_its_title(bot: Running, teams: FakeTeams) -> None:
    message = await form(bot, teams)
    assert "Decide" in teams.person("Dana").words(message)
    assert "There is a form for it" not in teams.person("Dana").reads("mission")
    assert "task/fetch" not in json.dumps(message.activity)


async def test_what_is_filled_in_is_taken(bot: Running, teams: FakeTeams) -> None:
    message = await form(bot, teams)
    await sends(teams, text="", value=filled(message, "Drop it"), replyToId=message.id)
    await bot.settled()
    assert "Saved Drop it (s1)" in teams.person("Dana").reads("mission")


async def test_what_is_wrong_with_it_is_said(bot: Running, teams: FakeTeams) -> None:
    message = await form(bot, teams)
    await sends(teams, text="", value=filled(message, "twice"), replyToId=message.id)
    await bot.settled()
    assert "That is decided already." in teams.person("Dana").reads("mission")


async def test_no_button_waits_for_a_dialog(bot: Running, teams: FakeTeams) -> None:
    await sends(teams, text="show")
    await bot.settled()
    board = teams.person("Dana").sees("mission")[-1]
    assert "Fill in" in json.dumps(board.activity)
    assert "task/fetch" not in json.dumps(board.activity)
