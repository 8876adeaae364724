"""Many rows with one statement: what the delivery engine does most of the time.

The rows travel as one JSON text, which the database takes apart. Bound value by value they were
half of all the work: drivers look at each of thousands of parameters, and SQLite's gives way to
another thread at every row.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, bindparam, literal, select, text, true
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import Instant, Words, in_utc, without_nul

Values = Sequence[Mapping[str, Any]]
"""A row each; all name the same columns."""
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Many:
    """A statement over many rows. `build` makes it from the rows as a table, whose columns have
    the given names and mean what the given columns mean."""

    def __init__(self, build: Callable[[Any], Any], **columns: Any) -> None:
        self._build = build
        self._columns = columns
        self._of = lru_cache(maxsize=4)(self._for)

    def __call__(self, connection: Connection, values: Values) -> Sequence[Any]:
        """Run it for the values; the rows that it gives, where it gives any."""
        if not values:
            return ()
        statement, processors = self._of(connection.dialect)
        rows = zip(*(_column(values, name, process) for name, process in processors), strict=True)
        result = connection.execute(statement, {"rows": json.dumps(list(rows), default=str)})
        return result.all() if result.returns_rows else ()

    def _for(self, dialect: Dialect) -> tuple[Executable, list[tuple[str, Any]]]:
        types = {name: column.type.dialect_impl(dialect) for name, column in self._columns.items()}
        part = _PARTS[dialect.name]
        parts = ", ".join(
            part.format(n=number, name=name, type=kind.compile(dialect))
            for number, (name, kind) in enumerate(types.items())
        )
        source = f"SELECT {parts} FROM {_EACH[dialect.name]}"  # noqa: S608 our own names
        kinds = {name: column.type for name, column in self._columns.items()}
        rows = text(source).bindparams(bindparam("rows")).columns(**kinds).subquery("rows")
        return self._build(rows), [(name, _writer(kind, dialect)) for name, kind in types.items()]


def _column(values: Values, name: str, process: Callable[[Any], Any] | None) -> list[Any]:
    column = [each[name] for each in values]
    return [process(each) for each in column] if process else column


def _writer(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What a value of the type becomes in the JSON text: what the type itself makes of it. For the
    kinds that are most of a batch, without SQLAlchemy's detours, which were most of the work."""
    if isinstance(kind, Words):
        return without_nul
    if isinstance(kind, Instant):
        return _instants(dialect)
    writer: Callable[[Any], Any] | None = kind.bind_processor(dialect)
    return writer


def _instants(dialect: Dialect) -> Callable[[datetime | None], str | None]:
    end = _LENGTH_OF_INSTANT[dialect.name]

    def instant(value: datetime | None) -> str | None:
        if value is None:
            return None
        if value.tzinfo is not UTC:
            value = in_utc(value)
        return value.isoformat(" ", "microseconds")[:end]

    return instant


# SQLite's text of a moment says no zone; PostgreSQL's does.
_LENGTH_OF_INSTANT = {"sqlite": 26, "postgresql": 32}
_EACH = {
    "sqlite": "json_each(:rows)",
    "postgresql": "jsonb_array_elements(CAST(:rows AS jsonb))",
}
_PARTS = {
    "sqlite": "json_extract(value, '$[{n}]') AS {name}",
    "postgresql": "CAST(value ->> {n} AS {type}) AS {name}",
}


def insert_all(
    connection: Connection,
    table: Any,
    values: Values,
    alike: Mapping[str, Any] = MappingProxyType({}),
) -> Sequence[Any]:
    """Insert the rows whose primary or unique key is not there; the primary keys of those. `alike`:
    what all of them hold in the columns that they do not name."""
    inserting = _inserting(table, connection.dialect.name, False, tuple(alike.items()))
    return inserting(connection, values)


def replace_all(connection: Connection, table: Any, values: Values) -> None:
    """Insert the rows, or put them in the place of those with their primary keys."""
    _inserting(table, connection.dialect.name, True, ())(connection, values)


@cache
def _inserting(table: Any, dialect: str, replace: bool, alike: tuple[tuple[str, Any], ...]) -> Many:
    same = {name: literal(value, table.c[name].type) for name, value in alike}
    columns = {name: column for name, column in table.columns.items() if name not in same}

    def build(rows: Any) -> Any:
        # Without a condition, SQLite would take ON CONFLICT for a part of the join.
        source = select(rows, *same.values()).where(true())
        insert = _INSERT[dialect](table).from_select([*columns, *same], source)
        if not replace:
            return insert.on_conflict_do_nothing().returning(*table.primary_key)
        keys = [column.name for column in table.primary_key]
        changed = {name: insert.excluded[name] for name in columns if name not in keys}
        return insert.on_conflict_do_update(index_elements=keys, set_=changed)

    return Many(build, **columns)


def run_all(connection: Connection, statement: Executable, values: Values) -> None:
    """Run the statement for each of the values."""
    if values:
        connection.execute(statement, values)
