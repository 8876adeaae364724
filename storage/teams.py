"""What the Teams adapter keeps: where conversations are, who people are, what was sent.

Each method is its own short transaction. Nothing here is needed to understand the product's data.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, delete, select, update
from sqlmodel import Field, col

from storage.columns import Id, Instant, Words
from storage.engine import Transactions
from storage.repository import Row, count, insert_new, insert_or_replace


class TeamsConversationRow(Row, table=True):
    """Where a conversation is; `told` is the adapter's own writing."""

    __tablename__ = "teams_conversation"
    __table_args__ = (Index(None, "workspace", "person_id"), Index(None, "workspace", "team_id"))

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    told: str = Field(sa_type=Words)
    person_id: str | None = Field(sa_type=Id)
    """Whose own conversation it is."""
    team_id: str | None = Field(sa_type=Id)
    dead: bool
    """The bot may not write there any more."""
    at: datetime = Field(sa_type=Instant)


class TeamsPersonRow(Row, table=True):
    """Who somebody is: Teams' own id of them, and their name."""

    __tablename__ = "teams_person"

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    account: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=Instant)


class TeamsMessageRow(Row, table=True):
    """A message that was sent, or something kept to be shown later."""

    __tablename__ = "teams_message"
    __table_args__ = (Index(None, "forget_at"), Index(None, "workspace", "message"))

    workspace: str = Field(primary_key=True, sa_type=Id)
    key: str = Field(primary_key=True, sa_type=Id)
    message: str | None = Field(sa_type=Id)
    """Teams' id of it; None while it is not known to be sent."""
    conversation_id: str | None = Field(sa_type=Id)
    seen_by: str = Field(sa_type=Id)
    """Who alone sees it; empty is everybody there."""
    feedback: str = Field(sa_type=Words)
    kept: str | None = Field(sa_type=Words)
    """What is needed to show more of it, in the adapter's own writing."""
    forget_at: datetime | None = Field(sa_type=Instant)


_MESSAGE: Any = TeamsMessageRow.__table__  # type: ignore[attr-defined]
_SENT = ("workspace", "key", "message", "conversation_id", "seen_by", "feedback", "forget_at")
_MARK = (
    f"INSERT INTO teams_message ({', '.join(_SENT)}) VALUES {{rows}} "  # noqa: S608
    f"ON CONFLICT (workspace, key) DO UPDATE SET kept = NULL, "
    f"{', '.join(f'{name} = excluded.{name}' for name in _SENT[2:])}"
)


