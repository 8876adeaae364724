"""One question about what a version changed, made from the charter's own lines. Pure: the same
versions and the same person make the same question. It is there to make people look, not to mark
them: nobody learns how often somebody tried."""

import random
from collections.abc import Sequence

from bot.charter.model import Line, Version, changed_lines
from bot.events import Frozen

OTHERS = 2
"""Lines to choose from beside the right one."""


class Question(Frozen):
    """`options` hold the one right line among others, in an order of the person's own."""

    asks: str
    right: Line
    options: tuple[Line, ...]
    says: str
    """What the right line says about itself, behind its words ("is new")."""

    def option(self, line_id: str) -> Line | None:
        """The option with that id."""
        return next((line for line in self.options if line.id == line_id), None)


def question_about(before: Version, after: Version, seed: str) -> Question | None:
    """The question; None where nothing changed, or no unchanged line is left to choose from.

    What is out of scope now is asked for first, then what no longer holds, what is new, and what
    reads differently. `seed` names whom it is for.
    """
    changes = changed_lines(before, after)
    same = [line for change, _, line in changes if change == "same" and line]
    added = [line for change, _, line in changes if change == "added" and line]
    removed = [line for change, line, _ in changes if change == "removed" and line]
    reworded = [line for change, _, line in changes if change == "changed" and line]
    beyond = [line for line in added if line.kind == "non_goal"]
    in_scope = [line for line in same if line.kind in ("pillar", "audience")]
    in_scope = in_scope or [line for line in same if line.kind != "non_goal"]
    number = after.number
    for right, others, asks, says in (
        (beyond, in_scope, "Which of these is now out of scope?", "is out of scope now"),
        (removed, same, "Which of these no longer holds?", f"was taken out in version {number}"),
        (added, same, f"Which of these is new in version {number}?", "is new"),
        (reworded, same, f"Which of these did version {number} change?", "reads so now"),
    ):
        if right and others:
            return _shuffled(asks, right, others, says, f"{seed}/{after.number}")
    return None


def _shuffled(
    asks: str, right: Sequence[Line], others: Sequence[Line], says: str, seed: str
) -> Question:
    # No secret: it only spreads the right answer over the letters.
    order = random.Random(seed)  # noqa: S311
    chosen = order.choice(right)
    options = [chosen, *order.sample(others, min(OTHERS, len(others)))]
    order.shuffle(options)
    return Question(asks=asks, right=chosen, options=tuple(options), says=says)
