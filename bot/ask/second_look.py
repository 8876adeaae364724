"""Cheap checks on a model's verdict. What they find is shown beside it and changes nothing: each is
a reason to look again, and none proves that the verdict is wrong."""

from collections.abc import Mapping
from typing import Literal

from bot.ask.model import NEARLY_THE_SAME, VERY_RELEVANT, Verdict, VerdictKind
from bot.charter.model import InForce
from bot.events import Frozen
from bot.text import same_words

OTHER_WAY_ROUND: Mapping[VerdictKind, VerdictKind] = {
    "fits": "conflicts",
    "conflicts": "fits",
    "partly": "partly",
    "unclear": "unclear",
}
"""What is to be said of not doing something, by what was said of doing it."""


class Doubt(Frozen):
    """Something that does not go with the verdict.

    non_goal: it fits, and a non-goal that it passes over is near. silent: nothing is said to
    speak to it, and a line is very near. precedent: an earlier call on nearly the same question was
    otherwise. opposite: not doing it was judged in a way that contradicts it.
    """

    why: Literal["non_goal", "silent", "precedent", "opposite"]
    ref: str = ""
    """The line, for the first two."""


def second_look(verdict: Verdict, in_force: InForce) -> tuple[Doubt, ...]:
    """What speaks against the model's verdict; nothing for one by a person."""
    if verdict.judged_by != "model" or verdict.kind is None:
        return ()
    doubts = [*_passed_over(verdict, in_force)[:1]]
    if _called_otherwise(verdict):
        doubts.append(Doubt(why="precedent"))
    if contradicts_itself(verdict.kind, verdict.opposite):
        doubts.append(Doubt(why="opposite"))
    return tuple(doubts)


def contradicts_itself(kind: VerdictKind, opposite: VerdictKind | None) -> bool:
    """Whether what was said of doing and of not doing something do not go together.

    An "unclear" on not doing it goes with everything: a charter that asks for something need not
    mind its absence.
    """
    return opposite not in (None, "unclear", OTHER_WAY_ROUND[kind])


def _passed_over(verdict: Verdict, in_force: InForce) -> list[Doubt]:
    """Lines that the reader finds very near and the verdict does not name, the nearest first."""
    if verdict.kind not in ("fits", "unclear") or verdict.why_unclear == "vague":
        return []
    cited = {reason.ref for reason in verdict.reasons}
    found = [f.ref for f in verdict.findings if f.relevance >= VERY_RELEVANT]
    near = [line for ref in found if ref not in cited and (line := in_force.line(ref))]
    if verdict.kind == "unclear":
        return [Doubt(why="silent", ref=line.ref) for line in near]
    return [Doubt(why="non_goal", ref=x.ref) for x in near if x.line.kind == "non_goal"]


def _called_otherwise(verdict: Verdict) -> bool:
    return any(
        p.kind not in (None, verdict.kind)
        and p.verdict_id != verdict.id
        and (p.likeness >= NEARLY_THE_SAME or same_words(p.question) == verdict.words)
        for p in verdict.precedents
    )
