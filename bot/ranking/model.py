"""A ranking: what is compared, what was said of each item, and the order that comes of it."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.ask.model import Confidence, Stance, VerdictKind
from bot.events import Conversation, Frozen, Key, Person

MOST_ITEMS = 50
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 1000
LONGEST_EFFORT = 20
LINES_READ = 3
"""Lines that are shown for an item which nobody judged yet."""

_KINDS: Sequence[VerdictKind | None] = ("fits", "partly", "unclear", "conflicts", None)
_SURENESS: Sequence[Confidence | None] = ("sure", "fairly_sure", "unsure", None)


class Item(Frozen):
    """One thing to compare, in the words that were pasted."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
    description: Annotated[str, Field(max_length=LONGEST_DESCRIPTION)] = ""
    effort: Annotated[str, Field(max_length=LONGEST_EFFORT)] = ""

    @property
    def question(self) -> str:
        """What a judge is asked."""
        return f"{self.title}: {self.description}" if self.description else self.title

    @property
    def work(self) -> float | None:
        """The effort as a number; None where it is none."""
        try:
            work = float(self.effort.replace(",", "."))
        except ValueError:
            return None
        return work if math.isfinite(work) else None


class Ranked(Frozen):
    """What is known of one item. `kind` is None where nobody judged it."""

    n: Annotated[int, Field(ge=0)]
    """Its place in the pasted list, from 0."""
    lines: tuple[str, ...] = ()
    """Refs of the lines that speak to it, what limits the team first."""
    kind: VerdictKind | None = None
    line: str = ""
    """The line that decides; empty where none does."""
    stance: Stance | None = None
    confidence: Confidence | None = None
    by: str = ""
    """Who judged: a language model, or a person."""
    why_not: str = ""
    """A sentence: why it was not judged."""


class Ranking(Frozen):
    """What was asked, by which version. Its id is made from the event that asked."""

    id: Key
    charter_id: Key
    version: Annotated[int, Field(ge=1)]
    charter_name: str
    conversation: Conversation
    by: Person
    asked_at: datetime
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    judge: str = ""
    """The language model that judges; empty where people do."""
    finished_at: datetime | None = None
    held_until: datetime | None = None
    """Until when a process works on it; None: nobody does."""
    stopped: str = ""
    """Why it ended before every item was judged, as a sentence."""


class Standing(Frozen):
    """A ranking and what is known of each of its items, in the pasted order."""

    ranking: Ranking
    ranked: tuple[Ranked, ...]

    @property
    def done(self) -> int:
        """How many items a language model is through with."""
        return sum(bool(each.kind or each.why_not) for each in self.ranked)

    @property
    def open(self) -> Sequence[Ranked]:
        """Items that nobody judged, in the pasted order."""
        return [each for each in self.ranked if each.kind is None]

    @property
    def in_order(self) -> Sequence[Ranked]:
        """Best first: by verdict, then by how sure it is, then the least effort; what is alike in
        all three keeps the pasted order."""
        return sorted(self.ranked, key=self._place)

    @property
    def ties(self) -> bool:
        """Whether two items differ by less than the judge can tell."""
        judged = [(each.kind, each.confidence) for each in self.ranked if each.kind]
        return len(set(judged)) < len(judged)

    def _place(self, ranked: Ranked) -> tuple[int, int, float, int]:
        work = self.ranking.items[ranked.n].work
        return (
            _KINDS.index(ranked.kind),
            _SURENESS.index(ranked.confidence),
            float("inf") if work is None else work,
            ranked.n,
        )
