"""Everything in one file, and back, into either kind of database.

    FILE (zip) ── manifest.json      schema version, and of each table the rows and a SHA-256
               └─ tables/NAME.jsonl  a row a line, in the order of the primary key

Tables are read as the database describes them and not as the code does, so that a backup of an
older schema can be written and restored too; it is brought up to date once it is in.
"""

import asyncio
import hashlib
import json
import os
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
)

from storage import restored
from storage.engine import database_file, database_url, open_blocking_engine
from storage.migrate import changing_schema, move, move_back, newest, sentence, state_of, versions
from storage.owner import only_process
from storage.problems import StorageProblem, in_sentences
from storage.repository import VERSION_TABLE

FORMAT = "missionbot backup 1"
_AT_ONCE = 500
"""Rows read or written together."""
# What reading a zip raises when any of its bytes was changed.
_OF_A_DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class Contents(BaseModel):
    """What is in one table's file."""

    rows: int
    sha256: str


class Manifest(BaseModel):
    """What is in the whole file."""

    format: str
    made_at: datetime
    schema_version: str
    tables: dict[str, Contents]


async def backup(url: str, file: Path) -> str:
    """Write the database, as it is at one instant, to `file`; says what was written. The bot may
    go on. Raises StorageProblem; then there is no file."""
    return await asyncio.to_thread(_backup, url, file)


async def restore(url: str, file: Path, *, replace: bool = False, went_on: bool = False) -> str:
    """Read `file` into the database, whole or not at all; says what was read. `went_on`: a bot
    worked on after the backup, so what it may have said since is not said again unseen.

    Raises StorageProblem for a file that is damaged or no backup, and for a database that holds
    something, unless it is to be replaced.
    """
    return await asyncio.to_thread(_restore, url, file, replace, went_on)


# Writing


