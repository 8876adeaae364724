"""The inbox's table: events that were accepted, and the keys of those that are finished."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Index, case, delete, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from bot.delivery.inbox import Accepted, EventId, Seals
from bot.errors import Problem
from bot.events import EVENT, Event
from storage.columns import Id, Instant, Words
from storage.engine import Transactions
from storage.repository import Repository, Row, count, insert_new

log = logging.getLogger(__name__)

SEALED = "sealed|"
"""What a sealed event begins with where it is stored; others are JSON."""


class InboxRow(Row, table=True):
    """An event; once it is finished, its key alone."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_unfinished",
            "lease_until",
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(
            "ix_inbox_finished",
            "finished_at",
            sqlite_where=text("finished_at IS NOT NULL"),
            postgresql_where=text("finished_at IS NOT NULL"),
        ),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    channel: str = Field(primary_key=True, sa_type=Id)
    key: str = Field(primary_key=True, sa_type=Id)
    event: str | None = Field(sa_type=Words)
    """JSON, read one by one: an event of another version of the program that cannot be read must
    not keep the others back. None once it is finished."""
    tries: int
    lease_until: datetime | None = Field(sa_type=Instant)
    """None: let go of. Whoever leases it next need not wait."""
    finished_at: datetime | None = Field(sa_type=Instant)

    @classmethod
    def from_model(cls, accepted: Accepted, stored: str, lease_until: datetime) -> "InboxRow":
        """The event's row, leased, with what is stored of it (`stored_as`)."""
        return cls(
            workspace=accepted.event.workspace,
            channel=accepted.channel,
            key=accepted.event.key,
            event=stored,
            tries=accepted.tries,
            lease_until=lease_until,
            finished_at=None,
        )

    async def to_model(self, seals: Seals) -> Accepted | None:
        """The event; None where it is sealed for ever. Raises ValidationError where this version
        of the program cannot read it."""
        text = self.event or ""
        if text.startswith(SEALED):
            event = await seals.open(self.workspace, text.removeprefix(SEALED))
            if event is None:
                return None
        else:
            event = EVENT.validate_json(text)
        return Accepted(channel=self.channel, event=event, tries=self.tries)


async def stored_as(event: Event, seals: Seals) -> str:
    """What is stored of the event."""
    sealed = await seals.seal(event)
    return EVENT.dump_json(event).decode() if sealed is None else SEALED + sealed


_TABLE: Any = InboxRow.__table__  # type: ignore[attr-defined]
_KEY = ("workspace", "channel", "key")
_NEW = (*_KEY, "event", "tries", "lease_until")
_INSERT = (
    "INSERT INTO inbox (workspace, channel, key, event, tries, lease_until) VALUES {rows} "
    "ON CONFLICT DO NOTHING RETURNING workspace, channel, key"
)
_FINISH = (
    "UPDATE inbox SET event = NULL, lease_until = NULL, "
    # Of a sealed one, nobody is to know when it came: the day must do.
    "finished_at = CASE WHEN substr(event, 1, 7) = 'sealed|' THEN {at} ELSE {at} END "
    "FROM (VALUES {keys}) AS done WHERE workspace = done.column1 AND channel = done.column2 "
    "AND key = done.column3 AND finished_at IS NULL"
)


class InboxRepository(Repository):
    """Satisfies `bot.delivery.inbox.InboxRows`."""

    def __init__(self, session: AsyncSession, workspace: str, seals: Seals) -> None:
        super().__init__(session, workspace)
        self._seals = seals

    async def add(self, channel: str, event: Event, lease_until: datetime) -> bool:
        """Store the event, leased; False when its key was there before."""
        if event.workspace != self._workspace:
            raise ValueError("an event is stored in its own workspace")
        accepted = Accepted(channel=channel, event=event, tries=1)
        stored = await stored_as(event, self._seals)
        row = InboxRow.from_model(accepted, stored, lease_until)
        return await insert_new(self._session, row) == 1

    async def finish(self, channel: str, key: str, at: datetime) -> None:
        """Forget the event's content, remember its key."""
        await self._count(
            update(InboxRow)
            .where(
                col(InboxRow.workspace) == self._workspace,
                col(InboxRow.channel) == channel,
                col(InboxRow.key) == key,
                col(InboxRow.finished_at).is_(None),
            )
            .values(
                event=None,
                lease_until=None,
                finished_at=case((_SEALED, literal(_day(at), Instant)), else_=at),
            )
        )


