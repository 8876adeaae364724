"""What every row and every repository has in common."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import CursorResult, Delete, Insert, MetaData, Select, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

T = TypeVar("T")

VERSION_TABLE = "missionbot_schema"
"""Holds the schema's version; its presence tells our database from another program's."""


class Row(SQLModel):
    """Base of every table. Each has the workspace first in its primary key, and none leaves
    this package."""

    # Constraints get names, so that a migration can change them on both engines.
    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


async def insert_new(session: AsyncSession, *rows: Row) -> int:
    """Insert the rows of one table, leaving out each whose primary or unique key is there
    already; how many were new."""
    return len(await insert_all(session, type(rows[0]), [values_of(row) for row in rows]))


async def insert_all(
    session: AsyncSession, table: type[Row], values: Sequence[Mapping[str, Any]]
) -> Sequence[Any]:
    """The same with rows as plain values; the primary keys of those that were new."""
    statement = _insert(session, table).on_conflict_do_nothing().returning(*_key(table))
    return (await session.execute(statement, values)).all()


async def insert_or_replace(session: AsyncSession, row: Row) -> None:
    """Insert the row, or put it in the place of the one with its primary key."""
    key, values = {column.name for column in _key(type(row))}, values_of(row)
    statement = _insert(session, type(row)).values(values)
    changed = {name: statement.excluded[name] for name in values if name not in key}
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


class Repository:
    """One workspace's rows of some tables, within one transaction."""

    def __init__(self, session: AsyncSession, workspace: str) -> None:
        self._session = session
        self._workspace = workspace

    async def _first(self, statement: Select[T]) -> T | None:
        return (await self._session.scalars(statement.limit(1))).first()

    async def _all(self, statement: Select[T]) -> Sequence[T]:
        return (await self._session.scalars(statement)).all()

    async def _count(self, statement: Update | Delete) -> int:
        return await count(self._session, statement)


async def count(session: AsyncSession, statement: Update | Delete) -> int:
    """Run a change; how many rows it touched."""
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def _insert(session: AsyncSession, row: type[Row]) -> Any:
    # The two dialects' inserts have the same methods and no common base that names them.
    dialect: Mapping[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
    insert: Insert = dialect[session.get_bind().dialect.name].insert(_table(row))
    return insert


def _table(row: type[Row]) -> Any:
    return row.__table__  # type: ignore[attr-defined]


def _key(row: type[Row]) -> Sequence[Any]:
    return list(_table(row).primary_key)


def values_of(row: Row) -> dict[str, Any]:
    """The row's columns and what they hold."""
    return {column.key: getattr(row, column.key) for column in _table(type(row)).columns}
