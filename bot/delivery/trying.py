"""How long is waited between tries, and when trying ends."""

import math
from datetime import timedelta

from bot.errors import Problem, Throttled
from bot.events import Frozen
from bot.text import one_line, shorten


class Times(Frozen):
    """How long things may take. The defaults are for platforms over the internet."""

    lease: timedelta = timedelta(seconds=30)
    """So long is a delivery its process's; longer than everything that may happen in between."""
    call: timedelta = timedelta(seconds=10)
    """What a platform, or a room, may take to answer."""
    margin: timedelta = timedelta(seconds=2)
    """Of the lease, left after the longest call, for clocks that disagree."""
    look_after: timedelta = timedelta(seconds=3)
    """A platform's history may lag; only after so long is it asked whether something arrived."""


BUDGET = timedelta(days=3)
"""So long is a counterpart that cannot be reached tried again. Counted in time and not in tries, so
that an outage over a weekend costs nobody a message."""
FIRST_WAIT = 2.0
LONGEST_BACKOFF = 300.0
LONGEST_WAIT = 6 * 3600.0
MOST_DOUBLINGS = 20
LONGEST_WHY = 200


def backoff(of: str, tries: int) -> timedelta:
    """How long to wait after so many tries: doubling up to five minutes, spread by `of`, so that
    what failed together does not come back together. The same for the same try."""
    longest = min(FIRST_WAIT * 2 ** min(tries - 1, MOST_DOUBLINGS), LONGEST_BACKOFF)
    spread = sum(of.encode()) * 31 + tries * 17
    return timedelta(seconds=longest * (0.5 + spread % 64 / 128))


def waiting_of(error: Exception) -> timedelta | None:
    """How long the platform said to stay away; None where it did not say."""
    seconds = error.retry_after if isinstance(error, Throttled) else None
    if seconds is None or not math.isfinite(seconds):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_WAIT))


def why(error: BaseException) -> str:
    """The error for the operator. A stranger's words stay out of it: only its kind."""
    kind = type(error).__name__
    if isinstance(error, Problem) and str(error):
        return shorten(f"{kind}: {one_line(str(error))}", LONGEST_WHY)
    return kind
