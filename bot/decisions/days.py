"""When check-ins are: one phrase names a day, or several apart from each other."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.errors import UserFacing
from bot.recurrence.grammar import NotUnderstood, parse_when
from bot.recurrence.model import Hours
from bot.text import shorten

LONGEST_PHRASE = 300
MOST_PIECES = 20
"""More is no list of days."""

_APART = re.compile(r"[;\n&]|(?<!\w)(?:and|then)(?!\w)", re.IGNORECASE)
_IN_A_DAY = 3
"""Pieces between commas that one day may have: "Friday, 12 March, 2027"."""
_DATED = re.compile(r"(?<=\s)(?:on|by|in)\s", re.IGNORECASE)
_EDGES = " \t.,"


def read_days(words: str, *, now: datetime, hours: Hours) -> tuple[date, ...]:
    """The days that are meant, in order, each once. Raises UserFacing with a sentence about the
    first part that is not understood; nothing is read in part."""
    parts = [part.strip(_EDGES) for part in _APART.split(words[: LONGEST_PHRASE + 1])]
    parts = [part for part in parts if part]
    pieces = sum(part.count(",") + 1 for part in parts)
    if len(words) > LONGEST_PHRASE or pieces > MOST_PIECES:
        raise UserFacing(
            "That is too long for me to read. Say each day in a few words, as in "
            "“in 1 month, in 6 months”."
        )
    found: list[date] = []
    for part in parts or [words]:
        found += _between_commas(part, now, hours, alone=pieces <= 1)
    return tuple(sorted(set(found)))


def _between_commas(part: str, now: datetime, hours: Hours, *, alone: bool) -> Iterator[date]:
    pieces = part.split(",")
    while pieces:
        # The longest first: "12 March, 14:00" is one day, and so is "Friday, 12 March".
        for length in range(min(_IN_A_DAY, len(pieces)), 0, -1):
            piece = ",".join(pieces[:length]).strip(_EDGES)
            day = _day(piece, now, hours)
            if isinstance(day, date):
                yield day
                pieces = pieces[length:]
                break
            if length == 1:
                raise UserFacing(day.sentence if alone else _about(piece, day))


def _day(piece: str, now: datetime, hours: Hours) -> date | NotUnderstood:
    day = _named(piece, now, hours)
    if isinstance(day, date) or "," in piece:
        return day
    for dated in _DATED.finditer(piece):
        # "after launch on 12 March": what it waits for is said for people.
        then, waits_for = _named(piece[dated.start() :], now, hours), piece[: dated.start()]
        if isinstance(then, date) and isinstance(_day(waits_for, now, hours), NotUnderstood):
            return then
    return day


def _named(piece: str, now: datetime, hours: Hours) -> date | NotUnderstood:
    found = parse_when(piece, now=now, hours=hours)
    if isinstance(found, NotUnderstood):
        return found
    a_day = (now + timedelta(days=40)).date().isoformat()
    with_a_day = parse_when(f"{piece} {a_day}", now=now, hours=hours)
    if a_day not in piece and not isinstance(with_a_day, NotUnderstood):
        # Only words that name no day, such as "14:00", leave room for one.
        return NotUnderstood(sentence=f"“{shorten(piece, 60)}” names no day. Add one.")
    return found.rule.start.date()


def _about(piece: str, problem: NotUnderstood) -> str:
    named = shorten(piece, 60)
    if not named:
        return "There is a comma with no day beside it. Take it out, or name the day."
    if named in problem.sentence:
        return problem.sentence
    return f"“{named}”: {problem.sentence}"
