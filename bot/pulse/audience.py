"""Whom a pulse asks, and their hours."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.errors import Gone, Refused
from bot.events import Conversation, Frozen, Key, Person
from bot.ports import Member
from bot.pulse.model import Pulse
from bot.recurrence.model import Hours


class Roster(Protocol):
    """Who is where, on whichever platform the workspace is. Failures are PlatformErrors."""

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's own conversation with the bot."""
        ...

    async def members(self, workspace: str, of: Conversation) -> Sequence[Member]:
        """Everybody in the conversation, the bot itself left out."""
        ...


class Group(Frozen):
    """A group of people that a platform knows ("@designers")."""

    id: Key
    name: str


class Groups(Protocol):
    """A platform whose groups we may read. Failures are PlatformErrors."""

    async def groups(self, workspace: str) -> Sequence[Group]:
        """By name."""
        ...

    async def group_members(self, workspace: str, group_id: str) -> Sequence[Member]:
        """Everybody in the group, the bot itself left out."""
        ...


class HoursOf(Protocol):
    """Part of `bot.settings.service.SettingsService`."""

    async def hours_of_members(
        self, workspace: str, members: Sequence[Member]
    ) -> Sequence[Hours]: ...
    async def team_hours(self, workspace: str) -> Hours: ...


class Asked(Frozen):
    """Somebody whom a pulse may ask."""

    person: Person
    hours: Hours


class Audience:
    """Finds the people of a pulse. `groups` by adapter, the first part of a workspace's id; only
    those where we may read groups."""

    def __init__(self, *, roster: Roster, groups: Mapping[str, Groups], hours: HoursOf) -> None:
        self._roster = roster
        self._groups = groups
        self._hours = hours

    async def of(self, workspace: str, pulse: Pulse) -> Sequence[Asked]:
        """Who is to be asked, with their hours. Raises PlatformErrors."""
        members = [each for each in await self._there(workspace, pulse) if _is_asked(each, pulse)]
        hours = await self._hours.hours_of_members(workspace, members)
        return [
            Asked(person=member.person, hours=own)
            for member, own in zip(members, hours, strict=True)
        ]

    def groups_of(self, workspace: str) -> Groups | None:
        """How the workspace's groups are read; None where they cannot be."""
        return self._groups.get(workspace.partition(":")[0])

    def person_of(self, workspace: str, to: Conversation, person_ids: Sequence[str]) -> str | None:
        """Whose own conversation that is."""
        return next(
            (
                id_
                for id_ in person_ids
                if self._roster.direct(workspace, Person(id=id_, name="")).id == to.id
            ),
            None,
        )

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's own conversation with the bot."""
        return self._roster.direct(workspace, person)

    async def _there(self, workspace: str, pulse: Pulse) -> Sequence[Member]:
        match pulse.audience:
            case "members":
                return await self._roster.members(workspace, pulse.conversation)
            case "people":
                return [await self._named(workspace, person) for person in pulse.people]
            case "group":
                groups = self.groups_of(workspace)
                return await groups.group_members(workspace, pulse.group) if groups else ()

    async def _named(self, workspace: str, person: Person) -> Member:
        """The person with their zone, where the platform says it."""
        try:
            there = await self._roster.members(workspace, self.direct(workspace, person))
        except (Gone, Refused):
            there = ()  # no conversation with them yet
        known = [member for member in there if member.person.id == person.id]
        return known[0] if known else Member(person=person)


def _is_asked(member: Member, pulse: Pulse) -> bool:
    if member.kind == "bot" or member.person.id in pulse.left:
        return False
    # Who was picked by name is meant, guest or not.
    return pulse.audience == "people" or pulse.include_guests or member.kind == "member"
