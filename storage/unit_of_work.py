"""The one concrete unit of work: every room's repositories on one workspace's data."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.delivery.inbox import NothingSealed, Seals
from storage.announcing import AnnouncementRepository, NewcomerRepository, PlaceRepository
from storage.ask import (
    CallRepository,
    HintRepository,
    OpinionRepository,
    VerdictRepository,
)
from storage.changes import ImpactRepository, ProposalRepository
from storage.charter import BindingRepository, CharterRepository, RoleRepository
from storage.check import CheckRepository
from storage.clock import DatabaseClock
from storage.decisions import DecisionRepository
from storage.due import DueTables
from storage.engine import database_file, transactions
from storage.exercise import ExerciseRepository
from storage.inbox import InboxRepository, Recovery
from storage.outbox import OutboxRepository
from storage.overview import OperatorTables
from storage.problems import StorageProblem
from storage.pulse import BallotRepository, EditionRepository, PulseRepository
from storage.pulse_upkeep import PulseTables
from storage.ranking import RankingRepository
from storage.reminders import ReminderRepository
from storage.sending import SendingTables
from storage.settings import TimeSettingsRepository
from storage.slack import SlackTables
from storage.spending import SpendingRepository
from storage.teams import TeamsTables
from storage.transcript import TranscriptRepository
from storage.upkeep import UpkeepTables
from storage.vectors import Vectors
from storage.whole import Whole

if TYPE_CHECKING:
    from bot.announcing.ports import AnnouncingWork
    from bot.ask.ports import AskWork
    from bot.changes.ports import ImpactWork
    from bot.charter.ports import CharterWork
    from bot.check.ports import CheckWork
    from bot.decisions.ports import DecisionWork
    from bot.delivery.inbox import InboxRecovery, InboxWork
    from bot.delivery.ledger import Due, Sending, Upkeep
    from bot.delivery.overview import Operator
    from bot.delivery.ports import OutboxWork
    from bot.delivery.transcript import TranscriptWork
    from bot.exercise.ports import ExerciseWork
    from bot.ports import Work
    from bot.pulse.ports import PulseUpkeep, PulseWork
    from bot.ranking.ports import RankingWork
    from bot.reminders.ports import ReminderWork
    from bot.settings.ports import SettingsWork

LONGEST_PING = 3
"""Seconds; a load balancer asks again soon."""


class UnitOfWork:
    """A transaction on one workspace's data; satisfies what every room asks for by structure."""

    def __init__(self, session: AsyncSession, workspace: str, seals: Seals | None = None) -> None:
        self.charters = CharterRepository(session, workspace)
        self.bindings = BindingRepository(session, workspace)
        self.roles = RoleRepository(session, workspace)
        self.verdicts = VerdictRepository(session, workspace)
        self.calls = CallRepository(session, workspace)
        self.opinions = OpinionRepository(session, workspace)
        self.spending = SpendingRepository(session, workspace)
        self.hints = HintRepository(session, workspace)
        self.inbox = InboxRepository(session, workspace, seals or NothingSealed())
        self.transcript = TranscriptRepository(session, workspace)
        self.outbox = OutboxRepository(session, workspace)
        self.time_settings = TimeSettingsRepository(session, workspace)
        self.reminders = ReminderRepository(session, workspace)
        self.exercises = ExerciseRepository(session, workspace)
        self.rankings = RankingRepository(session, workspace)
        self.decisions = DecisionRepository(session, workspace)
        self.checks = CheckRepository(session, workspace)
        self.announcements = AnnouncementRepository(session, workspace)
        self.places = PlaceRepository(session, workspace)
        self.newcomers = NewcomerRepository(session, workspace)
        self.pulses = PulseRepository(session, workspace)
        self.editions = EditionRepository(session, workspace)
        self.ballots = BallotRepository(session, workspace)
        self.proposals = ProposalRepository(session, workspace)
        self.impacts = ImpactRepository(session, workspace)


class Storage:
    """Opens units of work on a database; satisfies `bot.ports.Work` for every room."""

    def __init__(self, engine: AsyncEngine, seals: Seals | None = None) -> None:
        """`seals`: how events are sealed that nobody may read in the inbox; nothing, without."""
        self._engine = engine
        self._seals = seals or NothingSealed()
        self._transaction = transactions(engine)
        self.recovery = Recovery(self._transaction, self._seals)
        self.vectors = Vectors(self._transaction)
        self.slack = SlackTables(self._transaction)
        self.teams = TeamsTables(self._transaction)
        whole = Whole(engine, self._transaction)
        self.due = DueTables(whole)
        self.sending = SendingTables(whole)
        self.upkeep = UpkeepTables(whole)
        self.operator = OperatorTables(whole)
        self.pulse_upkeep = PulseTables(engine, self._transaction)
        self.clock = DatabaseClock(engine)
        self.promised: Callable[[], None] = lambda: None
        """Called after each commit that promised something; `main` puts the engine's nudge here."""

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
            work = UnitOfWork(session, workspace, self._seals)
            yield work
        if work.outbox.promised:
            self.promised()


if TYPE_CHECKING:

    def _satisfies(
        storage: Storage,
    ) -> tuple[
        "Work[CharterWork]",
        "Work[AskWork]",
        "Work[InboxWork]",
        "Work[TranscriptWork]",
        "Work[OutboxWork]",
        "Work[SettingsWork]",
        "Work[ReminderWork]",
        "Work[ExerciseWork]",
        "Work[RankingWork]",
        "Work[DecisionWork]",
        "Work[CheckWork]",
        "Work[AnnouncingWork]",
        "Work[ImpactWork]",
        "InboxRecovery",
    ]:
        # Checked by mypy alone: a room that asks for something new is noticed here.
        s = storage
        return s, s, s, s, s, s, s, s, s, s, s, s, s, s.recovery

    def _engine_satisfies(
        storage: Storage,
    ) -> tuple["Due", "Sending", "Upkeep", "Operator"]:
        return storage.due, storage.sending, storage.upkeep, storage.operator

    def _pulse_satisfies(storage: Storage) -> tuple["Work[PulseWork]", "PulseUpkeep"]:
        return storage, storage.pulse_upkeep
