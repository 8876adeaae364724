"""The inbox: an event is stored before it is acknowledged, and answered however often we die.

    accept ── stored? ──> dispatch ──> messenger.answer ──> finished
       └─ seen before: nothing

A crash between any two of these leaves an unfinished row; `recover` takes it up again. That is
safe as handlers are idempotent by the event's key and messengers show one answer an event.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from bot import faults
from bot.delivery.together import Together
from bot.errors import Problem
from bot.events import Event, Frozen, Key
from bot.ports import Clock, Messenger, Work
from bot.replies import Answer

LEASE = timedelta(seconds=90)
"""Longer than any handler may take; after it another process takes the event up."""
MOST_TRIES = 25
"""Deaths in the middle of one event before it is taken for the cause. Many, as a process that is
restarted in a loop for another reason must not cost anybody their answer."""
AT_ONCE = 2
"""Old events handled side by side. All at once, none would be done before the next crash."""
LETS_GO = 1.0
"""Seconds for what is broken off to end."""
MOST_HANDLED = 32
"""Events handled side by side; others are stored, and wait for their turn."""
CALM = 0.005
"""Seconds that a round of the event loop may take for another event to be begun."""
PATIENCE = 0.02
"""Seconds that one waits for such a calm moment; under any load, answers must get on."""
MOST_IN_HAND = 10_000
"""Events waiting or being handled; beyond it, accepting more would promise what we cannot do."""
KEEP_KEYS = timedelta(days=3)
"""How long a finished event's key is remembered, so that a late copy is known (Slack redelivers
for up to a day)."""


class Overloaded(Problem):
    """More came than can be answered; nothing was stored, and it may be sent again later."""


class EventId(NamedTuple):
    """Which event in the inbox."""

    workspace: str
    channel: str
    key: str


class Accepted(Frozen):
    """An event in the inbox that is not finished."""

    channel: Key
    """The adapter it came through ("web", "slack")."""
    event: Event
    tries: int

    @property
    def id(self) -> EventId:
        """Which one it is."""
        return EventId(self.event.workspace, self.channel, self.event.key)


class InboxRows(Protocol):
    """What the inbox needs stored."""

    async def add(self, channel: str, event: Event, lease_until: datetime) -> bool:
        """Store the event, already leased to us; False when its key was there before."""
        ...

    async def finish(self, channel: str, key: str, at: datetime) -> None:
        """Forget the event's content, remember its key."""
        ...


class InboxRecovery(Protocol):
    """What the inbox needs over all workspaces, each in one transaction."""

    async def add_all(self, accepted: Sequence[Accepted], lease_until: datetime) -> Sequence[bool]:
        """Store the events, already leased to us; False for each whose key was there before,
        and for the later one of two copies."""
        ...

    async def finish_all(self, done: Sequence[EventId], at: datetime) -> None:
        """Forget the events' content, remember their keys."""
        ...

    async def lease_unfinished(
        self, now: datetime, lease_until: datetime, limit: int
    ) -> Sequence[Accepted]:
        """Events whose lease ran out, leased to us, their tries counted up."""
        ...

    async def release_all(self) -> None:
        """Let go of every lease: for the only process on a database, at its start."""
        ...

    async def forget_before(self, at: datetime) -> int:
        """Remove keys of events finished before `at`; how many."""
        ...


class Seals(Protocol):
    """Keeps what nobody may read in the inbox, nor in what a database leaves of removed rows."""

    async def seal(self, event: Event) -> str | None:
        """The event as it may be stored; None: as it is."""
        ...

    async def open(self, workspace: str, sealed: str) -> Event | None:
        """The event; None where nobody can read it any more."""
        ...


class NothingSealed:
    """Every event is stored as it is."""

    async def seal(self, event: Event) -> str | None:
        """As it is."""
        return None

    async def open(self, workspace: str, sealed: str) -> Event | None:
        """Sealed by another process, with keys that this one has not."""
        return None


class InboxWork(Protocol):
    """The part of the unit of work that the inbox uses."""

    @property
    def inbox(self) -> InboxRows: ...


log = logging.getLogger(__name__)


