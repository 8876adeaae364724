"""The engine on a stage: time passes, and what falls due on the way is delivered when it does."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import func, select

from adapters.core import Core
from bot.delivery.deliverer import Deliverer
from bot.delivery.pace import Pace
from storage.outbox import DELIVERY, SCHEDULE
from tests.fakes import FixedClock

UNHINDERED = Pace(rate=100_000, burst=1000, conversation_rate=100_000)
_MOMENT = timedelta(seconds=1)
_MOST_WAITS = 20
_LONGEST_WAIT = 2.0


async def pass_time(core: Core, clock: FixedClock, by: timedelta) -> None:
    """Move the clock on, stopping wherever something falls due, and deliver it there."""
    deliverer = Deliverer(
        due=core.storage.due,
        sending=core.storage.sending,
        upkeep=core.storage.upkeep,
        topics=core.rooms.topics,
        posters=core.posters,
        paces=dict.fromkeys(core.posters, UNHINDERED),
        clock=clock,
        discreet=core.rooms.pulsing.discreet,
    )
    end = clock.now() + by
    await deliverer.settle()
    while (due := await _next(core, clock.now())) and due <= end:
        # A moment later: a gate may give a start that lies a little ahead.
        clock.advance(due - clock.now() + _MOMENT)
        await deliverer.settle()
    if clock.now() < end:
        clock.advance(end - clock.now())
    await deliverer.settle()
    for _ in range(_MOST_WAITS):
        # A way in keeps its platform's pace in real time, whatever the clock says here.
        due = await _held_back(core)
        if due is None:
            return
        wait = max(due - clock.now(), timedelta())
        await asyncio.sleep(min(wait.total_seconds(), _LONGEST_WAIT) + 0.05)
        clock.advance(wait + _MOMENT)
        await deliverer.settle()


async def _held_back(core: Core) -> datetime | None:
    """When something is due again that its platform's pace held back."""
    async with core.storage._transaction() as session:
        held = DELIVERY.c.why.startswith("Throttled")
        return await session.scalar(
            select(func.min(DELIVERY.c.not_before)).where(DELIVERY.c.state == "pending", held)
        )


async def _next(core: Core, now: datetime) -> datetime | None:
    async with core.storage._transaction() as session:
        schedule = await session.scalar(
            select(func.min(SCHEDULE.c.due_at)).where(SCHEDULE.c.due_at > now)
        )
        delivery = await session.scalar(
            select(func.min(DELIVERY.c.not_before)).where(
                DELIVERY.c.not_before > now, DELIVERY.c.state == "pending"
            )
        )
    return min(filter(None, (schedule, delivery)), default=None)
