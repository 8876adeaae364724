"""Transactions that are decided before they begin, and need nobody in between.

A statement of SQLite is asked of a thread, and each of its steps again. Where a transaction has a
dozen statements and other programs use the processor too, most of the time is spent on waiting for
that thread. Here the whole transaction is handed over at once.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool
from sqlalchemy.util.concurrency import await_only, in_greenlet

from storage import sqlite
from storage.engine import WAIT, Transactions, database_file, prepare_engine

T = TypeVar("T")


class Whole:
    """Runs a function on a connection as one transaction: commits when it returns, rolls back when
    it raises. On SQLite it takes its turn among the other transactions."""

    def __init__(self, engine: AsyncEngine, transactions: Transactions) -> None:
        self._engine = engine
        self._transactions = transactions
        self._blocking = _blocking(engine) if database_file(engine.url) else None

    async def __call__(self, work: Callable[[Connection], T]) -> T:
        """What the function gives. It runs in a thread on a SQLite file, else where we are."""
        async with self._transactions.turn_of_this_task(first=False):
            if self._blocking is None:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            running = asyncio.ensure_future(asyncio.to_thread(self._run, self._blocking, work))
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                # The thread goes on, so the turn is not over yet.
                await asyncio.wait({running})
                raise

    def close(self) -> None:
        """Close the connection."""
        if self._blocking:
            self._blocking.dispose()

    @staticmethod
    def _run(engine: Engine, work: Callable[[Connection], T]) -> T:
        with engine.begin() as connection:
            return work(connection)


def aside(work: Callable[[], T]) -> T:
    """Within such a transaction: something that takes its time, away from the event loop."""
    if in_greenlet():
        return await_only(asyncio.to_thread(work))
    return work()


def _blocking(engine: AsyncEngine) -> Engine:
    file = database_file(engine.url)
    arguments: dict[str, Any] = sqlite.arguments(file, wait=WAIT)
    # Whichever thread has the turn uses the one connection.
    blocking = create_engine(
        engine.url.set(drivername="sqlite"),
        connect_args=arguments | {"check_same_thread": False},
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
    )
    prepare_engine(blocking)
    return blocking
