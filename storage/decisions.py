"""The tables of decisions: the chained record, and each decision as its record adds up to."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    type_coerce,
)
from sqlmodel import Field, col

from bot.decisions.model import Decision, Entry
from bot.decisions.ports import Sight, Wanted
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, T, insert_all, insert_new, insert_or_replace

CHUNK = 500
"""Rows written at once."""
READ_AT_ONCE = 40
"""So many decisions take about as long as handing them to a thread and back."""
S = TypeVar("S")


class DecisionChainRow(Row, table=True):
    """The end of a workspace's chain. Whoever appends holds it, one after another."""

    __tablename__ = "decision_chain"

    workspace: str = Field(primary_key=True, sa_type=Id)
    length: int
    highest: int
    """The highest number that a decision was given."""


class DecisionEntryRow(Row, table=True):
    """One entry of the record; never changed, never removed."""

    __tablename__ = "decision_entry"
    __table_args__ = (
        Index(None, "workspace", "decision_id", "number"),
        Index(None, "workspace", "key"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    number: int = Field(primary_key=True)
    decision_id: str = Field(sa_type=Id)
    key: str = Field(sa_type=Id)
    entry: Entry = Field(sa_type=json_of(Entry))

    @classmethod
    def from_model(cls, workspace: str, entry: Entry) -> "DecisionEntryRow":
        """The entry's row."""
        return cls(**cls.values(workspace, entry))

    @staticmethod
    def values(workspace: str, entry: Entry) -> dict[str, Any]:
        """The entry's columns."""
        return {
            "workspace": workspace,
            "number": entry.number,
            "decision_id": entry.decision_id,
            "key": entry.key,
            "entry": entry,
        }

    def to_model(self) -> Entry:
        """The entry."""
        return self.entry


class DecisionRow(Row, table=True):
    """A decision as it stands, with what it is looked for by."""

    __tablename__ = "decision"
    __table_args__ = (
        Index(None, "workspace", "number", unique=True),
        Index(None, "workspace", "state", "check_on"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    number: int
    charter_id: str = Field(sa_type=Id)
    state: str = Field(sa_type=Id)
    check_on: date | None
    recorded_at: datetime = Field(sa_type=Instant)
    private_to: str | None = Field(sa_type=Words)
    words: str = Field(sa_type=Words)
    """All that is searched, whatever its case."""
    decision: Decision = Field(sa_type=json_of(Decision))
    """All but its later check-ins, which a version before this would not know in there."""
    later_checks: tuple[date, ...] | None = Field(sa_type=json_of(tuple[date, ...]))

    @classmethod
    def from_model(cls, workspace: str, decision: Decision) -> "DecisionRow":
        """The decision's row."""
        return cls(**cls.values(workspace, decision))

    @staticmethod
    def values(workspace: str, decision: Decision) -> dict[str, Any]:
        """The decision's columns."""
        return {
            "workspace": workspace,
            "id": decision.id,
            "number": decision.number,
            "charter_id": decision.charter_id,
            "state": decision.state,
            "check_on": decision.check_on,
            "recorded_at": decision.recorded_at,
            "private_to": decision.private_to,
            "words": f"{decision.name}\n{decision.words}".casefold(),
            "decision": decision.model_copy(update={"later_checks": ()}),
            "later_checks": decision.later_checks or None,
        }

    def to_model(self) -> Decision:
        """The decision."""
        return self.decision.model_copy(update={"later_checks": self.later_checks or ()})


class DecisionTieRow(Row, table=True):
    """What a decision is tied to: a person ("person", who knows it) or a charter line ("line")."""

    __tablename__ = "decision_tie"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "decision_id"], ["decision.workspace", "decision.id"]),
        Index(None, "workspace", "kind", "to"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    decision_id: str = Field(primary_key=True, sa_type=Id)
    kind: str = Field(primary_key=True, sa_type=Id)
    to: str = Field(primary_key=True, sa_type=Id)


class DecisionRepository(Repository):
    """Satisfies `bot.decisions.ports.Decisions`."""

    async def head(self) -> Entry | None:
        """The chain's last entry; the chain is ours until the transaction ends."""
        chain = await self._chain()
        row = await self._first(
            select(DecisionEntryRow).where(
                col(DecisionEntryRow.workspace) == self._workspace,
                col(DecisionEntryRow.number) == chain.length,
            )
        )
        return row.to_model() if row else None

    async def add(self, entry: Entry, decision: Decision) -> None:
        """Append the entry, and store the decision as it is after it."""
        chain = await self._chain()
        if entry.number != chain.length + 1:
            raise ValueError("an entry goes to the end of the chain")
        await insert_new(self._session, DecisionEntryRow.from_model(self._workspace, entry))
        await insert_or_replace(
            self._session,
            DecisionChainRow(
                workspace=self._workspace,
                length=entry.number,
                highest=max(chain.highest, decision.number),
            ),
        )
        await insert_or_replace(self._session, DecisionRow.from_model(self._workspace, decision))
        await self._tie(decision)

    async def begin_with(self, entries: Sequence[Entry], decisions: Sequence[Decision]) -> None:
        """A whole record at once, where there is none, and the decisions that it adds up to."""
        if (await self._chain()).length:
            raise ValueError("there is a record already")
        workspace = self._workspace
        for start in range(0, len(entries), CHUNK):
            some = entries[start : start + CHUNK]
            await self._insert(
                DecisionEntryRow, [DecisionEntryRow.values(workspace, each) for each in some]
            )
        for start in range(0, len(decisions), CHUNK):
            part = decisions[start : start + CHUNK]
            await self._insert(DecisionRow, [DecisionRow.values(workspace, each) for each in part])
            await self._insert(DecisionTieRow, [tie for each in part for tie in self._ties(each)])
        highest = max((each.number for each in decisions), default=0)
        chain = DecisionChainRow(workspace=workspace, length=len(entries), highest=highest)
        await insert_or_replace(self._session, chain)

    async def entry_of(self, key: str) -> Entry | None:
        """The entry that this event made."""
        row = await self._first(
            select(DecisionEntryRow).where(
                col(DecisionEntryRow.workspace) == self._workspace,
                col(DecisionEntryRow.key) == key,
            )
        )
        return row.to_model() if row else None

    async def get(self, decision_id: str) -> Decision | None:
        """The decision."""
        return await self._one(col(DecisionRow.id) == decision_id)

    async def numbered(self, number: int) -> Decision | None:
        """The decision of that number."""
        return await self._one(col(DecisionRow.number) == number)

    async def highest(self) -> int:
        """The highest number given so far."""
        return (await self._chain()).highest

    async def history(self, decision_id: str) -> Sequence[Entry]:
        """The decision's entries, oldest first."""
        rows = await self._all(
            select(DecisionEntryRow)
            .where(
                col(DecisionEntryRow.workspace) == self._workspace,
                col(DecisionEntryRow.decision_id) == decision_id,
            )
            .order_by(col(DecisionEntryRow.number))
        )
        return [row.to_model() for row in rows]

    async def find(
        self, wanted: Wanted, sight: Sight, *, limit: int, offset: int = 0
    ) -> Sequence[Decision]:
        """The newest first; where `due_by` is given, the soonest to be checked first."""
        newest = col(DecisionRow.number).desc()
        order = (col(DecisionRow.check_on), newest) if wanted.due_by else (newest,)
        statement = select(_DECISION, _LATER).where(self._wanted(wanted, sight)).order_by(*order)
        rows = (await self._session.execute(statement.limit(limit).offset(offset))).all()
        return await _aside(_decision_of, [(said, later) for said, later in rows])

    async def count(self, wanted: Wanted, sight: Sight) -> int:
        """How many there are."""
        statement = select(func.count()).select_from(DecisionRow)
        return int(await self._session.scalar(statement.where(self._wanted(wanted, sight))) or 0)

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """The chain from behind entry `after`, in order."""
        rows = await self._session.scalars(
            select(_ENTRY)
            .where(
                col(DecisionEntryRow.workspace) == self._workspace,
                col(DecisionEntryRow.number) > after,
            )
            .order_by(col(DecisionEntryRow.number))
            .limit(limit)
        )
        return await _aside(Entry.model_validate_json, rows.all())

    async def _chain(self) -> DecisionChainRow:
        empty = DecisionChainRow(workspace=self._workspace, length=0, highest=0)
        await insert_new(self._session, empty)
        found = await self._first(
            select(DecisionChainRow)
            .where(col(DecisionChainRow.workspace) == self._workspace)
            .with_for_update()
        )
        return found or empty

    async def _one(self, which: ColumnElement[bool]) -> Decision | None:
        row = await self._first(
            select(DecisionRow).where(col(DecisionRow.workspace) == self._workspace, which)
        )
        return row.to_model() if row else None

    async def _tie(self, decision: Decision) -> None:
        """Its ties are what it says now, so that lists show what `may_be_seen` allows."""
        of_it = and_(
            col(DecisionTieRow.workspace) == self._workspace,
            col(DecisionTieRow.decision_id) == decision.id,
        )
        await self._session.execute(delete(DecisionTieRow).where(of_it))
        await insert_all(self._session, DecisionTieRow, self._ties(decision))

    def _ties(self, decision: Decision) -> list[dict[str, str]]:
        ties = {("person", person.id) for person in decision.knows}
        ties |= {("line", link.ref) for link in decision.lines}
        of_it = {"workspace": self._workspace, "decision_id": decision.id}
        return [{**of_it, "kind": kind, "to": to} for kind, to in sorted(ties)]

    async def _insert(self, table: type[Row], values: Sequence[Mapping[str, Any]]) -> None:
        if values:
            # Into the table itself: by the row's class, each is written by a statement of its own.
            into: Any = table.__table__  # type: ignore[attr-defined]
            await self._session.execute(insert(into), values)

    def _wanted(self, wanted: Wanted, sight: Sight) -> ColumnElement[bool]:
        conditions = [col(DecisionRow.workspace) == self._workspace, self._seen(sight)]
        if wanted.state == "open":
            conditions.append(col(DecisionRow.state) == "open")
        elif wanted.state == "ended":
            conditions.append(col(DecisionRow.state) != "open")
        if wanted.due_by:
            conditions += [
                col(DecisionRow.state) == "open",
                col(DecisionRow.check_on) <= wanted.due_by,
            ]
        if wanted.charter_id:
            conditions.append(col(DecisionRow.charter_id) == wanted.charter_id)
        if wanted.family:
            conditions.append(col(DecisionRow.charter_id).in_(wanted.family))
        if wanted.person_id:
            conditions.append(self._tied("person", wanted.person_id))
        if wanted.line:
            conditions.append(self._tied("line", wanted.line))
        conditions += [
            col(DecisionRow.words).contains(word, autoescape=True)
            for word in wanted.text.casefold().split()
        ]
        return and_(*conditions)

    def _seen(self, sight: Sight) -> ColumnElement[bool]:
        if sight.everything:
            return true()
        seen = or_(
            col(DecisionRow.private_to).is_(None),
            col(DecisionRow.private_to) == sight.conversation_id,
        )
        return or_(seen, self._tied("person", sight.person_id)) if sight.alone else seen

    def _tied(self, kind: str, to: str) -> ColumnElement[bool]:
        return exists().where(
            col(DecisionTieRow.workspace) == self._workspace,
            col(DecisionTieRow.decision_id) == col(DecisionRow.id),
            col(DecisionTieRow.kind) == kind,
            col(DecisionTieRow.to) == to,
        )


_DECISION = type_coerce(col(DecisionRow.decision), Text)
_LATER = col(DecisionRow.later_checks)
_ENTRY = type_coerce(col(DecisionEntryRow.entry), Text)
"""As they are stored, to be read where nobody waits for it."""


def _decision_of(stored: tuple[str, tuple[date, ...] | None]) -> Decision:
    decision = Decision.model_validate_json(stored[0])
    return decision.model_copy(update={"later_checks": stored[1]}) if stored[1] else decision


async def _aside(read: Callable[[S], T], stored: Sequence[S]) -> list[T]:
    """Each as it reads; many are read in a thread, as a thousand take longer than the event loop
    may stand still."""
    if len(stored) <= READ_AT_ONCE:
        return [read(each) for each in stored]
    return await asyncio.to_thread(lambda: [read(each) for each in stored])