class Inbox:
    """Accepts events for every adapter, has them handled, and sees them through a crash."""

    def __init__(
        self,
        *,
        work: Work[InboxWork],
        recovery: InboxRecovery,
        dispatch: Callable[[Event], Awaitable[Answer]],
        give_up: Callable[[Event], Answer],
        messengers: Mapping[str, Messenger],
        clock: Clock,
    ) -> None:
        self._work = work
        self._recovery = recovery
        self._dispatch = dispatch
        self._give_up = give_up
        self._messengers = messengers
        self._clock = clock
        self._tasks: dict[EventId, asyncio.Task[Answer | None]] = {}
        self._leases: dict[EventId, datetime] = {}
        self._slots = asyncio.Semaphore(MOST_HANDLED)
        self._door = asyncio.Lock()
        self._storing = Together(all_of=self._store_all, one=self._store)
        self._finishing = Together(all_of=self._finish_all, one=self._finish)
        self._catching_up: asyncio.Task[None] | None = None

    async def receive(self, channel: str, event: Event) -> asyncio.Task[Answer | None] | None:
        """Store the event and begin to handle it; when this returns, it may be acknowledged.

        The task gives the answer once it has been delivered (None: delivery failed and will be
        tried again). None in place of a task: the event was received before. Raises Overloaded
        where too many are waiting for their answer; then nothing is stored.
        """
        if len(self._tasks) >= MOST_IN_HAND:
            raise Overloaded(f"{MOST_IN_HAND} events are waiting for their answer")
        return await self._storing(Accepted(channel=channel, event=event, tries=1))

    async def recover(self, *, alone: bool = False) -> int:
        """Begin to take up what was accepted and never finished, a few at a time, in the
        background; how many were begun. `alone`: no other process uses the database, so every
        lease is a dead one's (call it so before `receive`)."""
        if alone:
            await self._recovery.release_all()
        if self._catching_up and not self._catching_up.done():
            return 0
        begun = await self._take_up()
        if begun:
            self._catching_up = asyncio.create_task(self._catch_up(begun))
        return len(begun)

    async def forget(self) -> int:
        """Remove the keys of events that were finished long ago; how many."""
        return await self._recovery.forget_before(self._clock.now() - KEEP_KEYS)

    async def drain(self, seconds: float) -> bool:
        """Wait for what is being handled; False when some of it did not end in time (it is taken
        up again after the next start)."""
        if self._catching_up:
            self._catching_up.cancel()
        left: set[asyncio.Task[Answer | None]] = set()
        if self._tasks:
            _, left = await asyncio.wait(self._tasks.values(), timeout=seconds)
            for task in left:
                task.cancel()
        if left:
            # What is broken off gives back its connection before the database is closed.
            await asyncio.wait(left, timeout=LETS_GO)
        await self._storing.settled()
        await self._finishing.settled()
        return not left

    # Stored

    async def _store_all(
        self, accepted: Sequence[Accepted]
    ) -> Sequence[asyncio.Task[Answer | None] | None]:
        until = self._clock.now() + LEASE
        new = await self._recovery.add_all(accepted, until)
        return [
            self._begin(each, until) if is_new else None
            for each, is_new in zip(accepted, new, strict=True)
        ]

    async def _store(self, accepted: Accepted) -> asyncio.Task[Answer | None] | None:
        until = self._clock.now() + LEASE
        async with self._work(accepted.event.workspace) as tx:
            if not await tx.inbox.add(accepted.channel, accepted.event, until):
                return None
        return self._begin(accepted, until)

    async def _finish_all(self, done: Sequence[EventId]) -> Sequence[None]:
        await self._recovery.finish_all(done, self._clock.now())
        return [None] * len(done)

    async def _finish(self, done: EventId) -> None:
        async with self._work(done.workspace) as tx:
            await tx.inbox.finish(done.channel, done.key, self._clock.now())

    # Taken up again

    async def _take_up(self) -> set[asyncio.Task[Answer | None]]:
        while True:
            now = self._clock.now()
            until = now + LEASE
            found = await self._recovery.lease_unfinished(now, until, limit=AT_ONCE)
            # What waits here for its turn is no dead process's: being found renewed its lease.
            self._leases.update({each.id: until for each in found if each.id in self._leases})
            left = [each for each in found if each.id not in self._leases]
            if left:
                log.warning("events taken up again", extra={"count": len(left)})
            if left or not found:
                return {self._begin(each, until) for each in left}

    async def _catch_up(self, begun: set[asyncio.Task[Answer | None]]) -> None:
        while begun:
            await asyncio.wait(begun)
            begun = await self._take_up()

    # Handled

    def _begin(self, accepted: Accepted, lease_until: datetime) -> asyncio.Task[Answer | None]:
        faults.point("inbox.stored")
        task = asyncio.create_task(self._in_turn(accepted))
        self._tasks[accepted.id] = task
        self._leases[accepted.id] = lease_until
        task.add_done_callback(lambda _: self._ended(accepted.id))
        return task

    def _ended(self, id_: EventId) -> None:
        del self._tasks[id_], self._leases[id_]

    async def _in_turn(self, accepted: Accepted) -> Answer | None:
        async with self._slots:
            await self._calm()
            if self._clock.now() < self._leases[accepted.id]:
                return await self._handle(accepted)
        # It waited until another process may have taken it up; if none did, `recover` does.
        log.warning("event waited too long", extra={"key": accepted.event.key})
        return None

    async def _calm(self) -> None:
        """Wait while the loop is busy, so that accepting goes before answering."""
        loop = asyncio.get_running_loop()
        async with self._door:
            until = loop.time() + PATIENCE
            while (began := loop.time()) < until:
                await asyncio.sleep(0)
                if loop.time() - began < CALM:
                    return

    async def _handle(self, accepted: Accepted) -> Answer | None:
        event = accepted.event
        faults.point("inbox.begun")
        try:
            gave_up = accepted.tries > MOST_TRIES
            answer = self._give_up(event) if gave_up else await self._dispatch(event)
            faults.point("inbox.dispatched")
            await self._messengers[accepted.channel].answer(event, answer)
            faults.point("inbox.answered")
            await self._finishing(accepted.id)
        except Exception:
            # The row stays unfinished: its lease runs out and `recover` takes it up again.
            log.exception("event not finished", extra={"key": event.key, "tries": accepted.tries})
            return None
        faults.point("inbox.finished")
        return answer
