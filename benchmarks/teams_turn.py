"""How many mentions a second the Teams adapter answers, beside Microsoft's library and aiohttp.

    python benchmarks/teams_turn.py [--n 2000] [--conc 32] [--repeat 3]

A turn begins when a mention is sent to the bot and ends when the bot's answer has come to the
connector and the mention is acknowledged. Each bot runs in a process of its own; the sender and a
lean connector share another. The floors check no token and keep nothing; ours proves a signed token
for every mention, stores it in a SQLite file (synchronous=FULL) and remembers what it sent.
Touches 127.0.0.1 only.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing as mp
import os
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

HOST = "127.0.0.1"
TENANT, APP_ID = "11111111-aaaa-4aaa-8aaa-111111111111", "22222222-cccc-4ccc-8ccc-222222222222"
PLACES = 500
"""Conversations; Teams takes 7 messages a second in each."""
for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
    del os.environ[name]


async def _listen(app: web.Application, stack: AsyncExitStack) -> int:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, HOST, 0).start()
    return int(runner.addresses[0][1])


async def _serve(app: web.Application, pipe: Connection, stack: AsyncExitStack) -> None:
    pipe.send(await _listen(app, stack))
    while True:
        while not pipe.poll():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        if pipe.recv() == "stop":
            return
        pipe.send(time.process_time())


# The bots


def bare(pipe: Connection, connector: str, _: str) -> None:
    """JSON in, a reply out, and nothing else."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())

            async def messages(request: web.Request) -> web.Response:
                told = await request.json()
                url = (
                    f"{told['serviceUrl']}v3/conversations/{told['conversation']['id']}/activities"
                )
                answer = {"type": "message", "text": f"Echo {told['text']}"}
                async with session.post(url, json=answer) as reply:
                    await reply.read()
                return web.Response()

            app = web.Application()
            app.add_routes([web.post("/api/messages", messages)])
            await _serve(app, pipe, stack)

    asyncio.run(run())


def stock(pipe: Connection, connector: str, _: str) -> None:
    """Microsoft's CloudAdapter as its samples have it, with no credentials: its best case."""

    async def run() -> None:
        from botbuilder.core import ActivityHandler, CloudAdapterBase, TurnContext
        from botbuilder.schema import Activity
        from botframework.connector import HttpClientFactory
        from botframework.connector.auth import (
            BotFrameworkAuthenticationFactory,
            PasswordServiceClientCredentialFactory,
        )

        class Echo(ActivityHandler):
            async def on_message_activity(self, turn_context: TurnContext) -> None:
                await turn_context.send_activity(f"Echo {turn_context.activity.text}")

        # What botbuilder-integration-aiohttp's CloudAdapter does with a request, less its checks.
        trust = BotFrameworkAuthenticationFactory.create(
            credential_factory=PasswordServiceClientCredentialFactory("", ""),
            http_client_factory=HttpClientFactory(),
        )
        adapter, bot = CloudAdapterBase(trust), Echo()

        async def messages(request: web.Request) -> web.Response:
            activity = Activity().deserialize(await request.json())
            header = request.headers.get("Authorization", "")
            await adapter.process_activity(header, activity, bot.on_turn)
            return web.Response()

        app = web.Application()
        app.add_routes([web.post("/api/messages", messages)])
        async with AsyncExitStack() as stack:
            await _serve(app, pipe, stack)

    logging.disable(logging.WARNING)
    asyncio.run(run())


def lean(pipe: Connection, connector: str, _: str) -> None:
    """The library's activities, turns and handler, without what it builds for each turn: its best
    case, were it used so. Replies go by one pool of connections."""

    async def run() -> None:
        from botbuilder.core import BotAdapter, TurnContext
        from botbuilder.core.teams import TeamsActivityHandler
        from botbuilder.schema import Activity, ResourceResponse

        class Lean(BotAdapter):
            async def send_activities(self, context: TurnContext, activities: Any) -> Any:
                for each in activities:
                    place = f"v3/conversations/{each.conversation.id}/activities"
                    url = f"{each.service_url}{place}"
                    async with session.post(url, json=each.serialize()) as reply:
                        await reply.read()
                return [ResourceResponse(id="1") for _ in activities]

            async def update_activity(self, context: TurnContext, activity: Any) -> Any: ...
            async def delete_activity(self, context: TurnContext, reference: Any) -> Any: ...

        class Echo(TeamsActivityHandler):
            async def on_message_activity(self, turn_context: TurnContext) -> None:
                await turn_context.send_activity(f"Echo {turn_context.activity.text}")

        adapter, bot = Lean(), Echo()

        async def messages(request: web.Request) -> web.Response:
            activity = Activity().deserialize(await request.json())
            await adapter.run_pipeline(TurnContext(adapter, activity), bot.on_turn)
            return web.Response()

        app = web.Application()
        app.add_routes([web.post("/api/messages", messages)])
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            await _serve(app, pipe, stack)

    logging.disable(logging.WARNING)
    asyncio.run(run())


