"""Rules in plain words, always made from the rule itself, and its next dates.

`grammar.understand` reads `in_words` back to the same rule.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from bot.recurrence.model import Hours, OnDayOff, Rule, zone_named
from bot.recurrence.occurrences import Planned, outlook
from bot.recurrence.pattern import MONDAY_TO_FRIDAY, SHORTEST_MONTH, WEEKDAYS, Pattern
from bot.recurrence.vocabulary import MONTH_NAMES, WEEKDAY_NAMES, in_full
from bot.recurrence.zones import zone_in_words

_COUNTED = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_DAY_OFF: dict[OnDayOff, str] = {
    "keep": "",
    "skip_holidays": ", except on holidays",
    "skip": ", on working days only",
    "next": ", or the next working day",
    "previous": ", or the working day before",
}
_QUARTERS = ((1, 4, 7, 10), (3, 6, 9, 12))


def in_words(rule: Rule) -> str:
    """The rule in plain words: "every second Friday at 16:30 (Berlin)"."""
    zone = f"({zone_in_words(rule.zone)})"
    if rule.kind == "once":
        return f"on {_full_date(rule.start.date())} at {rule.start:%H:%M} {zone}"
    if rule.kind == "cron":
        return f"cron {rule.text} {zone}{_DAY_OFF[rule.on_day_off]}{_end(rule)}"
    days, off = _days(rule.pattern, rule.on_day_off)
    return f"{days} at {rule.clock:%H:%M} {zone}{_DAY_OFF[off]}{_end(rule)}"


def read_back(rule: Rule, hours: Hours, now: datetime, done: int = 0, n: int = 3) -> str:
    """The rule as a sentence, and its next `n` dates; what somebody confirms."""
    words = in_words(rule)
    return f"{words[0].upper()}{words[1:]}.\n{next_dates(rule, hours, now, done, n)}"


def next_dates(rule: Rule, hours: Hours, now: datetime, done: int = 0, n: int = 3) -> str:
    """The next `n` dates, holidays, moved dates and changed clocks noted: "Next: Fri 11 Dec,
    Fri 25 Dec (Christmas Day, skipped), Fri 8 Jan." """
    dates = list(_with_skipped(outlook(rule, now, hours, done), hours, n))
    if not dates:
        return "It does not come again."
    today = now.astimezone(zone_named(rule.zone)).date()
    noted = ", ".join(_noted(planned, rule, hours, today) for planned in dates)
    return f"Next: {noted}.{_quiet(dates, hours)}"


def _days(pattern: Pattern, off: OnDayOff) -> tuple[str, OnDayOff]:
    """The days in words, and what is still to be said about days off."""
    n = pattern.interval
    if pattern.freq == "DAILY":
        if off == "skip" and n == 1:
            return "every working day", "keep"
        return f"every {_nth_or_count(n, 'day')}", off
    if pattern.freq == "WEEKLY":
        names = _list([WEEKDAY_NAMES[WEEKDAYS.index(day)] for day in pattern.by_day])
        if n > 2 or (n == 2 and len(pattern.by_day) > 1):
            return f"every {n} weeks on {names}", off
        if pattern.by_day == MONDAY_TO_FRIDAY:
            return "every weekday", off
        return f"every {'second ' if n == 2 else ''}{names}", off
    day, off = _day_of_month(pattern, off)
    rare = " that has one" if _is_rare(pattern) else ""
    if pattern.freq == "YEARLY":
        return _yearly(pattern, day, rare), off
    if pattern.by_month in _QUARTERS and _fits_quarter(pattern):
        return f"on {day} of every quarter{rare}", off
    if pattern.by_month:
        months = _list([MONTH_NAMES[month - 1] for month in pattern.by_month])
        return f"every year on {day} of {months}{rare}", off
    if n > 1:
        return f"every {n} months on {day}{rare}", off
    return f"on {day} of every month{rare}", off


