"""The database's time, so that all its processes agree on what is due and whose lease is over."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

LONGEST_ASK = 1.0
"""Seconds; an answer that took longer says too little about what time it is now."""


class DatabaseClock:
    """A `bot.ports.Clock`: the machine's time, put right by how far it is from PostgreSQL's. On
    SQLite there is one process, and the machine's time is the database's.

    `measure` once before the first use, and every half minute."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._off = timedelta(0)

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC) + self._off

    @property
    def off(self) -> timedelta:
        """How far the machine's clock is behind the database's."""
        return self._off

    async def measure(self) -> None:
        """Ask the database what time it is. Raises as it does; then the last answer counts on."""
        if self._engine.dialect.name != "postgresql":
            return
        async with asyncio.timeout(10), self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            # The first question also opens the connection.
            await connection.execute(text("SELECT 1"))
            asked = time.monotonic()
            said = await connection.scalar(text("SELECT clock_timestamp()"))
            took = time.monotonic() - asked
            if isinstance(said, datetime) and took <= LONGEST_ASK:
                middle = datetime.now(UTC) - timedelta(seconds=took / 2)
                self._off = said - middle
