"""A decision as somebody wrote it down, and what is wrong with it."""

from datetime import date
from typing import Any

from bot.ask.model import VerdictKind
from bot.decisions.model import LONGEST_TEXT, LONGEST_TITLE, Confidence, LineLink
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
    check_on: date | None = None


class Origin(Frozen):
    """Where a decision comes from."""

    charter_id: str
    charter_name: str
    version: int
    link: str = ""
    verdict_id: str = ""
    verdict_kind: VerdictKind | None = None


def check_written(written: Written, *, today: date | None) -> None:
    """Raises UserFacing with a sentence for everything that is missing or too long; where `today`
    is given, also for a check-in that is not after it."""
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
    if today and written.check_on and written.check_on <= today:
        problems.append("The day to ask how it went has to be after today.")
    if problems:
        raise UserFacing("\n".join(problems))


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
        "check_on": written.check_on,
    }
