"""What this room needs stored."""

from collections.abc import Mapping
from typing import Protocol

from bot.delivery.ports import Outbox
from bot.exercise.model import Answer, Exercise


class Exercises(Protocol):
    """The workspace's exercises."""

    async def add(self, exercise: Exercise) -> bool:
        """Store it; False when one of that id is there."""
        ...

    async def get(self, exercise_id: str) -> Exercise | None:
        """It is ours until the transaction ends: no other changes it meanwhile."""
        ...

    async def latest(self, conversation_id: str) -> Exercise | None:
        """The last one that was begun there."""
        ...

    async def put(self, exercise: Exercise) -> None:
        """Store its new state."""
        ...

    async def write(self, exercise_id: str, person_id: str, answer: Answer) -> None:
        """In place of the person's earlier answer."""
        ...

    async def written(self, exercise_id: str) -> Mapping[str, Answer]:
        """Everybody's answers, while it is open, by the person's id."""
        ...

    async def forget_names(self, exercise_id: str) -> None:
        """Remove the answers that bear names."""
        ...


class ExerciseWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def exercises(self) -> Exercises: ...
    @property
    def outbox(self) -> Outbox: ...
