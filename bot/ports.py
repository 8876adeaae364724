"""What every room needs from outside, as Protocols. A room's own needs stand in its service."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from bot.cards import Card
from bot.events import Conversation, Event, Frozen, Person
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
    """One platform's way of answering. Failures are PlatformErrors (`bot.errors`)."""

    async def answer(self, event: Event, answer: Answer) -> None:
        """Deliver the replies to an event. Doing it twice for one event shows them once."""
        ...


class Member(Frozen):
    """Somebody in a conversation, as the platform describes them."""

    person: Person
    zone: str = ""
    """IANA time zone ("Europe/Berlin"); empty where the platform does not say."""
    kind: Literal["member", "guest", "bot"] = "member"


class Poster(Protocol):
    """One platform's way of saying something unprompted. Failures are PlatformErrors."""

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """Say it; returns the platform's id of the message. `key` names the intent: the same
        key twice is one message wherever the platform can tell.

        Tries once and waits for nobody: Throttled, Unreachable, Refused and Gone are the
        caller's to deal with."""
        ...

    async def find(self, to: Conversation, key: str) -> str | None:
        """The message that was posted under the key, though its answer never came; None when
        there is none. Raises CannotTell where the platform does not let us look."""
        ...

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's own conversation with the bot, to post to; it need not exist yet."""
        ...

    def aside(self, of: Conversation, person: Person) -> Conversation:
        """Where to say something about the conversation to one person in it, who asked for
        nothing: where the platform welcomes that."""
        ...

    async def members(self, of: Conversation) -> Sequence[Member]:
        """Everybody in the conversation, the bot itself left out. Raises PlatformErrors."""
        ...
