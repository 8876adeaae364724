"""What this room needs from outside: who reviews, what the pulse says, what is stored."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.ask.model import Tokens
from bot.ask.ports import Spending
from bot.charter.model import InForce
from bot.charter.ports import Charters
from bot.check.model import Dismissal, KeptReview, Review
from bot.decisions.ports import Decisions
from bot.events import Frozen


class Reviewer(Protocol):
    """A language model that looks at a whole charter. It has no tools; the lines are data to it."""

    @property
    def name(self) -> str:
        """What people see behind "reviewed by"."""
        ...

    def estimate(self, charter: InForce) -> Tokens:
        """The most that one review can take, for the budget, before anything is sent."""
        ...

    async def review(self, charter: InForce) -> Review:
        """Remarks that name only refs of `charter.lines`. Raises `bot.ask.ports.NotJudged`,
        nothing else."""
        ...


class Belief(Frozen):
    """How much people believe in a line, from the last pulse that was closed."""

    ref: str
    mean: float
    """1 to 5."""
    answers: int
    """So many at least."""


BeliefByLine = Callable[[str, str], Awaitable[Sequence[Belief]]]
"""Of a workspace and a charter's id: the lines that the last closed pulse asked about; none where
there was no pulse, or too few answered to say anything."""


class Checks(Protocol):
    """What the workspace's checks leave behind."""

    async def dismiss(self, dismissal: Dismissal) -> None:
        """In place of what was said about the same finding before."""
        ...

    async def bring_back(self, charter_id: str, fingerprint: str) -> bool:
        """Forget the dismissal; False where there was none."""
        ...

    async def dismissals(self, charter_id: str) -> Sequence[Dismissal]:
        """Oldest first."""
        ...

    async def review(self, digest: str) -> KeptReview | None:
        """The review of exactly that."""
        ...

    async def keep(self, review: KeptReview) -> None:
        """In place of one of the same digest."""
        ...

    async def forget_reviews(self, charter_id: str, before: datetime) -> int:
        """Forget the charter's reviews from before then; how many there were."""
        ...


class CheckWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def checks(self) -> Checks: ...
    @property
    def charters(self) -> Charters: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def spending(self) -> Spending: ...
