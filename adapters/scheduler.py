"""The clock in each process: APScheduler, in memory only. What is due stands in the tables."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ticking:
    """Something done again and again, every so many seconds."""

    name: str
    every: float
    does: Callable[[], Awaitable[object]]


@asynccontextmanager
async def ticking(ticks: Iterable[Ticking]) -> AsyncIterator[None]:
    """Do them while the block runs; one that fails is logged and done again next time."""
    # misfire_grace_time None: APScheduler's default of one second drops a tick after any stall.
    scheduler = AsyncIOScheduler(
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for tick in ticks:
        scheduler.add_job(_once, "interval", seconds=tick.every, args=[tick], id=tick.name)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


async def _once(tick: Ticking) -> None:
    try:
        await tick.does()
    except Exception:
        log.exception("tick failed", extra={"tick": tick.name})
