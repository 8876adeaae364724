"""What the clauses of a phrase mean, one by one, before they are put together (`assemble`)."""

from dataclasses import dataclass
from datetime import time
from typing import Literal

from bot.errors import UserFacing
from bot.recurrence.model import OnDayOff
from bot.recurrence.pattern import Weekday

Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
Span = Literal["month", "quarter", "year"]
Daypart = Literal["morning", "afternoon", "evening"]


class AskBack(UserFacing):
    """The words are clear and what they ask for is not; the sentence says what to write instead.

    `culprit` are the words it is about.
    """

    def __init__(self, sentence: str, culprit: str = "") -> None:
        super().__init__(sentence)
        self.culprit = culprit


@dataclass(frozen=True, slots=True)
class Every:
    """ "every 3 months": how often. `times`: the "twice" of "twice a week", to be checked."""

    unit: Literal["day", "weekday", "working day", "week", "month", "quarter", "year"]
    n: int = 1
    times: int | None = None
    leap: bool = False
    or_twice: bool = False
    """ "biweekly": every two weeks, or twice a week."""


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week: of every `n`th one where `each`, else the coming one, or `next` week's."""

    days: tuple[Weekday, ...]
    each: bool = False
    n: int = 1
    next_week: bool = False


@dataclass(frozen=True, slots=True)
class Nth:
    """ "the first and third Monday of the month"; `of`: also numbers of months, or nothing."""

    which: tuple[int, ...]
    day: Weekday | Literal["day", "weekday", "working day"]
    of: Literal["month", "quarter", "this month", "next month"] | tuple[int, ...] | None = None
    each: bool = False
    """Said with "every"."""
    has_one: bool = False
    year: int | None = None


@dataclass(frozen=True, slots=True)
class MonthDays:
    """ "the 1st and 15th of the month"; -1 is the last day."""

    days: tuple[int, ...]
    of: Literal["month", "quarter", "this month", "next month"] | tuple[int, ...] | None = None
    has_one: bool = False
    """Said with "that has one": the months without such a day are left out."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """ "Friday 12 March 2027"; day -1 is the month's last."""

    day: int
    month: int
    year: int | None = None
    weekday: Weekday | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """ "in 3 months", "tomorrow" (one day)."""

    n: int
    unit: Unit
    same_clock: bool = False
    """Without a time of day, it comes at the time that it is now."""


@dataclass(frozen=True, slots=True)
class EndOf:
    """ "the end of the month", or of the one `ahead` periods later."""

    span: Span
    ahead: int = 0


Day = Weekdays | Nth | MonthDays | Calendar | Ahead | EndOf
"""What can name a single day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. A bare "4" could be morning or afternoon."""

    hour: int
    minute: int = 0
    bare: bool = False
    midnight: bool = False

    def on(self, daypart: Daypart | None) -> time:
        """The time meant: a bare 1 to 6 is in the afternoon, unless the words say otherwise."""
        hour = self.hour
        if daypart == "morning" and (hour > 12 or (hour == 12 and self.bare)):
            raise AskBack(
                f"{hour}:{self.minute:02} is not in the morning. Write the time as 09:00."
            )
        if (daypart in ("afternoon", "evening") and self.bare and 1 <= hour <= 11) or (
            daypart is None and self.bare and 1 <= hour <= 6
        ):
            hour += 12
        if daypart in ("afternoon", "evening") and hour < 12:
            raise AskBack(f"{hour:02}:{self.minute:02} is not in the {daypart}. Write it as 16:30.")
        return time(hour, self.minute)


@dataclass(frozen=True, slots=True)
class InDaypart:
    """ "in the morning"."""

    daypart: Daypart


@dataclass(frozen=True, slots=True)
class InZone:
    """ "in Tokyo", "(Berlin)", "UTC"."""

    zone: str


@dataclass(frozen=True, slots=True)
class Until:
    """ "until 30 June": the last day, included."""

    day: Day


@dataclass(frozen=True, slots=True)
class Starting:
    """ "starting 1 December": the first day."""

    day: Day


@dataclass(frozen=True, slots=True)
class Lasting:
    """ "for 6 weeks"."""

    n: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Times:
    """ "10 times"."""

    n: int


@dataclass(frozen=True, slots=True)
class DayOffRule:
    """ "except holidays"."""

    on_day_off: OnDayOff


@dataclass(frozen=True, slots=True)
class CronLine:
    """ "cron 30 9 * * 1-5"."""

    text: str


Part = (
    Every
    | Weekdays
    | Nth
    | MonthDays
    | Calendar
    | Ahead
    | EndOf
    | Clock
    | InDaypart
    | InZone
    | Until
    | Starting
    | Lasting
    | Times
    | DayOffRule
    | CronLine
)
