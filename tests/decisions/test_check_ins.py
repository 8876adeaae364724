"""Several check-ins for one decision: one after the other, each answered once."""

from datetime import date, timedelta

import pytest

from bot.decisions.model import Decision, Outcome
from bot.decisions.report import report
from bot.errors import UserFacing
from tests.decisions.desk import DANA, ERIK, ORIGIN, Desk, written
from tests.decisions.test_report import in_force

DAY = timedelta(days=1)
MARCH, JUNE, SEPTEMBER = date(2027, 3, 1), date(2027, 6, 1), date(2027, 9, 1)


@pytest.fixture
async def found(desk: Desk) -> Decision:
    new = written(check_days=(MARCH, JUNE, SEPTEMBER), deciders=(DANA, ERIK))
    return await desk.decisions.record(desk.by(), new, ORIGIN)


async def answer(
    desk: Desk,
    found: Decision,
    number: int,
    outcome: Outcome = "better",
    *,
    again: date | None = None,
    **by: object,
) -> Decision:
    event = desk.by(**by)  # type: ignore[arg-type]
    return await desk.decisions.check(
        event, found.id, outcome, "So it is.", None, again, number=number
    )


def until(desk: Desk, day: date) -> None:
    desk.clock.advance(day - desk.clock.now().date())


async def test_each_answer_leads_to_the_next_and_the_last_one_ends_it(
    desk: Desk, found: Decision
) -> None:
    until(desk, MARCH)
    first = await answer(desk, found, 0, "better")
    assert (first.state, first.outcome, first.so_far) == ("open", None, "better")
    assert first.check_days == (JUNE, SEPTEMBER)
    assert await desk.promised_days(found.id) == [JUNE, SEPTEMBER]
    until(desk, JUNE)
    assert (await answer(desk, found, 1, "as_expected")).check_days == (SEPTEMBER,)
    until(desk, SEPTEMBER)
    last = await answer(desk, found, 2, "worse")
    assert (last.state, last.outcome, last.check_on) == ("closed", "worse", None)
    assert [each.outcome for each in last.checks] == ["better", "as_expected", "worse"]
    assert await desk.promised_days(found.id) == []
    await desk.must_be_whole()
    assert [turned.hits for turned in report([last], in_force()).turned] == [0]


async def test_a_question_that_was_answered_is_not_taken_for_the_next(
    desk: Desk, found: Decision
) -> None:
    until(desk, MARCH)
    await answer(desk, found, 0)
    with pytest.raises(UserFacing) as said:
        await answer(desk, found, 0, "worse", person=ERIK)
    assert str(said.value) == (
        "D1 waits for its next check-in: Dana Diaz answered. "
        "An answer can be changed for a week by who gave it."
    )
    for number in (2, 7):
        with pytest.raises(UserFacing, match="That question about D1 is out of date"):
            await answer(desk, found, number)
    assert len(await desk.chain()) == 2


async def test_an_answer_in_between_is_changed_for_a_week(desk: Desk, found: Decision) -> None:
    until(desk, MARCH)
    await answer(desk, found, 0, "better")
    desk.clock.advance(7 * DAY)
    changed = await answer(desk, found, 0, "worse")
    assert [each.outcome for each in changed.checks] == ["worse"]
    assert (changed.state, changed.check_days) == ("open", (JUNE, SEPTEMBER))
    desk.clock.advance(8 * DAY)
    with pytest.raises(UserFacing, match="for a week"):
        await answer(desk, found, 0, "better")


async def test_reversed_ends_it_at_once_and_may_be_taken_back(desk: Desk, found: Decision) -> None:
    until(desk, MARCH)
    ended = await answer(desk, found, 0, "reversed")
    assert (ended.state, ended.outcome, ended.check_days) == ("closed", "reversed", ())
    assert await desk.promised_days(found.id) == []
    again = await answer(desk, found, 0, "as_expected")
    assert (again.state, again.check_days) == ("open", (JUNE, SEPTEMBER))
    assert await desk.promised_days(found.id) == [JUNE, SEPTEMBER]
    await desk.must_be_whole()


