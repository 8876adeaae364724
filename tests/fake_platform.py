"""A chat platform that takes messages, refuses them, and loses answers.

`Platform` keeps what arrived, by workspace and key, with a bucket of messages a second for each
workspace. `PlatformPoster` is a `bot.ports.Poster` on it in the same process; `serving` and
`HttpPoster` put HTTP between the two, for processes that are going to be killed.
"""

import asyncio
import contextlib
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from aiohttp import web

from bot.cards import Card
from bot.errors import CannotTell, Gone, PlatformError, Refused, Throttled, Unreachable
from bot.events import Conversation, Person
from bot.ports import Member

LookUp = Literal["yes", "no", "late"]
"""Whether one may ask what arrived; "late": what arrived is seen only after `lag` seconds."""


@dataclass
class Post:
    """A message that arrived."""

    workspace: str
    conversation: str
    key: str
    text: str
    at: float


@dataclass
class Platform:
    """What arrived, and how it behaves."""

    rate: float = 1_000_000
    """Messages a second that each workspace may get."""
    burst: float = 20
    latency: tuple[float, float] = (0.0, 0.0)
    lost_answers: float = 0.0
    """The share of messages that are taken, and the connection dropped."""
    errors: float = 0.0
    """The share that is answered with 503 before it is taken."""
    look_up: LookUp = "yes"
    lag: float = 0.0
    seed: int = 1
    now: Callable[[], float] = time.time
    posts: list[Post] = field(default_factory=list)
    copies: Counter[str] = field(default_factory=Counter)
    first: dict[str, float] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    inside_block: int = 0
    """Calls that came although the platform had asked to wait."""
    dropped: int = 0
    next_answers: deque[Exception | Literal["take and drop"]] = field(default_factory=deque)
    """What the next calls get, in order, instead of what chance would have."""
    on_its_way: Counter[str] = field(default_factory=Counter)
    most_on_its_way: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._buckets: dict[str, tuple[float, float]] = {}
        self._blocked: dict[str, float] = {}

    async def post(self, workspace: str, conversation: str, key: str, text: str) -> str:
        """Take the message; raises as a platform does."""
        there = f"{workspace}/{conversation}"
        self.on_its_way[there] += 1
        self.most_on_its_way[there] = max(self.most_on_its_way[there], self.on_its_way[there])
        try:
            return await self._post(workspace, conversation, key, text)
        finally:
            self.on_its_way[there] -= 1

    async def _post(self, workspace: str, conversation: str, key: str, text: str) -> str:
        self._let_in(workspace)
        told = self.next_answers.popleft() if self.next_answers else None
        if isinstance(told, Exception):
            raise told
        if told is None and self._chance.random() < self.errors:
            raise Unreachable("503")
        wait = self._chance.uniform(*self.latency)
        if wait:
            await asyncio.sleep(wait / 2)
        self._take(workspace, conversation, key, text)
        if told == "take and drop" or self._chance.random() < self.lost_answers:
            self.dropped += 1
            raise Unreachable("connection dropped")
        if wait:
            await asyncio.sleep(wait / 2)
        return f"m-{self.copies[key]}-{key}"

    def find(self, key: str) -> str | None:
        """The message that arrived under the key."""
        if self.look_up == "no":
            raise CannotTell("no permission to read")
        at = self.first.get(key)
        if at is None or (self.look_up == "late" and self.now() < at + self.lag):
            return None
        return f"m-1-{key}"

    def _take(self, workspace: str, conversation: str, key: str, text: str) -> None:
        self.copies[key] += 1
        self.first.setdefault(key, self.now())
        self.posts.append(Post(workspace, conversation, key, text, self.now()))

    def _let_in(self, workspace: str) -> None:
        now = self.now()
        blocked = self._blocked.get(workspace, 0.0)
        if now < blocked:
            self.inside_block += 1
            self.refused[workspace] += 1
            raise Throttled("429", retry_after=blocked - now)
        tokens, since = self._buckets.get(workspace, (self.burst, now))
        tokens = min(self.burst, tokens + max(0.0, now - since) * self.rate)
        if tokens < 1:
            self.refused[workspace] += 1
            self._blocked[workspace] = now + 1.0
            self._buckets[workspace] = tokens, now
            raise Throttled("429", retry_after=1.0)
        self._buckets[workspace] = tokens - 1, now


