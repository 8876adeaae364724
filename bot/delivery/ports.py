"""How rooms promise to say something, and what they are asked when it falls due.

A room writes schedules and posts in its own transaction (`Outbox`, part of the unit of work), and
gives `main` a `Topic` for each kind of thing it says.
"""

from collections.abc import Sequence
from typing import Protocol

from bot.cards import Card
from bot.delivery.model import Delivery, Post, Recipient, Run, Schedule


class Outbox(Protocol):
    """The workspace's schedules and posts, within the room's transaction."""

    async def schedule(self, schedule: Schedule) -> None:
        """Store it, new or changed, with its `due_at` as given; `rev` is counted up."""
        ...

    async def schedule_new(self, schedules: Sequence[Schedule]) -> None:
        """Store many at once, none of which is there yet."""
        ...

    async def unschedule(self, schedule_id: str) -> None:
        """Forget it. What is under way already is still sent, unless the topic says nothing."""
        ...

    async def scheduled(self, schedule_id: str) -> Schedule | None:
        """The schedule as it stands."""
        ...

    async def post(self, post: Post) -> bool:
        """Promise it; False when that key was promised before."""
        ...

    async def withdraw(self, key: str) -> bool:
        """Take back a post that has not been sent; whether that came in time."""
        ...


class OutboxWork(Protocol):
    """The part of the unit of work that promises."""

    @property
    def outbox(self) -> Outbox: ...


class Topic(Protocol):
    """One kind of thing that a room says unprompted. Called outside of any transaction; each may
    be called again after a crash, and answers the same then."""

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Whom this run goes to, for schedules without recipients of their own. May ask the
        platform; its errors mean "later"."""
        ...

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """What to say now; None: nothing any more."""
        ...

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """What to say in place of several that a long stop made late."""
        ...

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """It will not be sent (`state`, `why`): tell whom it concerns, stop what is pointless."""
        ...
