"""How often a second look at a verdict would have something to show: where the verdict is wrong in
the way that it looks for, and where it is right (then it is a false alarm)."""

from collections.abc import Sequence

from adapters.evaluation.reader_figures import Reading, share
from bot.ask.judging import DOUBTFUL
from bot.ask.model import VERY_RELEVANT
from bot.events import Frozen


class SecondLookFigures(Frozen):
    """Shares are of 1; None where the data has no case of the sort."""

    non_goal_seen: float | None
    """A non-goal that opposes is near enough to be shown, should the verdict be "fits"."""
    non_goal_false: float | None
    """One is that does not bear on what rightly fits."""
    silence_seen: float | None
    """A line is near enough to be shown, should "unclear" be said of what lines speak to."""
    silence_false: float | None
    """One is though the charter is silent."""
    doubtful_seen: float | None
    """A line that does not bear on the question would be marked, should it be cited."""
    doubtful_false: float | None
    """One that bears on it would."""


def second_look_figures(readings: Sequence[Reading]) -> SecondLookFigures:
    """The figures of one reading or more."""
    bearing = [_marked(r, bears=True) for r in readings]
    others = [_marked(r, bears=False) for r in readings]
    return SecondLookFigures(
        non_goal_seen=share(
            [_near(r, ruled_out) for r in readings if (ruled_out := _ruled_out(r))]
        ),
        non_goal_false=share(
            [_near(r, r.non_goals - r.case.evidence) for r in readings if r.case.verdict == "fits"]
        ),
        silence_seen=share([r.best >= VERY_RELEVANT for r in readings if r.case.evidence]),
        silence_false=share([r.best >= VERY_RELEVANT for r in readings if not r.case.evidence]),
        doubtful_seen=share([marked for lines in others for marked in lines]),
        doubtful_false=share([marked for lines in bearing for marked in lines]),
    )


def _ruled_out(reading: Reading) -> frozenset[str]:
    return reading.non_goals & frozenset(reading.case.opposes)


def _near(reading: Reading, refs: frozenset[str]) -> bool:
    return any(f.relevance >= VERY_RELEVANT for f in reading.findings if f.ref in refs)


def _marked(reading: Reading, *, bears: bool) -> list[bool]:
    return [
        finding.relevance < DOUBTFUL
        for finding in reading.findings
        if (finding.ref in reading.case.evidence) is bears
    ]