def _day_of_month(pattern: Pattern, off: OnDayOff) -> tuple[str, OnDayOff]:
    if pattern.by_set_pos is not None:
        return f"the {_COUNTED[pattern.by_set_pos]} weekday", off
    if pattern.nth:
        weekday = WEEKDAY_NAMES[WEEKDAYS.index(pattern.by_day[0])]
        return f"the {_list([_COUNTED[which] for which in pattern.nth])} {weekday}", off
    if (pattern.by_month_day, off) == ((1,), "next"):
        return "the first working day", "keep"
    if (pattern.by_month_day, off) == ((-1,), "previous"):
        return "the last working day", "keep"
    days = [_ordinal(day) if day > 0 else "last day" for day in pattern.by_month_day]
    return f"the {_list(days)}", off


def _yearly(pattern: Pattern, day: str, rare: str) -> str:
    (month,) = pattern.by_month
    every = "every year" if pattern.interval == 1 else f"every {pattern.interval} years"
    (first, *others) = pattern.by_month_day or (0,)
    if (first, month) == (29, 2):
        return "every leap year on 29 February"
    if first > 0 and not others and "working" not in day:
        return f"{every} on {first} {MONTH_NAMES[month - 1]}"
    return f"{every} on {day} of {MONTH_NAMES[month - 1]}{rare}"


def _is_rare(pattern: Pattern) -> bool:
    shortest = min(SHORTEST_MONTH[month - 1] for month in pattern.by_month or (2,))
    return max((*pattern.by_month_day, 0)) > shortest or 5 in pattern.nth


def _fits_quarter(pattern: Pattern) -> bool:
    which = (*pattern.by_month_day, *pattern.nth, pattern.by_set_pos or 0)
    at_end = {number < 0 for number in which if number}
    return at_end == {pattern.by_month == _QUARTERS[1]}


def _end(rule: Rule) -> str:
    if rule.until is not None:
        return f", until {in_full(rule.until)}"
    return f", {rule.count} times" if rule.count else ""


def _with_skipped(planned: Iterator[Planned], hours: Hours, n: int) -> Iterator[Planned]:
    """The first `n` that come, and the ones between them that a named day off takes out."""
    for one in islice(planned, 400):
        if one.date is None and hours.day_off(one.planned.date()) is None:
            continue
        yield one
        n -= one.date is not None
        if not n:
            return


def _noted(one: Planned, rule: Rule, hours: Hours, today: date) -> str:
    day = one.planned.date()
    name = hours.day_off(day) or "not a working day"
    notes = []
    if one.date not in (None, day) and not hours.day_off(day) and _names_a_working_day(rule):
        # "The last working day" is all that was asked for; the 31st says nothing.
        day = one.date or day
    if one.date is None or one.at is None:
        notes.append(f"{name}, skipped")
    elif one.date != day:
        notes.append(f"{name}, moved to {_short_date(one.date, today)}")
    elif hours.day_off(day):
        notes.append(name)
    if one.at is not None:
        local = one.at.astimezone(zone_named(rule.zone))
        if local.time() != one.planned.time():
            notes.append(f"at {local:%H:%M}, as the clocks change")
    return _short_date(day, today) + (f" ({'; '.join(notes)})" if notes else "")


def _names_a_working_day(rule: Rule) -> bool:
    return rule.kind == "rrule" and _days(rule.pattern, rule.on_day_off)[1] == "keep"


def _quiet(dates: Sequence[Planned], hours: Hours) -> str:
    held = next((one.at for one in dates if one.at and hours.is_quiet(one.at)), None)
    if held is None:
        return ""
    end = hours.end_of_quiet(held).astimezone(zone_named(hours.zone))
    return f" That is in the quiet hours, so it comes at {end:%H:%M} ({zone_in_words(hours.zone)})."


def _short_date(day: date, today: date) -> str:
    year = f" {day.year}" if abs(day - today) > timedelta(days=300) else ""
    return f"{WEEKDAY_NAMES[day.weekday()][:3]} {day.day} {MONTH_NAMES[day.month - 1][:3]}{year}"


def _full_date(day: date) -> str:
    return f"{WEEKDAY_NAMES[day.weekday()]} {in_full(day)}"


def _nth_or_count(n: int, unit: str) -> str:
    return {1: unit, 2: f"second {unit}"}.get(n, f"{n} {unit}s")


def _ordinal(n: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(n % 10 if n not in (11, 12, 13) else 0, "th")
    return f"{n}{ending}"


def _list(words: Sequence[str]) -> str:
    """ "Monday, Wednesday and Friday"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
