"""A small Slack on loopback: keeps what was posted, lends triggers and response URLs, signs what
it sends. It can be told to be slow, to break off, to ask to wait."""

import asyncio
import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

SECRET = "local-signing-secret"
TEAM = "T1"
BOT = "UBOT"
TOKEN = "xoxb-local"
PEOPLE = {
    "U1": "Dana Diaz",
    "U2": "Priya Patel",
    "U3": "Erik Ek",
    "U4": "Noa Novak",
}
CHANNELS = {"C1": ("product", False), "C2": ("secret", True), "C3": ("random", False)}


@dataclass(kw_only=True)
class Message:
    channel: str
    ts: str
    blocks: list[dict[str, Any]]
    text: str
    thread: str | None = None
    only: str | None = None
    metadata: Mapping[str, Any] | None = None
    url: str | None = None


@dataclass(kw_only=True)
class LocalSlack:
    """What is there, and what was called."""

    base: str = ""
    messages: list[Message] = field(default_factory=list)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    triggers: dict[str, float] = field(default_factory=dict)
    urls: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    not_in: set[str] = field(default_factory=set)
    """Channels that the bot is not in."""
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: TEAM})
    answers: dict[str, list[Any]] = field(default_factory=dict)
    """By method, what comes next in place of the usual: an error's name, a status, "drop"."""
    slow: float = 0.0
    socket_url: str = ""
    numbers: Any = field(default_factory=lambda: count(1))

    def ts(self) -> str:
        return f"1700000000.{next(self.numbers):06}"

    def trigger(self) -> str:
        made = f"{next(self.numbers)}.1.abc"
        self.triggers[made] = time.monotonic()
        return made

    def response_url(self, channel: str, person: str) -> str:
        made = f"{self.base}/respond/{next(self.numbers)}"
        self.urls[made] = (channel, person, 0)
        return made

    def seen_by(self, person: str, channel: str) -> list[Message]:
        return [m for m in self.messages if m.channel == channel and m.only in (None, person)]

    # The Web API

    async def api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        sent: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            sent |= await request.json()
        else:
            sent |= {name: str(v) for name, v in (await request.post()).items()}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append((method, sent))
        if self.slow:
            await asyncio.sleep(self.slow)
        planned = self.answers.get(method)
        if planned:
            plan = planned.pop(0)
            if plan == "drop":
                await self.do(method, sent)
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            if isinstance(plan, tuple):
                return web.json_response(
                    {"ok": False, "error": "ratelimited"},
                    status=plan[0],
                    headers={"Retry-After": plan[1]} if plan[1] is not None else {},
                )
            if isinstance(plan, Mapping):
                return web.json_response(plan)
            return web.json_response({"ok": False, "error": plan})
        if method != "oauth.v2.access" and token not in self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        return web.json_response(await self.do(method, sent))

    async def do(self, method: str, sent: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "auth.test":
                return {"ok": True, "team_id": TEAM, "user_id": BOT, "bot_id": "B1"}
            case "apps.connections.open":
                return {"ok": True, "url": self.socket_url}
            case "users.info":
                name = PEOPLE.get(sent["user"])
                if name is None:
                    return {"ok": False, "error": "user_not_found"}
                user = {"id": sent["user"], "name": "x", "profile": {"display_name": name}}
                user["tz"] = "Europe/Berlin"
                return {"ok": True, "user": user}
            case "conversations.info":
                name, private = CHANNELS[sent["channel"]]
                told = {"id": sent["channel"], "name": name, "is_private": private}
                return {"ok": True, "channel": {**told, "is_channel": True}}
            case "chat.postMessage" | "chat.postEphemeral":
                return self._post(sent)
            case "chat.update":
                found = next(m for m in self.messages if m.ts == sent["ts"] and not m.only)
                found.blocks, found.text = sent["blocks"], sent["text"]
                return {"ok": True, "ts": sent["ts"], "channel": sent["channel"]}
            case "views.open":
                return self._open(sent)
            case "views.update":
                if sent["view_id"] not in self.views:
                    return {"ok": False, "error": "not_found"}
                self.views[sent["view_id"]] = {**sent["view"], "id": sent["view_id"]}
                return {"ok": True}
            case "views.publish":
                self.homes[sent["user_id"]] = sent["view"]
                return {"ok": True}
            case "conversations.replies" | "conversations.history":
                thread = sent.get("ts")
                found = [
                    {"ts": m.ts, "metadata": m.metadata}
                    for m in self.messages
                    if m.channel == sent["channel"] and not m.only and m.thread == thread
                ]
                return {"ok": True, "messages": found}
            case "assistant.threads.setStatus" | "assistant.threads.setSuggestedPrompts":
                return {"ok": True}
        return {"ok": False, "error": "unknown_method"}

    def _post(self, sent: dict[str, Any]) -> dict[str, Any]:
        channel = sent["channel"]
        if channel in self.not_in:
            return {"ok": False, "error": "not_in_channel"}
        channel = f"D{channel}" if channel[0] == "U" else channel
        posted = Message(
            channel=channel,
            ts=self.ts(),
            blocks=sent["blocks"],
            text=sent["text"],
            thread=sent.get("thread_ts"),
            only=sent.get("user"),
            metadata=sent.get("metadata"),
        )
        self.messages.append(posted)
        return {"ok": True, "channel": channel, "ts": posted.ts}

    def _open(self, sent: dict[str, Any]) -> dict[str, Any]:
        since = self.triggers.pop(sent["trigger_id"], None)
        if since is None or time.monotonic() - since > 3:
            return {"ok": False, "error": "expired_trigger_id"}
        made = f"V{next(self.numbers)}"
        self.views[made] = {**sent["view"], "id": made, "hash": "h"}
        return {"ok": True, "view": {"id": made}}

    async def respond(self, request: web.Request) -> web.Response:
        url = f"{self.base}{request.path}"
        channel, person, used = self.urls[url]
        if used >= 5:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        self.urls[url] = (channel, person, used + 1)
        sent = await request.json()
        self.calls.append(("respond", sent))
        if sent.get("replace_original"):
            original = next((m for m in self.messages if m.url == url), None)
            if original:
                original.blocks, original.text = sent["blocks"], sent["text"]
                return web.Response(text="ok")
        self.messages.append(
            Message(
                channel=channel,
                ts=self.ts(),
                blocks=sent["blocks"],
                text=sent["text"],
                only=None if sent.get("response_type") == "in_channel" else person,
            )
        )
        return web.Response(text="ok")


@asynccontextmanager
async def local_slack() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack()
    app = web.Application()
    app.add_routes([web.post("/api/{method}", slack.api), web.post("/respond/{n}", slack.respond)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield slack
    await runner.cleanup()


def signed(body: str, *, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """The headers by which Slack signs."""
    stamp = str(int(time.time()) if at is None else at)
    base = f"v0:{stamp}:{body}".encode()
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


@dataclass(kw_only=True)
class Sender:
    """Sends what Slack sends, over HTTP."""

    url: str
    session: aiohttp.ClientSession
    slack: LocalSlack

    async def post(self, body: str, kind: str, **headers: str) -> tuple[int, str]:
        all_headers = {"Content-Type": kind, **signed(body), **headers}
        async with self.session.post(
            f"{self.url}/slack/events", data=io.BytesIO(body.encode()), headers=all_headers
        ) as answer:
            return answer.status, await answer.text()

    async def event(self, event: Mapping[str, Any], **outer: Any) -> tuple[int, str]:
        body = {
            "type": "event_callback",
            "event_id": f"Ev{next(self.slack.numbers)}",
            "event_time": int(time.time()),
            "team_id": TEAM,
            "api_app_id": "A1",
            "authorizations": [{"team_id": TEAM, "enterprise_id": None, "user_id": BOT}],
            "event": dict(event),
            **outer,
        }
        return await self.post(json.dumps(body), "application/json")

    async def command(
        self, text: str, person: str = "U1", channel: str = "C1", **more: Any
    ) -> tuple[int, str]:
        name = CHANNELS[channel][0] if channel in CHANNELS else "directmessage"
        private = channel in CHANNELS and CHANNELS[channel][1]
        form = {
            "command": "/mission",
            "text": text,
            "user_id": person,
            "user_name": person.lower(),
            "channel_id": channel,
            "channel_name": "privategroup" if private else name,
            "team_id": TEAM,
            "is_enterprise_install": "false",
            "response_url": self.slack.response_url(channel, person),
            "trigger_id": self.slack.trigger(),
            "api_app_id": "A1",
            **more,
        }
        return await self.post(urlencode(form), "application/x-www-form-urlencoded")

    async def interact(self, payload: Mapping[str, Any]) -> tuple[int, str]:
        body = urlencode({"payload": json.dumps(payload)})
        return await self.post(body, "application/x-www-form-urlencoded")

    async def mention(
        self, text: str, person: str = "U1", channel: str = "C1", **more: Any
    ) -> tuple[str, int]:
        ts = self.slack.ts()
        event = {"type": "app_mention", "user": person, "channel": channel, "ts": ts}
        status, _ = await self.event({**event, "text": f"<@{BOT}> {text}", **more})
        return ts, status

    async def direct(self, text: str, person: str = "U1", **more: Any) -> tuple[str, int]:
        ts = self.slack.ts()
        event = {"type": "message", "channel_type": "im", "user": person, "ts": ts}
        event |= {"channel": f"D{person}", "text": text}
        status, _ = await self.event({**event, **more})
        return ts, status

    async def click(
        self, message: Message, action_id: str, value: str = "", person: str = "U1"
    ) -> tuple[int, str]:
        message.url = message.url or self.slack.response_url(message.channel, person)
        name = CHANNELS.get(message.channel, ("directmessage", True))[0]
        body: dict[str, Any] = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": person, "username": person.lower(), "team_id": TEAM},
            "api_app_id": "A1",
            "trigger_id": self.slack.trigger(),
            "response_url": message.url,
            "channel": {"id": message.channel, "name": name},
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": message.only is not None,
            },
            "actions": [{"action_id": action_id, "value": value, "action_ts": self.slack.ts()}],
        }
        if message.only is None:
            body["message"] = {"ts": message.ts}
            if message.thread:
                body["message"]["thread_ts"] = message.thread
        return await self.interact(body)

    async def submit(
        self, view: Mapping[str, Any], values: Mapping[str, Any], person: str = "U1"
    ) -> tuple[int, str]:
        return await self.interact(
            {
                "type": "view_submission",
                "team": {"id": TEAM},
                "user": {"id": person, "username": person.lower(), "team_id": TEAM},
                "api_app_id": "A1",
                "trigger_id": self.slack.trigger(),
                "view": {**view, "state": {"values": values}},
            }
        )
