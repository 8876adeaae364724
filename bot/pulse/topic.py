"""What a pulse says of its own accord to those it asks. Each is a `bot.delivery.ports.Topic`.

AskTopic      begins the edition on its day, and asks everybody at their own time
RemindTopic   twice at most; who answered gets nothing
CloseTopic    ends the edition, by whichever process is alive; says nothing itself
"""

from collections.abc import Sequence

from bot.cards import Card
from bot.delivery.model import Delivery, Recipient, Run
from bot.pulse.asking import CLOSE, REMIND, Asking
from bot.pulse.closing import ClosingService
from bot.pulse.setup import ASK, edition_id


class AskTopic:
    """Subjects are a pulse's id."""

    name = ASK

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Whom that day's edition asks, and when."""
        return await self._asking.begin(workspace, run)

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The question, while it can be answered."""
        if delivery.run is None:
            return None
        name = edition_id(delivery.subject, delivery.run.local_date)
        return await self._asking.card(workspace, delivery, name)

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """The newest that can still be answered, once."""
        return await _newest(self, workspace, deliveries)

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Counted, and nobody is told who it was: it would say who did not answer."""
        if delivery.run is not None:
            name = edition_id(delivery.subject, delivery.run.local_date)
            await self._asking.not_reached(workspace, name)


class RemindTopic:
    """Subjects are an edition's id and the turn."""

    name = REMIND

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """All who were asked."""
        return await self._asking.reminded(workspace, run)

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The reminder; nothing to who answered."""
        name, _, turn = delivery.subject.rpartition(":")
        return await self._asking.card(workspace, delivery, name, turn=int(turn))

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """The newest that can still be answered, once."""
        return await _newest(self, workspace, deliveries)

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Nothing: who is not reached is counted with the question."""


class CloseTopic:
    """Subjects are an edition's id."""

    name = CLOSE

    def __init__(self, closing: ClosingService) -> None:
        self._closing = closing

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody; the edition is closed when this returns."""
        await self._closing.close(workspace, run.subject)
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """Nothing: there are no deliveries."""
        return None

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """Nothing."""
        return None

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Nothing."""


async def _newest(
    topic: AskTopic | RemindTopic, workspace: str, deliveries: Sequence[Delivery]
) -> Card | None:
    for delivery in reversed(deliveries):
        if card := await topic.card(workspace, delivery):
            return card
    return None
