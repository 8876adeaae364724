"""Large charters: a labelled charter among the lines of others, as a team's below a product's and
a company's. Measures what the judge gets to see of it: at most `MOST_LINES_JUDGED` lines, which
the reader picks.

The charters around it are about other products, and if opposite charters are measured together,
also about the same one: more to confuse the reader than in a real hierarchy.
"""

from collections.abc import Sequence

from adapters.evaluation.data import Case, LabelledCharter, LabelledFile
from adapters.evaluation.reader_figures import share
from adapters.evaluation.run import WORKSPACE, Step
from bot.ask.ports import Reader
from bot.ask.service import shortlist
from bot.charter.model import MOST_LINES, InForce, LineInForce
from bot.events import Frozen

LEVELS = 3
"""Charters with a mission and vision of their own: team, product, company."""


class Shortlisted(Frozen):
    """A case, and which lines the judge would see."""

    case: Case
    lines: int
    seen: frozenset[str]


class ShortlistFigures(Frozen):
    """Shares are of 1; None where no line speaks to any question."""

    questions: int
    """Those that lines speak to."""
    lines: int
    """Of the largest charter."""
    seen: int
    """Of these, the most that the judge sees."""
    decisive: float | None
    """A decisive line is among them."""
    every: float | None
    """Every line that speaks to the question is."""


def shortlist_figures(shortlisted: Sequence[Shortlisted]) -> ShortlistFigures:
    """The figures of one case or more."""
    spoken = [s for s in shortlisted if s.case.evidence]
    return ShortlistFigures(
        questions=len(spoken),
        lines=max(s.lines for s in shortlisted),
        seen=max(len(s.seen) for s in shortlisted),
        decisive=share([bool(s.seen & s.case.decisive) for s in spoken]),
        every=share([s.seen >= s.case.evidence for s in spoken]),
    )


async def shortlist_all(
    files: Sequence[LabelledFile], reader: Reader, step: Step
) -> dict[str, list[Shortlisted]]:
    """What the judge would see of each charter among all others, by file."""
    charters = [charter for file in files for charter in file.charters]
    return {
        file.name: [
            one
            for charter in file.charters
            for one in await _shortlist(charter, among(charter, charters), reader, step)
        ]
        for file in files
    }


def among(charter: LabelledCharter, others: Sequence[LabelledCharter]) -> InForce:
    """The charter, with the lines of the others as inherited ones: `MOST_LINES` in all, or as
    many as there are."""
    above = [other for other in others if other.name != charter.name]
    inherited = [
        LineInForce(
            ref=f"{other.name} {line.id}",
            line=line if level <= LEVELS else line.model_copy(update={"kind": _lower(line.kind)}),
            charter=other.name,
            version=1,
            inherited=True,
        )
        for level, other in enumerate(above, start=2)
        for line in other.lines
    ]
    own = charter.in_force
    return own.model_copy(update={"lines": (*own.lines, *inherited)[:MOST_LINES]})


def _lower(kind: str) -> str:
    """Only so many charters have a mission and a vision, which the judge always sees."""
    return "pillar" if kind in ("mission", "vision") else kind


async def _shortlist(
    charter: LabelledCharter, large: InForce, reader: Reader, step: Step
) -> list[Shortlisted]:
    found = []
    for case in charter.cases:
        findings = await reader.read(WORKSPACE, large.lines, case.q)
        seen = frozenset(line.ref for line in shortlist(large, findings).lines)
        found.append(Shortlisted(case=case, lines=len(large.lines), seen=seen))
        step()
    return found
