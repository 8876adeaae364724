"""Editions of pulses over all workspaces: what is due to be closed, and wiping what is left of rows
that were removed."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, or_, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import col

from storage.engine import WAIT, Transactions
from storage.pulse import BallotRow, EditionRow

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Editions looked after in one round."""
LOOKS = 50
"""Times that older transactions are waited for, a tenth of a second each."""


class PulseTables:
    """Satisfies `bot.pulse.ports.PulseUpkeep`."""

    def __init__(self, engine: AsyncEngine, transactions: Transactions) -> None:
        self._engine = engine
        self._transaction = transactions

    async def due(self, now: datetime) -> Sequence[tuple[str, str]]:
        """Editions to be closed by now, or whose close was interrupted."""
        over = or_(col(EditionRow.closes_at) <= now, col(EditionRow.state) == "closing")
        async with self._transaction() as session:
            found = await session.execute(
                select(col(EditionRow.workspace), col(EditionRow.id))
                .where(
                    or_(
                        and_(col(EditionRow.state) != "closed", over),
                        col(EditionRow.to_do) != "",
                    )
                )
                .order_by(col(EditionRow.closes_at), col(EditionRow.id))
                .limit(AT_ONCE)
            )
            return [(row.workspace, row.id) for row in found]

    async def wipe(self) -> bool:
        """Leave nothing of removed ballots in the database's own files."""
        try:
            if self._engine.dialect.name == "sqlite":
                return await self._empty_log()
            async with self._engine.connect() as connection:
                alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
                if not await _nobody_looks_back(alone):
                    return False
                # FULL: else the bytes of removed rows stay in their pages until others need them.
                await alone.execute(text(f"VACUUM (FULL) {BallotRow.__tablename__}"))
        except DBAPIError:
            log.warning("remnants not wiped yet", exc_info=True)
            return False
        return True

    async def _empty_log(self) -> bool:
        """Removed rows were overwritten with zeros; what is left of them is in the log."""
        async with (
            self._transaction.turn_of_this_task(first=False),
            self._engine.connect() as connection,
        ):
            # In the driver's words: SQLAlchemy's autocommit would leave the connection in a mode
            # in which the driver begins transactions of its own.
            driver = cast(Any, (await connection.get_raw_connection()).driver_connection)
            # Whoever reads meanwhile (a backup) is not waited for: nobody could write that long.
            await driver.execute_fetchall("PRAGMA busy_timeout=0")
            try:
                found = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                return int(next(iter(found))[0]) == 0
            finally:
                await driver.execute_fetchall(f"PRAGMA busy_timeout={WAIT * 1000}")


async def _nobody_looks_back(connection: AsyncConnection) -> bool:
    """Whether every transaction that may still see what was removed has ended; what one sees is
    kept by VACUUM (PostgreSQL, "Routine Vacuuming")."""
    began = await connection.scalar(text("SELECT clock_timestamp()"))
    older = text(
        "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND xact_start < :began)"
    )
    for _ in range(LOOKS):
        if not await connection.scalar(older, {"began": began}):
            return True
        await asyncio.sleep(0.1)
    return False
