"""The tables of rankings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, delete, or_, select, update
from sqlmodel import Field, col

from bot.ranking.model import Ranked, Ranking
from storage.columns import Id, Instant, json_of
from storage.repository import Repository, Row, insert_new, insert_or_replace


class RankingRow(Row, table=True):
    """A ranking with what it is looked for by."""

    __tablename__ = "ranking"
    __table_args__ = (Index(None, "workspace", "by_id", "asked_at"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    by_id: str = Field(sa_type=Id)
    asked_at: datetime = Field(sa_type=Instant)
    finished: bool
    held_until: datetime | None = Field(sa_type=Instant)
    ranking: Ranking = Field(sa_type=json_of(Ranking))

    @classmethod
    def from_model(cls, workspace: str, ranking: Ranking) -> "RankingRow":
        """The ranking's row."""
        return cls(
            workspace=workspace,
            id=ranking.id,
            by_id=ranking.by.id,
            asked_at=ranking.asked_at,
            finished=ranking.finished_at is not None,
            held_until=ranking.held_until,
            ranking=ranking,
        )

    def to_model(self) -> Ranking:
        """The ranking."""
        return self.ranking.model_copy(update={"held_until": self.held_until})


class RankedRow(Row, table=True):
    """What is known of one item."""

    __tablename__ = "ranked"

    workspace: str = Field(primary_key=True, sa_type=Id)
    ranking_id: str = Field(primary_key=True, sa_type=Id)
    n: int = Field(primary_key=True)
    ranked: Ranked = Field(sa_type=json_of(Ranked))


class RankingRepository(Repository):
    """Satisfies `bot.ranking.ports.Rankings`."""

    async def add(self, ranking: Ranking, ranked: Sequence[Ranked]) -> bool:
        """Store it with its items; False when one of that id is there."""
        if not await insert_new(self._session, RankingRow.from_model(self._workspace, ranking)):
            return False
        await insert_new(self._session, *(self._row(ranking.id, each) for each in ranked))
        return True

    async def get(self, ranking_id: str) -> Ranking | None:
        """The ranking, locked until the transaction ends."""
        row = await self._first(
            select(RankingRow)
            .where(col(RankingRow.workspace) == self._workspace, col(RankingRow.id) == ranking_id)
            # Else a person's call would be lost to a judgement that ends in the same instant.
            .with_for_update()
        )
        return row.to_model() if row else None

    async def ranked(self, ranking_id: str) -> Sequence[Ranked]:
        """What is known of each item, in the pasted order."""
        rows = await self._all(
            select(RankedRow)
            .where(
                col(RankedRow.workspace) == self._workspace,
                col(RankedRow.ranking_id) == ranking_id,
            )
            .order_by(col(RankedRow.n))
        )
        return [row.ranked for row in rows]

    async def newest(self, person_id: str) -> Ranking | None:
        """The last one that the person asked for."""
        row = await self._first(
            select(RankingRow)
            .where(col(RankingRow.workspace) == self._workspace, col(RankingRow.by_id) == person_id)
            .order_by(col(RankingRow.asked_at).desc(), col(RankingRow.id).desc())
        )
        return row.to_model() if row else None

    async def hold(self, ranking_id: str, now: datetime, until: datetime) -> bool:
        """Take it until then; False where somebody else holds it, or it is finished."""
        taken = await self._count(
            update(RankingRow)
            .where(
                col(RankingRow.workspace) == self._workspace,
                col(RankingRow.id) == ranking_id,
                col(RankingRow.finished).is_(False),
                or_(col(RankingRow.held_until).is_(None), col(RankingRow.held_until) <= now),
            )
            .values(held_until=until)
        )
        return bool(taken)

    async def keep(self, ranking_id: str, until: datetime | None) -> None:
        """Go on holding it until then; None lets go of it."""
        await self._count(
            update(RankingRow)
            .where(col(RankingRow.workspace) == self._workspace, col(RankingRow.id) == ranking_id)
            .values(held_until=until)
        )

    async def put(self, ranking: Ranking) -> None:
        """Store its new state."""
        await insert_or_replace(self._session, RankingRow.from_model(self._workspace, ranking))

    async def note(self, ranking_id: str, ranked: Ranked) -> None:
        """What is known of an item now."""
        await insert_or_replace(self._session, self._row(ranking_id, ranked))

    async def forget(self, before: datetime) -> int:
        """Remove those that were asked for before then; how many."""
        old = select(col(RankingRow.id)).where(
            col(RankingRow.workspace) == self._workspace, col(RankingRow.asked_at) < before
        )
        await self._count(
            delete(RankedRow).where(
                col(RankedRow.workspace) == self._workspace, col(RankedRow.ranking_id).in_(old)
            )
        )
        return await self._count(
            delete(RankingRow).where(
                col(RankingRow.workspace) == self._workspace, col(RankingRow.asked_at) < before
            )
        )

    def _row(self, ranking_id: str, ranked: Ranked) -> RankedRow:
        return RankedRow(
            workspace=self._workspace, ranking_id=ranking_id, n=ranked.n, ranked=ranked
        )
