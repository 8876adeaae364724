"""Every way in which a database fails says what happened and what to do, in words of our own."""

import asyncio
import socket
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import UserFacing
from storage import problems
from storage.engine import check_settings, open_engine
from storage.migrate import check, upgrade
from storage.problems import StorageProblem, storage_problem
from storage.unit_of_work import Storage
from tests.databases import Postgres

AtStart = Callable[[AsyncEngine], Awaitable[object]]
START: list[AtStart] = [check_settings, check, upgrade]
"""What is called before anything else; each ends in a sentence."""


async def sentence_of(call: AtStart, url: str) -> str:
    engine = open_engine(url)
    try:
        with pytest.raises(StorageProblem) as caught:
            await call(engine)
        return str(caught.value)
    finally:
        await engine.dispose()


# SQLite


@pytest.mark.parametrize("call", START)
async def test_a_file_of_another_kind(call: AtStart, tmp_path: Path) -> None:
    file = tmp_path / "missionbot.db"
    file.write_text("Dear diary, " * 1000)
    assert await sentence_of(call, f"sqlite:///{file}") == problems.NOT_A_DATABASE
    assert file.read_text() == "Dear diary, " * 1000


@pytest.mark.parametrize("call", START)
async def test_a_damaged_file(call: AtStart, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "missionbot.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xde\xad\xbe\xef" * 2000)
    assert await sentence_of(call, sqlite_url) == problems.DAMAGED


async def test_a_file_that_was_cut_off(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "missionbot.db"
    file.write_bytes(file.read_bytes()[: 3 * 4096])
    storage = Storage(open_engine(sqlite_url))

    async def read() -> None:
        async with storage("W") as tx:
            await tx.charters.all()
            await tx.transcript.get("s1")

    with pytest.raises(DatabaseError, match="malformed") as caught:
        await read()
    assert storage_problem(caught.value) == problems.DAMAGED
    await storage.close()


@pytest.mark.parametrize("call", START)
async def test_a_folder_in_place_of_a_file(call: AtStart, tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match="cannot be opened: Is a directory"):
        open_engine(f"sqlite:///{tmp_path}")


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "x.db").close()
    (tmp_path / "x.db").touch()
    with (
        closing(sqlite3.connect(f"file:{tmp_path}/x.db?mode=ro", uri=True)) as connection,
        pytest.raises(sqlite3.OperationalError) as caught,
    ):
        connection.execute("CREATE TABLE x (y)")
    assert storage_problem(caught.value) == problems.READ_ONLY


async def test_a_full_disk_changes_nothing(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    storage = Storage(engine)
    async with engine.connect() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(DatabaseError, match="full") as caught:
        await storage.vectors.put("W", "m", {"d": bytes(100_000)})
    assert storage_problem(caught.value) == problems.FULL
    assert await storage.vectors.get("W", "m", ["d"]) == {}
    await storage.close()


async def test_a_database_without_tables(tmp_path: Path) -> None:
    storage = Storage(open_engine(f"sqlite:///{tmp_path / 'x.db'}"))
    with pytest.raises(DatabaseError, match="no such table") as caught:
        async with storage("W") as tx:
            await tx.charters.all()
    assert storage_problem(caught.value) == problems.NO_TABLES
    await storage.close()


# PostgreSQL


@pytest.mark.parametrize("call", START)
@pytest.mark.parametrize(
    "url", ["postgresql://u:hunter2@127.0.0.1:1/x", "postgresql://u:hunter2@no.such.host.invalid/x"]
)
async def test_a_server_that_is_not_there(call: AtStart, url: str) -> None:
    assert await sentence_of(call, url) == problems.SILENT


async def test_a_server_that_says_nothing_is_given_up_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgresql://u:p@127.0.0.1:{server.getsockname()[1]}/x?connect_timeout=2"
        async with asyncio.timeout(10):
            assert await sentence_of(check, url) == problems.SILENT


@pytest.mark.parametrize("call", START)
async def test_a_database_that_is_not_there(call: AtStart, postgres: Postgres) -> None:
    assert await sentence_of(call, postgres.url("no_such_database")) == problems.NO_DATABASE


@pytest.mark.parametrize("call", START)
async def test_a_user_that_is_not_there(call: AtStart, postgres: Postgres) -> None:
    url = postgres.url("postgres").replace("postgres:@", "nobody:hunter2@")
    assert await sentence_of(call, url) == problems.NO_LOGIN


async def test_a_user_who_may_connect_no_more(postgres: Postgres) -> None:
    with postgres.user("CONNECTION LIMIT 0") as user:
        url = postgres.url("postgres").replace("postgres:@", f"{user}:@")
        assert await sentence_of(check, url) == problems.NO_ROOM


async def test_a_user_without_rights(postgres: Postgres) -> None:
    with postgres.user() as user, postgres.database(empty=True) as url:
        url = url.replace("postgres:@", f"{user}:@")
        assert await sentence_of(upgrade, url) == problems.NO_RIGHTS


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("SET TRANSACTION READ ONLY; DELETE FROM inbox", problems.READ_ONLY),
        ("SELECT * FROM no_such_table", problems.NO_TABLES),
        ("SELECT pg_terminate_backend(pg_backend_pid())", problems.SILENT),
        ("SET LOCAL lock_timeout TO '1ms'; LOCK TABLE hint", problems.BUSY),
    ],
)
async def test_what_a_server_refuses(postgres_url: str, statement: str, sentence: str) -> None:
    engine = open_engine(postgres_url)

    async def run() -> None:
        async with engine.connect() as other, engine.connect() as connection:
            await other.execute(text("LOCK TABLE hint"))
            for part in statement.split("; "):
                await connection.execute(text(part))

    with pytest.raises(DatabaseError) as caught:
        await run()
    assert storage_problem(caught.value) == sentence
    await engine.dispose()


# Either


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (problems.Busy("secret"), problems.BUSY),
        (PoolTimeout("QueuePool limit of size 5 overflow 10 reached"), problems.BUSY),
        (UserFacing("As it stands."), "As it stands."),
        (sqlite3.OperationalError("unable to open database file"), problems.NOT_OPENED),
        (
            ZeroDivisionError("secret"),
            "The database did not do what was asked (ZeroDivisionError). The log has more; "
            "nothing was changed.",
        ),
    ],
)
def test_other_errors(error: Exception, sentence: str) -> None:
    assert storage_problem(error) == sentence