class _Token:
    async def token(self, *, instead_of: str | None = None) -> str:
        return "benchmark"


def ours(pipe: Connection, connector: str, what: str) -> None:
    """The adapter, the inbox, a SQLite file; behind them one line, or the charter."""

    async def run() -> None:
        from adapters.core import SystemClock, build_core
        from adapters.files import SAMPLE
        from adapters.files.store import import_charter
        from adapters.judging.reader import OnnxReader
        from adapters.teams.way_in import Access, open_teams
        from bot.ask.model import Cap
        from bot.delivery.inbox import Inbox
        from bot.events import Event, Person
        from bot.replies import Answer, reply
        from bot.usage import sentence
        from storage.engine import open_engine
        from storage.migrate import upgrade
        from storage.unit_of_work import Storage

        folder, kind = what.rsplit("|", 1)
        engine = open_engine(f"sqlite+aiosqlite:///{folder}/{kind}.db")
        await upgrade(engine)
        storage, clock = Storage(engine), SystemClock()
        core = build_core(
            storage=storage, reader=OnnxReader(storage.vectors), judge=None, cap=Cap(), clock=clock
        )
        dana = Person(id="dana", name="Dana")
        await import_charter(core.charters, f"teams:{TENANT}", SAMPLE, by=dana)

        async def echo(event: Event) -> Answer:
            return reply(sentence(f"Echo {event.text}"))  # type: ignore[union-attr]

        access = Access(
            app_id=APP_ID,
            password="x",
            tenant=TENANT,
            hosts=(HOST,),
            metadata_url=f"{connector}/openid",
        )
        async with AsyncExitStack() as stack:
            adapter = await stack.enter_async_context(
                open_teams(access, stored=storage.teams, clock=clock, tokens=_Token())
            )
            inbox = Inbox(
                work=storage,
                recovery=storage.recovery,
                dispatch=core.router.dispatch if kind == "charter" else echo,
                give_up=core.router.give_up,
                messengers={"teams": adapter.messenger},
                clock=clock,
            )
            await adapter.take(inbox)
            app = web.Application()
            app.add_routes(adapter.routes())
            await _serve(app, pipe, stack)
            await inbox.drain(10)
        await storage.close()

    logging.basicConfig(level=logging.ERROR)
    asyncio.run(run())


# Teams


@dataclass
class Stand:
    """A lean connector, Microsoft's keys, and whoever mentions the bot."""

    private: Any
    public: dict[str, Any]
    url: str = ""
    waiting: dict[str, "asyncio.Future[None]"] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/openid", self._document),
            web.get("/keys", self._keys),
            web.post("/teams/v3/conversations/{id}/activities", self._said),
            web.post("/teams/v3/conversations/{id}/activities/{to}", self._said),
        ]

    async def _document(self, _: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [self.public]})

    async def _said(self, request: web.Request) -> web.Response:
        told = json.loads(await request.read())
        if told["type"] == "message":
            place = unquote(request.match_info["id"]).partition(";")[0]
            if (waiter := self.waiting.pop(place, None)) and not waiter.done():
                waiter.set_result(None)
        return web.json_response({"id": str(time.time_ns())}, status=201)


def _stand() -> Stand:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from jwt.algorithms import RSAAlgorithm

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return Stand(private, {**jwk, "kid": "k", "use": "sig", "endorsements": ["msteams"]})


def _mention(stand: Stand, place: str, number: int) -> bytes:
    id_ = f"{time.time_ns()}{number}"
    bot = {"id": f"28:{APP_ID}", "name": "Mission"}
    channel = {"tenant": {"id": TENANT}, "team": {"id": "19:team"}, "channel": {"id": place}}
    entities = [{"type": "mention", "text": "<at>Mission</at>", "mentioned": bot}]
    told = {
        "type": "message",
        "id": id_,
        "timestamp": "2026-11-23T09:00:00.000Z",
        "serviceUrl": f"{stand.url}/teams/",
        "channelId": "msteams",
        "from": {"id": "29:dana", "aadObjectId": "dana", "name": "Dana"},
        "recipient": bot,
        "conversation": {
            "id": f"{place};messageid={id_}",
            "conversationType": "channel",
            "isGroup": True,
        },
        "text": "<at>Mission</at> mission",
        "entities": entities,
        "channelData": channel,
        "localTimezone": "Europe/Berlin",
    }
    return json.dumps(told).encode()


