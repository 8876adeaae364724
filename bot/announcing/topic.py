"""What announcements say of their own accord: the card, what the missing get, the charter for who
comes new."""

from collections.abc import Callable, Sequence

from bot.announcing import views
from bot.announcing.adoption import CARD, REMINDER, schedule_id, turn_of
from bot.announcing.asked import Asked
from bot.announcing.model import REMINDED_ON, Announcement, first_moment
from bot.announcing.newcomers import CHARTER
from bot.announcing.ports import AnnouncingWork, Roster
from bot.announcing.service import AnnouncingService
from bot.cards import Card, Text
from bot.charter.model import InForce, Version
from bot.charter.service import CharterService
from bot.delivery.model import Delivery, Recipient, Run
from bot.drawing import together
from bot.events import Person
from bot.ports import Clock, Work
from bot.settings.service import SettingsService

Changes = Callable[[Version | None, Version], Text]
"""What one version changed, word by word."""
CharterCard = Callable[[InForce, Sequence[Person]], Card]
"""A charter as `/mission` shows it."""


class CardTopic:
    """A `bot.delivery.ports.Topic`: what changed, in every place and to whom is asked by name."""

    name = CARD

    def __init__(
        self, *, work: Work[AnnouncingWork], announcing: AnnouncingService, changes: Changes
    ) -> None:
        self._work = work
        self._announcing = announcing
        self._changes = changes

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody: these are posts, and name whom they go to."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """What changed. Where another version was adopted meanwhile, it asks for nothing."""
        announcement = await _find(self._work, workspace, delivery.subject)
        if announcement is None:
            return None
        before, after = await self._announcing.versions(workspace, announcement)
        here = next((p for p in announcement.places if p.to.id == delivery.to.id), None)
        through = here.charter_name if here and here.charter_id != announcement.charter_id else ""
        return views.announcement_card(
            announcement, self._changes(before, after), through=through, in_person=here is None
        )

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """All of them in one message, the oldest first."""
        return _in_one([await self.card(workspace, each) for each in deliveries])

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """The bot may not write there: owners see that with the announcement, and the next one of
        the default charter is not posted there."""
        async with self._work(workspace) as tx:
            announcement = await tx.announcements.get(delivery.subject)
            places = {place.to.id for place in announcement.places} if announcement else set()
            if announcement is None or delivery.to.id not in places:
                return
            unreached = tuple(dict.fromkeys((*announcement.unreached, delivery.to.id)))
            await tx.announcements.put(announcement.model_copy(update={"unreached": unreached}))
            await tx.places.forget(delivery.to.id)


class ReminderTopic:
    """A `bot.delivery.ports.Topic`: to the missing only, twice at most."""

    name = REMINDER

    def __init__(
        self,
        *,
        work: Work[AnnouncingWork],
        announcing: AnnouncingService,
        asked: Asked,
        settings: SettingsService,
        roster: Roster,
        changes: Changes,
        clock: Clock,
    ) -> None:
        self._work = work
        self._announcing = announcing
        self._asked = asked
        self._settings = settings
        self._roster = roster
        self._changes = changes
        self._clock = clock

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Whoever is asked and has not confirmed, each privately, on a day that they work and
        outside their quiet hours."""
        announcement = await _find(self._work, workspace, run.subject)
        if announcement is None or not announcement.asks:
            return ()
        missing = (await self._asked.standing(workspace, announcement)).missing
        hours = await self._settings.hours_of_all(workspace, missing)
        now = self._clock.now()
        return [
            Recipient(to=self._roster.direct(workspace, person), not_before=first_moment(now, own))
            for person, own in zip(missing, hours, strict=True)
        ]

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The change again; nothing once they confirmed, or when the next reminder is due too."""
        announcement = await _find(self._work, workspace, delivery.subject)
        if announcement is None or not announcement.asks or delivery.run is None:
            return None
        turn = turn_of(delivery.run.schedule_id)
        if await self._is_over(workspace, announcement, delivery, turn):
            return None
        before, after = await self._announcing.versions(workspace, announcement)
        return views.reminder_card(
            announcement, self._changes(before, after), last=turn == max(REMINDED_ON)
        )

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """Each announcement once, in one message."""
        newest = {each.subject: each for each in deliveries}
        return _in_one([await self.card(workspace, each) for each in newest.values()])

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Somebody cannot be written to. They stay among the missing, as they are."""

    async def _is_over(
        self, workspace: str, announcement: Announcement, delivery: Delivery, turn: int
    ) -> bool:
        async with self._work(workspace) as tx:
            confirmed = await tx.announcements.confirmed(announcement.id)
            following = await tx.outbox.scheduled(schedule_id(announcement.id, turn + 1))
        done = [*announcement.left, *(each.by.id for each in confirmed)]
        told = {self._roster.direct(workspace, Person(id=id_, name="")).id for id_ in done}
        # One that waited for somebody to be back must not come together with the next.
        return delivery.to.id in told or bool(following and following.due_at is None)


class CharterTopic:
    """A `bot.delivery.ports.Topic`: the charter, for somebody who came into a conversation. The
    subject is the charter's id."""

    name = CHARTER

    def __init__(self, *, charters: CharterService, charter_card: CharterCard) -> None:
        self._charters = charters
        self._charter_card = charter_card

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody: these are posts, and name whom they go to."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The charter as it stands now."""
        charter = await self._charters.get(workspace, delivery.subject)
        in_force = await self._charters.in_force_at(workspace, charter.id, charter.version.number)
        if in_force is None:
            return None
        owners = await self._charters.owners(workspace, charter.id)
        return views.newcomer_card(in_force.charter, self._charter_card(in_force, owners))

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """Each charter once."""
        newest = {each.subject: each for each in deliveries}
        return _in_one([await self.card(workspace, each) for each in newest.values()])

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Somebody cannot be written to; `/mission` shows them the charter all the same."""


async def _find(
    work: Work[AnnouncingWork], workspace: str, announcement_id: str
) -> Announcement | None:
    async with work(workspace) as tx:
        return await tx.announcements.get(announcement_id)


def _in_one(cards: Sequence[Card | None]) -> Card | None:
    said = [card for card in cards if card]
    return together(said) if said else None
