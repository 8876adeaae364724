"""Reminders about decisions show them as they stand, and nobody what they may not see."""

from collections.abc import AsyncIterator

import pytest

from bot.plain_text import plain_text
from bot.reminders.decisions_due import OpenDecisions
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage, channel
from tests.fakes import FixedClock
from tests.reminders.conftest import delivery_of, run_of


@pytest.fixture
async def stage() -> AsyncIterator[DirectStage]:
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    stage = DirectStage(storage=Storage(engine))
    await stage.load_sample()
    yield stage
    await engine.dispose()


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("open decisions", "open"),
        ("review our open decisions.", "open"),
        ("decisions that are due", "due"),
        ("check overdue decisions", "due"),
        ("open decisions with Ana", None),
        ("decisions", None),
    ],
)
async def test_what_names_them(words: str, about: str | None) -> None:
    found = OpenDecisions(work=DirectStage().storage, clock=FixedClock()).named_by(words)  # type: ignore[arg-type]
    assert found == about


async def come(stage: DirectStage, seat: DirectSeat, words: str) -> str:
    async with stage.storage(WORKSPACE) as tx:
        before = {each.id for each in await tx.reminders.of(seat.person.id)}
    await seat.say(f"/mission remind {words}")
    await seat.click("Looks right")
    async with stage.storage(WORKSPACE) as tx:
        reminder = next(r for r in await tx.reminders.of(seat.person.id) if r.id not in before)
    delivery = delivery_of(reminder.id, seat.conversation, run=run_of(reminder))
    card = await stage.core.rooms.topics["reminders.reminder"].card(WORKSPACE, delivery)
    assert card
    return plain_text(card)


async def decide(seat: DirectSeat, title: str) -> None:
    await seat.say(f"/mission decide {title}")
    assert "D" in await seat.fill({"title": title, "choice": title})


async def test_private_ones_stay_where_they_are(stage: DirectStage) -> None:
    board = channel("board", private=True)
    inside = DirectSeat(stage=stage, person=PEOPLE["dana"], conversation=board)
    await decide(inside, "sell the company")
    outside = await stage.seat("dana")
    await decide(outside, "drop the Android widget")
    assert "sell the company" in await come(stage, inside, "every Friday 16:30 open decisions")
    here = await come(stage, outside, "every Friday 16:30 open decisions")
    assert "drop the Android widget" in here
    assert "sell the company" not in here
    named = await come(stage, inside, "erik every Friday 16:30 open decisions")
    assert "drop the Android widget" in named
    assert "sell the company" not in named