async def _run(
    stand: Stand, port: int, n: int, conc: int, *, signs: bool
) -> tuple[float, list[float]]:
    """So many turns, by so many at once: seconds in all, and of each."""
    import jwt

    claims = {
        "iss": "https://api.botframework.com",
        "aud": APP_ID,
        "exp": int(time.time()) + 3600,
        "serviceurl": f"{stand.url}/teams/",
    }
    token = jwt.encode(claims, stand.private, algorithm="RS256", headers={"kid": "k"})
    signed = {"Content-Type": "application/json"}
    if signs:
        # Without credentials the library fails on any token.
        signed["Authorization"] = f"Bearer {token}"
    times: list[float] = []
    numbers = iter(range(n))
    url = f"http://{HOST}:{port}/api/messages"

    async def worker(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            place = f"19:place-{number % PLACES}@thread.tacv2"
            answered = asyncio.get_running_loop().create_future()
            stand.waiting[place] = answered
            body = _mention(stand, place, number)
            started = time.perf_counter()
            for _ in range(50):
                async with session.post(url, data=body, headers=signed) as answer:
                    await answer.read()
                if answer.status == 200:
                    break
                _REFUSED.append(answer.status)
                await asyncio.sleep(0.1)
            else:
                raise SystemExit(f"not acknowledged: {answer.status}")
            async with asyncio.timeout(30):
                await answered
            times.append(time.perf_counter() - started)

    connector = aiohttp.TCPConnector(limit=conc)
    async with aiohttp.ClientSession(connector=connector) as session:
        started = time.perf_counter()
        await asyncio.gather(*(worker(session) for _ in range(conc)))
        return time.perf_counter() - started, sorted(times)


_REFUSED: list[int] = []
"""Acknowledgements that said honestly to come again."""


def _ms(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)] * 1e3


@dataclass(frozen=True)
class Row:
    label: str
    rate: float
    times: list[float]
    refused: int
    cpu_ms: float
    """The bot's own processor time for a turn, which other work on the machine changes little."""


async def measure(label: str, target: Any, what: str, asked: argparse.Namespace) -> Row:
    """Start that bot, have it answer, stop it."""
    _REFUSED.clear()
    stand = _stand()
    async with AsyncExitStack() as stack:
        app = web.Application()
        app.add_routes(stand.routes())
        stand.url = f"http://{HOST}:{await _listen(app, stack)}"
        pipe, child = mp.Pipe()
        process = mp.get_context("spawn").Process(
            target=target, args=(child, stand.url, what), daemon=True
        )
        process.start()
        try:
            if not await asyncio.to_thread(pipe.poll, 60):
                raise SystemExit(f"{label} did not start")
            port = pipe.recv()
            signs = target is ours
            await _run(stand, port, PLACES, asked.conc, signs=signs)
            before = await _cpu(pipe)
            runs = [
                await _run(stand, port, asked.n, asked.conc, signs=signs)
                for _ in range(asked.repeat)
            ]
            cpu_ms = (await _cpu(pipe) - before) * 1e3 / (asked.n * asked.repeat)
        finally:
            pipe.send("stop")
            await asyncio.to_thread(process.join, 25)
            if process.is_alive():
                process.kill()
    rate = statistics.median(asked.n / seconds for seconds, _ in runs)
    print(f"measured: {label}, {rate:.0f} turns/s", file=sys.stderr, flush=True)
    times = sorted(t for _, times in runs for t in times)
    return Row(label, rate, times, len(_REFUSED), cpu_ms)


async def _cpu(pipe: Connection) -> float:
    pipe.send("cpu")
    await asyncio.to_thread(pipe.poll, 60)
    return float(pipe.recv())


def main() -> None:
    """Measure the floors and ours; print the table."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--n", type=int, default=2000)
    ask.add_argument("--conc", type=int, default=32)
    ask.add_argument("--repeat", type=int, default=3)
    asked = ask.parse_args()
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, {json.dumps(vars(asked))}")
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            asyncio.run(measure("bare aiohttp, echo", bare, "", asked)),
            asyncio.run(measure("stock CloudAdapter, echo", stock, "", asked)),
            asyncio.run(measure("lean library, echo", lean, "", asked)),
            asyncio.run(measure("ours, stored, one line", ours, f"{folder}|line", asked)),
            asyncio.run(measure("ours, stored, the charter", ours, f"{folder}|charter", asked)),
        ]
    floor, library = rows[0].rate, rows[1].rate
    heads = ("turns/s", "p50 ms", "p99 ms", "x stock", "x bare", "CPU ms", "asked again")
    print(f"{'':26s}", *(f"{head:>11s}" for head in heads))
    for row in rows:
        figures = (row.rate, _ms(row.times, 0.5), _ms(row.times, 0.99))
        ratios = (row.rate / library, row.rate / floor)
        print(
            f"{row.label:26s} {figures[0]:11.0f} {figures[1]:11.1f} {figures[2]:11.1f}",
            f"{ratios[0]:11.2f} {ratios[1]:11.2f} {row.cpu_ms:11.2f} {row.refused:11d}",
        )


if __name__ == "__main__":
    main()
