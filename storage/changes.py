"""The tables of changes: proposals, their histories, and what judges said of their impact."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, and_, or_, select, update
from sqlmodel import Field, col

from bot.changes.model import Entry, Judging, Proposal, Rejudged, State
from bot.events import Person
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace


class ProposalNumbersRow(Row, table=True):
    """The highest number that a workspace's proposals were given. Whoever adds one holds it."""

    __tablename__ = "proposal_numbers"

    workspace: str = Field(primary_key=True, sa_type=Id)
    highest: int


class ProposalRow(Row, table=True):
    """A proposal as it stands, with what it is looked for by."""

    __tablename__ = "proposal"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
        Index(None, "workspace", "number", unique=True),
        Index(None, "workspace", "charter_id", "state"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    number: int
    charter_id: str = Field(sa_type=Id)
    state: State = Field(sa_type=Id)
    by_id: str = Field(sa_type=Id)
    proposal: Proposal = Field(sa_type=json_of(Proposal))

    @classmethod
    def from_model(cls, workspace: str, proposal: Proposal) -> "ProposalRow":
        """The proposal's row."""
        return cls(
            workspace=workspace,
            id=proposal.id,
            number=proposal.number,
            charter_id=proposal.charter_id,
            state=proposal.state,
            by_id=proposal.by.id,
            proposal=proposal,
        )

    def to_model(self) -> Proposal:
        """The proposal."""
        return self.proposal


class ProposalEntryRow(Row, table=True):
    """One deed in a proposal's history; never changed, never removed."""

    __tablename__ = "proposal_entry"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "proposal_id"], ["proposal.workspace", "proposal.id"]),
        Index(None, "workspace", "key"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    proposal_id: str = Field(primary_key=True, sa_type=Id)
    number: int = Field(primary_key=True)
    key: str = Field(sa_type=Id)
    entry: Entry = Field(sa_type=json_of(Entry))

    @classmethod
    def from_model(cls, workspace: str, entry: Entry) -> "ProposalEntryRow":
        """The entry's row."""
        return cls(
            workspace=workspace,
            proposal_id=entry.proposal_id,
            number=entry.number,
            key=entry.key,
            entry=entry,
        )

    def to_model(self) -> Entry:
        """The entry."""
        return self.entry


class JudgingRow(Row, table=True):
    """One round of judging what a proposal would flip."""

    __tablename__ = "proposal_judging"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "proposal_id"], ["proposal.workspace", "proposal.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    proposal_id: str = Field(primary_key=True, sa_type=Id)
    edition: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    subjects: tuple[str, ...] = Field(sa_type=json_of(tuple[str, ...]))
    asked_by: Person = Field(sa_type=json_of(Person))
    asked_at: datetime = Field(sa_type=Instant)
    held_until: datetime | None = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)
    stopped: str = Field(sa_type=Words)

    @classmethod
    def from_model(cls, workspace: str, judging: Judging) -> "JudgingRow":
        """The round's row."""
        return cls(
            workspace=workspace,
            **{name: getattr(judging, name) for name in Judging.model_fields},
        )

    def to_model(self) -> Judging:
        """The round."""
        return Judging(**{name: getattr(self, name) for name in Judging.model_fields})


