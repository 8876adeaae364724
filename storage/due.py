"""Schedules that fall due, and runs whose audience is not all deliveries yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, update

from bot import faults
from bot.delivery.keys import delivery_key
from bot.delivery.ledger import Advance, Advancing, Claimed, OpenRun
from bot.delivery.model import Recipient, Run
from storage.batches import Many, insert_all
from storage.outbox import (
    DELIVERY,
    GATE,
    NEW_DELIVERY,
    RUN,
    SCHEDULE,
    new_delivery,
    new_gate,
    run_of,
    schedule_of,
)
from storage.whole import Whole

AT_ONCE = 50
"""So many fixed recipients get their deliveries along with the run; more are expanded after it."""

# Made once: to make a statement takes as long as to run it.
_DUE = (
    select(SCHEDULE)
    .where(SCHEDULE.c.due_at.is_not(None), SCHEDULE.c.due_at <= bindparam("now"))
    .order_by(SCHEDULE.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT_DUE = select(func.min(SCHEDULE.c.due_at)).where(SCHEDULE.c.due_at.is_not(None))
_MOVE_ON = Many(
    lambda rows: (
        update(SCHEDULE)
        .where(SCHEDULE.c.workspace == rows.c.workspace, SCHEDULE.c.id == rows.c.id)
        .values(done=rows.c.done, due_at=rows.c.due_at)
    ),
    **{name: SCHEDULE.c[name] for name in ("workspace", "id", "done", "due_at")},
)


class DueTables:
    """Satisfies `bot.delivery.ledger.Due`; each method is its own transaction."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole

    async def claim(self, now: datetime, limit: int, advancing: Advancing) -> Claimed:
        """Move up to `limit` due schedules on, the longest due first, with runs and deliveries."""

        def work(connection: Connection) -> Claimed:
            found = connection.execute(_DUE, {"now": now, "most": limit})
            rows = found.all()
            open_runs = 0
            if rows:
                advances = advancing([schedule_of(row) for row in rows])
                rows = rows[: len(advances)]
                open_runs = _make_runs(connection, rows, advances, now)
                _move_on(connection, rows, advances)
                faults.point("due.moved_on")
            next_due = connection.scalar(_NEXT_DUE)
            return Claimed(
                schedules=len(rows),
                oldest=rows[0].due_at if rows else None,
                open_runs=open_runs,
                next_due=next_due,
            )

        return await self._whole(work)

    async def open_runs(self, now: datetime, until: datetime, limit: int) -> Sequence[OpenRun]:
        """Runs whose audience is to be asked for or expanded, ours until then."""
        # A moment beyond the lease was named by a clock that was wrong.
        free = RUN.c.again_at.is_not(None) & (RUN.c.again_at <= now)

        def work(connection: Connection) -> Sequence[OpenRun]:
            found = connection.execute(
                select(RUN).where(free).limit(limit).with_for_update(skip_locked=True)
            )
            rows = found.all()
            for row in rows:
                connection.execute(update(RUN).where(*_run(row)).values(again_at=until))
            return [
                OpenRun(
                    workspace=row.workspace,
                    run=run_of(row),
                    asks=row.asks,
                    since=row.claimed_at,
                    frozen=row.state == "expanding",
                )
                for row in rows
            ]

        return await self._whole(work)

    async def freeze(self, workspace: str, run_id: str, audience: Sequence[Recipient]) -> None:
        """Say who is in the run; whoever said it first counts."""

        def work(connection: Connection) -> None:
            asking = and_(*_run_named(workspace, run_id), RUN.c.state == "asking")
            connection.execute(
                update(RUN).where(asking).values(state="expanding", audience=tuple(audience))
            )

        await self._whole(work)

    async def expand(self, workspace: str, run_id: str, now: datetime, at_once: int) -> bool:
        """Make the next deliveries of a frozen run; whether there are more to make."""

        def work(connection: Connection) -> bool:
            found = connection.execute(
                select(RUN)
                .where(*_run_named(workspace, run_id), RUN.c.state == "expanding")
                .with_for_update()
            )
            row = found.first()
            if row is None:
                return False
            some = row.audience[row.expanded : row.expanded + at_once]
            _make_deliveries(connection, _deliveries(row._asdict(), some))
            done = row.expanded + len(some)
            more = bool(done < len(row.audience))
            values: dict[str, object] = {"expanded": done}
            if not more:
                values |= {"state": "done", "again_at": None, "audience": ()}
            connection.execute(update(RUN).where(*_run(row)).values(**values))
            faults.point("due.expanded")
            return more

        return await self._whole(work)

    async def ask_later(self, workspace: str, run_id: str, at: datetime, why: str) -> None:
        """The run's topic could not say who is in it: ask again then."""

        def work(connection: Connection) -> None:
            connection.execute(
                update(RUN)
                .where(*_run_named(workspace, run_id), RUN.c.state == "asking")
                .values(again_at=at, asks=RUN.c.asks + 1, why=why)
            )

        await self._whole(work)

    async def give_up_run(self, workspace: str, run_id: str, why: str) -> None:
        """Nobody will learn who is in the run; it is kept with the reason."""

        def work(connection: Connection) -> None:
            connection.execute(
                update(RUN)
                .where(*_run_named(workspace, run_id), RUN.c.state == "asking")
                .values(state="dead", again_at=None, why=why)
            )

        await self._whole(work)


