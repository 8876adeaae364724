"""Opens the database, SQLite or PostgreSQL, so that what was committed stays committed."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)
from sqlalchemy.pool import NullPool, StaticPool

from storage.problems import Busy, StorageProblem, in_sentences

Transactions = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""Opens a transaction: commits when the block ends, rolls back when it raises."""

VERSION_TABLE = "missionbot_schema"
"""Holds the schema's version; its presence tells our database from another program's."""
WAIT = 10
"""Seconds to wait for a connection, a lock or one's turn before giving up."""
OLDEST_POSTGRESQL = 13

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def database_url(url: str) -> URL:
    """The address with the driver that is used here; raises StorageProblem for another kind of
    database."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageProblem(
            "The database address cannot be read. It looks like sqlite:///data/missionbot.db or "
            "postgresql://user:password@host/database."
        ) from None
    if (parsed.database or "").startswith("file:"):
        raise StorageProblem(
            "The database address holds a file: URI. Give the file's path, as in "
            "sqlite:///data/missionbot.db."
        )
    kind = parsed.drivername.partition("+")[0]
    if kind not in _DRIVERS:
        raise StorageProblem(
            f"The database address begins with {kind!r}; Missionbot keeps its data in SQLite "
            "(sqlite:///data/missionbot.db) or PostgreSQL (postgresql://user:password@host/name)."
        )
    return parsed.set(drivername=_DRIVERS[kind])


def database_file(url: URL) -> Path | None:
    """The SQLite file; None for a database in memory or PostgreSQL."""
    if not url.drivername.startswith("sqlite") or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def open_engine(url: str) -> AsyncEngine:
    """An engine on the database; connects at first use. A SQLite file is made where there is
    none, readable by its owner alone."""
    address = database_url(url)
    options = _connect_options(address)
    if address.drivername.startswith("postgresql"):
        engine = create_async_engine(
            address,
            **options,
            pool_size=5,
            max_overflow=10,
            pool_timeout=WAIT,
            pool_pre_ping=True,
            pool_recycle=1800,
        )
    elif database_file(address):
        engine = create_async_engine(address, **options, pool_timeout=WAIT)
    else:
        # One connection is the database; a second one would see another, empty one.
        engine = create_async_engine(address, **options, poolclass=StaticPool)
    prepare_engine(engine.sync_engine)
    return engine


def open_blocking_engine(url: str) -> Engine:
    """An engine for work that runs in a thread of its own, one connection at a time."""
    address = database_url(url)
    options = _connect_options(address)
    if address.drivername.startswith("sqlite"):
        address = address.set(drivername="sqlite")
    engine = create_engine(address, **options, poolclass=NullPool)
    prepare_engine(engine)
    return engine


def _connect_options(url: URL) -> dict[str, Any]:
    """What any engine on the database gets, synchronous or not."""
    # hide_parameters: what people wrote must not reach a log through an exception.
    if url.drivername.startswith("sqlite"):
        file = database_file(url)
        if file:
            _make_file(file)
        # isolation_level None: the driver begins no transaction of its own; ours are begun below.
        arguments: dict[str, Any] = {"isolation_level": None, "timeout": WAIT}
        return {"hide_parameters": True, "connect_args": arguments}
    arguments = {
        "connect_timeout": 5,
        "application_name": "missionbot",
        # Else a database that cannot hold every text gives bytes, before we can refuse it.
        "client_encoding": "utf8",
        # A database that vanished from the network is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    chosen = {name: value for name, value in arguments.items() if name not in url.query}
    return {"hide_parameters": True, "connect_args": chosen}


def prepare_engine(engine: Engine) -> None:
    """Every connection of the engine gets the settings that the promises rest on."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "handle_error", _without_detail)


async def check_settings(engine: AsyncEngine) -> None:
    """Raises StorageProblem when the database does not hold what is committed, whatever happens,
    or cannot hold every text."""
    with in_sentences():
        async with engine.connect() as connection:
            await _check(connection)


