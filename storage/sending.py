"""Deliveries that go out: leased through the gates, sent elsewhere, recorded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, exists, literal, select, update

from bot import faults
from bot.delivery.ledger import Failed, Leased, Leases, Outcome
from bot.delivery.pace import Pace, Slots, refused, slots
from storage.batches import Many
from storage.gates import GATES, gate_of, look_behind, next_waiting, open_gates
from storage.leasing import Taking, runs_of, take, this, write
from storage.outbox import (
    DELIVERY,
    GATE,
    delivery_of,
)
from storage.whole import Whole

_END = ("state", "message", "why", "tell_at", "finished_at")
_LEADER = DELIVERY.alias("leader")
_RECORD_FOLLOWERS = Many(
    lambda rows: (
        update(DELIVERY)
        .where(
            DELIVERY.c.workspace == rows.c.workspace,
            DELIVERY.c.said_with == rows.c.id,
            exists(
                select(literal(1)).where(
                    _LEADER.c.workspace == rows.c.workspace,
                    _LEADER.c.id == rows.c.id,
                    _LEADER.c.token == rows.c.token,
                )
            ),
        )
        .values({name: rows.c[name] for name in _END})
    ),
    **{name: DELIVERY.c[name] for name in ("workspace", "id", "token", *_END)},
)
_CHANGED = (*_END, "not_before", "maybe_sent", "blind", "failing_since")
_RECORD = Many(
    lambda rows: (
        update(DELIVERY)
        .where(this(rows), DELIVERY.c.token == rows.c.token)
        .values(
            {
                **{name: rows.c[name] for name in _CHANGED},
                "attempts": DELIVERY.c.attempts - rows.c.back,
                "lease_until": None,
                "token": None,
            }
        )
    ),
    back=DELIVERY.c.attempts,
    **{name: DELIVERY.c[name] for name in ("workspace", "id", "token", *_CHANGED)},
)


class SendingTables:
    """Satisfies `bot.delivery.ledger.Sending`; each method is its own transaction."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole

    async def lease(
        self,
        now: datetime,
        until: datetime,
        paces: Mapping[str, Pace],
        room: int,
        late_before: datetime,
    ) -> Leases:
        """Up to `room` deliveries that may go now, as the gates let them."""
        taking = Taking(now, until, uuid4().hex, late_before)

        def work(connection: Connection) -> Leases:
            gates = open_gates(connection, now, paces)
            open_for: list[tuple[str, Pace, Slots]] = []
            left = room
            for number, row in enumerate(gates):
                # An even share of the room for each, and what one does not need for the rest.
                share = -(-left // (len(gates) - number))
                pace = paces[row.workspace.partition(":")[0]]
                given = slots(gate_of(row), pace, now, share)
                if not given.starts:
                    taking.again(given.again_at)
                    continue
                left -= len(given.starts)
                open_for.append((row.workspace, pace, given))
            several = look_behind(connection, open_for, now)
            take(connection, [behind for behind in several if behind.rows], taking)
            write(connection, taking)
            taking.again(next_waiting(connection, now))
            faults.point("sending.leased")
            if len(gates) == GATES and room > len(taking.taken):
                taking.again(now)
            return Leases(taken=tuple(taking.taken), again_at=taking.again_at)

        return await self._whole(work)

    async def go_blind(self, leased: Leased) -> bool:
        """Note that it is now tried without looking; False where it is ours no more."""

        def work(connection: Connection) -> bool:
            noted = connection.execute(
                update(DELIVERY)
                .where(
                    DELIVERY.c.workspace == leased.workspace,
                    DELIVERY.c.id == leased.delivery.id,
                    DELIVERY.c.token == leased.token,
                )
                .values(blind=True)
                .returning(DELIVERY.c.id)
            )
            return noted.first() is not None

        return await self._whole(work)

    async def record(
        self, outcomes: Sequence[Outcome], now: datetime, paces: Mapping[str, Pace]
    ) -> None:
        """Write down what became of them, and let refused workspaces wait."""
        outcomes = sorted(
            outcomes, key=lambda each: (each.leased.workspace, each.leased.delivery.id)
        )
        values = [_outcome_values(outcome, now) for outcome in outcomes]
        followed = [
            value
            for value, outcome in zip(values, outcomes, strict=True)
            if outcome.leased.followers and outcome.state != "pending"
        ]

        def work(connection: Connection) -> None:
            # Gates are locked before deliveries, here as everywhere.
            _refuse(connection, outcomes, now, paces)
            _RECORD_FOLLOWERS(connection, followed)
            _RECORD(connection, values)
            faults.point("sending.recorded")

        await self._whole(work)

    async def untold(self, now: datetime, until: datetime, limit: int) -> Sequence[Failed]:
        """Dead deliveries whose room is to be told, ours to tell until then."""

        def work(connection: Connection) -> Sequence[Failed]:
            found = connection.execute(
                select(DELIVERY)
                .where(DELIVERY.c.tell_at.is_not(None), DELIVERY.c.tell_at <= now)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = found.all()
            for row in rows:
                this_one = DELIVERY.c.workspace == row.workspace, DELIVERY.c.id == row.id
                connection.execute(update(DELIVERY).where(*this_one).values(tell_at=until))
            runs = runs_of(connection, rows)
            return [
                Failed(
                    workspace=row.workspace,
                    delivery=delivery_of(row, runs.get((row.workspace, row.run_id or ""))),
                )
                for row in rows
            ]

        return await self._whole(work)

    async def told(self, workspace: str, delivery_id: str) -> None:
        """Its room knows."""

        def work(connection: Connection) -> None:
            connection.execute(
                update(DELIVERY)
                .where(DELIVERY.c.workspace == workspace, DELIVERY.c.id == delivery_id)
                .values(tell_at=None)
            )

        await self._whole(work)


# Recording


def _id_of(outcome: Outcome) -> tuple[str, str]:
    return outcome.leased.workspace, outcome.leased.delivery.id


def _outcome_values(outcome: Outcome, now: datetime) -> dict[str, Any]:
    over, waits = outcome.state in ("sent", "dropped"), outcome.state == "pending"
    delivery = outcome.leased.delivery
    if outcome.once:  # neither how often nor when
        now = now.replace(hour=0, minute=0, second=0, microsecond=0)
        delivery = delivery.model_copy(update={"not_before": delivery.due_at})
    return {
        "workspace": outcome.leased.workspace,
        "id": outcome.leased.delivery.id,
        "token": outcome.leased.token,
        "state": outcome.state,
        "message": outcome.message,
        "why": outcome.why,
        "tell_at": now if outcome.state == "dead" else None,
        "finished_at": now if over else None,
        "not_before": outcome.not_before if waits else delivery.not_before,
        "maybe_sent": outcome.maybe_sent,
        "blind": outcome.blind,
        "failing_since": outcome.failing_since,
        "back": _attempts_back(outcome),
    }


def _attempts_back(outcome: Outcome) -> int:
    """By how much the number of attempts goes back."""
    if outcome.once:
        return outcome.leased.delivery.attempts - 1
    return 0 if outcome.begun else 1


def _refuse(
    connection: Connection, outcomes: Sequence[Outcome], now: datetime, paces: Mapping[str, Pace]
) -> None:
    refusals: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.refusal:
            refusals.setdefault(outcome.leased.workspace, []).append(outcome)
    for workspace, several in sorted(refusals.items()):
        own = GATE.c.workspace == workspace
        row = (connection.execute(select(GATE).where(own).with_for_update())).one()
        gate, pace = gate_of(row), paces[workspace.partition(":")[0]]
        for refusal in [each.refusal for each in several if each.refusal]:
            gate = refused(
                gate, pace, now, began_at=refusal.began_at, retry_after=refusal.retry_after
            )
        connection.execute(update(GATE).where(own).values(**gate.model_dump()))
