"""What an exercise says of its own accord: it is over, and here is what came of it."""

from collections.abc import Sequence

from bot.cards import Card
from bot.delivery.model import Delivery, Recipient, Run
from bot.errors import NotFound
from bot.exercise.commands import ExerciseCommands
from bot.exercise.service import TOPIC, ExerciseService


class ExerciseTopic:
    """A `bot.delivery.ports.Topic`."""

    name = TOPIC

    def __init__(self, *, exercises: ExerciseService, commands: ExerciseCommands) -> None:
        self._exercises = exercises
        self._commands = commands

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Nobody: each is promised to its conversation."""
        return ()

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """Closes it, and shows the comparison."""
        try:
            exercise = await self._exercises.close(workspace, delivery.subject)
        except NotFound:
            return None
        return await self._commands.result(workspace, exercise)

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """Closes all of them, and shows the newest."""
        cards = [await self.card(workspace, each) for each in deliveries]
        return next(filter(None, reversed(cards)), None)

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """It is closed all the same; who began it finds the comparison by the button."""
        await self._exercises.close(workspace, delivery.subject)
