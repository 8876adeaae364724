"""Everything into one file and back, on either engine and from one to the other."""

import asyncio
import hashlib
import json
import os
import stat
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import migrate
from storage.backup import Manifest, backup, restore
from storage.engine import open_engine
from storage.owner import only_process
from storage.problems import StorageProblem
from storage.unit_of_work import Storage
from tests.databases import ENGINES, Postgres
from tests.storage.filled import charter, digests, fill, verdict, version


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.zip"


@pytest.fixture(params=ENGINES)
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second database, without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'target.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(empty=True) as url:
        yield url


@pytest_asyncio.fixture
async def filled(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    await fill(Storage(engine), "W1")
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def written(filled: AsyncEngine, database_url: str, file: Path) -> Path:
    await backup(database_url, file)
    return file


@pytest.fixture
def new_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'new.db'}"


@pytest_asyncio.fixture
async def made(sqlite_url: str, file: Path) -> Path:
    """A backup, for tests of the file alone."""
    storage = Storage(open_engine(sqlite_url))
    await fill(storage, "W1")
    await storage.close()
    await backup(sqlite_url, file)
    return file


def manifest(file: Path) -> Manifest:
    with zipfile.ZipFile(file) as archive:
        return Manifest.model_validate_json(archive.read("manifest.json"))


async def content(url: str, workspace: str = "W1") -> object:
    engine = open_engine(url)
    try:
        assert await migrate.check(engine) is None
        return await digests(engine, workspace)
    finally:
        await engine.dispose()


async def schema_problem(url: str) -> str | None:
    engine = open_engine(url)
    try:
        return await migrate.check(engine)
    finally:
        await engine.dispose()


def rewrite(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change what is in the zip, which stays a whole zip."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def rewrite_manifest(file: Path, **changes: object) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | changes).encode()

    rewrite(file, change)


# There and back


async def test_what_is_restored_is_what_was_backed_up(
    filled: AsyncEngine, database_url: str, target_url: str, file: Path, tmp_path: Path
) -> None:
    said = await backup(database_url, file)
    contents = manifest(file)
    rows = sum(table.rows for table in contents.tables.values())
    assert said == f"{str(file)!r} holds {rows} rows of {len(contents.tables)} tables."
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600

    said = await restore(target_url, file)
    assert said.startswith(
        f"The database holds {rows} rows of {len(contents.tables)} tables, as of"
    )
    assert await content(target_url) == await digests(filled)

    again = tmp_path / "again.zip"
    await backup(target_url, again)
    assert manifest(again).tables == contents.tables


async def test_the_bot_works_on_what_was_restored(written: Path, target_url: str) -> None:
    await restore(target_url, written)
    storage = Storage(open_engine(target_url))
    async with storage("W1") as tx:
        found = await tx.charters.get("c1")
        assert found is not None
        assert found.version.number == 2
        assert await tx.charters.adopt(charter(version=version(3)), expected=2)
        assert [p.by.name for p in await tx.calls.precedents("c1", "C1", limit=9)] == ["Lee"]
    await storage.close()


async def test_an_older_backup_is_brought_up_to_date(
    filled: AsyncEngine, database_url: str, target_url: str, file: Path
) -> None:
    before = await digests(filled)
    await migrate.downgrade(filled, "0001")
    await backup(database_url, file)
    assert manifest(file).schema_version == "0001"
    await restore(target_url, file)
    engine = open_engine(target_url)
    assert await migrate.check(engine) is None
    old = set(manifest(file).tables)
    after = await digests(engine, tables=old)
    assert after == {name: digest for name, digest in before.items() if name in old}
    await engine.dispose()


async def test_a_backup_under_load_holds_one_instant(
    database_url: str, new_url: str, tmp_path: Path
) -> None:
    storage, stop = Storage(open_engine(database_url)), asyncio.Event()

    async def write() -> int:
        number = 0
        while not stop.is_set():
            async with storage("W1") as tx:
                await tx.charters.add(charter(f"c{number}", f"Charter {number}"))
                await tx.verdicts.add(verdict(f"v{number}", charter_id=f"c{number}"))
            async with storage("W1") as tx:
                await tx.charters.adopt(
                    charter(f"c{number}", f"Charter {number}", version=version(2)), expected=1
                )
            number += 1
        return number

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.2)
    for number in range(3):
        await backup(database_url, tmp_path / f"{number}.zip")
    stop.set()
    assert await writing > 10
    sizes = [manifest(tmp_path / f"{number}.zip").tables["charter"].rows for number in range(3)]
    assert sizes[0] < sizes[2], "nothing was written meanwhile: the test tests nothing"
    for number in range(3):
        await restore(new_url, tmp_path / f"{number}.zip", replace=True)
        restored = Storage(open_engine(new_url))
        async with restored("W1") as tx:
            charters = await tx.charters.all()
            assert len(charters) == sizes[number]
            for found in charters:
                versions = await tx.charters.versions(found.id)
                assert versions[0] == found.version
                assert await tx.verdicts.get(found.id.replace("c", "v")) is not None
        await restored.close()
    await storage.close()


# Refusals


