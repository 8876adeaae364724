"""The installation's own secret: made once, kept beside the database, never shown."""

import fcntl
import os
import secrets
from pathlib import Path

from bot.errors import UserFacing

LENGTH = 32
"""Bytes."""


def secret(folder: Path) -> bytes:
    """The secret in the folder; made, readable by its owner alone, where there is none yet.

    Whoever asks at the same time gets the same one. Raises UserFacing where it cannot be had.
    """
    file = folder / "secret"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = _read_or_make(file)
    except OSError as error:
        raise UserFacing(
            f"The data directory {str(folder)!r} cannot be used: {error.strerror}. "
            "Set MISSIONBOT_DATA to a folder that this user may write in."
        ) from None
    if len(found) != LENGTH:
        raise UserFacing(f"{file} is damaged. Remove it; people sign in anew after that.")
    return found


def _read_or_make(file: Path) -> bytes:
    with open(os.open(file, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as opened:
        # The lock is let go of when the file is closed. An empty file is one whose maker died.
        fcntl.flock(opened, fcntl.LOCK_EX)
        found = opened.read(LENGTH + 1)
        if not found:
            found = secrets.token_bytes(LENGTH)
            opened.write(found)
            opened.flush()
            os.fsync(opened.fileno())
    return found
