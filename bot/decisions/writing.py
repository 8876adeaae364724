"""A decision as somebody wrote it down, and what is wrong with it."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from bot.ask.model import VerdictKind
from bot.decisions.model import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CHECK_INS,
    Confidence,
    LineLink,
)
from bot.errors import UserFacing
from bot.events import Frozen, Person
from bot.text import clean, one_line

LABELS = {
    "choice": "What we do",
    "reason": "Why",
    "rejected": "What we do not do",
    "expected": "What should come of it?",
}
"""What people know a decision's texts by."""


class Written(Frozen):
    """A decision as somebody wrote it down."""

    title: str
    choice: str
    reason: str = ""
    rejected: str = ""
    deciders: tuple[Person, ...] = ()
    lines: tuple[LineLink, ...] = ()
    expected: str = ""
    confidence: Confidence | None = None
    check_days: tuple[date, ...] = ()
    """When to ask how it went, in order."""


class Origin(Frozen):
    """Where a decision comes from."""

    charter_id: str
    charter_name: str
    version: int
    link: str = ""
    verdict_id: str = ""
    verdict_kind: VerdictKind | None = None


def check_written(written: Written, *, today: date, kept: Collection[date] = ()) -> None:
    """Raises UserFacing with a sentence for everything that is missing or too long, and for a
    check-in that is not after `today`, unless it stood there before (`kept`)."""
    problems = []
    title = one_line(written.title)
    if not title:
        problems.append("Give the decision a title: what was decided, in a few words.")
    if len(title) > LONGEST_TITLE:
        problems.append(
            f"The title has {len(title)} characters, and {LONGEST_TITLE} is the most. "
            "Details have room below it."
        )
    if not clean(written.choice).strip():
        problems.append("Write what you do, in a sentence or two.")
    problems += [
        f"“{label}” has {len(getattr(written, name))} characters, and {LONGEST_TEXT} is the most."
        for name, label in LABELS.items()
        if len(getattr(written, name)) > LONGEST_TEXT
    ]
    stances = {link.ref: link.stance for link in written.lines}
    both = [link.ref for link in written.lines if stances[link.ref] != link.stance]
    problems += [f"{ref} cannot be served and gone against at once; choose one." for ref in both]
    if any(day <= today and day not in kept for day in written.check_days):
        each = "Every" if len(written.check_days) > 1 else "The"
        problems.append(f"{each} day to ask how it went has to be after today.")
    if len(written.check_days) > MOST_CHECK_INS:
        problems.append(too_many(len(written.check_days)))
    if problems:
        raise UserFacing("\n".join(problems))


def too_many(days: int) -> str:
    """The sentence for more days than are asked on."""
    return f"These are {days} days, and I ask {MOST_CHECK_INS} times at most. Leave some out."


def days_of(days: Sequence[date]) -> dict[str, Any]:
    """The decision's fields for check-ins on these days, in order."""
    return {"check_on": days[0] if days else None, "later_checks": tuple(days[1:])}


def fields_of(written: Written, by: Person) -> dict[str, Any]:
    """The decision's fields that somebody writes, cleaned."""
    texts = {name: clean(getattr(written, name)).strip() for name in ("choice", "reason")}
    return {
        **texts,
        "title": one_line(written.title),
        "rejected": clean(written.rejected).strip(),
        "expected": one_line(written.expected),
        "deciders": written.deciders or (by,),
        "lines": written.lines,
        "confidence": written.confidence,
        **days_of(written.check_days),
    }
