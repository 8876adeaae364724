"""Use cases of setting up a pulse: draft, start, change, pause, skip, stop, leave.

draft ── start ──> on <──> paused ── stop ──> over
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.charter.model import InForce, Role
from bot.delivery.model import Schedule
from bot.errors import NotAllowed, NotFound, UserFacing
from bot.events import Event, FormSubmit, Frozen, Person
from bot.ports import Clock, Work
from bot.pulse.model import Pulse
from bot.pulse.ports import PulseWork
from bot.pulse.times import EARLIEST, falls_due
from bot.recurrence.model import Hours, Occurrence
from bot.recurrence.occurrences import next_due

ASK = "pulse.ask"
"""The topic that asks; its subject is the pulse's id."""
NOBODYS_HOURS = Hours(zone=EARLIEST)
"""The dates of a pulse follow nobody's days off: each person's own count when they are asked."""


class Charters(Protocol):
    """What the charter room answers (`bot.charter.service.CharterService`)."""

    async def in_force(self, workspace: str, conversation_id: str) -> InForce | None: ...
    async def owners(self, workspace: str, charter_id: str) -> Sequence[Person]: ...
    async def role(self, workspace: str, charter_id: str, person: Person) -> Role: ...


class Seen(Frozen):
    """A pulse as its page shows it."""

    pulse: Pulse
    next: Occurrence | None = None
    """When it is asked next: the local date; None: not any more, or paused."""
    may_change: bool = False


