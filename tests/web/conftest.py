"""The tiny bot behind a real server, and a browser's way of talking to it."""

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from blockbuster import blockbuster_ctx

from tests.web.reading import Read, assert_only_ours
from tests.web.tiny_bot import TinyBot


class Browser:
    """Sends what the page's script would send, as one persona at a time."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client
        self.origin = str(client.make_url("")).rstrip("/")

    async def post(self, path: str, body: object, **headers: str) -> ClientResponse:
        return await self.client.post(
            path,
            data=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Origin": self.origin, **headers},
            allow_redirects=False,
        )

    async def send(self, path: str, person: str, key: str | None = None, **what: object) -> Any:
        sent = {"person": person, "key": key or uuid.uuid4().hex, **what}
        return await (await self.post(path, sent)).json()

    async def say(
        self,
        text: str,
        *,
        person: str = "dana",
        place: str = "product",
        thread: str | None = None,
        key: str | None = None,
    ) -> Any:
        return await self.send("/say", person, key, conversation=place, thread=thread, text=text)

    async def see(self, place: str = "product", person: str = "dana") -> Read:
        """The page, read back; it is well-formed and holds nothing but our own markup."""
        response = await self.client.get(f"/c/{place}", params={"as": person})
        assert response.status == 200
        page = await response.text()
        script = '<script type="module" src="/static/page.js"></script>'
        assert page.count(script) == 1
        read = Read(page.replace(script, ""))
        assert_only_ours(read)
        return read


@asynccontextmanager
async def browsing(bot: TinyBot) -> AsyncIterator[Browser]:
    """A browser on the bot's page."""
    async with TestClient(TestServer(bot.application())) as client:
        yield Browser(client)
        bot.page.close()


@pytest.fixture(autouse=True)
def nothing_blocks() -> Iterator[None]:
    """A blocking call in the event loop is an error: it would hold up every other page."""
    TinyBot()  # templates and files are read at the start, once
    with blockbuster_ctx("adapters"):
        yield


@pytest.fixture
def bot() -> TinyBot:
    return TinyBot()


@pytest.fixture
async def browser(bot: TinyBot) -> AsyncIterator[Browser]:
    async with browsing(bot) as browser:
        yield browser
