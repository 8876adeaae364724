"""Who said what in a closed pulse is found out by nobody, whatever of ours they hold."""

import logging
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters import keys as key_files
from adapters.keys import DirectoryKeys
from adapters.logs import OURS
from adapters.pulse_cipher import AesGcm
from bot.pulse.on_the_way import SealedAnswers
from bot.pulse.publishing import shuffled
from storage.engine import database_file, open_engine
from storage.unit_of_work import Storage
from tests.pulse.attack import (
    PEOPLE,
    WORKSPACE,
    Seen,
    Town,
    bound,
    everything_stored,
    files_below,
    links,
    take,
)

ROUNDS = 20
"""Of twenty runs each, side by side: 400 runs, 3,200 answers."""
SECRET = b"the installation's own secret..."
"""Stored beside the database, and in the attacker's hands."""
LOOK_EVERY = 5
"""Rounds between looks into the database's very bytes."""


class PlainCipher:
    """Seals nothing."""

    def seal(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        return plain

    def open(self, key: bytes, sealed: bytes, about: bytes) -> bytes | None:
        return sealed


class OneKey:
    """Has one key for everything, which is configured."""

    async def make(self, workspace: str, edition_id: str) -> bytes:
        return SECRET

    async def get(self, workspace: str, edition_id: str) -> bytes | None:
        return SECRET

    async def destroy(self, workspace: str, edition_id: str) -> None:
        """It is needed again."""


def unshuffled(words: list[str]) -> None:
    """As they come."""


@pytest_asyncio.fixture
async def bare_storage(database_url: str) -> AsyncIterator[Storage]:
    """Without seals on the inbox."""
    storage = Storage(open_engine(database_url))
    yield storage
    await storage.close()


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DirectoryKeys:
    """The real store, with keys that are the same every time the test runs: by chance alone, one
    way of guessing in a hundred goes over the bound."""
    monkeypatch.setattr(key_files.secrets, "token_bytes", random.Random(1).randbytes)
    return DirectoryKeys(tmp_path / "keys")


@pytest_asyncio.fixture
async def sealed_storage(database_url: str, keys: DirectoryKeys) -> AsyncIterator[Storage]:
    await keys.prepare()
    seals = SealedAnswers(keys=keys, cipher=AesGcm())
    storage = Storage(open_engine(database_url), seals)
    yield storage
    await storage.close()


@pytest.mark.slow
async def test_of_3200_answers_no_more_are_linked_than_by_chance(
    sealed_storage: Storage,
    keys: DirectoryKeys,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for ours in OURS:  # others are heard from WARNING on
        caplog.set_level(logging.DEBUG, logger=ours)
    town = Town(
        storage=sealed_storage,
        keys=keys,
        cipher=AesGcm(),
        shuffle=random.Random(2).shuffle,
        dice=random.Random(3),
    )
    await town.begin()
    seen: list[Seen] = []
    for number in range(1, ROUNDS + 1):
        newest = await town.run(number)
        if number % LOOK_EVERY == 0:
            await _nothing_to_carve(sealed_storage, newest)
        seen += newest
    found = links(seen, await _candidates(sealed_storage, tmp_path), AesGcm())
    print({way: found[way] for way in found})  # noqa: T201  # the figures in docs/anonymity.md
    assert len(seen) * len(PEOPLE) == 3200
    assert max(found.values()) <= bound(len(seen)) == 460
    assert (found["keys"], found["inbox"], found["plain ballots"]) == (0, 0, 0)
    assert await keys.count() == 0
    for person in PEOPLE:
        assert person not in caplog.text


@pytest.mark.parametrize("naive", ["order", "key", "cipher", "inbox"])
async def test_a_naive_store_is_found_out(
    naive: str, bare_storage: Storage, sealed_storage: Storage, keys: DirectoryKeys
) -> None:
    town = Town(
        storage=bare_storage if naive == "inbox" else sealed_storage,
        keys=OneKey() if naive == "key" else keys,
        cipher=PlainCipher() if naive == "cipher" else AesGcm(),
        shuffle=unshuffled if naive == "order" else random.Random(2).shuffle,
        dice=random.Random(3),
        side_by_side=8,
    )
    await town.begin()
    # One round is enough: what gives itself away does so every time.
    seen = await town.run(1)
    found = links(seen, {SECRET}, town.cipher)
    assert max(found.values()) == len(seen) * len(PEOPLE) > bound(len(seen)), found


async def _candidates(storage: Storage, folder: Path) -> set[bytes]:
    """Whatever is stored or configured, as a key."""
    found = {SECRET, b"", bytes(32), WORKSPACE.encode(), b"missionbot", files_below(folder)[:32]}
    async with storage(WORKSPACE) as tx:
        session = tx.ballots._session
        for table in ("pulse", "replica", "missionbot_schema", "inbox"):
            some = text(f"SELECT * FROM {table} LIMIT 3")  # noqa: S608
            found |= everything_stored((await session.execute(some)).all())
    return found


async def _nothing_to_carve(storage: Storage, runs: Sequence[Seen]) -> None:
    """After the close, nothing of the runs' rows is left in the database's own files."""
    assert not (await take(storage)).ballots
    content = await _bytes_of(storage)
    for run in runs:
        assert not [token for token in run.ballots if token in content]
        assert not [sealed for sealed in run.ballots.values() if sealed[:48] in content]


async def _bytes_of(storage: Storage) -> bytes:
    file = database_file(storage._engine.url)
    if file:
        log = file.with_name(f"{file.name}-wal")
        return file.read_bytes() + log.read_bytes()
    async with storage._engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text("CHECKPOINT"))
        folder = Path(str(await alone.scalar(text("SHOW data_directory"))))
        found = await alone.execute(
            text(
                "SELECT pg_relation_filepath(oid), pg_relation_filepath(reltoastrelid) "
                "FROM pg_class WHERE relname = 'pulse_ballot'"
            )
        )
        path, toast = found.one()
    return b"".join((folder / str(each)).read_bytes() for each in (path, toast))


def test_the_shuffle_puts_everybody_everywhere() -> None:
    at_first = [0] * 8
    for _ in range(8000):
        words = [str(number) for number in range(8)]
        shuffled(words)
        at_first[int(words[0])] += 1
    # Six deviations around a thousand: chance goes over it once in a hundred million times.
    assert all(822 < count < 1178 for count in at_first), at_first
