"""What this adapter needs stored. Each method is a short transaction of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.cards import Card


class Messages(Protocol):
    """What was sent, by a key of ours; and the cards that were too long for one message."""

    async def sent(self, workspace: str, key: str) -> str | None:
        """Slack's id of the message sent under the key; None when it is not known to be sent."""
        ...

    async def mark_sent(
        self, workspace: str, key: str, message: str, forget_at: datetime | None
    ) -> None:
        """Remember it, until then or for good."""
        ...

    async def keep_card(
        self, workspace: str, key: str, card: Card, forget_at: datetime
    ) -> None: ...
    async def card(self, workspace: str, key: str) -> Card | None: ...
    async def forget_before(self, at: datetime) -> int:
        """Remove what was to be forgotten by then; how many."""
        ...


class Names(Protocol):
    """Names of people and conversations, and what else Slack told of them."""

    async def names(
        self, workspace: str, ids: Sequence[str]
    ) -> Mapping[str, tuple[str, bool, str, str, datetime]]:
        """Of those that are known: name, whether private, time zone, kind of person, and when it
        was told."""
        ...

    async def put_name(
        self,
        workspace: str,
        id_: str,
        name: str,
        private: bool,
        at: datetime,
        *,
        zone: str = "",
        kind: str = "",
    ) -> None: ...


class Homes(Protocol):
    """Who opened the Home tab, so that it can be kept up to date."""

    async def opened(
        self, workspace: str, person: str, conversation: str, at: datetime
    ) -> None: ...
    async def open_since(
        self, workspace: str, at: datetime, limit: int
    ) -> Sequence[tuple[str, str]]:
        """Person and conversation of those opened since then, the newest first."""
        ...


class Installed(Protocol):
    """Installations: sealed by the adapter, so that the database shows no token."""

    async def installation(self, workspace: str) -> tuple[bytes, datetime] | None:
        """The sealed installation and when it was made."""
        ...

    async def install(self, workspace: str, sealed: bytes, at: datetime) -> None:
        """In place of the one before."""
        ...

    async def renew(self, workspace: str, sealed: bytes, installed_at: datetime) -> bool:
        """The same installation with other tokens; False when there is another one by now."""
        ...

    async def lease_renewal(self, workspace: str, now: datetime, until: datetime) -> bool:
        """Whether it is ours to renew the tokens, until then."""
        ...

    async def uninstall(self, workspace: str, at: datetime) -> bool:
        """Remove the installation, unless it was made after `at`; whether it was removed."""
        ...

    async def add_state(
        self, workspace: str, digest: str, browser: str, until: datetime
    ) -> None: ...
    async def take_state(self, workspace: str, digest: str, browser: str, now: datetime) -> bool:
        """Whether the state was given to that browser, is not too old and was not taken before;
        it is taken then, whoever asks."""
        ...


class SlackStorage(Messages, Names, Homes, Installed, Protocol):
    """All of it."""
