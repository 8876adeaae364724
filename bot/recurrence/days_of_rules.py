"""What "every …" and the day beside it make together: a pattern, and what a day off does."""

from datetime import date
from typing import Literal, NamedTuple

from bot.recurrence.model import OnDayOff
from bot.recurrence.one_day import check_calendar
from bot.recurrence.parts import AskBack, Calendar, Day, EndOf, Every, MonthDays, Nth, Weekdays
from bot.recurrence.pattern import (
    MONDAY_TO_FRIDAY,
    SHORTEST_MONTH,
    WEEKDAYS,
    Frequency,
    Pattern,
)
from bot.recurrence.vocabulary import MONTH_NAMES

_QUARTERS = {1: (1, 4, 7, 10), -1: (3, 6, 9, 12)}
"""The first and the last months of the quarters."""
_Unit = Literal["month", "quarter", "year"]


class Days(NamedTuple):
    """The days of a recurring rule."""

    pattern: Pattern
    on_day_off: OnDayOff = "keep"


def days_of(every: Every | None, day: Day | None, start: date | None) -> Days | None:
    """The days that recur; None where the words name one day only.

    `start` is the day after "starting". Raises AskBack where the words do not name days.
    """
    if every is None:
        return _without_every(day)
    match every.unit:
        case "week":
            return _weekly(every, day, start)
        case "month" | "quarter" | "year":
            return _monthly(every, every.unit, day, start)
    if day is not None:
        raise AskBack("I read two answers to how often. Say it once, as in “every Monday”.")
    if every.unit == "weekday":
        return Days(Pattern(freq="WEEKLY", by_day=MONDAY_TO_FRIDAY))
    off: OnDayOff = "skip" if every.unit == "working day" else "keep"
    return Days(Pattern(freq="DAILY", interval=every.n), off)


def _without_every(day: Day | None) -> Days | None:
    if isinstance(day, Nth) and day.each:
        _check_every_nth(day)
    match day:
        case Weekdays(each=True):
            return Days(Pattern(freq="WEEKLY", interval=day.n, by_day=day.days))
        case Nth(of="month" | "quarter" as unit):
            return _in_months(day, unit, Every(unit))
        case Nth(each=True, of=None):
            return _in_months(day, "month", Every("month"))
        case Nth(each=True, of=tuple(), year=None):
            return _in_months(day, "year", Every("year"))
        case MonthDays(of="month" | "quarter" as unit):
            return _in_months(day, unit, Every(unit))
    return None


def _check_every_nth(day: Nth) -> None:
    """ "Every third Tuesday", "every second day of the month" can be a count or an order."""
    counts = bool(set(day.which) - {1, -1})
    if counts and day.day in ("day", "weekday", "working day"):
        raise AskBack(
            "Every so many days, or one of the month? Say “every 2 days” or “on the 2nd”."
        )
    if counts and day.of is None:
        raise AskBack(
            "Every third week, or the third one of the month? Say “every 3 weeks on Tuesday” or "
            "“third Tuesday of the month”."
        )
    if day.of in ("this month", "next month") or day.year is not None:
        raise AskBack("Once, or every month? Leave “every” out, or say “of every month”.")


def _weekly(every: Every, day: Day | None, start: date | None) -> Days:
    if day is None and start is not None and not every.or_twice:
        day = Weekdays((WEEKDAYS[start.weekday()],))
    if not isinstance(day, Weekdays) or day.next_week or day.n > 1:
        raise AskBack("On which day? Say “every 2 weeks on Friday” or “every Friday”.")
    if every.or_twice and len(day.days) > 1:
        raise AskBack("Every two weeks, or twice a week? Say “every 2 weeks on …” or “every …”.")
    _check_times(every, len(set(day.days)))
    return Days(Pattern(freq="WEEKLY", interval=every.n, by_day=day.days))


def _check_times(every: Every, days: int) -> None:
    if every.times not in (None, days):
        named = "one day" if days == 1 else f"{days} days"
        raise AskBack(
            f"You say {every.times} times and name {named}. Name every day, as in “every Monday "
            "and Thursday”."
        )


