"""Writes down what became of deliveries, many in one transaction."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping

from bot import faults
from bot.delivery.ledger import Outcome, Sending
from bot.delivery.pace import Pace
from bot.ports import Clock

GATHER = 0.02
"""Seconds in which results are gathered for one transaction: where there is one writer, a
transaction for each message would hold up everybody's next one."""
ENOUGH = 50
"""So many are not gathered any longer; neither is a refusal, which others must hear of."""
LONGEST_PAUSE = 5.0
"""Seconds between tries while the database does not answer."""
MOST_TRIES_ALONE = 3

log = logging.getLogger(__name__)


class Results:
    """Takes results and records them soon; keeps them while the database is away, as forgetting
    one would mean asking the platform about it, or guessing."""

    def __init__(
        self,
        *,
        sending: Sending,
        paces: Mapping[str, Pace],
        clock: Clock,
        recorded: Callable[[list[Outcome]], None],
    ) -> None:
        self._sending = sending
        self._paces = paces
        self._clock = clock
        self._recorded = recorded
        self._waiting: list[Outcome] = []
        self._writing: asyncio.Task[None] | None = None
        self._enough = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, outcome: Outcome) -> None:
        """Record it soon."""
        self._waiting.append(outcome)
        if len(self._waiting) >= ENOUGH or outcome.refusal:
            self._enough.set()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def written(self, seconds: float | None = None) -> None:
        """Until all that was added is recorded."""
        if self._writing:
            await asyncio.wait({self._writing}, timeout=seconds)

    async def _write(self) -> None:
        tries = 0
        while self._waiting:
            if tries:
                await asyncio.sleep(min(0.2 * 2**tries, LONGEST_PAUSE))
            else:
                await self._gather()
            several = list(self._waiting)
            try:
                faults.point("results.writes")
                await self._sending.record(several, self._clock.now(), self._paces)
            except Exception:
                log.exception("results not recorded yet", extra={"count": len(several)})
                tries += 1
                if tries < MOST_TRIES_ALONE or len(several) == 1:
                    continue
                several = await self._one_by_one(several)
            else:
                tries = 0
            faults.point("results.written")
            done = set(map(id, several))
            self._waiting = [each for each in self._waiting if id(each) not in done]
            self._recorded(several)

    async def _gather(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GATHER):
                await self._enough.wait()
        self._enough.clear()

    async def _one_by_one(self, several: list[Outcome]) -> list[Outcome]:
        """Those that could be recorded by themselves: one that cannot must not hold the others."""
        done = []
        for outcome in several:
            try:
                await self._sending.record([outcome], self._clock.now(), self._paces)
            except Exception:
                log.exception("result not recorded yet")
            else:
                done.append(outcome)
        return done
