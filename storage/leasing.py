"""What a lease takes: which deliveries may go now, through which gates, and when each begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
    update,
)

from bot.delivery.ledger import Leased
from bot.delivery.model import Delivery, Run
from bot.delivery.pace import BEGINNING, Gate, Pace, Slots, Waiting, one_each
from storage.batches import replace_all, run_all
from storage.outbox import (
    CONVERSATION_GATE,
    DELIVERY,
    GATE,
    OPEN,
    RUN,
    WAITING,
    delivery_of,
    run_of,
)

GATES = 10
"""Workspaces served in one transaction; the others come in the next one."""
LEAST_CANDIDATES = 20
"""Looked at for each start, as some conversations may not be free."""
MOST_TOGETHER = 200
"""Late messages that are said as one."""
TOGETHER_FROM = 3
"""So many late messages to a conversation about one topic are said as one."""

_RUN_COLUMNS = [RUN.c[name] for name in Run.model_fields]
_THIS = (DELIVERY.c.workspace == bindparam("of"), DELIVERY.c.id == bindparam("which"))
_TAKE = (
    update(DELIVERY)
    .where(*_THIS)
    .values(
        state="sending",
        token=bindparam("by"),
        lease_until=bindparam("until"),
        due_at=bindparam("due"),
        attempts=DELIVERY.c.attempts + 1,
    )
)
_FOLLOW = update(DELIVERY).where(*_THIS).values(said_with=bindparam("leader"))
_POSTPONE = (
    update(DELIVERY).where(*_THIS).values(not_before=bindparam("at"), due_at=bindparam("due"))
)
_GATE = (
    update(GATE)
    .where(GATE.c.workspace == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in Gate.model_fields})
)


@dataclass
class Taking:
    """What one transaction leases and changes."""

    now: datetime
    until: datetime
    token: str
    late_before: datetime
    taken: list[Leased] = field(default_factory=list)
    followers: list[dict[str, object]] = field(default_factory=list)
    postponed: list[dict[str, object]] = field(default_factory=list)
    conversations: list[dict[str, object]] = field(default_factory=list)
    gates: list[dict[str, object]] = field(default_factory=list)
    again_at: datetime | None = None

    def again(self, *at: datetime | None) -> None:
        """There may be more to lease then."""
        known = [each for each in (self.again_at, *at) if each is not None]
        self.again_at = min(known, default=None)


def open_gates(connection: Connection, now: datetime, paces: Mapping[str, Pace]) -> Sequence[Any]:
    """Open gates that something waits behind, the least served first, locked."""
    workspace = GATE.c.workspace
    connected = [
        each
        for name in paces
        for each in (workspace == name, workspace.startswith(f"{name}:", autoescape=True))
    ]
    waiting = exists(
        select(literal(1)).where(
            DELIVERY.c.workspace == workspace, text(WAITING), DELIVERY.c.not_before <= now
        )
    )
    found = connection.execute(
        select(GATE)
        .where(GATE.c.blocked_until <= now, or_(*connected), waiting)
        .order_by(GATE.c.free_at)
        .limit(GATES)
        .with_for_update(skip_locked=True)
    )
    return found.all()


def next_waiting(connection: Connection, now: datetime) -> datetime | None:
    """When the next delivery may go that may not yet."""
    first = select(func.min(DELIVERY.c.not_before))
    return connection.scalar(first.where(text(WAITING), DELIVERY.c.not_before > now))


def take(connection: Connection, workspace: str, given: Slots, pace: Pace, taking: Taking) -> None:
    """Lease what may go through one workspace's gate."""
    now = taking.now
    looked_at = max(len(given.starts), LEAST_CANDIDATES)
    found = connection.execute(
        select(DELIVERY)
        .where(DELIVERY.c.workspace == workspace, text(WAITING), DELIVERY.c.not_before <= now)
        .order_by(DELIVERY.c.not_before)
        .limit(looked_at)
        .with_for_update(skip_locked=True)
    )
    rows = {row.id: row for row in found.all()}
    if not rows:
        return
    free_at = _free_at(connection, workspace, rows.values(), now, pace)
    waiting = [
        Waiting.model_construct(id=id_, conversation_id=row.conversation_id)
        for id_, row in rows.items()
    ]
    going, later = one_each(waiting, free_at, pace, now)
    if len(going) > len(given.starts) or len(rows) == looked_at:
        # Others stand behind those that go: they go when there are starts again, or at once where
        # those in front only waited for their conversations.
        taking.again(given.again_at if len(going) >= len(given.starts) else now)
    going = going[: len(given.starts)]
    together = _together(connection, workspace, [rows[id_] for id_ in going], taking)
    others = [other for several in together.values() for other in several]
    runs = runs_of(connection, workspace, [*rows.values(), *others])
    following = {other.id for other in others}
    for id_, start_at in zip(going, given.starts, strict=False):
        with_it = [_model(each, runs, now) for each in together.get(id_, ())]
        taking.taken.append(_leased(workspace, rows[id_], start_at, with_it, runs, taking))
        taking.conversations.append(
            {
                "workspace": workspace,
                "conversation_id": rows[id_].conversation_id,
                "free_at": start_at + timedelta(seconds=1 / pace.conversation_rate),
            }
        )
        taking.followers += [
            {"of": workspace, "which": other.id, "leader": id_} for other in with_it
        ]
    for id_, at in later.items():
        if id_ not in following:
            due = _due(rows[id_], now)
            taking.postponed.append({"of": workspace, "which": id_, "at": at, "due": due})
            taking.again(at)
    after = given.used(len(going)).model_dump()
    taking.gates.append({"of": workspace} | {f"new_{name}": after[name] for name in after})


