"""Groups texts by meaning, and finds the charter's line that each group is closest to."""

from collections.abc import Sequence

from bot.ask.ports import Reader
from bot.charter.model import InForce, Kind, LineInForce
from bot.exercise.model import Compared, Exercise, Group, Part

SAME = 0.60
"""Likeness from which two texts are about the same (`bot.ask.model.ALIKE`)."""
CLOSE = 0.60
"""Likeness from which a group is close to a line of the charter; below `NEAR` it differs."""
NEAR = 0.40
STRATEGY: Sequence[Kind] = ("pillar", "audience", "principle", "metric", "non_goal")


async def compare(
    reader: Reader, workspace: str, exercise: Exercise, part: Part, in_force: InForce | None
) -> Compared:
    """The part's texts in groups, the largest first, each with the line it is closest to."""
    texts = list(exercise.texts(part))
    alike = [await reader.likeness(workspace, text, texts) for text in texts]
    found = [[texts[n] for n in members] for members in grouped(alike)]
    lines = _lines(in_force, part) if in_force else ()
    groups = [await _beside(reader, workspace, members, lines) for members in found]
    return Compared(part=part, groups=tuple(groups))


def grouped(alike: Sequence[Sequence[float]], same: float = SAME) -> list[list[int]]:
    """Places of the texts in each group, the largest group first; in it the most typical one first,
    which is the one that most others are like. `alike`: of each text to each."""
    left = set(range(len(alike)))
    found = []
    while left:
        # The text with the most others around it makes a group of them; then the next.
        centre = max(left, key=lambda n: (sum(alike[n][m] >= same for m in left), -n))
        members = [n for n in left if n == centre or alike[centre][n] >= same]
        found.append(sorted(members, key=lambda n: (n != centre, -alike[centre][n], n)))
        left -= set(members)
    return sorted(found, key=lambda members: (-len(members), members[0]))


def _lines(in_force: InForce, part: Part) -> Sequence[LineInForce]:
    kinds = STRATEGY if part == "strategy" else (part,)
    return [line for line in in_force.lines if line.line.kind in kinds]


async def _beside(
    reader: Reader, workspace: str, members: Sequence[str], lines: Sequence[LineInForce]
) -> Group:
    if not lines:
        return Group(texts=tuple(members))
    likeness = await reader.likeness(workspace, members[0], [line.line.text for line in lines])
    best = max(range(len(lines)), key=likeness.__getitem__)
    return Group(texts=tuple(members), line=lines[best].ref, likeness=likeness[best])
