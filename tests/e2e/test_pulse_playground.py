"""A pulse on Microsoft's Agents Playground: set up and answered there by Dana, answered by four
others whose activities come as the Playground's own would, closed by moving time on, and read."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.sync_api import Browser

from adapters.core import Core, build_core
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.teams.way_in import Access, open_teams
from bot.ask.model import Cap
from bot.events import Person
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.e2e.playground import BOT, PEOPLE, TENANT, chat, playground
from tests.e2e.test_pulse_page import DAY, HOUR, in_a_thread
from tests.fake_teams.reading import buttons, inputs
from tests.fakes import FixedClock, WordReader
from tests.passing_time import pass_time

ANSWER = "Answer (under a minute)"
Json = Mapping[str, Any]


@dataclass
class Others:
    """The people who do not sit before the Playground: their own chats with the bot, on a connector
    that takes what is sent there."""

    bot: str = ""
    url: str = ""
    sent: dict[str, list[Json]] = field(default_factory=dict)
    """The bot's messages, by conversation."""
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        activity = await request.json()
        async with self.came:
            self.sent.setdefault(request.match_info["conversation"], []).append(activity)
            self.came.notify_all()
        return web.json_response({"id": str(uuid.uuid4())})

    def card(self, who: str) -> Json:
        """The last card in the person's own chat."""
        (attachment,) = self.sent[f"a:{who}"][-1]["attachments"]
        card: Json = attachment["content"]
        return card

    async def says(self, number: int, text: str = "", value: Json | None = None) -> None:
        """The person types, or presses a button that carries `value`."""
        name = PEOPLE[number]
        who = name.partition(" ")[0].lower()
        activity = {
            "type": "message",
            "id": str(uuid.uuid4()),
            "channelId": "msteams",
            "serviceUrl": self.url,
            "from": {
                "id": f"29:{who}",
                "name": name,
                "aadObjectId": f"00000000-0000-0000-0000-{number + 1:012}",
            },
            "recipient": {"id": BOT, "name": "Mission"},
            "conversation": {
                "id": f"a:{who}",
                "conversationType": "personal",
                "tenantId": TENANT,
            },
            "channelData": {"tenant": {"id": TENANT}},
            "text": text,
            **({"value": value} if value is not None else {}),
        }
        before = len(self.sent.get(f"a:{who}", ()))
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.bot}/api/messages", json=activity) as answer,
        ):
            assert answer.status == 200, await answer.text()
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(lambda: len(self.sent.get(f"a:{who}", ())) > before)

    async def answers(self, number: int, score: str) -> None:
        """From the card that asks to the one that says it is sealed."""
        who = PEOPLE[number].partition(" ")[0].lower()
        await self.says(number, value=self._pressed(who, ANSWER))
        form = self.card(who)
        filled = {
            name: score if re.search(r"_s\d$", name) else f"Thought of {who}"
            for name in inputs(form)
        }
        await self.says(number, value={**self._pressed(who, "Send"), **filled})
        assert "Sealed" in str(self.card(who))

    def _pressed(self, who: str, label: str) -> Json:
        (button,) = (each for each in buttons(self.card(who)) if each["title"] == label)
        data: Json = button["data"]
        return data


@dataclass
class Town:
    """The bot as `MISSIONBOT_TEAMS_LOCAL=true` runs it, with a clock that we move."""

    core: Core
    clock: FixedClock
    url: str
    others: Others

    async def pass_time(self, by: timedelta) -> None:
        await pass_time(self.core, self.clock, by)


@asynccontextmanager
async def local_bot() -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        engine = open_engine("sqlite+aiosqlite://")
        await upgrade(engine)
        storage, clock = Storage(engine), FixedClock()
        stack.push_async_callback(storage.close)
        core = build_core(storage=storage, reader=WordReader(), judge=None, cap=Cap(), clock=clock)  # type: ignore[arg-type]
        dana = Person(id=f"00000000-0000-0000-0000-{1:012}", name=PEOPLE[0])
        await import_charter(core.charters, f"teams:{TENANT}", SAMPLE, by=dana)
        teams = await stack.enter_async_context(
            open_teams(Access(loopback=True), stored=storage.teams, clock=clock)
        )
        core.posters["teams"] = teams.messenger
        inbox = core.inbox({"teams": teams.messenger})
        stack.push_async_callback(inbox.drain, 5)
        await teams.take(inbox)
        others = Others()
        others.bot = await _served(stack, teams.routes())
        others.url = await _served(
            stack, [web.post("/v3/conversations/{conversation}/activities", others.take)]
        )
        yield Town(core, clock, others.bot, others)


async def _served(stack: AsyncExitStack, routes: Any) -> str:
    application = web.Application()
    application.add_routes(routes)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


@dataclass
class Running:
    """The town on a thread of its own, as the browser's calls wait for answers."""

    town: Town
    loop: asyncio.AbstractEventLoop

    def do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


@pytest.fixture
def running() -> Iterator[Running]:
    with in_a_thread() as loop:
        stack = AsyncExitStack()
        entering = stack.enter_async_context(local_bot())
        town = asyncio.run_coroutine_threadsafe(entering, loop).result(30)
        running = Running(town, loop)
        yield running
        running.do(stack.aclose())


def test_a_pulse_from_its_form_to_its_results(
    browser: Browser, running: Running, tmp_path: Path
) -> None:
    town, others = running.town, running.town.others
    with ExitStack() as stack:
        at = stack.enter_context(playground(town.url, tmp_path))
        dana = stack.enter_context(chat(browser, at))
        for number in range(1, 5):
            running.do(others.says(number, text="/mission settings zone London"))
        dana.say("/mission settings zone London")
        dana.sees("London")

        dana.open("Strategy")
        dana.say(" pulse", mention=True)
        dana.sees("Statements, one a line")
        dana.shot("pulse-set-up")
        dana.card("Statements, one a line").get_by_role("button", name="Show me").click()
        dana.sees("This is the pulse you would start")
        dana.shot("pulse-read-back")
        dana.click("This is the pulse you would start", "Start")
        dana.sees("The pulse is on")

        running.do(town.pass_time(DAY + 2 * HOUR))
        for number, score in enumerate("4352", 1):
            running.do(others.answers(number, score))
        dana.open("Personal Chat")
        dana.click("short statements", ANSWER)
        dana.sees("Shown word for word")
        form = dana.card("Shown word for word")
        dana.shot("pulse-answer")
        for statement in range(4):
            form.get_by_role("combobox").nth(statement).click()
            dana.page.get_by_role("option", name="4 Mostly").last.click()
        form.get_by_role("textbox").last.fill("Thought of dana")
        form.get_by_role("button", name="Send").click()
        dana.sees("Sealed.")
        dana.shot("pulse-after")

        running.do(town.pass_time(3 * DAY))
        dana.sees("One thing to do:")
        dana.shot("pulse-note")
        dana.open("Strategy")
        dana.sees("Thought of dana")
        assert "One thing to do:" not in dana.card("Pulse of").inner_text()
        dana.shot("pulse-results")
