"""One running bot to a SQLite file: it leases without asking, so a second one would answer the
same events again. Reading from the command line beside it is allowed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from storage.engine import database_file, database_url
from storage.problems import NOT_OPENED, StorageProblem


@contextmanager
def only_process(url: str) -> Iterator[bool]:
    """Own the database while the block runs; gives whether no other process can be using it, which
    on PostgreSQL is never sure. Raises StorageProblem when another one owns the SQLite file.

    The lock is the operating system's: it ends with the process, however that ends.
    """
    address = database_url(url)
    file = database_file(address)
    if file is None:
        yield address.drivername.startswith("sqlite")
        return
    lock = file.with_name(f"{file.name}.lock")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageProblem(NOT_OPENED) from error
    try:
        _take(handle, str(file))
        # The file stays when the lock is let go of: removing it would let two processes hold
        # locks on two files of one name.
        yield True
    finally:
        os.close(handle)


def _take(handle: int, file: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(handle, 20, 0).decode(errors="replace").strip()
        raise StorageProblem(
            f"Missionbot is running already on {file!r} (process {owner or 'unknown'}). Stop that "
            "one first, or give this one another database with MISSIONBOT_DATABASE_URL."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
