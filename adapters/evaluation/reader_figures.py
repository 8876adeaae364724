"""How well the reader finds the lines that speak to a question, and notices when none does."""

import math
import random
import statistics
from collections.abc import Callable, Sequence

from adapters.evaluation.data import Case
from bot.ask.model import RELEVANT, Finding
from bot.events import Frozen

FALSE_ALARMS = 0.08
"""Share of the questions that lines do speak to which may be called silent."""
DRAWS = 400
"""How often charters are drawn again, to see how far a figure depends on which ones there are."""
FEWEST_CHARTERS = 5
"""For fewer, drawing them again says nothing."""


class Reading(Frozen):
    """A case, what the reader found, and how long it took."""

    charter: str
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
    decisive_between: tuple[float, float] | None
    """Where that lies in 95 of 100 draws of the charters."""
    threshold: float | None
    """The relevance that FALSE_ALARMS of the questions with evidence stay below."""
    silence_caught: float | None
    """Share of the silent questions that stay below it."""
    silence_between: tuple[float, float] | None
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
    return ReaderFigures(
        questions=len(readings),
        silent=len(silent),
        hit_at_1=share([bool(r.first(1) & r.case.evidence) for r in spoken]),
        hit_at_3=share([bool(r.first(3) & r.case.evidence) for r in spoken]),
        decisive_at_3=_decisive(readings),
        decisive_between=between(readings, _decisive),
        threshold=_threshold(readings),
        silence_caught=_silence(readings),
        silence_between=between(readings, _silence),
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


def between(
    readings: Sequence[Reading], figure: Callable[[Sequence[Reading]], float | None]
) -> tuple[float, float] | None:
    """Where the figure lies in 95 of 100 draws of as many charters, with replacement; the same
    each time. None where there are too few charters."""
    charters: dict[str, list[Reading]] = {}
    for reading in readings:
        charters.setdefault(reading.charter, []).append(reading)
    if len(charters) < FEWEST_CHARTERS:
        return None
    chance, several = random.Random(0), list(charters.values())  # noqa: S311 the same each time
    drawn = (chance.choices(several, k=len(several)) for _ in range(DRAWS))
    figures = [figure([reading for charter in some for reading in charter]) for some in drawn]
    found = [value for value in figures if value is not None]
    return (quantile(found, 0.025), quantile(found, 0.975)) if found else None


def _decisive(readings: Sequence[Reading]) -> float | None:
    return share([bool(r.first(3) & r.case.decisive) for r in readings if r.case.evidence])


def _threshold(readings: Sequence[Reading]) -> float | None:
    spoken = [r.best for r in readings if r.case.evidence]
    return quantile(spoken, FALSE_ALARMS) if spoken else None


def _silence(readings: Sequence[Reading]) -> float | None:
    return _below(_threshold(readings), [r for r in readings if not r.case.evidence])


def _below(threshold: float | None, readings: Sequence[Reading]) -> float | None:
    return None if threshold is None else share([r.best < threshold for r in readings])
