"""When somebody is asked how a decision went, over weekends, holidays and absences."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.decisions.check_in import NUDGES, asked_since, plan, schedule_id, turn_of
from bot.decisions.model import MOST_CHECK_INS, Decision
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
    assert [turn_of(check_on, run_on(day), hours) for day in found] == [0, 1, 2, NUDGES + 1]


def test_a_run_that_comes_later_than_all_is_for_the_owners() -> None:
    assert turn_of(date(2027, 3, 1), run_on(date(2028, 1, 1)), PLAIN) == NUDGES + 1


# Several days

MARCH, JUNE = date(2027, 3, 1), date(2027, 6, 1)


async def promised(storage: FakeStorage, checked: Decision) -> list[date]:
    """The first day of each schedule, in the order of their places."""
    async with storage("W") as tx:
        places = [schedule_id(checked, place) for place in range(MOST_CHECK_INS)]
        found = [await tx.outbox.scheduled(each) for each in places]
    return [schedule.rule.start.date() for schedule in found if schedule]


async def test_each_day_is_promised_and_no_more_than_these() -> None:
    storage = FakeStorage()
    days = [date(2027, month, 1) for month in (3, 6, 9, 12)]
    for count in (4, 2, 3, 1, 0):
        first, later = (days[0], tuple(days[1:count])) if count else (None, ())
        checked = decision(1, check_on=first, later_checks=later)
        async with storage("W") as tx:
            await plan(tx.outbox, checked, PLAIN, AT)
        assert await promised(storage, checked) == days[:count]


@pytest.mark.parametrize(
    ("place", "day", "since"),
    [
        (0, date(2027, 2, 28), None),  # before any
        (0, MARCH, MARCH),
        (0, date(2027, 5, 31), MARCH),
        (0, JUNE, None),  # the second has come, and asks by itself
        (1, JUNE, JUNE),
        (1, date(2027, 6, 10), JUNE),
        (1, MARCH, None),  # promised for another day once
        (2, JUNE, None),
    ],
)
def test_a_run_is_about_the_last_day_that_has_come(
    place: int, day: date, since: date | None
) -> None:
    checked = decision(1, check_on=MARCH, later_checks=(JUNE,))
    run = run_on(day).model_copy(update={"schedule_id": schedule_id(checked, place)})
    assert asked_since(checked, run) == since


def test_two_that_move_to_one_working_day_ask_once() -> None:
    saturday, sunday, monday = (date(2027, 3, day) for day in (6, 7, 8))
    checked = decision(1, check_on=saturday, later_checks=(sunday,))
    asks = []
    for place in range(2):
        run = run_on(monday).model_copy(update={"schedule_id": schedule_id(checked, place)})
        asks.append(asked_since(checked, run))
    assert asks == [None, sunday]


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
