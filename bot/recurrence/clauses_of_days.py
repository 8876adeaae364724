"""Clauses that say on which day, once or again and again."""

import re
from collections.abc import Callable
from typing import Literal, cast

from bot.recurrence.clauses import Clause, clause, refusal
from bot.recurrence.parts import (
    Ahead,
    AskBack,
    Calendar,
    Daypart,
    EndOf,
    Every,
    InDaypart,
    MonthDays,
    Nth,
    Part,
    Span,
    Unit,
    Weekdays,
)
from bot.recurrence.pattern import Weekday
from bot.recurrence.vocabulary import (
    AND,
    DAY_OF_MONTH,
    EACH,
    MONTH,
    MONTH_NAMES,
    NUMBER,
    ORDINAL,
    WEEKDAY,
    WEEKDAYS_PLURAL,
    WORKING_DAY,
    YEAR,
    month,
    number,
    ordinal,
    weekday,
    weekdays_between,
)

_ANY_DAY = f"(?:{WEEKDAYS_PLURAL}|{WEEKDAY})"
_DAYS = f"{_ANY_DAY}(?:{AND}{_ANY_DAY})*"
_ON = "(?:on )?"
_THE = "(?:the )?"
_SPAN = "(?P<span>month|quarter)"
_DAYPART = "(?P<part>morning|afternoon|evening)"
# "of the month", "of every quarter", "each month", "of next month"
_OF_MONTHS = (
    rf" (?:of|in) (?:the |a |{EACH} )?{_SPAN}| {EACH} (?P<span2>month|quarter)"
    r"| (?:of|in) (?P<near>this|next) month"
)
_HAS_ONE = "(?P<one> that has one)?"


def _every(m: re.Match[str]) -> Part:
    unit = cast(Literal["day", "week", "month", "quarter", "year"], m["unit"].lower())
    n = 1
    if m["nth"]:
        n = 2 if m["nth"].lower() == "other" else ordinal(m["nth"])
    elif m["n"]:
        n = number(m["n"])
    if not 1 <= n <= 400:
        raise AskBack("I can count from 1 to 400. Say another number.", m[0])
    return Every(unit, n)


def _times_a(m: re.Match[str]) -> Part:
    word = m["times"].lower()
    times = {"once": 1, "twice": 2}.get(word) or number(word.split()[0])
    return Every(cast(Literal["week", "month"], m["unit"].lower()), times=times)


def _weekdays_in(text: str) -> tuple[Weekday, ...]:
    return tuple(weekday(word) for word in re.findall(_ANY_DAY, text, re.IGNORECASE))


def _each_weekday(m: re.Match[str]) -> Part:
    days = _weekdays_in(m["days"])
    if m["other"] and len(days) > 1:
        raise AskBack(
            "Every second of which? Say “every 2 weeks on Monday and Thursday” "
            "or make one reminder a day.",
            m[0],
        )
    return Weekdays(days, each=True, n=2 if m["other"] else 1)


def _some_weekdays(m: re.Match[str]) -> Part:
    plural = re.search(WEEKDAYS_PLURAL, m["days"], re.IGNORECASE)
    return Weekdays(_weekdays_in(m["days"]), each=bool(plural))


def _weekday_range(m: re.Match[str]) -> Part:
    return Weekdays(weekdays_between(weekday(m["first"]), weekday(m["last"])), each=True)


def _said(m: re.Match[str], name: str) -> str | None:
    """The words of a group; None also where the clause has no such group."""
    return cast(str | None, m.groupdict().get(name))


def _of(m: re.Match[str]) -> Literal["month", "quarter", "this month", "next month"] | None:
    if near := _said(m, "near"):
        return "next month" if near.lower() == "next" else "this month"
    span = _said(m, "span") or _said(m, "span2")
    return cast(Literal["month", "quarter"], span.lower()) if span else None


def _nth(m: re.Match[str]) -> Part:
    word = m["day"].lower()
    day: Weekday | Literal["day", "weekday", "working day"]
    if word in ("day", "weekday"):
        day = cast(Literal["day", "weekday"], word)
    elif re.fullmatch(WORKING_DAY, word, re.IGNORECASE):
        day = "working day"
    else:
        day = weekday(word)
    which = tuple(ordinal(w) for w in re.findall(ORDINAL, m["which"], re.IGNORECASE))
    months = re.findall(MONTH, m["months"] or "", re.IGNORECASE)
    of = tuple(map(month, months)) or _of(m)
    year = int(m["year"]) if m["year"] else None
    return Nth(which, day, of, each=bool(m["each"]), has_one=bool(m["one"]), year=year)


def _month_days(m: re.Match[str]) -> Part:
    any_day = f"{DAY_OF_MONTH}|first|last"
    days = tuple(ordinal(w) for w in re.findall(any_day, m["days"], re.IGNORECASE))
    has_one = bool(_said(m, "one"))
    if months := _said(m, "months"):
        found = re.findall(MONTH, months, re.IGNORECASE)
        return MonthDays(days, tuple(map(month, found)), has_one)
    return MonthDays(days, _of(m) or ("month" if _said(m, "each") else None), has_one)


