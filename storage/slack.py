"""What the Slack adapter keeps: what was sent, names, Home tabs, sealed installations.

Each method is its own short transaction. Nothing here is needed to understand the product's data.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Index, LargeBinary, delete, or_, select, update
from sqlmodel import Field, col

from bot.cards import Card
from storage.columns import Id, Instant, Words, json_of
from storage.engine import Transactions
from storage.repository import Row, count, insert_new, insert_or_replace


class SlackMessageRow(Row, table=True):
    """A message that was sent, or a card kept to be shown in parts."""

    __tablename__ = "slack_message"
    __table_args__ = (Index(None, "forget_at"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    key: str = Field(primary_key=True, sa_type=Id)
    message: str | None = Field(sa_type=Words)
    """Slack's id of it; None while it is not known to be sent."""
    card: Card | None = Field(sa_type=json_of(Card))
    forget_at: datetime | None = Field(sa_type=Instant)


class SlackNameRow(Row, table=True):
    """What a person or conversation is called, and what else Slack told of a person."""

    __tablename__ = "slack_name"

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    name: str = Field(sa_type=Words)
    private: bool
    zone: str = Field(sa_type=Words, sa_column_kwargs={"server_default": ""})
    """IANA time zone; empty where it is not known."""
    kind: str = Field(sa_type=Words, sa_column_kwargs={"server_default": ""})
    """member, guest, bot or gone; empty where it is not known, and of a conversation."""
    at: datetime = Field(sa_type=Instant)


