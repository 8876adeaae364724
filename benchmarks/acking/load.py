"""Correctly signed `/mission` commands over keep-alive connections; every reply is checked."""

import asyncio
import hashlib
import hmac
import itertools
import os
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from urllib.parse import urlencode

from acking.servers import HOST, SECRET

CONNECTIONS = 64
"""Open at once for a steady rate."""
_numbers = itertools.count()


@dataclass
class Load:
    """What came of a run."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    """Seconds until each 200."""
    refused: list[float] = field(default_factory=list)
    """Seconds until each honest 503."""


def load(pipe: Connection, port: int, slack: int) -> None:
    """Runs in its own process: takes ("all", how many, so many at once) or ("rate", so many a
    second, seconds) and sends back the Load, until "stop"."""
    pipe.send("ready")
    while (asked := pipe.recv()) != "stop":
        how, first, second = asked
        run = closed_loop if how == "all" else open_loop
        pipe.send(asyncio.run(run(port, slack, first, second)))


async def closed_loop(port: int, slack: int, n: int, at_once: int) -> Load:
    """As fast as it goes, by so many at once."""
    came = Load()
    left = iter(range(n))

    async def worker() -> None:
        line = await _open(port)
        for _ in left:
            data = _request(port, slack)
            await line.ask(data, time.perf_counter(), came)
        line.close()

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    came.seconds = time.perf_counter() - started
    return came


async def open_loop(port: int, slack: int, rate: int, seconds: float) -> Load:
    """So many a second, whether answered or not; waiting for a free connection counts."""
    came = Load()
    free: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await _open(port))

    async def one(due: float) -> None:
        line = await free.get()
        await line.ask(_request(port, slack), due, came)
        free.put_nowait(line)

    start = time.perf_counter()
    tasks = []
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    came.seconds = time.perf_counter() - start
    return came


class _Line:
    """A keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, data: bytes, since: float, came: Load) -> None:
        self._writer.write(data)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        body = await self._reader.readexactly(length) if length else b""
        took = time.perf_counter() - since
        if head[9:12] == b"503":
            came.refused.append(took)
        elif head[9:12] == b"200" and not body:
            came.taken.append(took)
        else:
            raise SystemExit(f"not acknowledged: {head[:80]!r} {body[:200]!r}")

    def close(self) -> None:
        self._writer.close()


async def _open(port: int) -> _Line:
    return _Line(*await asyncio.open_connection(HOST, port))


def _request(port: int, slack: int) -> bytes:
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
            "trigger_id": f"{os.getpid()}.{time.time_ns()}.{next(_numbers)}",
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
