"""Clauses put together: a rule, or a question back. Nothing that was said is left out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, TypeVar, cast

from pydantic import ValidationError

from bot.recurrence.days_of_rules import Days, days_of
from bot.recurrence.model import Hours, OnDayOff, Rule, check_cron, to_utc, zone_named
from bot.recurrence.occurrences import next_due, outlook
from bot.recurrence.one_day import Here, date_of, later
from bot.recurrence.parts import (
    Ahead,
    AskBack,
    Calendar,
    Clock,
    CronLine,
    Day,
    DayOffRule,
    EndOf,
    Every,
    InDaypart,
    InZone,
    Lasting,
    MonthDays,
    Nth,
    Part,
    Starting,
    Times,
    Until,
    Weekdays,
)
from bot.recurrence.vocabulary import in_full

DEFAULT_TIME = time(9)
"""Where the words name no time of day."""
P = TypeVar("P")


class Said(NamedTuple):
    """A part, and the words that said it."""

    part: Part
    words: str


def assemble(said: Sequence[Said], now: datetime, hours: Hours) -> Rule:
    """The rule that the parts make together, beginning after `now`. Raises AskBack."""
    zone_said = _one(said, InZone, what="the time zone")
    zone = zone_said.zone if zone_said else hours.zone
    every = _one(said, Every, what="how often")
    day = cast(
        Day | None,
        _one(said, Weekdays, Nth, MonthDays, Calendar, Ahead, EndOf, what="the day"),
    )
    clock = _clock(said, every)
    local = now.astimezone(zone_named(zone)).replace(tzinfo=None)
    here = Here(local, clock or DEFAULT_TIME, hours)
    starting = _one(said, Starting, what="the beginning")
    start = date_of(starting.day, here) if starting else None
    if cron := _one(said, CronLine, what="the rule"):
        if every or day or clock:
            raise AskBack("A cron line says the days and the time; say nothing else beside it.")
        check = _cron(cron.text, zone, start or local.date(), now, hours)
        return _bounded(check, said, here, now)
    days = days_of(every, day, start)
    if days is None:
        if starting or _one(said, Until, Lasting, Times, DayOffRule, what="the end"):
            raise AskBack("How often? Say “every …”, as in “every Friday until 30 June”.")
        return _once(day, clock, zone, here, now)
    recurring = _recurring(days, zone, here, start, now, _on_day_off(said, days))
    return _bounded(recurring, said, here, now)


def _one(said: Sequence[Said], *kinds: type[P], what: str) -> P | None:
    """The one part of these kinds. Raises AskBack where two different ones were said."""
    found = [(s.part, s.words) for s in said if isinstance(s.part, kinds)]
    if any(part != found[0][0] for part, _ in found):
        first, second = found[0][1], next(w for p, w in found if p != found[0][0])
        raise AskBack(f"“{first}” and “{second}” both say {what}. Say it once.", second)
    return found[0][0] if found else None


def _clock(said: Sequence[Said], every: Every | None) -> time | None:
    clock = _one(said, Clock, what="the time")
    part = _one(said, InDaypart, what="the time")
    daypart = part.daypart if part else None
    if clock is None:
        if daypart in ("afternoon", "evening"):
            raise AskBack(f"At what time in the {daypart}? Say it as “16:30”.")
        return DEFAULT_TIME if daypart else None
    if clock.midnight and (every is None or every.unit != "day"):
        raise AskBack("Midnight lies between two days. Say “00:00” and the day that begins then.")
    return clock.on(daypart)


def _on_day_off(said: Sequence[Said], days: Days) -> OnDayOff:
    wish = _one(said, DayOffRule, what="what a day off does")
    if wish is None or wish.on_day_off == days.on_day_off:
        return days.on_day_off
    # Working days are no holidays, so "every working day except holidays" says it twice.
    if days.on_day_off == "skip" and wish.on_day_off == "skip_holidays":
        return "skip"
    if days.on_day_off != "keep":
        raise AskBack("A working day is meant, so nothing needs to move. Leave that out.")
    return wish.on_day_off


def _recurring(
    days: Days, zone: str, here: Here, start: date | None, now: datetime, off: OnDayOff
) -> Rule:
    """The rule whose start is the first of its days that is still to come."""
    since = start or here.now.date() - timedelta(days=31 if off == "next" else 1)
    moments = days.pattern.first_moments(datetime.combine(since, here.clock))
    text = str(days.pattern)
    rules = (
        Rule(kind="rrule", text=text, start=moment, zone=zone, on_day_off=off) for moment in moments
    )
    return next(rule for rule in rules if _begins(rule, now, here.hours))


def _begins(rule: Rule, now: datetime, hours: Hours) -> bool:
    """Whether the rule's start is still to come, wherever a day off moves it."""
    return next(outlook(rule, now, hours)).planned == rule.start