def _calendar(m: re.Match[str]) -> Calendar:
    day = -1 if _said(m, "end") else int(re.sub(r"\D", "", m["day"]))
    number_of_month = int(m["month"]) if m["month"].isdecimal() else month(m["month"])
    said_weekday = _said(m, "weekday")
    return Calendar(
        day,
        number_of_month,
        _year(_said(m, "year")),
        weekday(said_weekday) if said_weekday else None,
    )


def _year(digits: str | None) -> int | None:
    return None if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _slashed(m: re.Match[str]) -> Part:
    a, b = int(m["a"]), int(m["b"])
    if 1 <= a <= 12 and 1 <= b <= 12 and a != b:
        one, other = f"{a} {MONTH_NAMES[b - 1]}", f"{b} {MONTH_NAMES[a - 1]}"
        raise AskBack(f"“{m[0]}” can be {one} or {other}. Write the month's name.", m[0])
    day, number_of_month = (a, b) if b <= 12 else (b, a)
    return Calendar(day, number_of_month, _year(m["year"]))


def _yearly(m: re.Match[str]) -> tuple[Part, ...]:
    return Every("year"), _calendar(m)


_UNITS: dict[str, Unit] = {"h": "hour", "m": "minute", "d": "day", "w": "week", "y": "year"}


def _ahead(m: re.Match[str]) -> Part:
    word = m["unit"].lower()
    unit: Unit = "month" if word.startswith("mo") else _UNITS.get(word[0], "quarter")
    if m["n"].lower() == "half an":
        return Ahead(30, "minute", same_clock=True)
    return Ahead(number(m["n"]), unit, same_clock=True)


def _days_ahead(n: int) -> Callable[[re.Match[str]], Part]:
    return lambda m: Ahead(n, "day")


def _part_of_today(m: re.Match[str]) -> tuple[Part, ...]:
    part = cast(Daypart, (_said(m, "part") or "evening").lower())
    return Ahead(0, "day"), InDaypart(part)


def _every_daypart(m: re.Match[str]) -> tuple[Part, ...]:
    return Every("day"), InDaypart(cast(Daypart, m["part"].lower()))


def _end_of(m: re.Match[str]) -> Part:
    if _said(m, "each"):
        return MonthDays((-1,), cast(Literal["month", "quarter"], m["span"].lower()))
    return EndOf(cast(Span, m["span"].lower()), ahead=1 if m["next"] else 0)


_LENGTH = "(?P<unit>minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|quarters?|years?)"
_WEEKDAY_AND = f"(?:(?P<weekday>{WEEKDAY}),? )?"
_DAY_MONTH = f"(?P<day>{DAY_OF_MONTH}|[0-3]?\\d)\\.? (?:of )?(?P<month>{MONTH})"
_MONTH_DAY = f"(?P<month>{MONTH}) {_THE}(?P<day>{DAY_OF_MONTH}|[0-3]?\\d(?![:.h\\d]))"
_AND_YEAR = f"(?:,? (?P<year>{YEAR}))?"

CALENDAR_CLAUSES: tuple[Clause, ...] = (
    clause(rf"{_ON}{_WEEKDAY_AND}(?P<year>20\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)", _calendar),
    clause(
        rf"{_ON}{_WEEKDAY_AND}{_THE}(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>20\d\d|\d\d(?!:))?",
        _calendar,
    ),
    clause(rf"{_ON}(?P<a>\d\d?)/(?P<b>\d\d?)(?:/(?P<year>20\d\d|\d\d))?", _slashed),
    clause(f"{_ON}{_WEEKDAY_AND}{_THE}{_DAY_MONTH}{_AND_YEAR}", _calendar),
    clause(f"{_ON}{_WEEKDAY_AND}{_MONTH_DAY}{_AND_YEAR}", _calendar),
    clause(rf"(?:(?:at|on|by) )?{_THE}(?P<end>end) of (?P<month>{MONTH}){_AND_YEAR}", _calendar),
)

_NEAR_CLAUSES: tuple[Clause, ...] = (
    clause("today", _days_ahead(0)),
    clause("tonight", _part_of_today),
    clause(f"this {_DAYPART}", _part_of_today),
    clause("(?:tomorrow|tmrw)", _days_ahead(1)),
    clause(f"{_THE}day after tomorrow", _days_ahead(2)),
    clause(rf"in (?P<n>half an|{NUMBER})\s*{_LENGTH}", _ahead),
    clause(rf"(?P<n>{NUMBER}) {_LENGTH} from (?:now|today)", _ahead),
    clause(
        rf"(?:(?:at|on|by) )?{_THE}end of (?:the |this |(?P<next>next )|(?P<each>{EACH} ))?"
        "(?P<span>month|quarter)",
        _end_of,
    ),
    clause(
        rf"(?:(?:at|on|by) )?{_THE}end of (?:the |this |(?P<next>next ))?"
        "(?P<span>year)",
        _end_of,
    ),
    refusal(
        rf"(?:(?:at|on|by) )?{_THE}end of (?:the |this |next |{EACH} )?(?:week|day)",
        "When is that? Name the day and the time, as in “Friday 16:00”.",
    ),
    refusal(
        "next (?:week|month|quarter|year)",
        "On which day? Say “next Monday”, “in two weeks” or a date, as in “12 March”.",
    ),
)

