"""PostgreSQL as it must be: commits reach the disk, waits end, refusals quote nobody."""

from collections.abc import Container
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.problems import StorageProblem

OLDEST = 13


def arguments(chosen: Container[str]) -> dict[str, Any]:
    """What a connection is opened with, without what the operator chose in the address."""
    usual = {
        "connect_timeout": 5,
        "application_name": "missionbot",
        # Else a database that cannot hold every text gives bytes, before we can refuse it.
        "client_encoding": "utf8",
        # A database that vanished from the network is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
    }
    return {name: value for name, value in usual.items() if name not in chosen}


def prepare(engine: Engine, *, wait: int) -> None:
    """Every connection of the engine gets the settings, and no error of it quotes a row."""

    def set_up(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for setting in (
            "synchronous_commit TO on",
            "timezone TO 'UTC'",
            # A plan that was made while a table held ten rows would stay for as long as the
            # connection, and read all of the five thousand that fall due at nine o'clock.
            "plan_cache_mode TO force_custom_plan",
            f"lock_timeout TO '{wait}s'",
            "idle_in_transaction_session_timeout TO '60s'",
        ):
            cursor.execute(f"SET {setting}")
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", set_up)
    event.listen(engine, "handle_error", _without_detail)


async def check(connection: AsyncConnection) -> None:
    """Raises StorageProblem for a server or database that cannot hold what we store."""
    version = int(await connection.scalar(text("SHOW server_version_num")) or 0) // 10000
    if version < OLDEST:
        raise StorageProblem(
            f"The server is PostgreSQL {version}; Missionbot needs {OLDEST} or newer."
        )
    encoding = await connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StorageProblem(
            f"The database keeps text as {encoding}, which cannot hold every language. Make one "
            "with: CREATE DATABASE missionbot ENCODING 'UTF8' TEMPLATE template0."
        )


def _without_detail(context: ExceptionContext) -> None:
    # PostgreSQL adds the values of the row that it refused, which hide_parameters does not hide.
    original = context.original_exception
    for error in (original, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])