class TeamsTables:
    """Satisfies `adapters.teams.stored.TeamsStorage`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transaction = transactions
        dialect = transactions.dialect
        self._mark = "?" if dialect.name == "sqlite" else "%s"
        types = [_MESSAGE.columns[name].type for name in _SENT]
        self._as_stored = [each.bind_processor(dialect) or _as_it_is for each in types]

    # Conversations

    async def put_conversation(
        self,
        workspace: str,
        id_: str,
        told: str,
        *,
        person: str | None,
        team: str | None,
        at: datetime,
    ) -> None:
        """In place of what was told before; it is alive then."""
        row = TeamsConversationRow(
            workspace=workspace,
            id=id_,
            told=told,
            person_id=person or None,
            team_id=team or None,
            dead=False,
            at=at,
        )
        async with self._transaction() as session:
            await insert_or_replace(session, row)

    async def conversation(self, workspace: str, id_: str) -> tuple[str, bool] | None:
        """What was told, and whether it is dead; None when nothing is known of it."""
        async with self._transaction() as session:
            row = await session.get(TeamsConversationRow, (workspace, id_))
            return (row.told, row.dead) if row else None

    async def personal(self, workspace: str, person: str) -> str | None:
        """What was told of the person's own conversation, if it is alive."""
        return await self._told(workspace, person)

    async def latest(self, workspace: str) -> str | None:
        """What was told last of any conversation of the workspace that is alive."""
        return await self._told(workspace, None)

    async def mark_dead(self, workspace: str, id_: str) -> None:
        """The bot may not write there any more."""
        await self._mark_dead(workspace, col(TeamsConversationRow.id) == id_)

    async def mark_team_dead(self, workspace: str, team: str) -> None:
        """The same for every conversation of the team."""
        await self._mark_dead(workspace, col(TeamsConversationRow.team_id) == team)

    async def _mark_dead(self, workspace: str, which: ColumnElement[bool]) -> None:
        of_workspace = col(TeamsConversationRow.workspace) == workspace
        async with self._transaction() as session:
            await count(
                session, update(TeamsConversationRow).where(of_workspace, which).values(dead=True)
            )

    async def _told(self, workspace: str, person: str | None) -> str | None:
        row = TeamsConversationRow
        found = (
            select(col(row.told))
            .where(col(row.workspace) == workspace, col(row.dead).is_(False))
            .order_by(col(row.at).desc(), col(row.id))
            .limit(1)
        )
        if person is not None:
            found = found.where(col(row.person_id) == person)
        async with self._transaction() as session:
            return (await session.scalars(found)).first()

    # People

    async def put_person(
        self, workspace: str, person: str, account: str, name: str, at: datetime
    ) -> None:
        """In place of what was known; an empty `account` or `name` leaves that as it is."""
        async with self._transaction() as session:
            known = await session.get(TeamsPersonRow, (workspace, person))
            row = TeamsPersonRow(
                workspace=workspace,
                id=person,
                account=account or (known.account if known else ""),
                name=name or (known.name if known else ""),
                at=at,
            )
            await insert_or_replace(session, row)

    async def people(self, workspace: str, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Account and name, of those that are known."""
        async with self._transaction() as session:
            rows = await session.scalars(
                select(TeamsPersonRow).where(
                    col(TeamsPersonRow.workspace) == workspace, col(TeamsPersonRow.id).in_(ids)
                )
            )
            return {row.id: (row.account, row.name) for row in rows}

    # Messages

    async def sent(self, workspace: str, key: str) -> str | None:
        """Teams' id of the message sent under the key; None when it is not known to be sent."""
        row = await self._message(workspace, key)
        return row.message if row else None

    async def mark_all_sent(
        self, sent: Sequence[tuple[str, str, str, str, str, str, datetime | None]]
    ) -> None:
        """Remember them: workspace, key, message, conversation, who alone sees it ("" is everybody
        there), what its feedback is on, and until when (None is for good)."""
        # One a key, in order: a statement cannot change a row twice, and two processes that mark
        # the same keys never wait for each other in a circle.
        last = sorted({each[:2]: each for each in sent}.values(), key=lambda each: each[:2])
        row = f"({', '.join([self._mark] * len(_SENT))})"
        values = [
            as_stored(value)
            for each in last
            for as_stored, value in zip(self._as_stored, each, strict=True)
        ]
        statement = _MARK.format(rows=", ".join([row] * len(last)))
        await self._transaction.at_once(statement, tuple(values))

    async def said(self, workspace: str, conversation: str, message: str) -> tuple[str, str] | None:
        """By whom the message is seen, and its feedback value; None for one we know nothing of."""
        row = TeamsMessageRow
        async with self._transaction() as session:
            found = await session.execute(
                select(col(row.seen_by), col(row.feedback))
                .where(
                    col(row.workspace) == workspace,
                    col(row.message) == message,
                    col(row.conversation_id) == conversation,
                )
                # Noted under several keys, the narrowest audience counts.
                .order_by(col(row.seen_by).desc())
                .limit(1)
            )
            first = found.first()
        return (first[0], first[1]) if first else None

    async def keep(self, workspace: str, key: str, text: str, forget_at: datetime) -> None:
        """Keep the text under a new key."""
        row = TeamsMessageRow(
            workspace=workspace,
            key=key,
            message=None,
            conversation_id=None,
            seen_by="",
            feedback="",
            kept=text,
            forget_at=forget_at,
        )
        async with self._transaction() as session:
            await insert_new(session, row)

    async def kept(self, workspace: str, key: str) -> str | None:
        """The text kept under the key."""
        row = await self._message(workspace, key)
        return row.kept if row else None

    async def forget_before(self, at: datetime) -> int:
        """Remove what was to be forgotten by then; how many."""
        async with self._transaction() as session:
            return await count(
                session, delete(TeamsMessageRow).where(col(TeamsMessageRow.forget_at) < at)
            )

    async def _message(self, workspace: str, key: str) -> TeamsMessageRow | None:
        async with self._transaction() as session:
            return await session.get(TeamsMessageRow, (workspace, key))


def _as_it_is(value: Any) -> Any:
    return value
