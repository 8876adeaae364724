"""What can be wrong with a database, in sentences."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import Problem, UserFacing


class StorageProblem(UserFacing):
    """The database cannot be used as it is; the sentence says why and what to do."""


class Busy(Problem):
    """Others held the database for too long."""


BUSY = "The database was busy for too long, and nothing was changed. Try again in a minute."
SILENT = (
    "The database server does not answer. Check that it runs and that its address is right; "
    "nothing was changed."
)
DAMAGED = (
    "The database file is damaged. Stop the bot, set the file aside and restore the last backup "
    "with `missionbot db restore`."
)
NOT_A_DATABASE = (
    "The database file is not an SQLite file. Check the database address; the file was left as "
    "it is."
)
FULL = "The disk with the database is full, and nothing was changed. Make room and try again."
READ_ONLY = (
    "The database cannot be written to. Check who may write to the file and its folder, or "
    "whether the server is a standby; nothing was changed."
)
NOT_OPENED = (
    "The database file cannot be opened. Check that its folder exists and that this user may "
    "write in it."
)
NO_LOGIN = (
    "The database server refused the user name or password. Correct them in the database address."
)
NO_DATABASE = (
    "The database server has no database of that name. Create it (createdb NAME), or correct the "
    "database address."
)
NO_RIGHTS = (
    "The database user may not do that. It needs to own the database, or the rights to create "
    "and change tables in it."
)
NO_ROOM = (
    "The database server takes no more connections. Raise its max_connections, or run fewer "
    "programs on it."
)
NO_TABLES = (
    "The database lacks a table that this version of Missionbot needs. Bring it up to date with "
    "`missionbot db upgrade`."
)

# Drivers tell by code what the server refused, and by words alone why there is no connection.
_BY_CODE = {
    "25006": READ_ONLY,
    "40P01": BUSY,
    "42501": NO_RIGHTS,
    "42P01": NO_TABLES,
    "53100": FULL,
    "53300": NO_ROOM,
    "55P03": BUSY,
}
_BY_WORDS = {
    r"database is locked|lock timeout": BUSY,
    r"disk image is malformed": DAMAGED,
    r"file is not a database|unsupported file format": NOT_A_DATABASE,
    r"database or disk is full|disk I/O error|No space left": FULL,
    r"readonly database|read-only transaction": READ_ONLY,
    r"unable to open database file": NOT_OPENED,
    r"authentication failed|no password supplied|role .* does not exist|pg_hba": NO_LOGIN,
    r"database .* does not exist": NO_DATABASE,
    r"too many (clients|connections)|connection slots": NO_ROOM,
    r"no such table": NO_TABLES,
    r"connection .*(failed|closed|lost|timeout)|connection to server|closed the connection"
    r"|failed to resolve|timeout expired|starting up|shutting down|terminating connection": SILENT,
}


def storage_problem(error: BaseException) -> str:
    """A sentence for the operator about an error that came out of this package: what happened and
    what to do. It never holds what people wrote."""
    if isinstance(error, UserFacing):
        return str(error)
    if isinstance(error, Busy | PoolTimeout):
        return BUSY
    original = error.orig if isinstance(error, DBAPIError) else error
    by_code = _BY_CODE.get(getattr(original, "sqlstate", None) or "")
    if by_code:
        return by_code
    words = str(original)
    for pattern, sentence in _BY_WORDS.items():
        if re.search(pattern, words, re.IGNORECASE | re.DOTALL):
            return sentence
    return (
        f"The database did not do what was asked ({type(original).__name__}). The log has more; "
        "nothing was changed."
    )


@contextmanager
def in_sentences() -> Iterator[None]:
    """For whoever talks to the operator: an error of the database becomes a StorageProblem."""
    try:
        yield
    except (SQLAlchemyError, Busy, sqlite3.Error) as error:
        raise StorageProblem(storage_problem(error)) from error
