"""Run by alembic for every command; `storage.migrate` hands it the connection, within whose
transaction everything happens: a change of the schema is made whole or not at all."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from storage.migrate import METADATA
from storage.repository import VERSION_TABLE


def _plain_type(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    # A migration must not change when our column types do: it names the database's own.
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    # SQLite cannot alter a column: alembic copies the table instead.
    render_as_batch=True,
    compare_type=True,
    render_item=_plain_type,
)
context.run_migrations()
