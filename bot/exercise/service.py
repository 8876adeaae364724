"""Use cases of the exercise: begin, write, close, compare."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import SystemRandom

from bot.ask.ports import Reader
from bot.charter.service import CharterService
from bot.delivery.model import Post
from bot.errors import NotAllowed, NotFound, UserFacing
from bot.events import Event, Person
from bot.exercise.grouping import compare
from bot.exercise.model import PARTS, Answer, Compared, Exercise
from bot.exercise.ports import ExerciseWork
from bot.ports import Clock, Work

TOPIC = "exercise.close"
"""Its subject is the exercise, which is closed and shown when it is due."""


class ExerciseService:
    """Each method is one transaction."""

    def __init__(
        self,
        *,
        work: Work[ExerciseWork],
        charters: CharterService,
        reader: Reader,
        clock: Clock,
    ) -> None:
        self._work = work
        self._charters = charters
        self._reader = reader
        self._clock = clock

    async def begin(self, event: Event, about: str, closes_at: datetime) -> Exercise:
        """An exercise in that conversation, and the promise to close it; the same event again
        gives the same one. Raises UserFacing while another one is open there."""
        exercise = Exercise(
            id=uuid.uuid5(uuid.NAMESPACE_URL, f"{event.workspace}/{event.key}/exercise").hex,
            conversation=event.conversation,
            by=event.person,
            about=about,
            opened_at=self._clock.now(),
            closes_at=closes_at,
        )
        async with self._work(event.workspace) as tx:
            there = await tx.exercises.latest(event.conversation.id)
            if there and there.is_open and there.id != exercise.id:
                raise UserFacing(
                    f"{there.by.name} began an exercise here, and it is open. Close that one first."
                )
            if await tx.exercises.add(exercise):
                await tx.outbox.post(
                    Post(
                        key=_post_key(exercise),
                        topic=TOPIC,
                        subject=exercise.id,
                        to=event.conversation,
                        not_before=closes_at,
                    )
                )
        return await self.get(event.workspace, exercise.id)

    async def get(self, workspace: str, exercise_id: str) -> Exercise:
        """The exercise. Raises NotFound."""
        async with self._work(workspace) as tx:
            return await self._get(tx, exercise_id)

    async def latest(self, workspace: str, conversation_id: str) -> Exercise | None:
        """The last one that was begun there."""
        async with self._work(workspace) as tx:
            return await tx.exercises.latest(conversation_id)

    async def write(
        self, workspace: str, exercise_id: str, person: Person, answer: Answer
    ) -> Exercise:
        """The person's answer, in place of an earlier one. Raises UserFacing once it is closed."""
        async with self._work(workspace) as tx:
            exercise = await self._get(tx, exercise_id)
            if not exercise.is_open:
                raise UserFacing("That exercise is closed, so this was not kept.")
            await tx.exercises.write(exercise_id, person.id, answer)
            return exercise

    async def own(self, workspace: str, exercise_id: str, person: Person) -> Answer | None:
        """What the person wrote; None where it was nothing, or the exercise is closed."""
        async with self._work(workspace) as tx:
            return (await tx.exercises.written(exercise_id)).get(person.id)

    async def count(self, workspace: str, exercise_id: str) -> int:
        """How many people have written something."""
        async with self._work(workspace) as tx:
            exercise = await self._get(tx, exercise_id)
            if not exercise.is_open:
                return exercise.answered
            return len(await tx.exercises.written(exercise_id))

    async def may_close(self, event: Event, exercise: Exercise) -> None:
        """Raises NotAllowed for whoever neither began it nor owns the charter there."""
        if event.person.id == exercise.by.id:
            return
        in_force = await self._charters.in_force(event.workspace, exercise.conversation.id)
        if in_force:
            role = await self._charters.role(event.workspace, in_force.charter.id, event.person)
            if role == "owner":
                return
        raise NotAllowed(f"{exercise.by.name} began it and closes it.")

    async def close(self, workspace: str, exercise_id: str, *, tell: bool = False) -> Exercise:
        """Nobody writes any more: the answers are shuffled, and whose they are is forgotten. Closed
        before, it stays as it is. `tell`: its conversation is shown what came of it now."""
        async with self._work(workspace) as tx:
            exercise = await self._get(tx, exercise_id)
            if not exercise.is_open:
                return exercise
            answers = list((await tx.exercises.written(exercise_id)).values())
            SystemRandom().shuffle(answers)
            closed = exercise.model_copy(
                update={
                    "closed_at": self._clock.now(),
                    "answered": len(answers),
                    "answers": _without_joins(answers),
                }
            )
            await tx.exercises.put(closed)
            await tx.exercises.forget_names(exercise_id)
            await tx.outbox.withdraw(_post_key(exercise))
            if tell:
                key, to = f"{_post_key(exercise)}/now", exercise.conversation
                await tx.outbox.post(Post(key=key, topic=TOPIC, subject=exercise.id, to=to))
            return closed

    async def compared(self, workspace: str, exercise: Exercise) -> Sequence[Compared]:
        """Every part in groups; those of the team's own product beside the charter there."""
        in_force = None
        if not exercise.about:
            in_force = await self._charters.in_force(workspace, exercise.conversation.id)
        return [await compare(self._reader, workspace, exercise, part, in_force) for part in PARTS]

    def draft(self, compared: Sequence[Compared]) -> Mapping[str, str]:
        """A first charter out of what most people wrote, a text a kind."""
        groups = {each.part: each.groups for each in compared}
        first = {part: found[0].texts[0] if found else "" for part, found in groups.items()}
        bets = [group.texts[0] for group in groups.get("strategy", ())][:5]
        return {
            "mission": first.get("mission", ""),
            "vision": first.get("vision", ""),
            "pillar": "\n".join(bets),
        }

    async def _get(self, tx: ExerciseWork, exercise_id: str) -> Exercise:
        exercise = await tx.exercises.get(exercise_id)
        if exercise is None:
            raise NotFound("That exercise is not kept any more. `/mission exercise` begins one.")
        return exercise


def _without_joins(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Each part shuffled for itself: what one person wrote does not stand together any more, so
    that somebody recognised by one sentence is not known by the others."""
    shuffle = SystemRandom().shuffle
    missions = [each.mission for each in answers]
    visions = [each.vision for each in answers]
    strategies = [each.strategy for each in answers]
    for column in (missions, visions, strategies):
        shuffle(column)
    return tuple(
        Answer(mission=mission, vision=vision, strategy=strategy)
        for mission, vision, strategy in zip(missions, visions, strategies, strict=True)
    )


def _post_key(exercise: Exercise) -> str:
    return f"{TOPIC}/{exercise.id}"
