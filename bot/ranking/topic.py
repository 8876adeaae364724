"""What rankings say of their own accord: that one is through. Also watches over those under way."""

from collections.abc import Sequence

from bot.cards import Card
from bot.delivery.beside import turn_of
from bot.delivery.model import Delivery, Recipient, Run
from bot.errors import NotFound
from bot.ranking.judging import TOPIC, RankingJudging
from bot.ranking.service import RankingService
from bot.ranking.views import ranking_card


class RankingTopic:
    """A `bot.delivery.ports.Topic`."""

    name = TOPIC

    def __init__(self, *, rankings: RankingService, judging: RankingJudging) -> None:
        self._rankings = rankings
        self._judging = judging

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody: each is promised to who asked."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The table; nothing for a watch, which only sees to it that the work goes on."""
        try:
            standing = await self._rankings.standing(workspace, delivery.subject)
        except NotFound:
            return None
        if turn := turn_of(delivery.key):
            await self._judging.watch(workspace, standing.ranking, turn)
            return None
        in_force = await self._rankings.charter_of(workspace, standing.ranking)
        return ranking_card(standing, in_force, here=standing.ranking.conversation.direct)

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """The newest of them."""
        cards = [await self.card(workspace, each) for each in deliveries]
        return next(filter(None, reversed(cards)), None)

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Whoever cannot be told finds it by the button."""
