"""What a restored backup must not do again.

Between the backup and its restoration the bot went on: it answered what was open, and said what
fell due. None of that is in the backup, so each such message is looked for before it is sent, and
where the platform does not let us look, an operator is asked. What was sent before the backup is
known to be sent.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, text, update

from storage.inbox import InboxRow
from storage.outbox import DELIVERY, REPLICA, RUN, SCHEDULE, WAITING


def went_on(connection: Connection, now: datetime) -> None:
    """Note in the caller's transaction that a bot may have worked on these rows until now."""
    inbox = InboxRow.__table__  # type: ignore[attr-defined]
    answered = update(inbox).where(inbox.c.finished_at.is_(None))
    connection.execute(answered.values(event=None, lease_until=None, finished_at=now))
    # What falls due with the next claims, but before now.
    connection.execute(update(SCHEDULE).values(unsure_before=now))
    connection.execute(update(RUN).where(RUN.c.again_at.is_not(None)).values(unsure=True))
    under_way = DELIVERY.c.state == "sending"
    connection.execute(
        update(DELIVERY)
        .where(under_way)
        .values(state="pending", lease_until=None, token=None, not_before=now)
    )
    due = and_(text(WAITING), DELIVERY.c.not_before <= now)
    connection.execute(update(DELIVERY).where(due).values(maybe_sent=True, blind=True))
    connection.execute(REPLICA.delete())
