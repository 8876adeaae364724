"""The tables of what is promised: schedules, their runs, deliveries, gates. Rooms write here
through `OutboxRepository`; the engine through `storage.due`, `.sending` and `.upkeep`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, delete, insert, select, text
from sqlmodel import Field, col

from bot.delivery.keys import delivery_id
from bot.delivery.model import Delivery, Post, Recipient, Run, Schedule
from bot.delivery.pace import BEGINNING, Gate
from bot.events import Conversation
from bot.recurrence.model import Hours, Rule
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace
from storage.zone_data import VERSION

AT_ONCE = 500
"""Schedules written by one statement."""
OPEN = "state IN ('pending', 'sending')"
"""In the very words of the index, so that both databases see that it serves."""
WAITING = "state = 'pending' AND said_with IS NULL"
STUCK = "state IN ('dead', 'uncertain')"


def partial(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that matter."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class ScheduleRow(Row, table=True):
    """A promise to say something again and again, or once."""

    __tablename__ = "schedule"
    __table_args__ = (partial("ix_schedule_due_at", "due_at", where="due_at IS NOT NULL"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    topic: str = Field(sa_type=Id)
    subject: str = Field(sa_type=Id)
    rule: Rule = Field(sa_type=json_of(Rule, shared=True))
    hours: Hours = Field(sa_type=json_of(Hours, shared=True))
    recipients: tuple[Conversation, ...] = Field(sa_type=json_of(tuple[Conversation, ...]))
    paused: bool
    done: int
    due_at: datetime | None = Field(sa_type=Instant)
    rev: int
    worked_out_by: str = Field(sa_type=Id)
    """The time-zone data that `due_at` was worked out with; empty: a wrong clock was asked."""
    unsure_before: datetime | None = Field(sa_type=Instant)
    """What fell due before then may have been said already: a backup was restored."""


class RunRow(Row, table=True):
    """One time that a schedule fell due."""

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("workspace", "schedule_id", "occasion"),
        partial("ix_run_again_at", "again_at", where="again_at IS NOT NULL"),
        Index(None, "claimed_at"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    schedule_id: str = Field(sa_type=Id)
    occasion: str = Field(sa_type=Id)
    """What it can happen for once: the local date, or the instant of what comes once."""
    topic: str = Field(sa_type=Id)
    subject: str = Field(sa_type=Id)
    due_at: datetime = Field(sa_type=Instant)
    local_date: str = Field(sa_type=Id)
    skipped: tuple[datetime, ...] = Field(sa_type=json_of(tuple[datetime, ...]))
    state: str = Field(sa_type=Id)
    """skipped, asking (who is in it), expanding (into deliveries), done, dead."""
    claimed_at: datetime = Field(sa_type=Instant)
    not_before: datetime = Field(sa_type=Instant)
    """The end of quiet hours, for recipients that have none of their own."""
    audience: tuple[Recipient, ...] = Field(sa_type=json_of(tuple[Recipient, ...]))
    expanded: int
    """How many of the audience have their delivery."""
    again_at: datetime | None = Field(sa_type=Instant)
    """When somebody takes it up (again); None: nothing is left to do."""
    asks: int
    unsure: bool
    why: str = Field(sa_type=Words)


class DeliveryRow(Row, table=True):
    """One message to one conversation. Its id is made from its key, so a key comes once."""

    __tablename__ = "delivery"
    __table_args__ = (
        partial("ix_delivery_waiting", "workspace", "not_before", where=WAITING),
        partial("ix_delivery_not_before", "not_before", where=WAITING),
        partial("ix_delivery_open", "workspace", "conversation_id", where=OPEN),
        partial("ix_delivery_lease_until", "lease_until", where="lease_until IS NOT NULL"),
        partial("ix_delivery_tell_at", "tell_at", where="tell_at IS NOT NULL"),
        partial("ix_delivery_stuck", "state", "workspace", where=STUCK),
        partial("ix_delivery_said_with", "workspace", "said_with", where="said_with IS NOT NULL"),
        partial("ix_delivery_finished_at", "finished_at", where="finished_at IS NOT NULL"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    key: str = Field(sa_type=Id)
    topic: str = Field(sa_type=Id)
    subject: str = Field(sa_type=Id)
    conversation_id: str = Field(sa_type=Id)
    conversation: Conversation = Field(sa_type=json_of(Conversation))
    run_id: str | None = Field(sa_type=Id)
    state: str = Field(sa_type=Id)
    due_at: datetime = Field(sa_type=Instant)
    not_before: datetime = Field(sa_type=Instant)
    attempts: int
    crashes: int
    """How often somebody leased it and never came back."""
    failing_since: datetime | None = Field(sa_type=Instant)
    maybe_sent: bool
    blind: bool
    lease_until: datetime | None = Field(sa_type=Instant)
    token: str | None = Field(sa_type=Id)
    said_with: str | None = Field(sa_type=Id)
    """The delivery that says this one too; it shares that one's fate."""
    message: str = Field(sa_type=Words)
    why: str = Field(sa_type=Words)
    tell_at: datetime | None = Field(sa_type=Instant)
    """When the room of a dead one is told; None: it knows, or need not."""
    finished_at: datetime | None = Field(sa_type=Instant)


