"""The installation's secret: made once, by one, for its owner alone."""

import stat
import threading
from pathlib import Path

import pytest

from adapters.secret import LENGTH, secret
from bot.errors import UserFacing


def test_it_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    made = secret(folder)
    assert len(made) == LENGTH
    assert secret(folder) == made
    assert secret(tmp_path / "another") != made
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_all_who_start_at_once_get_the_same(tmp_path: Path) -> None:
    for round_ in range(20):
        folder, found = tmp_path / str(round_), set()
        together = threading.Barrier(8)

        def start(folder: Path = folder, found: set[bytes] = found) -> None:
            together.wait()  # noqa: B023
            found.add(secret(folder))

        starting = [threading.Thread(target=start) for _ in range(8)]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        assert len(found) == 1


def test_one_whose_maker_died_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert len(secret(tmp_path)) == LENGTH


@pytest.mark.parametrize("length", [1, LENGTH - 1, LENGTH + 1])
def test_a_damaged_one_is_not_used(tmp_path: Path, length: int) -> None:
    (tmp_path / "secret").write_bytes(b"x" * length)
    with pytest.raises(UserFacing, match=r"is damaged\. Remove it; people sign in anew"):
        secret(tmp_path)
    assert (tmp_path / "secret").read_bytes() == b"x" * length


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserFacing, match=r"cannot be used: .*Set MISSIONBOT_DATA to a folder"):
        secret(tmp_path / "file")
