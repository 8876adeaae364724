"""Who is told what an edition came to, and when: the owners first, then everybody.

closed ── owners, each privately, at 9:00 of their next working day
       └─ the conversation, an hour later at the earliest, on a working day of the team's
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from bot.delivery.model import Post
from bot.errors import Gone
from bot.events import Event, Frozen, Person
from bot.ports import Clock, Member, Work
from bot.pulse import times
from bot.pulse.against import Believed, Beside, believed, beside
from bot.pulse.audience import Audience, HoursOf
from bot.pulse.model import Edition, Published, Pulse
from bot.pulse.ports import PulseWork
from bot.pulse.setup import PulseService

TOLD = "pulse.told"
"""The topic that tells results. Subjects are "owner:" or "all:" and an edition's id."""
NINE = time(9)
ELEVEN = time(11)
HOUR = timedelta(hours=1)
KEPT = 26
"""Editions that are looked back on: half a year of a weekly pulse."""


class Shares(Protocol):
    """How many decisions serve each line (`bot.pulse.against.DecisionShares`)."""

    async def __call__(
        self, workspace: str, charter_id: str, conversation_id: str
    ) -> Mapping[str, int]: ...


class Results(Frozen):
    """What somebody may see of a pulse, the newest edition first."""

    pulse: Pulse
    found: tuple[Published, ...] = ()
    beside: tuple[Beside, ...] = ()
    next: date | None = None
    leads: bool = False
    """Whether they are an owner or editor."""
    waiting: bool = False
    """Whether the newest is with the owners alone yet."""


@dataclass(frozen=True, kw_only=True)
class ResultsService:
    """Reads what was published, for who may see it, and has it told."""

    work: Work[PulseWork]
    pulses: PulseService
    audience: Audience
    hours: HoursOf
    shares: Shares
    clock: Clock

    async def seen_by(self, event: Event, pulse: Pulse) -> Results:
        """What the person may see where they are."""
        return await self.visible(event.workspace, pulse, event.person)

    async def seen_from(
        self, workspace: str, conversation_id: str, person: Person
    ) -> Sequence[Published]:
        """What the person may see of the conversation's newest pulse."""
        pulse = await self.pulses.newest(workspace, conversation_id)
        return (await self.visible(workspace, pulse, person)).found if pulse else ()

    async def visible(self, workspace: str, pulse: Pulse, person: Person | None) -> Results:
        """What the person may see; None: what everybody in the conversation may."""
        leads = person is not None and await self.pulses.may_lead(workspace, pulse, person)
        found = tuple(await self._published(workspace, pulse))
        waiting = False
        while not leads and found and not await self._is_told(workspace, pulse, found[0].edition):
            waiting, found = True, found[1:]
        return await self._results(workspace, pulse, found, leads=leads, waiting=waiting)

    async def of(self, workspace: str, edition: Edition, pulse: Pulse) -> Results | None:
        """All that is known up to that edition."""
        every = await self._published(workspace, pulse)
        found = tuple(each for each in every if each.edition.number <= edition.number)
        if not found or found[0].edition.id != edition.id:
            return None
        return await self._results(workspace, pulse, found, leads=False)

    async def belief(self, workspace: str, charter_id: str) -> Sequence[Believed]:
        """Belief in each line of the charter, from what everybody was told."""
        async with self.work(workspace) as tx:
            pulses = [each for each in await tx.pulses.all() if each.charter_id == charter_id]
        lines: dict[str, Believed] = {}
        for pulse in pulses:
            if not pulse.tell_channel or pulse.conversation.private:
                continue
            seen = await self.visible(workspace, pulse, None)
            for line in believed(seen.found):
                lines.setdefault(line.ref, line)
        return list(lines.values())

    async def closed(self, workspace: str, published: Published) -> None:
        """Promise to tell the owners, then everybody. Again, it promises nothing twice."""
        edition = published.edition
        async with self.work(workspace) as tx:
            pulse = await tx.pulses.get(edition.pulse_id)
        if pulse is None:
            return
        notes, everybody = await self._moments(workspace, pulse, edition)
        async with self.work(workspace) as tx:
            for owner, at in notes:
                try:
                    to = self.audience.direct(workspace, owner)
                except Gone:
                    continue  # the platform is not set up any more
                key = f"{TOLD}/{edition.id}/{owner.id}"[:255]
                subject = f"owner:{edition.id}"
                await tx.outbox.post(
                    Post(key=key, topic=TOLD, subject=subject, to=to, not_before=at)
                )
            if everybody:
                post = Post(
                    key=f"{TOLD}/{edition.id}",
                    topic=TOLD,
                    subject=f"all:{edition.id}",
                    to=pulse.conversation,
                    not_before=everybody,
                )
                await tx.outbox.post(post)

    async def _published(self, workspace: str, pulse: Pulse) -> Sequence[Published]:
        async with self.work(workspace) as tx:
            return await tx.editions.published(pulse.id, KEPT)

    async def _results(
        self,
        workspace: str,
        pulse: Pulse,
        found: tuple[Published, ...],
        *,
        leads: bool,
        waiting: bool = False,
    ) -> Results:
        served = await self.shares(workspace, pulse.charter_id, pulse.conversation.id)
        coming = await self.pulses.next_date(workspace, pulse)
        return Results(
            pulse=pulse,
            found=found,
            beside=tuple(beside(believed(found), served)),
            next=coming.date if coming else None,
            leads=leads,
            waiting=waiting,
        )

    async def _is_told(self, workspace: str, pulse: Pulse, edition: Edition) -> bool:
        _, everybody = await self._moments(workspace, pulse, edition)
        return everybody is not None and everybody <= self.clock.now()

    async def _moments(
        self, workspace: str, pulse: Pulse, edition: Edition
    ) -> tuple[Sequence[tuple[Person, datetime]], datetime | None]:
        """When each owner is told, and when everybody is (None: never)."""
        owners = await self.pulses.owners(workspace, pulse)
        members = [Member(person=owner) for owner in owners]
        hours = await self.hours.hours_of_members(workspace, members)
        closed = edition.closes_at
        notes = [
            (owner, times.next_working(closed, NINE, own))
            for owner, own in zip(owners, hours, strict=True)
        ]
        if not pulse.tell_channel or pulse.conversation.direct:
            return notes, None
        team = await self.hours.team_hours(workspace)
        last = max(at for _, at in notes)
        return notes, times.next_working(last + HOUR, ELEVEN, team)
