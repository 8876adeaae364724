"""Transactions that are decided before they begin, and need nobody in between.

Each step of an asynchronous statement passes through the event loop (and on SQLite through a
thread besides). Where a transaction has a dozen statements, most of its time goes there. Here the
whole transaction is handed over to a thread at once.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import Transactions, database_file, open_blocking_engine

T = TypeVar("T")

AT_ONCE = 4
"""Such transactions at the same time on PostgreSQL; SQLite has one at a time."""


class Whole:
    """Runs a function on a connection as one transaction: commits when it returns, rolls back when
    it raises. On SQLite it takes its turn among the other transactions. Its connections are closed
    with the engine's."""

    def __init__(self, engine: AsyncEngine, transactions: Transactions) -> None:
        self._engine = engine
        self._transactions = transactions
        in_memory = engine.dialect.name == "sqlite" and not database_file(engine.url)
        self._threaded = None if in_memory else _beside(engine)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="transactions")

    async def __call__(self, work: Callable[[Connection], T]) -> T:
        """What the function gives. It runs in a thread, where the database is not in memory."""
        async with self._transactions.turn_of_this_task(first=False):
            if self._threaded is None:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._threads, self._run, self._threaded, work)
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                # The thread goes on, so the turn is not over yet.
                await asyncio.wait({running})
                raise

    @staticmethod
    def _run(engine: Engine, work: Callable[[Connection], T]) -> T:
        with engine.begin() as connection:
            return work(connection)


def _beside(engine: AsyncEngine) -> Engine:
    threaded = open_blocking_engine(engine.url, keep=AT_ONCE)
    event.listen(engine.sync_engine, "engine_disposed", lambda _: threaded.dispose())
    return threaded