async def test_a_database_that_holds_something_is_kept_unless_told_otherwise(
    written: Path, target_url: str
) -> None:
    await restore(target_url, written)
    engine = open_engine(target_url)
    async with Storage(engine)("W1") as tx:
        await tx.charters.add(charter("c7", "Mine"))
    mine = await digests(engine)
    with pytest.raises(StorageProblem, match=r"holds something already.*--replace"):
        await restore(target_url, written)
    assert await digests(engine) == mine
    await engine.dispose()
    await restore(target_url, written, replace=True)
    assert await content(target_url) != mine


async def test_a_database_with_empty_tables_counts_as_empty(written: Path, target_url: str) -> None:
    engine = open_engine(target_url)
    await migrate.upgrade(engine)
    await engine.dispose()
    await restore(target_url, written)
    await content(target_url)


def test_a_file_that_was_cut_off_restores_nothing(made: Path, new_url: str) -> None:
    whole = made.read_bytes()
    for share in (0.0, 0.01, 0.5, 0.9, 0.999):
        made.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(StorageProblem, match="is no whole backup of Missionbot"):
            asyncio.run(restore(new_url, made))
        assert "is empty" in (asyncio.run(schema_problem(new_url)) or "")


def test_any_byte_that_was_changed_is_noticed(made: Path, new_url: str) -> None:
    whole, noticed = made.read_bytes(), 0
    for place in range(0, len(whole), len(whole) // 40):
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            asyncio.run(restore(new_url, made, replace=True))
        except StorageProblem:
            noticed += 1
        else:
            # Some bytes of a zip mean nothing (dates, attributes): then all is as it was.
            contents = asyncio.run(content(new_url))
            made.write_bytes(whole)
            asyncio.run(restore(new_url, made, replace=True))
            assert asyncio.run(content(new_url)) == contents
    assert noticed > 20


async def test_a_row_that_was_changed_is_noticed(made: Path, new_url: str) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["tables/charter.jsonl"] = parts["tables/charter.jsonl"].replace(b"Vitals", b"Hacked")

    rewrite(made, change)
    with pytest.raises(StorageProblem, match="is no whole backup"):
        await restore(new_url, made)


async def test_a_missing_table_is_noticed(made: Path, new_url: str) -> None:
    def lose(parts: dict[str, bytes]) -> None:
        del parts["tables/verdict.jsonl"]

    rewrite(made, lose)
    with pytest.raises(StorageProblem, match="is no whole backup"):
        await restore(new_url, made)
    tables = manifest(made).model_dump(exclude={"tables": {"verdict"}})["tables"]
    rewrite_manifest(made, tables=tables)
    with pytest.raises(StorageProblem, match="is no whole backup"):
        await restore(new_url, made)


async def test_a_restore_that_fails_half_way_leaves_what_was_there(
    written: Path, target_url: str
) -> None:
    await restore(target_url, written)
    before = await content(target_url)

    def orphan(parts: dict[str, bytes]) -> None:
        """A call on a verdict that is not there, with a right checksum."""
        name = "tables/verdict_call.jsonl"
        parts[name] = parts[name].replace(b'"verdict_id": "v1"', b'"verdict_id": "v9"')
        contents = json.loads(parts["manifest.json"])
        contents["tables"]["verdict_call"]["sha256"] = hashlib.sha256(parts[name]).hexdigest()
        parts["manifest.json"] = json.dumps(contents).encode()

    rewrite(written, orphan)
    with pytest.raises(StorageProblem):
        await restore(target_url, written, replace=True)
    assert await content(target_url) == before


async def test_another_file_is_no_backup(new_url: str, tmp_path: Path, file: Path) -> None:
    for write in (
        lambda: file.write_text("Dear diary"),
        lambda: zipfile.ZipFile(file, "w").close(),
        lambda: rewrite(file, lambda parts: parts.update({"manifest.json": b"{}"})),
        lambda: rewrite(file, lambda parts: parts.update({"manifest.json": b"\xff"})),
    ):
        write()
        with pytest.raises(StorageProblem, match="is no whole backup"):
            await restore(new_url, file)
    with pytest.raises(StorageProblem, match="cannot be read: No such file"):
        await restore(new_url, tmp_path / "no such file")


@pytest.mark.parametrize("changes", [{"schema_version": "9999"}, {"format": "missionbot backup 2"}])
async def test_a_newer_backup_says_which_program_reads_it(
    made: Path, new_url: str, changes: dict[str, object]
) -> None:
    rewrite_manifest(made, **changes)
    with pytest.raises(StorageProblem, match="written by a newer version of Missionbot"):
        await restore(new_url, made)


async def test_a_running_bots_file_is_not_replaced(made: Path, sqlite_url: str) -> None:
    with only_process(sqlite_url), pytest.raises(StorageProblem, match="is running already"):
        await restore(sqlite_url, made, replace=True)


def test_no_backup_in_place_of_another_file(database_url: str, file: Path, tmp_path: Path) -> None:
    file.write_text("precious")
    with pytest.raises(StorageProblem, match="is there already and was left as it is"):
        asyncio.run(backup(database_url, file))
    assert file.read_text() == "precious"
    with pytest.raises(StorageProblem, match="cannot be written: No such file or directory"):
        asyncio.run(backup(database_url, tmp_path / "no folder" / "backup.zip"))


async def test_no_backup_of_nothing(empty_url: str, file: Path, tmp_path: Path) -> None:
    before = set(os.listdir(tmp_path))
    with pytest.raises(StorageProblem, match=r"There is no (database at|backup. The database is)"):
        await backup(empty_url, file)
    assert set(os.listdir(tmp_path)) == before
