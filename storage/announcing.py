"""The tables of announcements: what is announced, who confirmed, what owners set, where the bot is,
who was shown a charter on coming."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, delete, select
from sqlmodel import Field, col

from bot.announcing.model import Announcement, AnnouncingSettings, Confirmed
from bot.events import Conversation, Person
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace


class AnnouncementRow(Row, table=True):
    """An announcement, with what it is looked for by."""

    __tablename__ = "announcement"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
        Index(None, "workspace", "charter_id", "number"),
        Index(None, "workspace", "state"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(sa_type=Id)
    number: int
    state: str = Field(sa_type=Id)
    announcement: Announcement = Field(sa_type=json_of(Announcement))

    @classmethod
    def from_model(cls, workspace: str, announcement: Announcement) -> "AnnouncementRow":
        """The announcement's row."""
        return cls(
            workspace=workspace,
            id=announcement.id,
            charter_id=announcement.charter_id,
            number=announcement.number,
            state=announcement.state,
            announcement=announcement,
        )

    def to_model(self) -> Announcement:
        """The announcement."""
        return self.announcement


class ConfirmedRow(Row, table=True):
    """Somebody has read what was announced."""

    __tablename__ = "announcement_confirmed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace", "announcement_id"], ["announcement.workspace", "announcement.id"]
        ),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    announcement_id: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    person_name: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=Instant)

    @classmethod
    def from_model(cls, workspace: str, announcement: str, confirmed: Confirmed) -> "ConfirmedRow":
        """Its row."""
        return cls(
            workspace=workspace,
            announcement_id=announcement,
            person_id=confirmed.by.id,
            person_name=confirmed.by.name,
            at=confirmed.at,
        )

    def to_model(self) -> Confirmed:
        """Who, and when."""
        return Confirmed(by=Person(id=self.person_id, name=self.person_name), at=self.at)


class AnnouncingSettingsRow(Row, table=True):
    """How a charter's versions are announced."""

    __tablename__ = "announcing_settings"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(primary_key=True, sa_type=Id)
    settings: AnnouncingSettings = Field(sa_type=json_of(AnnouncingSettings))


class PlaceRow(Row, table=True):
    """A conversation in which the bot is known to be."""

    __tablename__ = "known_place"

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    conversation: Conversation = Field(sa_type=json_of(Conversation))


class NewcomerRow(Row, table=True):
    """Who was shown a charter on coming into a conversation."""

    __tablename__ = "newcomer"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    at: datetime = Field(sa_type=Instant)


class AnnouncementRepository(Repository):
    """Satisfies `bot.announcing.ports.Announcements`."""

    async def put(self, announcement: Announcement) -> None:
        """Store it, new or in place of how it was."""
        await insert_or_replace(
            self._session, AnnouncementRow.from_model(self._workspace, announcement)
        )

    async def get(self, announcement_id: str) -> Announcement | None:
        """The announcement, locked until the transaction ends."""
        row = await self._first(
            select(AnnouncementRow)
            .where(
                col(AnnouncementRow.workspace) == self._workspace,
                col(AnnouncementRow.id) == announcement_id,
            )
            # Else what two replicas change at once, one would undo.
            .with_for_update()
        )
        return row.to_model() if row else None

    async def of(self, charter_id: str, limit: int) -> Sequence[Announcement]:
        """The newest first."""
        rows = await self._all(
            select(AnnouncementRow)
            .where(
                col(AnnouncementRow.workspace) == self._workspace,
                col(AnnouncementRow.charter_id) == charter_id,
            )
            .order_by(col(AnnouncementRow.number).desc())
            .limit(limit)
        )
        return [row.to_model() for row in rows]

    async def open(self, charter_id: str = "") -> Sequence[str]:
        """Ids of those that are open, of all charters or of that one, in order."""
        statement = select(col(AnnouncementRow.id)).where(
            col(AnnouncementRow.workspace) == self._workspace,
            col(AnnouncementRow.state) == "open",
        )
        if charter_id:
            statement = statement.where(col(AnnouncementRow.charter_id) == charter_id)
        return await self._all(statement.order_by(col(AnnouncementRow.id)))

    async def confirm(self, announcement_id: str, confirmed: Confirmed) -> bool:
        """Store it; False when that person had confirmed before, which then stays."""
        row = ConfirmedRow.from_model(self._workspace, announcement_id, confirmed)
        return bool(await insert_new(self._session, row))

    async def confirmed(self, announcement_id: str) -> Sequence[Confirmed]:
        """The first first."""
        rows = await self._all(
            select(ConfirmedRow)
            .where(
                col(ConfirmedRow.workspace) == self._workspace,
                col(ConfirmedRow.announcement_id) == announcement_id,
            )
            .order_by(col(ConfirmedRow.at), col(ConfirmedRow.person_id))
        )
        return [row.to_model() for row in rows]

    async def settings(self, charter_id: str) -> AnnouncingSettings:
        """What was set, or what holds where nobody set anything."""
        found = await self._first(
            select(col(AnnouncingSettingsRow.settings)).where(
                col(AnnouncingSettingsRow.workspace) == self._workspace,
                col(AnnouncingSettingsRow.charter_id) == charter_id,
            )
        )
        return found or AnnouncingSettings()

    async def put_settings(self, charter_id: str, settings: AnnouncingSettings) -> None:
        """In place of what was set before."""
        await insert_or_replace(
            self._session,
            AnnouncingSettingsRow(
                workspace=self._workspace, charter_id=charter_id, settings=settings
            ),
        )


class PlaceRepository(Repository):
    """Satisfies `bot.announcing.ports.Places`."""

    async def know(self, conversation: Conversation) -> None:
        """In place of what was known of it."""
        await insert_or_replace(
            self._session,
            PlaceRow(workspace=self._workspace, id=conversation.id, conversation=conversation),
        )

    async def forget(self, conversation_id: str) -> None:
        """One that is not known is no harm."""
        await self._count(
            delete(PlaceRow).where(
                col(PlaceRow.workspace) == self._workspace, col(PlaceRow.id) == conversation_id
            )
        )

    async def all(self) -> Sequence[Conversation]:
        """By id."""
        return await self._all(
            select(col(PlaceRow.conversation))
            .where(col(PlaceRow.workspace) == self._workspace)
            .order_by(col(PlaceRow.id))
        )


class NewcomerRepository(Repository):
    """Satisfies `bot.announcing.ports.Newcomers`."""

    async def greet(self, charter_id: str, person_id: str, at: datetime) -> bool:
        """Note it; False when it was noted before, which then stays."""
        row = NewcomerRow(
            workspace=self._workspace, charter_id=charter_id, person_id=person_id, at=at
        )
        return bool(await insert_new(self._session, row))

    async def since(self, charter_ids: Collection[str], at: datetime) -> Collection[str]:
        """Ids of people who were shown any of the charters at that time or later."""
        found = await self._all(
            select(col(NewcomerRow.person_id)).where(
                col(NewcomerRow.workspace) == self._workspace,
                col(NewcomerRow.charter_id).in_(charter_ids),
                col(NewcomerRow.at) >= at,
            )
        )
        return frozenset(found)