class Recovery:
    """Satisfies `bot.delivery.inbox.InboxRecovery`; each method is its own transaction, over all
    workspaces."""

    def __init__(self, transactions: Transactions, seals: Seals) -> None:
        self._transaction = transactions
        self._seals = seals
        dialect = transactions.dialect
        self._mark = "?" if dialect.name == "sqlite" else "%s"
        self._as_stored = {
            column.key: column.type.bind_processor(dialect) or _as_it_is
            for column in _TABLE.columns
        }

    async def add_all(self, accepted: Sequence[Accepted], lease_until: datetime) -> Sequence[bool]:
        """Store the events, leased; False for each whose key was there before, and for the later
        one of two copies."""
        stored = [await stored_as(each.event, self._seals) for each in accepted]
        rows = [
            self._row(_NEW, _values(each, text, lease_until))
            for each, text in zip(accepted, stored, strict=True)
        ]
        # Sorted: two processes that store the same events never wait for each other in a circle.
        statement = _INSERT.format(rows=self._marks(len(_NEW), len(rows)))
        found = await self._transaction.at_once(statement, _flat(sorted(rows, key=_id_of)))
        new = {tuple(row) for row in found}
        told = []
        for id_ in map(_id_of, rows):
            told.append(id_ in new)
            new.discard(id_)
        return told

    async def finish_all(self, done: Sequence[EventId], at: datetime) -> None:
        """Forget the events' content, remember their keys."""
        keys = [self._row(_KEY, id_._asdict()) for id_ in done]
        statement = _FINISH.format(at=self._mark, keys=self._marks(len(_KEY), len(keys)))
        (day,) = self._row(("finished_at",), {"finished_at": _day(at)})
        (stored_at,) = self._row(("finished_at",), {"finished_at": at})
        await self._transaction.at_once(statement, (day, stored_at, *_flat(sorted(keys))))

    def _row(self, names: Sequence[str], values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(self._as_stored[name](values[name]) for name in names)

    def _marks(self, columns: int, rows: int) -> str:
        row = f"({', '.join([self._mark] * columns)})"
        return ", ".join([row] * rows)

    async def lease_unfinished(
        self, now: datetime, lease_until: datetime, limit: int
    ) -> Sequence[Accepted]:
        """Events whose lease ran out, leased to us. Two at once get different ones."""
        let_go = col(InboxRow.lease_until).is_(None)
        async with self._transaction() as session:
            found = await session.scalars(
                select(InboxRow)
                .where(
                    col(InboxRow.finished_at).is_(None),
                    or_(let_go, col(InboxRow.lease_until) <= now),
                )
                .order_by(col(InboxRow.lease_until).nulls_first(), col(InboxRow.key))
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = found.all()
            for row in rows:
                row.tries += 1
                row.lease_until = lease_until
        return [accepted for row in rows if (accepted := await self._read(row, now))]

    async def _read(self, row: InboxRow, now: datetime) -> Accepted | None:
        try:
            accepted = await row.to_model(self._seals)
        except (ValidationError, Problem):
            # It stays, and is tried again when the lease ends: a newer program may read it, or
            # its key is within reach again.
            log.exception(
                "stored event cannot be read",
                extra={"workspace": row.workspace, "channel": row.channel, "key": row.key},
            )
            return None
        if accepted is None:
            log.warning("an event's key was destroyed before it was answered")
            await self.finish_all([EventId(row.workspace, row.channel, row.key)], now)
        return accepted

    async def release_all(self) -> None:
        """Let go of every lease."""
        async with self._transaction() as session:
            unfinished = col(InboxRow.finished_at).is_(None)
            await count(session, update(InboxRow).where(unfinished).values(lease_until=None))

    async def forget_before(self, at: datetime) -> int:
        """Remove keys of events finished before `at`; how many."""
        async with self._transaction() as session:
            return await count(session, delete(InboxRow).where(col(InboxRow.finished_at) < at))


def _values(accepted: Accepted, stored: str, lease_until: datetime) -> Mapping[str, Any]:
    return accepted.id._asdict() | {
        "event": stored,
        "tries": accepted.tries,
        "lease_until": lease_until,
    }


def _as_it_is(value: Any) -> Any:
    return value


def _id_of(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[: len(_KEY)]


def _flat(rows: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(value for row in rows for value in row)


_SEALED = func.substr(col(InboxRow.event), 1, len(SEALED)) == SEALED


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
