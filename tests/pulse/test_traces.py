"""What the database shows of somebody who answers, or is reminded, on each way in: no row says who
did, those of the platforms' own tables included."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.cards import Card
from bot.errors import Gone
from bot.events import Conversation
from tests.scenarios.conftest import STAGES
from tests.stage import Stage
from tests.web_stage import web_stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEAM = ("dana", "priya", "erik", "noa", "mila", "tom")
ANSWER = "Answer (under a minute)"
Rows = dict[str, set[str]]


@pytest.fixture(params=[name for name in STAGES if name != "direct"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with STAGES[request.param]() as opened:
        yield opened


async def everything(stage: Stage) -> Rows:
    """All rows of all tables."""
    storage = stage.core.rooms.pulsing.answering._work  # type: ignore[attr-defined]
    found: Rows = {}
    async with storage("any") as tx:
        session = tx.ballots._session
        tables = await session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        for table in tables.scalars().all():
            rows = await session.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608
            found[table] = {str(tuple(row)) for row in rows}
    return found


def new(before: Rows, after: Rows) -> Rows:
    """Rows that came or were changed."""
    return {name: rows - before[name] for name, rows in after.items() if rows - before[name]}


async def test_no_row_says_who_answered_or_was_reminded(stage: Stage) -> None:
    for who in TEAM:
        await (await stage.seat(who, "mission")).say("/mission settings zone London")
    dana = await stage.seat("dana")
    await dana.say("/mission pulse")
    await dana.fill({})
    await dana.click("Start")
    await stage.pass_time(DAY + 2 * HOUR)
    for who in TEAM[:4]:
        seat = await stage.seat(who, "mission")
        await seat.look()
        await seat.click(ANSWER)
        before = await everything(stage)
        assert "Sealed" in await seat.fill({"s1": "4", "words": f"Thought of {who}"})
        came = new(before, await everything(stage))
        assert set(came) == {"inbox", "pulse_ballot"}
        (row,) = came["inbox"]
        assert who not in row.lower()
        assert "Sealed" in await seat.reads()
        await seat.click("Change my answer")
        assert "Sealed" in await seat.fill({"s1": "5"})
    before = await everything(stage)
    await stage.pass_time(DAY)
    for who in TEAM:
        seat = await stage.seat(who, "mission")
        assert ("The pulse is open until" in await seat.reads()) == (who in TEAM[4:])
    came = new(before, await everything(stage))
    # The same for everybody: promised to all six, whether it was said or not.
    assert len(came.pop("delivery")) == len(TEAM)
    assert len(came.pop("conversation_gate")) == len(TEAM)
    assert set(came) <= {"run", "schedule", "gate"}, came


class WithoutTom:
    """The page, on which one person cannot be written to."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        if to.id == "tom":
            raise Gone("he left")
        return str(await self._page.post(to, card, key))


async def test_who_could_not_be_asked_is_counted_and_named_nowhere() -> None:
    async with web_stage() as stage:
        stage.core.posters["web"] = WithoutTom(stage.core.posters["web"])
        dana = await stage.seat("dana")
        for who in TEAM:
            await (await stage.seat(who, "mission")).say("/mission settings zone London")
        await dana.say("/mission pulse")
        await dana.fill({})
        await dana.click("Start")
        await stage.pass_time(DAY + 2 * HOUR)
        now = await stage.core.storage.operator.overview(stage.clock.now())
        assert (now.unreached, now.asked, now.dead) == (1, 6, 0)
        await stage.pass_time(3 * DAY)
        note = await stage.seat("dana", "mission")
        assert "1 of the 6 could not be asked" in await note.look()
        assert "could not be asked" not in await dana.reads()
