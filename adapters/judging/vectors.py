"""Where the reader's vectors are kept: in memory, and behind that in a store that outlives it."""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from adapters.judging.encoder import Vector

MOST_IN_MEMORY = 8192
"""Vectors of 1.5 kB each: about 13 MB."""

log = logging.getLogger(__name__)


class VectorStore(Protocol):
    """Keeps vectors over restarts. A digest is the SHA-256 of the text in hexadecimal, a vector
    float32 in little-endian order; `model` names the weights, as others give other vectors."""

    async def get(self, workspace: str, model: str, digests: Sequence[str]) -> Mapping[str, bytes]:
        """Those of `digests` that are kept; the others are left out."""
        ...

    async def put(self, workspace: str, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keeps them; one that is kept already stays or is written again, which is the same."""
        ...


def digest(text: str) -> str:
    """The key of a text's vector. Any text has one, even with halves of a surrogate pair in it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Memory:
    """The vectors used last, by workspace and digest: nobody shall learn from a quick answer what
    another workspace wrote. Safe to use from several threads."""

    def __init__(self, most: int = MOST_IN_MEMORY) -> None:
        self._most = most
        self._vectors: OrderedDict[tuple[str, str], Vector] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, key: tuple[str, str]) -> bool:
        with self._lock:
            return key in self._vectors

    def get(self, key: tuple[str, str]) -> "Vector | None":
        """The vector; None when it was never there or others took its place."""
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
            return self._vectors.get(key)

    def put(self, key: tuple[str, str], vector: "Vector") -> None:
        """Keeps it, and forgets the one that was not used for longest."""
        with self._lock:
            self._vectors[key] = vector
            self._vectors.move_to_end(key)
            if len(self._vectors) > self._most:
                self._vectors.popitem(last=False)


class Kept:
    """One workspace's part of the store. A store that fails costs time, never an answer."""

    def __init__(self, store: VectorStore | None, workspace: str, model: str) -> None:
        self._store = store
        self._workspace = workspace
        self._model = model

    async def get(self, digests: Sequence[str]) -> Mapping[str, bytes]:
        """What the store has of `digests`; nothing when it fails."""
        if self._store is None or not digests:
            return {}
        try:
            return await self._store.get(self._workspace, self._model, digests)
        except Exception as error:  # whatever a database raises
            self._warn("could not be read; they are computed anew", error)
            return {}

    async def put(self, vectors: Mapping[str, bytes]) -> None:
        """Hands the vectors to the store."""
        if self._store is None or not vectors:
            return
        try:
            await self._store.put(self._workspace, self._model, vectors)
        except Exception as error:  # whatever a database raises
            self._warn("could not be kept; they are computed again after a restart", error)

    def _warn(self, what: str, error: Exception) -> None:
        # Only the error's type: its text may hold what was asked of the database.
        extra = {"workspace": self._workspace, "error": type(error).__name__}
        log.warning("stored vectors %s", what, extra=extra)
