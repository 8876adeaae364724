"""When a pulse reaches each person: at the same local time for all, on working days of theirs.

    day, 10:00 ── asked ── next working day, 10:00 ── reminded ── last one, 15:00 ── closed at its
    end, in the zone where the day ends last

Pure: all of it is worked out from the day and from people's hours.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from bot.events import Frozen
from bot.recurrence.model import Hours, Rule, to_utc, zone_named
from bot.recurrence.pattern import WEEKDAYS, Pattern, Weekday

EARLIEST = "Etc/GMT-14"
"""The zone in which a day begins first. What falls due there comes in time for everybody."""
LATER = time(15)
"""Local time of the last reminder."""
APART = timedelta(hours=4)
"""Between two messages to one person."""
LATE = timedelta(hours=8)
"""So late may somebody still be asked on the same day, after nothing ran for a while."""
LEFT = timedelta(hours=2)
"""So long before the end nobody is asked or reminded any more."""
_DAY = timedelta(days=1)


class Moments(Frozen):
    """When one person is asked and reminded, in UTC; None: not at all."""

    asked: datetime | None = None
    reminded: tuple[datetime | None, datetime | None] = (None, None)


def weekly(weeks: int, weekday: Weekday, clock: time, now: datetime) -> Rule:
    """Every so many weeks on that weekday, from the first that is still to come everywhere."""
    today = now.astimezone(zone_named(EARLIEST)).date()
    first = today + (WEEKDAYS.index(weekday) - today.weekday()) % 7 * _DAY
    if to_utc(datetime.combine(first, clock), EARLIEST) <= now:
        first += 7 * _DAY
    return Rule(
        kind="rrule",
        text=str(Pattern(freq="WEEKLY", interval=weeks, by_day=(weekday,))),
        start=datetime.combine(first, clock),
        zone=EARLIEST,
    )


def falls_due(day: date, clock: time) -> Rule:
    """The moment at which that day's pulse is begun: before anybody is asked."""
    return Rule(kind="once", start=datetime.combine(day, clock), zone=EARLIEST)


def closes_at(day: date, open_for: int, team: Hours, zones: Iterable[str]) -> datetime:
    """The end of the `open_for`-th working day of the team, in the zone where that is last."""
    *_, last = islice(_working_days(day, team), open_for)
    end = datetime.combine(last + _DAY, time(0))
    return max(to_utc(end, zone) for zone in {*zones, team.zone})


def moments(day: date, clock: time, hours: Hours, *, begun: datetime, closes: datetime) -> Moments:
    """What one person gets of the pulse of that day, which was begun at that instant; nothing
    where they are off until it closes."""
    days = [each for each in _days_until(day, closes, hours) if hours.is_working(each)]
    open_until = closes - LEFT
    at = [_free(each, clock, hours) for each in days]
    asked = next((each for each in at if begun - LATE <= each <= open_until), None)
    if asked is None:
        return Moments()
    first = next((each for each in at if asked + APART <= each <= open_until), None)
    after = (first or asked) + APART
    evening = [_free(each, LATER, hours) for each in reversed(days)]
    last = next((each for each in evening if after <= each <= open_until), None)
    return Moments(asked=asked, reminded=(first, last))


def first_of(found: Sequence[Moments], turn: int) -> datetime | None:
    """When the first of all of them is reminded (`turn` 0 or 1)."""
    return min((at for each in found if (at := each.reminded[turn])), default=None)


def next_working(after: datetime, clock: time, hours: Hours) -> datetime:
    """That time of day on the next working day of those hours, after the instant."""
    since = after.astimezone(UTC).date() - _DAY
    return next(
        at for day in _working_days(since, hours) if (at := _free(day, clock, hours)) > after
    )


def _working_days(since: date, hours: Hours) -> Iterator[date]:
    # Nobody is away for longer than a year in one go (`bot.recurrence.model.LONGEST_ABSENCE`).
    days = (since + timedelta(days=n) for n in range(2 * 366))
    return filter(hours.is_working, days)


def _days_until(day: date, closes: datetime, hours: Hours) -> Iterator[date]:
    while to_utc(datetime.combine(day, time(0)), hours.zone) < closes:
        yield day
        day += _DAY


def _free(day: date, clock: time, hours: Hours) -> datetime:
    """That local time, or when the person's quiet hours end."""
    return hours.end_of_quiet(to_utc(datetime.combine(day, clock), hours.zone))
