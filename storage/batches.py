"""Many rows with one statement: what the delivery engine does most of the time.

The rows travel as one JSON text, which the database takes apart. Bound value by value they were
half of all the work: drivers look at each of thousands of parameters, and SQLite's gives way to
another thread at every row.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, bindparam, select, text, true
from sqlalchemy.dialects import postgresql, sqlite

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
        rows = [
            [process(each[name]) if process else each[name] for name, process in processors]
            for each in values
        ]
        result = connection.execute(statement, {"rows": json.dumps(rows, default=str)})
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
        return self._build(rows), [
            (name, kind.bind_processor(dialect)) for name, kind in types.items()
        ]


_EACH = {
    "sqlite": "json_each(:rows)",
    "postgresql": "json_array_elements(CAST(:rows AS json))",
}
_PARTS = {
    "sqlite": "json_extract(value, '$[{n}]') AS {name}",
    "postgresql": "CAST(value ->> {n} AS {type}) AS {name}",
}


def insert_all(connection: Connection, table: Any, values: Values) -> Sequence[Any]:
    """Insert the rows whose primary or unique key is not there; the primary keys of those."""
    return _inserting(table, connection.dialect.name, False)(connection, values)


def replace_all(connection: Connection, table: Any, values: Values) -> None:
    """Insert the rows, or put them in the place of those with their primary keys."""
    _inserting(table, connection.dialect.name, True)(connection, values)


@cache
def _inserting(table: Any, dialect: str, replace: bool) -> Many:
    columns = dict(table.columns.items())

    def build(rows: Any) -> Any:
        # Without a condition, SQLite would take ON CONFLICT for a part of the join.
        insert = _INSERT[dialect](table).from_select(list(columns), select(rows).where(true()))
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
