"""What the engine keeps in the database, over all workspaces.

    Due      claim: due schedules become runs and deliveries, many in one transaction
             open_runs, freeze, expand: a run's audience becomes deliveries, some hundred at a time
    Sending  lease: deliveries that may go now, each with a token and a start
             record: what became of them, if the token is still theirs
    Upkeep   reap: what somebody leased and never came back about; clocks, replicas, old rows

No transaction is open while a platform or a room is asked. Every method may fail as the database
does; nothing is lost by calling it again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.delivery.model import Delivery, Recipient, Run, Schedule
from bot.delivery.pace import BEGINNING, Pace
from bot.events import Frozen, Key


class Advance(Frozen):
    """What falling due does to a schedule."""

    run: Run | None = None
    """None: nothing to record yet."""
    occasion: str = ""
    """What the schedule has one run for."""
    said: bool = False
    """Whether the run is said; otherwise it is recorded as skipped."""
    not_before: datetime = BEGINNING
    """When quiet hours let it out."""
    done: int
    due_at: datetime | None


Advancing = Callable[[Sequence[Schedule]], Sequence[Advance]]
"""Works out what falling due does; as many of them, from the first on, as it had time for."""


class Claimed(Frozen):
    """What a claim did."""

    schedules: int
    oldest: datetime | None = None
    """The instant at which the first of them fell due."""
    open_runs: int = 0
    """Runs whose audience is still to be made into deliveries."""
    next_due: datetime | None = None
    """When the next schedule falls due."""


class OpenRun(Frozen):
    """A run whose audience is not all deliveries yet, leased to us."""

    workspace: Key
    run: Run
    asks: int
    """How often its topic was asked in vain."""
    since: datetime
    """When it was claimed."""
    frozen: bool
    """Whether it is known who is in it."""


class Leased(Frozen):
    """A delivery that is ours to send until the lease ends."""

    workspace: Key
    delivery: Delivery
    token: Key
    start_at: datetime
    """When the gates let it out; soon."""
    every: timedelta = timedelta(0)
    """From one start of the workspace to the next."""
    maybe_sent: bool
    """An earlier try may have arrived."""
    blind: bool
    """The one try without looking was made already."""
    failing_since: datetime | None
    followers: tuple[Delivery, ...] = ()
    """Others that are said together with this one, as they are all late."""


class Leases(Frozen):
    """What was leased, and when there may be more."""

    taken: tuple[Leased, ...] = ()
    again_at: datetime | None = None


class Refusal(Frozen):
    """The platform asked a workspace to wait."""

    began_at: datetime
    retry_after: float | None


class Outcome(Frozen):
    """What became of one try. Counts only while the token is the delivery's."""

    leased: Leased
    state: Literal["sent", "pending", "uncertain", "dead", "dropped"]
    message: str = ""
    why: str = ""
    not_before: datetime = BEGINNING
    """For `pending`."""
    maybe_sent: bool = False
    blind: bool = False
    failing_since: datetime | None = None
    begun: bool = True
    """Whether it was tried; handed back untouched, it does not count as an attempt."""
    refusal: Refusal | None = None
    once: bool = False
    """Whether it is to look as if the first try had done it."""


class Failed(Frozen):
    """A dead delivery whose room has not been told."""

    workspace: Key
    delivery: Delivery


class Moved(Frozen):
    """A schedule whose due time is to be worked out anew."""

    schedule: Schedule
    clock_was_wrong: bool
    """Else it is the time-zone data that changed."""


class Due(Protocol):
    """Schedules and runs."""

    async def claim(self, now: datetime, limit: int, advancing: Advancing) -> Claimed:
        """Move up to `limit` due schedules on, the longest due first, each with its run and, for
        small fixed audiences, its deliveries. Two at once get different ones."""
        ...

    async def open_runs(self, now: datetime, until: datetime, limit: int) -> Sequence[OpenRun]:
        """Runs whose audience is to be asked for or made into deliveries, ours until then."""
        ...

    async def freeze(self, workspace: str, run_id: str, audience: Sequence[Recipient]) -> None:
        """Say who is in the run; whoever said it first counts."""
        ...

    async def expand(self, workspace: str, run_id: str, now: datetime, at_once: int) -> bool:
        """Make the next deliveries of a frozen run; whether there are more to make."""
        ...

    async def ask_later(self, workspace: str, run_id: str, at: datetime, why: str) -> None:
        """The run's topic could not say who is in it: ask again then."""
        ...

    async def give_up_run(self, workspace: str, run_id: str, why: str) -> None:
        """Nobody will learn who is in the run; it is kept with the reason."""
        ...


class Sending(Protocol):
    """Deliveries and gates."""

    async def lease(
        self,
        now: datetime,
        until: datetime,
        paces: Mapping[str, Pace],
        room: int,
        late_before: datetime,
    ) -> Leases:
        """Up to `room` deliveries that may go now, by adapter (the workspace's first part); one a
        conversation, as the gates let them. Several for a conversation about one topic that were
        due before `late_before` come as one with followers."""
        ...

    async def go_blind(self, leased: Leased) -> bool:
        """Note that it is now tried without looking; False where it is ours no more."""
        ...

    async def record(
        self, outcomes: Sequence[Outcome], now: datetime, paces: Mapping[str, Pace]
    ) -> None:
        """Write down what became of them, and let refused workspaces wait."""
        ...

    async def untold(self, now: datetime, until: datetime, limit: int) -> Sequence[Failed]:
        """Dead deliveries whose room is to be told, ours to tell until then."""
        ...

    async def told(self, workspace: str, delivery_id: str) -> None:
        """Its room knows."""
        ...


class Upkeep(Protocol):
    """What is done again and again, and at a start."""

    async def reap(
        self,
        now: datetime,
        look_at: datetime,
        *,
        except_for: Collection[str] = (),
        everybody: bool = False,
    ) -> int:
        """Take back what was leased and is overdue (or all, for the only process at its start),
        except under these tokens; each may have been sent, and is looked for from `look_at` on.
        How many."""
        ...

    async def time_changed(self, limit: int, again: Callable[[Moved], datetime | None]) -> int:
        """Work the next due time out anew for schedules for which that was done with other
        time-zone data than this process has, or by a wrong clock; a few at a time. How many there
        were."""
        ...

    async def went_back(self, now: datetime) -> None:
        """The clock went back: whatever waits for a moment that a wrong clock named waits no
        longer, and no schedule's due time counts as worked out."""
        ...

    async def seen(self, replica: str, started: datetime, now: datetime) -> datetime | None:
        """This process is alive; the latest instant that any process wrote before."""
        ...

    async def left(self, replica: str) -> None:
        """This process ends in good order."""
        ...

    async def forget(self, before: datetime) -> int:
        """Remove what was finished before then, some hundred at a time; how many."""
        ...
