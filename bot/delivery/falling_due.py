"""What happens to a schedule that fell due: pure, so that it is the same however often it is asked.

A rule comes once a day at most, and each of its days is said once or, after a long stop, skipped:

    latest occurrence, not longer ago than GRACE    said; it stands for those skipped before it
    all of them longer ago                          recorded as skipped, nothing is said
    what comes once                                 said, however late
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.delivery.keys import occasion, run_id
from bot.delivery.ledger import Advance, Moved
from bot.delivery.model import Run, Schedule
from bot.recurrence.model import Occurrence, zone_named
from bot.recurrence.occurrences import next_due, occurrences

GRACE = timedelta(hours=2)
"""So late may an occurrence of a rule still be said."""
MOST_AT_ONCE = 1000
"""Occurrences of a schedule worked through in one go; the others come with the next claim."""
MOST_IN_ALL = 2000
"""Occurrences worked through for all schedules of one claim."""
_MOMENT = timedelta(microseconds=1)
_NEAR = timedelta(hours=26)
"""Further than this no zone ever moved; clocks at its two ends differ by a day and a bit."""


def advance_all(schedules: Sequence[Schedule], now: datetime) -> Sequence[Advance]:
    """What falling due does to the schedules, as many of them as there is time for."""
    advances: list[Advance] = []
    worked = 0
    for schedule in schedules:
        if worked >= MOST_IN_ALL:
            break
        advance = advance_one(schedule, now)
        worked += 1 + len(advance.run.skipped if advance.run else ())
        advances.append(advance)
    return advances


def advance_one(schedule: Schedule, now: datetime, grace: timedelta = GRACE) -> Advance:
    """What falling due does to a schedule whose `due_at` is not after now."""
    if schedule.due_at is None:
        raise ValueError("a schedule without a due time falls never due")
    following = occurrences(schedule.rule, schedule.due_at - _MOMENT, schedule.hours, schedule.done)
    first = next(following, None)
    if first is None or first.at != schedule.due_at:
        # The room chose another moment than the rule's.
        first = _made_up(schedule, schedule.due_at)
        following = occurrences(schedule.rule, schedule.due_at, schedule.hours, schedule.done + 1)
    passed = [first]
    coming: Occurrence | None = None
    for occurrence in following:
        if occurrence.at > now or len(passed) == MOST_AT_ONCE:
            coming = occurrence
            break
        passed.append(occurrence)
    latest = passed[-1]
    is_last = coming is None or coming.at > now
    said = is_last and (schedule.rule.kind == "once" or now - latest.at <= grace)
    # What was skipped, perhaps by a wrong clock, must not keep that day from being said.
    on = occasion(schedule, latest) if said else f"skipped {latest.at.isoformat()}"
    return Advance(
        run=Run(
            id=run_id(schedule.id, on),
            schedule_id=schedule.id,
            topic=schedule.topic,
            subject=schedule.subject,
            due_at=latest.at,
            local_date=latest.date.isoformat(),
            skipped=tuple(each.at for each in passed[:-1]),
        ),
        occasion=on,
        said=said,
        not_before=_not_before(schedule, latest.at, now),
        done=schedule.done + len(passed),
        due_at=coming.at if coming else None,
    )


def _not_before(schedule: Schedule, due_at: datetime, now: datetime) -> datetime:
    at = max(due_at, now)
    quiet_until = schedule.hours.end_of_quiet(at)
    return quiet_until if quiet_until > at else due_at


def _made_up(schedule: Schedule, due_at: datetime) -> Occurrence:
    local = due_at.astimezone(zone_named(schedule.rule.zone)).replace(tzinfo=None)
    return Occurrence(date=local.date(), planned=local, at=due_at)


def due_again(moved: Moved, now: datetime) -> datetime | None:
    """When a schedule falls due, worked out anew: the same occurrence where only the zone's data
    changed, the next one from now where the clock had been wrong."""
    schedule = moved.schedule
    rule, hours, due_at = schedule.rule, schedule.hours, schedule.due_at
    if moved.clock_was_wrong and (rule.kind != "once" or due_at is not None):
        coming = next_due(rule, now, hours, schedule.done)
        # What is due already stays so, and what comes once keeps its moment.
        overdue = due_at is not None and due_at <= now
        return due_at if overdue or coming is None else coming.at
    if due_at is None:
        return None
    near: list[datetime] = []
    for occurrence in occurrences(rule, due_at - _NEAR, hours, schedule.done):
        if occurrence.at > due_at + _NEAR:
            break
        near.append(occurrence.at)
    return min(near, key=lambda at: abs(at - due_at), default=due_at)
