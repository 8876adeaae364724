"""When somebody is asked how a decision went: on its day, twice again, then its owners."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.decisions.model import Decision
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
    """Have it asked on `check_on` while the decision is open, and never otherwise. Planned again
    later, those days that have passed do not come again."""
    if decision.state != "open" or decision.check_on is None:
        await outbox.unschedule(schedule_id(decision))
        return
    rule = _rule(decision.check_on, hours)
    done = sum(each.at <= now for each in occurrences(rule, _before(rule), hours))
    due = next_due(rule, now, hours, done)
    await outbox.schedule(
        Schedule(
            id=schedule_id(decision),
            topic=TOPIC,
            subject=decision.id,
            rule=rule,
            hours=hours,
            done=done,
            due_at=due.at if due else None,
        )
    )


def schedule_id(decision: Decision) -> str:
    """One schedule a decision."""
    return f"{TOPIC}/{decision.id}"


def turn_of(decision: Decision, run: Run | None, hours: Hours) -> int:
    """How often it fell due before this run, with days off as in `hours`; from `NUDGES` + 1 on it
    is for the owners."""
    if run is None or decision.check_on is None:
        return 0
    rule = _rule(decision.check_on, hours)
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
