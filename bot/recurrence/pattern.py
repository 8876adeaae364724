"""On which days: the part of RFC 5545 that people say, and nothing else.

    every N days                  FREQ=DAILY
    every N weeks on some days    FREQ=WEEKLY;BYDAY=MO,TH
    every N months on some day    FREQ=MONTHLY with one of the three below; BYMONTH for some months
    every N years in one month    FREQ=YEARLY;BYMONTH=4 with one of the three below
        the 1st and the 15th      BYMONTHDAY=1,15 (-1: the last day)
        the first Monday          BYDAY=1MO (the same weekday in each; -1: the last)
        the first weekday         BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1

Whatever is accepted here can be said in words and is read back from them (`words`, `grammar`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Annotated, Literal, Self, get_args

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as rrule_weekday
from pydantic import Field, field_validator, model_validator

from bot.events import Frozen

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""Monday first, so that the index is what `date.weekday()` says."""
MONDAY_TO_FRIDAY = WEEKDAYS[:5]
SHORTEST_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LONGEST_MONTH = (31, 29, *SHORTEST_MONTH[2:])

# Twelve months in place of a year: it is the same, and dateutil lays out whole years otherwise.
_FREQUENCIES: Mapping[Frequency, Literal[1, 2, 3]] = {
    "DAILY": DAILY,
    "WEEKLY": WEEKLY,
    "MONTHLY": MONTHLY,
    "YEARLY": MONTHLY,
}
_DAY = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


