"""The stage on Slack: the real Bolt app behind signed HTTP, before a Slack that refuses whatever
the real one would."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from adapters.core import Core, build_core
from adapters.exports import core_files
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.slack.app import SlackApp
from adapters.slack.forms import field_of
from adapters.slack.way_in import Access, Slack, open_slack
from bot.ask.model import Cap
from bot.ask.ports import Judge
from bot.delivery.inbox import Inbox
from bot.events import Person
from bot.home import Section
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fake_slack import FakeSlack
from tests.fake_slack.driver import Driver
from tests.fake_slack.filling import fill
from tests.fake_slack.reading import words
from tests.fake_slack.server import SCOPES
from tests.fake_slack.world import Message
from tests.fakes import FixedClock, WordReader
from tests.passing_time import pass_time


@dataclass
class SlackStage:
    """A team in a Slack workspace."""

    slack: FakeSlack
    inbox: Inbox
    clock: FixedClock
    app: SlackApp
    adapter: Slack
    core: Core

    async def settled(self) -> None:
        """Everything is answered, and what is done beside answers is done."""
        async with asyncio.timeout(30):
            for _ in range(3):  # what is done beside may begin something
                assert await self.inbox.drain(20)
                await self.app.settled()
                await asyncio.sleep(0.02)

    async def pass_time(self, by: timedelta) -> None:
        await pass_time(self.core, self.clock, by)
        await self.settled()

    def refused(self) -> list[tuple[str, str]]:
        """Calls that Slack said no to."""
        return [(call.method, call.error) for call in self.slack.calls if call.error]

    async def seat(self, who: str, where: str = "product") -> "SlackSeat":
        return SlackSeat(stage=self, person=self.slack.person(who.capitalize()), place=where)


@dataclass
class SlackSeat:
    """One person in one conversation of Slack."""

    stage: SlackStage
    person: Driver
    place: str
    last: list[Message] = field(default_factory=list)

    async def say(self, words: str) -> str:
        async with self._watching() as seen:
            await self.person.types(words, self.place)
        return seen.words

    async def follow_up(self, words: str) -> str:
        thread = self.last[-1].thread_ts or self.last[-1].ts
        async with self._watching() as seen:
            await self.person.types(f"@Mission {words}", self.place, thread=thread)
        return seen.words

    async def click(self, label: str) -> str:
        message = next(
            (m for m in reversed(self.last) if label.lower() in words(m.blocks).lower()), None
        )
        async with self._watching() as seen:
            await self.person.clicks(label, self.place, message=message)
        return seen.words

    async def fill(self, fields: Mapping[str, str]) -> str:
        modal = self.person.modal
        assert modal, "no form is open"
        await self.person.fills(fields, send=False)
        if missing := fill(modal, {}, {}, complete=True):
            # Slack itself does not let it through.
            return f"Please complete this required field: {', '.join(missing)}"
        async with self._watching() as seen:
            await self.person.sends()
        return seen.words

    async def form(self) -> Mapping[str, str]:
        modal = self.person.modal
        assert modal, "no form is open"
        return {
            field_of(block["block_id"]): _shown(block["element"])
            for block in modal.view["blocks"]
            if block["type"] == "input"
        }

    async def reads(self) -> str:
        return self.person.reads(self.place)

    async def look(self) -> str:
        self.last = self.person.sees(self.place)[-1:]
        return "\n".join(words(m.blocks) for m in self.last)

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator["_Seen"]:
        """What the person reads anew, once everything is answered."""
        before = {m.ts: _content(m) for m in self.person.sees(self.place)}
        seen = _Seen()
        yield seen
        await self.stage.settled()
        # Slack refused nothing, and told nobody that the app had failed.
        assert (self.person.problems, self.stage.refused()) == ([], [])
        fresh = [
            m
            for m in self.person.sees(self.place)
            if before.get(m.ts) != _content(m) and m.author != self.person.human.id
        ]
        self.last = fresh or self.last
        parts = [words(m.blocks) for m in fresh]
        if self.person.modal:
            parts.append(self.person.reads_modal())
        seen.words = "\n".join(parts)


@dataclass
class _Seen:
    words: str = ""


def _content(message: Message) -> str:
    return json.dumps(message.blocks)


def _shown(element: Mapping[str, Any]) -> str:
    for name in ("initial_value", "initial_date", "initial_time", "initial_user"):
        if name in element:
            return str(element[name])
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    several = element.get("initial_users") or [
        option["value"] for option in element.get("initial_options", ())
    ]
    return ",".join(several)


@asynccontextmanager
async def slack_stage(
    *,
    sample: bool = True,
    more: Sequence[Section] = (),
    judge: Judge | None = None,
    scopes: str = SCOPES,
) -> AsyncIterator[SlackStage]:
    """A Slack workspace with the sample charter, on a database in memory. `more`: sections of the
    Home tab."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(scopes=scopes).running())
        engine = open_engine("sqlite+aiosqlite://")
        await upgrade(engine)
        storage, clock = Storage(engine), FixedClock()
        stack.push_async_callback(storage.close)
        core = build_core(storage=storage, reader=WordReader(), judge=judge, cap=Cap(), clock=clock)  # type: ignore[arg-type]
        home = slack.home.id
        dana = Person(id=slack.person("Dana").human.id, name="Dana Diaz")
        if sample:
            await import_charter(core.charters, f"slack:{home}:{home}", SAMPLE, by=dana)
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
                sections=(*core.home, *more),
            )
        )
        core.posters["slack"] = adapter.messenger
        core.groups["slack"] = adapter.groups
        core.downloads["slack"] = adapter.downloads(core_files(core))
        inbox = core.inbox({"slack": adapter.messenger})
        taking = await adapter.take(inbox)
        app = web.Application()
        app.add_routes(adapter.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield SlackStage(
            slack=slack, inbox=inbox, clock=clock, app=taking, adapter=adapter, core=core
        )
        await inbox.drain(1)
