"""What proposals say of their own accord: to owners that one waits, to its author what came of it,
to who had its impact judged that it is done."""

from collections.abc import Sequence

from bot.cards import Card
from bot.changes.judging import JUDGED, ImpactJudging
from bot.changes.model import Proposal
from bot.changes.reading import ProposalReading
from bot.changes.showing import Showing
from bot.changes.steps import Looked
from bot.changes.telling import ENDED, WAITING
from bot.changes.views import PAGE, list_card
from bot.changes.wording import day
from bot.decisions.ports import Sight
from bot.delivery.beside import Direct, turn_of
from bot.delivery.model import Delivery, Recipient, Run
from bot.events import Conversation, Person


class ProposalTopic:
    """A `bot.delivery.ports.Topic` for each of the four things that are said."""

    def __init__(
        self,
        name: str,
        *,
        showing: Showing,
        reading: ProposalReading,
        judging: ImpactJudging,
        direct: Direct,
    ) -> None:
        self.name = name
        self._showing = showing
        self._reading = reading
        self._judging = judging
        self._direct = direct

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody: each of these is promised to one person."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """What to say now; nothing where it is settled meanwhile."""
        looked = await self._reading.look(workspace, delivery.subject)
        if self.name == JUDGED:
            return await self._judged(workspace, looked, delivery)
        if self.name == ENDED:
            return await self._ended(workspace, looked, delivery)
        owner = self._still_asked(workspace, looked, delivery)
        if owner is None:
            return None
        note = f"{looked.proposal.worded_by.name} proposes a change."
        if self.name == WAITING:
            note = f"This has waited for you since {day(looked.proposal.made_at)}."
        return await self._shown(workspace, looked, owner, delivery.to, note)

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """All of them in one list, those that still wait."""
        if self.name == JUDGED:
            cards = [await self.card(workspace, each) for each in deliveries]
            return next(filter(None, reversed(cards)), None)
        waiting: dict[str, Proposal] = {}
        for each in deliveries:
            looked = await self._reading.look(workspace, each.subject)
            if self.name == ENDED or self._still_asked(workspace, looked, each):
                waiting[looked.proposal.id] = looked.proposal
        if not waiting:
            return None
        return list_card(list(waiting.values())[:PAGE], wanted="", offset=0, more=False)

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Whoever cannot be reached sees it in the list of proposals."""

    def _still_asked(self, workspace: str, looked: Looked, delivery: Delivery) -> Person | None:
        """The owner whose approval is missing; None where it is not asked for any more."""
        proposal = looked.proposal
        if proposal.state != "open" or f"/{proposal.edition}/" not in delivery.key:
            return None
        owners = {self._direct(workspace, each).id: each for each in looked.standing.missing}
        return owners.get(delivery.to.id)

    async def _ended(self, workspace: str, looked: Looked, delivery: Delivery) -> Card | None:
        number = int(delivery.key.rpartition("/")[2])
        history = await self._reading.history(workspace, looked.proposal.id)
        entry = next((each for each in history if each.number == number), None)
        if entry is None:
            return None
        said = {
            "adopted": f"Your proposal was adopted: {entry.by.name} approved it.",
            "returned": f"{entry.by.name} returned your proposal.",
            "withdrawn": f"{entry.by.name} withdrew your proposal.",
        }
        note = said.get(entry.deed, "")
        return await self._shown(workspace, looked, looked.proposal.by, delivery.to, note)

    async def _judged(self, workspace: str, looked: Looked, delivery: Delivery) -> Card | None:
        proposal, turn = looked.proposal, turn_of(delivery.key)
        judging = await self._judging.round_of(workspace, looked)
        if judging is None or proposal.state not in ("open", "returned"):
            return None
        if turn is None:
            sight = _alone(judging.asked_by, delivery.to)
            return await self._showing.impact_card(workspace, proposal.id, sight)
        await self._judging.watch(workspace, judging, turn)
        return None

    async def _shown(
        self, workspace: str, looked: Looked, person: Person, to: Conversation, note: str
    ) -> Card:
        return await self._showing.card(workspace, looked, _alone(person, to), note=note)


def _alone(person: Person, to: Conversation) -> Sight:
    return Sight(conversation_id=to.id, person_id=person.id, alone=True)
