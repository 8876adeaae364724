"""Fixtures: a Teams, and the bot before it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.fake_teams import FakeTeams
from tests.teams.running import Running, running


@pytest_asyncio.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams().running() as teams:
        yield teams


@pytest_asyncio.fixture
async def storage_file(sqlite_url: str) -> AsyncIterator[Storage]:
    storage = Storage(open_engine(sqlite_url))
    yield storage
    await storage.close()


@pytest_asyncio.fixture
async def bot(storage_file: Storage, teams: FakeTeams) -> AsyncIterator[Running]:
    async with running(storage_file, teams) as bot:
        yield bot
