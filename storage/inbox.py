"""The inbox's table: events that were accepted, and the keys of those that are finished."""

import logging
from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Index, delete, or_, select, text, update
from sqlmodel import Field, col

from bot.delivery.inbox import Accepted
from bot.events import EVENT, Event
from storage.columns import Id, Instant, Words
from storage.engine import Transactions
from storage.repository import Repository, Row, count, insert_new

log = logging.getLogger(__name__)


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
    def from_model(cls, accepted: Accepted, lease_until: datetime) -> "InboxRow":
        """The event's row, leased."""
        return cls(
            workspace=accepted.event.workspace,
            channel=accepted.channel,
            key=accepted.event.key,
            event=EVENT.dump_json(accepted.event).decode(),
            tries=accepted.tries,
            lease_until=lease_until,
            finished_at=None,
        )

    def to_model(self) -> Accepted:
        """The event; raises ValidationError where this version of the program cannot read it."""
        event = EVENT.validate_json(self.event or "")
        return Accepted(channel=self.channel, event=event, tries=self.tries)


class InboxRepository(Repository):
    """Satisfies `bot.delivery.inbox.InboxRows`."""

    async def add(self, channel: str, event: Event, lease_until: datetime) -> bool:
        """Store the event, leased; False when its key was there before."""
        if event.workspace != self._workspace:
            raise ValueError("an event is stored in its own workspace")
        accepted = Accepted(channel=channel, event=event, tries=1)
        return await insert_new(self._session, InboxRow.from_model(accepted, lease_until)) == 1

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
            .values(event=None, lease_until=None, finished_at=at)
        )


class Recovery:
    """Satisfies `bot.delivery.inbox.InboxRecovery`; each method is its own transaction, over all
    workspaces."""

    def __init__(self, transactions: Transactions) -> None:
        self._transaction = transactions

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
        return [accepted for row in rows if (accepted := _read(row))]

    async def release_all(self) -> None:
        """Let go of every lease."""
        async with self._transaction() as session:
            unfinished = col(InboxRow.finished_at).is_(None)
            await count(session, update(InboxRow).where(unfinished).values(lease_until=None))

    async def forget_before(self, at: datetime) -> int:
        """Remove keys of events finished before `at`; how many."""
        async with self._transaction() as session:
            return await count(session, delete(InboxRow).where(col(InboxRow.finished_at) < at))


def _read(row: InboxRow) -> Accepted | None:
    try:
        return row.to_model()
    except ValidationError:
        # It stays, and is tried again when the lease ends: a newer program may read it.
        log.exception(
            "stored event cannot be read",
            extra={"workspace": row.workspace, "channel": row.channel, "key": row.key},
        )
        return None
