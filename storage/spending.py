"""What a workspace's judge takes, by month: reserved before a call, settled after it."""

import uuid
from typing import Any

from sqlalchemy import BigInteger, Index, func, select, update
from sqlmodel import Field, col

from bot.ask.model import Cap, Tokens, Usage
from storage.columns import Id
from storage.repository import Repository, Row, insert_new


class MonthRow(Row, table=True):
    """A month in which something was spent. Whoever reserves holds its row, one after another."""

    __tablename__ = "spending_month"

    workspace: str = Field(primary_key=True, sa_type=Id)
    month: str = Field(primary_key=True, sa_type=Id)


class SpendingRow(Row, table=True):
    """One call to a language model: what was reserved for it, then what it took."""

    __tablename__ = "spending"
    __table_args__ = (Index(None, "workspace", "month"),)

    workspace: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    month: str = Field(sa_type=Id)
    tokens: int = Field(sa_type=BigInteger)
    cost: float


SPENDING: Any = SpendingRow.__table__  # type: ignore[attr-defined]


class SpendingRepository(Repository):
    """Satisfies `bot.ask.ports.Spending`."""

    async def of(self, month: str) -> Usage:
        """What was spent and is reserved."""
        found = await self._session.execute(
            select(func.count(), func.sum(SpendingRow.tokens), func.sum(SpendingRow.cost)).where(
                col(SpendingRow.workspace) == self._workspace, col(SpendingRow.month) == month
            )
        )
        calls, tokens, cost = found.one()
        return Usage(calls=calls, tokens=int(tokens or 0), cost=cost or 0.0)

    async def reserve(self, month: str, most: Tokens, cap: Cap) -> str | None:
        """Count `most` as spent; the entry's id, or None where that would exceed the cap."""
        await insert_new(self._session, MonthRow(workspace=self._workspace, month=month))
        await self._session.execute(
            select(MonthRow)
            .where(col(MonthRow.workspace) == self._workspace, col(MonthRow.month) == month)
            .with_for_update()
        )
        if not cap.allows(await self.of(month), most):
            return None
        row = SpendingRow(
            workspace=self._workspace,
            id=uuid.uuid4().hex,
            month=month,
            tokens=most.prompt + most.completion,
            cost=most.cost,
        )
        await insert_new(self._session, row)
        return row.id

    async def settle(self, entry_id: str, tokens: Tokens) -> None:
        """Replace what was reserved by what it took; nothing where there is no such entry."""
        await self._count(
            update(SpendingRow)
            .where(col(SpendingRow.workspace) == self._workspace, col(SpendingRow.id) == entry_id)
            .values(tokens=tokens.prompt + tokens.completion, cost=tokens.cost)
        )
