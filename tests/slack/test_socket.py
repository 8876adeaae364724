"""Socket Mode: the same bot, over a connection that it opens itself."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import WSMsgType, web

from bot.errors import UserFacing
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.slack.conftest import Running, running
from tests.slack.local_slack import BOT, TEAM, TOKEN, LocalSlack
from tests.slack.test_beside import until

APP_TOKEN = "xapp-local"


class Wire:
    """The far end of the connection."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, object] = {}
        self.open: list[web.WebSocketResponse] = []

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        wire = web.WebSocketResponse()
        await wire.prepare(request)
        self.open.append(wire)
        await wire.send_json({"type": "hello"})
        async for message in wire:
            if message.type == WSMsgType.TEXT:
                told = json.loads(message.data)
                self.acknowledged[told["envelope_id"]] = told.get("payload")
        self.open.remove(wire)
        return wire

    async def send(self, kind: str, id_: str, payload: dict[str, object], retry: int = 0) -> None:
        envelope = {"type": kind, "envelope_id": id_, "payload": payload, "retry_attempt": retry}
        await self.open[-1].send_json({**envelope, "accepts_response_payload": True})


@pytest_asyncio.fixture
async def wire(slack: LocalSlack) -> AsyncIterator[Wire]:
    wire = Wire()
    app = web.Application()
    app.add_routes([web.get("/", wire.serve)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.socket_url = f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    slack.tokens[APP_TOKEN] = TEAM
    yield wire
    await runner.cleanup()


@pytest_asyncio.fixture
async def by_socket(sqlite_url: str, slack: LocalSlack, wire: Wire) -> AsyncIterator[Running]:
    storage = Storage(open_engine(sqlite_url))
    async with running(storage, slack, bot_token=TOKEN, app_token=APP_TOKEN) as bot:
        await until(lambda: wire.open)
        yield bot
    await storage.close()


def mention(ts: str) -> dict[str, object]:
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": ts}
    event["text"] = f"<@{BOT}> does it fit?"
    return {"type": "event_callback", "event_id": f"E{ts}", "team_id": TEAM, "event": event}


async def test_events_commands_and_forms_come_by_socket(by_socket: Running, wire: Wire) -> None:
    await wire.send("events_api", "e1", mention("1.1"))
    await wire.send("events_api", "e2", mention("1.1"), retry=1)
    await until(lambda: {"e1", "e2"} <= set(wire.acknowledged))
    await by_socket.settled()
    (said,) = by_socket.slack.messages
    assert (said.thread, said.only) == ("1.1", None)
    command = {
        "command": "/mission",
        "text": "form",
        "user_id": "U1",
        "channel_id": "C1",
        "channel_name": "product",
        "team_id": TEAM,
        "trigger_id": by_socket.slack.trigger(),
        "response_url": by_socket.slack.response_url("C1", "U1"),
    }
    await wire.send("slash_commands", "e3", command)
    await until(lambda: by_socket.slack.views)
    (view,) = by_socket.slack.views.values()
    what, why = (block["block_id"] for block in view["blocks"])
    typed = {"type": "plain_text_input", "value": "twice"}
    submission = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": "U1", "team_id": TEAM},
        "view": {**view, "state": {"values": {what: {"f": typed}, why: {"f": typed}}}},
    }
    await wire.send("interactive", "e4", submission)
    await until(lambda: "e4" in wire.acknowledged)
    assert "decided already" in json.dumps(wire.acknowledged["e4"])


async def test_a_lost_connection_is_opened_anew(by_socket: Running, wire: Wire) -> None:
    await wire.open[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await asyncio.sleep(0.2)
    await until(lambda: wire.open)
    await wire.send("events_api", "e9", mention("9.9"))
    await until(lambda: "e9" in wire.acknowledged)
    await by_socket.settled()
    assert len(by_socket.slack.messages) == 1


async def test_nothing_is_listened_to_beside_the_socket(by_socket: Running) -> None:
    status, _ = await by_socket.send.command("")
    assert status == 404


async def test_a_refused_app_token_is_said(sqlite_url: str, slack: LocalSlack) -> None:
    storage = Storage(open_engine(sqlite_url))
    with pytest.raises(UserFacing, match="SLACK_APP_TOKEN"):
        async with running(storage, slack, bot_token=TOKEN, app_token="xapp-wrong"):
            pass
    await storage.close()
