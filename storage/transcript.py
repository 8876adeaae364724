"""What was said, for adapters that have no chat platform to keep it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, func, or_, select
from sqlmodel import Field, col

from bot.cards import Card
from bot.delivery.transcript import Said
from bot.events import Person
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_new


class SaidRow(Row, table=True):
    """One message."""

    __tablename__ = "transcript"
    __table_args__ = (
        UniqueConstraint("workspace", "key"),
        Index(None, "workspace", "conversation_id", "position"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    key: str = Field(sa_type=Id)
    conversation_id: str = Field(sa_type=Id)
    position: int
    """Counts up in each conversation, so that two messages of one instant keep their order."""
    thread: str | None = Field(sa_type=Words)
    author_id: str | None = Field(sa_type=Id)
    author_name: str | None = Field(sa_type=Words)
    text: str = Field(sa_type=Words)
    card: Card | None = Field(sa_type=json_of(Card))
    only_for: str | None = Field(sa_type=Words)
    at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)

    @classmethod
    def from_model(cls, workspace: str, position: int, said: Said) -> "SaidRow":
        """The message's row."""
        return cls(
            workspace=workspace,
            id=said.id,
            key=said.key,
            conversation_id=said.conversation_id,
            position=position,
            thread=said.thread,
            author_id=said.author.id if said.author else None,
            author_name=said.author.name if said.author else None,
            text=said.text,
            card=said.card,
            only_for=said.only_for,
            at=said.at,
            changed_at=said.changed_at,
        )

    def to_model(self) -> Said:
        """The message."""
        by_bot = self.author_id is None or self.author_name is None
        return Said(
            id=self.id,
            key=self.key,
            conversation_id=self.conversation_id,
            thread=self.thread,
            author=None if by_bot else Person(id=self.author_id, name=self.author_name),
            text=self.text,
            card=self.card,
            only_for=self.only_for,
            at=self.at,
            changed_at=self.changed_at,
        )


class TranscriptRepository(Repository):
    """Satisfies `bot.delivery.transcript.Transcript`."""

    async def add(self, said: Said) -> bool:
        """Store it; False when a message of that key or id is there already."""
        position = await self._first(
            select(func.coalesce(func.max(SaidRow.position), 0) + 1).where(
                col(SaidRow.workspace) == self._workspace,
                col(SaidRow.conversation_id) == said.conversation_id,
            )
        )
        row = SaidRow.from_model(self._workspace, position or 1, said)
        return await insert_new(self._session, row) == 1

    async def change(self, message_id: str, card: Card, at: datetime) -> Said | None:
        """Put another card in the message's place; None when there is no such message."""
        row = await self._row(message_id)
        if row is None:
            return None
        row.card = card
        row.changed_at = at
        await self._session.flush()
        return row.to_model()

    async def get(self, message_id: str) -> Said | None:
        """The message of that id."""
        row = await self._row(message_id)
        return row.to_model() if row else None

    async def latest(self, conversation_id: str, person_id: str, limit: int) -> Sequence[Said]:
        """The last messages that the person may see, oldest first."""
        rows = await self._all(
            select(SaidRow)
            .where(
                col(SaidRow.workspace) == self._workspace,
                col(SaidRow.conversation_id) == conversation_id,
                or_(col(SaidRow.only_for).is_(None), col(SaidRow.only_for) == person_id),
            )
            # Two messages that came at once through two processes may share a position.
            .order_by(col(SaidRow.position).desc(), col(SaidRow.at).desc(), col(SaidRow.id).desc())
            .limit(limit)
        )
        return [row.to_model() for row in reversed(rows)]

    async def _row(self, message_id: str) -> SaidRow | None:
        return await self._first(
            select(SaidRow).where(
                col(SaidRow.workspace) == self._workspace, col(SaidRow.id) == message_id
            )
        )