class PlatformPoster:
    """Posts to a platform in the same process. The conversation's id names its workspace too, as
    adapters' ids do: "WORKSPACE/CONVERSATION"."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        workspace, _, conversation = to.id.partition("/")
        return await self.platform.post(workspace, conversation, key, card.summary)

    async def find(self, to: Conversation, key: str) -> str | None:
        return self.platform.find(key)

    def direct(self, workspace: str, person: Person) -> Conversation:
        return Conversation(id=f"{workspace}/{person.id}", private=True)

    async def members(self, of: Conversation) -> Sequence[Member]:
        return []


def error_of(status: int, retry_after: str | None) -> PlatformError:
    """What an answer that is not 200 means."""
    match status:
        case 429:
            return Throttled("429", retry_after=float(retry_after) if retry_after else None)
        case 404:
            return Gone("404")
        case 400:
            return Refused("400")
        case _:
            return Unreachable(str(status))


class HttpPoster:
    """Posts over HTTP to a platform in another process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        workspace, _, conversation = to.id.partition("/")
        words = {"workspace": workspace, "conversation": conversation, "key": key}
        status, headers, answer = await self._ask("post", words | {"text": card.summary})
        if status != 200:
            raise error_of(status, headers.get("Retry-After"))
        return str(answer["message"])

    async def find(self, to: Conversation, key: str) -> str | None:
        status, headers, answer = await self._ask("find", {"key": key})
        if status == 403:
            raise CannotTell("403")
        if status != 200:
            raise error_of(status, headers.get("Retry-After"))
        return answer["message"]

    def direct(self, workspace: str, person: Person) -> Conversation:
        return Conversation(id=f"{workspace}/{person.id}", private=True)

    async def members(self, of: Conversation) -> Sequence[Member]:
        return []

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _ask(self, what: str, words: dict[str, str]) -> tuple[int, Any, Any]:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=500)
            self._session = aiohttp.ClientSession(self._url, connector=connector)
        try:
            async with self._session.post(f"/{what}", json=words) as answer:
                body = await answer.json() if answer.status == 200 else {}
                return answer.status, answer.headers, body
        except aiohttp.ClientConnectorError as error:
            raise Unreachable("nobody there", may_be_done=False) from error
        except aiohttp.ClientError as error:
            raise Unreachable("connection broke") from error


def routes(platform: Platform) -> list[web.RouteDef]:
    """The platform over HTTP."""

    async def post(request: web.Request) -> web.Response:
        words = await request.json()
        before = platform.dropped
        try:
            # Shielded: a caller that dies does not take its message back.
            message = await asyncio.shield(asyncio.ensure_future(platform.post(**words)))
        except Throttled as no:
            wait = {"Retry-After": f"{no.retry_after:.3f}"}
            return web.json_response({}, status=429, headers=wait)
        except Unreachable:
            if platform.dropped > before and request.transport:
                request.transport.close()
            return web.json_response({}, status=503)
        return web.json_response({"message": message})

    async def find(request: web.Request) -> web.Response:
        try:
            return web.json_response({"message": platform.find((await request.json())["key"])})
        except CannotTell:
            return web.json_response({}, status=403)

    return [web.post("/post", post), web.post("/find", find)]


@contextlib.contextmanager
def serving(platform: Platform) -> Iterator[str]:
    """The platform on a port of this machine, in a thread of its own; its address."""
    loop = asyncio.new_event_loop()

    async def start() -> tuple[web.AppRunner, int]:
        app = web.Application()
        app.add_routes(routes(platform))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner, runner.addresses[0][1]

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner, port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
