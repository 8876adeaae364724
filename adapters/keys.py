"""Keys of pulses in a directory of their own: a small file each, apart from database and backups.

    <directory>/CACHEDIR.TAG     backup programs that know the sign leave the directory out
               /<digest>         32 bytes; the name tells neither workspace nor edition

Several processes may share the directory, also over a network file system that knows hard links.
"""

import asyncio
import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from bot.errors import UserFacing
from bot.pulse.ports import KeysUnavailable

LENGTH = 32
TAG = "CACHEDIR.TAG"
_TAG = b"""Signature: 8a477f597d28d172789f06886806bc55
# Keys of pulses that are not closed yet. A copy of them breaks what was promised to those who
# answered: leave this directory out of every backup.
"""


class DirectoryKeys:
    """Satisfies `bot.pulse.ports.KeyStore`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def prepare(self) -> None:
        """Make the directory where there is none. Raises UserFacing where that cannot be."""
        try:
            await asyncio.to_thread(self._prepare)
        except OSError as error:
            raise UserFacing(
                f"The keys of pulses cannot be kept in {str(self._directory)!r}: {error.strerror}. "
                "Set MISSIONBOT_PULSE_KEYS to a folder that this user may write in."
            ) from None

    async def make(self, workspace: str, edition_id: str) -> bytes:
        """The edition's key; on the disk when this returns."""
        return await asyncio.to_thread(self._make, self._file(workspace, edition_id))

    async def get(self, workspace: str, edition_id: str) -> bytes | None:
        """The key; None when it is gone."""
        return await asyncio.to_thread(self._get, self._file(workspace, edition_id))

    async def destroy(self, workspace: str, edition_id: str) -> None:
        """Overwrite the key, then remove it."""
        await asyncio.to_thread(self._destroy, self._file(workspace, edition_id))

    async def count(self) -> int:
        """How many keys there are."""
        with _told():
            return len(await asyncio.to_thread(self._keys))

    async def close(self) -> None:
        """Nothing is held open."""

    def _file(self, workspace: str, edition_id: str) -> Path:
        which = f"{len(workspace)}:{workspace}{edition_id}"
        return self._directory / hashlib.sha256(which.encode()).hexdigest()

    def _prepare(self) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        tag = self._directory / TAG
        if not tag.exists():
            _write(tag, _TAG)
            _sync(self._directory)

    def _keys(self) -> list[str]:
        self._must_be_there()
        return [name for name in os.listdir(self._directory) if name != TAG and "." not in name]

    def _must_be_there(self) -> None:
        # A directory that is not mounted must not look like keys that are destroyed.
        if not (self._directory / TAG).exists():
            raise KeysUnavailable(f"the key store {str(self._directory)!r} is not there")

    def _make(self, file: Path) -> bytes:
        with _told():
            self._must_be_there()
            # Whole before it has its name, which only the first of several gets.
            new = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
            _write(new, secrets.token_bytes(LENGTH))
            try:
                with contextlib.suppress(FileExistsError):
                    os.link(new, file)
            finally:
                new.unlink()
            _sync(self._directory)
            return file.read_bytes()

    def _get(self, file: Path) -> bytes | None:
        with _told():
            self._must_be_there()
            try:
                key = file.read_bytes()
            except FileNotFoundError:
                return None
        # Another length: it was being overwritten when the machine stopped.
        return key if len(key) == LENGTH and any(key) else None

    def _destroy(self, file: Path) -> None:
        with _told():
            self._must_be_there()
            try:
                with file.open("r+b") as opened:
                    opened.write(bytes(LENGTH))
                    opened.flush()
                    os.fsync(opened.fileno())
                file.unlink()
            except FileNotFoundError:
                return  # somebody else was quicker
            _sync(self._directory)


class MemoryKeys:
    """Satisfies `bot.pulse.ports.KeyStore` beside a database in memory: both end together."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], bytes] = {}

    async def prepare(self) -> None:
        """Nothing is needed."""

    async def make(self, workspace: str, edition_id: str) -> bytes:
        """The edition's key."""
        return self._keys.setdefault((workspace, edition_id), secrets.token_bytes(LENGTH))

    async def get(self, workspace: str, edition_id: str) -> bytes | None:
        """The key; None when it is gone."""
        return self._keys.get((workspace, edition_id))

    async def destroy(self, workspace: str, edition_id: str) -> None:
        """Forget the key."""
        self._keys.pop((workspace, edition_id), None)

    async def count(self) -> int:
        """How many keys there are."""
        return len(self._keys)

    async def close(self) -> None:
        """Nothing is held open."""


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeysUnavailable(f"the key store cannot be used: {error.strerror}") from error


def _write(file: Path, content: bytes) -> None:
    with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
