"""What the engine does at its start and again and again: leases that ran out, clocks that jumped,
processes that are alive, rows that are old."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    update,
)

from bot import faults
from bot.delivery.ledger import Moved
from storage.batches import replace_all, run_all
from storage.outbox import (
    CONVERSATION_GATE,
    DELIVERY,
    GATE,
    REPLICA,
    RUN,
    SCHEDULE,
    WAITING,
    schedule_of,
)
from storage.whole import Whole
from storage.zone_data import VERSION

MOST_CRASHES = 25
"""So often may a delivery be under way while its process dies, before it is taken for the cause.
Many, as a process that is restarted in a loop for another reason must not cost messages."""
POISON = "The bot stopped in the middle of sending it, again and again."
AT_ONCE = 500
DAY = timedelta(days=1)

_WORKED_OUT = (
    update(SCHEDULE)
    .where(SCHEDULE.c.workspace == bindparam("of"), SCHEDULE.c.id == bindparam("which"))
    .values(due_at=bindparam("at"), worked_out_by=VERSION)
)


class UpkeepTables:
    """Satisfies `bot.delivery.ledger.Upkeep`; each method is its own transaction."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole

    async def reap(
        self,
        now: datetime,
        look_at: datetime,
        *,
        except_for: Collection[str] = (),
        everybody: bool = False,
    ) -> int:
        """Take back what was leased and is overdue (or all of it). How many."""
        overdue = DELIVERY.c.lease_until.is_not(None)
        if not everybody:
            overdue &= DELIVERY.c.lease_until <= now
        if except_for:
            overdue &= DELIVERY.c.token.not_in(sorted(except_for))

        def work(connection: Connection) -> int:
            if everybody:
                opened = and_(RUN.c.again_at.is_not(None), RUN.c.again_at > now)
                connection.execute(update(RUN).where(opened).values(again_at=now))
            found = connection.execute(
                select(DELIVERY.c.workspace, DELIVERY.c.id, DELIVERY.c.crashes)
                .where(overdue)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            )
            rows = found.all()
            for row in rows:
                poison = row.crashes + 1 >= MOST_CRASHES
                connection.execute(
                    update(DELIVERY)
                    .where(DELIVERY.c.workspace == row.workspace, DELIVERY.c.id == row.id)
                    .values(
                        state="uncertain" if poison else "pending",
                        why=POISON if poison else DELIVERY.c.why,
                        maybe_sent=True,
                        crashes=row.crashes + 1,
                        not_before=look_at,
                        lease_until=None,
                        token=None,
                    )
                )
            faults.point("upkeep.reaped")
            return len(rows)

        return await self._whole(work)

    async def time_changed(self, limit: int, again: Callable[[Moved], datetime | None]) -> int:
        """Work the next due time out anew for up to `limit` schedules. How many there were."""

        def work(connection: Connection) -> int:
            found = connection.execute(
                select(SCHEDULE)
                .where(SCHEDULE.c.worked_out_by != VERSION, SCHEDULE.c.paused.is_(False))
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = found.all()
            moved = [
                Moved(schedule=schedule_of(row), clock_was_wrong=not row.worked_out_by)
                for row in rows
            ]
            due = [again(each) for each in moved]
            values = [
                {"of": row.workspace, "which": row.id, "at": at}
                for row, at in zip(rows, due, strict=True)
            ]
            run_all(connection, _WORKED_OUT, values)
            faults.point("upkeep.worked_out")
            return len(rows)

        return await self._whole(work)

    async def went_back(self, now: datetime) -> None:
        """The clock went back: nothing waits for a moment that only a wrong clock could name."""

        def work(connection: Connection) -> None:
            connection.execute(
                update(SCHEDULE).where(SCHEDULE.c.paused.is_(False)).values(worked_out_by="")
            )
            # Quiet hours and waits between tries end within a day; what a room asked to be sent
            # later may be further off, and has not been tried.
            tried = or_(DELIVERY.c.run_id.is_not(None), DELIVERY.c.attempts > 0)
            far = and_(text(WAITING), DELIVERY.c.not_before > now + DAY, tried)
            connection.execute(update(DELIVERY).where(far).values(not_before=now))
            for column in (DELIVERY.c.lease_until, DELIVERY.c.tell_at, RUN.c.again_at):
                ahead = and_(column.is_not(None), column > now)
                connection.execute(update(column.table).where(ahead).values({column: now}))
            gate = {
                column: case((column > now, literal(now, column.type)), else_=column)
                for column in (
                    GATE.c.free_at,
                    GATE.c.rated_at,
                    GATE.c.cut_at,
                    GATE.c.blocked_until,
                )
            }
            connection.execute(update(GATE).values(gate))
            connection.execute(delete(CONVERSATION_GATE).where(CONVERSATION_GATE.c.free_at > now))
            connection.execute(update(REPLICA).where(REPLICA.c.seen > now).values(seen=now))

        await self._whole(work)

    async def seen(self, replica: str, started: datetime, now: datetime) -> datetime | None:
        """This process is alive; the latest instant that any process wrote before."""

        def work(connection: Connection) -> datetime | None:
            before = connection.scalar(select(func.max(REPLICA.c.seen)))
            row = {"id": replica, "started": started, "seen": now}
            replace_all(connection, REPLICA, [row])
            return before

        return await self._whole(work)

    async def left(self, replica: str) -> None:
        """This process ends in good order."""

        def work(connection: Connection) -> None:
            connection.execute(delete(REPLICA).where(REPLICA.c.id == replica))

        await self._whole(work)

    async def forget(self, before: datetime) -> int:
        """Remove what was finished before then, some hundred at a time; how many."""

        def work(connection: Connection) -> int:
            removed = 0
            for table, old in (
                (
                    DELIVERY,
                    and_(DELIVERY.c.finished_at.is_not(None), DELIVERY.c.finished_at < before),
                ),
                (RUN, and_(RUN.c.claimed_at < before, RUN.c.again_at.is_(None))),
            ):
                removed += _remove(connection, table, old)
            connection.execute(
                delete(CONVERSATION_GATE).where(CONVERSATION_GATE.c.free_at < before)
            )
            connection.execute(delete(REPLICA).where(REPLICA.c.seen < before))
            return removed

        return await self._whole(work)


def _remove(connection: Connection, table: Any, *old: Any) -> int:
    some = select(table.c.workspace, table.c.id).where(*old).limit(AT_ONCE)
    rows = (connection.execute(some)).all()
    this = table.c.workspace == bindparam("of"), table.c.id == bindparam("which")
    values = [{"of": row.workspace, "which": row.id} for row in rows]
    run_all(connection, delete(table).where(*this), values)
    return len(rows)
