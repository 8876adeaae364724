"""Brings results to whom they were promised: owners with one thing that could be done."""

from collections.abc import Sequence

from bot.cards import Card
from bot.delivery.model import Delivery, Recipient, Run
from bot.pulse import results_view
from bot.pulse.results import TOLD, ResultsService


class ToldTopic:
    """A `bot.delivery.ports.Topic`."""

    name = TOLD

    def __init__(self, results: ResultsService) -> None:
        self._results = results

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody: these are posts, and name whom they go to."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The results; to owners with one thing that could be done."""
        whom, _, name = delivery.subject.partition(":")
        async with self._results.work(workspace) as tx:
            edition = await tx.editions.get(name)
            pulse = await tx.pulses.get(edition.pulse_id) if edition else None
        if edition is None or pulse is None:
            return None
        if whom == "all" and not pulse.tell_channel:
            return None  # changed meanwhile
        results = await self._results.of(workspace, edition, pulse)
        if results is None:
            return None
        return results_view.results_card(results, owner=whom == "owner")

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """The newest."""
        return await self.card(workspace, deliveries[-1]) if deliveries else None

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """The results stay where `/mission pulse results` shows them."""
