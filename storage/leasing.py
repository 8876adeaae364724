"""What a lease takes: which deliveries may go now, through which gates, and when each begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    select,
    text,
    union_all,
    update,
)

from bot.delivery.ledger import Leased
from bot.delivery.model import Delivery, Run
from bot.delivery.pace import BEGINNING, Gate, Waiting, one_each
from storage.batches import Many, replace_all
from storage.gates import Behind
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

MOST_TOGETHER = 200
"""Late messages that are said as one."""
TOGETHER_FROM = 3
"""So many late messages to a conversation about one topic are said as one."""

_RUN_COLUMNS = [RUN.c[name] for name in Run.model_fields]


def _of_delivery(*names: str) -> dict[str, Any]:
    return {name: DELIVERY.c[name] for name in ("workspace", "id", *names)}


def this(rows: Any) -> Any:
    """The delivery that a row names."""
    return (DELIVERY.c.workspace == rows.c.workspace) & (DELIVERY.c.id == rows.c.id)


_TAKE = Many(
    lambda rows: (
        update(DELIVERY)
        .where(this(rows))
        .values(
            state="sending",
            token=rows.c.token,
            lease_until=rows.c.lease_until,
            due_at=rows.c.due_at,
            attempts=DELIVERY.c.attempts + 1,
        )
    ),
    **_of_delivery("token", "lease_until", "due_at"),
)
_FOLLOW = Many(
    lambda rows: update(DELIVERY).where(this(rows)).values(said_with=rows.c.said_with),
    **_of_delivery("said_with"),
)
_POSTPONE = Many(
    lambda rows: (
        update(DELIVERY)
        .where(this(rows))
        .values(not_before=rows.c.not_before, due_at=rows.c.due_at)
    ),
    **_of_delivery("not_before", "due_at"),
)
_GATE = Many(
    lambda rows: (
        update(GATE)
        .where(GATE.c.workspace == rows.c.workspace)
        .values({name: rows.c[name] for name in Gate.model_fields})
    ),
    **{name: GATE.c[name] for name in ("workspace", *Gate.model_fields)},
)


_FREE_AT = Many(
    lambda rows: union_all(
        select(
            CONVERSATION_GATE.c.workspace,
            CONVERSATION_GATE.c.conversation_id,
            CONVERSATION_GATE.c.free_at,
        ).where(
            CONVERSATION_GATE.c.workspace == rows.c.workspace,
            CONVERSATION_GATE.c.conversation_id == rows.c.conversation_id,
        ),
        # One with a message on its way is not free.
        select(DELIVERY.c.workspace, DELIVERY.c.conversation_id, rows.c.free_at).where(
            DELIVERY.c.workspace == rows.c.workspace,
            DELIVERY.c.conversation_id == rows.c.conversation_id,
            text(OPEN),
            DELIVERY.c.state == "sending",
        ),
    ),
    **CONVERSATION_GATE.columns,
)
_RUNS = Many(
    lambda rows: select(RUN.c.workspace, *_RUN_COLUMNS).where(
        RUN.c.workspace == rows.c.workspace, RUN.c.id == rows.c.id
    ),
    workspace=RUN.c.workspace,
    id=RUN.c.id,
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


def take(connection: Connection, several: Sequence[Behind], taking: Taking) -> None:
    """Lease what may go."""
    free_at = _free_at(connection, several, taking.now)
    goings: list[tuple[Behind, Sequence[str], Mapping[str, Sequence[Any]]]] = []
    for behind in several:
        going, later = _going(behind, free_at, taking)
        rows = [behind.rows[id_] for id_ in going]
        together = _together(connection, behind.workspace, rows, taking)
        _postpone(behind, later, together, taking)
        goings.append((behind, going, together))
    said = [behind.rows[id_] for behind, going, _ in goings for id_ in going]
    said += [row for _, _, together in goings for others in together.values() for row in others]
    runs = runs_of(connection, said)
    for behind, going, together in goings:
        _take(behind, going, together, runs, taking)


def _going(
    behind: Behind, free_at: Mapping[tuple[str, str], datetime], taking: Taking
) -> tuple[Sequence[str], Mapping[str, datetime]]:
    """Which go now, and when the others may that only wait for their conversation."""
    given = behind.given
    waiting = [
        Waiting(id=id_, conversation_id=row.conversation_id) for id_, row in behind.rows.items()
    ]
    free = {
        row.conversation_id: free_at[key]
        for row in behind.rows.values()
        if (key := (behind.workspace, row.conversation_id)) in free_at
    }
    going, later = one_each(waiting, free, behind.pace, taking.now)
    if len(going) > len(given.starts) or behind.more:
        # Others stand behind those that go: they go when there are starts again, or at once where
        # those in front only waited for their conversations.
        taking.again(given.again_at if len(going) >= len(given.starts) else taking.now)
    return going[: len(given.starts)], later


def _postpone(
    behind: Behind,
    later: Mapping[str, datetime],
    together: Mapping[str, Sequence[Any]],
    taking: Taking,
) -> None:
    following = {other.id for others in together.values() for other in others}
    for id_, at in later.items():
        if id_ not in following:
            due = _due(behind.rows[id_], taking.now)
            taking.postponed.append(
                {"workspace": behind.workspace, "id": id_, "not_before": at, "due_at": due}
            )
            taking.again(at)


def _take(
    behind: Behind,
    going: Sequence[str],
    together: Mapping[str, Sequence[Any]],
    runs: Mapping[tuple[str, str], Run],
    taking: Taking,
) -> None:
    workspace, given = behind.workspace, behind.given
    every = timedelta(seconds=1 / behind.pace.conversation_rate)
    for id_, start_at in zip(going, given.starts, strict=False):
        row = behind.rows[id_]
        with_it = [_model(each, runs, taking.now) for each in together.get(id_, ())]
        taking.taken.append(_leased(behind, row, start_at, with_it, runs, taking))
        taking.conversations.append(
            {
                "workspace": workspace,
                "conversation_id": row.conversation_id,
                "free_at": start_at + every,
            }
        )
        taking.followers += [
            {"workspace": workspace, "id": other.id, "said_with": id_} for other in with_it
        ]
    taking.gates.append({"workspace": workspace} | given.used(len(going)).model_dump())


def _free_at(
    connection: Connection, several: Sequence[Behind], now: datetime
) -> Mapping[tuple[str, str], datetime]:
    """When each conversation is free; one with a message on its way is not."""
    wanted = {
        (behind.workspace, row.conversation_id): now
        + timedelta(seconds=1 / behind.pace.conversation_rate)
        for behind in several
        for row in behind.rows.values()
    }
    found = _FREE_AT(
        connection,
        [
            {"workspace": workspace, "conversation_id": id_, "free_at": busy_until}
            for (workspace, id_), busy_until in wanted.items()
        ],
    )
    free: dict[tuple[str, str], datetime] = {}
    for workspace, id_, at in found:
        free[workspace, id_] = max(at, free.get((workspace, id_), BEGINNING))
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


def runs_of(connection: Connection, rows: Iterable[Any]) -> dict[tuple[str, str], Run]:
    """The runs that the deliveries belong to."""
    wanted = sorted({(row.workspace, row.run_id) for row in rows if row.run_id})
    found = _RUNS(connection, [{"workspace": of, "id": id_} for of, id_ in wanted])
    return {(row.workspace, row.id): run_of(row) for row in found}


def _due(row: Any, now: datetime) -> datetime:
    # A post that named no time is due when it is first seen.
    at: datetime = row.due_at
    return now if at == BEGINNING else at


def _model(row: Any, runs: Mapping[tuple[str, str], Run], now: datetime) -> Delivery:
    run = runs.get((row.workspace, row.run_id or ""))
    due = _due(row, now)
    return delivery_of(row, run, state="sending", attempts=row.attempts + 1, due_at=due)


def _leased(
    behind: Behind,
    row: Any,
    start_at: datetime,
    followers: Sequence[Delivery],
    runs: Mapping[tuple[str, str], Run],
    taking: Taking,
) -> Leased:
    return Leased(
        workspace=behind.workspace,
        delivery=_model(row, runs, taking.now),
        token=taking.token,
        start_at=start_at,
        every=behind.given.every,
        maybe_sent=row.maybe_sent,
        blind=row.blind,
        failing_since=row.failing_since,
        followers=tuple(followers),
    )


def write(connection: Connection, taking: Taking) -> None:
    """Everything that was decided, a statement a kind."""
    _TAKE(
        connection,
        [
            {
                "workspace": leased.workspace,
                "id": leased.delivery.id,
                "token": leased.token,
                "lease_until": taking.until,
                "due_at": leased.delivery.due_at,
            }
            for leased in taking.taken
        ],
    )
    replace_all(connection, CONVERSATION_GATE, taking.conversations)
    _FOLLOW(connection, taking.followers)
    _POSTPONE(connection, taking.postponed)
    _GATE(connection, taking.gates)
