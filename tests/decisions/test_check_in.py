"""When somebody is asked how a decision went, over weekends, holidays and absences."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.decisions.check_in import NUDGES, plan, schedule_id, turn_of
from bot.decisions.model import Decision
from bot.delivery.model import Run
from bot.recurrence.model import DaysOff, Hours
from bot.recurrence.occurrences import upcoming
from tests.decisions.samples import AT, decision
from tests.fake_storage import FakeStorage

PLAIN = Hours()
BAVARIA = Hours(zone="Europe/Berlin", country="DE", subdivision="BY")
AWAY = Hours(days_off=(DaysOff(first=date(2026, 12, 24), last=date(2027, 1, 6)),))


async def asked_on(checked: Decision, hours: Hours, now: datetime = AT) -> list[date]:
    """Every day on which somebody is asked, as promised at that time."""
    storage = FakeStorage()
    async with storage("W") as tx:
        await plan(tx.outbox, checked, hours, now)
        schedule = await tx.outbox.scheduled(schedule_id(checked))
    if schedule is None:
        return []
    found = upcoming(schedule.rule, now, hours, 9, schedule.done)
    assert schedule.due_at == (found[0].at if found else None)
    assert all(each.at.astimezone(UTC).hour in (9, 10) for each in found)
    return [each.date for each in found]


def run_on(day: date) -> Run:
    return Run(
        id="r",
        schedule_id="s",
        topic="decisions.check_in",
        subject="d1",
        due_at=AT,
        local_date=day.isoformat(),
    )


@pytest.mark.parametrize(
    ("check_on", "hours", "days"),
    [
        # A Monday; three days later; Sunday, so Monday; Wednesday.
        (date(2027, 3, 1), PLAIN, ["2027-03-01", "2027-03-04", "2027-03-08", "2027-03-10"]),
        # A Saturday moves to Monday; what falls on one day with another comes once.
        (date(2027, 3, 6), PLAIN, ["2027-03-08", "2027-03-09", "2027-03-12", "2027-03-15"]),
        # Christmas Eve is worked in Bavaria, the two days after are not; nor is Epiphany.
        (date(2026, 12, 24), BAVARIA, ["2026-12-24", "2026-12-28", "2026-12-30", "2027-01-04"]),
        # Two weeks away: everything until then comes once, on the first day back.
        (date(2026, 12, 24), AWAY, ["2027-01-07", "2027-01-08", "2027-01-11", "2027-01-14"]),
    ],
)
async def test_asked_on_its_day_and_twice_again_then_the_owners(
    check_on: date, hours: Hours, days: list[str]
) -> None:
    checked = decision(1, check_on=check_on)
    found = await asked_on(checked, hours)
    assert [day.isoformat() for day in found] == days
    assert [turn_of(checked, run_on(day), hours) for day in found] == [0, 1, 2, NUDGES + 1]


def test_a_run_that_comes_later_than_all_is_for_the_owners() -> None:
    checked = decision(1, check_on=date(2027, 3, 1))
    assert turn_of(checked, run_on(date(2028, 1, 1)), PLAIN) == NUDGES + 1


def test_without_a_run_or_a_day_nobody_was_asked_before() -> None:
    assert turn_of(decision(1, check_on=date(2027, 3, 1)), None, PLAIN) == 0
    assert turn_of(decision(1), run_on(date(2027, 3, 1)), PLAIN) == 0


@pytest.mark.parametrize(
    "changes",
    [{"check_on": None}, {"state": "closed"}, {"state": "superseded"}, {"state": "withdrawn"}],
)
async def test_nothing_is_promised_that_nobody_waits_for(changes: dict[str, object]) -> None:
    day = {"check_on": date(2027, 3, 1)}
    over = decision(1, **{**day, **changes})
    storage = FakeStorage()
    async with storage("W") as tx:
        await plan(tx.outbox, decision(1, **day), PLAIN, AT)
        assert await tx.outbox.scheduled(schedule_id(over))
        await plan(tx.outbox, over, PLAIN, AT)
        assert await tx.outbox.scheduled(schedule_id(over)) is None


async def test_planned_again_later_it_is_not_asked_more_often() -> None:
    checked = decision(1, check_on=date(2027, 3, 1))
    later = datetime(2027, 3, 5, 12, tzinfo=UTC)
    days = await asked_on(checked, PLAIN, later)
    assert [day.isoformat() for day in days] == ["2027-03-08", "2027-03-10"]
    assert await asked_on(checked, PLAIN, later + timedelta(days=30)) == []
