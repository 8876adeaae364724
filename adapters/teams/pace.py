"""How much may be said in one conversation: Teams' published limits, kept before it has to say so.

Source: learn.microsoft.com, "Optimize your bot with rate limiting in Teams": per bot and thread.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Sequence

SAYING = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""So many sends or updates within so many seconds."""
LISTING = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
"""So many pages of members."""
SLACK = 0.2
"""Seconds added to each: what leaves us later may arrive sooner."""
MOST = 5000
"""Conversations remembered; the oldest are forgotten."""


class Pace:
    """Counts what was done, conversation by conversation."""

    def __init__(self, limits: Sequence[tuple[int, float]] = SAYING) -> None:
        self._limits = limits
        self._longest = limits[-1][0]
        self._done: OrderedDict[str, deque[float]] = OrderedDict()
        self._closed: dict[str, float] = {}

    def wait(self, conversation: str) -> float:
        """Seconds until something may be said there."""
        now = time.monotonic()
        opens = self._closed.get(conversation, 0.0)
        done = self._done.get(conversation, ())
        for most, within in self._limits:
            if len(done) >= most:
                opens = max(opens, done[-most] + within + SLACK)
        return max(opens - now, 0.0)

    def said(self, conversation: str) -> None:
        """Something is being said there."""
        done = self._done.setdefault(conversation, deque(maxlen=self._longest))
        self._done.move_to_end(conversation)
        done.append(time.monotonic())
        while len(self._done) > MOST:
            self._done.popitem(last=False)

    def closed(self, conversation: str, seconds: float) -> None:
        """Teams wants us to wait there."""
        if len(self._closed) > MOST:
            self._closed.clear()
        until = time.monotonic() + seconds
        self._closed[conversation] = max(until, self._closed.get(conversation, 0.0))
