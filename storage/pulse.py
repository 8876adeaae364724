"""The pulse's tables: pulses, their editions, and sealed answers until an edition is closed.

A ballot is a token and bytes of one length: no person, no time, no number. On SQLite its table
lies in the order of the tokens, which are random; on PostgreSQL the order of rows tells in which
order people answered, and after the close there are neither rows nor a key to read them with.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Index, LargeBinary, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from bot.pulse.model import Edition, EditionState, Published, Pulse
from bot.pulse.ports import ToDo
from storage.columns import Id, Instant, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace


class PulseRow(Row, table=True):
    """A pulse as it was set up."""

    __tablename__ = "pulse"
    __table_args__ = (Index(None, "workspace", "conversation_id"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    conversation_id: str = Field(sa_type=Id)
    state: str = Field(sa_type=Id)
    made_at: datetime = Field(sa_type=Instant)
    pulse: Pulse = Field(sa_type=json_of(Pulse))


class EditionRow(Row, table=True):
    """One time that a pulse was asked; `published` once it is closed."""

    __tablename__ = "pulse_edition"
    __table_args__ = (
        Index(None, "workspace", "pulse_id", "number", unique=True),
        Index(
            "ix_pulse_edition_closes_at",
            "closes_at",
            sqlite_where=text("state <> 'closed' OR to_do <> ''"),
            postgresql_where=text("state <> 'closed' OR to_do <> ''"),
        ),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    pulse_id: str = Field(sa_type=Id)
    number: int
    state: str = Field(sa_type=Id)
    to_do: str = Field(sa_type=Id)
    unreached: int
    closes_at: datetime = Field(sa_type=Instant)
    edition: Edition = Field(sa_type=json_of(Edition))
    audience: tuple[str, ...] = Field(sa_type=json_of(tuple[str, ...]))
    """Who was asked; forgotten once a later edition of the pulse asks."""
    published: Published | None = Field(sa_type=json_of(Published))

    @classmethod
    def from_model(
        cls, workspace: str, edition: Edition, audience: Collection[str] = ()
    ) -> "EditionRow":
        """The row of an edition that begins, with whom it asks."""
        return cls(
            workspace=workspace,
            id=edition.id,
            pulse_id=edition.pulse_id,
            number=edition.number,
            state=edition.state,
            to_do="",
            unreached=edition.unreached,
            closes_at=edition.closes_at,
            edition=edition,
            audience=tuple(sorted(audience)),
            published=None,
        )

    def to_model(self) -> Edition:
        """The edition as it stands."""
        return self.edition.model_copy(
            update={
                "state": self.state,
                "closes_at": self.closes_at,
                "unreached": self.unreached,
            }
        )


class BallotRow(Row, table=True):
    """What one person answered, sealed."""

    __tablename__ = "pulse_ballot"
    # Without a row id there is no trace of the order in which they came.
    __table_args__ = ({"sqlite_with_rowid": False},)

    workspace: str = Field(primary_key=True, sa_type=Id)
    edition_id: str = Field(primary_key=True, sa_type=Id)
    token: bytes = Field(primary_key=True, sa_type=LargeBinary)
    sealed: bytes = Field(sa_type=LargeBinary)


class PulseRepository(Repository):
    """Satisfies `bot.pulse.ports.Pulses`."""

    async def add(self, pulse: Pulse) -> bool:
        """Store a new one; False when one with its id was there before."""
        return await insert_new(self._session, self._row(pulse)) == 1

    async def save(self, pulse: Pulse) -> None:
        """Store what was changed."""
        await insert_or_replace(self._session, self._row(pulse))

    async def get(self, pulse_id: str) -> Pulse | None:
        """The pulse, locked until the transaction ends."""
        row = await self._first(
            select(PulseRow)
            .where(col(PulseRow.workspace) == self._workspace, col(PulseRow.id) == pulse_id)
            .with_for_update()
        )
        return row.pulse if row else None

    async def of(self, conversation_id: str) -> Sequence[Pulse]:
        """Those set up there, the newest first."""
        return [pulse for pulse in await self.all() if pulse.conversation.id == conversation_id]

    async def all(self) -> Sequence[Pulse]:
        """All that are no drafts, the newest first."""
        rows = await self._all(
            select(PulseRow)
            .where(col(PulseRow.workspace) == self._workspace, col(PulseRow.state) != "draft")
            .order_by(col(PulseRow.made_at).desc(), col(PulseRow.id))
        )
        return [row.pulse for row in rows]

    async def remove(self, pulse_id: str) -> None:
        """Forget it."""
        own = col(PulseRow.workspace) == self._workspace
        await self._count(delete(PulseRow).where(own, col(PulseRow.id) == pulse_id))

    def _row(self, pulse: Pulse) -> PulseRow:
        return PulseRow(
            workspace=self._workspace,
            id=pulse.id,
            conversation_id=pulse.conversation.id,
            state=pulse.state,
            made_at=pulse.made_at,
            pulse=pulse,
        )


class EditionRepository(Repository):
    """Satisfies `bot.pulse.ports.Editions`."""

    async def add(self, edition: Edition, audience: Collection[str]) -> bool:
        """Store it; closed editions before it forget whom they asked."""
        row = EditionRow.from_model(self._workspace, edition, audience)
        if not await insert_new(self._session, row):
            return False
        closed = col(EditionRow.state) == "closed"
        await self._count(
            update(EditionRow).where(*self._of(edition.pulse_id), closed).values(audience=())
        )
        return True

    async def get(self, edition_id: str) -> Edition | None:
        """The edition as it stands."""
        row = await self._row(edition_id)
        return row.to_model() if row else None

    async def hold(self, edition_id: str) -> Edition | None:
        """The same, locked until the transaction ends."""
        row = await self._first(select(EditionRow).where(*self._this(edition_id)).with_for_update())
        return row.to_model() if row else None

    async def audience(self, edition_id: str) -> Collection[str]:
        """Whom it asked."""
        asked = select(col(EditionRow.audience)).where(*self._this(edition_id))
        return (await self._session.execute(asked)).scalar() or ()

    async def set_state(self, edition_id: str, state: EditionState) -> None:
        """Say where it stands."""
        await self._change(edition_id, state=state)

    async def set_closes_at(self, edition_id: str, at: datetime) -> None:
        """Close it then."""
        await self._change(edition_id, closes_at=at)

    async def count_unreached(self, edition_id: str) -> None:
        """One more could not be asked."""
        await self._change(edition_id, unreached=col(EditionRow.unreached) + 1)

    async def publish(self, published: Published) -> None:
        """Store what is shown of it; it is closed."""
        of = published.edition.id
        await self._change(of, state="closed", to_do="key", published=published)

    async def left_to_do(self, edition_id: str) -> ToDo:
        """What closing still has to do."""
        row = await self._row(edition_id)
        # Only `set_to_do` and `publish` write it.
        return row.to_do if row else ""  # type: ignore[return-value]

    async def set_to_do(self, edition_id: str, to_do: ToDo) -> None:
        """Say what is left."""
        await self._change(edition_id, to_do=to_do)

    async def latest(self, pulse_id: str) -> Edition | None:
        """The one with the highest number."""
        row = await self._latest(pulse_id)
        return row.to_model() if row else None

    async def unfinished(self) -> Sequence[Edition]:
        """Those that are open or closing."""
        rows = await self._all(
            select(EditionRow)
            .where(col(EditionRow.workspace) == self._workspace, col(EditionRow.state) != "closed")
            .order_by(col(EditionRow.closes_at), col(EditionRow.id))
        )
        return [row.to_model() for row in rows]

    async def result(self, edition_id: str) -> Published | None:
        """What was published of it."""
        row = await self._row(edition_id)
        return row.published if row else None

    async def published(self, pulse_id: str, limit: int) -> Sequence[Published]:
        """The last that were closed, the newest first."""
        rows = await self._all(
            select(EditionRow)
            .where(*self._of(pulse_id), col(EditionRow.state) == "closed")
            .order_by(col(EditionRow.number).desc())
            .limit(limit)
        )
        return [row.published for row in rows if row.published]

    async def forget_person(self, person_id: str) -> None:
        """Take the person out of every audience."""
        for row in await self._all(
            select(EditionRow).where(col(EditionRow.workspace) == self._workspace).with_for_update()
        ):
            if person_id in row.audience:
                row.audience = tuple(each for each in row.audience if each != person_id)
        await self._session.flush()

    async def remove(self, pulse_id: str) -> None:
        """Forget all editions of the pulse, and what they hold."""
        await _overwrite(self._session)
        ids = select(col(EditionRow.id)).where(*self._of(pulse_id))
        await self._count(
            delete(BallotRow).where(
                col(BallotRow.workspace) == self._workspace,
                col(BallotRow.edition_id).in_(ids),
            )
        )
        await self._count(delete(EditionRow).where(*self._of(pulse_id)))

    def _this(self, edition_id: str) -> tuple[ColumnElement[bool], ...]:
        return col(EditionRow.workspace) == self._workspace, col(EditionRow.id) == edition_id

    def _of(self, pulse_id: str) -> tuple[ColumnElement[bool], ...]:
        return col(EditionRow.workspace) == self._workspace, col(EditionRow.pulse_id) == pulse_id

    async def _row(self, edition_id: str) -> EditionRow | None:
        return await self._first(select(EditionRow).where(*self._this(edition_id)))

    async def _latest(self, pulse_id: str) -> EditionRow | None:
        newest = col(EditionRow.number).desc()
        return await self._first(select(EditionRow).where(*self._of(pulse_id)).order_by(newest))

    async def _change(self, edition_id: str, **values: object) -> None:
        await self._count(update(EditionRow).where(*self._this(edition_id)).values(**values))


class BallotRepository(Repository):
    """Satisfies `bot.pulse.ports.Ballots`."""

    async def put(self, edition_id: str, token: bytes, sealed: bytes) -> None:
        """Store the answers in the place of those with the same token."""
        row = BallotRow(
            workspace=self._workspace, edition_id=edition_id, token=token, sealed=sealed
        )
        await _overwrite(self._session)
        await insert_or_replace(self._session, row)

    async def get(self, edition_id: str, tokens: Collection[bytes]) -> Mapping[bytes, bytes]:
        """Those of the tokens that are there."""
        rows = await self._all(
            select(BallotRow).where(*self._of(edition_id), col(BallotRow.token).in_(sorted(tokens)))
        )
        return {row.token: row.sealed for row in rows}

    async def all(self, edition_id: str) -> Mapping[bytes, bytes]:
        """Everything sealed in the edition, by token: an order that means nothing."""
        rows = await self._all(
            select(BallotRow).where(*self._of(edition_id)).order_by(col(BallotRow.token))
        )
        return {row.token: row.sealed for row in rows}

    async def take_out(self, edition_id: str, tokens: Collection[bytes]) -> None:
        """Remove those of the tokens that are there."""
        await _overwrite(self._session)
        which = col(BallotRow.token).in_(sorted(tokens))
        await self._count(delete(BallotRow).where(*self._of(edition_id), which))

    async def remove(self, edition_id: str) -> None:
        """Remove all of the edition."""
        await _overwrite(self._session)
        await self._count(delete(BallotRow).where(*self._of(edition_id)))

    def _of(self, edition_id: str) -> tuple[ColumnElement[bool], ...]:
        return (
            col(BallotRow.workspace) == self._workspace,
            col(BallotRow.edition_id) == edition_id,
        )


async def _overwrite(session: AsyncSession) -> None:
    """Have SQLite put zeros in the place of what is removed from now on."""
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text("PRAGMA secure_delete=ON"))