class RejudgedRow(Row, table=True):
    """What a judge said of one question or decision under a proposed text."""

    __tablename__ = "proposal_rejudged"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "proposal_id"], ["proposal.workspace", "proposal.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    proposal_id: str = Field(primary_key=True, sa_type=Id)
    edition: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    subject: str = Field(primary_key=True, sa_type=Id)
    rejudged: Rejudged = Field(sa_type=json_of(Rejudged))

    @classmethod
    def from_model(cls, workspace: str, version: int, rejudged: Rejudged) -> "RejudgedRow":
        """The answer's row."""
        return cls(
            workspace=workspace,
            proposal_id=rejudged.proposal_id,
            edition=rejudged.edition,
            version=version,
            subject=rejudged.subject,
            rejudged=rejudged,
        )

    def to_model(self) -> Rejudged:
        """The answer."""
        return self.rejudged


class ProposalRepository(Repository):
    """Satisfies `bot.changes.ports.Proposals`."""

    async def add(self, proposal: Proposal, entry: Entry) -> Proposal | None:
        """Store a new one under the next free number; None when it is there already."""
        numbers = ProposalNumbersRow(workspace=self._workspace, highest=0)
        await insert_new(self._session, numbers)
        there = await self._first(
            select(col(ProposalNumbersRow.highest))
            .where(col(ProposalNumbersRow.workspace) == self._workspace)
            .with_for_update()
        )
        number = (there or 0) + 1
        numbered = proposal.model_copy(update={"number": number})
        if not await insert_new(self._session, ProposalRow.from_model(self._workspace, numbered)):
            return None
        numbers = ProposalNumbersRow(workspace=self._workspace, highest=number)
        await insert_or_replace(self._session, numbers)
        await self._append(entry)
        return numbered

    async def put(self, proposal: Proposal, entry: Entry) -> None:
        """Store its new state, and append what was done to its history."""
        await insert_or_replace(self._session, ProposalRow.from_model(self._workspace, proposal))
        await self._append(entry)

    async def get(self, proposal_id: str) -> Proposal | None:
        """The proposal, ours until the transaction ends."""
        row = await self._first(
            select(ProposalRow)
            .where(
                col(ProposalRow.workspace) == self._workspace, col(ProposalRow.id) == proposal_id
            )
            .with_for_update(key_share=True)
            # Another transaction may have changed it while this one waited.
            .execution_options(populate_existing=True)
        )
        return row.to_model() if row else None

    async def numbered(self, number: int) -> Proposal | None:
        """The proposal of that number."""
        row = await self._first(
            select(ProposalRow).where(
                col(ProposalRow.workspace) == self._workspace, col(ProposalRow.number) == number
            )
        )
        return row.to_model() if row else None

    async def entry_of(self, key: str) -> Entry | None:
        """The entry that this event made."""
        row = await self._first(
            select(ProposalEntryRow).where(
                col(ProposalEntryRow.workspace) == self._workspace,
                col(ProposalEntryRow.key) == key,
            )
        )
        return row.to_model() if row else None

    async def history(self, proposal_id: str) -> Sequence[Entry]:
        """Oldest first."""
        rows = await self._all(
            select(ProposalEntryRow)
            .where(
                col(ProposalEntryRow.workspace) == self._workspace,
                col(ProposalEntryRow.proposal_id) == proposal_id,
            )
            .order_by(col(ProposalEntryRow.number))
        )
        return [row.to_model() for row in rows]

    async def find(
        self,
        *,
        states: Sequence[State] = (),
        charter_id: str = "",
        by: str = "",
        limit: int,
        offset: int = 0,
    ) -> Sequence[Proposal]:
        """The newest first."""
        where: list[ColumnElement[bool]] = [col(ProposalRow.workspace) == self._workspace]
        if states:
            where.append(col(ProposalRow.state).in_(states))
        if charter_id:
            where.append(col(ProposalRow.charter_id) == charter_id)
        if by:
            where.append(col(ProposalRow.by_id) == by)
        rows = await self._all(
            select(ProposalRow)
            .where(*where)
            .order_by(col(ProposalRow.number).desc())
            .limit(limit)
            .offset(offset)
        )
        return [row.to_model() for row in rows]

    async def _append(self, entry: Entry) -> None:
        if not await insert_new(self._session, ProposalEntryRow.from_model(self._workspace, entry)):
            raise ValueError("an entry goes to the end of the history")


class ImpactRepository(Repository):
    """Satisfies `bot.changes.ports.Impacts`."""

    async def put(self, judging: Judging) -> None:
        """Store the round, new or in its new state."""
        await insert_or_replace(self._session, JudgingRow.from_model(self._workspace, judging))

    async def of(self, proposal_id: str, edition: int, version: int) -> Judging | None:
        """The round."""
        row = await self._first(
            select(JudgingRow).where(self._round(proposal_id, edition, version))
        )
        return row.to_model() if row else None

    async def hold(self, judging: Judging, now: datetime, until: datetime) -> bool:
        """Take the round until then; False where somebody else holds it, or it is finished."""
        free = or_(col(JudgingRow.held_until).is_(None), col(JudgingRow.held_until) <= now)
        taken = await self._count(
            update(JudgingRow)
            .where(
                self._round(judging.proposal_id, judging.edition, judging.version),
                col(JudgingRow.finished_at).is_(None),
                free,
            )
            .values(held_until=until)
        )
        return bool(taken)

    async def keep(self, judging: Judging, until: datetime | None) -> None:
        """Go on holding the round until then; None lets go of it."""
        await self._count(
            update(JudgingRow)
            .where(self._round(judging.proposal_id, judging.edition, judging.version))
            .values(held_until=until)
        )

    async def note(self, version: int, rejudged: Rejudged) -> None:
        """Store one answer, in place of an earlier one on the same subject."""
        row = RejudgedRow.from_model(self._workspace, version, rejudged)
        await insert_or_replace(self._session, row)

    async def noted(self, proposal_id: str, edition: int, version: int) -> Sequence[Rejudged]:
        """Every answer of the round."""
        rows = await self._all(
            select(RejudgedRow).where(
                col(RejudgedRow.workspace) == self._workspace,
                col(RejudgedRow.proposal_id) == proposal_id,
                col(RejudgedRow.edition) == edition,
                col(RejudgedRow.version) == version,
            )
        )
        return [row.to_model() for row in rows]

    def _round(self, proposal_id: str, edition: int, version: int) -> ColumnElement[bool]:
        return and_(
            col(JudgingRow.workspace) == self._workspace,
            col(JudgingRow.proposal_id) == proposal_id,
            col(JudgingRow.edition) == edition,
            col(JudgingRow.version) == version,
        )