def _cron(text: str, zone: str, since: date, now: datetime, hours: Hours) -> Rule:
    try:
        check_cron(text)
    except ValueError as wrong:
        raise AskBack(str(wrong), text) from wrong
    rule = Rule(kind="cron", text=text, start=datetime.combine(since, time()), zone=zone)
    first = next_due(rule, now, hours)
    if first is None:
        raise AskBack("That cron line never comes.", text)
    return rule.model_copy(update={"start": first.planned})


def _bounded(rule: Rule, said: Sequence[Said], here: Here, now: datetime) -> Rule:
    """The rule with its end, where one was said. Raises AskBack when it then never comes."""
    bound = _one(said, Until, Lasting, Times, what="the end")
    wish = _one(said, DayOffRule, what="what a day off does")
    changes: dict[str, object] = {}
    if rule.kind == "cron" and wish:
        changes["on_day_off"] = wish.on_day_off
    first = rule.start.date()
    match bound:
        case Until():
            begin = Here(max(here.now, datetime.combine(first, time())), time(23, 59), here.hours)
            changes["until"] = date_of(bound.day, begin)
        case Lasting():
            days = later(first, Ahead(bound.n, bound.unit)) - timedelta(days=1)
            changes["until"] = days
        case Times(n=0):
            raise AskBack("That is never. Say how many times, as in “10 times”.")
        case Times():
            changes["count"] = bound.n
    try:
        rule = Rule.model_validate(rule.model_dump() | changes)
    except ValidationError as wrong:
        raise AskBack(
            f"The first time would be {in_full(first)}, when it is over. Name a later end."
        ) from wrong
    if next_due(rule, now, here.hours) is None:
        raise AskBack("That never comes: every one of its days is a day off, or over.")
    return rule


def _once(day: Day | None, clock: time | None, zone: str, here: Here, now: datetime) -> Rule:
    if isinstance(day, Ahead) and day.unit in ("minute", "hour"):
        return _soon(day, clock, zone, now)
    if day is None and clock is None:
        raise AskBack("When? Say it as “tomorrow 14:00” or “every Friday 16:30”.")
    if isinstance(day, Ahead) and day.n == 0 and clock is None:
        raise AskBack("At what time today? Say it as “today 16:30”.")
    if isinstance(day, Ahead) and day.same_clock and clock is None:
        clock = here.now.time().replace(second=0, microsecond=0)
    today = here.now.date()
    on = date_of(day, here) if day else today + timedelta(days=here.is_over(today))
    start = datetime.combine(on, clock or DEFAULT_TIME)
    if to_utc(start, zone) <= now:
        raise AskBack(f"{in_full(start)}, {start:%H:%M} is over. Name a time to come.")
    return Rule(kind="once", start=start, zone=zone)


def _soon(day: Ahead, clock: time | None, zone: str, now: datetime) -> Rule:
    if clock is not None:
        raise AskBack("Say either in how long, or at what time.")
    at = now + day.n * (timedelta(hours=1) if day.unit == "hour" else timedelta(minutes=1))
    at = at.astimezone(UTC).replace(second=0, microsecond=0)
    if at <= now:
        raise AskBack("That is now. Say at least “in 1 minute”.")
    local = at.astimezone(zone_named(zone)).replace(tzinfo=None)
    if to_utc(local, zone) != at:
        # The second of two equal local times, where clocks go back: only UTC can name it.
        return Rule(kind="once", start=at.replace(tzinfo=None), zone="UTC")
    return Rule(kind="once", start=local, zone=zone)