class PulseService:
    """What people do with a pulse."""

    def __init__(self, *, work: Work[PulseWork], charters: Charters, clock: Clock) -> None:
        self._work = work
        self._charters = charters
        self._clock = clock

    async def here(self, event: Event) -> Seen | None:
        """The conversation's pulse; None where there is none that still runs."""
        pulse = await self.newest(event.workspace, event.conversation.id)
        return await self._seen(event, pulse) if pulse and pulse.state != "over" else None

    async def newest(self, workspace: str, conversation_id: str) -> Pulse | None:
        """The conversation's pulse that runs; else the last one that was stopped."""
        async with self._work(workspace) as tx:
            found = await tx.pulses.of(conversation_id)
        running = [pulse for pulse in found if pulse.state != "over"]
        return next(iter([*running, *found]), None)

    async def charter(self, event: Event) -> InForce:
        """The charter that holds here. Raises UserFacing without one, or where the person may not
        set up a pulse."""
        in_force = await self._charters.in_force(event.workspace, event.conversation.id)
        if in_force is None:
            raise UserFacing(
                "There is no charter here yet, and a pulse asks about one. "
                "`/mission edit` writes the first."
            )
        await self._must_lead(event, in_force.charter.id)
        return in_force

    async def draft(self, event: FormSubmit, filled: Mapping[str, object]) -> Seen:
        """A pulse as the form has it, stored and not begun. Raises UserFacing where one runs here
        already."""
        in_force = await self.charter(event)
        if await self.here(event):
            raise UserFacing(
                "A pulse runs here already. `/mission pulse` shows it, to change or to stop."
            )
        pulse = Pulse.model_validate(
            {
                **filled,
                "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{event.workspace}/{event.key}").hex,
                "charter_id": in_force.charter.id,
                "conversation": event.conversation,
                "by": event.person,
                "made_at": self._clock.now(),
            }
        )
        async with self._work(event.workspace) as tx:
            await tx.pulses.add(pulse)
        return await self._seen(event, pulse)

    async def start(self, event: Event, pulse_id: str) -> Seen:
        """From now on it is asked. Once started, this changes nothing."""
        pulse = await self.led(event, pulse_id)
        there = await self.here(event)
        if pulse.state == "draft" and there is not None:
            raise UserFacing("A pulse runs here already. `/mission pulse` shows it.")
        return await self._turn(event, pulse, when="draft", to="on")

    async def discard(self, event: Event, pulse_id: str) -> None:
        """Forget a draft."""
        pulse = await self.led(event, pulse_id)
        if pulse.state == "draft":
            async with self._work(event.workspace) as tx:
                await tx.pulses.remove(pulse_id)

    async def change(self, event: FormSubmit, filled: Mapping[str, object]) -> Seen:
        """As the form has it, from the next time on. A draft stays one."""
        pulse = await self.led(event, event.state)
        changed = Pulse.model_validate({**dict(pulse), **filled})
        async with self._work(event.workspace) as tx:
            # Whoever left meanwhile stays left.
            now = await self._get(tx, pulse.id)
            changed = changed.model_copy(update={"left": now.left, "editions": now.editions})
            await tx.pulses.save(changed)
            if changed.state == "on" and changed.rule != now.rule:
                await tx.outbox.schedule(self._promise(changed, self._clock.now()))
        return await self._seen(event, changed)

    async def pause(self, event: Event, pulse_id: str) -> Seen:
        """Nothing new is asked until it is resumed; what is open goes on to its end."""
        return await self._turn(event, await self.led(event, pulse_id), when="on", to="paused")

    async def resume(self, event: Event, pulse_id: str) -> Seen:
        """Asked again from its next date on."""
        return await self._turn(event, await self.led(event, pulse_id), when="paused", to="on")

    async def stop(self, event: Event, pulse_id: str) -> Seen:
        """For good. What is open is asked of nobody else, and closes when it was to."""
        pulse = await self.led(event, pulse_id)
        async with self._work(event.workspace) as tx:
            over = (await self._get(tx, pulse.id)).model_copy(update={"state": "over"})
            await tx.pulses.save(over)
            await tx.outbox.unschedule(schedule_id(over))
        return Seen(pulse=over, may_change=True)

    async def skip(self, event: Event, pulse_id: str, day: str) -> tuple[Seen, bool]:
        """Leave out the date `day`; False when it is not the next one any more, so that the same
        click twice leaves out one."""
        pulse = await self.led(event, pulse_id)
        skipped = False
        async with self._work(event.workspace) as tx:
            there = await tx.outbox.scheduled(schedule_id(pulse))
            if there and there.due_at and there.rule.start.date().isoformat() == day:
                await tx.outbox.schedule(self._promise(pulse, there.due_at))
                skipped = True
        return await self._seen(event, pulse), skipped

    async def leave(self, event: Event, pulse_id: str, *, back: bool = False) -> Pulse:
        """The person is never asked again; `back`: they are, from the next time on."""
        async with self._work(event.workspace) as tx:
            pulse = await self._get(tx, pulse_id)
            others = tuple(id_ for id_ in pulse.left if id_ != event.person.id)
            left = others if back else (*others, event.person.id)
            changed = pulse.model_copy(update={"left": left})
            await tx.pulses.save(changed)
        return changed

    async def get(self, workspace: str, pulse_id: str) -> Pulse:
        """The pulse. Raises NotFound."""
        async with self._work(workspace) as tx:
            return await self._get(tx, pulse_id)

    async def led(self, event: Event, pulse_id: str) -> Pulse:
        """The pulse for who may change it, where it was set up. Raises NotFound, NotAllowed."""
        pulse = await self.get(event.workspace, pulse_id)
        if pulse.conversation.id != event.conversation.id:
            raise gone()
        await self._must_lead(event, pulse.charter_id)
        return pulse

    async def leads(self, event: Event, pulse: Pulse) -> bool:
        """Whether the person may change it: owners and editors of the charter."""
        return await self.may_lead(event.workspace, pulse, event.person)

    async def may_lead(self, workspace: str, pulse: Pulse, person: Person) -> bool:
        """The same by the person."""
        return await self._charters.role(workspace, pulse.charter_id, person) != "member"

    async def owners(self, workspace: str, pulse: Pulse) -> Sequence[Person]:
        """Who owns the charter that it asks about; who set it up, while nobody does."""
        return await self._charters.owners(workspace, pulse.charter_id) or (pulse.by,)

    async def next_date(self, workspace: str, pulse: Pulse) -> Occurrence | None:
        """When it is asked next; None where it is not on."""
        if pulse.state != "on":
            return None
        async with self._work(workspace) as tx:
            there = await tx.outbox.scheduled(schedule_id(pulse))
        if there is None or there.due_at is None:
            return next_due(pulse.rule, self._clock.now(), NOBODYS_HOURS)
        return Occurrence(date=there.rule.start.date(), planned=there.rule.start, at=there.due_at)

    async def plan_next(self, workspace: str, pulse_id: str, after: datetime) -> Pulse | None:
        """Promise the date after the one that fell due at `after`, unless that was done; the pulse,
        None where it is not on."""
        async with self._work(workspace) as tx:
            pulse = await tx.pulses.get(pulse_id)
            if pulse is None or pulse.state != "on":
                return None
            there = await tx.outbox.scheduled(schedule_id(pulse))
            if there is None or there.due_at is None:
                since = max(after, self._clock.now())
                await tx.outbox.schedule(self._promise(pulse, since))
        return pulse

    # Parts

    async def _turn(self, event: Event, pulse: Pulse, *, when: str, to: str) -> Seen:
        async with self._work(event.workspace) as tx:
            there = await self._get(tx, pulse.id)
            if there.state == when:
                there = there.model_copy(update={"state": to})
                await tx.pulses.save(there)
                if to == "on":
                    await tx.outbox.schedule(self._promise(there, self._clock.now()))
                else:
                    await tx.outbox.unschedule(schedule_id(there))
        return await self._seen(event, there)

    async def _seen(self, event: Event, pulse: Pulse) -> Seen:
        draft = pulse.state == "draft"
        first = next_due(pulse.rule, self._clock.now(), NOBODYS_HOURS) if draft else None
        return Seen(
            pulse=pulse,
            next=first or await self.next_date(event.workspace, pulse),
            may_change=await self.leads(event, pulse),
        )

    def _promise(self, pulse: Pulse, after: datetime) -> Schedule:
        """The pulse's next date after the instant: one that is said however late we are."""
        coming = next_due(pulse.rule, after, NOBODYS_HOURS)
        day = coming.date if coming else pulse.rule.start.date()
        return Schedule(
            id=schedule_id(pulse),
            topic=ASK,
            subject=pulse.id,
            rule=falls_due(day, pulse.rule.clock),
            hours=NOBODYS_HOURS,
            due_at=coming.at if coming else None,
        )

    async def _get(self, tx: PulseWork, pulse_id: str) -> Pulse:
        pulse = await tx.pulses.get(pulse_id)
        if pulse is None:
            raise gone()
        return pulse

    async def _must_lead(self, event: Event, charter_id: str) -> None:
        role = await self._charters.role(event.workspace, charter_id, event.person)
        if role == "member":
            owners = await self._charters.owners(event.workspace, charter_id)
            names = " or ".join(owner.name for owner in owners)
            raise NotAllowed(f"Owners and editors of the charter set up the pulse. Ask {names}.")


def schedule_id(pulse: Pulse) -> str:
    """The promise of its next date in the outbox."""
    return f"{ASK}/{pulse.id}"


def edition_id(pulse_id: str, day: str) -> str:
    """The edition of the pulse that is begun on that day (YYYY-MM-DD)."""
    return f"{pulse_id}/{day}"


def gone() -> NotFound:
    """For a pulse that was removed, or is not for this place."""
    return NotFound("That pulse is not here any more. `/mission pulse` shows what there is.")
