"""Decisions from two processes at once, and what a database makes of a tampered row."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.decisions.model import Decision, faults
from bot.errors import UserFacing
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.decisions.desk import DANA, ERIK, ORIGIN, Desk, written
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
