"""What every room needs from outside, as Protocols. A room's own needs stand in its service."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from bot.cards import Card
from bot.events import Conversation, Event
from bot.replies import Answer

T_co = TypeVar("T_co", covariant=True)


class Clock(Protocol):
    """The time. Everything in the core asks here, so that tests can move it."""

    def now(self) -> datetime:
        """The present instant, in UTC, time-zone aware."""
        ...


class Work(Protocol[T_co]):
    """Opens a transaction on one workspace's data; each room names the repositories it needs.

    Commits when the block ends, rolls back when it raises. Never held open while a model thinks.
    """

    def __call__(self, workspace: str, /) -> AbstractAsyncContextManager[T_co]: ...


class Messenger(Protocol):
    """One platform's way of saying something. Failures are PlatformErrors (`bot.errors`)."""

    async def answer(self, event: Event, answer: Answer) -> None:
        """Deliver the replies to an event. Doing it twice for one event shows them once."""
        ...

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """Say something unprompted; returns the platform's id of the message. `key` names the
        intent: the same key twice is one message wherever the platform can tell."""
        ...
