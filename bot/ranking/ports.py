"""What this room needs stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.delivery.ports import Outbox
from bot.ranking.model import Ranked, Ranking


class Rankings(Protocol):
    """The workspace's rankings."""

    async def add(self, ranking: Ranking, ranked: Sequence[Ranked]) -> bool:
        """Store it, with what is known of each item; False when one of that id is there."""
        ...

    async def get(self, ranking_id: str) -> Ranking | None:
        """The ranking, locked until the transaction ends."""
        ...

    async def ranked(self, ranking_id: str) -> Sequence[Ranked]:
        """What is known of each item, in the pasted order."""
        ...

    async def newest(self, person_id: str) -> Ranking | None:
        """The last one that the person asked for."""
        ...

    async def hold(self, ranking_id: str, now: datetime, until: datetime) -> bool:
        """Take it until then; False where somebody else holds it, or it is finished."""
        ...

    async def keep(self, ranking_id: str, until: datetime | None) -> None:
        """Go on holding it until then; None lets go of it."""
        ...

    async def put(self, ranking: Ranking) -> None:
        """Store its new state."""
        ...

    async def note(self, ranking_id: str, ranked: Ranked) -> None:
        """What is known of an item now."""
        ...

    async def forget(self, before: datetime) -> int:
        """Remove those that were asked for before then; how many."""
        ...


class RankingWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def rankings(self) -> Rankings: ...
    @property
    def outbox(self) -> Outbox: ...
