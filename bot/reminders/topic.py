"""What reminders say of their own accord, and what happens when they cannot.

`ReminderTopic` brings a reminder when it falls due, or when it was put off. `NoticeTopic` tells
whoever set one up that it cannot be brought any more; where they are gone, the charter's owners.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from bot.cards import Card
from bot.delivery.model import Delivery, Post, Recipient, Run
from bot.errors import Gone, Refused
from bot.events import Conversation, Lifecycle
from bot.ports import Clock, Work
from bot.recurrence.occurrences import next_due
from bot.reminders import notices
from bot.reminders.contents import Contents
from bot.reminders.model import TOPIC, Reminder, WhyPaused
from bot.reminders.ports import Charters, ReminderWork, Roster
from bot.reminders.service import pause_in
from bot.replies import Replies
from bot.settings.service import SettingsService

NOTICE = "reminders.notice"
"""The topic that tells what happened to a reminder. Subjects are "stopped:" or "left:" and the
reminder's id."""


class ReminderTopic:
    """A `bot.delivery.ports.Topic`."""

    name = TOPIC

    def __init__(
        self,
        *,
        work: Work[ReminderWork],
        settings: SettingsService,
        roster: Roster,
        contents: Contents,
        clock: Clock,
    ) -> None:
        self._work = work
        self._settings = settings
        self._roster = roster
        self._contents = contents
        self._clock = clock

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Those named, or everybody who is in the conversation now, each privately and after
        their own quiet hours."""
        reminder = await self._get(workspace, run.subject)
        if reminder is None or reminder.state != "on":
            return ()
        people = reminder.people
        if reminder.to == "everybody":
            try:
                members = await self._roster.members(workspace, reminder.conversation)
            except (Gone, Refused):
                await stop(self._work, self._roster, workspace, reminder, run.id, self._clock)
                return ()
            people = tuple(each.person for each in members if each.kind != "bot")
        wanted = [person for person in people if person.id not in reminder.left]
        now = self._clock.now()
        hours = await self._settings.hours_of_all(workspace, wanted)
        return [
            Recipient(
                to=self._roster.direct(workspace, person),
                not_before=own.end_of_quiet(now) if own.is_quiet(now) else None,
            )
            for person, own in zip(wanted, hours, strict=True)
        ]

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The reminder with its content as it stands now; nothing once it was paused or
        deleted. What was put off comes all the same."""
        reminder = await self._get(workspace, delivery.subject)
        if reminder is None or (delivery.run and reminder.state == "paused"):
            return None
        following = await self._following(workspace, reminder)
        if delivery.run and following is None and reminder.state == "on":
            await self._over(workspace, reminder)
        return await notices.reminder_card(
            self._contents,
            workspace,
            reminder,
            delivery,
            following=following,
            now=self._clock.now(),
        )

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """One list of what came due while nothing ran."""
        found = []
        for delivery in deliveries:
            reminder = await self._get(workspace, delivery.subject)
            if reminder and not (delivery.run and reminder.state == "paused"):
                found.append((reminder, delivery.due_at))
        return notices.missed_card(self._contents, found) if found else None

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """A conversation that cannot be reached pauses its reminder and has whoever set it up
        told; a person who cannot be reached is left out from then on."""
        reminder = await self._get(workspace, delivery.subject)
        if reminder is None or reminder.state == "paused" or delivery.state != "dead":
            return
        if reminder.to in ("here", "me"):
            await stop(self._work, self._roster, workspace, reminder, delivery.id, self._clock)
            return
        known = {self._roster.direct(workspace, each).id: each for each in reminder.people}
        lost = known.get(delivery.to.id)
        if lost is None:
            return
        left = tuple({*reminder.left, lost.id})
        if all(person.id in left for person in reminder.people):
            await stop(self._work, self._roster, workspace, reminder, delivery.id, self._clock)
            return
        async with self._work(workspace) as tx:
            await tx.reminders.put(reminder.model_copy(update={"left": left}))

    async def _following(self, workspace: str, reminder: Reminder) -> datetime | None:
        async with self._work(workspace) as tx:
            schedule = await tx.outbox.scheduled(reminder.schedule_id)
        if schedule is None or reminder.state != "on":
            return None
        now = self._clock.now()
        due = schedule.due_at
        if due is None or due <= now:
            later = next_due(schedule.rule, now, schedule.hours, schedule.done)
            due = later.at if later and due else None
        return due

    async def _over(self, workspace: str, reminder: Reminder) -> None:
        update = {"state": "over", "changed_at": self._clock.now()}
        async with self._work(workspace) as tx:
            await tx.reminders.put(reminder.model_copy(update=update))

    async def _get(self, workspace: str, reminder_id: str) -> Reminder | None:
        async with self._work(workspace) as tx:
            return await tx.reminders.get(reminder_id)


