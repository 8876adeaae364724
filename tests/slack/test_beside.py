"""Home tab, agent view, message shortcuts."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from adapters.slack.agent import prompts
from adapters.slack.interactions import Heard, interaction
from bot.charter.model import InForce, Line, LineInForce
from bot.events import Event, FormSubmit, Shortcut
from tests.slack.conftest import Running
from tests.slack.local_slack import TEAM
from tests.storage.filled import charter


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def opened(tab: str, person: str = "U1") -> dict[str, Any]:
    return {"type": "app_home_opened", "user": person, "channel": f"D{person}", "tab": tab}


async def test_the_home_tab_shows_the_charter_and_its_buttons_work(bot: Running) -> None:
    assert (await bot.send.event(opened("home")))[0] == 200
    await until(lambda: bot.slack.homes)
    home = bot.slack.homes["U1"]
    assert "Charter v4" in json.dumps(home["blocks"])
    await bot.send.interact(
        {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": "U1", "team_id": TEAM},
            "trigger_id": bot.slack.trigger(),
            "container": {"type": "view", "view_id": "V0"},
            "view": {**home, "id": "V0"},
            "actions": [{"action_id": "tiny.form:2", "value": "", "action_ts": "1"}],
        }
    )
    await bot.settled()
    assert len(bot.slack.views) == 1
    assert bot.rooms.events[-1].conversation.id == "slack:T1:T1:DU1"


async def test_the_home_tab_follows_what_changes(bot: Running) -> None:
    await bot.send.event(opened("home"))
    await until(lambda: bot.slack.homes)
    published = [m for m, _ in bot.slack.calls].count("views.publish")
    await bot.send.command("")
    await bot.settled()
    await bot.send.click(bot.slack.messages[0], "tiny.later:1", "v1", person="U2")
    await bot.settled()
    await asyncio.sleep(1.2)
    # Nothing that it shows has changed, so it is not published.
    assert [m for m, _ in bot.slack.calls].count("views.publish") == published
    bot.rooms.title = "Charter v5"
    await bot.send.click(bot.slack.messages[0], "tiny.later:1", "v1", person="U2")
    await until(lambda: "Charter v5" in json.dumps(bot.slack.homes["U1"]))


async def test_opening_the_direct_messages_suggests_what_to_ask(bot: Running) -> None:
    await bot.send.event(opened("messages"))
    await until(
        lambda: any(m == "assistant.threads.setSuggestedPrompts" for m, _ in bot.slack.calls)
    )
    (sent,) = [s for m, s in bot.slack.calls if m == "assistant.threads.setSuggestedPrompts"]
    assert sent["channel_id"] == "DU1"
    assert [p["message"] for p in sent["prompts"]] == ["help", "edit"]


def test_prompts_come_from_the_charters_lines() -> None:
    line = Line(id="N1", kind="non_goal", text="A social feed; " * 10)
    in_force = InForce(
        charter=charter(),
        lines=(LineInForce(ref="N1", line=line, charter="Vitals", version=1),),
    )
    found = prompts(in_force)
    assert [p["message"] for p in found] == [
        "What is our mission?",
        "What are our non-goals?",
        "ask",
    ]
    assert all(len(p["title"]) <= 60 for p in found)


async def test_a_status_is_shown_while_thinking_and_taken_away(bot: Running) -> None:
    async def think(event: Event) -> None:
        await asyncio.sleep(1)

    bot.rooms.think = think
    ts, _ = await bot.send.direct("does it fit?")
    await bot.settled()
    await asyncio.sleep(0.1)
    said = [s for m, s in bot.slack.calls if m == "assistant.threads.setStatus"]
    assert [(s["thread_ts"], bool(s["status"])) for s in said] == [(ts, True), (ts, False)]


def shortcut(bot: Running, callback_id: str, text: str) -> dict[str, Any]:
    return {
        "type": "message_action",
        "callback_id": callback_id,
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": "U1", "team_id": TEAM},
        "channel": {"id": "C1", "name": "product"},
        "message": {"ts": "5.5", "text": text, "user": "U2"},
        "message_ts": "5.5",
        "trigger_id": bot.slack.trigger(),
        "response_url": bot.slack.response_url("C1", "U1"),
    }


async def test_check_against_strategy_opens_a_modal_with_the_verdict(bot: Running) -> None:
    async def think(event: Event) -> None:
        await asyncio.sleep(0.5)

    bot.rooms.think = think
    await bot.send.interact(shortcut(bot, "check_strategy", "Let's sell &lt;data&gt;, <@U2>"))
    await until(lambda: bot.slack.views)
    (view,) = bot.slack.views.values()
    assert "Reading the charter" in json.dumps(view)
    await bot.settled()
    (view,) = bot.slack.views.values()
    assert "Let's sell <data>, @Priya Patel" in json.dumps(view)
    assert bot.slack.messages == []
    # Its buttons work, and answer in it.
    button = view["blocks"][-1]["elements"][0]
    bot.rooms.think = None
    await bot.send.interact(
        {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": "U1", "team_id": TEAM},
            "trigger_id": bot.slack.trigger(),
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "actions": [{**button, "action_ts": "1"}],
        }
    )
    await bot.settled()
    (view,) = bot.slack.views.values()
    assert "Noted yes:v1" in json.dumps(view)
    assert bot.rooms.events[-1].conversation.id == "slack:T1:T1:C1"


async def test_a_verdict_whose_modal_could_not_open_comes_as_a_message(bot: Running) -> None:
    bot.slack.answers["views.open"] = ["expired_trigger_id"]
    await bot.send.interact(shortcut(bot, "check_strategy", "Let's sell data"))
    await bot.settled()
    (said,) = bot.slack.messages
    assert (said.only, said.text) == ("U1", "Fits: Let's sell data")


async def test_record_as_decision_opens_the_form_within_the_trigger(bot: Running) -> None:
    async def think(event: Event) -> None:
        await asyncio.sleep(0.3)

    bot.rooms.think = think
    await bot.send.interact(shortcut(bot, "record_decision", "We drop Android"))
    await until(lambda: bot.slack.views)
    (view,) = bot.slack.views.values()
    assert "Opening the form" in json.dumps(view)
    await bot.settled()
    (view,) = bot.slack.views.values()
    field = next(block for block in view["blocks"] if block["type"] == "input")
    assert field["element"]["initial_value"] == "We drop Android"
    typed = {"type": "plain_text_input", "value": "We drop Android in May"}
    status, _ = await bot.send.submit(view, {field["block_id"]: {"filled": typed}})
    await bot.settled()
    assert status == 200
    sent = bot.rooms.events[-1]
    assert isinstance(sent, FormSubmit)
    assert sent.text("what") == "We drop Android in May"
    assert sent.state == "https://acme.slack.com/archives/C1/p55"
    assert sent.conversation.id == "slack:T1:T1:C1"


async def test_a_form_that_slack_does_not_open_comes_with_its_button(bot: Running) -> None:
    bot.slack.answers["views.open"] = ["expired_trigger_id", "expired_trigger_id"]
    await bot.send.interact(shortcut(bot, "record_decision", "We drop Android"))
    await bot.settled()
    (said,) = bot.slack.messages
    assert (said.only, said.text) == ("U1", "Decide is ready")
    assert "tiny.form" in json.dumps(said.blocks)


@pytest.mark.parametrize(
    ("team", "message", "link"),
    [
        ({"domain": "acme"}, {"ts": "17.5"}, "https://acme.slack.com/archives/C1/p175"),
        (
            {"domain": "acme.enterprise"},
            {"ts": "17.5", "thread_ts": "16.1"},
            "https://acme.enterprise.slack.com/archives/C1/p175?thread_ts=16.1&cid=C1",
        ),
        ({"domain": "evil.example/"}, {"ts": "17.5"}, ""),
        ({}, {"ts": "17.5"}, ""),
        ({"domain": "acme"}, {"ts": "x"}, ""),
        ({"domain": "acme"}, {}, ""),
    ],
)
def test_where_the_message_stands(team: dict[str, str], message: dict[str, str], link: str) -> None:
    body = {
        "type": "message_action",
        "callback_id": "record_decision",
        "team": {"id": TEAM, **team},
        "user": {"id": "U1"},
        "channel": {"id": "C1", "name": "product"},
        "message": {"text": "We drop it", **message},
        "trigger_id": "1.1",
    }
    heard = interaction(body, workspace="slack:T1:T1", names={})
    assert isinstance(heard, Heard)
    assert isinstance(heard.event, Shortcut)
    assert heard.event.link == link
