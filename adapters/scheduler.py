"""The clock in each process: APScheduler, in memory only. What is due stands in the tables."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

FINISH_WITHIN = 2.0
"""Seconds that a tick in progress gets when the clock stops."""


@dataclass(frozen=True, kw_only=True)
class Ticking:
    """Something done again and again, every so many seconds."""

    name: str
    every: float
    does: Callable[[], Awaitable[object]]


@asynccontextmanager
async def ticking(ticks: Iterable[Ticking]) -> AsyncIterator[None]:
    """Do them while the block runs; one that fails is logged and done again next time. When this
    returns, none is in progress."""
    # misfire_grace_time None: APScheduler's default of one second drops a tick after any stall.
    scheduler = AsyncIOScheduler(
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    running: set[asyncio.Task[Any]] = set()
    for tick in ticks:
        scheduler.add_job(_once, "interval", seconds=tick.every, args=[tick, running], id=tick.name)
    scheduler.start()
    try:
        yield
    finally:
        # Paused first: shutting down breaks off at once what is in progress.
        scheduler.pause()
        if running:
            await asyncio.wait(running, timeout=FINISH_WITHIN)
        scheduler.shutdown(wait=False)
        if running:
            await asyncio.wait(running, timeout=FINISH_WITHIN)


async def _once(tick: Ticking, running: set[asyncio.Task[Any]]) -> None:
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    running.add(task)
    try:
        await tick.does()
    except asyncio.CancelledError:
        # Raised further, APScheduler would log it as a failure of its own.
        log.warning("tick broken off", extra={"tick": tick.name})
    except Exception:
        log.exception("tick failed", extra={"tick": tick.name})
    finally:
        running.discard(task)
