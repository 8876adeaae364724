"""An event loop and a clock on which time passes several times as fast."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from selectors import SelectorKey

from tests.delivery.stage import AT

TIMES = 5.0


class _Selector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        found: list[tuple[SelectorKey, int]] = super().select(timeout and timeout / TIMES)
        return found


class HurriedLoop(asyncio.SelectorEventLoop):
    """Sleeps a fifth of what it is told to."""

    def __init__(self) -> None:
        super().__init__(_Selector())

    def time(self) -> float:
        return super().time() * TIMES


class HurriedClock:
    """The hour at which tests begin, and from then on as fast as the loop."""

    def __init__(self, time: Callable[[], float]) -> None:
        self._time, self._began = time, time()

    def now(self) -> datetime:
        return AT + timedelta(seconds=self._time() - self._began)
