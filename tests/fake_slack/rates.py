"""How often a method may be called; more is answered 429 with `Retry-After`."""

import math
from collections import deque
from dataclasses import dataclass, field

from tests.fake_slack.clock import Clock

A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls by tier, for each method and workspace."""


@dataclass
class Rates:
    """`enabled = False` lets everything pass. A channel takes a message a second, and `burst` of
    them at once (assumed: Slack speaks of short bursts)."""

    clock: Clock
    enabled: bool = True
    burst: int = 10
    a_minute: dict[int, int] = field(default_factory=lambda: dict(A_MINUTE))
    impatient: list[str] = field(default_factory=list)
    """Methods that were called again inside their `Retry-After`."""
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _closed: dict[tuple[str, str], float] = field(default_factory=dict)

    def wait(self, method: str, team: str, tier: int | None) -> int:
        """Seconds to wait; 0 when the call may pass. `team` is a workspace, or a channel of it."""
        if not self.enabled:
            return 0
        now, key = self.clock.now(), (method, team)
        if now < self._closed.get(key, 0):
            self.impatient.append(method)
            return math.ceil(self._closed[key] - now)
        window, most = (60.0, self.a_minute[tier]) if tier else (float(self.burst), self.burst)
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) < most:
            calls.append(now)
            return 0
        seconds = max(1, math.ceil(calls[0] + window - now))
        self._closed[key] = now + seconds
        return seconds