async def _check(connection: AsyncConnection) -> None:
    if connection.dialect.name == "sqlite":
        in_memory = database_file(connection.engine.url) is None
        await _check_sqlite(connection, in_memory=in_memory)
    else:
        await _check_postgresql(connection)


def transactions(engine: AsyncEngine) -> Transactions:
    """A way to open transactions on the engine, one at a time on SQLite.

    SQLite has one writer; those who wait here get their turn in the order they came, where its
    own busy handler would let them try at random.
    """
    turn = asyncio.Lock() if engine.dialect.name == "sqlite" else None
    inside: set[asyncio.Task[Any] | None] = set()

    @asynccontextmanager
    async def transaction() -> AsyncIterator[AsyncSession]:
        task = asyncio.current_task()
        if task in inside:
            # On SQLite it would wait for itself.
            raise RuntimeError("a transaction was opened inside a transaction")
        if turn:
            await _take(turn)
        inside.add(task)
        try:
            # populate_existing: rows are changed by statements, so a row read before is read anew.
            async with (
                AsyncSession(
                    engine, expire_on_commit=False, execution_options={"populate_existing": True}
                ) as session,
                session.begin(),
            ):
                yield session
        finally:
            inside.discard(task)
            if turn:
                turn.release()

    return transaction


async def _take(turn: asyncio.Lock) -> None:
    try:
        async with asyncio.timeout(WAIT):
            await turn.acquire()
    except TimeoutError:
        raise Busy(f"no turn to write within {WAIT} seconds") from None


def _make_file(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageProblem(
            f"The database file {str(file)!r} cannot be opened: {error.strerror}. Check that the "
            "folder exists and that this user may write in it."
        ) from error


def _set_up_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    # FULL: in WAL mode, a lesser setting may lose the last commits when the power fails.
    for setting in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {setting}")
    # The journal mode is written into the file, and another program's is left as it is.
    cursor.execute("SELECT count(*), sum(name = ?) FROM sqlite_master", (VERSION_TABLE,))
    row = cursor.fetchone()
    if row and (row[0] == 0 or row[1]):
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that begins by reading and then writes fails when another wrote in between;
    # one that is going to write must say so at once. `reading` is for those that never write.
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _set_up_postgresql(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for setting in (
        "synchronous_commit TO on",
        "timezone TO 'UTC'",
        f"lock_timeout TO '{WAIT}s'",
        "idle_in_transaction_session_timeout TO '60s'",
    ):
        cursor.execute(f"SET {setting}")
    cursor.close()
    connection.commit()


def _without_detail(context: ExceptionContext) -> None:
    # PostgreSQL adds the values of the row that it refused, which hide_parameters does not hide.
    original = context.original_exception
    for error in (original, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


async def _check_sqlite(connection: AsyncConnection, in_memory: bool) -> None:
    for setting, wanted in (
        ("journal_mode", "memory" if in_memory else "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
    ):
        found = await connection.scalar(text(f"PRAGMA {setting}"))
        if found != wanted:
            raise StorageProblem(
                f"SQLite keeps {setting} at {found!r} and not at {wanted!r}, so a power cut could "
                "lose what was saved. Put the database file on a local disk (network folders "
                "often cannot do it), or use PostgreSQL."
            )


async def _check_postgresql(connection: AsyncConnection) -> None:
    version = int(await connection.scalar(text("SHOW server_version_num")) or 0) // 10000
    if version < OLDEST_POSTGRESQL:
        raise StorageProblem(
            f"The server is PostgreSQL {version}; Missionbot needs {OLDEST_POSTGRESQL} or newer."
        )
    encoding = await connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StorageProblem(
            f"The database keeps text as {encoding}, which cannot hold every language. Make one "
            "with: CREATE DATABASE missionbot ENCODING 'UTF8' TEMPLATE template0."
        )
