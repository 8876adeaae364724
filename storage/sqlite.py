"""SQLite as it must be for what was committed to stay, and for nobody to block the others.

SQLite before 3.51.3 (and 3.50.7, 3.44.6) can damage a file in WAL mode when one connection moves
the log into the file while another one commits and begins the log anew. Refusing such a version
would refuse what Debian and Python 3.11 bring (3.40), so its condition is kept from arising: one
process owns the file (`storage.owner`), its transactions take turns (`storage.turn`), and the log
is moved only within a commit, by the connection that has the turn. A backup beside the running bot
only reads. What is left is a command that writes beside a running bot; `caution` says so.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.problems import StorageProblem
from storage.repository import VERSION_TABLE

_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def caution(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str | None:
    """What an operator should know about this version of SQLite; None when all is well."""
    if any(
        version >= fixed and (fixed is _FIXED[0] or version[:2] == fixed[:2]) for fixed in _FIXED
    ):
        return None
    return (
        f"SQLite {'.'.join(map(str, version))} has a rare fault that two programs writing to one "
        "file can meet. The bot alone does not; stop it before you write with the command line, "
        "or install SQLite 3.51.3."
    )


def arguments(file: Path | None, *, wait: float) -> dict[str, Any]:
    """What a connection is opened with; the file is made where there is none."""
    if file:
        _make_file(file)
    # isolation_level None: the driver begins no transaction of its own; ours are begun below.
    return {"isolation_level": None, "timeout": wait, "factory": LettingGo}


def prepare(engine: Engine) -> None:
    """Every connection of the engine gets the settings and begins transactions our way."""
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)


async def check(connection: AsyncConnection, *, in_memory: bool) -> None:
    """Raises StorageProblem when a setting is not in force."""
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


class LettingGo(sqlite3.Connection):
    """Lets go of the write lock when it is closed.

    A connection that is closed while a statement is unfinished (its task was cancelled) lives on
    until Python collects that statement, and would keep everybody else from writing until then.
    """

    def close(self) -> None:
        """Undo what was not committed, then close."""
        if self.in_transaction:
            self.rollback()
        super().close()


def _make_file(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageProblem(
            f"The database file {str(file)!r} cannot be opened: {error.strerror}. Check that the "
            "folder exists and that this user may write in it."
        ) from error


def _set_up(connection: DBAPIConnection, _record: object) -> None:
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


def _begin(connection: Connection) -> None:
    # A transaction that begins by reading and then writes fails when another wrote in between;
    # one that is going to write must say so at once. `reading` is for those that never write.
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return  # each statement is a transaction by itself
    reading = options.get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
