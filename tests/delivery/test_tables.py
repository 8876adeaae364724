"""Around the engine's tables: clocks, operators, restored backups, several processes."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.backup import backup, restore
from storage.clock import DatabaseClock
from storage.engine import open_engine
from storage.sqlite import caution
from storage.unit_of_work import Storage
from tests.delivery.stage import AT, DAY, HOUR, Stage, W, conversation, post, promise
from tests.fake_platform import Platform
from tests.fakes import FixedClock

NOW = datetime.now(UTC).replace(second=0, microsecond=0)


async def test_processes_with_clocks_that_disagree_ask_the_database(
    postgres_url: str, sqlite_url: str
) -> None:
    for url in (postgres_url, sqlite_url):
        engine = open_engine(url)
        clock = DatabaseClock(engine)
        await clock.measure()
        assert abs(clock.off) < timedelta(minutes=1), "they share a machine here"
        assert clock.now().utcoffset() == timedelta(0)
        await engine.dispose()


async def test_processes_that_run_are_listed(storage: Storage) -> None:
    stage = Stage(storage)
    other = stage.again(alone=False)
    await stage.engine.take_up()
    await other.engine.take_up()
    assert len((await stage.overview()).replicas) == 2
    await other.engine.stop(1)
    assert len((await stage.overview()).replicas) == 1
    stage.clock.advance(HOUR)
    assert (await stage.overview()).replicas == ()


async def test_two_processes_share_the_work_and_do_nothing_twice(storage: Storage) -> None:
    stage = Stage(storage)
    other = stage.again(alone=False)
    await stage.schedule(*(promise(f"s{n}", to=[conversation(f"C{n}")]) for n in range(300)))
    stage.clock.advance(HOUR)
    await asyncio.gather(stage.engine.settle(), other.engine.settle())
    assert len(stage.platform.copies) == 300
    assert set(stage.platform.copies.values()) == {1}


async def test_an_edit_made_while_it_falls_due_is_not_undone(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise())
    stage.clock.advance(HOUR)
    async with storage(W) as tx:
        there = await tx.outbox.scheduled("s1")
        assert there
        working = asyncio.create_task(stage.engine.settle())
        await asyncio.sleep(0.3)
        await tx.outbox.schedule(there.model_copy(update={"due_at": AT + 2 * DAY}))
    await working
    await stage.tick()
    async with storage(W) as tx:
        after = await tx.outbox.scheduled("s1")
    assert after
    assert after.due_at == AT + 2 * DAY
    assert stage.said == []


async def test_a_stop_of_days_does_not_cost_the_day_after_it(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise())
    await stage.tick(3 * DAY + HOUR)
    await stage.tick(DAY)
    assert stage.said == ["about s1"] * 2


async def test_an_overview_says_how_it_stands(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise("due"), promise("coming", now=AT + DAY))
    await stage.post(post("later", not_before=AT + 2 * DAY), post("late", not_before=AT))
    stage.clock.advance(HOUR)
    found = await stage.overview()
    assert (found.schedules, found.due, found.waiting, found.late) == (2, 1, 1, 1)
    assert found.oldest_lag == HOUR.total_seconds()
    await stage.tick()
    await stage.tick(HOUR)
    found = await stage.overview()
    assert (found.schedules, found.due, found.waiting, found.late) == (2, 0, 1, 0)
    assert found.oldest_lag == 0


async def test_what_is_long_finished_is_forgotten(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise())
    await stage.post(post())
    await stage.tick(HOUR)
    await stage.tick(HOUR)
    assert len(stage.said) == 2
    assert await stage.engine.forget() == 0
    assert await stage.post(post()) == [False]
    stage.clock.advance(91 * DAY)
    assert await stage.engine.forget() == 3  # two deliveries, a run
    assert await stage.post(post()) == [True]


@pytest.mark.parametrize("look_up", ["yes", "no"])
async def test_a_restored_backup_says_nothing_again(
    database_url: str, tmp_path: Path, look_up: str
) -> None:
    platform = Platform(burst=1_000_000, look_up=look_up)  # type: ignore[arg-type]
    clock = FixedClock(NOW - DAY)
    storage = Storage(open_engine(database_url))
    stage = Stage(storage, platform=platform, clock=clock)
    await stage.post(post("sent before"))
    await stage.tick()
    await stage.schedule(promise(now=clock.now()))
    await stage.post(
        post("sent after", conversation("C2"), not_before=NOW - HOUR),
        post("for later", conversation("C3"), not_before=NOW + HOUR),
    )
    await backup(database_url, tmp_path / "made.zip")
    clock.advance(DAY)
    await stage.tick()  # the bot goes on
    before = dict(platform.copies)
    assert "sent after" in before
    await storage.close()

    await restore(database_url, tmp_path / "made.zip", replace=True, went_on=True)
    storage = Storage(open_engine(database_url))
    stage = Stage(storage, platform=platform, clock=clock, alone=True)
    await stage.engine.take_up()
    for _ in range(5):
        await stage.tick(timedelta(seconds=10))
    assert dict(platform.copies) == before
    unsure = await storage.operator.stuck("uncertain", 10)
    assert bool(unsure) == (look_up == "no"), "nobody can look, so an operator is asked"
    await stage.tick(HOUR)
    assert platform.copies["for later"] == 1
    await storage.close()


def test_a_version_of_sqlite_with_a_fault_is_named() -> None:
    assert "3.40.1" in (caution((3, 40, 1)) or "")
    assert caution((3, 51, 3)) is None
    assert caution((3, 44, 6)) is None
    assert caution((3, 45, 0)) is not None