class NoticeTopic:
    """A `bot.delivery.ports.Topic`: word that a reminder is paused, as nobody can be reached where
    it went, or that whoever set it up has left."""

    name = NOTICE

    def __init__(
        self, *, work: Work[ReminderWork], charters: Charters, roster: Roster, contents: Contents
    ) -> None:
        self._work = work
        self._charters = charters
        self._roster = roster
        self._contents = contents

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody: these are posts, and name whom they go to."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """What happened, while it still is so."""
        kind, reminder = await self._about(workspace, delivery)
        if reminder is None:
            return None
        if kind == "left":
            return notices.left_card(self._contents, reminder)
        own = self._roster.direct(workspace, reminder.by).id == delivery.to.id
        return notices.stopped_card(self._contents, [reminder], own=own)

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """What is paused, in one list."""
        found = [await self._about(workspace, each) for each in deliveries]
        stopped = [reminder for kind, reminder in found if reminder and kind == "stopped"]
        if not stopped:
            return None
        own = {self._roster.direct(workspace, each.by).id for each in stopped}
        return notices.stopped_card(self._contents, stopped, own=own == {deliveries[0].to.id})

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Whoever set it up is gone: the charter's owners are told of what was the
        conversation's."""
        kind, reminder = await self._about(workspace, delivery)
        if reminder is None or kind == "left" or not reminder.is_shared:
            return
        if self._roster.direct(workspace, reminder.by).id != delivery.to.id:
            return  # an owner cannot be reached either: nobody is left to tell
        await tell_owners(
            self._work, self._charters, self._roster, workspace, reminder, kind, delivery.id
        )

    async def _about(self, workspace: str, delivery: Delivery) -> tuple[str, Reminder | None]:
        kind, _, reminder_id = delivery.subject.partition(":")
        async with self._work(workspace) as tx:
            found = await tx.reminders.get(reminder_id)
        so = found and (found.state == "on" if kind == "left" else found.state == "paused")
        return kind, found if so else None


class Comings:
    """What becomes of reminders when the bot or people leave a conversation."""

    def __init__(
        self, *, work: Work[ReminderWork], charters: Charters, roster: Roster, clock: Clock
    ) -> None:
        self._work = work
        self._charters = charters
        self._roster = roster
        self._clock = clock

    async def lifecycle(self, event: Lifecycle) -> Replies:
        """Where the bot was taken out, what went there is paused, and whoever set it up is told.
        Where somebody left, the owners are told what they set up there; it goes on."""
        if event.what not in ("left", "person_left"):
            return Replies(items=())
        workspace = event.workspace
        async with self._work(workspace) as tx:
            found = await tx.reminders.in_conversation(event.conversation.id)
        for reminder in found:
            if not reminder.is_shared or reminder.state != "on":
                continue
            if event.what == "left":
                await stop(self._work, self._roster, workspace, reminder, event.key, self._clock)
            elif reminder.by.id == event.person.id:
                await tell_owners(
                    self._work,
                    self._charters,
                    self._roster,
                    workspace,
                    reminder,
                    "left",
                    event.key,
                )
        return Replies(items=())


async def stop(
    work: Work[ReminderWork],
    roster: Roster,
    workspace: str,
    reminder: Reminder,
    because: str,
    clock: Clock,
) -> None:
    """Pause the reminder and promise word of it to whoever set it up; `because` names what
    happened, so that the same again says nothing."""
    why: WhyPaused = "unreachable"
    update = {"state": "paused", "paused_because": why, "changed_at": clock.now()}
    async with work(workspace) as tx:
        await pause_in(tx, reminder.model_copy(update=update))
        to = roster.direct(workspace, reminder.by)
        await tx.outbox.post(_notice(reminder, "stopped", because, to))


async def tell_owners(
    work: Work[ReminderWork],
    charters: Charters,
    roster: Roster,
    workspace: str,
    reminder: Reminder,
    kind: str,
    because: str,
) -> None:
    """Promise word of it to the owners of the charter that holds there, each privately."""
    in_force = await charters.in_force(workspace, reminder.conversation.id)
    if in_force is None:
        return
    owners = await charters.owners(workspace, in_force.charter.id)
    async with work(workspace) as tx:
        for owner in owners:
            if owner.id != reminder.by.id:
                to = roster.direct(workspace, owner)
                await tx.outbox.post(_notice(reminder, kind, because, to))


def _notice(reminder: Reminder, kind: str, because: str, to: Conversation) -> Post:
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{reminder.id}/{kind}/{because}/{to.id}").hex
    return Post(key=f"{NOTICE}/{name}", topic=NOTICE, subject=f"{kind}:{reminder.id}", to=to)
