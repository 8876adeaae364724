"""What people believe of each line of the strategy, beside what is decided for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.events import Frozen
from bot.ports import Work
from bot.pulse.model import Published

ENOUGH = 5
"""Decisions tied to a line from which their shares are shown; from fewer it would be chance."""
COUNTED = 2_000
"""The newest decisions that are counted."""


class Believed(Frozen):
    """A line that a pulse asked about."""

    ref: str
    text: str
    mean: float
    day: str
    """Of the edition that asked it last (YYYY-MM-DD)."""
    least: int
    """So many answered, or more."""


class Beside(Frozen):
    """Belief in a line, and the share of decisions that serve it, in percent."""

    believed: Believed
    decisions: int
    share: int


@dataclass(frozen=True, kw_only=True)
class DecisionShares:
    """Counts decisions by the lines that they serve."""

    work: Work[DecisionWork]

    async def __call__(
        self, workspace: str, charter_id: str, conversation_id: str
    ) -> Mapping[str, int]:
        """How many decisions serve each line, among those that everybody in the conversation may
        see."""
        sight = Sight(conversation_id=conversation_id, person_id="", alone=False)
        async with self.work(workspace) as tx:
            found = await tx.decisions.find(Wanted(charter_id=charter_id), sight, limit=COUNTED)
        counts: dict[str, int] = {}
        for decision in found:
            for ref in {link.ref for link in decision.lines if link.stance == "serves"}:
                counts[ref] = counts.get(ref, 0) + 1
        return counts


def believed(found: Sequence[Published]) -> Sequence[Believed]:
    """Of each line what was published of it last; `found` are the newest first."""
    lines: dict[str, Believed] = {}
    for published in found:
        for figures in published.figures:
            ref, mean = figures.statement.ref, figures.mean
            if ref and mean is not None and ref not in lines:
                lines[ref] = Believed(
                    ref=ref,
                    text=figures.statement.text,
                    mean=mean,
                    day=published.edition.id.rpartition("/")[2],
                    least=published.edition.least,
                )
    return list(lines.values())


def beside(lines: Sequence[Believed], served: Mapping[str, int]) -> Sequence[Beside]:
    """Both together, the least believed first; nothing while too few decisions are tied."""
    total = sum(served.values())
    if total < ENOUGH:
        return ()
    return [
        Beside(
            believed=line,
            decisions=served.get(line.ref, 0),
            share=round(100 * served.get(line.ref, 0) / total),
        )
        for line in sorted(lines, key=lambda line: line.mean)
    ]
