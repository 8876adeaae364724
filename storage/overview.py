"""The operator's view of everything promised."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, select, text, update

from bot.delivery.overview import Closed, Judging, Overview, Replica, Stuck
from bot.delivery.pace import BEGINNING
from storage.outbox import DELIVERY, GATE, REPLICA, RUN, SCHEDULE, STUCK, WAITING
from storage.pulse import EditionRow
from storage.spending import SPENDING
from storage.whole import Whole

ALIVE = timedelta(seconds=45)
"""A process that wrote its row within this is alive."""
MOST_CLOSED = 100


class OperatorTables:
    """Satisfies `bot.delivery.overview.Operator`; each method is its own transaction."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole

    async def overview(self, now: datetime) -> Overview:
        """How it stands."""
        due = and_(SCHEDULE.c.due_at.is_not(None), SCHEDULE.c.due_at <= now)
        waiting = text(WAITING)
        late = and_(waiting, DELIVERY.c.not_before <= now)
        leased = DELIVERY.c.lease_until.is_not(None)

        def work(connection: Connection) -> Overview:
            oldest = [
                connection.scalar(select(func.min(SCHEDULE.c.due_at)).where(due)),
                connection.scalar(
                    select(func.min(DELIVERY.c.not_before)).where(
                        late, DELIVERY.c.not_before > BEGINNING
                    )
                ),
            ]
            behind = [(now - at).total_seconds() for at in oldest if at is not None]
            return Overview(
                at=now,
                schedules=_count(connection, SCHEDULE, SCHEDULE.c.due_at.is_not(None)),
                due=_count(connection, SCHEDULE, due),
                open_runs=_count(connection, RUN, RUN.c.again_at.is_not(None)),
                waiting=_count(connection, DELIVERY, waiting, DELIVERY.c.not_before > now),
                late=_count(connection, DELIVERY, late),
                leased=_count(connection, DELIVERY, leased),
                overdue_leases=_count(connection, DELIVERY, leased, DELIVERY.c.lease_until <= now),
                uncertain=_stuck(connection, "uncertain"),
                dead=_stuck(connection, "dead"),
                oldest_lag=max(behind, default=0.0),
                closed=_closed(connection, now),
                replicas=_replicas(connection, now),
                judging=_judging(connection, now),
                **_polls(connection),
            )

        return await self._whole(work)

    async def stuck(
        self, state: Literal["dead", "uncertain"], limit: int, workspace: str = ""
    ) -> Sequence[Stuck]:
        """Deliveries in that state, the oldest first; of one workspace or all."""
        wanted = [text(STUCK), DELIVERY.c.state == state]
        if workspace:
            wanted.append(DELIVERY.c.workspace == workspace)

        def work(connection: Connection) -> Sequence[Stuck]:
            found = connection.execute(
                select(DELIVERY).where(*wanted).order_by(DELIVERY.c.due_at).limit(limit)
            )
            return [
                Stuck(
                    workspace=row.workspace,
                    id=row.id,
                    topic=row.topic,
                    state=row.state,
                    why=row.why,
                    due_at=row.due_at,
                    attempts=row.attempts,
                )
                for row in found.all()
            ]

        return await self._whole(work)

    async def retry(self, delivery_id: str, now: datetime) -> bool:
        """Send a dead or uncertain one (again); False when there is none of that id."""
        # Somebody decided, so that nothing is looked for, and the budget begins anew.
        return await self._settle(
            delivery_id,
            ("dead", "uncertain"),
            state="pending",
            not_before=now,
            attempts=0,
            crashes=0,
            failing_since=None,
            maybe_sent=False,
            blind=False,
            said_with=None,
            tell_at=None,
            why="",
        )

    async def call_sent(self, delivery_id: str, now: datetime) -> bool:
        """Somebody looked: an uncertain one did arrive. False when there is none of that id."""
        return await self._settle(delivery_id, ("uncertain",), state="sent", finished_at=now)

    async def _settle(self, delivery_id: str, states: Sequence[str], **values: Any) -> bool:

        def work(connection: Connection) -> bool:
            changed = connection.execute(
                update(DELIVERY)
                .where(text(STUCK), DELIVERY.c.id == delivery_id, DELIVERY.c.state.in_(states))
                .values(**values)
                .returning(DELIVERY.c.id)
            )
            return changed.first() is not None

        return await self._whole(work)


def _count(connection: Connection, table: Any, *where: Any) -> int:
    return int(connection.scalar(select(func.count()).select_from(table).where(*where)) or 0)


def _stuck(connection: Connection, state: str) -> int:
    return _count(connection, DELIVERY, text(STUCK), DELIVERY.c.state == state)


def _polls(connection: Connection) -> dict[str, int]:
    editions = EditionRow.__table__  # type: ignore[attr-defined]
    found = connection.execute(
        select(editions.c.edition, editions.c.unreached).where(editions.c.state != "closed")
    ).all()
    return {
        "asked": sum(row.edition.asked for row in found),
        "unreached": sum(row.unreached for row in found),
    }


def _closed(connection: Connection, now: datetime) -> tuple[Closed, ...]:
    found = connection.execute(
        select(GATE.c.workspace, GATE.c.blocked_until)
        .where(GATE.c.blocked_until > now)
        .order_by(GATE.c.blocked_until.desc())
        .limit(MOST_CLOSED)
    )
    return tuple(Closed(workspace=row.workspace, until=row.blocked_until) for row in found.all())


def _replicas(connection: Connection, now: datetime) -> tuple[Replica, ...]:
    found = connection.execute(
        select(REPLICA).where(REPLICA.c.seen > now - ALIVE).order_by(REPLICA.c.started)
    )
    return tuple(Replica(id=row.id, started=row.started, seen=row.seen) for row in found.all())


def _judging(connection: Connection, now: datetime) -> Judging:
    calls, tokens, cost = connection.execute(
        select(func.count(), func.sum(SPENDING.c.tokens), func.sum(SPENDING.c.cost)).where(
            SPENDING.c.month == f"{now:%Y-%m}"
        )
    ).one()
    return Judging(calls=calls, tokens=int(tokens or 0), cost=cost or 0.0)