_WEEKDAY_CLAUSES: tuple[Clause, ...] = (
    clause(f"(?:on (?:a )?)?(?P<days>{_DAYS})", _some_weekdays),
    clause(f"{_ON}this (?:coming )?(?P<days>{WEEKDAY})", _some_weekdays),
    clause(
        f"{_ON}(?:next week,? {_ON}(?P<a>{WEEKDAY})|next (?P<b>{WEEKDAY})"
        f"|(?P<c>{WEEKDAY}) (?:of )?next week)",
        lambda m: Weekdays((weekday(m["a"] or m["b"] or m["c"]),), next_week=True),
    ),
)

_MONTH_CLAUSES: tuple[Clause, ...] = (
    clause(
        f"{_ON}(?P<each>{EACH} )?{_THE}(?P<which>{ORDINAL}(?:{AND}{ORDINAL})*) "
        f"(?P<day>{WEEKDAY}|day|weekday|{WORKING_DAY})"
        f"(?:{_OF_MONTHS}| (?:of|in) (?P<months>{MONTH}(?:{AND}{MONTH})*)"
        f"(?:,? (?P<year>{YEAR}))?)?{_HAS_ONE}",
        _nth,
    ),
    clause(
        f"{_ON}(?P<each>{EACH} )?{_THE}(?P<days>{DAY_OF_MONTH}(?:{AND}{DAY_OF_MONTH})*"
        f"(?:{AND}{_THE}last day)?)(?: day)?"
        f"(?:{_OF_MONTHS}| of (?P<months>{MONTH}(?:{AND}{MONTH})*))?{_HAS_ONE}",
        _month_days,
    ),
    clause(f"{_ON}the (?P<days>first|last)(?:{_OF_MONTHS})", _month_days),
    clause(f"{_ON}{_THE}(?P<days>last) day of (?P<months>{MONTH}(?:{AND}{MONTH})+)", _month_days),
)

ONE_DAY_CLAUSES: tuple[Clause, ...] = (
    *CALENDAR_CLAUSES,
    *_NEAR_CLAUSES,
    *_WEEKDAY_CLAUSES,
    *_MONTH_CLAUSES,
)
"""What can name a single day; also after "until" and "starting"."""

RECURRING_CLAUSES: tuple[Clause, ...] = (
    clause(
        rf"{EACH} (?:(?P<nth>other|{ORDINAL}) |(?P<n>\d+|{NUMBER}) )?"
        "(?P<unit>day|week|month|quarter|year)s?",
        _every,
    ),
    clause(f"{EACH} (?:weekday|mon-fri)", lambda m: Every("weekday")),
    clause("(?:on )?weekdays", lambda m: Every("weekday")),
    clause(f"(?:{EACH} {WORKING_DAY}|(?:on )?{WORKING_DAY}s)", lambda m: Every("working day")),
    clause(f"{EACH} leap year", lambda m: Every("year", leap=True)),
    clause("(?:daily|once a day)", lambda m: Every("day")),
    clause("weekly", lambda m: Every("week")),
    clause("monthly", lambda m: Every("month")),
    clause("(?:quarterly|once a quarter)", lambda m: Every("quarter")),
    clause("(?:yearly|annually|once a year)", lambda m: Every("year")),
    clause(f"(?:fortnightly|{EACH} fortnight|once a fortnight)", lambda m: Every("week", 2)),
    clause("bi-?weekly", lambda m: Every("week", 2, or_twice=True)),
    clause(f"(?P<times>once|twice|{NUMBER} times) a (?P<unit>week|month)", _times_a),
    clause(f"{EACH} {_DAYPART}", _every_daypart),
    clause(f"{EACH} (?:(?P<other>other|second|2nd) )?(?P<days>{_DAYS})", _each_weekday),
    clause(f"(?:on )?(?P<other>alternate) (?P<days>{_DAYS})", _each_weekday),
    clause(
        rf"(?:{EACH} |on |from )?(?P<first>{WEEKDAY})(?:\s*[-–]\s*| (?:to|through|thru) )"
        f"(?P<last>{WEEKDAY})",
        _weekday_range,
    ),
    clause(f"{EACH} {_DAY_MONTH}", _yearly),
    clause(f"{EACH} {_MONTH_DAY}", _yearly),
    refusal(
        "(?:bi-?monthly|semi-?annually|half-?yearly|bi-?annually|twice a year)",
        "That can mean two things. Say “every 2 months on the 1st” or “every 6 months on the 1st”.",
    ),
    refusal(
        rf"(?:{EACH} (?:{NUMBER} |other )?(?:hour|minute|second)s?|hourly)",
        "It can come once a day at most. Name a time, as in “every day at 9:00”.",
    ),
    refusal(
        f"(?:on weekends|weekends|{EACH} weekend|at the weekend)",
        "Saturday, Sunday or both? Say “every Saturday” or “every Saturday and Sunday”.",
    ),
)
