"""The tables of the check: findings that somebody dismissed, and reviews that were paid for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, delete, select
from sqlmodel import Field, col

from bot.check.model import Dismissal, KeptReview, Review
from bot.events import Person
from storage.columns import Id, Instant, Words, json_of
from storage.repository import Repository, Row, insert_or_replace


class DismissalRow(Row, table=True):
    """Somebody's word that a finding is all right as it is."""

    __tablename__ = "check_dismissal"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(primary_key=True, sa_type=Id)
    fingerprint: str = Field(primary_key=True, sa_type=Id)
    reason: str = Field(sa_type=Words)
    by_id: str = Field(sa_type=Id)
    by_name: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=Instant)
    private_to: str | None = Field(sa_type=Words)

    @classmethod
    def from_model(cls, workspace: str, dismissal: Dismissal) -> "DismissalRow":
        """The dismissal's row."""
        return cls(
            workspace=workspace,
            charter_id=dismissal.charter_id,
            fingerprint=dismissal.fingerprint,
            reason=dismissal.reason,
            by_id=dismissal.by.id,
            by_name=dismissal.by.name,
            at=dismissal.at,
            private_to=dismissal.private_to,
        )

    def to_model(self) -> Dismissal:
        """The dismissal."""
        return Dismissal(
            charter_id=self.charter_id,
            fingerprint=self.fingerprint,
            reason=self.reason,
            by=Person(id=self.by_id, name=self.by_name),
            at=self.at,
            private_to=self.private_to,
        )


class ReviewRow(Row, table=True):
    """A language model's look at a charter, found by what it was a look at."""

    __tablename__ = "check_review"
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "charter_id"], ["charter.workspace", "charter.id"]),
        Index(None, "workspace", "charter_id"),
    )

    workspace: str = Field(primary_key=True, sa_type=Id)
    digest: str = Field(primary_key=True, sa_type=Id)
    charter_id: str = Field(sa_type=Id)
    review: Review = Field(sa_type=json_of(Review))
    at: datetime = Field(sa_type=Instant)

    @classmethod
    def from_model(cls, workspace: str, kept: KeptReview) -> "ReviewRow":
        """The review's row."""
        return cls(
            workspace=workspace,
            digest=kept.digest,
            charter_id=kept.charter_id,
            review=kept.review,
            at=kept.at,
        )

    def to_model(self) -> KeptReview:
        """The review."""
        return KeptReview(
            charter_id=self.charter_id, digest=self.digest, review=self.review, at=self.at
        )


class CheckRepository(Repository):
    """Satisfies `bot.check.ports.Checks`. Only for charters of the workspace."""

    async def dismiss(self, dismissal: Dismissal) -> None:
        """In place of what was said about the same finding before."""
        await insert_or_replace(self._session, DismissalRow.from_model(self._workspace, dismissal))

    async def bring_back(self, charter_id: str, fingerprint: str) -> bool:
        """Forget the dismissal; False where there was none."""
        return bool(
            await self._count(
                delete(DismissalRow).where(
                    col(DismissalRow.workspace) == self._workspace,
                    col(DismissalRow.charter_id) == charter_id,
                    col(DismissalRow.fingerprint) == fingerprint,
                )
            )
        )

    async def dismissals(self, charter_id: str) -> Sequence[Dismissal]:
        """Oldest first."""
        rows = await self._all(
            select(DismissalRow)
            .where(
                col(DismissalRow.workspace) == self._workspace,
                col(DismissalRow.charter_id) == charter_id,
            )
            .order_by(col(DismissalRow.at), col(DismissalRow.fingerprint))
        )
        return [row.to_model() for row in rows]

    async def review(self, digest: str) -> KeptReview | None:
        """The review of exactly that."""
        row = await self._first(
            select(ReviewRow).where(
                col(ReviewRow.workspace) == self._workspace, col(ReviewRow.digest) == digest
            )
        )
        return row.to_model() if row else None

    async def keep(self, review: KeptReview) -> None:
        """In place of one of the same digest."""
        await insert_or_replace(self._session, ReviewRow.from_model(self._workspace, review))

    async def forget_reviews(self, charter_id: str, before: datetime) -> int:
        """Forget the charter's reviews from before then; how many there were."""
        return await self._count(
            delete(ReviewRow).where(
                col(ReviewRow.workspace) == self._workspace,
                col(ReviewRow.charter_id) == charter_id,
                col(ReviewRow.at) < before,
            )
        )
