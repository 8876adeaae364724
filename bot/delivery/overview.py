"""How it stands with everything promised, over all workspaces, for whoever operates the bot.

Nothing here holds anybody's words: ids, counts, times, and reasons that are our own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from bot.delivery.model import State
from bot.events import Frozen, Key


class Replica(Frozen):
    """A running process."""

    id: Key
    started: datetime
    seen: datetime


class Closed(Frozen):
    """A workspace that the platform asked us not to post to for a while."""

    workspace: Key
    until: datetime


class Stuck(Frozen):
    """A delivery that waits for somebody's word."""

    workspace: Key
    id: Key
    topic: Key
    state: State
    why: str
    due_at: datetime
    attempts: int


class Judging(Frozen):
    """What language models took this month, over all workspaces."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0
    """In the operator's currency; 0 where no prices are set."""


class Overview(Frozen):
    """Everything at one instant."""

    at: datetime
    schedules: int
    """That will fall due."""
    due: int
    """Schedules that fell due and were not claimed yet."""
    open_runs: int
    """Whose audience is still asked for or made into deliveries."""
    waiting: int
    """Deliveries for later."""
    late: int
    """Deliveries that could have gone already."""
    leased: int
    overdue_leases: int
    uncertain: int
    dead: int
    oldest_lag: float
    """Seconds that the oldest of the due and late is behind; 0 when nothing is."""
    closed: tuple[Closed, ...]
    """At most a hundred of them."""
    replicas: tuple[Replica, ...]
    """Alive."""
    judging: Judging = Judging()
    asked: int = 0
    """People whom open polls ask; of these, `unreached` could not be written to. Nothing else says
    so, as their deliveries look like all others."""
    unreached: int = 0


class Counters(Frozen):
    """What this process did since it started."""

    claimed: int = 0
    sent: int = 0
    found: int = 0
    """Sent by an earlier try, as a look at the platform showed; part of `sent`."""
    together: int = 0
    """Said along with another late one; part of `sent`."""
    later: int = 0
    refused_for_now: int = 0
    """How often a platform asked to wait."""
    uncertain: int = 0
    dead: int = 0
    dropped: int = 0
    reaped: int = 0


class Operator(Protocol):
    """What an operator sees and may do. Satisfied by `storage.overview.OperatorTables`."""

    async def overview(self, now: datetime) -> Overview:
        """How it stands."""
        ...

    async def stuck(
        self, state: Literal["dead", "uncertain"], limit: int, workspace: str = ""
    ) -> Sequence[Stuck]:
        """Deliveries in that state, the oldest first; of one workspace or all."""
        ...

    async def retry(self, delivery_id: str, now: datetime) -> bool:
        """Send a dead or uncertain one (again); False when there is none of that id."""
        ...

    async def call_sent(self, delivery_id: str, now: datetime) -> bool:
        """Somebody looked: an uncertain one did arrive. False when there is none of that id."""
        ...
