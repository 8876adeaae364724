"""A proposal as one person sees it in one place: read, its impact worked out, put on a card."""

from dataclasses import dataclass

from bot.cards import Card
from bot.changes import impact_view, views
from bot.changes.impact import Impact, ImpactService
from bot.changes.levels import Levels, Pair
from bot.changes.reading import ProposalReading
from bot.changes.steps import Looked
from bot.decisions.ports import Sight
from bot.events import Event


@dataclass(frozen=True, kw_only=True)
class Showing:
    """Makes the cards that need more than the proposal itself."""

    reading: ProposalReading
    impact: ImpactService
    levels: Levels | None = None

    async def card(self, workspace: str, looked: Looked, sight: Sight, *, note: str = "") -> Card:
        """The proposal; what it touches only while it is not decided."""
        if looked.proposal.state not in ("open", "returned"):
            return views.proposal_card(looked, None, note=note)
        impact = await self.impact.of(workspace, looked, sight)
        pairs: tuple[Pair, ...] = ()
        if self.levels:
            pairs = tuple(await self.levels.against(workspace, looked))
        return views.proposal_card(looked, impact, pairs, note=note)

    async def by_id(self, workspace: str, proposal_id: str, sight: Sight, note: str = "") -> Card:
        """The same for the proposal of that id. Raises NotFound."""
        looked = await self.reading.look(workspace, proposal_id)
        return await self.card(workspace, looked, sight, note=note)

    async def touched(
        self, workspace: str, proposal_id: str, sight: Sight
    ) -> tuple[Looked, Impact]:
        """What it touches. Raises NotFound."""
        looked = await self.reading.look(workspace, proposal_id)
        return looked, await self.impact.of(workspace, looked, sight)

    async def impact_card(self, workspace: str, proposal_id: str, sight: Sight) -> Card:
        """Everything that it touches. Raises NotFound."""
        _, impact = await self.touched(workspace, proposal_id, sight)
        return impact_view.impact_card(impact)


def sight_of(event: Event) -> Sight:
    """Who looks, and from where: alone only in their own conversation with the bot, as others may
    see what is answered anywhere else."""
    here = event.conversation
    return Sight(conversation_id=here.id, person_id=event.person.id, alone=here.direct)
