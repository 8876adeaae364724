"""Who is asked to confirm an announcement, and who of them has not."""

from collections.abc import Sequence

from bot.announcing.model import Announcement, Confirmed
from bot.announcing.ports import AnnouncingWork, Roster
from bot.errors import Gone, Refused
from bot.events import Frozen, Person
from bot.ports import Work


class Standing(Frozen):
    """How an announcement stands. `asked` is None where the platform does not say now who is
    there."""

    announcement: Announcement
    confirmed: tuple[Confirmed, ...]
    asked: tuple[Person, ...] | None

    @property
    def missing(self) -> Sequence[Person]:
        """Who is asked and has not confirmed."""
        done = {each.by.id for each in self.confirmed}
        return [person for person in self.asked or () if person.id not in done]

    @property
    def has_everybody(self) -> bool:
        """Whether all who are asked have confirmed."""
        return bool(self.asked) and not self.missing


class Asked:
    """Asks the platform each time, so that whoever left is asked no more."""

    def __init__(self, *, work: Work[AnnouncingWork], roster: Roster) -> None:
        self._work = work
        self._roster = roster

    async def standing(self, workspace: str, announcement: Announcement) -> Standing:
        """How it stands now. Raises PlatformErrors where the platform cannot say for now."""
        asked = await self._asked(workspace, announcement)
        return await self.without_asking(workspace, announcement, asked)

    async def without_asking(
        self,
        workspace: str,
        announcement: Announcement,
        asked: Sequence[Person] | None = None,
    ) -> Standing:
        """The same from what is stored."""
        async with self._work(workspace) as tx:
            confirmed = await tx.announcements.confirmed(announcement.id)
        return Standing(
            announcement=announcement,
            confirmed=tuple(confirmed),
            asked=None if asked is None else tuple(asked),
        )

    async def _asked(self, workspace: str, announcement: Announcement) -> Sequence[Person]:
        if announcement.audience == "nobody":
            return ()
        if announcement.audience == "people":
            people = {person.id: person for person in announcement.people}
        else:
            people = await self._members(workspace, announcement)
        passed = {*announcement.left, *(author.id for author in announcement.authors)}
        return [person for person in people.values() if person.id not in passed]

    async def _members(self, workspace: str, announcement: Announcement) -> dict[str, Person]:
        """Everybody where it is posted, but bots and those who came since: the charter that they
        were shown on coming has the change in it."""
        people: dict[str, Person] = {}
        for place in announcement.places:
            try:
                members = await self._roster.members(workspace, place.to)
            except (Gone, Refused):
                continue  # the bot is not there any more: nobody is asked there
            people |= {each.person.id: each.person for each in members if each.kind != "bot"}
        charters = {place.charter_id for place in announcement.places}
        async with self._work(workspace) as tx:
            came = set(await tx.newcomers.since(charters, announcement.at))
        return {id_: person for id_, person in people.items() if id_ not in came}
