"""Who writes next, where there is one writer."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.problems import Busy


class Turn:
    """One at a time, in the order they came; those who come `first` wait for nobody but the one
    whose turn it is and each other."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def mine(self, *, wait: float, first: bool = False) -> AsyncIterator[None]:
        """One's turn while the block runs. Raises Busy when it does not come in so many seconds."""
        if self._taken:
            await self._wait(self._first if first else self._others, wait)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, line: deque[asyncio.Future[None]], wait: float) -> None:
        called = asyncio.get_running_loop().create_future()
        line.append(called)
        try:
            async with asyncio.timeout(wait):
                await called
        except BaseException as ended:
            if called.done() and not called.cancelled():
                self._pass_on()  # called and gone in one moment
            if isinstance(ended, TimeoutError):
                raise Busy(f"no turn to write within {wait} seconds") from None
            raise

    def _pass_on(self) -> None:
        for line in (self._first, self._others):
            while line:
                called = line.popleft()
                if not called.done():
                    called.set_result(None)  # it stays taken: nobody comes in between
                    return
        self._taken = False
