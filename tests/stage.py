"""A stage on which scenarios are played: people say, click and fill in, and read what they see.

The same scenarios run on every way in: each has a Stage of its own that drives the real thing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol


class Seat(Protocol):
    """One person in one conversation."""

    async def say(self, words: str) -> str:
        """Type the words ("/mission …", "@Mission …" or plain); what the person reads in answer,
        as plain text. Where a form opens instead, it is the form's text."""
        ...

    async def follow_up(self, words: str) -> str:
        """Say it in the thread of the last answer."""
        ...

    async def click(self, label: str) -> str:
        """Click that button of the last answer; what the person reads after it."""
        ...

    async def fill(self, fields: Mapping[str, str]) -> str:
        """Fill in the open form (by field name; the rest stays as it is) and send it."""
        ...

    async def form(self) -> Mapping[str, str]:
        """The values that the open form shows, by field name."""
        ...

    async def reads(self) -> str:
        """Everything that the person sees in the conversation."""
        ...

    async def look(self) -> str:
        """The newest message that the person sees there; its buttons can be clicked then."""
        ...


class Stage(Protocol):
    """A team with the sample charter; Dana owns it."""

    async def seat(self, who: str, where: str = "product") -> Seat:
        """Where `who` ("dana", "priya", "erik", "noa") sits in that channel; `where` "mission" is
        the person's own conversation with the bot."""
        ...

    async def pass_time(self, by: timedelta) -> None:
        """Move the stage's clock on; what falls due on the way is delivered when it does."""
        ...
