"""How well the reader finds the lines that speak to a question, and notices when none does."""

import math
import statistics
from collections.abc import Sequence

from adapters.evaluation.data import Case
from bot.ask.model import RELEVANT, Finding
from bot.events import Frozen

FALSE_ALARMS = 0.08
"""Share of the questions that lines do speak to which may be called silent."""


class Reading(Frozen):
    """A case, what the reader found, and how long it took."""

    case: Case
    findings: tuple[Finding, ...]
    non_goals: frozenset[str] = frozenset()
    """The charter's lines that rule something out."""
    seconds: float

    @property
    def best(self) -> float:
        """The relevance of the first line."""
        return self.findings[0].relevance if self.findings else 0.0

    def first(self, number: int) -> frozenset[str]:
        """The refs of the first lines."""
        return frozenset(finding.ref for finding in self.findings[:number])


class ReaderFigures(Frozen):
    """Shares are of 1; None where the data has no case of the sort."""

    questions: int
    silent: int
    """Questions that no line speaks to."""
    hit_at_1: float | None
    """The first line speaks to the question."""
    hit_at_3: float | None
    """One of the first three does."""
    decisive_at_3: float | None
    """A decisive line is among the first three."""
    threshold: float | None
    """The relevance that FALSE_ALARMS of the questions with evidence stay below."""
    silence_caught: float | None
    """Share of the silent questions that stay below it."""
    fixed_threshold: float = RELEVANT
    """What the bot uses."""
    silence_caught_fixed: float | None
    false_alarms_fixed: float | None
    seconds: float
    """Median for a question; its charter was read before."""


def reader_figures(readings: Sequence[Reading]) -> ReaderFigures:
    """The figures of one reading or more."""
    spoken = [r for r in readings if r.case.evidence]
    silent = [r for r in readings if not r.case.evidence]
    threshold = quantile([r.best for r in spoken], FALSE_ALARMS) if spoken else None
    return ReaderFigures(
        questions=len(readings),
        silent=len(silent),
        hit_at_1=share([bool(r.first(1) & r.case.evidence) for r in spoken]),
        hit_at_3=share([bool(r.first(3) & r.case.evidence) for r in spoken]),
        decisive_at_3=share([bool(r.first(3) & r.case.decisive) for r in spoken]),
        threshold=threshold,
        silence_caught=_below(threshold, silent),
        silence_caught_fixed=_below(RELEVANT, silent),
        false_alarms_fixed=_below(RELEVANT, spoken),
        seconds=statistics.median(r.seconds for r in readings),
    )


def share(happened: Sequence[bool]) -> float | None:
    """How often it happened; None when it never could."""
    return sum(happened) / len(happened) if happened else None


def quantile(values: Sequence[float], part: float) -> float:
    """The value that `part` of the values lie below, on a straight line between neighbours."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = ordered[math.floor(place)]
    above = ordered[math.ceil(place)]
    return below + (place - math.floor(place)) * (above - below)


def _below(threshold: float | None, readings: Sequence[Reading]) -> float | None:
    return None if threshold is None else share([r.best < threshold for r in readings])
