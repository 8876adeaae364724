"""When a rule comes next. Pure: the instant to count from is passed in.

Wall time is worked out first (dateutil on naive local time, cronsim for cron), then the instant
(`to_utc`), so that no clock change skips or doubles a day. How old a rule is does not matter: the
phase of its INTERVAL is found by arithmetic, so nobody has to store where it was last.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile

from cronsim import CronSim

from bot.events import Frozen
from bot.recurrence.model import LONGEST_ABSENCE, Hours, Occurrence, Rule, to_utc, zone_named

_PATIENCE = 12
"""Years. A rule that falls out that long because of days off counts as over."""
_DAY = timedelta(days=1)


class Planned(Frozen):
    """One of a rule's own local times, and what became of it. `date` is None where it falls out
    because of a day off."""

    planned: datetime
    date: date | None
    at: datetime | None


def next_due(rule: Rule, after: datetime, hours: Hours, done: int = 0) -> Occurrence | None:
    """The first occurrence after the instant; None when the rule is over.

    `done` is how many have been: with it `rule.count` is kept.
    """
    return next(occurrences(rule, after, hours, done), None)


def upcoming(
    rule: Rule, after: datetime, hours: Hours, n: int, done: int = 0
) -> tuple[Occurrence, ...]:
    """The next `n` occurrences after the instant, fewer when the rule ends before."""
    return tuple(islice(occurrences(rule, after, hours, done), n))


def skip_next(rule: Rule, after: datetime, hours: Hours, done: int = 0) -> Occurrence | None:
    """The occurrence after the next one, which is left out and does not count as done."""
    skipped = next_due(rule, after, hours, done)
    return next_due(rule, skipped.at, hours, done) if skipped else None


def occurrences(rule: Rule, after: datetime, hours: Hours, done: int = 0) -> Iterator[Occurrence]:
    """Every occurrence after the instant, each later than the one before."""
    for moment, day, at in _walk(rule, after, hours, done):
        if day is not None and at is not None:
            yield Occurrence(date=day, planned=moment, at=at)


def outlook(rule: Rule, after: datetime, hours: Hours, done: int = 0) -> Iterator[Planned]:
    """The rule's own times after the instant, also those that fall out because of a day off."""
    for moment, day, at in _walk(rule, after, hours, done):
        yield Planned(planned=moment, date=day, at=at)


def _walk(
    rule: Rule, after: datetime, hours: Hours, done: int
) -> Iterator[tuple[datetime, date | None, datetime | None]]:
    for moment in _moments(rule, after, hours):
        if rule.count is not None and done >= rule.count:
            return
        day = _day_for(moment.date(), rule, hours)
        if day is None:
            if moment.year > after.year + _PATIENCE:
                return
            if to_utc(moment, rule.zone) > after:
                yield moment, None, None
            continue
        at = _instant(rule, moment, day)
        # Two of the rule's days can move to the same one; then it comes once.
        if at > after:
            yield moment, day, at
            after, done = at, done + 1


def _moments(rule: Rule, after: datetime, hours: Hours) -> Iterator[datetime]:
    """The rule's own local times, from some that are surely early enough on."""
    if rule.kind == "once":
        return iter((rule.start,))
    # A day early: where a clock is moved, the date of an instant is not the date it belongs to.
    since = after.astimezone(zone_named(rule.zone)).date() - _DAY
    if rule.on_day_off == "next":
        # What moves to this day or later was planned after the last working day before it.
        since = (_nearest_working_day(since - _DAY, hours, -1) or since) + _DAY
    since = max(since, rule.start.date())
    moments = (
        rule.pattern.moments(rule.start, since)
        if rule.kind == "rrule"
        else _cron_moments(rule, since)
    )
    last = rule.until or date.max
    return takewhile(lambda moment: moment.date() <= last, moments)


def _cron_moments(rule: Rule, since: date) -> Iterator[datetime]:
    # In naive wall time; what a clock change makes of one is for `_instant`.
    start = max(datetime.combine(since, rule.clock), rule.start)
    return CronSim(rule.text, start - timedelta(minutes=1))


def _instant(rule: Rule, moment: datetime, day: date) -> datetime:
    local = datetime.combine(day, moment.time())
    at = to_utc(local, rule.zone)
    zone = zone_named(rule.zone)
    if rule.kind != "cron" or at.astimezone(zone).replace(tzinfo=None) == local:
        return at
    # The clocks skip this time: cron has a rule of its own for that, and cronsim knows it.
    before = (at - _DAY).astimezone(zone)
    times = CronSim(f"{local.minute} {local.hour} * * *", before)
    return max(takewhile(lambda time: time <= at, times)).astimezone(UTC)


def _day_for(day: date, rule: Rule, hours: Hours) -> date | None:
    """The day on which what is planned for `day` comes; None when it falls out."""
    match rule.on_day_off:
        case "keep":
            return day
        case "skip_holidays":
            return day if hours.day_off(day) is None else None
        case "skip":
            return day if hours.is_working(day) else None
        case "next":
            return _nearest_working_day(day, hours, 1)
        case "previous":
            return _nearest_working_day(day, hours, -1)


def _nearest_working_day(day: date, hours: Hours, step: int) -> date | None:
    """The day itself or the nearest worked one in that direction."""
    days = (day + timedelta(days=step * n) for n in range(LONGEST_ABSENCE + 10))
    return next(filter(hours.is_working, days), None)
