"""Which single day is meant: parts of a phrase to a date. Pure; today is passed in."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import assert_never

from dateutil.relativedelta import relativedelta

from bot.recurrence.model import Hours
from bot.recurrence.parts import Ahead, AskBack, Calendar, Day, EndOf, MonthDays, Nth, Weekdays
from bot.recurrence.pattern import LONGEST_MONTH, WEEKDAYS
from bot.recurrence.vocabulary import MONTH_NAMES, WEEKDAY_NAMES, in_full


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when a phrase is said, and the time of day that it names."""

    now: datetime
    """Local, naive."""
    clock: time
    hours: Hours

    def is_over(self, day: date) -> bool:
        """Whether the time of day has passed on that day."""
        return datetime.combine(day, self.clock) <= self.now


def date_of(day: Day, here: Here) -> date:
    """The date that is meant. Raises AskBack where there is none, or more than one."""
    today = here.now.date()
    match day:
        case Weekdays():
            return _weekday(day, here)
        case Nth():
            return _nth(day, here)
        case MonthDays():
            return _month_day(day, here)
        case Calendar():
            return _calendar(day, here)
        case Ahead():
            return later(today, day)
        case EndOf():
            return _end(day, today)
        case _:
            assert_never(day)


def later(day: date, ahead: Ahead) -> date:
    """The date so many units later; a month's end stays within the month."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(ahead.unit)
    if months:
        return day + relativedelta(months=months * ahead.n)
    return day + timedelta(days=ahead.n * (7 if ahead.unit == "week" else 1))


def _weekday(day: Weekdays, here: Here) -> date:
    if day.each or len(day.days) > 1:
        names = ", ".join(WEEKDAY_NAMES[WEEKDAYS.index(d)] for d in day.days)
        raise AskBack(f"Once, or every week? Say “every {names}”, or name one day.")
    today = here.now.date()
    wanted = WEEKDAYS.index(day.days[0])
    if day.next_week:
        return today + timedelta(days=7 - today.weekday() + wanted)
    coming = today + timedelta(days=(wanted - today.weekday()) % 7)
    return coming + timedelta(days=7) if here.is_over(coming) else coming


def _nth(day: Nth, here: Here) -> date:
    if day.of is None or len(day.which) > 1 or (isinstance(day.of, tuple) and len(day.of) > 1):
        raise AskBack(
            "Every month, or once? Say “first Monday of the month” or “first Monday of next month”."
        )
    today = here.now.date()
    month = _first_of(day.of, day.year, today)
    found = _nth_in(day, month, here.hours)
    if day.year is None and isinstance(day.of, tuple) and here.is_over(found):
        found = _nth_in(day, month + relativedelta(years=1), here.hours)
    return found


def _first_of(of: str | tuple[int, ...], year: int | None, today: date) -> date:
    if isinstance(of, tuple):
        return date(year or today.year, of[0], 1)
    return today.replace(day=1) + relativedelta(months=1 if of == "next month" else 0)


def _nth_in(day: Nth, month: date, hours: Hours) -> date:
    which = day.which[0]
    days = [month + timedelta(days=n) for n in range(monthrange(month.year, month.month)[1])]
    if day.day == "working day":
        days = list(filter(hours.is_working, days))
    elif day.day == "weekday":
        days = [d for d in days if d.weekday() < 5]
    elif day.day != "day":
        days = [d for d in days if WEEKDAYS[d.weekday()] == day.day]
    if which > len(days):
        raise AskBack(f"{MONTH_NAMES[month.month - 1]} {month.year} has no such day. Name another.")
    return days[-1] if which == -1 else days[which - 1]


def _month_day(day: MonthDays, here: Here) -> date:
    if len(day.days) > 1 or isinstance(day.of, tuple):
        raise AskBack("Once, or every year? Say “every year on …”, or name one day.")
    wanted = day.days[0]
    month = here.now.date().replace(day=1)
    if day.of == "next month":
        return _in_month(wanted, month + relativedelta(months=1))
    found = _in_month(wanted, month)
    if day.of is None and here.is_over(found):
        found = _in_month(wanted, month + relativedelta(months=1))
    return found


def _in_month(day: int, month: date) -> date:
    last = monthrange(month.year, month.month)[1]
    if not 1 <= day <= last and day != -1:
        name = MONTH_NAMES[month.month - 1]
        raise AskBack(f"{name} {month.year} has {last} days. Name the day and the month.")
    return month.replace(day=last if day == -1 else day)


def check_calendar(day: Calendar) -> None:
    """Raises AskBack where no year has such a day."""
    if not 1 <= day.month <= 12:
        raise AskBack(f"There is no month {day.month}. Write the month's name, as in “12 March”.")
    longest = LONGEST_MONTH[day.month - 1]
    if not 1 <= day.day <= longest and day.day != -1:
        name = MONTH_NAMES[day.month - 1]
        raise AskBack(f"There is no {day.day} {name}; it has {longest} days at most. Name another.")


def _calendar(day: Calendar, here: Here) -> date:
    check_calendar(day)
    first = date(day.year or here.now.year, day.month, 1)
    if day.year is None and (day.day, day.month) == (29, 2):
        years = (first.replace(year=first.year + n) for n in range(9))
        return next(
            y.replace(day=29)
            for y in years
            if monthrange(y.year, 2)[1] == 29 and not here.is_over(y.replace(day=29))
        )
    found = _in_month(day.day, first)
    if day.year is None and here.is_over(found):
        found = _in_month(day.day, first.replace(year=first.year + 1))
    if day.weekday and WEEKDAYS[found.weekday()] != day.weekday:
        said, real = WEEKDAY_NAMES[WEEKDAYS.index(day.weekday)], WEEKDAY_NAMES[found.weekday()]
        raise AskBack(f"{in_full(found)} is a {real}, not a {said}. Which is meant?")
    return found


def _end(day: EndOf, today: date) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}[day.span]
    first = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    return first + relativedelta(months=months * (day.ahead + 1)) - timedelta(days=1)
