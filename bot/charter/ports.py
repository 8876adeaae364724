"""What this room needs stored."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.charter.model import ApprovalRule, Charter, Draft, Role, Version
from bot.events import Event, Person
from bot.replies import Answer


class Charters(Protocol):
    """The workspace's charters and their versions."""

    async def get(self, charter_id: str) -> Charter | None: ...
    async def named(self, name: str) -> Charter | None:
        """By name, whatever its case."""
        ...

    async def all(self) -> Sequence[Charter]:
        """By name."""
        ...

    async def add(self, charter: Charter) -> bool:
        """Store a new charter with its first version; False when the name is taken."""
        ...

    async def adopt(self, charter: Charter, expected: int) -> bool:
        """Store `charter.version` as the one in force; False when the version in force is no
        longer number `expected`."""
        ...

    async def versions(self, charter_id: str) -> Sequence[Version]:
        """Newest first."""
        ...

    async def reviewed(self, charter_id: str, at: datetime) -> None:
        """Note that somebody looked through it then and changed nothing."""
        ...


class Bindings(Protocol):
    """Which charter holds in which conversation."""

    async def charters_of(self, conversation_ids: Collection[str]) -> Mapping[str, str]:
        """The charter bound to each of the conversations; those without one are left out."""
        ...

    async def all(self) -> Mapping[str, str]:
        """By conversation, the charter that is bound to it."""
        ...

    async def bind(self, conversation_id: str, charter_id: str) -> None: ...
    async def default(self) -> str | None:
        """The charter that holds wherever none is bound."""
        ...

    async def set_default(self, charter_id: str) -> None: ...


class Roles(Protocol):
    """Who may do what with a charter. Who has no role is a member."""

    async def of(self, charter_id: str, person_id: str) -> Role: ...
    async def holders(self, charter_id: str, role: Role) -> Sequence[Person]:
        """By name."""
        ...

    async def grant(self, charter_id: str, person: Person, role: Role) -> None: ...
    async def rule(self, charter_id: str) -> ApprovalRule:
        """Who must approve its changes; one owner where nothing was set."""
        ...

    async def set_rule(self, charter_id: str, rule: ApprovalRule) -> None: ...


class Propose(Protocol):
    """Takes what somebody wrote in the form of the whole charter: a change to be approved, or
    adopted at once where nobody else has to."""

    async def __call__(
        self, event: Event, charter: Charter, before: Version, drafts: Sequence[Draft], reason: str
    ) -> Answer:
        """`before` is the version that they were written on. Raises `StaleCharter` where they do
        not go with the one in force, InvalidCharter for what is wrong with the lines."""
        ...


class CharterWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def charters(self) -> Charters: ...
    @property
    def bindings(self) -> Bindings: ...
    @property
    def roles(self) -> Roles: ...
