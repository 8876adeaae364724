"""Many things in one go, without anybody waiting for a clock.

Whoever comes first is served at once, alone; whoever comes meanwhile makes up the next round. So
rounds grow with the load, and a thing that comes alone is as quick as it would be by itself.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 200
"""In one round; the others go into the next one."""


class Together(Generic[Item, Result]):
    """Does what many ask for in rounds: `all_of` a round at once and, where that fails, `one` by
    one, so that a thing which cannot be done does not fail its neighbours."""

    def __init__(
        self,
        *,
        all_of: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        one: Callable[[Item], Awaitable[Result]],
    ) -> None:
        self._all_of = all_of
        self._one = one
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._rounds: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """What came of it; raises what it raised. Who is cancelled before the round begins has
        it not done; one that began goes on to its end."""
        mine: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, mine))
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._until_nobody_waits())
        return await mine

    async def settled(self) -> None:
        """Wait until no round is under way."""
        if self._rounds:
            await asyncio.wait({self._rounds})

    async def _until_nobody_waits(self) -> None:
        while self._waiting:
            several: list[tuple[Item, asyncio.Future[Result]]] = []
            while self._waiting and len(several) < MOST:
                item, its = self._waiting.popleft()
                if not its.done():  # else whoever asked has gone
                    several.append((item, its))
            try:
                await self._round(several)
            finally:
                # Only when this task itself was stopped is anybody still waiting here.
                for _, its in several:
                    its.cancel()

    async def _round(self, several: Sequence[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        if not several:
            return
        with contextlib.suppress(Exception):  # each one's own failure is told to who asked for it
            results = await self._all_of([item for item, _ in several])
            for (_, its), result in zip(several, results, strict=True):
                _give(its, result)
            return
        for item, its in several:
            await self._alone(item, its)

    async def _alone(self, item: Item, its: "asyncio.Future[Result]") -> None:
        if its.done():
            return
        try:
            _give(its, await self._one(item))
        except Exception as failed:
            _fail(its, failed)


def _give(its: "asyncio.Future[Result]", result: Result) -> None:
    if not its.done():
        its.set_result(result)


def _fail(its: "asyncio.Future[Result]", failed: Exception) -> None:
    if not its.done():
        its.set_exception(failed)
