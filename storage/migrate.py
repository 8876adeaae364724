"""Brings a database to the schema of this program, and says when it has another one.

    check(engine)     a sentence about what is wrong with the schema; None when it is right
    upgrade(engine)   to the newest schema; a SQLite file is copied first
    downgrade(engine) back to an earlier one; only tests and the brave use it

`python -m storage.migrate "what changed"` writes the next file of `migrations/versions` from what
differs between the tables in the code and those of the migrations.
"""

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, column, inspect, select, table, text
from sqlalchemy.ext.asyncio import AsyncEngine

import storage.unit_of_work  # noqa: F401  every table is known once this is imported
from storage.engine import database_file, open_blocking_engine
from storage.problems import StorageProblem, in_sentences
from storage.repository import VERSION_TABLE, Row

METADATA: MetaData = Row.metadata
MIGRATIONS = Path(__file__).parent / "migrations"

State = Literal["right", "empty", "older", "newer", "foreign"]

_NUMBER = re.compile(r"\d{4}")
# Any number will do, as long as every replica uses the same one.
_UPGRADE_LOCK = 0x6D697373


def newest(scripts: Path = MIGRATIONS) -> str:
    """The schema version of this program."""
    return _scripts(scripts).get_current_head() or ""


def versions(scripts: Path = MIGRATIONS) -> Sequence[str]:
    """Every schema version that this program knows, the newest first."""
    return [script.revision for script in _scripts(scripts).walk_revisions()]


async def check(engine: AsyncEngine, *, scripts: Path = MIGRATIONS) -> str | None:
    """What is wrong with the schema, as a sentence; None when this program can work with it."""
    with in_sentences():
        state, version = await _look(engine, scripts)
    return sentence(state, version, newest(scripts))


async def upgrade(engine: AsyncEngine, *, scripts: Path = MIGRATIONS) -> None:
    """Make the tables or bring them up to date, in one transaction; nothing to do is no harm.

    A SQLite file that is going to change is copied beside itself first ("….before-0002").
    Raises StorageProblem when the database is newer than the program, or not Missionbot's.
    """
    with in_sentences():
        state, _ = await _look(engine, scripts)
        if state == "right":
            return
        file = database_file(engine.url)
        if state == "older" and file:
            copy = file.with_name(f"{file.name}.before-{newest(scripts)}")
            await asyncio.to_thread(copy_file, file, copy)
        async with engine.connect() as connection:
            await connection.run_sync(upgrade_on, scripts=scripts)


async def downgrade(engine: AsyncEngine, to: str, *, scripts: Path = MIGRATIONS) -> None:
    """Back to version `to` ("base": no tables). What only the newer schema holds is lost."""
    async with engine.connect() as connection:
        await connection.run_sync(_downgrade_on, to, scripts)


def upgrade_on(connection: Connection, *, scripts: Path = MIGRATIONS) -> None:
    """`upgrade` on a connection that has not begun, without a copy."""
    with changing_schema(connection):
        state, version = state_of(connection, scripts)
        if state in ("newer", "foreign"):
            raise StorageProblem(str(sentence(state, version, newest(scripts))))
        move(connection, "head", scripts=scripts)


def move(connection: Connection, to: str, *, scripts: Path = MIGRATIONS) -> None:
    """Up to version `to` within the caller's transaction."""
    config = _config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def move_back(connection: Connection, to: str, *, scripts: Path = MIGRATIONS) -> None:
    """Down to version `to` within the caller's transaction."""
    config = _config(scripts)
    config.attributes["connection"] = connection
    command.downgrade(config, to)


def _downgrade_on(connection: Connection, to: str, scripts: Path) -> None:
    with changing_schema(connection):
        move_back(connection, to, scripts=scripts)


@contextmanager
def changing_schema(connection: Connection) -> Iterator[None]:
    """A transaction in which tables may be remade; one at a time, over all processes."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            # The others wait for us; a long change is no reason for them to give up.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
            yield
        return
    # To change a column, SQLite's table is copied and dropped; rows that refer to it would forbid
    # that. The setting has no effect within a transaction, so it is made around it.
    _set_foreign_keys(connection, "OFF")
    try:
        with connection.begin():
            yield
            if connection.execute(text("PRAGMA foreign_key_check")).first():
                raise StorageProblem(
                    "Some rows of the database refer to others that are not there, so it was left "
                    "as it is. Restore a backup with `missionbot db restore`."
                )
    finally:
        _set_foreign_keys(connection, "ON")


def state_of(connection: Connection, scripts: Path = MIGRATIONS) -> tuple[State, str | None]:
    """How the schema stands to this program's, and its version."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        return ("foreign" if tables else "empty"), None
    version = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    if version is None:
        return "empty", None
    if version in versions(scripts):
        return ("right" if version == newest(scripts) else "older"), version
    return ("newer" if _NUMBER.fullmatch(version) else "foreign"), version


def copy_file(source: Path, target: Path) -> None:
    """Copy a SQLite file that may be in use, whole and at one instant."""
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


async def _look(engine: AsyncEngine, scripts: Path) -> tuple[State, str | None]:
    async with engine.connect() as connection:
        connection = await connection.execution_options(reading=True)
        return await connection.run_sync(state_of, scripts)


def sentence(state: State, version: str | None, wanted: str | None = None) -> str | None:
    """What is wrong with that state, and what to do; None when it is right."""
    wanted = wanted or newest()
    match state:
        case "right":
            return None
        case "empty":
            return "The database is empty. `missionbot db upgrade` makes its tables."
        case "older":
            return (
                f"The database has schema {version}, and this version of Missionbot needs "
                f"{wanted}. Bring it up to date with `missionbot db upgrade`."
            )
        case "newer":
            return (
                f"The database has schema {version}, which a newer version of Missionbot made; "
                f"this one knows {wanted}. Start the newer version, or use another database."
            )
        case "foreign":
            return (
                "The database holds tables of another program. Give Missionbot a database of its "
                "own."
            )


def _set_foreign_keys(connection: Connection, on_or_off: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={on_or_off}")
    cursor.close()


def _config(scripts: Path) -> Config:
    # Made here and not read from a file, whose logging section would replace the program's own.
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _scripts(scripts: Path) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(scripts))


def write_revision(message: str, scripts: Path = MIGRATIONS) -> None:
    """Write the next migration from what differs between the code's tables and the migrations'."""
    engine = open_blocking_engine("sqlite://")
    number = f"{int(newest(scripts) or 0) + 1:04}"
    with engine.connect() as connection:
        upgrade_on(connection, scripts=scripts)
        config = _config(scripts)
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)
    engine.dispose()


if __name__ == "__main__":
    write_revision(
        " ".join(sys.argv[1:]) or sys.exit('Say what changed: … "charters get a colour"')
    )
