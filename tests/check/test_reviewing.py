"""A language model's look: paid once for the same words, within the budget."""

import asyncio
from datetime import timedelta

import pytest

from bot.ask.model import Cap, Tokens
from bot.ask.ports import NotJudged
from bot.check.model import Remark
from bot.check.reviewing import KEEP, Reviewing
from tests.check.samples import ScriptedReviewer
from tests.fake_storage import FakeStorage
from tests.fakes import FixedClock
from tests.judging.charters import in_force

REMARK = Remark(kind="vague", refs=("P1",), sentence="It says nothing.")


class Desk:
    """A reviewer on a storage that knows its charter."""

    def __init__(self, *answers: tuple[Remark, ...] | NotJudged, cap: Cap | None = None) -> None:
        self.storage, self.clock = FakeStorage(), FixedClock()
        self.reviewer = ScriptedReviewer(*answers)
        self.charter = in_force()
        self.reviewing = Reviewing(
            work=self.storage,
            reviewer=self.reviewer,
            cap=cap or Cap(),
            clock=self.clock,
        )

    async def open(self) -> "Desk":
        async with self.storage("W") as tx:
            await tx.charters.add(self.charter.charter)
        return self

    async def spent(self) -> int:
        async with self.storage("W") as tx:
            return (await tx.spending.of("2026-11")).tokens


async def test_the_same_words_are_paid_once() -> None:
    desk = await Desk((REMARK,)).open()
    first = await desk.reviewing("W", desk.charter)
    assert await desk.reviewing("W", desk.charter) == first
    assert await desk.spent() == 550


async def test_two_who_ask_at_once_pay_once() -> None:
    desk = await Desk((REMARK,)).open()
    both = await asyncio.gather(
        desk.reviewing("W", desk.charter), desk.reviewing("W", desk.charter)
    )
    assert both[0] == both[1]
    assert len(desk.reviewer.history) == 1


async def test_other_words_are_looked_at_anew() -> None:
    desk = await Desk((REMARK,), ()).open()
    await desk.reviewing("W", desk.charter)
    fewer = desk.charter.model_copy(update={"lines": desk.charter.lines[1:]})
    again = await desk.reviewing("W", fewer)
    assert again is not None
    assert again.remarks == ()


async def test_after_half_a_year_the_same_words_are_looked_at_anew() -> None:
    desk = await Desk((REMARK,), ()).open()
    await desk.reviewing("W", desk.charter)
    desk.clock.advance(KEEP + timedelta(days=1))
    again = await desk.reviewing("W", desk.charter)
    assert again is not None
    assert again.remarks == ()


async def test_what_was_said_before_costs_nothing_and_what_was_not_is_not_asked() -> None:
    desk = await Desk((REMARK,)).open()
    assert await desk.reviewing("W", desk.charter, anew=False) is None
    await desk.reviewing("W", desk.charter)
    assert await desk.reviewing("W", desk.charter, anew=False) is not None


async def test_nothing_is_sent_beyond_the_budget() -> None:
    desk = await Desk(cap=Cap(tokens=1199)).open()
    with pytest.raises(NotJudged, match="budget"):
        await desk.reviewing("W", desk.charter)
    assert desk.reviewer.history == []
    assert await desk.spent() == 0


async def test_a_failure_costs_what_it_took_and_is_not_kept() -> None:
    failed = NotJudged("The language model is busy.", Tokens(prompt=70))
    desk = await Desk(failed, (REMARK,)).open()
    with pytest.raises(NotJudged, match="busy"):
        await desk.reviewing("W", desk.charter)
    assert await desk.spent() == 70
    assert await desk.reviewing("W", desk.charter) is not None


async def test_words_of_no_charter_yet_are_looked_at_and_not_kept() -> None:
    desk = Desk((REMARK,), (REMARK,))
    await desk.reviewing("W", desk.charter)
    await desk.reviewing("W", desk.charter)
    assert len(desk.reviewer.history) == 2
