"""What this room needs from outside: who is where, and what is stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.announcing.model import Announcement, AnnouncingSettings, Confirmed
from bot.charter.ports import CharterWork
from bot.delivery.ports import Outbox
from bot.events import Conversation, Person
from bot.ports import Member
from bot.settings.ports import TimeSettings


class Roster(Protocol):
    """Who is where, on whichever platform the workspace is. Failures are PlatformErrors."""

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's own conversation with the bot."""
        ...

    def aside(self, workspace: str, of: Conversation, person: Person) -> Conversation:
        """Where to say something about a conversation to one person in it, unasked."""
        ...

    async def members(self, workspace: str, of: Conversation) -> Sequence[Member]:
        """Everybody in the conversation, the bot itself left out."""
        ...


class Announcements(Protocol):
    """The workspace's announcements, who confirmed them, and what owners set."""

    async def put(self, announcement: Announcement) -> None:
        """Store it, new or in place of how it was."""
        ...

    async def get(self, announcement_id: str) -> Announcement | None:
        """It is ours until the transaction ends: no other changes it meanwhile."""
        ...

    async def of(self, charter_id: str, limit: int) -> Sequence[Announcement]:
        """The newest first."""
        ...

    async def open(self, charter_id: str = "") -> Sequence[str]:
        """Ids of those that are open, of all charters or of that one, in order."""
        ...

    async def confirm(self, announcement_id: str, confirmed: Confirmed) -> bool:
        """Store it; False when that person had confirmed before, which then stays."""
        ...

    async def confirmed(self, announcement_id: str) -> Sequence[Confirmed]:
        """The first first."""
        ...

    async def settings(self, charter_id: str) -> AnnouncingSettings:
        """What holds where nobody set anything, or what was set."""
        ...

    async def put_settings(self, charter_id: str, settings: AnnouncingSettings) -> None: ...


class Places(Protocol):
    """Conversations of several people in which the bot is known to be."""

    async def know(self, conversation: Conversation) -> None:
        """In place of what was known of it."""
        ...

    async def forget(self, conversation_id: str) -> None: ...
    async def all(self) -> Sequence[Conversation]:
        """By id."""
        ...


class Newcomers(Protocol):
    """Who was shown a charter on coming into a conversation."""

    async def greet(self, charter_id: str, person_id: str, at: datetime) -> bool:
        """Note it; False when it was noted before, which then stays."""
        ...

    async def since(self, charter_ids: Collection[str], at: datetime) -> Collection[str]:
        """Ids of people who were shown any of the charters at that time or later."""
        ...


class AnnouncingWork(CharterWork, Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def announcements(self) -> Announcements: ...
    @property
    def places(self) -> Places: ...
    @property
    def newcomers(self) -> Newcomers: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def time_settings(self) -> TimeSettings: ...