class Pattern(Frozen):
    """A set of days. `str()` is the canonical RRULE, `Pattern.parse` its opposite."""

    freq: Frequency
    interval: Annotated[int, Field(ge=1, le=400)] = 1
    by_month: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    by_month_day: tuple[Annotated[int, Field(ge=-1, le=31)], ...] = ()
    by_day: tuple[Weekday, ...] = ()
    nth: tuple[Annotated[int, Field(ge=-1, le=5)], ...] = ()
    """Which of the one weekday in `by_day`: 1 the first, -1 the last."""
    by_set_pos: Annotated[int, Field(ge=-1, le=5)] | None = None

    @field_validator("by_month", "by_month_day", "nth")
    @classmethod
    def _in_order(cls, values: tuple[int, ...]) -> tuple[int, ...]:
        # -1, the last one, stands behind the others.
        return tuple(sorted(set(values), key=lambda value: (value < 0, value)))

    @field_validator("by_day")
    @classmethod
    def _monday_first(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        return tuple(day for day in WEEKDAYS if day in days)

    @model_validator(mode="after")
    def _known_combination(self) -> Self:
        if 0 in (*self.by_month_day, *self.nth, self.by_set_pos):
            raise ValueError("There is no day number 0.")
        if self.nth and len(self.by_day) != 1:
            raise ValueError("BYDAY with a number takes one weekday.")
        if self.by_set_pos and self.by_day != MONDAY_TO_FRIDAY:
            raise ValueError("BYSETPOS goes with BYDAY=MO,TU,WE,TH,FR alone.")
        match self.freq:
            case "DAILY":
                wrong = bool(self.by_month or self.by_month_day or self.by_day)
            case "WEEKLY":
                plain = self.by_day and not self.nth and self.by_set_pos is None
                wrong = bool(self.by_month or self.by_month_day) or not plain
            case "MONTHLY":
                # Some months, each month of which comes every year; one month is YEARLY.
                some = len(self.by_month) > 1 and self.interval == 1
                wrong = bool(self.by_month and not some) or not self._names_days_of_a_month()
            case "YEARLY":
                leap = self.by_month == (2,) and 29 in self.by_month_day
                alone = self.by_month_day == (29,) and self.interval == 1
                wrong = len(self.by_month) != 1 or (leap and not alone)
                wrong = wrong or not self._names_days_of_a_month()
        if wrong:
            raise ValueError(f"FREQ={self.freq} does not go with these parts.")
        return self

    def _names_days_of_a_month(self) -> bool:
        weekday = bool(self.by_day) and bool(self.nth) != (self.by_set_pos is not None)
        if self.by_month_day and not self.by_day:
            last = max(LONGEST_MONTH[month - 1] for month in self.by_month or (1,))
            return max(self.by_month_day) <= last
        return weekday and not self.by_month_day

    def __str__(self) -> str:
        days = [f"{n}{day}" for day in self.by_day for n in self.nth] or self.by_day
        parts = {
            "FREQ": self.freq,
            "INTERVAL": self.interval if self.interval > 1 else "",
            "BYMONTH": ",".join(map(str, self.by_month)),
            "BYMONTHDAY": ",".join(map(str, self.by_month_day)),
            "BYDAY": ",".join(days),
            "BYSETPOS": self.by_set_pos or "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    def moments(self, start: datetime, since: date | None = None) -> Iterator[datetime]:
        """The local times of the pattern from `start`, one of its days, whose period INTERVAL
        counts from. Those before `since` are left out at no cost, however long ago the start is."""
        near = self._near(start, since) if since else start
        by_days = self.freq in ("DAILY", "WEEKLY")
        for moment in self._counted(near) if by_days else self._rrule(near):
            if since is None or moment.date() >= since:
                yield moment

    def first_moments(self, since: datetime) -> Iterator[datetime]:
        """The local times from `since` on that a rule of this pattern could start with."""
        return iter(self.model_copy(update={"interval": 1})._rrule(since, every_year=True))

    def is_moment(self, start: datetime) -> bool:
        """Whether a rule of this pattern can start there."""
        return next(iter(self._rrule(start, until=start)), None) == start

    def _counted(self, start: datetime) -> Iterator[datetime]:
        """The same as `_rrule` for days and weeks, which is most of all rules: counting days takes
        a tenth of the time that setting up dateutil does."""
        offsets: tuple[int, ...] = (0,)
        if self.freq == "DAILY":
            first, step = start, self.interval
        else:
            first, step = start - timedelta(days=start.weekday()), 7 * self.interval
            offsets = tuple(WEEKDAYS.index(day) for day in self.by_day)
        last = (datetime.max - first).days
        for days in (period + day for period in count(0, step) for day in offsets):
            if days > last:
                return
            moment = first + timedelta(days=days)
            if moment >= start:
                yield moment

    def _rrule(
        self, start: datetime, *, until: datetime | None = None, every_year: bool = False
    ) -> rrule:
        weekdays = [WEEKDAYS.index(day) for day in self.by_day]
        yearly = self.freq == "YEARLY" and not every_year
        return rrule(
            _FREQUENCIES[self.freq],
            dtstart=start,
            interval=self.interval * 12 if yearly else self.interval,
            bymonth=self.by_month or None,
            bymonthday=self.by_month_day or None,
            byweekday=[rrule_weekday(day, n) for day in weekdays for n in self.nth]
            or weekdays
            or None,
            bysetpos=self.by_set_pos,
            until=until,
        )

    def _near(self, start: datetime, since: date) -> datetime:
        """The beginning of the last period before `since` that is in phase with the start."""
        if since <= start.date():
            return start
        match self.freq:
            case "DAILY":
                periods = (since - start.date()).days // self.interval
                return start + timedelta(days=periods * self.interval)
            case "WEEKLY":
                monday = start - timedelta(days=start.weekday())
                periods = (since - monday.date()).days // (7 * self.interval)
                near = monday + timedelta(days=7 * periods * self.interval)
            case "MONTHLY" | "YEARLY":
                interval = self.interval * (12 if self.freq == "YEARLY" else 1)
                months = (since.year - start.year) * 12 + since.month - start.month
                month = start.month - 1 + months // interval * interval
                near = start.replace(year=start.year + month // 12, month=month % 12 + 1, day=1)
        return max(near, start)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The pattern of an RRULE. Raises ValueError for anything beyond the subset above."""
        parts: dict[str, str] = {}
        for part in text.upper().removeprefix("RRULE:").split(";"):
            name, _, value = part.partition("=")
            if name not in _READERS or name in parts or not value:
                raise ValueError(f"{name!r} cannot stand in this rule.")
            parts[name] = value
        values: dict[str, object] = {}
        for name, value in parts.items():
            values |= _READERS[name](value)
        return cls.model_validate(values)


def _days(value: str) -> dict[str, object]:
    found = [_DAY.fullmatch(part) for part in value.split(",")]
    numbers = {m[1] for m in found if m}
    if not all(found) or (None in numbers and len(numbers) > 1):
        raise ValueError(f"BYDAY={value} cannot stand in this rule.")
    return {
        "by_day": tuple(m[2] for m in found if m),
        "nth": tuple(int(n) for n in numbers if n),
    }


_READERS: Mapping[str, Callable[[str], dict[str, object]]] = {
    "FREQ": lambda value: {"freq": value},
    "INTERVAL": lambda value: {"interval": int(value)},
    "BYMONTH": lambda value: {"by_month": tuple(map(int, value.split(",")))},
    "BYMONTHDAY": lambda value: {"by_month_day": tuple(map(int, value.split(",")))},
    "BYDAY": _days,
    "BYSETPOS": lambda value: {"by_set_pos": int(value)},
}


@lru_cache(maxsize=4096)
def pattern_of(text: str) -> Pattern:
    """`Pattern.parse`, remembered: workspaces share a few hundred patterns."""
    return Pattern.parse(text)