def _monthly(every: Every, unit: _Unit, day: Day | None, start: date | None) -> Days:
    match day:
        case None if start is not None:
            day = _day_of_start(unit, start)
        case None if unit == "quarter":
            day = MonthDays((1,))
        case Calendar(year=None, weekday=None) if unit == "year":
            check_calendar(day)
            day = MonthDays((day.day,), (day.month,))
        case EndOf(span="month" | "quarter", ahead=0) if day.span == unit:
            day = MonthDays((-1,))
    fits = isinstance(day, Nth | MonthDays) and (
        isinstance(day.of, tuple) if unit == "year" else day.of in (None, unit)
    )
    if isinstance(day, Nth) and day.year is not None:
        raise AskBack("Every year, or one? Leave the year out, or the “every”.")
    if not fits or not isinstance(day, Nth | MonthDays):
        example = "1 April" if unit == "year" else "the 15th” or “on the first Monday"
        raise AskBack(f"On which day of the {unit}? Say “every {unit} on {example}”.")
    if unit == "quarter" and every.n > 1:
        raise AskBack("I can't count quarters. Say “every 6 months on the 1st”.")
    _check_times(every, len(day.which if isinstance(day, Nth) else day.days))
    return _in_months(day, unit, every)


def _day_of_start(unit: _Unit, start: date) -> MonthDays:
    if unit == "quarter":
        raise AskBack("On which day of the quarter? Say “every 3 months on the 15th”.")
    return MonthDays((start.day,), (start.month,) if unit == "year" else None)


def _in_months(day: Nth | MonthDays, unit: _Unit, every: Every) -> Days:
    which = day.which if isinstance(day, Nth) else day.days
    months: tuple[int, ...] = ()
    if unit == "quarter":
        ends = {n < 0 for n in which}
        if len(ends) > 1:
            raise AskBack("Name one day of the quarter, or make two reminders.")
        months = _QUARTERS[-1 if ends.pop() else 1]
    elif unit == "year":
        months = day.of if isinstance(day.of, tuple) else ()
    freq: Frequency = "YEARLY" if len(set(months)) == 1 else "MONTHLY"
    if months and freq == "MONTHLY" and every.n > 1:
        raise AskBack("One month of every so many years, please, as in “every 2 years on 1 April”.")
    base = {"freq": freq, "interval": every.n, "by_month": months}
    if isinstance(day, MonthDays) or day.day == "day":
        _check_month_days(which, months, day.has_one, every.leap)
        return Days(Pattern.model_validate(base | {"by_month_day": which}))
    if every.leap:
        raise AskBack("Only 29 February needs leap years. Say “every year on …”.")
    if day.day == "working day":
        if which not in ((1,), (-1,)):
            raise AskBack("I can find the first and the last working day; name one of the two.")
        off: OnDayOff = "next" if which == (1,) else "previous"
        return Days(Pattern.model_validate(base | {"by_month_day": which}), off)
    if day.day == "weekday":
        if len(which) > 1:
            raise AskBack("Name one weekday of the month, or make two reminders.")
        weekdays = {"by_day": MONDAY_TO_FRIDAY, "by_set_pos": which[0]}
        return Days(Pattern.model_validate(base | weekdays))
    if 5 in which and not day.has_one:
        raise AskBack(
            "Not every month has a fifth one. Say “last”, or “the fifth Monday of every month "
            "that has one”."
        )
    return Days(Pattern.model_validate(base | {"by_day": (day.day,), "nth": which}))


def _check_month_days(
    days: tuple[int, ...], months: tuple[int, ...], has_one: bool, leap: bool
) -> None:
    if wrong := [day for day in days if not 1 <= day <= 31 and day != -1]:
        raise AskBack(f"No month has a day {wrong[0]}. Name one from the 1st to the 31st.")
    last = max(days)
    if leap != ((last, months) == (29, (2,))):
        raise AskBack(
            "Only leap years have a 29 February. Say “28 February”, “1 March” or “every leap "
            "year on 29 February”."
        )
    lacking = [m for m in months or range(1, 13) if last > SHORTEST_MONTH[m - 1]]
    if len(months) == 1 and lacking and not leap:
        name = MONTH_NAMES[months[0] - 1]
        raise AskBack(f"There is no {last} {name}; name another day.")
    if lacking and not has_one and not leap:
        th = {31: "31st"}.get(last, f"{last}th")
        raise AskBack(
            f"Not every month has a {th}. Say “on the last day of every month”, or “on the {th} "
            "of every month that has one”."
        )
