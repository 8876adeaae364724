"""What decisions teach: how they turned out by the verdict of the time, and which lines they
serve. Counts only; says nothing where there is too little to say it from."""

from collections import Counter
from collections.abc import Sequence

from bot.ask.model import VerdictKind
from bot.charter.model import InForce
from bot.decisions.model import Decision
from bot.events import Frozen

ENOUGH = 5
"""From so many on, a share is said; below, chance speaks louder than the charter."""
HITS = ("as_expected", "better")
STRATEGY = ("pillar", "audience", "principle", "metric")
"""Kinds of lines that decisions are expected to serve."""


class Turned(Frozen):
    """Decisions of one verdict that were closed, and how many went as expected or better."""

    kind: VerdictKind | None
    """What was said of them when they were recorded; None: nothing."""
    closed: int
    hits: int

    @property
    def enough(self) -> bool:
        """Whether a share may be said."""
        return self.closed >= ENOUGH


class Served(Frozen):
    """How many decisions serve a line, and how many knowingly go against it."""

    ref: str
    text: str
    serves: int
    violates: int


class Report(Frozen):
    """What the decisions of a charter add up to."""

    total: int
    open: int
    turned: tuple[Turned, ...]
    served: tuple[Served, ...]
    """Every line of the strategy, the most served first."""
    tied: int
    """Decisions that cite a line at all."""
    unclear: tuple[tuple[str, int], ...] = ()
    """Questions that were unclear again and again, and how often they were asked."""

    @property
    def unserved(self) -> tuple[Served, ...]:
        """Lines that no decision serves."""
        return tuple(line for line in self.served if not line.serves)


def report(
    decisions: Sequence[Decision], in_force: InForce, unclear: Sequence[tuple[str, int]] = ()
) -> Report:
    """The report. Withdrawn decisions count nowhere, replaced ones as what they were."""
    counted = [each for each in decisions if each.state != "withdrawn"]
    ties = Counter((link.ref, link.stance) for each in counted for link in each.lines)
    lines = [line for line in in_force.lines if line.line.kind in STRATEGY]
    served = [
        Served(
            ref=line.ref,
            text=line.line.text,
            serves=ties[line.ref, "serves"],
            violates=ties[line.ref, "violates"],
        )
        for line in lines
    ]
    return Report(
        total=len(counted),
        open=sum(each.state == "open" for each in counted),
        turned=_turned(counted),
        served=tuple(sorted(served, key=lambda line: -line.serves)),
        tied=sum(bool(each.lines) for each in counted),
        unclear=tuple(unclear),
    )


def _turned(decisions: Sequence[Decision]) -> tuple[Turned, ...]:
    closed = [each for each in decisions if each.outcome]
    kinds: tuple[VerdictKind | None, ...] = ("fits", "partly", "conflicts", "unclear", None)
    found = []
    for kind in kinds:
        of_kind = [each for each in closed if each.verdict_kind == kind]
        if of_kind:
            hits = sum(each.outcome in HITS for each in of_kind)
            found.append(Turned(kind=kind, closed=len(of_kind), hits=hits))
    return tuple(found)
