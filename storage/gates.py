"""Which gates are open, and what waits behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, or_, select, text, true

from bot.delivery.pace import Gate, Pace, Slots
from storage.batches import Many
from storage.outbox import DELIVERY, GATE, WAITING

GATES = 20
"""Workspaces served in one transaction; the others come in the next one."""
LEAST_CANDIDATES = 20
"""Looked at for each start, as some conversations may not be free."""


def _candidates(workspace: Any, now: Any, most: Any) -> Any:
    return (
        select(DELIVERY)
        .where(DELIVERY.c.workspace == workspace, text(WAITING), DELIVERY.c.not_before <= now)
        .order_by(DELIVERY.c.not_before)
        .limit(most)
        .with_for_update(skip_locked=True)
    )


def _candidates_of_all(rows: Any) -> Any:
    some = _candidates(rows.c.workspace, rows.c.now, rows.c.most).correlate(rows).lateral("some")
    return select(some).select_from(rows.join(some, true()))


_CANDIDATES = _candidates(bindparam("workspace"), bindparam("now"), bindparam("most"))
_CANDIDATES_OF_ALL = Many(
    _candidates_of_all,
    workspace=DELIVERY.c.workspace,
    now=DELIVERY.c.not_before,
    most=DELIVERY.c.attempts,
)
_NEXT_WAITING = select(func.min(DELIVERY.c.not_before)).where(
    text(WAITING), DELIVERY.c.not_before > bindparam("now")
)


def open_gates(connection: Connection, now: datetime, paces: Mapping[str, Pace]) -> Sequence[Any]:
    """Open gates that something waits behind, the least served first, locked."""
    found = connection.execute(_open_gates(tuple(sorted(paces))), {"now": now})
    return found.all()


@cache
def _open_gates(adapters: tuple[str, ...]) -> Any:
    workspace = GATE.c.workspace
    connected = [
        each
        for name in adapters
        for each in (workspace == name, workspace.startswith(f"{name}:", autoescape=True))
    ]
    # Not EXISTS: PostgreSQL makes a join of it and reads all that waits once for each gate.
    waiting = (
        select(literal(1))
        .where(
            DELIVERY.c.workspace == workspace,
            text(WAITING),
            DELIVERY.c.not_before <= bindparam("now"),
        )
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(GATE)
        .where(GATE.c.blocked_until <= bindparam("now"), or_(*connected), waiting.is_not(None))
        .order_by(GATE.c.free_at)
        .limit(GATES)
        .with_for_update(skip_locked=True)
    )


def next_waiting(connection: Connection, now: datetime) -> datetime | None:
    """When the next delivery may go that may not yet."""
    return connection.scalar(_NEXT_WAITING, {"now": now})


@dataclass
class Behind:
    """What waits behind a workspace's gate, and the starts that it gives."""

    workspace: str
    pace: Pace
    given: Slots
    rows: Mapping[str, Any]
    """By the delivery's id, in order, locked."""
    more: bool
    """Whether others may stand behind these."""


def look_behind(
    connection: Connection, given: Sequence[tuple[str, Pace, Slots]], now: datetime
) -> Sequence[Behind]:
    """What may go through the gates of these workspaces, and a little more, as some conversations
    may not be free."""
    wanted = [
        {"workspace": workspace, "now": now, "most": max(len(slots.starts), LEAST_CANDIDATES)}
        for workspace, _, slots in given
    ]
    if connection.dialect.name == "postgresql":
        found = _CANDIDATES_OF_ALL(connection, wanted)
    else:
        # It knows no LATERAL, and a statement costs no trip there.
        found = [row for each in wanted for row in connection.execute(_CANDIDATES, each)]
    rows: dict[str, dict[str, Any]] = {workspace: {} for workspace, _, _ in given}
    for row in sorted(found, key=lambda row: row.not_before):
        rows[row.workspace][row.id] = row
    return [
        Behind(workspace, pace, slots, rows[workspace], more=len(rows[workspace]) == each["most"])
        for (workspace, pace, slots), each in zip(given, wanted, strict=True)
    ]


def gate_of(row: Any) -> Gate:
    """The gate in a row of GATE."""
    return Gate(**{name: getattr(row, name) for name in Gate.model_fields})
