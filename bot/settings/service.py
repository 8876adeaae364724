"""Use cases of time settings: what holds for somebody, and changing it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.charter.service import CharterService
from bot.errors import NotAllowed
from bot.events import Event, Person
from bot.ports import Member, Work
from bot.recurrence.model import Hours, zone_named
from bot.settings.model import InEffect, PersonSettings, Wishes, in_effect, team_in_effect
from bot.settings.ports import SettingsWork

MOST_REMEMBERED = 10_000
"""People whose time zone need not be looked up."""

Changed = Callable[[str, Person | None], Awaitable[None]]
"""Told the workspace, and whose hours changed; None: the team's."""


class SettingsService:
    """When people work. Each method is one transaction."""

    def __init__(self, *, work: Work[SettingsWork], charters: CharterService) -> None:
        self._work = work
        self._charters = charters
        self._listeners: list[Changed] = []
        self._zones: dict[tuple[str, str], str] = {}
        """What the platform said last, so that an event costs no look at the database."""

    def tell(self, listener: Changed) -> None:
        """Call it whenever somebody's hours changed."""
        self._listeners.append(listener)

    async def hours_of(self, workspace: str, person: Person) -> Hours:
        """The person's zone, working days, holidays, days off and quiet hours."""
        return await _hours(await self.of(workspace, person))

    async def hours_of_all(self, workspace: str, people: Sequence[Person]) -> Sequence[Hours]:
        """The same for many, in their order."""
        return await self.hours_of_members(workspace, [Member(person=each) for each in people])

    async def hours_of_members(self, workspace: str, members: Sequence[Member]) -> Sequence[Hours]:
        """The same for many of whom the platform said the time zone just now; it is remembered."""
        moved: list[Person] = []
        async with self._work(workspace) as tx:
            said = dict(await tx.time_settings.of_all([each.person.id for each in members]))
            team = await tx.time_settings.team()
            for member in members:
                id_ = member.person.id
                before = said.setdefault(id_, PersonSettings(person_id=id_))
                if _is_zone(member.zone) and before.platform_zone != member.zone:
                    said[id_] = before.model_copy(update={"platform_zone": member.zone})
                    await tx.time_settings.put(said[id_])
                    if before.platform_zone and before.own.zone is None:
                        moved.append(member.person)
        for person in moved:
            await self._tell(workspace, person)

        def hours() -> Sequence[Hours]:
            return [in_effect(said[each.person.id], team).hours for each in members]

        return await asyncio.to_thread(hours)

    async def team_hours(self, workspace: str) -> Hours:
        """The same for who said nothing."""
        return await _hours(await self.team(workspace))

    async def of(self, workspace: str, person: Person) -> InEffect:
        """What holds for the person, and who said so."""
        async with self._work(workspace) as tx:
            return in_effect(await tx.time_settings.of(person.id), await tx.time_settings.team())

    async def team(self, workspace: str) -> InEffect:
        """What holds for who said nothing."""
        async with self._work(workspace) as tx:
            return team_in_effect(await tx.time_settings.team())

    async def wishes(self, workspace: str, person: Person | None) -> Wishes:
        """What the person (None: the team) said."""
        async with self._work(workspace) as tx:
            if person is None:
                return await tx.time_settings.team()
            return (await tx.time_settings.of(person.id)).own

    async def noticed(self, event: Event) -> None:
        """Remember the time zone that the platform says of whoever did something, where it is
        another one than before."""
        zone, whose = event.zone, (event.workspace, event.person.id)
        if not zone or self._zones.get(whose) == zone or not _is_zone(zone):
            return
        async with self._work(event.workspace) as tx:
            before = await tx.time_settings.of(event.person.id)
            if before.platform_zone != zone:
                await tx.time_settings.put(before.model_copy(update={"platform_zone": zone}))
        if len(self._zones) >= MOST_REMEMBERED:
            self._zones.clear()
        self._zones[whose] = zone
        if before.platform_zone != zone and before.own.zone is None:
            await self._tell(event.workspace, event.person)

    async def save(self, workspace: str, person: Person, wishes: Wishes) -> InEffect:
        """The person's word from now on; what holds then."""
        async with self._work(workspace) as tx:
            before = await tx.time_settings.of(person.id)
            after = PersonSettings(
                person_id=person.id, own=wishes, platform_zone=before.platform_zone
            )
            if after != before:
                await tx.time_settings.put(after)
            holds = in_effect(after, await tx.time_settings.team())
        await self._tell(workspace, person)
        return holds

    async def save_team(self, workspace: str, wishes: Wishes, by: Person) -> InEffect:
        """What holds from now on for who said nothing. Raises NotAllowed unless `by` may."""
        await self.must_set_team(workspace, by)
        async with self._work(workspace) as tx:
            await tx.time_settings.put_team(wishes)
        await self._tell(workspace, None)
        return team_in_effect(wishes)

    async def may_set_team(self, workspace: str, person: Person) -> bool:
        """Owners of the workspace's default charter may, and everybody while there is none."""
        return not await self._owners_instead_of(workspace, person)

    async def must_set_team(self, workspace: str, person: Person) -> None:
        """Raises NotAllowed where the person may not."""
        if owners := await self._owners_instead_of(workspace, person):
            names = " or ".join(owner.name for owner in owners)
            raise NotAllowed(
                f"Only owners of the charter change the team's times. Ask {names}. "
                "`/mission settings` changes your own."
            )

    async def _owners_instead_of(self, workspace: str, person: Person) -> Sequence[Person]:
        _, default = await self._charters.all(workspace)
        if default is None or await self._charters.role(workspace, default, person) == "owner":
            return ()
        return await self._charters.owners(workspace, default)

    async def _tell(self, workspace: str, person: Person | None) -> None:
        for listener in self._listeners:
            await listener(workspace, person)


async def _hours(holds: InEffect) -> Hours:
    # Whether a country is known is looked up in a library that takes a moment to load.
    return await asyncio.to_thread(lambda: holds.hours)


def _is_zone(name: str) -> bool:
    try:
        zone_named(name)
    except ValueError:
        return False
    return True
