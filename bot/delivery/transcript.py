"""What was said, for adapters that have no chat platform to keep it (the web page)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.cards import Card
from bot.events import Frozen, Key, Person


class Said(Frozen):
    """One message: a person's words, or a card of the bot's."""

    id: Key
    key: Key
    """What made it: the same key twice is one message."""
    conversation_id: Key
    thread: str | None = None
    """The id of the message that the thread hangs on."""
    author: Person | None = None
    """None is the bot."""
    text: str = ""
    card: Card | None = None
    only_for: str | None = None
    """The one person who sees it; None is everybody."""
    at: datetime
    changed_at: datetime


class Transcript(Protocol):
    """The workspace's conversations."""

    async def add(self, said: Said) -> bool:
        """Store it; False when a message of that key is there already."""
        ...

    async def change(self, message_id: str, card: Card, at: datetime) -> Said | None:
        """Put another card in the message's place; None when there is no such message."""
        ...

    async def get(self, message_id: str) -> Said | None: ...
    async def latest(self, conversation_id: str, person_id: str, limit: int) -> Sequence[Said]:
        """The last messages that the person may see, oldest first."""
        ...


class TranscriptWork(Protocol):
    """The part of the unit of work that a page uses."""

    @property
    def transcript(self) -> Transcript: ...
