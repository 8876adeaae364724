"""An exercise: who asked whom about what, and what came of it. No I/O.

open ── everybody writes, and may change it ──> closed: names gone, answers shuffled
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.events import Conversation, Frozen, Key, Person

Part = Literal["mission", "vision", "strategy"]
PARTS: tuple[Part, ...] = ("mission", "vision", "strategy")
LEAST = 3
"""Answers that are shown; with fewer, everybody could tell who wrote what."""
LONGEST_ANSWER = 400
LONGEST_STRATEGY = 1000
MOST_STRATEGY_LINES = 7


class Answer(Frozen):
    """What one person wrote; a part may be left out."""

    mission: Annotated[str, Field(max_length=LONGEST_ANSWER)] = ""
    vision: Annotated[str, Field(max_length=LONGEST_ANSWER)] = ""
    strategy: tuple[str, ...] = ()
    """The choices, one each."""

    def texts(self, part: Part) -> tuple[str, ...]:
        """What was written on that part."""
        if part == "strategy":
            return self.strategy
        text = self.mission if part == "mission" else self.vision
        return (text,) if text else ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not (self.mission or self.vision or self.strategy)


class Exercise(Frozen):
    """One round. Its id is made from the event that began it."""

    id: Key
    conversation: Conversation
    by: Person
    about: str = ""
    """Another product that the team uses; empty: its own."""
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    answered: Annotated[int, Field(ge=0)] = 0
    """How many answered, once it is closed."""
    answers: tuple[Answer, ...] = ()
    """Once it is closed: shuffled, without names."""

    @property
    def is_open(self) -> bool:
        """Whether somebody may still write."""
        return self.closed_at is None

    @property
    def enough(self) -> bool:
        """Whether there are enough answers to show them."""
        return self.answered >= LEAST

    def texts(self, part: Part) -> tuple[str, ...]:
        """Everything written on that part, of everybody."""
        return tuple(text for answer in self.answers for text in answer.texts(part))


class Group(Frozen):
    """Texts that say much the same, the most typical first."""

    texts: Annotated[tuple[str, ...], Field(min_length=1)]
    line: str = ""
    """The charter's line that is closest, as it is cited; empty without a charter."""
    likeness: float = 0.0
    """How like the most typical one is to that line (-1 to 1)."""


class Compared(Frozen):
    """A part of a closed exercise: the groups, the largest first."""

    part: Part
    groups: tuple[Group, ...] = ()

    @property
    def count(self) -> int:
        """How many texts there are."""
        return sum(len(group.texts) for group in self.groups)
