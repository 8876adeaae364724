"""The HTTP server: health, readiness, wrong addresses."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from adapters.http import Answers, Listening, listen
from bot.errors import UserFacing
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.databases import Postgres

WITHIN = 5.0
"""Seconds in which somebody who watches the bot is to know that it is of no use."""


class Fine:
    """A database that answers, after a while; counts how often it was asked."""

    def __init__(self, after: float = 0.0) -> None:
        self.asked = 0
        self._after = after

    async def ping(self) -> None:
        self.asked += 1
        await asyncio.sleep(self._after)


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


@asynccontextmanager
async def serving(ready: Answers) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser before a server with one route."""
    async with (
        listen("127.0.0.1", 0, routes=[web.get("/hello", hello)], ready=ready) as listening,
        aiohttp.ClientSession(base_url=listening.url) as browser,
    ):
        yield browser


async def readiness(browser: aiohttp.ClientSession) -> tuple[int, object]:
    async with browser.get("/readyz") as response:
        return response.status, await response.json()


async def not_ready_soon(browser: aiohttp.ClientSession) -> None:
    """It says that it is not ready, in time, and is alive all the same."""
    since = time.monotonic()
    assert await readiness(browser) == (503, {"ready": False, "database": "no answer"})
    assert time.monotonic() - since < WITHIN
    async with browser.get("/healthz") as response:
        assert (response.status, await response.json()) == (200, {"alive": True})


# Health


async def test_a_sqlite_file_that_is_gone(sqlite_url: str, tmp_path: Path) -> None:
    storage = Storage(open_engine(sqlite_url))
    async with serving(storage) as browser:
        assert await readiness(browser) == (200, {"ready": True})
        file = tmp_path / "missionbot.db"
        file.rename(tmp_path / "aside")
        await not_ready_soon(browser)
        (tmp_path / "aside").rename(file)
        assert await readiness(browser) == (200, {"ready": True})
    await storage.close()


async def test_a_postgresql_database_that_is_gone(postgres: Postgres) -> None:
    with ExitStack() as database:
        storage = Storage(open_engine(database.enter_context(postgres.database())))
        async with serving(storage) as browser:
            assert await readiness(browser) == (200, {"ready": True})
            database.close()
            await not_ready_soon(browser)
        await storage.close()


class Wire:
    """Between the bot and PostgreSQL; may be cut so that nobody is told."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._writers: list[asyncio.StreamWriter] = []
        self.cut = asyncio.Event()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if self.cut.is_set():
            return
        far_reader, far_writer = await asyncio.open_unix_connection(self._path)
        self._writers.append(far_writer)
        with suppress(ConnectionError):
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if not self.cut.is_set():
                target.write(data)

    def drop(self) -> None:
        """Now both ends are told."""
        for writer in self._writers:
            writer.transport.abort()


async def test_a_postgresql_server_that_falls_silent(postgres_url: str) -> None:
    address = urlsplit(postgres_url)
    path = f"{parse_qs(address.query)['host'][0]}/.s.PGSQL.5432"
    wire = Wire(path)
    async with await asyncio.start_server(wire.connected, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        storage = Storage(open_engine(f"postgresql://postgres@127.0.0.1:{port}{address.path}"))
        async with serving(storage) as browser:
            assert await readiness(browser) == (200, {"ready": True})
            wire.cut.set()
            await asyncio.gather(*(not_ready_soon(browser) for _ in range(3)))
            wire.drop()
        await storage.close()


async def test_however_many_ask_the_database_is_asked_once() -> None:
    database = Fine(after=0.2)
    async with serving(database) as browser:
        answers = await asyncio.gather(*(readiness(browser) for _ in range(20)))
        assert {status for status, _ in answers} == {200}
        assert database.asked == 1
        await readiness(browser)
        assert database.asked == 2, "an old answer is not given again"


# Addresses that cannot be had


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1:{port}"), ("::1", "[::1]:{port}")]
)
async def test_an_address_in_use(host: str, shown: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as taken:
        taken.bind((host, 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = await refused(host, port)
    assert said.startswith(f"Something listens on {shown.format(port=port)} already.")
    assert "`PORT=4000 missionbot run`" in said


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
async def test_an_address_of_no_machine_or_another(host: str) -> None:
    said = await refused(host, 0)
    assert said.startswith(f"I cannot listen on {host}:0: ")
    assert said.endswith(
        "MISSIONBOT_HOST has to be an address of this machine; 127.0.0.1 always is."
    )


async def test_a_name_that_is_none() -> None:
    assert await refused("a..b", 0) == "MISSIONBOT_HOST is 'a..b', which is no address."


async def refused(host: str, port: int) -> str:
    with pytest.raises(UserFacing) as problem:
        async with listen(host, port, routes=[], ready=Fine()):
            raise AssertionError("it listens")
    return str(problem.value)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:3978"),
        ("::1", "http://[::1]:3978"),
        ("0.0.0.0", "http://127.0.0.1:3978"),
        ("::", "http://[::1]:3978"),
        ("bot.example", "http://bot.example:3978"),
    ],
)
def test_the_address_for_a_browser(host: str, url: str) -> None:
    assert Listening(host=host, port=3978).url == url


# Addresses where nothing is


@pytest.mark.parametrize("path", ["/nowhere", "/hello/", "/<script>alert(1)</script>", "/%ff"])
async def test_a_wrong_address_in_a_browser(path: str) -> None:
    async with (
        serving(Fine()) as browser,
        browser.get(path, headers={"Accept": "text/html,*/*"}) as response,
    ):
        page = await response.text()
        assert response.status == 404
        assert response.content_type == "text/html"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "There is nothing at this address." in page
        assert 'href="/"' in page
        assert "script" not in page


async def test_a_wrong_address_for_a_program() -> None:
    async with serving(Fine()) as browser, browser.get("/nowhere") as response:
        assert response.status == 404
        assert response.content_type == "text/plain"
        assert await response.text() == "There is nothing at this address.\n"


async def test_a_wrong_way_to_use_an_address() -> None:
    async with serving(Fine()) as browser, browser.post("/hello", data="x") as response:
        assert response.status == 405
        assert set(response.headers["Allow"].split(",")) == {"GET", "HEAD"}
        assert await response.text() == "This address cannot be opened or used in this way.\n"


async def test_what_is_there_stays_as_it_is() -> None:
    async with serving(Fine()) as browser, browser.get("/hello") as response:
        assert (response.status, await response.text()) == (200, "hello")
