"""Which gates are open, and what waits behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, or_, select, text

from bot.delivery.pace import Gate, Pace, Slots
from storage.outbox import DELIVERY, GATE, WAITING

GATES = 10
"""Workspaces served in one transaction; the others come in the next one."""
LEAST_CANDIDATES = 20
"""Looked at for each start, as some conversations may not be free."""

_CANDIDATES = (
    select(DELIVERY)
    .where(
        DELIVERY.c.workspace == bindparam("of"),
        text(WAITING),
        DELIVERY.c.not_before <= bindparam("now"),
    )
    .order_by(DELIVERY.c.not_before)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
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
    connection: Connection, workspace: str, given: Slots, pace: Pace, now: datetime
) -> Behind:
    """What may go through a workspace's gate, and a little more, as some conversations may not be
    free."""
    most = max(len(given.starts), LEAST_CANDIDATES)
    found = connection.execute(_CANDIDATES, {"of": workspace, "now": now, "most": most}).all()
    rows = {row.id: row for row in found}
    return Behind(workspace, pace, given, rows, more=len(rows) == most)


def gate_of(row: Any) -> Gate:
    """The gate in a row of GATE."""
    return Gate(**{name: getattr(row, name) for name in Gate.model_fields})
