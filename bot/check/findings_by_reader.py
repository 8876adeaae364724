"""Findings of the reader: which lines nothing ties to the others, and which are about the same.

The reader likens words and knows no sides ("keep the free plan" is like "drop it"). So it never
says that lines contradict each other: it lists pairs for a person to look at. Thresholds were
chosen on the charters in `tests/check/charters`; docs/check.md has the figures.
"""

from collections.abc import Collection, Mapping, Sequence

from bot.ask.ports import Reader
from bot.charter.model import Kind, LineInForce
from bot.check.facts import Facts
from bot.check.model import AIMS, STRATEGY, Finding, quoted

FAR = 0.22
"""Below this likeness, two lines have nothing in common that the reader could see."""
SAME_MATTER = 0.51
"""From this likeness on, two own lines are about the same matter."""
SAME_MATTER_ABOVE = 0.33
"""The same between levels, where others wrote the words."""
MOST_PAIRS = 5
_RUN_INTO: Collection[tuple[Kind, Kind]] = (
    ("pillar", "pillar"),
    ("pillar", "principle"),
    ("pillar", "non_goal"),
    ("audience", "non_goal"),
)
"""Which lines may rule each other out. A metric is near what it measures, a pillar near its aim."""

Near = Mapping[tuple[str, str], float]
"""By two lines' refs, how much they are about the same (-1 to 1)."""


async def nearness(reader: Reader, workspace: str, facts: Facts) -> Near:
    """Of every own line to every line. Raises what the reader raises."""
    everything = (*facts.lines, *facts.overridden)
    texts = [line.line.text for line in everything]
    near: dict[tuple[str, str], float] = {}
    for own in facts.own:
        alike = await reader.likeness(workspace, own.line.text, texts)
        near |= {(own.ref, b.ref): v for b, v in zip(everything, alike, strict=True)}
    return near


def by_reader(facts: Facts, near: Near) -> list[Finding]:
    """Everything that the reader has to say."""
    found = [*unsupported(facts, near), *unserved(facts, near), *pairs(facts, near)]
    return [*found, *pairs_between_levels(facts, near)]


def unsupported(facts: Facts, near: Near) -> list[Finding]:
    """Pillars that nothing ties to mission, vision or any other line, by their words."""
    aims = [line for line in facts.lines if line.line.kind in AIMS]
    if not aims:
        return []
    pillars = [line for line in facts.own if line.line.kind == "pillar"]
    return [
        Finding(kind="unsupported", basis="reader", severity="medium", lines=(quoted(line),))
        for line in pillars
        if _nearest(line, facts.lines, near) < FAR
    ]


def unserved(facts: Facts, near: Near) -> list[Finding]:
    """A mission or vision that no line of the strategy has anything in common with."""
    strategy = [line for line in facts.lines if line.line.kind in STRATEGY]
    aims = [line for line in facts.own if strategy and line.line.kind in AIMS]
    return [
        Finding(kind="unserved", basis="reader", severity="medium", lines=(quoted(aim),))
        for aim in aims
        if _nearest(aim, strategy, near) < FAR
    ]


def pairs(facts: Facts, near: Near) -> list[Finding]:
    """Own lines about the same matter, one of which may stand in the other's way."""
    found = [
        (near[one.ref, other.ref], one, other)
        for i, one in enumerate(facts.own)
        for other in facts.own[i + 1 :]
        if (one.line.kind, other.line.kind) in _RUN_INTO
    ]
    return [
        Finding(kind="tension", basis="reader", severity="low", lines=(quoted(one), quoted(other)))
        for one, other in _closest(found, SAME_MATTER)
    ]


def pairs_between_levels(facts: Facts, near: Near) -> list[Finding]:
    """An own line and one from above that are about the same matter; of missions and visions, an
    own one and the one that it stands in the place of."""
    level = [line for line in facts.lines if line.line.kind not in (*AIMS, "metric")]
    above = [line for line in level if line.inherited]
    both = [(one, other) for one in level if not one.inherited for other in above]
    both += [
        (one, other)
        for one in facts.own
        for other in facts.overridden
        if one.line.kind == other.line.kind
    ]
    found = [(near[one.ref, other.ref], one, other) for one, other in both]
    return [
        Finding(
            kind="contradiction",
            basis="reader",
            severity="low",
            lines=(quoted(one), quoted(other)),
        )
        for one, other in _closest(found, SAME_MATTER_ABOVE)
    ]


def _closest(
    found: Sequence[tuple[float, LineInForce, LineInForce]], least: float
) -> list[tuple[LineInForce, LineInForce]]:
    close = sorted((each for each in found if each[0] >= least), key=lambda each: -each[0])
    return [(one, other) for _, one, other in close[:MOST_PAIRS]]


def _nearest(line: LineInForce, others: Sequence[LineInForce], near: Near) -> float:
    return max((near[line.ref, other.ref] for other in others if other.ref != line.ref), default=0)