class GateRow(Row, table=True):
    """How fast a workspace may be posted to."""

    __tablename__ = "gate"

    workspace: str = Field(primary_key=True, sa_type=Id)
    free_at: datetime = Field(sa_type=Instant)
    rate: float | None
    rated_at: datetime = Field(sa_type=Instant)
    cut_at: datetime = Field(sa_type=Instant)
    blocked_until: datetime = Field(sa_type=Instant)


class ConversationGateRow(Row, table=True):
    """When a conversation may be posted to again."""

    __tablename__ = "conversation_gate"
    __table_args__ = (Index(None, "free_at"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    conversation_id: str = Field(primary_key=True, sa_type=Id)
    free_at: datetime = Field(sa_type=Instant)


class ReplicaRow(Row, table=True):
    """A running process. It belongs to no workspace."""

    __tablename__ = "replica"

    id: str = Field(primary_key=True, sa_type=Id)
    started: datetime = Field(sa_type=Instant)
    seen: datetime = Field(sa_type=Instant)


SCHEDULE: Any = ScheduleRow.__table__  # type: ignore[attr-defined]
RUN: Any = RunRow.__table__  # type: ignore[attr-defined]
DELIVERY: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
GATE: Any = GateRow.__table__  # type: ignore[attr-defined]
CONVERSATION_GATE: Any = ConversationGateRow.__table__  # type: ignore[attr-defined]
REPLICA: Any = ReplicaRow.__table__  # type: ignore[attr-defined]


_SCHEDULE_FIELDS = tuple(Schedule.model_fields)
_RUN_FIELDS = tuple(Run.model_fields)


def schedule_of(row: Any) -> Schedule:
    """The schedule in a row of SCHEDULE."""
    # Not validated again: its parts were when they were read.
    return Schedule.model_construct(**{name: getattr(row, name) for name in _SCHEDULE_FIELDS})


def run_of(row: Any) -> Run:
    """The run in a row of RUN."""
    return Run(**{name: getattr(row, name) for name in _RUN_FIELDS})


def delivery_of(row: Any, run: Run | None, **changes: Any) -> Delivery:
    """The delivery in a row of DELIVERY, with what was just changed."""
    values = {
        "id": row.id,
        "key": row.key,
        "topic": row.topic,
        "subject": row.subject,
        "to": row.conversation,
        "state": row.state,
        "run": run,
        "attempts": row.attempts,
        "not_before": row.not_before,
        "due_at": row.due_at,
        "message": row.message,
        "why": row.why,
    }
    return Delivery(**values | changes)


NEW_DELIVERY: Mapping[str, Any] = {
    "state": "pending",
    "attempts": 0,
    "crashes": 0,
    "failing_since": None,
    "lease_until": None,
    "token": None,
    "said_with": None,
    "message": "",
    "why": "",
    "tell_at": None,
    "finished_at": None,
}
"""What every delivery's row begins with."""


def new_delivery(
    workspace: str,
    key: str,
    to: Conversation,
    *,
    topic: str,
    subject: str,
    due_at: datetime,
    not_before: datetime,
    run_id: str | None = None,
    unsure: bool = False,
) -> dict[str, Any]:
    """The values of a delivery's row beside `NEW_DELIVERY`."""
    return {
        "workspace": workspace,
        "id": delivery_id(workspace, key),
        "key": key,
        "topic": topic,
        "subject": subject,
        "conversation_id": to.id,
        "conversation": to,
        "run_id": run_id,
        "due_at": due_at,
        "not_before": not_before,
        "maybe_sent": unsure,
        "blind": unsure,
    }


def new_gate(workspace: str) -> dict[str, Any]:
    """The values of a gate that nothing went through yet."""
    gate = Gate()
    return {"workspace": workspace, **gate.model_dump()}


class OutboxRepository(Repository):
    """Satisfies `bot.delivery.ports.Outbox`. A post that names no time has none (`BEGINNING`) until
    the engine first sees it, as there is no clock here."""

    promised = False
    """Whether something was promised in this transaction."""

    async def schedule(self, schedule: Schedule) -> None:
        """Store it, new or changed; `rev` is counted up."""
        self.promised = True
        there = await self.scheduled(schedule.id)
        values = {name: getattr(schedule, name) for name in Schedule.model_fields}
        row = ScheduleRow(
            workspace=self._workspace,
            **values
            | {
                "due_at": None if schedule.paused else schedule.due_at,
                "rev": there.rev + 1 if there else schedule.rev,
                "worked_out_by": VERSION,
                "unsure_before": None,
            },
        )
        await insert_or_replace(self._session, row)

    async def schedule_new(self, schedules: Sequence[Schedule]) -> None:
        """Store many at once, none of which is there yet."""
        self.promised = True
        own = {"workspace": self._workspace, "worked_out_by": VERSION, "unsure_before": None}
        for start in range(0, len(schedules), AT_ONCE):
            values = [
                {name: getattr(each, name) for name in _SCHEDULE_FIELDS}
                | {**own, "due_at": None if each.paused else each.due_at}
                for each in schedules[start : start + AT_ONCE]
            ]
            await self._session.execute(insert(SCHEDULE), values)

    async def unschedule(self, schedule_id: str) -> None:
        """Forget it; what is under way is still sent."""
        own = col(ScheduleRow.workspace) == self._workspace
        await self._count(delete(ScheduleRow).where(own, col(ScheduleRow.id) == schedule_id))

    async def scheduled(self, schedule_id: str) -> Schedule | None:
        """The schedule as it stands, locked until the transaction ends."""
        found = await self._session.execute(
            select(SCHEDULE)
            .where(SCHEDULE.c.workspace == self._workspace, SCHEDULE.c.id == schedule_id)
            # Else a claim between this and the change would be undone by the change.
            .with_for_update()
        )
        row = found.first()
        return schedule_of(row) if row else None

    async def post(self, post: Post) -> bool:
        """Promise it; False when that key was promised before."""
        at = post.not_before or BEGINNING
        values = new_delivery(
            self._workspace,
            post.key,
            post.to,
            topic=post.topic,
            subject=post.subject,
            due_at=at,
            not_before=at,
        )
        self.promised = True
        new = await insert_new(self._session, DeliveryRow(**NEW_DELIVERY, **values))
        await insert_new(self._session, GateRow(**new_gate(self._workspace)))
        return new == 1

    async def withdraw(self, key: str) -> bool:
        """Take back what nobody began to send, as if it had never been promised; whether that
        came in time."""
        return bool(
            await self._count(
                delete(DeliveryRow).where(
                    col(DeliveryRow.workspace) == self._workspace,
                    col(DeliveryRow.id) == delivery_id(self._workspace, key),
                    text(WAITING),
                    col(DeliveryRow.maybe_sent).is_(False),
                )
            )
        )
