"""A reminder as people type it: when, and what.

    tomorrow 9:00 to call Ana
    every other Friday 16:30: open decisions
    review open decisions every other Friday 16:30
    every Friday review open decisions at 16:30

The time stands in front, behind, or on both sides of the text. Of the readings that are possible
the one that takes most words for the time wins; where words in the text could still belong to the
time, the person is asked back. Behind "to", "about", "that", a colon, a dash or in quotation marks
everything is text, but for a time of day or a last day at its end that the front does not name.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.events import Frozen
from bot.recurrence.assemble import Said, assemble
from bot.recurrence.grammar import END_MARKS, NotUnderstood, Reading, iso_apart, read_clauses
from bot.recurrence.model import Hours, Rule
from bot.recurrence.parts import (
    Ahead,
    AskBack,
    Calendar,
    Clock,
    CronLine,
    EndOf,
    Every,
    InDaypart,
    InZone,
    Lasting,
    MonthDays,
    Nth,
    Part,
    Starting,
    Times,
    Until,
    Weekdays,
)
from bot.recurrence.vocabulary import ORDINAL
from bot.text import clean, shorten

_SEPARATOR = re.compile(r"[\s,]*(?:(?:to|about|that)\s+|:\s*|[-–—]\s+|(?=[\"“]))", re.IGNORECASE)
_LEADING = re.compile(r"(?:to|about|that)\s+", re.IGNORECASE)
# What a text would not begin with, and a time that is not understood would.
_LIKE_A_TIME = re.compile(
    r"(?:at|on|in|from|until|till|by|every|each|except|starting|beginning|next|this|before|after"
    r"|between|around|and|or|but|not|of|only|for\s+(?:\d|a\s))(?!\w)|\d|@",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    rf"(?:^|\s)(?:at|on|in|from|every|each|of|the|a|for|by|until|before|after|not|and|or|to"
    rf"|{ORDINAL})$",
    re.IGNORECASE,
)
_EVERY = re.compile(r"(?<!\w)(?:every|each)(?!\w)", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“](.*)[\"”]", re.DOTALL)
_MOST_WORDS_BEHIND = 25
"""A time behind the text is looked for among so many last words."""

_KINDS: tuple[tuple[type, ...], ...] = (
    (Clock, InDaypart),
    (Every, Weekdays, Nth, MonthDays, Calendar, Ahead, EndOf, CronLine),
    (Until, Starting, Lasting, Times),
)
"""What a time is made of: the clock, the day, the bounds."""
_ADDS_BEHIND = (Clock, InDaypart, InZone, Until, Starting)
"""What may stand behind a text that "to" introduces; anything else there is text."""


class Found(Frozen):
    """A reminder split: its rule, and its text (empty where there was none)."""

    rule: Rule
    text: str


class _Split(NamedTuple):
    """One way to read it: the clauses in front and behind, and the text between them."""

    said: tuple[Said, ...]
    text: str
    marked: bool
    """Whether a word, a colon or quotation marks say where the text begins."""
    front: int
    """How many of `said` stand in front."""

    @property
    def weight(self) -> int:
        """How many characters are read as the time."""
        return sum(len(words) for words in {s.words: s for s in self.said})


def find_rule(text: str, *, now: datetime, hours: Hours) -> Found | NotUnderstood:
    """The rule and the text of what somebody wants to be reminded of, its lines kept."""
    text = clean(text).strip()
    complaints: list[AskBack] = []
    for split in sorted(_splits(text, complaints), key=lambda split: -split.weight):
        try:
            _check_text(split)
            rule = assemble(split.said, now, hours)
        except AskBack as asked:
            complaints.append(asked)
            continue
        return Found(rule=rule, text=_without_quotes(split.text))
    if complaints:
        return NotUnderstood(sentence=str(complaints[0]), culprit=complaints[0].culprit)
    return NotUnderstood(
        sentence=f"I find no time in “{shorten(text, 60)}”. Begin with it, as in "
        "“every other Friday 16:30 to review open decisions”.",
        culprit=text,
    )


def _splits(text: str, complaints: list[AskBack]) -> Iterator[_Split]:
    """Every way to read it; the complaints of clauses that end one are collected."""
    readable = iso_apart(text)
    front = list(read_clauses(readable))
    complaints += [r.complaint for r in front if r.complaint]
    front = [r for r in front if r.complaint is None]
    behind, said_behind = _behind(readable, complaints)
    for k in range(len(front), -1, -1):
        said = _all_said(front[:k])
        marked, begin = _text_begins(text, front[k - 1].end if k else 0, k > 0)
        if not text[begin:].strip(END_MARKS):
            yield _Split(said, "", marked, len(said))
            continue
        if k:
            yield _Split(said, text[begin:], marked, len(said))
        if said_behind and behind > begin:
            between = text[begin:behind].rstrip(" \n,;:–—-")
            yield _Split(said + said_behind, between, marked, len(said))
        if marked:
            # "tomorrow that the office is closed on Friday" says tomorrow, and no less.
            return


def _behind(text: str, complaints: list[AskBack]) -> tuple[int, tuple[Said, ...]]:
    """The longest row of clauses that reaches to the end of the text: where it begins, and what
    it says; nothing where there is none, or it complains. A part of it is never taken alone."""
    end = len(text.rstrip(END_MARKS))
    words = [m.start() for m in re.finditer(r"(?<!\S)\S", text)]
    for at in words[-_MOST_WORDS_BEHIND:]:
        readings = list(read_clauses(text, at))
        if not readings or readings[-1].end < end:
            continue
        if complaint := readings[-1].complaint:
            complaints.append(complaint)
            return end, ()
        said = _all_said(readings)
        # "… in Tokyo" behind a text is where, unless a time stands beside it.
        is_place = all(isinstance(s.part, InZone) for s in said) and text[at : at + 3] == "in "
        return at, () if is_place else said
    return end, ()


def _text_begins(text: str, at: int, behind_time: bool) -> tuple[bool, int]:
    """Whether something marks the beginning of the text, and where that is."""
    if behind_time:
        separator = _SEPARATOR.match(text, at)
        if separator:
            return True, separator.end()
        return False, at + len(text[at:]) - len(text[at:].lstrip(" \n,;"))
    leading = _LEADING.match(text, at)
    return False, leading.end() if leading else at


def _all_said(readings: Sequence[Reading]) -> tuple[Said, ...]:
    return tuple(said for reading in readings for said in reading.said)


def _check_text(split: _Split) -> None:
    """Raises AskBack where words of the text could belong to the time."""
    behind = split.said[split.front :]
    if behind and (dangling := _DANGLING.search(split.text)):
        raise _in_doubt(dangling[0].strip())
    if split.marked:
        foreign = [s for s in behind if not isinstance(s.part, _ADDS_BEHIND)]
        if foreign:
            raise _in_doubt(foreign[0].words)
        return
    if split.front and (like := _LIKE_A_TIME.match(split.text)):
        raise _in_doubt(" ".join(split.text[like.start() :].split()[:3]))
    recurs = any(_recurs(said.part) for said in split.said)
    if not split.front and not recurs and (every := _EVERY.search(split.text)):
        raise _in_doubt(every[0])
    missing = tuple(
        kind
        for kinds in _KINDS
        if not any(isinstance(said.part, kinds) for said in split.said)
        for kind in kinds
    )
    for word in re.finditer(r"(?<!\S)\S", split.text):
        reading = next(read_clauses(split.text, word.start()), None)
        if reading is None:
            continue
        words = split.text[reading.start : reading.end]
        could_be = any(isinstance(said.part, missing) for said in reading.said)
        could_recur = not recurs and _EVERY.match(words)
        if could_be or could_recur or word.start() == 0:
            raise _in_doubt(words)


def _recurs(part: Part) -> bool:
    match part:
        case Every() | CronLine():
            return True
        case Weekdays():
            return part.each
        case Nth() | MonthDays():
            return part.of in ("month", "quarter")
    return False


def _in_doubt(words: str) -> AskBack:
    return AskBack(
        f"Does “{shorten(words, 40)}” belong to the time or to the text? Say the time first, then "
        "“to” and the text, as in “every other Friday 16:30 to review open decisions”.",
        words,
    )


def _without_quotes(text: str) -> str:
    quoted = _QUOTES.fullmatch(text.strip())
    return quoted[1].strip() if quoted else text.strip()
