"""Slack's time: the machine's, moved on at will."""

import time


class Clock:
    """Seconds since 1970."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def later(self, seconds: float) -> None:
        """Let that much time pass."""
        self._ahead += seconds
