"""The one concrete unit of work: every room's repositories on one workspace's data."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.ask import (
    CallRepository,
    HintRepository,
    OpinionRepository,
    VerdictRepository,
)
from storage.charter import BindingRepository, CharterRepository, RoleRepository
from storage.engine import database_file, transactions
from storage.inbox import InboxRepository, Recovery
from storage.problems import StorageProblem
from storage.slack import SlackTables
from storage.spending import SpendingRepository
from storage.transcript import TranscriptRepository
from storage.vectors import Vectors

if TYPE_CHECKING:
    from bot.ask.ports import AskWork
    from bot.charter.ports import CharterWork
    from bot.delivery.inbox import InboxRecovery, InboxWork
    from bot.delivery.transcript import TranscriptWork
    from bot.ports import Work

LONGEST_PING = 3
"""Seconds; a load balancer asks again soon."""


class UnitOfWork:
    """A transaction on one workspace's data; satisfies what every room asks for by structure."""

    def __init__(self, session: AsyncSession, workspace: str) -> None:
        self.charters = CharterRepository(session, workspace)
        self.bindings = BindingRepository(session, workspace)
        self.roles = RoleRepository(session, workspace)
        self.verdicts = VerdictRepository(session, workspace)
        self.calls = CallRepository(session, workspace)
        self.opinions = OpinionRepository(session, workspace)
        self.spending = SpendingRepository(session, workspace)
        self.hints = HintRepository(session, workspace)
        self.inbox = InboxRepository(session, workspace)
        self.transcript = TranscriptRepository(session, workspace)


class Storage:
    """Opens units of work on a database; satisfies `bot.ports.Work` for every room."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._transaction = transactions(engine)
        self.recovery = Recovery(self._transaction)
        self.vectors = Vectors(self._transaction)
        self.slack = SlackTables(self._transaction)

    def __call__(self, workspace: str, /) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction: commits when the block ends, rolls back when it raises."""
        return self._unit_of_work(workspace)

    async def ping(self) -> None:
        """Raises when the database does not answer within a few seconds, or its file is gone."""
        file = database_file(self._engine.url)
        if file and not await asyncio.to_thread(file.exists):
            # SQLite would go on, and all that it saves would be lost with the process.
            raise StorageProblem(f"The database file {str(file)!r} is gone. Restore a backup.")
        async with asyncio.timeout(LONGEST_PING), self._transaction() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _unit_of_work(self, workspace: str) -> AsyncIterator[UnitOfWork]:
        async with self._transaction() as session:
            yield UnitOfWork(session, workspace)


if TYPE_CHECKING:

    def _satisfies(
        storage: Storage,
    ) -> tuple[
        "Work[CharterWork]",
        "Work[AskWork]",
        "Work[InboxWork]",
        "Work[TranscriptWork]",
        "InboxRecovery",
    ]:
        # Checked by mypy alone: a room that asks for something new is noticed here.
        return storage, storage, storage, storage, storage.recovery