def _make_runs(
    connection: Connection, rows: Sequence[Any], advances: Sequence[Advance], now: datetime
) -> int:
    """Insert the runs that are new, and their deliveries where those are few; how many of them are
    still open."""
    values: dict[tuple[str, str], dict[str, Any]] = {}
    direct: dict[tuple[str, str], Sequence[Recipient]] = {}
    for row, advance in zip(rows, advances, strict=True):
        if advance.run is None:
            continue
        which = (row.workspace, advance.run.id)
        recipients = [Recipient(to=to) for to in row.recipients]
        if len(recipients) <= AT_ONCE:
            direct[which] = recipients
        values[which] = _run_values(row, advance, advance.run, recipients, now)
    if not values:
        return 0
    # Sorted: two processes that insert the same rows never wait for each other in a circle.
    made = insert_all(connection, RUN, [values[which] for which in sorted(values)])
    new = {(workspace, id_) for workspace, id_ in made}
    _make_deliveries(
        connection,
        [
            delivery
            for which in sorted(new)
            if values[which]["state"] == "done"
            for delivery in _deliveries(values[which], direct[which])
        ],
    )
    return sum(values[which]["again_at"] is not None for which in new)


def _run_values(
    row: Any, advance: Advance, run: Run, recipients: Sequence[Recipient], now: datetime
) -> dict[str, Any]:
    state = "skipped"
    if advance.said:
        state = "asking" if not recipients else "expanding" if len(recipients) > AT_ONCE else "done"
    is_open = state in ("asking", "expanding")
    return {
        **{name: getattr(run, name) for name in Run.model_fields},
        "workspace": row.workspace,
        "occasion": advance.occasion,
        "state": state,
        "claimed_at": now,
        "not_before": advance.not_before,
        "audience": tuple(recipients) if state == "expanding" else (),
        "expanded": 0,
        "again_at": now if is_open else None,
        "asks": 0,
        "unsure": row.unsure_before is not None and run.due_at <= row.unsure_before,
        "why": "",
    }


def _deliveries(run: Mapping[str, Any], recipients: Sequence[Recipient]) -> list[dict[str, object]]:
    return [
        new_delivery(
            run["workspace"],
            delivery_key(run["id"], recipient.to.id),
            recipient.to,
            topic=run["topic"],
            subject=run["subject"],
            due_at=max(run["due_at"], recipient.not_before or run["not_before"]),
            not_before=recipient.not_before or run["not_before"],
            run_id=run["id"],
            unsure=run["unsure"],
        )
        for recipient in recipients
    ]


def _make_deliveries(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    if values:
        insert_all(connection, DELIVERY, values, alike=NEW_DELIVERY)
        gates = sorted({str(each["workspace"]) for each in values})
        insert_all(connection, GATE, [new_gate(workspace) for workspace in gates])


def _move_on(connection: Connection, rows: Sequence[Any], advances: Sequence[Advance]) -> None:
    _MOVE_ON(
        connection,
        [
            {
                "workspace": row.workspace,
                "id": row.id,
                "done": advance.done,
                "due_at": advance.due_at,
            }
            for row, advance in zip(rows, advances, strict=True)
        ],
    )


def _run(row: Any) -> Sequence[Any]:
    return _run_named(row.workspace, row.id)


def _run_named(workspace: str, run_id: str) -> Sequence[Any]:
    return RUN.c.workspace == workspace, RUN.c.id == run_id