class SlackHomeRow(Row, table=True):
    """Who opened the Home tab, and when last."""

    __tablename__ = "slack_home"
    __table_args__ = (Index(None, "workspace", "opened_at"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    person_id: str = Field(primary_key=True, sa_type=Id)
    conversation_id: str = Field(sa_type=Id)
    opened_at: datetime = Field(sa_type=Instant)


class SlackInstallationRow(Row, table=True):
    """An installation; `sealed` is encrypted by a key that is not in the database."""

    __tablename__ = "slack_installation"

    workspace: str = Field(primary_key=True, sa_type=Id)
    sealed: bytes = Field(sa_type=LargeBinary)
    installed_at: datetime = Field(sa_type=Instant)
    renewing_until: datetime | None = Field(sa_type=Instant)
    """Somebody asks Slack for new tokens, until then at most."""


class SlackStateRow(Row, table=True):
    """An installation under way: what Slack must bring back, and which browser began it."""

    __tablename__ = "slack_state"
    __table_args__ = (Index(None, "until"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    digest: str = Field(primary_key=True, sa_type=Id)
    browser: str = Field(sa_type=Id)
    until: datetime = Field(sa_type=Instant)


class SlackTables:
    """Satisfies `adapters.slack.stored.SlackStorage`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transaction = transactions

    # Messages

    async def sent(self, workspace: str, key: str) -> str | None:
        """Slack's id of the message sent under the key; None when it is not known to be sent."""
        row = await self._message(workspace, key)
        return row.message if row else None

    async def mark_sent(
        self, workspace: str, key: str, message: str, forget_at: datetime | None
    ) -> None:
        """Remember it, until then or for good. A card kept under the key stays."""
        async with self._transaction() as session:
            row = SlackMessageRow(
                workspace=workspace, key=key, message=message, card=None, forget_at=forget_at
            )
            if not await insert_new(session, row):
                await count(
                    session,
                    update(SlackMessageRow)
                    .where(
                        col(SlackMessageRow.workspace) == workspace,
                        col(SlackMessageRow.key) == key,
                    )
                    .values(message=message, forget_at=forget_at),
                )

    async def keep_card(self, workspace: str, key: str, card: Card, forget_at: datetime) -> None:
        """Keep the card, to be shown in parts."""
        row = SlackMessageRow(
            workspace=workspace, key=key, message=None, card=card, forget_at=forget_at
        )
        async with self._transaction() as session:
            await insert_new(session, row)

    async def card(self, workspace: str, key: str) -> Card | None:
        """The card kept under the key."""
        row = await self._message(workspace, key)
        return row.card if row else None

    async def forget_before(self, at: datetime) -> int:
        """Remove what was to be forgotten by then; how many."""
        async with self._transaction() as session:
            states = await count(
                session, delete(SlackStateRow).where(col(SlackStateRow.until) < at)
            )
            return states + await count(
                session, delete(SlackMessageRow).where(col(SlackMessageRow.forget_at) < at)
            )

    async def _message(self, workspace: str, key: str) -> SlackMessageRow | None:
        async with self._transaction() as session:
            return await session.get(SlackMessageRow, (workspace, key))

    # Names

    async def names(
        self, workspace: str, ids: Sequence[str]
    ) -> Mapping[str, tuple[str, bool, str, str, datetime]]:
        """Of those that are known: name, whether private, time zone, kind of person, and when it
        was told."""
        async with self._transaction() as session:
            rows = await session.scalars(
                select(SlackNameRow).where(
                    col(SlackNameRow.workspace) == workspace, col(SlackNameRow.id).in_(ids)
                )
            )
            return {row.id: (row.name, row.private, row.zone, row.kind, row.at) for row in rows}

    async def put_name(
        self,
        workspace: str,
        id_: str,
        name: str,
        private: bool,
        at: datetime,
        *,
        zone: str = "",
        kind: str = "",
    ) -> None:
        """In place of what was told before."""
        row = SlackNameRow(
            workspace=workspace, id=id_, name=name, private=private, zone=zone, kind=kind, at=at
        )
        async with self._transaction() as session:
            await insert_or_replace(session, row)

    # Home tabs

    async def opened(self, workspace: str, person: str, conversation: str, at: datetime) -> None:
        """The person looks at the Home tab."""
        row = SlackHomeRow(
            workspace=workspace, person_id=person, conversation_id=conversation, opened_at=at
        )
        async with self._transaction() as session:
            await insert_or_replace(session, row)

    async def open_since(
        self, workspace: str, at: datetime, limit: int
    ) -> Sequence[tuple[str, str]]:
        """Person and conversation of those opened since then, the newest first."""
        async with self._transaction() as session:
            rows = await session.scalars(
                select(SlackHomeRow)
                .where(col(SlackHomeRow.workspace) == workspace, col(SlackHomeRow.opened_at) >= at)
                .order_by(col(SlackHomeRow.opened_at).desc(), col(SlackHomeRow.person_id))
                .limit(limit)
            )
            return [(row.person_id, row.conversation_id) for row in rows]

    # Installations

    async def installation(self, workspace: str) -> tuple[bytes, datetime] | None:
        """The sealed installation and when it was made."""
        async with self._transaction() as session:
            row = await session.get(SlackInstallationRow, workspace)
            return (row.sealed, row.installed_at) if row else None

    async def install(self, workspace: str, sealed: bytes, at: datetime) -> None:
        """In place of the one before."""
        row = SlackInstallationRow(
            workspace=workspace, sealed=sealed, installed_at=at, renewing_until=None
        )
        async with self._transaction() as session:
            await insert_or_replace(session, row)

    async def renew(self, workspace: str, sealed: bytes, installed_at: datetime) -> bool:
        """The same installation with other tokens; False when there is another one by now."""
        async with self._transaction() as session:
            changed = await count(
                session,
                update(SlackInstallationRow)
                .where(
                    col(SlackInstallationRow.workspace) == workspace,
                    col(SlackInstallationRow.installed_at) == installed_at,
                )
                .values(sealed=sealed, renewing_until=None),
            )
        return changed == 1

    async def lease_renewal(self, workspace: str, now: datetime, until: datetime) -> bool:
        """Whether it is ours to renew the tokens, until then."""
        renewing = col(SlackInstallationRow.renewing_until)
        async with self._transaction() as session:
            changed = await count(
                session,
                update(SlackInstallationRow)
                .where(
                    col(SlackInstallationRow.workspace) == workspace,
                    or_(renewing.is_(None), renewing <= now),
                )
                .values(renewing_until=until),
            )
        return changed == 1

    async def uninstall(self, workspace: str, at: datetime) -> bool:
        """Remove the installation, unless it was made after `at`; whether it was removed."""
        async with self._transaction() as session:
            removed = await count(
                session,
                delete(SlackInstallationRow).where(
                    col(SlackInstallationRow.workspace) == workspace,
                    col(SlackInstallationRow.installed_at) <= at,
                ),
            )
        return removed == 1

    async def add_state(self, workspace: str, digest: str, browser: str, until: datetime) -> None:
        """An installation began in that browser."""
        row = SlackStateRow(workspace=workspace, digest=digest, browser=browser, until=until)
        async with self._transaction() as session:
            await insert_new(session, row)

    async def take_state(self, workspace: str, digest: str, browser: str, now: datetime) -> bool:
        """Whether the state was given to that browser, is not too old and was not taken before;
        it is taken then, whoever asks."""
        async with self._transaction() as session:
            found = await session.execute(
                delete(SlackStateRow)
                .where(
                    col(SlackStateRow.workspace) == workspace, col(SlackStateRow.digest) == digest
                )
                .returning(col(SlackStateRow.browser), col(SlackStateRow.until))
            )
            row = found.first()
        return row is not None and row[0] == browser and row[1] > now
