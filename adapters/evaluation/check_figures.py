"""How many planted faults the check finds, and how often it cries out where there is none."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from adapters.evaluation.check_data import Planted, PlantedCharter
from bot.check.model import Finding, FindingKind
from bot.events import Frozen

if TYPE_CHECKING:
    from rich.table import Table

Part = Literal["rules", "reader", "model"]
EXPECTED: Mapping[Part, Collection[FindingKind]] = {
    "rules": ("overdue", "vague", "unmeasured", "lingering", "not_reviewed"),
    "reader": ("unsupported", "unserved", "tension", "contradiction"),
    "model": ("unsupported", "unserved", "tension", "contradiction", "vague"),
}
"""What each part is there to find."""
TITLES: Mapping[Part, str] = {
    "rules": "By rule",
    "reader": "By the reader (tension and contradiction: pairs listed for a person)",
    "model": "By a language model",
}


class Matter(Frozen):
    """A fault, planted or found."""

    charter: str
    kind: FindingKind
    lines: tuple[str, ...]

    def in_words(self) -> str:
        """For a list."""
        return f"{self.charter}: {self.kind} {', '.join(self.lines)}".rstrip()


class KindFigures(Frozen):
    """Of one kind: how many were planted and found, and how many findings were not planted."""

    planted: int
    found: int
    false: int


class CheckFigures(Frozen):
    """Of one part."""

    charters: int
    kinds: Mapping[str, KindFigures]
    missed: tuple[Matter, ...]
    false: tuple[Matter, ...]
    """Found and not planted."""
    unanswered: tuple[str, ...] = ()
    """Charters without a usable answer of a language model."""


def check_figures(
    part: Part,
    looked_at: Sequence[tuple[PlantedCharter, Sequence[Finding]]],
    unanswered: Sequence[str] = (),
) -> CheckFigures:
    """The figures of one part's findings on the charters."""
    planted = {m for c, _ in looked_at for m in _matters(part, c, c.planted)}
    neither = {m for c, _ in looked_at for m in _matters(part, c, c.defensible)}
    found = {
        Matter(charter=charter.name, kind=_as(part, each.kind), lines=_sorted(each))
        for charter, findings in looked_at
        for each in findings
    }
    found -= neither - planted
    return CheckFigures(
        charters=len(looked_at),
        kinds={
            kind: KindFigures(
                planted=sum(m.kind == kind for m in planted),
                found=sum(m.kind == kind for m in planted & found),
                false=sum(m.kind == kind for m in found - planted),
            )
            for kind in EXPECTED[part]
        },
        missed=tuple(sorted(planted - found, key=Matter.in_words)),
        false=tuple(sorted(found - planted, key=Matter.in_words)),
        unanswered=tuple(unanswered),
    )


def tables(figures: Mapping[Part, CheckFigures]) -> "list[Table]":
    """What a person reads."""
    from rich.table import Table

    shown = []
    for part, of_part in figures.items():
        table = Table(title=f"{TITLES[part]}: {of_part.charters} charters", title_justify="left")
        table.add_column("", no_wrap=True)
        for name in ("planted", "found", "recall", "not planted"):
            table.add_column(name, justify="right")
        for kind, each in (*of_part.kinds.items(), ("all", _sum(of_part.kinds))):
            share = f"{100 * each.found / each.planted:.0f} %" if each.planted else "–"
            table.add_row(kind, str(each.planted), str(each.found), share, str(each.false))
        shown.append(table)
    return shown


def _sum(kinds: Mapping[str, KindFigures]) -> KindFigures:
    return KindFigures(
        planted=sum(k.planted for k in kinds.values()),
        found=sum(k.found for k in kinds.values()),
        false=sum(k.false for k in kinds.values()),
    )


def _matters(part: Part, charter: PlantedCharter, faults: Sequence[Planted]) -> list[Matter]:
    return [
        Matter(charter=charter.name, kind=kind, lines=tuple(sorted(fault.lines)))
        for fault in faults
        if (kind := _as(part, fault.kind)) in EXPECTED[part]
    ]


def _as(part: Part, kind: FindingKind) -> FindingKind:
    # A language model has one word for both.
    return "vague" if part == "model" and kind == "unmeasured" else kind


def _sorted(finding: Finding) -> tuple[str, ...]:
    return tuple(sorted(line.ref for line in finding.lines))
