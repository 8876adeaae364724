"""Opens the database, SQLite or PostgreSQL, so that what was committed stays committed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Dialect, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from storage import postgresql, sqlite
from storage.problems import StorageProblem, in_sentences
from storage.turn import Turn

WAIT = 10
"""Seconds to wait for a connection, a lock or one's turn before giving up."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def database_url(url: str | URL) -> URL:
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
    options = _options(address)
    if address.drivername.startswith("postgresql"):
        engine = create_async_engine(address, **options, **_pool(5, 10))
    elif database_file(address):
        engine = create_async_engine(address, **options, pool_timeout=WAIT)
    else:
        # One connection is the database; a second one would see another, empty one.
        engine = create_async_engine(address, **options, poolclass=StaticPool)
    prepare_engine(engine.sync_engine)
    return engine


def open_blocking_engine(url: str | URL, *, keep: int = 0) -> Engine:
    """An engine for work in threads. `keep`: so many connections are kept on PostgreSQL, and one on
    a SQLite file, which threads take in turns; 0: each is closed after its use."""
    address = database_url(url)
    options = _options(address)
    pool: dict[str, Any] = _pool(keep, 0) if keep else {"poolclass": NullPool}
    if address.drivername.startswith("sqlite"):
        address = address.set(drivername="sqlite")
        if keep:
            # Whichever thread has the turn uses the one connection.
            options["connect_args"]["check_same_thread"] = False
            pool = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
    engine = create_engine(address, **options, **pool)
    prepare_engine(engine)
    return engine


def _pool(size: int, overflow: int) -> dict[str, Any]:
    """How connections to PostgreSQL are kept."""
    return {
        "pool_size": size,
        "max_overflow": overflow,
        "pool_timeout": WAIT,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
    }


def _options(url: URL) -> dict[str, Any]:
    """What any engine on the database gets, blocking or not."""
    file = database_file(url)
    if url.drivername.startswith("sqlite"):
        arguments = sqlite.arguments(file, wait=WAIT)
    else:
        arguments = postgresql.arguments(url.query)
    # hide_parameters: what people wrote must not reach a log through an exception.
    return {"hide_parameters": True, "connect_args": arguments}


def prepare_engine(engine: Engine) -> None:
    """Every connection of the engine gets the settings that the promises rest on."""
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)
    else:
        postgresql.prepare(engine, wait=WAIT)


async def check_settings(engine: AsyncEngine) -> None:
    """Raises StorageProblem when the database does not hold what is committed, whatever happens,
    or cannot hold every text."""
    with in_sentences():
        async with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                await sqlite.check(connection, in_memory=database_file(engine.url) is None)
            else:
                await postgresql.check(connection)


class Transactions:
    """Opens transactions on the engine, one at a time on SQLite.

    SQLite has one writer; those who wait here get their turn in the order they came, where its
    own busy handler would let them try at random.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._turn = Turn() if engine.dialect.name == "sqlite" else None
        self._inside: set[asyncio.Task[Any] | None] = set()

    @property
    def dialect(self) -> Dialect:
        """How the database is spoken to."""
        return self._engine.dialect

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[AsyncSession]:
        """A transaction: commits when the block ends, rolls back when it raises."""
        # populate_existing: rows are changed by statements, so a row read before is read anew.
        async with (
            self.turn_of_this_task(first=False),
            AsyncSession(
                self._engine, expire_on_commit=False, execution_options={"populate_existing": True}
            ) as session,
            session.begin(),
        ):
            yield session

    async def at_once(self, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
        """Run one statement, a transaction by itself, before all who wait for a turn; the rows
        that it gives. In the driver's words and values: a tenth of the work of a session."""
        async with self.turn_of_this_task(first=True):
            if self._turn is None:
                async with self._at_once.connect() as connection:
                    result = await connection.exec_driver_sql(statement, values)
                    return result.all() if result.returns_rows else ()
            async with self._engine.connect() as connection:
                # Its thread is asked once, where SQLAlchemy would ask for each step.
                driver = (await connection.get_raw_connection()).driver_connection
                return list(await cast(Any, driver).execute_fetchall(statement, values))

    @asynccontextmanager
    async def turn_of_this_task(self, *, first: bool) -> AsyncIterator[None]:
        """The task's turn to write, while the block runs; `first`: before all who wait."""
        task = asyncio.current_task()
        if task in self._inside:
            # On SQLite it would wait for itself.
            raise RuntimeError("a transaction was opened inside a transaction")
        turn = self._turn.mine(wait=WAIT, first=first) if self._turn else nullcontext()
        async with turn:
            self._inside.add(task)
            try:
                yield
            finally:
                self._inside.discard(task)


def transactions(engine: AsyncEngine) -> Transactions:
    """A way to open transactions on the engine."""
    return Transactions(engine)
