"""What this room needs from outside: what reminders are about, who is there, what is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.cards import Element
from bot.charter.model import InForce
from bot.delivery.ports import Outbox
from bot.events import Conversation, Person
from bot.ports import Member
from bot.reminders.model import Reminder


class Content(Protocol):
    """Something that reminders can be about beside one's own words. Later rooms add theirs."""

    @property
    def label(self) -> str:
        """How a form offers it ("The charter")."""
        ...

    def named_by(self, words: str) -> str | None:
        """Which one the words name, as `Reminder.about` keeps it ("" where there is but one);
        None when they mean something else."""
        ...

    def in_words(self, about: str) -> str:
        """What it is, within a sentence ("the charter", "line P2 of the charter")."""
        ...

    async def elements(self, workspace: str, reminder: Reminder) -> Sequence[Element]:
        """It as it stands now; a sentence where it is not there any more."""
        ...


class Roster(Protocol):
    """Who is where, on whichever platform the workspace is. Failures are PlatformErrors."""

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's own conversation with the bot."""
        ...

    async def members(self, workspace: str, of: Conversation) -> Sequence[Member]:
        """Everybody in the conversation, the bot itself left out."""
        ...


class Charters(Protocol):
    """What the charter room answers (`bot.charter.service.CharterService`)."""

    async def in_force(self, workspace: str, conversation_id: str) -> InForce | None: ...
    async def owners(self, workspace: str, charter_id: str) -> Sequence[Person]: ...


class Reminders(Protocol):
    """The workspace's reminders."""

    async def add(self, reminder: Reminder) -> bool:
        """Store it; False when one of that id is there already."""
        ...

    async def put(self, reminder: Reminder) -> None:
        """In place of how it was."""
        ...

    async def get(self, reminder_id: str) -> Reminder | None: ...
    async def remove(self, reminder_id: str) -> None: ...
    async def of(self, person_id: str) -> Sequence[Reminder]:
        """Those that the person set up and that are on or paused, oldest first."""
        ...

    async def in_conversation(self, conversation_id: str) -> Sequence[Reminder]:
        """Those set up there that are on or paused, oldest first."""
        ...

    async def all_on(self) -> Sequence[Reminder]:
        """Those that are on, oldest first."""
        ...

    async def forget(self, before: datetime) -> int:
        """Remove drafts, and what is over, unchanged since before then; how many."""
        ...


class ReminderWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def reminders(self) -> Reminders: ...
    @property
    def outbox(self) -> Outbox: ...
