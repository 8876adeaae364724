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
from typing import Protocol

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
KEEP_KEYS = timedelta(days=3)
"""How long a finished event's key is remembered, so that a late copy is known (Slack redelivers
for up to a day)."""


class Accepted(Frozen):
    """An event in the inbox that is not finished."""

    channel: Key
    """The adapter it came through ("web", "slack")."""
    event: Event
    tries: int


class InboxRows(Protocol):
    """What the inbox needs stored."""

    async def add(self, channel: str, event: Event, lease_until: datetime) -> bool:
        """Store the event, already leased to us; False when its key was there before."""
        ...

    async def finish(self, channel: str, key: str, at: datetime) -> None:
        """Forget the event's content, remember its key."""
        ...


class InboxRecovery(Protocol):
    """What recovery needs, over all workspaces."""

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
        self._tasks: set[asyncio.Task[Answer | None]] = set()
        self._catching_up: asyncio.Task[None] | None = None

    async def receive(self, channel: str, event: Event) -> asyncio.Task[Answer | None] | None:
        """Store the event and begin to handle it; when this returns, it may be acknowledged.

        The task gives the answer once it has been delivered (None: delivery failed and will be
        tried again). None in place of a task: the event was received before.
        """
        async with self._work(event.workspace) as tx:
            if not await tx.inbox.add(channel, event, self._clock.now() + LEASE):
                return None
        return self._begin(Accepted(channel=channel, event=event, tries=1))

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
        if not self._tasks:
            return True
        _, left = await asyncio.wait(self._tasks, timeout=seconds)
        for task in left:
            task.cancel()
        return not left

    async def _take_up(self) -> set[asyncio.Task[Answer | None]]:
        now = self._clock.now()
        found = await self._recovery.lease_unfinished(now, now + LEASE, limit=AT_ONCE)
        if found:
            log.warning("events taken up again", extra={"count": len(found)})
        return {self._begin(accepted) for accepted in found}

    async def _catch_up(self, begun: set[asyncio.Task[Answer | None]]) -> None:
        while begun:
            await asyncio.wait(begun)
            begun = await self._take_up()

    def _begin(self, accepted: Accepted) -> asyncio.Task[Answer | None]:
        task = asyncio.create_task(self._handle(accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _handle(self, accepted: Accepted) -> Answer | None:
        event = accepted.event
        try:
            gave_up = accepted.tries > MOST_TRIES
            answer = self._give_up(event) if gave_up else await self._dispatch(event)
            await self._messengers[accepted.channel].answer(event, answer)
            async with self._work(event.workspace) as tx:
                await tx.inbox.finish(accepted.channel, event.key, self._clock.now())
        except Exception:
            # The row stays unfinished: its lease runs out and `recover` takes it up again.
            log.exception("event not finished", extra={"key": event.key, "tries": accepted.tries})
            return None
        return answer
