"""What somebody typed after `remind`, read whole: whom, when, and what about."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.errors import PlatformError, UserFacing
from bot.events import Event, Frozen, Person
from bot.recurrence.grammar import NotUnderstood, read_clauses
from bot.recurrence.model import Hours
from bot.recurrence.split import find_rule
from bot.reminders.contents import Contents
from bot.reminders.model import LONGEST_TEXT, MOST_PEOPLE, OWN_WORDS, Audience, Request
from bot.reminders.ports import Roster
from bot.text import clean, one_line, shorten

_ME = re.compile(r"(?:me|myself)\b[\s,]*", re.IGNORECASE)
_EVERYBODY = re.compile(
    r"(?:every(?:body|one)\s+(?:here|privately|in\s+(?:here|(?:this|the)\s+(?:channel|team|group)))"
    r"|each\s+of\s+us|all\s+of\s+us\s+privately)\b[\s,]*",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"(?:us|all\s+of\s+us|every(?:body|one)|here|(?:the|this|our)\s+(?:channel|team|group)"
    r"|@?(?:here|channel))\b[\s,]*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,\s*and\s+|,|&|\+|\band\b)\s*", re.IGNORECASE)
_THEN_WHAT = re.compile(r"(?:to|about|that|of)\s|[:\"“–—-]", re.IGNORECASE)


class AskBack(UserFacing):
    """The words were not understood whole; the sentence says what was, and what was not."""


class _Whom(Frozen):
    to: Audience
    people: tuple[Person, ...] = ()
    rest: str


async def read_request(
    words: str, event: Event, *, hours: Hours, now: datetime, roster: Roster, contents: Contents
) -> Request:
    """The whole of what was typed. `about` is empty where no words say what it is about.

    Raises AskBack where anything is not understood."""
    words = clean(words).strip()
    whom = await _whom(words, event, roster)
    found = find_rule(whom.rest, now=now, hours=hours)
    if isinstance(found, NotUnderstood):
        raise AskBack(found.sentence)
    content, about = contents.named_by(found.text) if found.text else (OWN_WORDS, "")
    return Request(
        rule=found.rule, to=whom.to, people=whom.people, content=content, about=checked_text(about)
    )


def checked_text(text: str) -> str:
    """The text as it is kept. Raises UserFacing when it is too long."""
    text = clean(text).strip()
    if len(text) > LONGEST_TEXT:
        raise UserFacing(
            f"That is {len(text):,} characters, and {LONGEST_TEXT:,} fit. Shorten it, or keep it "
            "in a document and remind of that."
        )
    return text


async def _whom(words: str, event: Event, roster: Roster) -> _Whom:
    alone = event.conversation.direct
    if found := _ME.match(words):
        return _Whom(to="me", rest=words[found.end() :])
    if found := _EVERYBODY.match(words):
        return _Whom(to="me" if alone else "everybody", rest=words[found.end() :])
    if found := _HERE.match(words):
        return _Whom(to="me" if alone else "here", rest=words[found.end() :])
    if not alone and next(read_clauses(one_line(words)), None) is None:
        named = await _named(words, event, roster)
        if named:
            return named
    return _Whom(to="me" if alone else "here", rest=words)


async def _named(words: str, event: Event, roster: Roster) -> _Whom | None:
    """The people whose names the words begin with; None where they begin otherwise."""
    try:
        members = await roster.members(event.workspace, event.conversation)
    except PlatformError:
        members = ()
    people = [each.person for each in members if each.kind != "bot"]
    found: list[Person] = []
    at = 0
    while match := _name_at(words, at, people):
        person, at = match
        found.append(person)
        following = _AND.match(words, at)
        if following is None:
            break
        at = following.end()
    if not found:
        if words.startswith("@"):
            raise AskBack(
                f"I don't know who {shorten(words.split()[0], 60)} is here. Set it by its fields, "
                "and pick who is meant."
            )
        return None
    rest = words[at:].lstrip(" ,")
    if len(found) > MOST_PEOPLE:
        raise AskBack(f"{MOST_PEOPLE} people fit in one reminder. Say “everybody here” for all.")
    if _begins_otherwise(rest):
        # "Mark the release every Friday": a name, and yet a text. Who is meant is shown back.
        return None
    rest = re.sub(r"^[:–—-]\s*", "", rest)
    return _Whom(to="people", people=tuple(dict.fromkeys(found)), rest=rest)


def _begins_otherwise(rest: str) -> bool:
    """Whether what follows the names is neither a time nor the beginning of a text."""
    return bool(rest) and not _THEN_WHAT.match(rest) and next(read_clauses(rest), None) is None


def _name_at(words: str, at: int, people: Sequence[Person]) -> tuple[Person, int] | None:
    """Whose name stands there, with where it ends; the longest counts. Raises AskBack where it
    is the name of several."""
    start = at + 1 if words[at : at + 1] == "@" else at
    found: dict[str, list[Person]] = {}
    for person in people:
        for name in {person.name, person.name.split()[0] if person.name.split() else ""}:
            there = words[start : start + len(name)]
            ends = not words[start + len(name) : start + len(name) + 1].isalnum()
            if name and ends and there.casefold() == name.casefold():
                found.setdefault(there, []).append(person)
    if not found:
        return None
    longest = max(found, key=len)
    several = list(dict.fromkeys(found[longest]))
    if len(several) > 1:
        names = " or ".join(person.name for person in several)
        raise AskBack(f"Whom do you mean: {names}? Write the whole name.")
    return several[0], start + len(longest)
