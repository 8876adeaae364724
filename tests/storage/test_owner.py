"""One running bot to a SQLite file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.engine import open_engine
from storage.owner import only_process
from storage.problems import StorageProblem
from storage.unit_of_work import Storage

HOLD = """
import sys, time
from storage.owner import only_process
with only_process(sys.argv[1]) as alone:
    print(alone, flush=True)
    time.sleep(60)
"""


@contextmanager
def another_process(url: str) -> Iterator[subprocess.Popen[str]]:
    """One that owns the database, until it is killed."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_until_the_first_is_gone(sqlite_url: str) -> None:
    with another_process(sqlite_url) as first:
        with pytest.raises(StorageProblem) as caught, only_process(sqlite_url):
            pytest.fail("two own it")
        assert "is running already on" in str(caught.value)
        assert f"(process {first.pid})" in str(caught.value)
        assert "MISSIONBOT_DATABASE_URL" in str(caught.value)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        with only_process(sqlite_url) as alone:
            assert alone
    with only_process(sqlite_url) as alone:
        assert alone


async def test_the_command_line_reads_beside_it(sqlite_url: str) -> None:
    with another_process(sqlite_url):
        storage = Storage(open_engine(sqlite_url))
        async with storage("W") as tx:
            assert await tx.charters.all() == []
        await storage.close()


def test_in_memory_we_are_alone_and_on_postgresql_never_surely() -> None:
    with only_process("sqlite://") as alone, only_process("sqlite://") as too:
        assert alone
        assert too
    with only_process("postgresql://nobody@nowhere/x") as alone:
        assert not alone


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with (
        pytest.raises(StorageProblem, match="cannot be opened"),
        only_process(f"sqlite:///{tmp_path / 'data' / 'x.db'}"),
    ):
        pytest.fail("it was made")
