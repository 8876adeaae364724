"""A stage without a platform, its people, and a reminder set up on it."""

from datetime import UTC, datetime

from bot.delivery.model import Delivery, Run, Schedule
from bot.events import ButtonClick, Conversation, Person
from bot.reminders.model import Reminder
from tests.direct_seats import dana, erik, priya, stage
from tests.direct_stage import WORKSPACE, DirectSeat, DirectStage

__all__ = ["dana", "erik", "priya", "stage"]

AT = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)


async def set_up(seat: DirectSeat, words: str) -> Reminder:
    """The reminder that these words set up, confirmed."""
    await seat.say(f"/mission remind {words}")
    answer = await seat.click("Looks right")
    assert "Set up" in answer
    return newest(seat.stage)


def newest(stage: DirectStage) -> Reminder:
    return list(stage.storage.data.reminders.values())[-1]  # type: ignore[union-attr]


def stored(stage: DirectStage, reminder: Reminder) -> Reminder | None:
    return stage.storage.data.reminders.get((WORKSPACE, reminder.id))  # type: ignore[union-attr]


def schedule(stage: DirectStage, reminder: Reminder) -> Schedule | None:
    return stage.storage.data.schedules.get((WORKSPACE, reminder.schedule_id))  # type: ignore[union-attr]


def run_of(reminder: Reminder, *, skipped: tuple[datetime, ...] = ()) -> Run:
    return Run(
        id="run",
        schedule_id=reminder.schedule_id,
        topic="reminders.reminder",
        subject=reminder.id,
        due_at=AT,
        local_date="2026-11-27",
        skipped=skipped,
    )


def delivery_of(
    subject: str, to: Conversation, *, run: Run | None = None, **changes: object
) -> Delivery:
    values = {
        "id": "d1",
        "key": "k1",
        "topic": "reminders.reminder",
        "subject": subject,
        "to": to,
        "state": "sending",
        "run": run,
        "not_before": AT,
        "due_at": AT,
    }
    return Delivery.model_validate(values | changes)


def click(person: Person, where: Conversation, value: str, key: str = "click") -> ButtonClick:
    return ButtonClick(
        key=key,
        workspace=WORKSPACE,
        person=person,
        conversation=where,
        action="reminders.x",
        value=value,
    )