def _free_at(
    connection: Connection, workspace: str, rows: Iterable[Any], now: datetime, pace: Pace
) -> Mapping[str, datetime]:
    """When each conversation is free; one with a message on its way is not."""
    ids = sorted({row.conversation_id for row in rows})
    gates = select(CONVERSATION_GATE.c.conversation_id, CONVERSATION_GATE.c.free_at).where(
        CONVERSATION_GATE.c.workspace == workspace, CONVERSATION_GATE.c.conversation_id.in_(ids)
    )
    on_its_way = now + timedelta(seconds=1 / pace.conversation_rate)
    busy = select(
        DELIVERY.c.conversation_id, literal(on_its_way, CONVERSATION_GATE.c.free_at.type)
    ).where(
        DELIVERY.c.workspace == workspace,
        text(OPEN),
        DELIVERY.c.state == "sending",
        DELIVERY.c.conversation_id.in_(ids),
    )
    free: dict[str, datetime] = {}
    for conversation_id, at in (connection.execute(union_all(gates, busy))).all():
        free[conversation_id] = max(at, free.get(conversation_id, BEGINNING))
    return free


def _together(
    connection: Connection, workspace: str, going: Sequence[Any], taking: Taking
) -> Mapping[str, Sequence[Any]]:
    """For each of those that go: the others, late like it, that it says too."""
    together = _still_together(connection, workspace, going)
    late = [row for row in going if _late(row, taking)]
    if not late:
        return together
    found = connection.execute(
        select(DELIVERY)
        .where(
            DELIVERY.c.workspace == workspace,
            text(OPEN),
            text(WAITING),
            DELIVERY.c.conversation_id.in_(sorted({row.conversation_id for row in late})),
            DELIVERY.c.not_before <= taking.now,
            DELIVERY.c.due_at < taking.late_before,
        )
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(MOST_TOGETHER)
        .with_for_update(skip_locked=True)
    )
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in found.all():
        if _late(row, taking):
            groups.setdefault((row.conversation_id, row.topic), []).append(row)
    for row in late:
        group = groups.get((row.conversation_id, row.topic), [])
        if len(group) >= TOGETHER_FROM:
            together[row.id] = [other for other in group if other.id != row.id]
    return together


def _still_together(
    connection: Connection, workspace: str, going: Sequence[Any]
) -> dict[str, Sequence[Any]]:
    """What those that were tried before were to say too."""
    again = [row.id for row in going if row.attempts or row.maybe_sent]
    together: dict[str, list[Any]] = {}
    if again:
        found = connection.execute(
            select(DELIVERY)
            .where(DELIVERY.c.workspace == workspace, DELIVERY.c.said_with.in_(sorted(again)))
            .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        )
        for row in found.all():
            together.setdefault(row.said_with, []).append(row)
    return dict(together)


def _late(row: Any, taking: Taking) -> bool:
    fresh = row.attempts == 0 and not row.maybe_sent
    return fresh and BEGINNING < row.due_at < taking.late_before


def runs_of(
    connection: Connection, workspace: str, rows: Iterable[Any]
) -> dict[tuple[str, str], Run]:
    """The runs that the rows belong to."""
    ids = sorted({row.run_id for row in rows if row.run_id})
    if not ids:
        return {}
    found = connection.execute(
        select(*_RUN_COLUMNS).where(RUN.c.workspace == workspace, RUN.c.id.in_(ids))
    )
    return {(workspace, row.id): run_of(row) for row in found.all()}


def _due(row: Any, now: datetime) -> datetime:
    # A post that named no time is due when it is first seen.
    at: datetime = row.due_at
    return now if at == BEGINNING else at


def _model(row: Any, runs: Mapping[tuple[str, str], Run], now: datetime) -> Delivery:
    run = runs.get((row.workspace, row.run_id or ""))
    due = _due(row, now)
    return delivery_of(row, run, state="sending", attempts=row.attempts + 1, due_at=due)


def _leased(
    workspace: str,
    row: Any,
    start_at: datetime,
    followers: Sequence[Delivery],
    runs: Mapping[tuple[str, str], Run],
    taking: Taking,
) -> Leased:
    return Leased.model_construct(
        workspace=workspace,
        delivery=_model(row, runs, taking.now),
        token=taking.token,
        start_at=start_at,
        maybe_sent=row.maybe_sent,
        blind=row.blind,
        failing_since=row.failing_since,
        followers=tuple(followers),
    )


def write(connection: Connection, taking: Taking) -> None:
    """Everything that was decided, a statement a kind."""
    taken = [
        {
            "of": leased.workspace,
            "which": leased.delivery.id,
            "by": leased.token,
            "until": taking.until,
            "due": leased.delivery.due_at,
        }
        for leased in taking.taken
    ]
    run_all(connection, _TAKE, taken)
    replace_all(connection, CONVERSATION_GATE, taking.conversations)
    run_all(connection, _FOLLOW, taking.followers)
    run_all(connection, _POSTPONE, taking.postponed)
    run_all(connection, _GATE, taking.gates)


def gate_of(row: Any) -> Gate:
    """The gate in a row of GATE."""
    return Gate.model_construct(**{name: getattr(row, name) for name in Gate.model_fields})
