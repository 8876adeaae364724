"""Rules, occurrences and people's hours: what is stored, and what makes it valid.

A rule says days and a time of day where somebody lives ("every second Friday at 16:30 in
Berlin"), never instants; `occurrences` works out the instants. Hours say when somebody works:
they can make an occurrence of a rule move or fall out, and can hold a message back, but never
change the rule.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, Field, field_validator, model_validator

from bot.events import Frozen
from bot.recurrence.holiday_tables import holidays_of, is_known
from bot.recurrence.pattern import MONDAY_TO_FRIDAY, WEEKDAYS, Pattern, Weekday, pattern_of

OnDayOff = Literal["keep", "skip_holidays", "skip", "next", "previous"]
"""What happens to an occurrence on a day that is not worked.

`keep`: it stays. `skip_holidays`: it falls out on holidays and days off, not on weekends.
`skip`: it falls out on every day that is not worked. `next`, `previous`: it moves to the nearest
working day after or before; the rule's own days stay what they are.
"""

LONGEST_ABSENCE = 366
"""Days. Nobody is away longer in one go, so a working day is found within it."""


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone. Raises ValueError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f"{name!r} is no time zone; one is called “Europe/Berlin”.") from unknown


def _zone(name: str) -> str:
    zone_named(name)
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def to_utc(local: datetime, zone: str) -> datetime:
    """The instant of a local time. One that the clocks skip counts with the offset before the
    gap (02:30 becomes 03:30); of one that comes twice, the first is meant."""
    return local.replace(tzinfo=zone_named(zone), fold=0).astimezone(UTC)


class Rule(Frozen):
    """When something recurs, or the one time it comes, as local time in `zone`.

    `text` is an RRULE of `Pattern`'s subset for kind `rrule`, five cron fields for `cron` (read by
    cronsim alone), nothing for `once`. A rule comes once a day at most, so (rule, date) is a key.
    """

    kind: Literal["rrule", "cron", "once"]
    text: str = ""
    start: datetime
    """The first occurrence, local; an INTERVAL counts from here."""
    zone: Zone
    until: date | None = None
    """The last local date, included. It and `count` bound the rule's own dates."""
    count: Annotated[int, Field(ge=1)] | None = None
    on_day_off: OnDayOff = "keep"

    @field_validator("start")
    @classmethod
    def _local(cls, start: datetime) -> datetime:
        if start.tzinfo is not None or start.second or start.microsecond:
            raise ValueError("The start is a local time in whole minutes.")
        return start

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        match self.kind:
            case "rrule":
                if self.text != str(self.pattern):
                    raise ValueError(f"Written canonically, the rule is {self.pattern}.")
                if not self.pattern.is_moment(self.start):
                    raise ValueError("The start is not a day of the rule.")
            case "cron":
                check_cron(self.text)
            case "once":
                if self.text or self.until or self.count or self.on_day_off != "keep":
                    raise ValueError("What comes once has no rule, end or number of times.")
        if self.until is not None and self.count is not None:
            raise ValueError("A rule has a last day or a number of times, not both.")
        if self.until is not None and self.until < self.start.date():
            raise ValueError("The rule ends before it begins.")
        return self

    @property
    def pattern(self) -> Pattern:
        """The days of a rule of kind `rrule`."""
        return pattern_of(self.text)

    @property
    def clock(self) -> time:
        """The local time of day at which it comes."""
        if self.kind != "cron":
            return self.start.time()
        minute, hour, *_ = self.text.split()
        return time(int(hour), int(minute))


class Occurrence(Frozen):
    """One time that a rule comes."""

    date: date
    """The local date it belongs to; with the rule, its key."""
    planned: datetime
    """The rule's own local time, before any move because of a day off."""
    at: datetime
    """The instant, in UTC."""


class DaysOff(Frozen):
    """A stretch of days on which nobody works, both ends included."""

    first: date
    last: date
    name: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta(0) <= self.last - self.first < timedelta(days=LONGEST_ABSENCE):
            raise ValueError("Days off end on or after the day they begin, within a year.")
        return self


class Hours(Frozen):
    """When somebody, or a workspace, works and wants to be left alone. Immutable, compared by
    value."""

    zone: Zone = "UTC"
    working_days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = MONDAY_TO_FRIDAY
    country: str = ""
    """ISO 3166 ("DE"); empty: no public holidays."""
    subdivision: str = ""
    """The country's part, where it has holidays of its own ("BY")."""
    days_off: tuple[DaysOff, ...] = ()
    quiet_from: time | None = None
    """Local time from which nothing is delivered, until `quiet_to`; it may pass midnight."""
    quiet_to: time | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("Quiet hours need a beginning and an end.")
        if self.quiet_from is not None and self.quiet_from == self.quiet_to:
            raise ValueError("Quiet hours must leave some of the day.")
        if self.subdivision and not self.country:
            raise ValueError("A subdivision needs its country.")
        if self.country and not is_known(self.country, self.subdivision):
            raise ValueError(f"There is no holiday table for {self.country} {self.subdivision}.")
        return self

    def day_off(self, day: date) -> str | None:
        """The name of the public holiday or of the days off that the day belongs to; None for a
        plain day, be it worked or not."""
        for stretch in self.days_off:
            if stretch.first <= day <= stretch.last:
                return stretch.name or "day off"
        if not self.country:
            return None
        return holidays_of(self.country, self.subdivision, day.year).get(day)

    def is_working(self, day: date) -> bool:
        """Whether the day is a working day, neither a holiday nor a day off."""
        return WEEKDAYS[day.weekday()] in self.working_days and self.day_off(day) is None

    def is_quiet(self, instant: datetime) -> bool:
        """Whether nothing may be delivered at the instant."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        clock = instant.astimezone(zone_named(self.zone)).time()
        if self.quiet_from < self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to

    def end_of_quiet(self, instant: datetime) -> datetime:
        """When something due at the instant may be delivered, in UTC: at the instant itself, or
        later, when the quiet hours end; never earlier."""
        if self.quiet_to is None or not self.is_quiet(instant):
            return instant.astimezone(UTC)
        zone = zone_named(self.zone)
        local = instant.astimezone(zone)
        day = local.date() + timedelta(days=local.time() >= self.quiet_to)
        end = datetime.combine(day, self.quiet_to, zone)
        # Where the clocks go back, the first 02:30 may be over and the second still to come.
        ends = [end.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        return next(end for end in (*ends, ends[0] + timedelta(days=1)) if end > instant)


_ONE_NUMBER = re.compile(r"\d{1,2}")


def check_cron(text: str) -> None:
    """Raises ValueError, with a sentence for people, unless it is a cron line that comes once a
    day at most, canonically spaced."""
    fields = text.split(" ")
    if len(fields) != 5 or "" in fields:
        raise ValueError("A cron line has five fields, such as “30 9 * * 1-5”.")
    if not (_ONE_NUMBER.fullmatch(fields[0]) and _ONE_NUMBER.fullmatch(fields[1])):
        raise ValueError(
            "It comes once a day at most, so minute and hour are plain numbers, "
            "as in “30 9 * * 1-5”."
        )
    try:
        CronSim(text, datetime(2027, 1, 1, tzinfo=UTC))
    except CronSimError as wrong:
        raise ValueError(
            f"“{text}” is no cron line, such as “30 9 * * 1-5”, or never comes."
        ) from wrong
