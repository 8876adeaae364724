"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


def without_nul(value: str | None) -> str | None:
    """The text as both databases take it."""
    return None if value is None else value.replace("\x00", "")


class Words(TypeDecorator[str]):
    """Text of any length. NUL characters are left out, as PostgreSQL stores none: people's words
    are cleaned long before, so this is about ids that a platform or an attacker made."""

    impl: TypeEngine[str] | type[TypeEngine[str]] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is stored."""
        return without_nul(value)


class Id(Words):
    """A platform's id, a key, a short word: at most 255 characters (`bot.events.Key`)."""

    impl = String(255)
    cache_ok = True


def in_utc(value: datetime) -> datetime:
    """The moment in UTC; raises ValueError for a time that does not say its zone."""
    if value.tzinfo is None:
        raise ValueError("a stored time needs its time zone")
    return value.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """A moment, in UTC and time-zone aware on both sides. SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is stored; raises ValueError for a time that does not say its zone."""
        if value is None:
            return None
        value = in_utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_of(kind: Any, *, shared: bool = False) -> type[TypeDecorator[Any]]:
    """The type of a column that holds `kind` (anything pydantic knows) as JSON text. `shared`:
    many rows hold the same, and it cannot be changed, so it is read once for all of them."""
    # A model says so itself, and takes no other word: an error must not quote what is stored.
    is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
    config = None if is_model else ConfigDict(hide_input_in_errors=True)
    adapter: TypeAdapter[Any] = TypeAdapter(kind, config=config)
    read = lru_cache(maxsize=4096)(adapter.validate_json) if shared else adapter.validate_json

    class Json(TypeDecorator[Any]):
        """Written and read by pydantic, so that what comes out is what went in."""

        impl = Text
        cache_ok = True

        def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
            return None if value is None else adapter.dump_json(value).decode()

        def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
            return None if value is None else read(value)

    return Json
