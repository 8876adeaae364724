"""The connection to the database: what is promised is in force, and nothing leaks from it."""

import asyncio
import os
import random
import sqlite3
import traceback
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import engine as engine_module
from storage.charter import CharterRow
from storage.engine import check_settings, database_file, database_url, open_engine, transactions
from storage.migrate import upgrade
from storage.problems import BUSY, Busy, StorageProblem, storage_problem
from storage.repository import values_of
from storage.sqlite import arguments
from storage.unit_of_work import Storage
from tests.databases import Postgres
from tests.storage.filled import AT, HOUR, charter, command, verdict

SECRET = "sell-heart-rates-to-advertisers"


@pytest_asyncio.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


# Addresses


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///data/x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///data/x.db", "sqlite+aiosqlite"),
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+psycopg"),
    ],
)
def test_an_address_gets_the_driver_that_is_used_here(given: str, driver: str) -> None:
    assert database_url(given).drivername == driver


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("mysql://root:hunter2@h/d", "begins with 'mysql'"),
        ("hunter2", "cannot be read"),
        ("", "cannot be read"),
        ("sqlite:///file:hunter2.db?uri=true", "file: URI"),
    ],
)
def test_another_address_is_refused_without_repeating_it(given: str, part: str) -> None:
    with pytest.raises(StorageProblem, match=part) as caught:
        database_url(given)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////var/x.db", Path("/var/x.db")),
        ("sqlite:///x.db", Path("x.db")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql://h/d", None),
    ],
)
def test_the_file_of_an_address(url: str, file: Path | None) -> None:
    assert database_file(database_url(url)) == file


# Settings


async def test_the_settings_are_in_force(engine: AsyncEngine) -> None:
    await check_settings(engine)
    asked = (
        {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2, "PRAGMA foreign_keys": 1}
        if engine.dialect.name == "sqlite"
        else {
            "SHOW synchronous_commit": "on",
            "SHOW timezone": "UTC",
            "SHOW lock_timeout": "10s",
            "SHOW plan_cache_mode": "force_custom_plan",
        }
    )
    async with engine.connect() as connection:
        for question, answer in asked.items():
            assert await connection.scalar(text(question)) == answer


async def test_sqlite_without_them_is_refused(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'plain.db'}")
    with pytest.raises(StorageProblem, match=r"keeps journal_mode at 'delete' and not at 'wal'"):
        await check_settings(engine)
    await engine.dispose()


async def test_postgresql_that_cannot_hold_every_text_is_refused(postgres: Postgres) -> None:
    ascii_only = "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    with postgres.database(empty=True, options=ascii_only) as url:
        engine = open_engine(url)
        with pytest.raises(StorageProblem, match="keeps text as SQL_ASCII"):
            await check_settings(engine)
        await engine.dispose()


async def test_a_database_in_memory_lasts_as_long_as_its_engine() -> None:
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    await check_settings(engine)
    storage = Storage(engine)
    async with storage("W") as tx:
        await tx.charters.add(charter())
    await asyncio.gather(*(storage.ping() for _ in range(5)))
    async with storage("W") as tx:
        assert await tx.charters.get("c1") == charter()
    await storage.close()


async def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "deep" / "missionbot.db"
    engine = open_engine(f"sqlite:///{file}")
    await upgrade(engine)
    assert {f"{entry.stat().st_mode & 0o777:o}" for entry in os.scandir(file.parent)} == {"600"}
    assert file.parent.stat().st_mode & 0o777 == 0o700
    await engine.dispose()


def test_a_file_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(StorageProblem, match="cannot be opened: "):
        open_engine(f"sqlite:///{tmp_path / 'data' / 'missionbot.db'}")


async def test_postgresql_connections_that_were_cut_are_replaced(
    postgres_url: str, postgres: Postgres
) -> None:
    storage = Storage(open_engine(postgres_url))
    await storage.ping()
    postgres.cut_connections(postgres_url)
    await storage.ping()
    await storage.close()


# Words


async def test_no_words_in_an_exception(engine: AsyncEngine) -> None:
    """PostgreSQL quotes the row that it refused: that goes into no log."""
    row = CharterRow.from_model("W", charter(name=SECRET))
    values = values_of(row) | {"number": None}
    run = transactions(engine)
    with pytest.raises(IntegrityError) as caught:
        async with run() as session:
            await session.execute(insert(CharterRow), values)
    said = "".join(traceback.format_exception(caught.value))
    assert SECRET not in said
    assert "number" in said
    assert SECRET not in repr(caught.value.orig)
    assert SECRET not in storage_problem(caught.value)


