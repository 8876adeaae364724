"""The stage on the local page: real requests to the real server, reading the HTML it answers."""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.core import Core, build_core
from adapters.exports import core_files
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.web.app import WebPage
from adapters.web.downloads import WebDownloads
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from adapters.web.personas import OWNER, WORKSPACE
from bot.ask.model import Cap
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fakes import FixedClock, WordReader
from tests.passing_time import pass_time


@dataclass
class Message:
    """One message as the page shows it."""

    id: str
    words: str = ""
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Label, action, value."""


class _Messages(HTMLParser):
    """The messages of a conversation's HTML, in order, threads included."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Message] = []
        self._open: list[Message | None] = []
        self._button: tuple[str, str] | None = None
        self._label = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "li":
            message = None
            if values.get("data-id"):
                message = Message(id=values["data-id"] or "")
                self.found.append(message)
            self._open.append(message)
        elif tag == "button" and "data-action" in values:
            self._button = (values["data-action"] or "", values.get("data-value") or "")
            self._label = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self._open.pop()
        elif tag == "button" and self._button:
            self._now().buttons.append((self._label.strip(), *self._button))
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button:
            self._label += data
        if any(self._open):
            self._now().words += data

    def _now(self) -> Message:
        return next(message for message in reversed(self._open) if message)


class _Form(HTMLParser):
    """The fields that a form's HTML shows, their values, and what it carries."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.seal = ""
        self.words = ""
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name") or ""
        if tag == "form":
            self.seal = values["data-seal"] or ""
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in values and self._select:
            self.values[self._select] = values.get("value") or ""
        elif tag == "input" and name:
            checked = values.get("type") not in ("radio", "checkbox") or "checked" in values
            self.values.setdefault(name, "")
            if checked:
                self.values[name] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.values[self._area] += data
        self.words += data


class WebStage:
    """A team on the page of a running server."""

    def __init__(self, client: TestClient[Any, Any], clock: FixedClock, core: Core) -> None:
        self.client = client
        self.clock = clock
        self.core = core

    async def pass_time(self, by: timedelta) -> None:
        await pass_time(self.core, self.clock, by)

    async def seat(self, who: str, where: str = "product") -> "WebSeat":
        return WebSeat(client=self.client, who=who, where=where)


@dataclass
class WebSeat:
    """One persona in one conversation of the page."""

    client: TestClient[Any, Any]
    who: str
    where: str
    last: list[Message] = field(default_factory=list)
    opened: _Form | None = None

    async def say(self, words: str) -> str:
        return await self._do("/say", conversation=self.where, text=words)

    async def follow_up(self, words: str) -> str:
        thread = self.last[-1].id
        return await self._do("/say", conversation=self.where, text=words, thread=thread)

    async def click(self, label: str) -> str:
        for message in reversed(self.last):
            for text, action, value in message.buttons:
                if text.lower() == label.lower():
                    return await self._do("/click", message=message.id, action=action, value=value)
        raise AssertionError(f"no button {label!r} in {[m.buttons for m in self.last]}")

    async def fill(self, fields: Mapping[str, str]) -> str:
        assert self.opened, "no form is open"
        values = {**self.opened.values, **fields}
        return await self._do("/submit", seal=self.opened.seal, fields=values)

    async def form(self) -> Mapping[str, str]:
        assert self.opened, "no form is open"
        return {name: value.strip("\n") for name, value in self.opened.values.items()}

    async def reads(self) -> str:
        return "\n".join(_one_line(message.words) for message in await self._messages())

    async def look(self) -> str:
        self.last = (await self._messages())[-1:]
        return "\n".join(_one_line(message.words) for message in self.last)

    async def _messages(self) -> list[Message]:
        response = await self.client.get(f"/c/{self.where}/messages", params={"as": self.who})
        return _Messages((await response.json())["html"]).found

    async def _do(self, path: str, **what: object) -> str:
        before = {message.id: message.words for message in await self._messages()}
        origin = str(self.client.make_url("")).rstrip("/")
        sent = {"person": self.who, "key": uuid.uuid4().hex, **what}
        response = await self.client.post(path, json=sent, headers={"Origin": origin})
        answer = await response.json()
        assert response.status == 200, answer
        if "form" in answer:
            self.opened = _Form(answer["form"])
            return _one_line(self.opened.words)
        if answer.get("errors") or answer.get("sentence"):
            return _one_line(" ".join([answer.get("sentence", ""), *answer["errors"].values()]))
        fresh = [m for m in await self._messages() if before.get(m.id) != m.words]
        answers = [m for m in fresh if m.buttons or "bot" in m.words.split()[:4]]
        self.last = answers or self.last
        return "\n".join(_one_line(message.words) for message in answers)


@asynccontextmanager
async def web_stage() -> AsyncIterator[WebStage]:
    """The page with the sample charter on a database in memory."""
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    storage, clock, hub = Storage(engine), FixedClock(), Hub()
    core = build_core(storage=storage, reader=WordReader(), judge=None, cap=Cap(), clock=clock)  # type: ignore[arg-type]
    await import_charter(core.charters, WORKSPACE, SAMPLE, by=OWNER.person)
    messenger = WebMessenger(work=storage, clock=clock, hub=hub)
    core.posters["web"] = messenger
    inbox = core.inbox({"web": messenger})
    secret = b"s" * 32
    downloads = WebDownloads(files=core_files(core), secret=secret, clock=clock)
    core.downloads["web"] = downloads
    page = WebPage(
        inbox=inbox,
        work=storage,
        clock=clock,
        hub=hub,
        password=None,
        secret=secret,
        downloads=downloads,
    )
    application = web.Application()
    application.add_routes(page.routes())
    async with TestClient(TestServer(application)) as client:
        yield WebStage(client, clock, core)
        page.close()
    await inbox.drain(1)
    await storage.close()


def _one_line(words: str) -> str:
    return " ".join(words.split())
