"""The schema: made, kept equal to the code's tables, moved up and down; strange ones refused."""

import asyncio
import logging
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import migrate
from storage.engine import database_file, open_engine
from storage.problems import StorageProblem
from storage.repository import VERSION_TABLE
from storage.unit_of_work import Storage
from tests.storage.filled import digests, fill

NEXT = '''
"""A table more, and a column renamed in one that others refer to."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "AFTER", "NOW"
def upgrade() -> None:
    op.create_table("extra", sa.Column("workspace", sa.String(255), primary_key=True))
    with op.batch_alter_table("charter") as charter:
        charter.alter_column("parent", new_column_name="above")
    THEN
def downgrade() -> None:
    op.drop_table("extra")
    with op.batch_alter_table("charter") as charter:
        charter.alter_column("above", new_column_name="parent")
'''

UPGRADE = """
import asyncio, pathlib, sys
from storage import engine, migrate
asyncio.run(migrate.upgrade(engine.open_engine(sys.argv[1]), scripts=pathlib.Path(sys.argv[2])))
"""
NOW = migrate.newest()
AFTER = f"{int(NOW) + 1:04}"


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a program that is one version ahead."""
    return _scripts(tmp_path / "newer")


def _scripts(folder: Path, then: str = "pass") -> Path:
    shutil.copytree(migrate.MIGRATIONS, folder)
    text = NEXT.replace("THEN", then).replace("AFTER", AFTER).replace("NOW", NOW)
    (folder / "versions" / f"{AFTER}_next.py").write_text(text)
    return folder


@pytest_asyncio.fixture
async def empty(empty_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(empty_url)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


def test_there_is_one_newest_version() -> None:
    scripts = ScriptDirectory(str(migrate.MIGRATIONS))
    assert len(scripts.get_heads()) == 1
    assert [v for v in migrate.versions() if not v.isdecimal() or len(v) != 4] == []


async def test_the_migrations_make_the_tables_that_the_code_has(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        return list(compare_metadata(context, migrate.METADATA))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_empty_database_says_so_and_is_filled(empty: AsyncEngine) -> None:
    assert "is empty" in (await migrate.check(empty) or "")
    await migrate.upgrade(empty)
    assert await migrate.check(empty) is None
    await migrate.upgrade(empty)
    assert await migrate.check(empty) is None


async def test_up_down_up_keeps_every_row(engine: AsyncEngine, newer: Path) -> None:
    await fill(Storage(engine))
    before = await digests(engine)
    await migrate.upgrade(engine, scripts=newer)
    assert "newer version of Missionbot" in (await migrate.check(engine) or "")
    await migrate.downgrade(engine, NOW, scripts=newer)
    assert await migrate.check(engine) is None
    assert await digests(engine) == before


async def test_down_to_nothing_and_up_again(engine: AsyncEngine) -> None:
    await fill(Storage(engine))
    await migrate.downgrade(engine, "base")
    assert "is empty" in (await migrate.check(engine) or "")
    await migrate.upgrade(engine)
    await fill(Storage(engine))


async def test_a_change_that_breaks_off_changes_nothing(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await fill(Storage(engine))
    before = await digests(engine)
    broken = _scripts(tmp_path / "broken", then="raise RuntimeError('the power went')")
    with pytest.raises(RuntimeError, match="power"):
        await migrate.upgrade(engine, scripts=broken)
    assert await migrate.check(engine) is None
    assert await digests(engine) == before
    await migrate.upgrade(engine, scripts=_scripts(tmp_path / "whole"))


async def test_a_process_killed_in_the_middle_changes_nothing(
    engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    await fill(Storage(engine))
    before = await digests(engine)
    deadly = _scripts(tmp_path / "deadly", then="import os; os.kill(os.getpid(), 9)")
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", UPGRADE, database_url, str(deadly), cwd=Path(__file__).parents[2]
    )
    assert await killed.wait() == -9
    assert await migrate.check(engine) is None
    assert await digests(engine) == before
    await migrate.upgrade(engine, scripts=_scripts(tmp_path / "whole"))


async def test_two_that_start_at_once_make_the_tables_once(empty_url: str) -> None:
    engines = [open_engine(empty_url) for _ in range(4)]
    await asyncio.gather(*(migrate.upgrade(engine) for engine in engines))
    for engine in engines:
        assert await migrate.check(engine) is None
        await engine.dispose()


async def test_a_newer_database_is_left_alone(engine: AsyncEngine, newer: Path) -> None:
    await migrate.upgrade(engine, scripts=newer)
    with pytest.raises(StorageProblem, match=f"schema {AFTER}, which a newer version"):
        await migrate.upgrade(engine)


async def test_an_older_database_says_what_to_do(engine: AsyncEngine, newer: Path) -> None:
    sentence = await migrate.check(engine, scripts=newer)
    assert sentence == (
        f"The database has schema {NOW}, and this version of Missionbot needs {AFTER}. Bring it up "
        "to date with `missionbot db upgrade`."
    )


async def test_the_tables_of_another_program_are_left_alone(empty: AsyncEngine) -> None:
    async with empty.begin() as connection:
        await connection.execute(text("CREATE TABLE invoices (id INTEGER PRIMARY KEY)"))
    assert "another program" in (await migrate.check(empty) or "")
    with pytest.raises(StorageProblem, match="another program"):
        await migrate.upgrade(empty)


async def test_another_programs_file_keeps_its_journal_mode(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE invoices (id INTEGER PRIMARY KEY)")
    theirs.close()
    before = file.read_bytes()
    engine = open_engine(f"sqlite:///{file}")
    assert "another program" in (await migrate.check(engine) or "")
    await engine.dispose()
    assert file.read_bytes() == before


async def test_a_sqlite_file_is_copied_before_it_changes(
    sqlite_url: str, newer: Path, tmp_path: Path
) -> None:
    engine = open_engine(sqlite_url)
    await fill(Storage(engine))
    before = await digests(engine)
    await migrate.upgrade(engine, scripts=newer)
    await engine.dispose()
    file = database_file(engine.url)
    assert file is not None
    copy = file.with_name(f"missionbot.db.before-{AFTER}")
    assert copy.stat().st_mode & 0o777 == 0o600
    old = open_engine(f"sqlite:///{copy}")
    assert await migrate.check(old) is None
    assert await digests(old) == before
    await old.dispose()


async def test_a_first_start_makes_no_copy(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    await migrate.upgrade(engine)
    await engine.dispose()
    assert os.listdir(tmp_path) == ["new.db"]


async def test_alembic_leaves_our_logging_alone(empty: AsyncEngine) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("storage.inbox").disabled)
    await migrate.upgrade(empty)
    assert (root.level, list(root.handlers), logging.getLogger("storage.inbox").disabled) == before


async def test_the_next_migration_is_written_from_what_differs(tmp_path: Path) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, scripts)
    for version in (scripts / "versions").glob("0*.py"):
        version.unlink()
    migrate.write_revision("Everything anew", scripts)
    written = (scripts / "versions" / "0001_everything_anew.py").read_text()
    assert "sa.String(length=255)" in written
    assert "storage.columns" not in written
    engine = open_engine(f"sqlite:///{tmp_path / 'anew.db'}")
    await migrate.upgrade(engine, scripts=scripts)
    async with Storage(engine)("W") as tx:
        assert await tx.hints.due("U1", "x", datetime.now(UTC), timedelta(days=1))
    await engine.dispose()