async def test_characters_that_postgresql_cannot_store_are_left_out(engine: AsyncEngine) -> None:
    storage = Storage(engine)
    async with storage("W") as tx:
        assert await tx.verdicts.add(verdict("v\x001", question="a\x00b"))
        found = await tx.verdicts.get("v1")
        assert found is not None
        assert found.question == "ab"
        assert await tx.verdicts.get("v\x001") == found
        # An event is kept as it came, until it is handled.
        assert await tx.inbox.add("web", command("e\x001", "W", text="a\x00b"), AT)
        assert not await tx.inbox.add("web", command("e\x001", "W"), AT)
    (accepted,) = await storage.recovery.lease_unfinished(AT, AT + HOUR, limit=9)
    assert accepted.event == command("e\x001", "W", text="a\x00b")
    async with storage("W") as tx:
        await tx.inbox.finish("web", accepted.event.key, AT)
    assert await storage.recovery.lease_unfinished(AT + 9 * HOUR, AT, limit=9) == []


async def test_a_time_without_its_zone_is_refused(engine: AsyncEngine) -> None:
    naive = AT.replace(tzinfo=None)
    with pytest.raises(Exception, match="needs its time zone"):
        async with Storage(engine)("W") as tx:
            await tx.verdicts.put(verdict().model_copy(update={"asked_at": naive}))


# Turns


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(
    engine: AsyncEngine,
) -> None:
    storage, inside = Storage(engine), asyncio.Event()

    async def stuck() -> None:
        async with storage("W") as tx:
            await tx.charters.add(charter())
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(stuck())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5), storage("W") as tx:
        assert await tx.charters.get("c1") is None
        assert await tx.charters.add(charter())


async def test_cancelling_at_any_moment_blocks_nobody(engine: AsyncEngine) -> None:
    storage, chance = Storage(engine), random.Random(7)

    async def store(number: int) -> None:
        async with storage("W") as tx:
            await tx.charters.add(charter(f"c{number}", f"Charter {number}"))

    # A lock that a cancelled one left behind would last until the others give up.
    async with asyncio.timeout(engine_module.WAIT):
        for number in range(60):
            task = asyncio.create_task(store(number))
            await asyncio.sleep(chance.random() * 0.04)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    async with storage("W") as tx:
        stored = await tx.charters.all()
        assert 0 < len(stored) < 60, "cancelled never or always in time: the test tests nothing"
        for found in stored:
            assert await tx.charters.versions(found.id) == [found.version]


def test_a_closed_connection_lets_go_with_a_statement_unfinished(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    ours = sqlite3.connect(file, **arguments(file, wait=0))
    ours.execute("CREATE TABLE t (a)")
    ours.execute("BEGIN IMMEDIATE")
    unfinished = ours.execute("INSERT INTO t VALUES (1), (2) RETURNING a")
    ours.close()
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM t").fetchone() == (0,)
    del unfinished


async def test_on_sqlite_turns_are_taken_in_the_order_of_coming(sqlite_url: str) -> None:
    storage, order = Storage(open_engine(sqlite_url)), []

    async def store(number: int) -> None:
        async with storage("W") as tx:
            order.append(number)
            await tx.charters.add(charter(f"c{number}", f"Charter {number}"))

    await asyncio.gather(*(store(number) for number in range(30)))
    assert order == list(range(30))
    await storage.close()


async def test_a_turn_that_does_not_come_is_given_up(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "WAIT", 0.05)
    storage = Storage(open_engine(sqlite_url))

    async def second() -> None:
        async with storage("W"):
            pytest.fail("both are inside")

    async with storage("W"):
        task = asyncio.create_task(second())
        await asyncio.wait({task})
    with pytest.raises(Busy):
        task.result()
    await storage.ping()
    await storage.close()


async def test_a_file_that_another_process_holds_is_busy_for_a_while(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "WAIT", 0.2)
    storage = Storage(open_engine(sqlite_url))
    await storage.ping()
    with closing(sqlite3.connect(tmp_path / "missionbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Exception, match="locked") as caught:
            await storage.ping()
        assert storage_problem(caught.value) == BUSY
        other.execute("ROLLBACK")
        await storage.ping()
    await storage.close()
