"""Who sees a reminder, and who changes it.

Whoever set it up does both, wherever they are. One that belongs to a conversation is seen by
everybody in it, and changed by the owners of the charter that holds there; they reach it from
elsewhere too, unless the conversation is private.
"""

from bot.errors import NotAllowed, NotFound
from bot.events import ButtonClick, Command, FormSubmit, Question
from bot.ports import Work
from bot.reminders.model import Reminder
from bot.reminders.ports import Charters, ReminderWork

Source = Command | Question | ButtonClick | FormSubmit


class Access:
    """Reads a reminder for somebody, where they may."""

    def __init__(self, *, work: Work[ReminderWork], charters: Charters) -> None:
        self._work = work
        self._charters = charters

    async def visible(self, source: Source, reminder_id: str) -> Reminder:
        """The reminder. Raises NotFound where the person may not see it."""
        async with self._work(source.workspace) as tx:
            found = await tx.reminders.get(reminder_id)
        if found is None:
            raise gone()
        own = found.by.id == source.person.id
        if own or found.is_listed_in(source.conversation):
            return found
        if found.is_shared and not found.conversation.private and await self._owns(source, found):
            return found
        raise gone()

    async def for_change(self, source: Source, reminder_id: str) -> Reminder:
        """The same for who is about to change it. Raises NotAllowed too."""
        found = await self.visible(source, reminder_id)
        if not await self.may_change(source, found):
            if found.state == "draft":
                raise NotAllowed(f"Only {found.by.name}, who asked for it, can say whether to.")
            owners = " and the charter's owners" if found.is_shared else ""
            raise NotAllowed(f"Only {found.by.name}{owners} can change this reminder.")
        return found

    async def may_change(self, source: Source, reminder: Reminder) -> bool:
        """Whether the person may."""
        if reminder.by.id == source.person.id:
            return True
        # A draft is nobody's but its author's.
        return (
            reminder.is_shared and reminder.state != "draft" and await self._owns(source, reminder)
        )

    async def _owns(self, source: Source, reminder: Reminder) -> bool:
        in_force = await self._charters.in_force(source.workspace, reminder.conversation.id)
        if in_force is None:
            return False
        owners = await self._charters.owners(source.workspace, in_force.charter.id)
        return source.person.id in {owner.id for owner in owners}


def gone() -> NotFound:
    """For a reminder that was deleted, or is not for this person."""
    return NotFound("That reminder is not here any more. `/mission reminders` lists those there.")
