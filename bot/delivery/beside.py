"""Long work beside everything else: begun by a click, told when it is done, outliving its process.

    begun ── stored, watch promised ──> held ── worked on, each step stored
                                         ^         └─ through, or ended early: result promised
    watch (a post for later) ────────────┘

What a dead process held is taken up by the watch, or by whoever asks how far it is. Every step is
stored for itself, so nothing is paid twice.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import ClassVar, Generic, TypeVar

from bot.delivery.model import Post
from bot.delivery.ports import OutboxWork
from bot.errors import Gone
from bot.events import Conversation, Frozen, Key, Person
from bot.ports import Clock, Work

log = logging.getLogger(__name__)

T = TypeVar("T")
Direct = Callable[[str, Person], Conversation]
"""The private conversation with somebody of the workspace. Raises Gone where nothing is said
unasked."""
RESULT = "result"
LATER = timedelta(minutes=1)
"""The watch looks so long after a hold has run out."""


class Job(Frozen):
    """What is known of a piece of work without knowing what it does."""

    key: Key
    """Its own in the workspace; begun anew, it has another."""
    subject: Key
    """Of the posts about it."""
    by: Person
    """Who is told when it is done."""
    done: bool


class Beside(ABC, Generic[T]):
    """Runs pieces of work in this process. A room says how each is held, done and stored."""

    topic: ClassVar[str]
    """Of the result, and of the watch over it."""
    held: ClassVar[timedelta]
    """Longer than one step takes; renewed with each."""

    def __init__(self, *, work: Work[OutboxWork], direct: Direct, clock: Clock) -> None:
        self._outbox = work
        self._direct = direct
        self._clock = clock
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}

    def go_on(self, workspace: str, it: T) -> None:
        """Work on it beside everything else, unless it is done or somebody does."""
        job = self._job(it)
        where = (workspace, job.key)
        if not job.done and where not in self._running:
            task = asyncio.create_task(self._run(workspace, it, job))
            self._running[where] = task
            task.add_done_callback(lambda _: self._running.pop(where, None))

    async def watch(self, workspace: str, it: T, turn: int) -> None:
        """That watch fell due: take up what nobody works on, and look again later."""
        job = self._job(it)
        if not job.done:
            self.go_on(workspace, it)
            async with self._outbox(workspace) as tx:
                await self._promise(tx, workspace, job, turn + 1)

    async def settled(self) -> None:
        """Until nothing runs here."""
        while self._running:
            await asyncio.wait(set(self._running.values()))

    async def stop(self) -> None:
        """Let go of what runs here; the watch takes it up again."""
        running = set(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # What a room says

    @abstractmethod
    def _job(self, it: T) -> Job: ...

    @abstractmethod
    async def _hold(self, workspace: str, it: T) -> bool:
        """Take it for as long as `held`; False where somebody else holds it, or it is done."""

    @abstractmethod
    async def _let_go(self, workspace: str, it: T) -> None:
        """Somebody else may take it at once."""

    @abstractmethod
    async def _work_on(self, workspace: str, it: T) -> str:
        """Do what is left of it; why it ended early, as a sentence for who asked."""

    @abstractmethod
    async def _finish(self, workspace: str, it: T, stopped: str) -> None:
        """Store that it is done, and promise its result (`_promise`)."""

    # Behind them

    async def _run(self, workspace: str, it: T, job: Job) -> None:
        if not await self._hold(workspace, it):
            return
        try:
            stopped = await self._work_on(workspace, it)
        except asyncio.CancelledError:
            # Whoever takes it up need not wait until the hold runs out.
            await asyncio.shield(self._let_go(workspace, it))
            raise
        except Exception:
            log.exception("long work broke off", extra={"topic": self.topic, "key": job.key})
            return  # the watch takes it up again
        await self._finish(workspace, it, stopped)

    async def _promise(
        self, tx: OutboxWork, workspace: str, job: Job, turn: int | None = None
    ) -> None:
        """Have it watched for the `turn`-th time, or its result told where there is none. Where
        nothing is said unasked, who asks how far it is takes it up."""
        try:
            to = self._direct(workspace, job.by)
        except Gone:
            return
        at = self._clock.now() + self.held + LATER if turn else None
        key = f"{self.topic}/{job.key}/{turn or RESULT}"
        await tx.outbox.post(
            Post(key=key, topic=self.topic, subject=job.subject, to=to, not_before=at)
        )


def turn_of(key: str) -> int | None:
    """Which turn of the watch a post is, by its key; None: it is the result."""
    last = key.rpartition("/")[2]
    return int(last) if last != RESULT else None


async def several(at_once: int, one: Callable[[T], Awaitable[None]], every: Iterable[T]) -> None:
    """Do each, so many at the same time. Raises the first failure once nothing runs any more."""
    left = iter(every)

    async def in_turn() -> None:
        for each in left:
            await one(each)

    ends = await asyncio.gather(*(in_turn() for _ in range(at_once)), return_exceptions=True)
    for failed in ends:
        if isinstance(failed, BaseException):
            raise failed
