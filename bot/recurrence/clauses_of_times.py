"""Clauses that say at what time of day, and by whose clock."""

import re
from functools import partial
from typing import cast

from bot.recurrence.clauses import Clause, Match, clause
from bot.recurrence.parts import AskBack, Clock, Daypart, InDaypart, InZone, Part
from bot.recurrence.vocabulary import AND, HOUR_WORD, number
from bot.recurrence.zones import LONGEST_NAME, several_zones, zone_for

_HOUR = rf"(?:\d\d?|{HOUR_WORD})"
_HALF = r"(?:[ap]\.?m\b\.?)"
_ONE = re.compile(
    rf"""
    (?P<at>at\s+|@\s*)?
    (?:
        (?P<noon>(?:12\s+)?(?:noon|midday))
      | (?P<midnight>midnight)
      | (?:an?\s+)?(?P<off>half|quarter|five|ten|twenty|twenty-five|\d\d?)(?:\s+minutes)?\s+
        (?P<way>past|to)\s+(?P<full>{_HOUR})
      | (?P<h>\d\d?)(?:(?P<sep>[:.h])(?P<m>\d\d)|(?P<hs>h))
      | (?P<bare>{_HOUR})
    )
    (?:\s*(?P<half>{_HALF})|\s+o['’]?clock(?P<clock>)|\s*(?:hrs?|uhr)(?P<hrs>))?
    (?:\s+in\s+the\s+(?P<part>morning|afternoon|evening))?
    (?!\w|[:./]\d|[-–]\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANOTHER = re.compile(rf"(?:{AND}|\s+or\s+)", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w.'’/+-]*")
_OPENING = re.compile(r"(?P<paren>\()|(?P<word>in)\s+(?:the\s+)?", re.IGNORECASE)
_TIME = re.compile(r"\s+time(?!\w)", re.IGNORECASE)


def _clock(text: str, at: int) -> Match | None:
    """One time of day. Several, as in "at 9 and 17", are one match that asks back."""
    first = _ONE.match(text, at)
    if first is None or not _says_time(first):
        return None
    end = first.end()
    while (and_ := _ANOTHER.match(text, end)) and (another := _ONE.match(text, and_.end())):
        # "at 12:00, 10 times": behind a comma, a number alone is something else.
        if "," in and_[0] and not _says_time(another):
            break
        end = another.end()
    several = text[at:end] if end > first.end() else None

    def meaning() -> tuple[Part, ...]:
        if several:
            raise AskBack(
                "It comes once a day at most. Say one time, and make another for the other one.",
                several,
            )
        return _time_of(first)

    return Match(end, meaning)


def _says_time(m: re.Match[str]) -> bool:
    """A number alone is no time: something must say so."""
    said = m["half"] or m["clock"] is not None or m["hrs"] is not None or m["part"]
    # "2h" can be a time and a length.
    number_alone = m["bare"] is not None or m["hs"] is not None
    return bool(not number_alone or m["at"] or said)


def _time_of(m: re.Match[str]) -> tuple[Part, ...]:
    part = (InDaypart(cast(Daypart, m["part"].lower())),) if m["part"] else ()
    if m["noon"]:
        return (Clock(12), *part)
    if m["midnight"]:
        return (Clock(0, midnight=True), *part)
    hour, minute = _hour_and_minute(m)
    if m["bare"] == "0" and m["hrs"] is None:
        raise AskBack(f"“{m[0]}” may be midnight or a slip. Say “00:00” for midnight.", m[0])
    if m["half"]:
        if not 1 <= hour <= 12:
            raise AskBack(f"“{m[0]}” is no time. Say “4:30 pm” or “16:30”.", m[0])
        hour = hour % 12 + (12 if m["half"].lower().startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise AskBack(f"“{m[0]}” is no time; a day ends at 23:59.", m[0])
    # "04:30" is what a 24-hour clock shows, "4:30" is what people say.
    on_the_clock = (m["h"] or m["bare"] or "").startswith("0")
    bare = not m["half"] and not on_the_clock and hour <= 12
    if not m["way"]:
        return (Clock(hour, minute, bare), *part)
    off = {"half": 30, "quarter": 15, "twenty-five": 25}.get(m["off"].lower()) or number(m["off"])
    if not 1 <= off <= 59:
        raise AskBack(f"“{m[0]}” is no time. Write it as 16:30.", m[0])
    if m["way"].lower() == "past":
        return (Clock(hour, off, bare), *part)
    # A quarter to 1 is in the afternoon because 1 is.
    hour = hour + 12 if bare and 1 <= hour <= 6 and not part else hour
    return (Clock((hour - 1) % 24, 60 - off, bare and bool(part)), *part)


def _hour_and_minute(m: re.Match[str]) -> tuple[int, int]:
    if m["h"]:
        hour, minute = int(m["h"]), int(m["m"] or 0)
        could_be_a_date = m["sep"] == "." and 1 <= minute <= 12 and hour >= 1
        if could_be_a_date and not m["at"] and not m["half"]:
            raise AskBack(
                f"“{m[0]}” can be a time or a date. Write {hour:02}:{minute:02} for the time, "
                "or the month's name.",
                m[0],
            )
        return hour, minute
    return number(m["full"] or m["bare"]) if (m["full"] or m["bare"]) != "0" else 0, 0


def _zone(text: str, at: int) -> Match | None:
    """A time zone, where the words say that it is one: "in Tokyo", "Berlin time", "(UTC)"."""
    opening = _OPENING.match(text, at)
    begin = opening.end() if opening else at
    for end in reversed(_word_ends(text, begin)):
        name = text[begin:end].rstrip(".")
        time = _TIME.match(text, end)
        is_zone_by_itself = "/" in name or (name == name.upper() and " " not in name)
        zone, several = zone_for(name), several_zones(name)
        if (zone is None and several is None) or not (opening or time or is_zone_by_itself):
            continue
        end = time.end() if time else begin + len(name)
        if opening and opening["paren"]:
            if not text.startswith(")", end):
                continue
            end += 1
        return Match(end, partial(_in, zone, several, name))
    return None


def _in(zone: str | None, several: str | None, name: str) -> tuple[Part, ...]:
    if zone is None or several is not None:
        raise AskBack(f"“{name}” can be the time of {several}. Name the city.", name)
    return (InZone(zone),)


def _word_ends(text: str, at: int) -> list[int]:
    ends: list[int] = []
    while len(ends) < LONGEST_NAME and (word := _NAME.match(text, at)):
        ends.append(word.end())
        at = word.end() + len(text[word.end() :]) - len(text[word.end() :].lstrip())
        if at == word.end():
            break
    return ends


TIME_CLAUSES: tuple[Clause, ...] = (
    _clock,
    clause(
        "(?:in the )?(?P<part>morning|afternoon|evening)",
        lambda m: InDaypart(cast(Daypart, m["part"].lower())),
    ),
    _zone,
)