async def test_too_early_moves_that_check_in_alone(desk: Desk, found: Decision) -> None:
    until(desk, MARCH)
    april, july = date(2027, 4, 1), date(2027, 7, 1)
    assert (await answer(desk, found, 0, "too_early", again=april)).check_days == (
        april,
        JUNE,
        SEPTEMBER,
    )
    # Whoever moves it past others is not asked before.
    assert (await answer(desk, found, 0, "too_early", again=july)).check_days == (july, SEPTEMBER)
    # And the one that fell out does not come back.
    assert (await answer(desk, found, 0, "too_early", again=april)).check_days == (april, SEPTEMBER)
    until(desk, april)
    assert (await answer(desk, found, 0)).check_days == (SEPTEMBER,)


async def test_an_answer_changed_to_too_early_asks_that_one_again(
    desk: Desk, found: Decision
) -> None:
    until(desk, MARCH)
    await answer(desk, found, 0)
    april = date(2027, 4, 1)
    again = await answer(desk, found, 0, "too_early", again=april)
    assert (again.answered, again.check_days) == (0, (april, JUNE, SEPTEMBER))


async def test_who_answers_late_answers_what_has_come_meanwhile(
    desk: Desk, found: Decision
) -> None:
    until(desk, JUNE)
    assert (await answer(desk, found, 0)).check_days == (SEPTEMBER,)
    until(desk, SEPTEMBER)
    assert (await answer(desk, found, 1)).state == "closed"


async def test_handed_over_on_its_day_the_later_ones_stay(desk: Desk, found: Decision) -> None:
    until(desk, MARCH)
    handed = await desk.decisions.delegate(desk.by(), found.id, ERIK)
    assert handed.check_days == (MARCH + DAY, JUNE, SEPTEMBER)


async def test_other_days_replace_those_to_come(desk: Desk, found: Decision) -> None:
    until(desk, MARCH + DAY)
    # The day that has come may stay; a new one has to be after today.
    kept = written(check_days=(MARCH, SEPTEMBER))
    assert (await desk.decisions.change(desk.by(), found.id, kept, "")).check_days == (
        MARCH,
        SEPTEMBER,
    )
    past = written(check_days=(MARCH - DAY, SEPTEMBER))
    with pytest.raises(UserFacing, match="Every day to ask how it went has to be after today"):
        await desk.decisions.change(desk.by(), found.id, past, "")
    none = await desk.decisions.change(desk.by(), found.id, written(), "")
    assert none.check_days == ()
    assert await desk.promised_days(found.id) == []


async def test_more_than_five_are_refused(desk: Desk) -> None:
    six = tuple(MARCH + n * DAY for n in range(6))
    with pytest.raises(UserFacing, match="These are 6 days, and I ask 5 times at most"):
        await desk.decisions.record(desk.by(), written(check_days=six), ORIGIN)


async def test_replaced_before_its_last_check_in_it_keeps_what_was_said(
    desk: Desk, found: Decision
) -> None:
    until(desk, MARCH)
    await answer(desk, found, 0, "worse")
    newer = await desk.decisions.record(desk.by(), written("Newer"), ORIGIN)
    ended = await desk.decisions.supersede(desk.by(), found.id, newer.name, "")
    assert (ended.state, ended.outcome, ended.check_days) == ("superseded", "worse", ())


async def test_entries_name_later_days_only_where_they_change(desk: Desk, found: Decision) -> None:
    """So a version that knows one check-in can add up whatever has no more than one."""
    one = await desk.decisions.record(desk.by(), written("One", check_on=MARCH), ORIGIN)
    until(desk, MARCH)
    for each in (one, found):
        await answer(desk, each, 0)
    await desk.decisions.withdraw(desk.by(), found.id, "Moot.")
    named = ["later_checks" in entry.changes for entry in await desk.chain()]
    assert named == [True, False, False, True, False]
