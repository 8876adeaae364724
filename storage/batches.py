"""Many rows with one statement: what the delivery engine does most of the time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import postgresql, sqlite

Values = Sequence[Mapping[str, Any]]
"""A row each; all name the same columns."""
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_all(connection: Connection, table: Any, values: Values) -> Sequence[Any]:
    """Insert the rows whose primary or unique key is not there; the primary keys of those."""
    if not values:
        return []
    insert = _INSERT[connection.dialect.name](table)
    statement = insert.on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(statement, values).all()


def replace_all(connection: Connection, table: Any, values: Values) -> None:
    """Insert the rows, or put them in the place of those with their primary keys."""
    if not values:
        return
    insert = _INSERT[connection.dialect.name](table)
    keys = {column.name for column in table.primary_key}
    changed = {name: insert.excluded[name] for name in values[0] if name not in keys}
    run_all(connection, insert.on_conflict_do_update(index_elements=keys, set_=changed), values)


def run_all(connection: Connection, statement: Executable, values: Values) -> None:
    """Run the statement for each of the values."""
    if values:
        connection.execute(statement, values)
