"""Use cases of reminders: draft, confirm, change, pause, skip, delete; each one transaction.

draft ── confirm ──> on <──> paused ── delete
                      └── no dates left ──> over
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.delivery.model import Schedule
from bot.errors import Gone, UserFacing
from bot.events import Conversation, Frozen, Person
from bot.ports import Clock, Work
from bot.recurrence.model import Hours
from bot.recurrence.occurrences import next_due
from bot.reminders.access import Access, Source, gone
from bot.reminders.model import MOST, OWN_WORDS, TOPIC, Reminder, Request, WhyPaused
from bot.reminders.ports import Charters, ReminderWork, Roster
from bot.settings.service import SettingsService

FORGET_AFTER = timedelta(days=30)
"""Drafts, and what is over, are kept so long."""
_MOMENT = timedelta(microseconds=1)


class Seen(Frozen):
    """A reminder as its page shows it."""

    reminder: Reminder
    hours: Hours
    """Whose working days count for it."""
    since: datetime
    """Its dates are those after this instant; one that is skipped is not among them."""
    done: int = 0
    """How many are behind it."""
    due: datetime | None = None
    """When it comes next, in UTC; None: never again."""
    now: datetime
    may_change: bool = True
    here: bool = True
    """Whether it was set up where it is looked at from."""


class ReminderService:
    """What people do with reminders."""

    def __init__(
        self,
        *,
        work: Work[ReminderWork],
        settings: SettingsService,
        charters: Charters,
        roster: Roster,
        clock: Clock,
    ) -> None:
        self._work = work
        self._settings = settings
        self._access = Access(work=work, charters=charters)
        self._roster = roster
        self._clock = clock

    async def draft(self, source: Source, request: Request) -> Seen:
        """The reminder, stored and not promised yet. Raises UserFacing when it would never come,
        or the person has too many."""
        reminder_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{source.workspace}/{source.key}").hex
        now = self._clock.now()
        reminder = Reminder(
            id=reminder_id,
            conversation=source.conversation,
            by=source.person,
            made_at=now,
            changed_at=now,
            **dict(request),
        )
        seen = await self._must_come(source.workspace, reminder, source)
        async with self._work(source.workspace) as tx:
            await tx.reminders.forget(now - FORGET_AFTER)
            await self._must_fit(tx, source.person)
            if not await tx.reminders.add(reminder):
                reminder = await tx.reminders.get(reminder_id) or reminder
        return seen.model_copy(update={"reminder": reminder})

    async def discard(self, source: Source, reminder_id: str) -> None:
        """Forget a draft; what is promised stays."""
        async with self._work(source.workspace) as tx:
            there = await tx.reminders.get(reminder_id)
            if there and there.state == "draft" and there.by.id == source.person.id:
                await tx.reminders.remove(reminder_id)

    async def confirm(self, source: Source, reminder_id: str) -> tuple[Seen, bool]:
        """Promise what was drafted, and whether that was new. Raises as `draft`."""
        found = await self._access.for_change(source, reminder_id)
        if found.state != "draft":
            return await self._seen(source.workspace, found, source), False
        if found.content == OWN_WORDS and not found.about:
            raise UserFacing("Say what I shall remind of first: press Say what.")
        seen = await self._must_come(source.workspace, found, source)
        async with self._work(source.workspace) as tx:
            there = await tx.reminders.get(reminder_id)
            if there is None:
                raise gone()
            if there.state != "draft":
                return seen.model_copy(update={"reminder": there}), False
            await self._must_fit(tx, source.person)
            on = there.model_copy(update={"state": "on", "changed_at": self._clock.now()})
            await tx.reminders.put(on)
            await tx.outbox.schedule(self._schedule(source.workspace, on, seen.hours))
        return seen.model_copy(update={"reminder": on}), True

    async def change(self, source: Source, reminder_id: str, request: Request) -> Seen:
        """Another time, audience or content. What was on is on at once; a draft stays one."""
        found = await self._access.for_change(source, reminder_id)
        new = {"changed_at": self._clock.now(), "edition": found.edition + 1}
        changed = found.model_copy(update={**dict(request), **new})
        if found.state == "over":
            changed = changed.model_copy(update={"state": "on"})
        seen = await self._must_come(source.workspace, changed, source)
        async with self._work(source.workspace) as tx:
            await tx.reminders.put(changed)
            await tx.outbox.unschedule(found.schedule_id)
            if changed.state == "on":
                await tx.outbox.schedule(self._schedule(source.workspace, changed, seen.hours))
        return seen

    async def get(self, source: Source, reminder_id: str) -> Seen:
        """The reminder. Raises NotFound where the person may not see it."""
        return await self._seen(
            source.workspace, await self._access.visible(source, reminder_id), source
        )

    async def to_change(self, source: Source, reminder_id: str) -> Seen:
        """The same for who is about to change it. Raises NotAllowed too."""
        found = await self._access.for_change(source, reminder_id)
        return await self._seen(source.workspace, found, source)

    async def listed(self, source: Source) -> Sequence[Reminder]:
        """Those of the conversation, then the person's other ones, oldest first."""
        async with self._work(source.workspace) as tx:
            here = await tx.reminders.in_conversation(source.conversation.id)
            own = await tx.reminders.of(source.person.id)
        shared = [each for each in here if each.is_listed_in(source.conversation)]
        known = {each.id for each in shared}
        return [*shared, *(each for each in own if each.id not in known)]

    async def seen(self, source: Source, reminders: Sequence[Reminder]) -> Sequence[Seen]:
        """Each as its page shows it."""
        return [await self._seen(source.workspace, each, source) for each in reminders]

    async def pause(self, source: Source, reminder_id: str) -> Seen:
        """Nothing comes until it is resumed."""
        found = await self._access.for_change(source, reminder_id)
        if found.state == "on":
            found = await self._paused(source.workspace, found, "asked")
        return await self._seen(source.workspace, found, source)

    async def resume(self, source: Source, reminder_id: str) -> Seen:
        """It comes again from its next date on. Raises UserFacing when it has none."""
        found = await self._access.for_change(source, reminder_id)
        if found.state == "paused":
            seen = await self._must_come(source.workspace, found, source)
            update = {"state": "on", "paused_because": "", "changed_at": self._clock.now()}
            found = found.model_copy(update=update)
            async with self._work(source.workspace) as tx:
                before = await tx.outbox.scheduled(found.schedule_id)
                await tx.reminders.put(found)
                schedule = self._schedule(source.workspace, found, seen.hours, before)
                await tx.outbox.schedule(schedule)
        return await self._seen(source.workspace, found, source)

    async def skip(self, source: Source, reminder_id: str, due: str) -> tuple[Seen, bool]:
        """Leave out the date that is due at `due` (an ISO instant); False when it is not the next
        one any more, so that the same click twice leaves out one."""
        found = await self._access.for_change(source, reminder_id)
        skipped = False
        async with self._work(source.workspace) as tx:
            schedule = await tx.outbox.scheduled(found.schedule_id)
            if schedule and schedule.due_at and schedule.due_at.isoformat() == due:
                after = next_due(schedule.rule, schedule.due_at, schedule.hours, schedule.done)
                changed = schedule.model_copy(update={"due_at": after.at if after else None})
                await tx.outbox.schedule(changed)
                skipped = True
        return await self._seen(source.workspace, found, source), skipped

    async def delete(self, source: Source, reminder_id: str) -> None:
        """Forget it; one that is gone already is no harm."""
        async with self._work(source.workspace) as tx:
            there = await tx.reminders.get(reminder_id)
        if there is None:
            return
        await self._access.for_change(source, reminder_id)
        async with self._work(source.workspace) as tx:
            await tx.reminders.remove(reminder_id)
            await tx.outbox.unschedule(there.schedule_id)

    async def hours_changed(self, workspace: str, person: Person | None) -> None:
        """Have the next dates follow the new hours of that person, or of the team."""
        async with self._work(workspace) as tx:
            found = await tx.reminders.of(person.id) if person else await tx.reminders.all_on()
        for reminder in (each for each in found if each.state == "on"):
            hours = await self.hours(workspace, reminder)
            async with self._work(workspace) as tx:
                before = await tx.outbox.scheduled(reminder.schedule_id)
                if before and before.due_at and before.hours != hours:
                    after = self._schedule(workspace, reminder, hours, before)
                    await tx.outbox.schedule(after)

    async def hours(self, workspace: str, reminder: Reminder) -> Hours:
        """Whose days off count: one's own for oneself; for others only the team's. The time that
        was asked for is kept, quiet hours or not; those of others hold its messages back."""
        hours = await self._settings.hours_of(workspace, reminder.by)
        update: dict[str, object] = {"quiet_from": None, "quiet_to": None}
        if reminder.to != "me":
            update["days_off"] = (await self._settings.team_hours(workspace)).days_off
        return hours.model_copy(update=update)

    # Parts

    async def _paused(self, workspace: str, reminder: Reminder, why: WhyPaused) -> Reminder:
        update = {"state": "paused", "paused_because": why, "changed_at": self._clock.now()}
        paused = reminder.model_copy(update=update)
        async with self._work(workspace) as tx:
            await pause_in(tx, paused)
        return paused

    def _schedule(
        self, workspace: str, reminder: Reminder, hours: Hours, before: Schedule | None = None
    ) -> Schedule:
        """Its promise; what is behind it, and what was skipped, stays so where the rule is the
        same."""
        now = self._clock.now()
        done, after = 0, now
        if before and before.rule == reminder.rule:
            done = before.done
            planned = next_due(before.rule, now, before.hours, done)
            if planned and before.due_at and before.due_at > planned.at:
                after = planned.at
        due = next_due(reminder.rule, after, hours, done)
        return Schedule(
            id=reminder.schedule_id,
            topic=TOPIC,
            subject=reminder.id,
            rule=reminder.rule,
            hours=hours,
            recipients=self._fixed(workspace, reminder),
            done=done,
            due_at=due.at if due else None,
        )

    def _fixed(self, workspace: str, reminder: Reminder) -> tuple[Conversation, ...]:
        match reminder.to:
            case "here":
                return (reminder.conversation,)
            case "me":
                return (self._direct(workspace, reminder.by),)
            case _:
                return ()

    def _direct(self, workspace: str, person: Person) -> Conversation:
        try:
            return self._roster.direct(workspace, person)
        except Gone:
            raise UserFacing(
                "I cannot write to anybody unasked from here. Set it up in a chat that I am in."
            ) from None

    async def _must_come(self, workspace: str, reminder: Reminder, source: Source) -> Seen:
        seen = await self._seen(workspace, reminder, source)
        if seen.due is None:
            raise UserFacing(
                "That would never come: it has no date from now on. Name a later day, or how often."
            )
        return seen

    async def _must_fit(self, tx: ReminderWork, person: Person) -> None:
        if len(await tx.reminders.of(person.id)) >= MOST:
            raise UserFacing(
                f"You have {MOST} reminders, and I keep no more for one person. "
                "Delete one in `/mission reminders` first."
            )

    async def _seen(self, workspace: str, reminder: Reminder, source: Source) -> Seen:
        hours = await self.hours(workspace, reminder)
        async with self._work(workspace) as tx:
            schedule = await tx.outbox.scheduled(reminder.schedule_id)
        now = self._clock.now()
        since, done = now, 0
        if schedule and schedule.rule == reminder.rule:
            done = schedule.done
            if schedule.due_at and schedule.due_at > now:
                since = schedule.due_at - _MOMENT
        over = schedule and reminder.state == "on" and schedule.due_at is None
        due = None if over else next_due(reminder.rule, since, hours, done)
        return Seen(
            reminder=reminder,
            hours=hours,
            since=since,
            done=done,
            due=due.at if due else None,
            now=now,
            may_change=await self._access.may_change(source, reminder),
            here=source.conversation.id == reminder.conversation.id,
        )


async def pause_in(tx: ReminderWork, paused: Reminder) -> None:
    """Store the reminder, paused, and hold its schedule."""
    await tx.reminders.put(paused)
    schedule = await tx.outbox.scheduled(paused.schedule_id)
    if schedule:
        await tx.outbox.schedule(schedule.model_copy(update={"paused": True, "due_at": None}))
