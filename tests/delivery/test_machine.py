"""Each day of a schedule is said once at most, once when its moment passes while the bot runs, and
for no other moment, in any order of what people and clocks do (`tests.delivery.machine`); and the
machine that says so finds the faults that are planted here."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.delivery import claimer, falling_due
from bot.delivery.falling_due import advance_all, advance_one
from bot.delivery.ledger import Advance
from bot.delivery.model import Schedule
from bot.recurrence import occurrences
from bot.recurrence.model import Hours, Occurrence, Rule, zone_named
from bot.recurrence.occurrences import next_due
from storage.outbox import DELIVERY, OutboxRepository
from storage.upkeep import UpkeepTables
from tests.delivery import stage
from tests.delivery.machine import play, play_of
from tests.delivery.stage import DAY

PLAYS = 60
"""In which each planted fault must show."""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_each_day_once_in_any_order(seed: int) -> None:
    note(str(play_of(seed)))
    play(*play_of(seed))


def play_some() -> None:
    for seed in range(PLAYS):
        play(*play_of(seed))


# Faults, each planted in the code that really runs.


def a_day_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then what comes next is the day after the next one."""

    def advancing(schedules: Sequence[Schedule], now: datetime) -> Sequence[Advance]:
        return [_forgetful(each, advance, now) for each, advance in _pairs(schedules, now)]

    monkeypatch.setattr(claimer, "advance_all", advancing)


def _pairs(schedules: Sequence[Schedule], now: datetime) -> list[tuple[Schedule, Advance]]:
    return list(zip(schedules, advance_all(schedules, now), strict=False))


def _forgetful(schedule: Schedule, advance: Advance, now: datetime) -> Advance:
    if advance.due_at is None or advance.due_at.day % 5:
        return advance
    following = next_due(schedule.rule, advance.due_at, schedule.hours)
    return advance.model_copy(update={"due_at": following.at if following else None})


def a_day_is_said_twice_after_a_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be said once is the instant and not the day."""

    def by_instant(schedule: Schedule, occurrence: Occurrence) -> str:
        return occurrence.at.isoformat()

    monkeypatch.setattr(falling_due, "occasion", by_instant)


def a_pause_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    store = OutboxRepository.schedule

    async def never_paused(self: OutboxRepository, schedule: Schedule) -> None:
        await store(self, schedule.model_copy(update={"paused": False}))

    monkeypatch.setattr(OutboxRepository, "schedule", never_paused)


def what_is_resumed_says_what_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes next is worked out from a day before the resumption or edit."""

    def too_early(rule: Rule, after: datetime, hours: Hours, done: int = 0) -> Occurrence | None:
        return next_due(rule, after - DAY, hours, done)

    monkeypatch.setattr(stage, "next_due", too_early)
    monkeypatch.setattr(claimer, "advance_all", _without_end_of_grace)


def what_passed_during_a_stop_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """However late it is."""
    monkeypatch.setattr(claimer, "advance_all", _without_end_of_grace)


def _without_end_of_grace(schedules: Sequence[Schedule], now: datetime) -> Sequence[Advance]:
    return [advance_one(each, now, grace=400 * DAY) for each in schedules]


def a_restart_says_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent is taken up too, as if nobody had begun with it."""
    reap = UpkeepTables.reap

    async def everything(self: UpkeepTables, now: datetime, look_at: datetime, **which: Any) -> int:
        if which.get("everybody"):
            values = {"state": "pending", "not_before": now, "finished_at": None}
            again = update(DELIVERY).where(DELIVERY.c.state == "sent").values(values)
            await self._whole(lambda connection: connection.execute(again))
        return await reap(self, now, look_at, **which)

    monkeypatch.setattr(UpkeepTables, "reap", everything)


def an_edit_loses_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    store = OutboxRepository.schedule

    async def a_day_later(self: OutboxRepository, schedule: Schedule) -> None:
        if schedule.due_at and await self.scheduled(schedule.id):
            following = next_due(schedule.rule, schedule.due_at, schedule.hours)
            assert following
            schedule = schedule.model_copy(update={"due_at": following.at})
        await store(self, schedule)

    monkeypatch.setattr(OutboxRepository, "schedule", a_day_later)


def what_comes_twice_is_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a time that the clocks repeat; and one that they skip comes too early."""

    def folded(local: datetime, zone: str) -> datetime:
        return local.replace(tzinfo=zone_named(zone), fold=1).astimezone(UTC)

    monkeypatch.setattr(occurrences, "to_utc", folded)


def a_day_with_a_gap_falls_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As schedulers do that look for the time on the clock."""
    walk = occurrences._walk

    def on_the_clock(rule: Rule, *rest: Any) -> Iterator[Any]:
        for planned, day, at in walk(rule, *rest):
            if at.astimezone(zone_named(rule.zone)).replace(tzinfo=None) == planned:
                yield planned, day, at

    monkeypatch.setattr(occurrences, "_walk", on_the_clock)


def a_clock_that_was_ahead_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(self: UpkeepTables, now: datetime) -> None:
        return None

    monkeypatch.setattr(UpkeepTables, "went_back", nothing)


@pytest.mark.parametrize(
    "plant",
    [
        a_day_is_forgotten,
        a_day_is_said_twice_after_a_move,
        a_pause_is_ignored,
        what_is_resumed_says_what_passed,
        what_passed_during_a_stop_is_said,
        a_restart_says_it_again,
        an_edit_loses_the_next_day,
        what_comes_twice_is_the_second,
        a_day_with_a_gap_falls_out,
        a_clock_that_was_ahead_is_believed,
    ],
)
def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        play_some()
