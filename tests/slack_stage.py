"""The stage on Slack: signed HTTP to the real Bolt app, in front of a small Slack that keeps what
people see."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.main import build_core
from adapters.slack.forms import field_of
from adapters.slack.way_in import Access, open_slack
from bot.ask.model import Cap
from bot.delivery.inbox import Inbox
from bot.events import Person
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fakes import FixedClock, WordReader
from tests.slack.local_slack import SECRET, TOKEN, LocalSlack, Message, Sender, local_slack

WORKSPACE = "slack:T1:T1"
PEOPLE = {"dana": "U1", "priya": "U2", "erik": "U3", "noa": "U4"}
CHANNELS = {"product": "C1", "random": "C3"}
_VALUES = {
    "plain_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "users_select": "selected_user",
}


@dataclass
class SlackStage:
    """A team in a Slack workspace."""

    slack: LocalSlack
    send: Sender
    inbox: Inbox
    clock: FixedClock

    async def seat(self, who: str, where: str = "product") -> "SlackSeat":
        person = PEOPLE[who]
        return SlackSeat(stage=self, person=person, channel=CHANNELS.get(where, f"D{person}"))


@dataclass
class SlackSeat:
    """One person in one conversation of Slack."""

    stage: SlackStage
    person: str
    channel: str
    last: list[Message] = field(default_factory=list)
    opened: dict[str, Any] | None = None

    async def say(self, words: str) -> str:
        return await self._said(words, {})

    async def follow_up(self, words: str) -> str:
        root = self.last[-1].thread or self.last[-1].ts
        return await self._said(f"@Mission {words}", {"thread_ts": root})

    async def click(self, label: str) -> str:
        for message in reversed(self.last):
            for button in buttons(message.blocks):
                if button["text"]["text"].lower() == label.lower():
                    async with self._watching() as seen:
                        await self.stage.send.click(
                            message, button["action_id"], button.get("value", ""), self.person
                        )
                    return seen.words()
        raise AssertionError(f"no button {label!r} in {[words_of(m.blocks) for m in self.last]}")

    async def fill(self, fields: Mapping[str, str]) -> str:
        assert self.opened, "no form is open"
        shown = {**await self.form(), **fields}
        states = {
            block["block_id"]: {
                block["element"]["action_id"]: _state(
                    block["element"], shown[field_of(block["block_id"])]
                )
            }
            for block in inputs(self.opened)
        }
        async with self._watching() as seen:
            status, body = await self.stage.send.submit(self.opened, states, self.person)
            assert status == 200
        answer = json.loads(body) if body else {}
        if answer.get("response_action") == "errors":
            return "\n".join(answer["errors"].values())
        if answer.get("response_action") == "update":
            self.opened = {**answer["view"], "id": self.opened["id"], "hash": "h2"}
            return words_of(self.opened["blocks"])
        self.opened = None
        return seen.words()

    async def form(self) -> Mapping[str, str]:
        assert self.opened, "no form is open"
        return {field_of(b["block_id"]): _shown(b["element"]) for b in inputs(self.opened)}

    async def reads(self) -> str:
        seen = self.stage.slack.seen_by(self.person, self.channel)
        return "\n".join(words_of(message.blocks) for message in seen)

    async def _said(self, words: str, more: Mapping[str, Any]) -> str:
        send, lower = self.stage.send, words.lower()
        async with self._watching() as seen:
            if lower.startswith("/mission"):
                await send.command(words[len("/mission") :].strip(), self.person, self.channel)
            elif self.channel[0] == "D":
                await send.direct(words.removeprefix("@Mission "), self.person, **more)
            else:
                text = words[len("@mission") :].strip()
                await send.mention(text, self.person, self.channel, **more)
        return seen.words()

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator["_Seen"]:
        """What the person sees anew, once everything is answered."""
        slack = self.stage.slack
        before = {m.ts: json.dumps(m.blocks) for m in slack.messages}
        views = dict(slack.views)
        seen = _Seen()
        yield seen
        assert await self.stage.inbox.drain(10)
        seen.messages = [
            m
            for m in slack.seen_by(self.person, self.channel)
            if before.get(m.ts) != json.dumps(m.blocks)
        ]
        seen.views = [view for id_, view in slack.views.items() if id_ not in views]
        if seen.views:
            self.opened = seen.views[-1]
        if seen.messages:
            self.last = seen.messages


@dataclass
class _Seen:
    messages: list[Message] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)

    def words(self) -> str:
        blocks = [view["blocks"] for view in self.views] + [m.blocks for m in self.messages]
        return "\n".join(map(words_of, blocks))


def words_of(blocks: Any) -> str:
    """What can be read, a line a piece; spans of one paragraph stand together."""
    return "\n".join(filter(None, _words(blocks)))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, dict):
        if value.get("type") in ("rich_text_section", "rich_text_quote"):
            yield "".join(str(e.get("text", "")) for e in value["elements"])
        elif isinstance(value.get("text"), str):
            yield value["text"]
        else:
            for item in value.values():
                if isinstance(item, list | dict):
                    yield from _words(item)


def buttons(blocks: Any) -> Iterator[dict[str, Any]]:
    """Every button of a message, those of "Was this useful?" among them."""
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            yield element
        for element in block.get("elements", ()) if block["type"] == "context_actions" else ():
            for word in ("positive_button", "negative_button"):
                yield {**element[word], "action_id": element["action_id"]}


def inputs(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields of a modal."""
    return [block for block in view["blocks"] if block["type"] == "input"]


def _shown(element: Mapping[str, Any]) -> str:
    for name in ("initial_value", "initial_date", "initial_time", "initial_user"):
        if name in element:
            return str(element[name])
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    if "initial_users" in element:
        return ",".join(element["initial_users"])
    return ",".join(option["value"] for option in element.get("initial_options", ()))


def _state(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    kind = element["type"]
    if kind in _VALUES:
        return {"type": kind, _VALUES[kind]: value or None}
    several = [each for each in value.split(",") if each]
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": several}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [{"value": each} for each in several]}
    return {"type": kind, "selected_option": {"value": value} if value else None}


@asynccontextmanager
async def slack_stage() -> AsyncIterator[SlackStage]:
    """A Slack workspace with the sample charter, on a database in memory."""
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    storage, clock = Storage(engine), FixedClock()
    core = build_core(storage=storage, reader=WordReader(), judge=None, cap=Cap(), clock=clock)  # type: ignore[arg-type]
    dana = Person(id="U1", name="Dana Diaz")
    await import_charter(core.charters, WORKSPACE, SAMPLE, by=dana)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(local_slack())
        access = Access(signing_secret=SECRET, bot_token=TOKEN, api_url=f"{slack.base}/api/")
        adapter = await stack.enter_async_context(
            open_slack(
                access,
                stored=storage.slack,
                secret=b"s" * 32,
                clock=clock,
                charter=core.charters.in_force,
                dispatch=core.router.dispatch,
            )
        )
        inbox = core.inbox({"slack": adapter.messenger})
        await adapter.take(inbox)
        app = web.Application()
        app.add_routes(adapter.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        send = Sender(url=url, session=session, slack=slack)
        yield SlackStage(slack=slack, send=send, inbox=inbox, clock=clock)
        await inbox.drain(1)
    await storage.close()
