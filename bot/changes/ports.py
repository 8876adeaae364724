"""What this room needs stored, and what it asks of others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ask.ports import Spending, Verdicts
from bot.changes.model import Entry, Judging, Proposal, Rejudged, State
from bot.charter.model import Charter
from bot.charter.ports import CharterWork
from bot.decisions.ports import Decisions
from bot.delivery.ports import Outbox
from bot.events import Person


class Proposals(Protocol):
    """The workspace's proposals and their histories."""

    async def add(self, proposal: Proposal, entry: Entry) -> Proposal | None:
        """Store a new one under the next free number, whatever number it bears; returns it so.
        None when one of that id is there already."""
        ...

    async def put(self, proposal: Proposal, entry: Entry) -> None:
        """Store its new state, and append what was done to its history."""
        ...

    async def get(self, proposal_id: str) -> Proposal | None:
        """It is ours until the transaction ends: no other changes it meanwhile."""
        ...

    async def numbered(self, number: int) -> Proposal | None: ...
    async def entry_of(self, key: str) -> Entry | None:
        """The entry that this event made."""
        ...

    async def history(self, proposal_id: str) -> Sequence[Entry]:
        """Oldest first."""
        ...

    async def find(
        self,
        *,
        states: Sequence[State] = (),
        charter_id: str = "",
        by: str = "",
        limit: int,
        offset: int = 0,
    ) -> Sequence[Proposal]:
        """The newest first; what is left empty does not narrow it down."""
        ...


class Impacts(Protocol):
    """What judges said of proposals' impact."""

    async def put(self, judging: Judging) -> None:
        """Store the round, new or in its new state: one an edition and version."""
        ...

    async def of(self, proposal_id: str, edition: int, version: int) -> Judging | None: ...
    async def hold(self, judging: Judging, now: datetime, until: datetime) -> bool:
        """Take the round until then; False where somebody else holds it, or it is finished."""
        ...

    async def keep(self, judging: Judging, until: datetime | None) -> None:
        """Go on holding the round until then; None lets go of it."""
        ...

    async def note(self, version: int, rejudged: Rejudged) -> None:
        """Store one answer, in place of an earlier one on the same subject."""
        ...

    async def noted(self, proposal_id: str, edition: int, version: int) -> Sequence[Rejudged]: ...


class ChangeWork(CharterWork, Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def proposals(self) -> Proposals: ...
    @property
    def outbox(self) -> Outbox: ...


class ImpactWork(ChangeWork, Protocol):
    """The part that working out an impact uses."""

    @property
    def impacts(self) -> Impacts: ...
    @property
    def verdicts(self) -> Verdicts: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def spending(self) -> Spending: ...


W = TypeVar("W", bound=ChangeWork)
W_contra = TypeVar("W_contra", contravariant=True)


class AfterAdoption(Protocol[W_contra]):
    """Told of every adopted change, in the transaction that adopts it: what it writes is there
    exactly when the version is. What it raises undoes the adoption."""

    async def __call__(
        self,
        tx: W_contra,
        *,
        workspace: str,
        before: Charter,
        after: Charter,
        reason: str,
        by: Person,
        approved_by: Sequence[Person],
    ) -> None:
        """`before` and `after` are the charter with the version that was and is in force; `by`
        worded the change, and these owners approved it (the author alone, where that sufficed)."""
        ...
