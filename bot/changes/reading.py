"""Proposals to be read."""

from collections.abc import Sequence

from bot.changes.model import HIGHEST_NUMBER, Entry, Proposal, State
from bot.changes.ports import ChangeWork
from bot.changes.steps import Looked, looked_at, no_such, proposal_of
from bot.ports import Work


class ProposalReading:
    """Each method is one transaction. Everybody in the workspace reads proposals, as they read the
    charters that these are about."""

    def __init__(self, *, work: Work[ChangeWork]) -> None:
        self._work = work

    async def look(self, workspace: str, proposal_id: str) -> Looked:
        """The proposal and what stands around it. Raises NotFound."""
        async with self._work(workspace) as tx:
            return await looked_at(tx, await proposal_of(tx, proposal_id))

    async def numbered(self, workspace: str, number: int) -> Looked:
        """The proposal of that number. Raises NotFound."""
        async with self._work(workspace) as tx:
            there = await tx.proposals.numbered(number) if number <= HIGHEST_NUMBER else None
            if there is None:
                raise no_such()
            return await looked_at(tx, there)

    async def find(
        self,
        workspace: str,
        *,
        states: Sequence[State] = (),
        by: str = "",
        limit: int,
        offset: int = 0,
    ) -> Sequence[Proposal]:
        """The newest first."""
        async with self._work(workspace) as tx:
            return await tx.proposals.find(states=states, by=by, limit=limit, offset=offset)

    async def history(self, workspace: str, proposal_id: str) -> Sequence[Entry]:
        """Everything that was done to it, oldest first. Raises NotFound."""
        async with self._work(workspace) as tx:
            await proposal_of(tx, proposal_id)
            return await tx.proposals.history(proposal_id)
