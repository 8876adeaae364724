"""What this room puts on a person's own page: their next reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import Actions, Button, Element, body
from bot.home import Visitor
from bot.ports import Clock, Work
from bot.reminders.contents import Contents
from bot.reminders.model import Reminder
from bot.reminders.ports import ReminderWork
from bot.reminders.views import new_button
from bot.reminders.wording import moment_with_zone

SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class RemindersAtHome:
    """A section of the page."""

    work: Work[ReminderWork]
    contents: Contents
    clock: Clock

    async def coming(self, visitor: Visitor) -> Sequence[Element]:
        """The next of those that the visitor set up, and the way to all of them."""
        dated: list[tuple[datetime, Reminder]] = []
        async with self.work(visitor.workspace) as tx:
            for reminder in await tx.reminders.of(visitor.person.id):
                schedule = await tx.outbox.scheduled(reminder.schedule_id)
                if schedule and schedule.due_at:
                    dated.append((schedule.due_at, reminder))
        if not dated:
            return (body("**Your reminders**\nNone yet."), Actions(buttons=(new_button(),)))
        now = self.clock.now()
        parts: list[Element] = [body("**Your reminders**")]
        for due, reminder in sorted(dated, key=lambda each: each[0])[:SHOWN]:
            when = moment_with_zone(due, reminder.rule.zone, now)
            what = self.contents.in_words(reminder)
            parts.append(body("- {when}: {what}", when=when, what=what))
        every = Button(label="All reminders", action="reminders.list")
        return [*parts, Actions(buttons=(every, new_button()))]
