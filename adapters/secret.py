"""The installation's own secret: made once, kept beside the database, never shown."""

import os
import secrets
from pathlib import Path

from bot.errors import UserFacing

LENGTH = 32
"""Bytes."""


def secret(folder: Path) -> bytes:
    """The secret in the folder; made, readable by its owner alone, where there is none yet."""
    file = folder / "secret"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            found = file.read_bytes()
        else:
            found = secrets.token_bytes(LENGTH)
            with os.fdopen(handle, "wb") as opened:
                opened.write(found)
    except OSError as error:
        raise UserFacing(
            f"The data directory {str(folder)!r} cannot be used: {error.strerror}. "
            "Set MISSIONBOT_DATA to a folder that this user may write in."
        ) from None
    if len(found) != LENGTH:
        raise UserFacing(f"{file} is damaged. Remove it; people sign in anew after that.")
    return found
