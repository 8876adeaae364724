"""Fetches a model: goes on where it was broken off, and keeps nothing but what was published."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import aiohttp

from adapters.judging.local.catalogue import OpenModel
from bot.errors import UserFacing

CHUNK = 1 << 20
ROOM_LEFT = 500_000_000
"""Bytes that stay free on the disk."""
CONNECT_SECONDS = 20
SILENT_SECONDS = 60
"""After so long without a byte the connection is given up; the next try goes on from there."""


async def download(model: OpenModel, folder: Path, arrived: Callable[[int], None]) -> Path:
    """The model's file in the folder, whole and checked. `arrived` is told again and again how many
    bytes are there. Raises UserFacing; what had arrived by then is kept for the next try."""
    file = folder / f"{model.name}.gguf"
    part = file.with_suffix(".part")
    if await asyncio.to_thread(_is_whole, file, model):
        arrived(model.size)
        return file
    await asyncio.to_thread(_make_room, folder, part, model)
    try:
        await _fetch(model, part, arrived)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise UserFacing(
            f"The connection broke ({type(error).__name__}). What arrived is kept: the same "
            "command goes on from there."
        ) from None
    except OSError as error:
        raise UserFacing(f"{part} could not be written: {error.strerror}.") from None
    if not await asyncio.to_thread(_is_whole, part, model):
        await asyncio.to_thread(part.unlink)
        raise UserFacing(
            "What arrived is not the file that was published (its checksum differs), so I threw it "
            "away. Try again; if it stays, something between here and there changes files."
        )
    part.replace(file)
    return file


async def _fetch(model: OpenModel, part: Path, arrived: Callable[[int], None]) -> None:
    had = await asyncio.to_thread(_size, part)
    if had == model.size:
        return
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS
    )
    headers = {"Range": f"bytes={had}-"} if had else {}
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True, auto_decompress=False) as session,
        session.get(model.url, headers=headers) as answer,
    ):
        if answer.status not in (200, 206):
            raise UserFacing(
                f"The server answered with status {answer.status}. Try again later, or fetch the "
                f"file yourself from {model.url} and name it with `missionbot model use FILE`."
            )
        if answer.status == 200:  # it does not go on where we were
            had = 0
        with await asyncio.to_thread(part.open, "r+b" if had else "wb") as out:
            out.seek(had)
            async for chunk in answer.content.iter_chunked(CHUNK):
                had += len(chunk)
                if had > model.size:
                    raise UserFacing("The server sends more than the file has; I stopped.")
                await asyncio.to_thread(out.write, chunk)
                arrived(had)
            await asyncio.to_thread(out.truncate)


def _make_room(folder: Path, part: Path, model: OpenModel) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        had = _size(part)
        if had > model.size:
            part.unlink()
            had = 0
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise UserFacing(f"{folder} cannot be used: {error.strerror}.") from None
    wanted = model.size - had + ROOM_LEFT
    if free < wanted:
        raise UserFacing(
            f"{folder} has {free / 1e9:.1f} GB free, and this takes {wanted / 1e9:.1f} GB. "
            "Make room, or set MISSIONBOT_DATA to a folder on another disk."
        )


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _is_whole(file: Path, model: OpenModel) -> bool:
    if not file.is_file() or file.stat().st_size != model.size:
        return False
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest() == model.sha256
