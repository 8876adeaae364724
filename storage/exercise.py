"""The tables of exercises. Answers bear a person's id while an exercise is open, and only then."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Index, delete, select
from sqlmodel import Field, col

from bot.exercise.model import Answer, Exercise
from storage.columns import Id, Instant, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace


class ExerciseRow(Row, table=True):
    """An exercise with what it is looked for by."""

    __tablename__ = "exercise"
    __table_args__ = (Index(None, "workspace", "conversation_id", "opened_at"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    conversation_id: str = Field(sa_type=Id)
    opened_at: datetime = Field(sa_type=Instant)
    exercise: Exercise = Field(sa_type=json_of(Exercise))

    @classmethod
    def from_model(cls, workspace: str, exercise: Exercise) -> "ExerciseRow":
        """The exercise's row."""
        return cls(
            workspace=workspace,
            id=exercise.id,
            conversation_id=exercise.conversation.id,
            opened_at=exercise.opened_at,
            exercise=exercise,
        )

    def to_model(self) -> Exercise:
        """The exercise."""
        return self.exercise


class ExerciseAnswerRow(Row, table=True):
    """What one person wrote in an open exercise."""

    __tablename__ = "exercise_answer"

    workspace: str = Field(primary_key=True, sa_type=Id)
    exercise_id: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    answer: Answer = Field(sa_type=json_of(Answer))


class ExerciseRepository(Repository):
    """Satisfies `bot.exercise.ports.Exercises`."""

    async def add(self, exercise: Exercise) -> bool:
        """Store it; False when one of that id is there."""
        row = ExerciseRow.from_model(self._workspace, exercise)
        return bool(await insert_new(self._session, row))

    async def get(self, exercise_id: str) -> Exercise | None:
        """The exercise, locked until the transaction ends."""
        row = await self._first(
            select(ExerciseRow)
            .where(
                col(ExerciseRow.workspace) == self._workspace, col(ExerciseRow.id) == exercise_id
            )
            # Else an answer that comes while it is closed would be kept with its name.
            .with_for_update()
        )
        return row.to_model() if row else None

    async def latest(self, conversation_id: str) -> Exercise | None:
        """The last one that was begun there."""
        row = await self._first(
            select(ExerciseRow)
            .where(
                col(ExerciseRow.workspace) == self._workspace,
                col(ExerciseRow.conversation_id) == conversation_id,
            )
            .order_by(col(ExerciseRow.opened_at).desc(), col(ExerciseRow.id).desc())
        )
        return row.to_model() if row else None

    async def put(self, exercise: Exercise) -> None:
        """Store its new state."""
        await insert_or_replace(self._session, ExerciseRow.from_model(self._workspace, exercise))

    async def write(self, exercise_id: str, person_id: str, answer: Answer) -> None:
        """In place of the person's earlier answer."""
        row = ExerciseAnswerRow(
            workspace=self._workspace,
            exercise_id=exercise_id,
            person_id=person_id,
            answer=answer,
        )
        await insert_or_replace(self._session, row)

    async def written(self, exercise_id: str) -> Mapping[str, Answer]:
        """Everybody's answers, by the person's id."""
        rows = await self._all(
            select(ExerciseAnswerRow)
            .where(
                col(ExerciseAnswerRow.workspace) == self._workspace,
                col(ExerciseAnswerRow.exercise_id) == exercise_id,
            )
            .order_by(col(ExerciseAnswerRow.person_id))
        )
        return {row.person_id: row.answer for row in rows}

    async def forget_names(self, exercise_id: str) -> None:
        """Remove the answers that bear names."""
        await self._count(
            delete(ExerciseAnswerRow).where(
                col(ExerciseAnswerRow.workspace) == self._workspace,
                col(ExerciseAnswerRow.exercise_id) == exercise_id,
            )
        )
