"""Use cases of announcements: confirm, look how one stands, remind now, close, set."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.announcing.adoption import bring_forward, drop_reminders, schedule_id
from bot.announcing.asked import Asked, Standing
from bot.announcing.model import REMINDED_ON, Announcement, AnnouncingSettings, Confirmed
from bot.announcing.ports import AnnouncingWork
from bot.announcing.question import Question, question_about
from bot.charter.model import Charter, InForce, Version
from bot.charter.service import CharterService
from bot.errors import NotAllowed, NotFound, PlatformError, UserFacing
from bot.events import Event, Person
from bot.ports import Clock, Work

SHOWN = 3
"""The newest announcements of a charter that are listed."""
HURRY_AGAIN = timedelta(days=1)
"""An owner may have the missing reminded once in this time."""


class AnnouncingService:
    """Owners of the charter see how its announcements stand, and decide about them."""

    def __init__(
        self,
        *,
        work: Work[AnnouncingWork],
        charters: CharterService,
        asked: Asked,
        clock: Clock,
    ) -> None:
        self._work = work
        self._charters = charters
        self._asked = asked
        self._clock = clock

    async def get(self, workspace: str, announcement_id: str) -> Announcement:
        """The announcement; raises NotFound."""
        async with self._work(workspace) as tx:
            return await _get(tx, announcement_id)

    async def versions(
        self, workspace: str, announcement: Announcement
    ) -> tuple[Version | None, Version]:
        """The version before, and the one that is announced."""
        found = await self._charters.versions(workspace, announcement.charter_id)
        by_number = {version.number: version for version in found}
        if announcement.number not in by_number:
            raise _gone()
        return by_number.get(announcement.before), by_number[announcement.number]

    async def question(
        self, workspace: str, announcement: Announcement, person: Person
    ) -> Question | None:
        """What the person is asked before they confirm; None where they simply confirm."""
        if not announcement.question:
            return None
        before, after = await self.versions(workspace, announcement)
        if before is None:
            return None
        return question_about(before, after, f"{announcement.id}/{person.id}")

    async def confirm(self, event: Event, announcement_id: str) -> Announcement:
        """Note that the person has read it; what was noted first stays. Where another version was
        adopted meanwhile, nothing is noted: the announcement says so by its `state`."""
        async with self._work(event.workspace) as tx:
            announcement = await _get(tx, announcement_id)
            if announcement.state != "replaced":
                confirmed = Confirmed(by=event.person, at=self._clock.now())
                await tx.announcements.confirm(announcement_id, confirmed)
        return announcement

    async def newest(self, workspace: str, charter_id: str) -> Announcement | None:
        """The newest announcement of the charter."""
        async with self._work(workspace) as tx:
            return next(iter(await tx.announcements.of(charter_id, 1)), None)

    async def has_confirmed(self, event: Event, announcement: Announcement) -> bool:
        """Whether the person did, or is among who adopted it."""
        if event.person.id in {author.id for author in announcement.authors}:
            return True
        async with self._work(event.workspace) as tx:
            confirmed = await tx.announcements.confirmed(announcement.id)
        return event.person.id in {each.by.id for each in confirmed}

    async def waiting_for(
        self, workspace: str, person: Person, charters: Collection[str]
    ) -> Sequence[Announcement]:
        """Open ones that the person is asked to confirm and has not: by name, or as everybody is
        where one of these charters holds."""
        found = []
        async with self._work(workspace) as tx:
            for id_ in await tx.announcements.open():
                each = await _get(tx, id_)
                named = each.audience == "people"
                if not each.may_ask(person) or not (named or each.charter_id in charters):
                    continue
                passed = {*each.left, *(author.id for author in each.authors)}
                passed |= {one.by.id for one in await tx.announcements.confirmed(id_)}
                if not named:
                    passed |= {*await tx.newcomers.since([each.charter_id], each.at)}
                if person.id not in passed:
                    found.append(each)
        return found

    async def recent(self, event: Event, charter: Charter) -> Sequence[Standing]:
        """How the newest ones stand. Owners may; raises NotAllowed."""
        await self.must_own(event, charter)
        async with self._work(event.workspace) as tx:
            found = await tx.announcements.of(charter.id, SHOWN)
        return [await self._standing(event.workspace, each) for each in found]

    async def next_reminder(self, workspace: str, announcement: Announcement) -> datetime | None:
        """When the missing are reminded next; None where that is over."""
        async with self._work(workspace) as tx:
            for turn in REMINDED_ON:
                planned = await tx.outbox.scheduled(schedule_id(announcement.id, turn))
                if planned and planned.due_at:
                    return planned.due_at
        return None

    async def remind_now(self, event: Event, announcement_id: str) -> Announcement:
        """Bring the next of the two reminders forward. Raises UserFacing where both are behind, or
        one was brought forward just now."""
        await self._own(event, announcement_id)
        now = self._clock.now()
        async with self._work(event.workspace) as tx:
            announcement = await _get(tx, announcement_id)
            if not announcement.asks:
                raise UserFacing("Nobody is asked to confirm this version any more.")
            before = announcement.hurried_at
            if before and now - before < HURRY_AGAIN:
                raise UserFacing("They were reminded within the last day. Give them a little time.")
            if not await bring_forward(tx, announcement, now):
                raise UserFacing(
                    "Both reminders went out, and nobody is reminded a third time. "
                    "Ask those who are missing yourself."
                )
            announcement = announcement.model_copy(update={"hurried_at": now})
            await tx.announcements.put(announcement)
        return announcement

    async def close(self, event: Event, announcement_id: str) -> Announcement:
        """Nobody is asked any more; who confirmed stays on record."""
        await self._own(event, announcement_id)
        async with self._work(event.workspace) as tx:
            announcement = await _get(tx, announcement_id)
            if announcement.state == "open":
                closed = {"state": "closed", "closed_by": event.person}
                announcement = announcement.model_copy(update=closed)
                await tx.announcements.put(announcement)
                await drop_reminders(tx, announcement_id)
        return announcement

    async def settings(self, workspace: str, charter_id: str) -> AnnouncingSettings:
        """What holds for the charter."""
        async with self._work(workspace) as tx:
            return await tx.announcements.settings(charter_id)

    async def save(self, event: Event, charter_id: str, settings: AnnouncingSettings) -> Charter:
        """What holds from the next version on. Owners may; raises UserFacing for what does not go
        together."""
        charter = await self._charters.get(event.workspace, charter_id)
        await self.must_own(event, charter)
        if settings.audience == "people" and not settings.people:
            raise UserFacing("Choose who is asked, or ask everybody in the channels.")
        if settings.audience == "members" and not settings.channels:
            raise UserFacing(
                "Everybody in the channels is asked by the card there. Post it, or name people."
            )
        async with self._work(event.workspace) as tx:
            await tx.announcements.put_settings(charter_id, settings)
        return charter

    async def must_own(self, event: Event, charter: Charter) -> None:
        """Raises NotAllowed where the person does not own the charter."""
        if not await self.owns(event, charter):
            owners = await self._charters.owners(event.workspace, charter.id)
            names = " or ".join(owner.name for owner in owners)
            raise NotAllowed(
                f"Only owners of {charter.name} see who has read it, and decide what is "
                f"announced. Ask {names}."
            )

    async def owns(self, event: Event, charter: Charter) -> bool:
        """Whether the person owns the charter."""
        return await self._charters.role(event.workspace, charter.id, event.person) == "owner"

    async def here(self, event: Event) -> InForce:
        """What holds where the person is; raises UserFacing where nothing does."""
        found = await self._charters.in_force(event.workspace, event.conversation.id)
        if found is None:
            raise UserFacing("There is no charter here yet. `/mission edit` writes the first.")
        return found

    async def _own(self, event: Event, announcement_id: str) -> None:
        announcement = await self.get(event.workspace, announcement_id)
        charter = await self._charters.get(event.workspace, announcement.charter_id)
        await self.must_own(event, charter)

    async def _standing(self, workspace: str, announcement: Announcement) -> Standing:
        if not announcement.asks:
            return await self._asked.without_asking(workspace, announcement)
        try:
            return await self._asked.standing(workspace, announcement)
        except PlatformError:
            return await self._asked.without_asking(workspace, announcement)


async def _get(tx: AnnouncingWork, announcement_id: str) -> Announcement:
    found = await tx.announcements.get(announcement_id)
    if found is None:
        raise _gone()
    return found


def _gone() -> NotFound:
    return NotFound("That announcement is not here any more. `/mission history` has every version.")