def _backup(url: str, file: Path) -> str:
    source = database_file(database_url(url))
    if source and not source.exists():
        raise StorageProblem(f"There is no database at {str(source)!r}, so there is no backup.")
    if file.exists():
        raise StorageProblem(
            f"{str(file)!r} is there already and was left as it is. Choose another name."
        )
    part = file.with_name(f"{file.name}.part")
    try:
        with in_sentences(), _reading(url) as connection:
            manifest = _write(connection, part)
        os.replace(part, file)
    except OSError as error:
        raise StorageProblem(f"{str(file)!r} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return f"{str(file)!r} holds {_size(manifest)}."


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    # One transaction that sees one instant, however long it takes and whatever others write.
    engine = open_blocking_engine(url)
    options: dict[str, Any] = {"reading": True, "yield_per": _AT_ONCE}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        with engine.connect() as connection:
            yield connection.execution_options(**options)
    finally:
        engine.dispose()


def _write(connection: Connection, file: Path) -> Manifest:
    state, version = state_of(connection)
    if state in ("empty", "newer", "foreign"):
        raise StorageProblem(f"There is no backup. {sentence(state, version)}")
    with (
        open(os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        tables = {
            table.name: _write_table(connection, table, archive) for table in _tables(connection)
        }
        manifest = Manifest(
            format=FORMAT, made_at=datetime.now(UTC), schema_version=version or "", tables=tables
        )
        archive.writestr("manifest.json", manifest.model_dump_json(indent=2))
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return manifest


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> Contents:
    digest, rows = hashlib.sha256(), 0
    with archive.open(_name(table.name), "w", force_zip64=True) as out:
        for row in connection.execute(
            select(table).order_by(*_order(connection, table))
        ).mappings():
            line = json.dumps({name: _plain(value) for name, value in row.items()}) + "\n"
            out.write(line.encode())
            digest.update(line.encode())
            rows += 1
    return Contents(rows=rows, sha256=digest.hexdigest())


def _order(connection: Connection, table: Table) -> list[Any]:
    # PostgreSQL sorts text as people do; SQLite, and every database here, by its characters.
    postgresql = connection.dialect.name == "postgresql"
    return [
        column.collate("C") if postgresql and isinstance(column.type, String) else column
        for column in table.primary_key
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC).isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


# Reading


def _restore(url: str, file: Path, replace: bool, went_on: bool) -> str:
    try:
        with zipfile.ZipFile(file) as archive, only_process(url):
            manifest = _checked(archive, file)
            engine = open_blocking_engine(url)
            try:
                with in_sentences(), engine.connect() as connection, changing_schema(connection):
                    _make_room(connection, manifest.schema_version, replace)
                    _read(connection, archive, manifest, file)
                    move(connection, "head")
                    if went_on:
                        restored.went_on(connection, datetime.now(UTC))
            finally:
                engine.dispose()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged(file) from error
    except OSError as error:
        raise StorageProblem(f"{str(file)!r} cannot be read: {error.strerror}.") from error
    return f"The database holds {_size(manifest)}, as of {manifest.made_at:%d %b %Y %H:%M} UTC."


def _checked(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """What is in the file, once every byte of it is known to be right."""
    try:
        manifest = Manifest.model_validate_json(archive.read("manifest.json"))
        if manifest.format != FORMAT or manifest.schema_version not in versions():
            raise StorageProblem(
                f"{str(file)!r} was written by a newer version of Missionbot (schema "
                f"{manifest.schema_version}; this one knows {newest()}). Restore it with that one."
            )
        whole = all(
            _digest(archive, table) == contents.sha256
            for table, contents in manifest.tables.items()
        )
    except _OF_A_DAMAGED_ZIP as error:
        raise _damaged(file) from error
    if not whole:
        raise _damaged(file)
    return manifest


def _digest(archive: zipfile.ZipFile, table: str) -> str:
    digest = hashlib.sha256()
    with archive.open(_name(table)) as lines:
        for line in lines:
            digest.update(line)
    return digest.hexdigest()


def _make_room(connection: Connection, version: str, replace: bool) -> None:
    state, found = state_of(connection)
    if state in ("newer", "foreign"):
        raise StorageProblem(f"Nothing was restored. {sentence(state, found)}")
    if state != "empty":
        if not replace and _holds_something(connection):
            raise StorageProblem(
                "The database holds something already, so nothing was restored. Restore into an "
                "empty database, or give --replace to lose what is in this one."
            )
        move_back(connection, "base")
    move(connection, version)


def _holds_something(connection: Connection) -> bool:
    return any(
        connection.scalar(select(func.count()).select_from(table)) for table in _tables(connection)
    )


def _read(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, file: Path) -> None:
    tables = _tables(connection)
    if {table.name for table in tables} != set(manifest.tables):
        raise _damaged(file)
    for table in tables:
        with archive.open(_name(table.name)) as lines:
            while some := list(islice(lines, _AT_ONCE)):
                rows = [_stored(connection, table, json.loads(line)) for line in some]
                connection.execute(insert(table), rows)


def _stored(connection: Connection, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(row)
    for column in table.columns:
        value = values[column.name]
        if value is not None and isinstance(column.type, DateTime):
            moment = datetime.fromisoformat(value)
            sqlite = connection.dialect.name == "sqlite"
            values[column.name] = moment.replace(tzinfo=None) if sqlite else moment
        elif value is not None and isinstance(column.type, LargeBinary):
            values[column.name] = b64decode(value)
    return values


def _damaged(file: Path) -> StorageProblem:
    return StorageProblem(
        f"{str(file)!r} is no whole backup of Missionbot: it is damaged, cut off or another kind "
        "of file. Nothing was restored; try another backup."
    )


# Both


def _tables(connection: Connection) -> list[Table]:
    """Ours, as the database describes them; those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name != VERSION_TABLE)
    return list(metadata.sorted_tables)


def _name(table: str) -> str:
    return f"tables/{table}.jsonl"


def _size(manifest: Manifest) -> str:
    rows = sum(contents.rows for contents in manifest.tables.values())
    return f"{rows:,} rows of {len(manifest.tables)} tables"
