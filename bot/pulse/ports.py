"""What this room needs stored, and where keys are kept apart from it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from bot.delivery.ports import Outbox
from bot.errors import Problem
from bot.pulse.model import Edition, EditionState, Published, Pulse

ToDo = Literal["key", "tell", "wipe", ""]
"""What closing still has to do once results are stored, in this order: destroy the key, have the
room tell the results, wipe remnants."""


class KeysUnavailable(Problem):
    """The key store did not answer; its keys may still be there."""


class KeyStore(Protocol):
    """Keeps one key for each edition, outside of the database, its backups and its replicas.

    Every method may be called again after a crash. Each raises KeysUnavailable where the store
    cannot be reached; that a key is gone is never said for that reason.
    """

    async def make(self, workspace: str, edition_id: str) -> bytes:
        """The edition's key, 32 random bytes: made and on the disk when this returns, or the one
        that is there already."""
        ...

    async def get(self, workspace: str, edition_id: str) -> bytes | None:
        """The key; None when it was destroyed or lost."""
        ...

    async def destroy(self, workspace: str, edition_id: str) -> None:
        """Remove the key for good; nothing where there is none."""
        ...


class Cipher(Protocol):
    """Authenticated encryption: nobody without the key reads it, or changes it unnoticed."""

    def seal(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        """The bytes, sealed under a 32-byte key and bound to `about`."""
        ...

    def open(self, key: bytes, sealed: bytes, about: bytes) -> bytes | None:
        """The bytes; None where key, `about` or the bytes are not those that were sealed."""
        ...


class Pulses(Protocol):
    """The workspace's pulses."""

    async def add(self, pulse: Pulse) -> bool:
        """Store a new one; False when one with its id was there before."""
        ...

    async def save(self, pulse: Pulse) -> None:
        """Store what was changed."""
        ...

    async def get(self, pulse_id: str) -> Pulse | None:
        """The pulse. Whoever asks holds it until the transaction ends."""
        ...

    async def of(self, conversation_id: str) -> Sequence[Pulse]:
        """The pulses that were set up there and are no drafts, the newest first."""
        ...

    async def all(self) -> Sequence[Pulse]:
        """All that are no drafts, the newest first."""
        ...

    async def remove(self, pulse_id: str) -> None:
        """Forget it. Its editions must be gone before."""
        ...


class Editions(Protocol):
    """The workspace's editions of all pulses."""

    async def add(self, edition: Edition, audience: Collection[str]) -> bool:
        """Store it, with who was asked; closed editions of that pulse forget whom they asked.
        False when one with its id was there before."""
        ...

    async def get(self, edition_id: str) -> Edition | None: ...

    async def hold(self, edition_id: str) -> Edition | None:
        """The same, and nobody else may hold it until the transaction ends."""
        ...

    async def audience(self, edition_id: str) -> Collection[str]:
        """Ids of the people whom it asked; says nothing of who answered. Known of the latest
        edition of a pulse, and of those that are not closed."""
        ...

    async def set_state(self, edition_id: str, state: EditionState) -> None: ...

    async def set_closes_at(self, edition_id: str, at: datetime) -> None: ...

    async def count_unreached(self, edition_id: str) -> None:
        """One more of those asked could not be written to."""
        ...

    async def publish(self, published: Published) -> None:
        """Store what is shown of the edition, which is closed with it; its key is left to do."""
        ...

    async def left_to_do(self, edition_id: str) -> ToDo:
        """What a closed edition still waits for."""
        ...

    async def set_to_do(self, edition_id: str, to_do: ToDo) -> None: ...

    async def latest(self, pulse_id: str) -> Edition | None:
        """The one with the highest number."""
        ...

    async def unfinished(self) -> Sequence[Edition]:
        """Those that are open or closing."""
        ...

    async def result(self, edition_id: str) -> Published | None:
        """What was published of it; None while it is not closed."""
        ...

    async def published(self, pulse_id: str, limit: int) -> Sequence[Published]:
        """The last so many that were closed, the newest first."""
        ...

    async def forget_person(self, person_id: str) -> None:
        """Take the person out of every audience."""
        ...

    async def remove(self, pulse_id: str) -> None:
        """Forget the pulse's editions, whatever their state, and all that they hold."""
        ...


class Ballots(Protocol):
    """Sealed answers of editions that are not closed. A row is a token and bytes, nothing else."""

    async def put(self, edition_id: str, token: bytes, sealed: bytes) -> None:
        """Store the answers in the place of those with the same token."""
        ...

    async def get(self, edition_id: str, tokens: Collection[bytes]) -> Mapping[bytes, bytes]:
        """Those of the tokens that are there, with what is sealed under them."""
        ...

    async def all(self, edition_id: str) -> Mapping[bytes, bytes]:
        """Everything sealed in the edition, by token."""
        ...

    async def take_out(self, edition_id: str, tokens: Collection[bytes]) -> None: ...

    async def remove(self, edition_id: str) -> None:
        """Remove all of the edition."""
        ...


class PulseWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def pulses(self) -> Pulses: ...
    @property
    def editions(self) -> Editions: ...
    @property
    def ballots(self) -> Ballots: ...
    @property
    def outbox(self) -> Outbox: ...


class PulseUpkeep(Protocol):
    """What is looked after over all workspaces."""

    async def due(self, now: datetime) -> Sequence[tuple[str, str]]:
        """Workspace and id of each edition that is to be closed by now, or whose close was
        interrupted, the longest due first."""
        ...

    async def wipe(self) -> bool:
        """Overwrite what the database still holds of rows that were removed; False where somebody
        else's work was in the way, and it is to be tried again later."""
        ...
