"""What people do with a reminder that came to them privately: put it off, tick it off, leave it."""

import uuid
from datetime import datetime, time, timedelta

from bot.delivery.model import Post
from bot.errors import UserFacing
from bot.events import ButtonClick
from bot.ports import Clock, Work
from bot.recurrence.model import to_utc, zone_named
from bot.reminders.access import gone
from bot.reminders.model import TOPIC, Reminder
from bot.reminders.ports import ReminderWork
from bot.settings.service import SettingsService

MORNING = time(9)
LONGEST_SNOOZE = 7 * 24 * 60
"""Minutes."""


class PersonalService:
    """Each method is one transaction. Only in the person's own conversation with the bot, where
    nobody else can click."""

    def __init__(
        self, *, work: Work[ReminderWork], settings: SettingsService, clock: Clock
    ) -> None:
        self._work = work
        self._settings = settings
        self._clock = clock

    async def came(self, event: ButtonClick, reminder_id: str) -> Reminder:
        """The reminder that came here. Raises NotFound where none did."""
        async with self._work(event.workspace) as tx:
            found = await tx.reminders.get(reminder_id)
        if found is None or not event.conversation.direct:
            raise gone()
        return found

    async def snooze(self, event: ButtonClick, reminder_id: str, how: str) -> tuple[datetime, str]:
        """Bring it once more, after `how` many minutes or tomorrow in the "morning": when, and
        the name of that promise. The same click twice promises it once."""
        await self.came(event, reminder_id)
        until = await self._until(event, how)
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{event.workspace}/{event.key}").hex
        async with self._work(event.workspace) as tx:
            await tx.outbox.post(
                Post(
                    key=_key(name),
                    topic=TOPIC,
                    subject=reminder_id,
                    to=event.conversation,
                    not_before=until,
                )
            )
        return until, name

    async def done(self, event: ButtonClick, reminder_id: str, snoozed: str) -> None:
        """Ticked off; where it was put off before under that name, it does not come again."""
        await self.came(event, reminder_id)
        if snoozed:
            async with self._work(event.workspace) as tx:
                await tx.outbox.withdraw(_key(snoozed))

    async def leave(self, event: ButtonClick, reminder_id: str) -> None:
        """It does not come to this person any more."""
        found = await self.came(event, reminder_id)
        if event.person.id in found.left:
            return
        async with self._work(event.workspace) as tx:
            there = await tx.reminders.get(reminder_id)
            if there:
                left = (*there.left, event.person.id)
                await tx.reminders.put(there.model_copy(update={"left": left}))

    async def _until(self, event: ButtonClick, how: str) -> datetime:
        now = self._clock.now()
        if how == "morning":
            zone = (await self._settings.hours_of(event.workspace, event.person)).zone
            tomorrow = now.astimezone(zone_named(zone)).date() + timedelta(days=1)
            return to_utc(datetime.combine(tomorrow, MORNING), zone)
        if not how.isdecimal() or not 0 < int(how) <= LONGEST_SNOOZE:
            raise UserFacing("I don't know how long to put it off. Press one of the buttons again.")
        return now + timedelta(minutes=int(how))


def _key(name: str) -> str:
    return f"reminders.snooze/{name}"
