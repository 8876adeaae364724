"""The stage on Teams: the real endpoint behind signed HTTP, before a Teams that refuses whatever
the real one would."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from adapters.core import Core, build_core
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.teams.app import TeamsApp
from adapters.teams.way_in import Teams, open_teams
from bot.ask.model import Cap
from bot.delivery.inbox import Inbox
from bot.events import Person
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fake_teams import Driver, FakeTeams, Message
from tests.fake_teams.reading import buttons, inputs
from tests.fake_teams.world import TENANT
from tests.fakes import FixedClock, WordReader
from tests.passing_time import pass_time

FORM_BY_BUTTON = "There is a form for it"


@dataclass
class TeamsStage:
    """A team in a tenant of Teams."""

    teams: FakeTeams
    inbox: Inbox
    clock: FixedClock
    app: TeamsApp
    adapter: Teams
    core: Core

    async def settled(self) -> None:
        """Everything is answered, and what is done beside answers is done."""
        async with asyncio.timeout(60):
            for _ in range(2):
                assert await self.inbox.drain(40)
                await self.app.settled()

    async def pass_time(self, by: timedelta) -> None:
        await pass_time(self.core, self.clock, by)
        await self.settled()

    async def seat(self, who: str, where: str = "product") -> "TeamsSeat":
        return TeamsSeat(stage=self, person=self.teams.person(who.capitalize()), place=where)


@dataclass
class TeamsSeat:
    """One person in one conversation of Teams."""

    stage: TeamsStage
    person: Driver
    place: str
    last: list[Message] = field(default_factory=list)

    async def say(self, words: str) -> str:
        async with self._watching() as seen:
            await self.person.types(words, self.place)
        return await self._opened(seen.words)

    async def _opened(self, words: str) -> str:
        """Teams opens a dialog by a button alone, so whoever wants the form presses it."""
        if FORM_BY_BUTTON not in words or self.person.dialog:
            return words
        async with self._watching() as seen:
            await self.person.clicks(buttons(self._card(self.last[-1]))[0]["title"], self.place)
        assert self.person.dialog, "the button opened nothing"
        return seen.words

    async def follow_up(self, words: str) -> str:
        thread = self.last[-1].thread or self.last[-1].id
        async with self._watching() as seen:
            await self.person.types(f"@Mission {words}", self.place, thread=thread)
        return seen.words

    async def click(self, label: str) -> str:
        message = next(
            (m for m in reversed(self.last) if f"[{label.lower()}]" in self._reads(m).lower()), None
        )
        async with self._watching() as seen:
            await self.person.clicks(label, self.place, message=message)
        return await self._opened(seen.words)

    async def fill(self, fields: Mapping[str, str]) -> str:
        await self.person.fills(fields, send=False)
        if missing := self.person.missing():
            # Teams itself does not let it through.
            return f"Please complete this required field: {', '.join(missing)}"
        async with self._watching() as seen:
            await self.person.sends()
        return seen.words

    async def form(self) -> Mapping[str, str]:
        dialog = self.person.dialog
        assert dialog, "no form is open"
        found = inputs(dialog.card)
        return {id_.partition("_")[2]: str(i.get("value", "")) for id_, i in found.items()}

    async def reads(self) -> str:
        return self.person.reads(self.place)

    async def look(self) -> str:
        self.last = self.person.sees(self.place)[-1:]
        return "\n".join(map(self._reads, self.last))

    def _card(self, message: Message) -> Mapping[str, Any] | None:
        return message.card_for(self.person.human.mri)

    def _reads(self, message: Message) -> str:
        return self.person.words(message)

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator["_Seen"]:
        """What the person reads anew, once everything is answered."""
        before = {m.id: self._content(m) for m in self.person.sees(self.place)}
        seen = _Seen()
        yield seen
        await self.stage.settled()
        # Teams refused nothing, and told nobody that the bot had failed.
        assert (self.person.problems, self.stage.teams.refused) == ([], [])
        fresh = [
            m
            for m in self.person.sees(self.place)
            if before.get(m.id) != self._content(m) and m.author != self.person.human.mri
        ]
        self.last = fresh or self.last
        parts = [self._reads(m) for m in fresh]
        if self.person.dialog:
            parts.append(self.person.reads_dialog())
        seen.words = "\n".join(parts)

    def _content(self, message: Message) -> str:
        return json.dumps(message.card_for(self.person.human.mri)) + message.text


@dataclass
class _Seen:
    words: str = ""


@asynccontextmanager
async def teams_stage() -> AsyncIterator[TeamsStage]:
    """A tenant with the sample charter, on a database in memory."""
    async with AsyncExitStack() as stack:
        teams = await stack.enter_async_context(FakeTeams().running())
        engine = open_engine("sqlite+aiosqlite://")
        await upgrade(engine)
        storage, clock = Storage(engine), FixedClock()
        stack.push_async_callback(storage.close)
        core = build_core(storage=storage, reader=WordReader(), judge=None, cap=Cap(), clock=clock)  # type: ignore[arg-type]
        dana = Person(id=teams.person("Dana").human.aad, name="Dana Diaz")
        await import_charter(core.charters, f"teams:{TENANT}", SAMPLE, by=dana)
        access = teams.access()
        adapter = await stack.enter_async_context(
            open_teams(
                access,
                stored=storage.teams,
                clock=clock,
                opens=core.router.opens_forms,
                tokens=teams.tokens(access),
            )
        )
        core.posters["teams"] = adapter.messenger
        inbox = core.inbox({"teams": adapter.messenger})
        taking = await adapter.take(inbox)
        app = web.Application()
        app.add_routes(adapter.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        teams.delivery.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        yield TeamsStage(
            teams=teams, inbox=inbox, clock=clock, app=taking, adapter=adapter, core=core
        )
        await inbox.drain(1)
