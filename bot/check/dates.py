"""Dates that a line names: "by Q3 2025", "after 2027", "mid-2026", "by the end of the year"."""

import re
from datetime import date, timedelta
from typing import Literal

from bot.events import Frozen

Sense = Literal["deadline", "opening"]
"""A deadline has passed once its period is over; what comes "after" or "from" a time is due
then."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>20\d\d)(?![\d,.]*\d)"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_SEASONS = {"spring": (3, 3), "summer": (6, 3), "autumn": (9, 3), "fall": (9, 3), "winter": (12, 3)}
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<iso>20\d\d-\d\d-\d\d)\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\s+{_YEAR}",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,\s*{_YEAR}",
        rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}",
        rf"\bq(?P<quarter>[1-4])(?:\s+of\s+|[\s/-]*)(?:{_YEAR})?",
        rf"\b(?P<nth>first|second|third|fourth|last)\s+quarter(?:\s+of)?(?:\s+{_YEAR})?",
        rf"\bh(?P<half>[12])[\s/-]*(?:{_YEAR})?",
        rf"\b(?P<nth_half>first|second)\s+half\s+of\s+{_YEAR}",
        rf"\b(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?{_YEAR}",
        rf"\b(?P<part>early|mid|late)[\s-]+{_YEAR}",
        r"\b(?P<relative>this|next)\s+(?P<unit>year|quarter)\b",
        r"\b(?:the\s+end\s+of\s+(?:the|this)\s+(?P<this_year>year)|(?P<year_end>year[\s-]end))\b",
        r"\b(?P<school_year>20\d\d)/(?:20)?\d\d\b",
        rf"\b{_YEAR}",
    )
)
_WORDS = "by|until|till|before|in|during|through|within|for|after|from|starting|beginning|end"
_BEFORE = re.compile(
    rf"\b(?P<word>{_WORDS})(?:\s+(?!(?:by|in|before|for|after|from)\b)[a-z]+){{0,4}}\s*$",
    re.IGNORECASE,
)
_OPENS = {"after", "from", "starting", "beginning"}
_FIRM = {"by", "until", "till", "before", "end"}


class Named(Frozen):
    """A time that a line names. `end` is the first day behind it."""

    words: str
    sense: Sense
    start: date
    end: date
    firm: bool
    """It is a deadline and nothing else: "in 2023" may also be what is compared with."""

    def has_come(self, today: date) -> bool:
        """Whether the deadline has passed, or the time has begun from which on it counts."""
        word = self.words.casefold().split()[0]
        at_its_start = word == "before" or (self.sense == "opening" and word != "after")
        return today >= (self.start if at_its_start else self.end)


def named_in(text: str, since: date) -> list[Named]:
    """Every time that the text names, in reading order. `since`: from when on it reads so, for
    "this year" and a quarter without a year."""
    found: dict[int, Named] = {}
    taken: list[range] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() in span for span in taken):
                continue
            period = _period(match.groupdict(), since)
            taken.append(range(*match.span()))
            if period and (named := _named(text, match, *period)):
                found[match.start()] = named
    return [found[at] for at in sorted(found)]


def _named(text: str, match: re.Match[str], start: date, end: date) -> Named | None:
    before = _BEFORE.search(text[: match.start()])
    at_the_beginning = not text[: match.start()].strip(" (") and text[match.end() :][:1] in ":)–-"
    if before is None and not at_the_beginning and not match.groupdict().get("relative"):
        return None
    word = before["word"].casefold().split()[0] if before else "by"
    begins = before.start() if before else match.start()
    return Named(
        words=text[begins : match.end()].strip(),
        sense="opening" if word in _OPENS else "deadline",
        start=start,
        end=end,
        firm=word in _FIRM,
    )


def _period(parts: dict[str, str | None], since: date) -> tuple[date, date] | None:
    """The first day of what is named and the first day behind it; None for no real date."""
    get = {name: value.casefold() for name, value in parts.items() if value}
    try:
        if "iso" in get:
            day = date.fromisoformat(get["iso"])
            return day, day + timedelta(days=1)
        if "day" in get:
            month = _MONTHS.index(get["month"][:3]) + 1
            day = date(int(get["year"]), month, int(get["day"]))
            return day, day + timedelta(days=1)
    except ValueError:
        return None
    if "relative" in get or "this_year" in get or "year_end" in get:
        return _relative(get, since)
    year = int(get["year"]) if "year" in get else None
    if "school_year" in get:
        return _months(int(get["school_year"]), 8, 12)
    if "month" in get:
        return _months(year or since.year, _MONTHS.index(get["month"][:3]) + 1, 1)
    if "season" in get:
        return _months(year or since.year, *_SEASONS[get["season"]])
    if "part" in get:
        return _months(year or since.year, {"early": 1, "mid": 5, "late": 9}[get["part"]], 4)
    if quarter := int(get.get("quarter") or _ORDINALS.get(get.get("nth", ""), 0)):
        return _next(year, 3 * quarter - 2, 3, since)
    if half := int(get.get("half") or _ORDINALS.get(get.get("nth_half", ""), 0)):
        return _next(year, 6 * half - 5, 6, since)
    return _months(year, 1, 12) if year else None


def _next(year: int | None, month: int, length: int, since: date) -> tuple[date, date]:
    """Of that year; without one, the next that was not over when the words were written."""
    period = _months(year or since.year, month, length)
    return period if year or period[1] > since else _months(since.year + 1, month, length)


def _relative(get: dict[str, str], since: date) -> tuple[date, date]:
    ahead = int(get.get("relative") == "next")
    if get.get("unit") == "quarter":
        return _months(since.year, 3 * ((since.month - 1) // 3 + ahead) + 1, 3)
    return _months(since.year + ahead, 1, 12)


def _months(year: int, first: int, length: int) -> tuple[date, date]:
    """So many months from that one on; `first` may be beyond the year's end."""

    def month(number: int) -> date:
        return date(year + (number - 1) // 12, (number - 1) % 12 + 1, 1)

    return month(first), month(first + length)
