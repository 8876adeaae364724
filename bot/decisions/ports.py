"""What this room needs stored, and what it asks of others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from bot.decisions.model import Decision, Entry
from bot.delivery.ports import Outbox
from bot.events import Event, Frozen
from bot.recurrence.model import Hours


class Sight(Frozen):
    """Who looks, and from where: what is private elsewhere stays out of everything that is read."""

    conversation_id: str
    person_id: str
    alone: bool
    """Whether nobody else sees the answer."""
    everything: bool = False
    """For whoever has the database itself."""


class Wanted(Frozen):
    """Which decisions are wanted; what is left empty does not narrow it down."""

    state: Literal["open", "ended"] | None = None
    due_by: date | None = None
    """To be checked by that day."""
    person_id: str = ""
    """Made, recorded or to be checked by them."""
    line: str = ""
    """Serving or violating that line."""
    text: str = ""
    """Holding all these words."""
    charter_id: str = ""
    family: tuple[str, ...] = ()
    """Of one of these charters."""


class Decisions(Protocol):
    """The workspace's decisions and their record."""

    async def head(self) -> Entry | None:
        """The last entry of the chain. Whoever asks holds the chain until the transaction ends,
        so that two never add the same number."""
        ...

    async def add(self, entry: Entry, decision: Decision) -> None:
        """Append the entry, and store the decision as it is after it."""
        ...

    async def begin_with(self, entries: Sequence[Entry], decisions: Sequence[Decision]) -> None:
        """A whole record at once, where there is none, and the decisions that it adds up to.
        Raises ValueError where there is one."""
        ...

    async def entry_of(self, key: str) -> Entry | None:
        """The entry that this event made."""
        ...

    async def get(self, decision_id: str) -> Decision | None: ...
    async def numbered(self, number: int) -> Decision | None: ...
    async def highest(self) -> int:
        """The highest number given so far; 0 before the first."""
        ...

    async def history(self, decision_id: str) -> Sequence[Entry]:
        """The decision's entries, oldest first."""
        ...

    async def find(
        self, wanted: Wanted, sight: Sight, *, limit: int, offset: int = 0
    ) -> Sequence[Decision]:
        """The newest first; where `due_by` is given, the soonest to be checked first."""
        ...

    async def count(self, wanted: Wanted, sight: Sight) -> int: ...
    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """The chain from behind entry `after`, in order."""
        ...


DECISION_FILES = ("csv", "json", "md")
"""The names of the files of decisions; other rooms have files of their own."""


@dataclass(frozen=True, kw_only=True)
class Download:
    """A kind of file. `make` gives its bytes: what is seen in that workspace with that sight."""

    label: str
    filename: str
    media: str
    make: Callable[[str, Sight], Awaitable[bytes]]
    words: str = "The decisions, as you asked."
    """What is said with it, where it is sent."""


class Downloads(Protocol):
    """A way in that hands out files, to the person alone who asks."""

    async def hand_over(
        self, event: Event, sight: Sight, names: Sequence[str] = DECISION_FILES
    ) -> Sequence[tuple[str, str]]:
        """A label and an address for each file of these names, which shows what may be seen so, and
        ends after a while; none where the files themselves were sent to the person, privately."""
        ...


TeamHours = Callable[[str], Awaitable[Hours]]
"""When a workspace's people work who said nothing themselves."""


class DecisionWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def decisions(self) -> Decisions: ...
    @property
    def outbox(self) -> Outbox: ...
