"""Decisions from two processes at once, and what a database makes of a tampered row."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio
from pydantic import JsonValue
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.decisions.model import Decision, after, faults
from bot.errors import UserFacing
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.decisions.desk import DANA, ERIK, ORIGIN, Desk, written
from tests.decisions.samples import check
from tests.storage.filled import decision, entry


@pytest_asyncio.fixture
async def engines(database_url: str) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine]]:
    """Two programs on one database."""
    both = open_engine(database_url), open_engine(database_url)
    yield both
    for engine in both:
        await engine.dispose()


@pytest.fixture
def desks(engines: tuple[AsyncEngine, AsyncEngine]) -> tuple[Desk, Desk]:
    one, other = (Desk(storage=Storage(engine)) for engine in engines)
    return one, other


async def test_two_that_append_at_once_never_fork_the_chain(desks: tuple[Desk, Desk]) -> None:
    async def record(number: int) -> Decision:
        desk = desks[number % 2]
        event = desk.by(key=f"at once {number}")
        return await desk.decisions.record(event, written(f"Number {number}"), ORIGIN)

    recorded = await asyncio.gather(*(record(number) for number in range(16)))
    assert sorted(each.number for each in recorded) == list(range(1, 17))
    chain = await desks[0].chain()
    assert [entry.number for entry in chain] == list(range(1, 17))
    assert faults(chain) == []


async def test_who_asks_for_the_head_holds_the_chain(desks: tuple[Desk, Desk]) -> None:
    order: list[str] = []
    first = asyncio.Event()

    async def add(desk: Desk, number: int, wait: float) -> None:
        async with desk.storage("W") as tx:
            head = await tx.decisions.head()
            order.append(f"{number} has it")
            first.set()
            await asyncio.sleep(wait)
            here, before = (head.number + 1, head.hash) if head else (1, "")
            await tx.decisions.add(entry(decision(number), here, before), decision(number))
            order.append(f"{number} is done")

    slow = asyncio.create_task(add(desks[0], 1, 0.2))
    await first.wait()
    await add(desks[1], 2, 0)
    await slow
    assert order == ["1 has it", "1 is done", "2 has it", "2 is done"]
    await desks[0].must_be_whole()


async def test_one_event_in_two_processes_at_once_is_one_decision(
    desks: tuple[Desk, Desk],
) -> None:
    async def record(desk: Desk) -> Decision:
        return await desk.decisions.record(desk.by(key="the same"), written(), ORIGIN)

    found = await asyncio.gather(*(record(desk) for desk in (*desks, *desks)))
    assert len({each.id for each in found}) == 1
    assert {each.number for each in found} == {1}
    assert len(await desks[0].chain()) == 1


async def test_of_two_that_end_it_at_once_one_is_told(desks: tuple[Desk, Desk]) -> None:
    one, other = desks
    older = await one.decisions.record(one.by(), written(), ORIGIN)
    newer = await one.decisions.record(one.by(), written("Another"), ORIGIN)
    told = await asyncio.gather(
        one.decisions.supersede(one.by(key="x"), older.id, newer.name, ""),
        other.decisions.supersede(other.by(key="y"), newer.id, older.name, ""),
        return_exceptions=True,
    )
    refused = [each for each in told if isinstance(each, UserFacing)]
    assert len(refused) == 1
    assert "already" in str(refused[0])
    await one.must_be_whole()


async def test_workspaces_have_chains_of_their_own(desks: tuple[Desk, Desk]) -> None:
    desks[1].workspace = "X"
    await desks[0].decisions.record(desks[0].by(DANA), written(), ORIGIN)
    there = await desks[1].decisions.record(desks[1].by(ERIK), written("Other"), ORIGIN)
    assert there.number == 1
    for desk in desks:
        assert len(await desk.chain()) == 1
        await desk.must_be_whole()


async def test_a_row_that_was_tampered_with_shows_by_its_number(
    desks: tuple[Desk, Desk], engines: tuple[AsyncEngine, AsyncEngine]
) -> None:
    desk = desks[0]
    for number in range(1, 4):
        await desk.decisions.record(desk.by(), written(f"Number {number}"), ORIGIN)
    async with engines[0].begin() as connection:
        await connection.execute(
            text(
                "UPDATE decision_entry SET entry = replace(entry, 'Number 2', 'Number 9') "
                "WHERE number = 2"
            )
        )
    assert [(f.entry, f.what) for f in faults(await desk.chain())] == [
        (2, "its words were changed")
    ]
    async with engines[0].begin() as connection:
        await connection.execute(text("DELETE FROM decision_entry WHERE number = 2"))
    assert [(f.entry, f.what) for f in faults(await desk.chain())] == [
        (3, "entry 2 is missing before it")
    ]


# The version before, on the same database

DAYS = (date(2027, 3, 1), date(2027, 6, 1), date(2027, 9, 1))


async def test_the_version_before_reads_every_row_as_it_knows_it(
    desks: tuple[Desk, Desk], engines: tuple[AsyncEngine, AsyncEngine]
) -> None:
    desk = desks[0]
    several = await desk.decisions.record(desk.by(), written(check_days=DAYS), ORIGIN)
    one = await desk.decisions.record(desk.by(), written(check_days=DAYS[:1]), ORIGIN)
    async with engines[0].begin() as connection:
        rows = (await connection.execute(text("SELECT id, decision FROM decision"))).all()
    for decision_id, stored in rows:
        known = several if decision_id == several.id else one
        assert "later_checks" not in stored
        assert Decision.model_validate_json(stored) == known.model_copy(update={"later_checks": ()})


async def test_what_the_version_before_writes_keeps_the_later_days(
    desks: tuple[Desk, Desk], engines: tuple[AsyncEngine, AsyncEngine]
) -> None:
    desk = desks[0]
    found = await desk.decisions.record(desk.by(), written(check_days=DAYS), ORIGIN)
    # It answers without a word of later days, so to it the decision is closed.
    async with desk.storage("W") as tx:
        head = await tx.decisions.head()
        assert head
        changes: dict[str, JsonValue] = {
            "state": "closed",
            "check_on": None,
            "checks": [check().model_dump(mode="json")],
        }
        deed = entry(found, 2, head.hash, changes=changes, deed="checked")
        closed = after(found, deed)
        await tx.decisions.add(deed, closed)
    async with engines[0].begin() as connection:
        await connection.execute(
            text("UPDATE decision SET decision = :as_it_writes, state = 'closed', check_on = NULL"),
            {
                "as_it_writes": closed.model_copy(update={"later_checks": ()}).model_dump_json(),
            },
        )
    assert await desk.decisions.get(desk.by(), found.id) == closed
    assert (await desk.exchange.verify("W")).faults == ()
    # Who answered may still answer otherwise, and the later days count again.
    again = await desk.decisions.check(desk.by(), found.id, "worse", "So.", None, None)
    assert (again.state, again.check_days) == ("open", DAYS[1:])


async def test_a_row_from_before_has_no_later_days(
    desks: tuple[Desk, Desk], engines: tuple[AsyncEngine, AsyncEngine]
) -> None:
    desk = desks[0]
    found = await desk.decisions.record(desk.by(), written(check_days=DAYS[:1]), ORIGIN)
    async with engines[0].begin() as connection:
        there = await connection.execute(text("SELECT later_checks FROM decision"))
        assert there.scalar_one() is None
    closed = await desk.decisions.check(desk.by(), found.id, "better", "Yes.", None, None)
    assert (closed.state, closed.outcome) == ("closed", "better")
