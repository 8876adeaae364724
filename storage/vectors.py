"""Vectors of texts, computed once: a cache that may be emptied at any time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import LargeBinary, select
from sqlmodel import Field, col

from storage.columns import Id
from storage.engine import Transactions
from storage.repository import Row, insert_new

_AT_ONCE = 500
"""Rows a statement: SQLite takes 32,766 values in one, PostgreSQL 65,535."""


T = TypeVar("T")


class VectorRow(Row, table=True):
    """One text's vector under one model."""

    __tablename__ = "vector"

    workspace: str = Field(primary_key=True, sa_type=Id)
    model: str = Field(primary_key=True, sa_type=Id)
    digest: str = Field(primary_key=True, sa_type=Id)
    data: bytes = Field(sa_type=LargeBinary)


class Vectors:
    """Kept by workspace, so that nobody learns from a quick answer what another one wrote. Each
    method is its own short transaction."""

    def __init__(self, transactions: Transactions) -> None:
        self._transaction = transactions

    async def get(self, workspace: str, model: str, digests: Sequence[str]) -> Mapping[str, bytes]:
        """Those that are there, by digest."""
        found: dict[str, bytes] = {}
        async with self._transaction() as session:
            for some in _batches(digests):
                rows = await session.execute(
                    select(col(VectorRow.digest), col(VectorRow.data)).where(
                        col(VectorRow.workspace) == workspace,
                        col(VectorRow.model) == model,
                        col(VectorRow.digest).in_(some),
                    )
                )
                found |= dict(rows.all())
        return found

    async def put(self, workspace: str, model: str, vectors: Mapping[str, bytes]) -> None:
        """Store those that are not there yet."""
        if not vectors:
            return
        # In one order, so that two that store the same at once never wait for each other.
        rows = [
            VectorRow(workspace=workspace, model=model, digest=digest, data=data)
            for digest, data in sorted(vectors.items())
        ]
        async with self._transaction() as session:
            for some in _batches(rows):
                await insert_new(session, *some)


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
