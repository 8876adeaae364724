"""How late what is due goes out, with many schedules, and what that costs: one process."""

import asyncio
import contextlib
import gc
import random
import resource
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection

from sqlalchemy import text

from bot.cards import Card
from bot.delivery.pace import Pace
from bot.events import Conversation
from bot.recurrence.model import Hours, Rule
from delivering.parts import engine_on, make_anew, percentile
from storage.batches import run_all
from storage.engine import open_engine
from storage.outbox import GATE, SCHEDULE, new_gate
from storage.unit_of_work import Storage
from storage.zone_data import VERSION
from tests.fake_platform import Platform, PlatformPoster

WORKSPACES = 50
RULE = Rule(kind="rrule", text="FREQ=DAILY", start=datetime(2026, 1, 1, 9), zone="Europe/Berlin")
STEADY = 9.0
"""Seconds of the steady part; what is due in it lies as if spread over an hour."""


@dataclass
class Lateness:
    """Milliseconds from due to the beginning of the call, and what it took."""

    steady: list[float]
    burst: list[float]
    started: float
    """Milliseconds from the start to the first look at what is due."""
    cpu: float
    """Of a core, in the steady part."""
    stall: float
    """Milliseconds that the event loop stood still, at most."""
    memory: float
    """Megabytes."""

    def at(self, part: str, share: float) -> float:
        """A percentile of the part."""
        return percentile(getattr(self, part), share)


class Noting(PlatformPoster):
    """Notes when each call begins."""

    def __init__(self) -> None:
        super().__init__(Platform(burst=1_000_000))
        self.began: list[tuple[str, float]] = []
        self.of_burst = 0

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """At once."""
        self.began.append((to.id, time.time()))
        self.of_burst += to.id.startswith("chat:b")
        return key


def measure(url: str, schedules: int, burst: int, parent: Connection) -> None:
    """In a process of its own."""
    make_anew(url)
    parent.send(asyncio.run(_measure(url, schedules, burst)))


async def _measure(url: str, schedules: int, burst: int) -> Lateness:
    engine = open_engine(url)
    storage = Storage(engine)
    base = time.time() + max(3.0, schedules / 8000 + 3)
    due = await _load(storage, schedules, burst, base)
    if url.startswith("postgresql"):
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("ANALYZE"))
    poster = Noting()
    pace = Pace(rate=1_000_000, burst=1_000_000)
    deliverer = engine_on(storage, poster, pace, alone=url.startswith("sqlite"), most_at_once=500)
    stalls: list[float] = []
    probe = asyncio.create_task(_probe(stalls))
    began = time.perf_counter()
    await deliverer.take_up()
    await deliverer._round()
    started = (time.perf_counter() - began) * 1e3
    await deliverer.start()
    # As the bot does once it is up.
    gc.collect()
    gc.freeze()
    ticks = asyncio.create_task(_tick(deliverer))
    await asyncio.sleep(max(0.0, base - time.time()))
    stalls.clear()
    before, at = _cpu(), time.perf_counter()
    await asyncio.sleep(STEADY)
    cpu = (_cpu() - before) / (time.perf_counter() - at)
    deadline = time.time() + 60
    # The stand-in has no event to wait for.
    while time.time() < deadline and poster.of_burst < burst:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    for task in (probe, ticks):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await deliverer.stop(5)
    await storage.close()
    late = {to: (at - due[to]) * 1e3 for to, at in poster.began if to in due}
    return Lateness(
        steady=[ms for to, ms in late.items() if base < due[to] < base + STEADY],
        burst=[ms for to, ms in late.items() if to.startswith("chat:b")],
        started=started,
        cpu=cpu * 100,
        stall=max(stalls, default=0.0) * 1e3,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


async def _load(storage: Storage, schedules: int, burst: int, base: float) -> dict[str, float]:
    """So many schedules: a burst due in one instant, the rest spread over an hour. When each
    conversation's is due."""
    chance = random.Random(1)
    due: dict[str, float] = {}
    values = []
    for number in range(schedules):
        in_burst = number < burst
        workspace = f"chat:{'b' if in_burst else 's'}{number % WORKSPACES}"
        to = f"{workspace}/C{number}"
        at = base + STEADY + 1 if in_burst else base + chance.random() * 3600
        due[to] = at
        values.append(_schedule(workspace, number, to, at))
    gates = sorted({str(value["workspace"]) for value in values})
    await storage.due._whole(
        lambda connection: run_all(connection, GATE.insert(), [new_gate(each) for each in gates])
    )
    for first in range(0, schedules, 5000):
        some = values[first : first + 5000]
        await storage.due._whole(partial(run_all, statement=SCHEDULE.insert(), values=some))
    return due


def _schedule(workspace: str, number: int, to: str, at: float) -> dict[str, object]:
    return {
        "workspace": workspace,
        "id": f"s{number}",
        "topic": "room",
        "subject": "1",
        "rule": RULE,
        "hours": HOURS,
        "recipients": (Conversation(id=to),),
        "paused": False,
        "done": 0,
        "due_at": datetime.fromtimestamp(at, UTC),
        "rev": 0,
        "worked_out_by": VERSION,
        "unsure_before": None,
    }


HOURS = Hours(zone="Europe/Berlin")


async def _probe(stalls: list[float]) -> None:
    while True:
        at = time.perf_counter()
        await asyncio.sleep(0.02)
        stalls.append(time.perf_counter() - at - 0.02)


async def _tick(deliverer: object) -> None:
    while True:
        await asyncio.sleep(1)
        await deliverer.tick()  # type: ignore[attr-defined]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
