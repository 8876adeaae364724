"""What this adapter needs stored. Each method is a short transaction of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

Sent = tuple[str, str, str, str, str, str, datetime | None]
"""A message that was sent: workspace, key, Teams' id of it, conversation, who alone sees it ("" is
everybody there), what its feedback is on, and until when to remember it (None is for good)."""


class Conversations(Protocol):
    """Where conversations are (`places.Reference`, as JSON), so that they can be written to."""

    async def put_conversation(
        self,
        workspace: str,
        id_: str,
        told: str,
        *,
        person: str | None,
        team: str | None,
        at: datetime,
    ) -> None:
        """In place of what was told before; it is alive then."""
        ...

    async def conversation(self, workspace: str, id_: str) -> tuple[str, bool] | None:
        """What was told, and whether it is dead; None when nothing is known of it."""
        ...

    async def personal(self, workspace: str, person: str) -> str | None:
        """What was told of the person's own conversation, if it is alive."""
        ...

    async def latest(self, workspace: str) -> str | None:
        """What was told last of any conversation of the workspace that is alive."""
        ...

    async def mark_dead(self, workspace: str, id_: str) -> None:
        """The bot may not write there any more."""
        ...

    async def mark_team_dead(self, workspace: str, team: str) -> None:
        """The same for every conversation of the team."""
        ...


class People(Protocol):
    """Names of people, and Teams' own ids of them."""

    async def put_person(
        self, workspace: str, person: str, account: str, name: str, at: datetime
    ) -> None:
        """In place of what was known; an empty `account` or `name` leaves that as it is."""
        ...

    async def people(self, workspace: str, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        """Account and name, of those that are known."""
        ...


class Messages(Protocol):
    """What was sent, by a key of ours; and what is kept to be shown later."""

    async def sent(self, workspace: str, key: str) -> str | None:
        """Teams' id of the message sent under the key; None when it is not known to be sent."""
        ...

    async def mark_all_sent(self, sent: Sequence[Sent]) -> None:
        """Remember them."""
        ...

    async def said(self, workspace: str, conversation: str, message: str) -> tuple[str, str] | None:
        """By whom the message is seen, and its feedback value; None for one we know nothing of."""
        ...

    async def keep(self, workspace: str, key: str, text: str, forget_at: datetime) -> None: ...
    async def kept(self, workspace: str, key: str) -> str | None: ...
    async def forget_before(self, at: datetime) -> int:
        """Remove what was to be forgotten by then; how many."""
        ...


class TeamsStorage(Conversations, People, Messages, Protocol):
    """All of it."""
