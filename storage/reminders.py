"""The table of reminders. When they fall due stands in the outbox's tables."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Index, delete, select
from sqlmodel import Field, col

from bot.events import Conversation, Person
from bot.recurrence.model import Rule
from bot.reminders.model import Reminder
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace

_ALIVE = ("on", "paused")


class ReminderRow(Row, table=True):
    """One reminder."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index(None, "workspace", "by_id"),
        Index(None, "workspace", "conversation_id"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    conversation_id: str = Field(sa_type=Id)
    conversation: Conversation = Field(sa_type=json_of(Conversation))
    by_id: str = Field(sa_type=Id)
    by_name: str = Field(sa_type=Words)
    made_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    rule: Rule = Field(sa_type=json_of(Rule))
    audience: str = Field(sa_type=Id)
    people: tuple[Person, ...] = Field(sa_type=json_of(tuple[Person, ...]))
    left_by: tuple[str, ...] = Field(sa_type=json_of(tuple[str, ...]))
    content: str = Field(sa_type=Id)
    about: str = Field(sa_type=Words)
    state: str = Field(sa_type=Id)
    paused_because: str = Field(sa_type=Id)
    edition: int

    @classmethod
    def from_model(cls, workspace: str, reminder: Reminder) -> "ReminderRow":
        """The reminder's row."""
        same = (
            *("id", "conversation", "made_at", "changed_at", "rule", "people"),
            *("content", "about", "state", "paused_because", "edition"),
        )
        return cls(
            workspace=workspace,
            conversation_id=reminder.conversation.id,
            by_id=reminder.by.id,
            by_name=reminder.by.name,
            audience=reminder.to,
            left_by=reminder.left,
            **{name: getattr(reminder, name) for name in same},
        )

    def to_model(self) -> Reminder:
        """The reminder."""
        return Reminder.model_validate(
            {
                "id": self.id,
                "conversation": self.conversation,
                "by": Person(id=self.by_id, name=self.by_name),
                "made_at": self.made_at,
                "changed_at": self.changed_at,
                "rule": self.rule,
                "to": self.audience,
                "people": self.people,
                "left": self.left_by,
                "content": self.content,
                "about": self.about,
                "state": self.state,
                "paused_because": self.paused_because,
                "edition": self.edition,
            }
        )


class ReminderRepository(Repository):
    """Satisfies `bot.reminders.ports.Reminders`."""

    async def add(self, reminder: Reminder) -> bool:
        """Store it; False when one of that id is there already."""
        row = ReminderRow.from_model(self._workspace, reminder)
        return bool(await insert_new(self._session, row))

    async def put(self, reminder: Reminder) -> None:
        """In place of how it was."""
        await insert_or_replace(self._session, ReminderRow.from_model(self._workspace, reminder))

    async def get(self, reminder_id: str) -> Reminder | None:
        """The reminder of that id, locked until the transaction ends."""
        row = await self._first(
            select(ReminderRow)
            .where(
                col(ReminderRow.workspace) == self._workspace, col(ReminderRow.id) == reminder_id
            )
            # Else what two replicas change at once, one would undo.
            .with_for_update()
        )
        return row.to_model() if row else None

    async def remove(self, reminder_id: str) -> None:
        """Forget it; one that is not there is no harm."""
        await self._count(
            delete(ReminderRow).where(
                col(ReminderRow.workspace) == self._workspace, col(ReminderRow.id) == reminder_id
            )
        )

    async def of(self, person_id: str) -> Sequence[Reminder]:
        """Those that the person set up and that are on or paused, oldest first."""
        return await self._reminders(
            col(ReminderRow.by_id) == person_id, col(ReminderRow.state).in_(_ALIVE)
        )

    async def in_conversation(self, conversation_id: str) -> Sequence[Reminder]:
        """Those set up there that are on or paused, oldest first."""
        return await self._reminders(
            col(ReminderRow.conversation_id) == conversation_id,
            col(ReminderRow.state).in_(_ALIVE),
        )

    async def all_on(self) -> Sequence[Reminder]:
        """Those that are on, oldest first."""
        return await self._reminders(col(ReminderRow.state) == "on")

    async def forget(self, before: datetime) -> int:
        """Remove drafts, and what is over, unchanged since before then; how many."""
        return await self._count(
            delete(ReminderRow).where(
                col(ReminderRow.workspace) == self._workspace,
                col(ReminderRow.state).not_in(_ALIVE),
                col(ReminderRow.changed_at) < before,
            )
        )

    async def _reminders(self, *where: ColumnElement[bool]) -> Sequence[Reminder]:
        rows = await self._all(
            select(ReminderRow)
            .where(col(ReminderRow.workspace) == self._workspace, *where)
            .order_by(col(ReminderRow.made_at), col(ReminderRow.id))
        )
        return [row.to_model() for row in rows]
