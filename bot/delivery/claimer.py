"""Turns what falls due into runs, and runs into deliveries."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from bot import faults
from bot.delivery.falling_due import advance_all
from bot.delivery.ledger import Claimed, Due, OpenRun
from bot.delivery.ports import Topic
from bot.delivery.trying import BUDGET, Times, backoff, waiting_of, why
from bot.ports import Clock

LIMIT = 500
"""Schedules claimed in one transaction."""
EXPANDED_AT_ONCE = 500
"""Deliveries made in one transaction."""
RUNS_AT_ONCE = 8

log = logging.getLogger(__name__)


class Claimer:
    """Claims due schedules; opens runs whose audience is asked for or large."""

    def __init__(
        self,
        *,
        due: Due,
        topics: Mapping[str, Topic],
        clock: Clock,
        made: Callable[[], None],
        times: Times,
    ) -> None:
        """`made` is called when there are new deliveries."""
        self._open_for = times.lease
        self._longest_ask = (times.lease - times.margin).total_seconds()
        self._due = due
        self._made = made
        self._topics = topics
        self._clock = clock
        self._opening: set[asyncio.Task[None]] = set()

    async def claim(self) -> Claimed:
        """Move due schedules on, some at a time."""
        now = self._clock.now()
        return await self._due.claim(now, LIMIT, lambda due: advance_all(due, now))

    async def open_runs(self) -> int:
        """Begin to open runs, as many as there is room for; how many."""
        room = RUNS_AT_ONCE - len(self._opening)
        if room <= 0:
            return 0
        now = self._clock.now()
        found = await self._due.open_runs(now, now + self._open_for, room)
        for run in found:
            task = asyncio.create_task(self._open(run))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
        return len(found)

    async def wait(self, seconds: float | None = None) -> None:
        """Until no run is being opened; what is not done by then is taken up after a start."""
        if self._opening:
            _, left = await asyncio.wait(self._opening, timeout=seconds)
            for task in left:
                task.cancel()

    async def _open(self, opened: OpenRun) -> None:
        try:
            if opened.frozen or await self._ask(opened):
                faults.point("claimer.frozen")
                await self._expand(opened)
        except Exception:
            # The run stays open: it is taken up again when our time with it is over.
            log.exception("run not opened", extra={"workspace": opened.workspace})

    async def _ask(self, opened: OpenRun) -> bool:
        """Have the topic say who is in the run; whether it did."""
        topic = self._topics.get(opened.run.topic)
        try:
            if topic is None:
                raise LookupError("no room of this program says it")
            async with asyncio.timeout(self._longest_ask):
                audience = await topic.recipients(opened.workspace, opened.run)
        except Exception as error:
            await self._not_told(opened, error)
            return False
        faults.point("claimer.asked")
        await self._due.freeze(opened.workspace, opened.run.id, audience)
        return True

    async def _not_told(self, opened: OpenRun, error: Exception) -> None:
        log.warning(
            "audience not known yet",
            extra={
                "workspace": opened.workspace,
                "kind": opened.run.topic,
                "error": type(error).__name__,
                "tries": opened.asks,
            },
        )
        now = self._clock.now()
        if now - opened.since > BUDGET:
            await self._due.give_up_run(opened.workspace, opened.run.id, why(error))
            return
        wait = waiting_of(error) or backoff(opened.run.id, opened.asks + 1)
        await self._due.ask_later(opened.workspace, opened.run.id, now + wait, why(error))

    async def _expand(self, opened: OpenRun) -> None:
        more = True
        while more:
            now: datetime = self._clock.now()
            more = await self._due.expand(opened.workspace, opened.run.id, now, EXPANDED_AT_ONCE)
            faults.point("claimer.expanded")
            self._made()
