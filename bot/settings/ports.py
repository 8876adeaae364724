"""What this room needs stored."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.settings.model import PersonSettings, Wishes


class TimeSettings(Protocol):
    """The workspace's time settings."""

    async def of(self, person_id: str) -> PersonSettings:
        """What the person said; empty where they said nothing."""
        ...

    async def of_all(self, person_ids: Sequence[str]) -> Mapping[str, PersonSettings]:
        """By id, what those of the people said who said anything."""
        ...

    async def put(self, settings: PersonSettings) -> None:
        """In place of what the person said before."""
        ...

    async def team(self) -> Wishes:
        """What holds for who said nothing; empty where nobody set it."""
        ...

    async def put_team(self, wishes: Wishes) -> None:
        """In place of what held for the team before."""
        ...


class SettingsWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def time_settings(self) -> TimeSettings: ...
