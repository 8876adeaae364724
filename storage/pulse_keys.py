"""Keys of pulses in a PostgreSQL database of their own, for several processes without a shared
folder. It must not be the bot's database, nor on its backups: see docs/anonymity.md."""

import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator

from sqlalchemy import LargeBinary, bindparam, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.pulse.ports import KeysUnavailable
from storage.engine import open_engine
from storage.problems import StorageProblem, in_sentences, storage_problem
from storage.repository import VERSION_TABLE

LENGTH = 32

_TABLE = (
    "CREATE TABLE IF NOT EXISTS pulse_key (which varchar(64) PRIMARY KEY, secret bytea NOT NULL)"
)
_OURS = text("SELECT count(*) FROM information_schema.tables WHERE table_name = :name")
_ADD = text(
    "INSERT INTO pulse_key (which, secret) VALUES (:which, :secret) ON CONFLICT DO NOTHING"
).bindparams(bindparam("secret", type_=LargeBinary))
_GET = text("SELECT secret FROM pulse_key WHERE which = :which").columns(secret=LargeBinary)
_REMOVE = text("DELETE FROM pulse_key WHERE which = :which")


class DatabaseKeys:
    """Satisfies `bot.pulse.ports.KeyStore`."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    async def prepare(self) -> None:
        """Make the table. Raises StorageProblem where keys cannot be kept there."""
        with in_sentences():
            async with self._engine.begin() as connection:
                if await connection.scalar(_OURS, {"name": VERSION_TABLE}):
                    raise StorageProblem(
                        "MISSIONBOT_PULSE_KEYS names a database that holds the bot's own data. "
                        "Keys beside the answers that they seal would protect nobody: name "
                        "another database, or a folder."
                    )
                await connection.execute(text(_TABLE))

    async def make(self, workspace: str, edition_id: str) -> bytes:
        """The edition's key; committed when this returns."""
        which = _which(workspace, edition_id)
        async with self._connection() as connection:
            await connection.execute(_ADD, {"which": which, "secret": secrets.token_bytes(LENGTH)})
            found = await connection.scalar(_GET, {"which": which})
        if found is None:
            raise KeysUnavailable("the key was removed while it was made")
        return bytes(found)

    async def get(self, workspace: str, edition_id: str) -> bytes | None:
        """The key; None when it is gone."""
        async with self._connection() as connection:
            found = await connection.scalar(_GET, {"which": _which(workspace, edition_id)})
        return None if found is None else bytes(found)

    async def destroy(self, workspace: str, edition_id: str) -> None:
        """Remove the key, and rewrite the table so that its file holds nothing of it."""
        async with self._connection() as connection:
            await connection.execute(_REMOVE, {"which": _which(workspace, edition_id)})
        # Also where there was no row: the process may have died between these two.
        async with self._connection() as connection:
            await connection.execute(text("VACUUM (FULL) pulse_key"))

    async def count(self) -> int:
        """How many keys there are."""
        async with self._connection() as connection:
            return int(await connection.scalar(text("SELECT count(*) FROM pulse_key")) or 0)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        """One on which each statement is a transaction by itself."""
        try:
            async with self._engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")
        except SQLAlchemyError as error:
            raise KeysUnavailable(storage_problem(error)) from error


def _which(workspace: str, edition_id: str) -> str:
    return hashlib.sha256(f"{len(workspace)}:{workspace}{edition_id}".encode()).hexdigest()
