"""What this room needs stored."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bot.charter.model import Charter, Role, Version
from bot.events import Person


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


class Bindings(Protocol):
    """Which charter holds in which conversation."""

    async def charters_of(self, conversation_ids: Collection[str]) -> Mapping[str, str]:
        """The charter bound to each of the conversations; those without one are left out."""
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


class CharterWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def charters(self) -> Charters: ...
    @property
    def bindings(self) -> Bindings: ...
    @property
    def roles(self) -> Roles: ...
