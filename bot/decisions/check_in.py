"""When somebody is asked how a decision went: on its day, twice again, then its owners; where it
has several days, so on each, and from each on it is about that one."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.decisions.model import MOST_CHECK_INS, Decision
from bot.delivery.model import Run, Schedule
from bot.delivery.ports import Outbox
from bot.events import Person
from bot.recurrence.model import Hours, Rule, to_utc
from bot.recurrence.occurrences import next_due, occurrences

TOPIC = "decisions.check_in"
AT = time(10)
"""Local time of the person asked."""
NUDGE_EVERY = 3
"""Days between one question and the next."""
NUDGES = 2
"""After so many, the owners are told instead."""


def asked(decision: Decision) -> Sequence[Person]:
    """Who is asked how it went."""
    return (decision.delegate,) if decision.delegate else decision.deciders


async def plan(outbox: Outbox, decision: Decision, hours: Hours, now: datetime) -> None:
    """Have it asked on each of its days while the decision is open, and never otherwise. Planned
    again later, those days that have passed do not come again."""
    promised = schedules(decision, hours, now)
    for schedule in promised:
        await outbox.schedule(schedule)
    for place in range(len(promised), MOST_CHECK_INS):
        await outbox.unschedule(schedule_id(decision, place))


def schedules(decision: Decision, hours: Hours, now: datetime) -> list[Schedule]:
    """One for each day that it is to be checked."""
    found = []
    for place, day in enumerate(decision.check_days):
        rule = _rule(day, hours)
        done = sum(each.at <= now for each in occurrences(rule, _before(rule), hours))
        due = next_due(rule, now, hours, done)
        found.append(
            Schedule(
                id=schedule_id(decision, place),
                topic=TOPIC,
                subject=decision.id,
                rule=rule,
                hours=hours,
                done=done,
                due_at=due.at if due else None,
            )
        )
    return found


def schedule_id(decision: Decision, place: int = 0) -> str:
    """The schedule of its next day, or of the one so many places after that."""
    return f"{TOPIC}/{decision.id}" + (f"/{place}" if place else "")


def asked_since(decision: Decision, run: Run | None) -> date | None:
    """The day that a run asks about; None where it does not count, as another day has come since,
    or none has."""
    if run is None:
        return decision.check_on
    come = [day for day in decision.check_days if day.isoformat() <= run.local_date]
    counts = come and run.schedule_id == schedule_id(decision, len(come) - 1)
    return come[-1] if counts else None


def turn_of(since: date, run: Run, hours: Hours) -> int:
    """How often it fell due before this run, since that day and with days off as in `hours`; from
    `NUDGES` + 1 on it is for the owners."""
    rule = _rule(since, hours)
    days = [each.date.isoformat() for each in occurrences(rule, _before(rule), hours)]
    return sum(day < run.local_date for day in days[:-1])


def _rule(first: date, hours: Hours) -> Rule:
    return Rule(
        kind="rrule",
        text=f"FREQ=DAILY;INTERVAL={NUDGE_EVERY}",
        start=datetime.combine(first, AT),
        zone=hours.zone,
        count=1 + NUDGES + 1,
        on_day_off="next",
    )


def _before(rule: Rule) -> datetime:
    return to_utc(rule.start, rule.zone) - timedelta(days=1)
