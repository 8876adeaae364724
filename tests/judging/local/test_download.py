"""A model is fetched whole or not at all, and a broken connection costs nothing twice."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.judging.local import download as room
from adapters.judging.local.catalogue import MODELS
from adapters.judging.local.download import download
from bot.errors import UserFacing
from tests.judging.local.files import ModelServer

CONTENT = b"GGUF" + random.Random(7).randbytes(3_000_000)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(CONTENT) as running:
        yield running


@pytest.fixture
def seen() -> list[int]:
    return []


async def test_it_arrives_whole(server: ModelServer, tmp_path: Path, seen: list[int]) -> None:
    file = await download(server.model(), tmp_path / "models", seen.append)
    assert file.read_bytes() == CONTENT
    assert seen == sorted(seen)
    assert seen[-1] == len(CONTENT)
    assert [each.name for each in (tmp_path / "models").iterdir()] == ["tiny.gguf"]


async def test_what_is_here_already_is_not_fetched_again(
    server: ModelServer, tmp_path: Path, seen: list[int]
) -> None:
    await download(server.model(), tmp_path, seen.append)
    await download(server.model(), tmp_path, seen.append)
    assert len(server.ranges) == 1


async def test_it_goes_on_where_it_broke_off(
    server: ModelServer, tmp_path: Path, seen: list[int]
) -> None:
    server.cut_after = 1_500_000
    with pytest.raises(UserFacing, match="the same command goes on from there"):
        await download(server.model(), tmp_path, seen.append)
    had = (tmp_path / "tiny.part").stat().st_size
    assert 0 < had <= 1_500_000
    server.cut_after = None
    file = await download(server.model(), tmp_path, seen.append)
    assert server.ranges == ["", f"bytes={had}-"]
    assert file.read_bytes() == CONTENT


async def test_a_server_that_cannot_go_on_sends_it_all_again(
    server: ModelServer, tmp_path: Path, seen: list[int]
) -> None:
    (tmp_path / "tiny.part").write_bytes(b"x" * 10_000)
    server.goes_on = False
    assert (await download(server.model(), tmp_path, seen.append)).read_bytes() == CONTENT


@pytest.mark.parametrize("wrong", [CONTENT[:-1] + b"?", b"GGUF" + b"\0" * 2_999_999 + b"?"])
async def test_another_file_than_was_published_is_thrown_away(
    server: ModelServer, tmp_path: Path, seen: list[int], wrong: bytes
) -> None:
    server.content = wrong[: len(CONTENT)].ljust(len(CONTENT), b"\0")
    with pytest.raises(UserFacing, match="its checksum differs"):
        await download(server.model(CONTENT), tmp_path, seen.append)
    assert not (tmp_path / "tiny.part").exists()
    assert not (tmp_path / "tiny.gguf").exists()


async def test_a_file_that_is_too_long_is_stopped(
    server: ModelServer, tmp_path: Path, seen: list[int]
) -> None:
    with pytest.raises(UserFacing, match="more than the file has"):
        await download(server.model(CONTENT[:1000]), tmp_path, seen.append)
    assert not (tmp_path / "tiny.gguf").exists()


async def test_a_server_that_refuses_names_another_way(
    server: ModelServer, tmp_path: Path, seen: list[int]
) -> None:
    server.status = 404
    with pytest.raises(UserFacing, match=r"status 404\..*missionbot model use FILE"):
        await download(server.model(), tmp_path, seen.append)


async def test_a_full_disk_is_said_before_anything_is_fetched(
    server: ModelServer, tmp_path: Path, seen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "ROOM_LEFT", 10**18)
    with pytest.raises(UserFacing, match="Make room, or set MISSIONBOT_DATA"):
        await download(server.model(), tmp_path, seen.append)
    assert server.ranges == []


def test_every_model_is_pinned_and_free_to_use() -> None:
    for name, model in MODELS.items():
        assert name == model.name
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.url.startswith("https://")
        assert "/main/" not in model.url, "a branch may change"
        assert model.licence == "Apache 2.0"
