"""The engine: what was promised falls due, is sent, and is seen through, whatever happens to us.

    start ── leases of the dead, time-zone data ──┐
    tick (every second) ── upkeep ──┐             │
    nudge (something is due now) ───┴─> round: claim ─> open runs ─> lease ─> send ─> record
                                          ^──────────────── more to do? ────────────────┘

Nothing is kept in memory that is not in the tables: any number of processes may run this on one
PostgreSQL, one on a SQLite file, and each may die at any moment.
"""

import asyncio
import logging
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot import faults
from bot.delivery.claimer import Claimer
from bot.delivery.falling_due import due_again
from bot.delivery.ledger import Claimed, Due, Failed, Moved, Outcome, Sending, Upkeep
from bot.delivery.overview import Counters
from bot.delivery.pace import Pace
from bot.delivery.ports import Topic
from bot.delivery.results import Results
from bot.delivery.sender import LATE, Sender
from bot.delivery.trying import Times
from bot.ports import Clock, Poster

MOST_AT_ONCE = 200
"""Deliveries on their way in this process."""
GAP = 0.02
"""Seconds between rounds, so that what falls due together is claimed together."""
LONGEST_PAUSE = 5.0
"""Seconds between rounds while the database does not answer."""
HEARTBEAT = timedelta(seconds=10)
JUMP = timedelta(seconds=60)
"""By more than this a clock went back; less is only its being set right."""
WORKED_OUT_AT_ONCE = 500
TOLD_AT_ONCE = 20
TELL_AGAIN = timedelta(seconds=60)
LONGEST_TELLING = 30.0
KEEP = timedelta(days=90)
"""How long a finished delivery is remembered, and its key known."""

log = logging.getLogger(__name__)


class Deliverer:
    """Delivers what rooms promised. `posters` and `paces` by adapter (the first part of a
    workspace's name), `topics` by their names."""

    def __init__(
        self,
        *,
        due: Due,
        sending: Sending,
        upkeep: Upkeep,
        topics: Mapping[str, Topic],
        posters: Mapping[str, Poster],
        paces: Mapping[str, Pace],
        clock: Clock,
        alone: bool = False,
        most_at_once: int = MOST_AT_ONCE,
        times: Times | None = None,
        discreet: Collection[str] = (),
    ) -> None:
        """`alone`: no other process uses the database, so every lease is a dead one's. `discreet`:
        topics of which nothing stored or logged tells to whom something was said."""
        self._due = due
        self._sending = sending
        self._upkeep = upkeep
        self._topics = topics
        self._clock = clock
        self._alone = alone
        self._replica = uuid.uuid4().hex
        self._started = clock.now()
        self._most = most_at_once
        self._times = times or Times()
        self._wake = asyncio.Event()
        self._claimer = Claimer(
            due=due, topics=topics, clock=clock, made=self._wake.set, times=self._times
        )
        self._results = Results(
            sending=sending, paces=paces, clock=clock, recorded=self._after_recording
        )
        self._sender = Sender(
            sending=sending,
            topics=topics,
            posters=posters,
            paces=paces,
            clock=clock,
            results=self._results.add,
            most_at_once=most_at_once,
            times=self._times,
            discreet=discreet,
        )
        self._timer: asyncio.TimerHandle | None = None
        self._working: asyncio.Task[None] | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._seen_at: datetime | None = None
        self._look = True
        """Whether somebody may have promised something since it was last looked what is due."""
        self._next_due: datetime | None = None
        self._full = False
        """Whether there was no room for more deliveries on their way."""
        self._reaped = 0
        self._claimed = 0

    @property
    def counters(self) -> Counters:
        """What this process did since it started."""
        known = {name: self._sender.counts[name] for name in Counters.model_fields}
        return Counters(**known | {"claimed": self._claimed, "reaped": self._reaped})

    async def start(self) -> None:
        """Take up what the last process left, and begin to deliver. Raises as the database does."""
        await self.take_up()
        self._working = asyncio.create_task(self._work())
        self.nudge()

    async def take_up(self) -> None:
        """Take up what the last process left."""
        now = self._clock.now()
        if self._alone:
            # More than are taken back at once can have been on their way nowhere.
            while reaped := await self._upkeep.reap(
                now, now + self._times.look_after, everybody=True
            ):
                self._reaped += reaped
        await self._beat(now)
        await self._work_out_again()

    async def tick(self) -> None:
        """Every second: see to what others left, and look what is due."""
        now = self._clock.now()
        if self._seen_at is None or abs(now - self._seen_at) >= HEARTBEAT:
            await self._beat(now)
        reaped = await self._upkeep.reap(
            now, now + self._times.look_after, except_for=self._sender.tokens
        )
        if reaped:
            log.warning("leases ran out", extra={"count": reaped})
            self._reaped += reaped
        await self._claimer.open_runs()
        await self._tell()
        self.nudge()

    def nudge(self) -> None:
        """Something may be due now; many nudges are one look."""
        self._look = True
        self._wake.set()

    async def forget(self) -> int:
        """Remove what was finished long ago; how many rows."""
        removed = 0
        while some := await self._upkeep.forget(self._clock.now() - KEEP):
            removed += some
            await asyncio.sleep(0.05)
        return removed

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, and see what is on its way through, for so many seconds."""
        self._stop_timer()
        if self._working:
            self._working.cancel()
            await asyncio.wait({self._working})
        await self._sender.stop(seconds)
        await self._claimer.wait(seconds)
        await self._results.written(seconds)
        for task in self._telling:
            task.cancel()
        await self._upkeep.left(self._replica)

    async def settle(self) -> None:
        """Work until nothing is left to be done now. For tests and for one-off commands."""
        busy = True
        while busy or self._wake.is_set():
            self._wake.clear()
            self._look = True  # what is sent may promise more
            busy = await self._round()
            self._stop_timer()  # what comes later is not done here
            await self._claimer.open_runs()
            await self._claimer.wait()
            await self._sender.wait()
            await self._results.written()
            busy = bool(await self._tell()) or busy
            if self._telling:
                await asyncio.wait(set(self._telling))
            self._stop_timer()

    async def _work(self) -> None:
        pause = GAP
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                # Where there is more to do, at once; else what comes next is gathered a little.
                pause = 0.0 if await self._round() else GAP
                if not pause:
                    self._wake.set()
            except Exception:
                log.exception("round not finished")
                pause = min(max(0.2, pause * 2), LONGEST_PAUSE)
                self.nudge()
            await asyncio.sleep(pause)

    async def _round(self) -> bool:
        """Claim what is due and lease; whether there may be more to do at once."""
        now = self._clock.now()
        if self._look or self._is_due(now):
            self._look = False
            claimed = await self._claim()
            while self._is_due(now):
                if claimed.oldest is not None and claimed.oldest < now - LATE:
                    # What is late for one conversation is said as one, so all of it is claimed
                    # first.
                    return True
                # Some is leased while the next is claimed: where the database is another process,
                # the two share the time that it takes.
                claimed, _ = await asyncio.gather(self._claim(), self._lease())
        self._wake_at(self._next_due)
        again_at = await self._lease()
        return again_at is not None and again_at <= now

    def _is_due(self, now: datetime) -> bool:
        return self._next_due is not None and self._next_due <= now

    async def _claim(self) -> Claimed:
        claimed = await self._claimer.claim()
        self._next_due = claimed.next_due
        self._claimed += claimed.schedules
        faults.point("deliverer.claimed")
        if claimed.open_runs:
            await self._claimer.open_runs()
        return claimed

    async def _lease(self) -> datetime | None:
        """Lease what there is room for; when there may be more."""
        room = self._sender.room - len(self._results)
        if len(self._results) > room:
            # A lease costs the same for few as for many: there is more room in a moment.
            self._full = True
            return None
        leases = await self._sender.lease(room)
        faults.point("deliverer.leased")
        self._wake_at(leases.again_at)
        self._full = len(leases.taken) >= room
        return leases.again_at

    def _wake_at(self, at: datetime | None) -> None:
        """Look again then, or sooner where that was said before."""
        if at is None:
            return
        wait = min(max(0.0, (at - self._clock.now()).total_seconds()), 1.0)
        loop = asyncio.get_running_loop()
        if self._timer and not self._timer.cancelled() and self._timer.when() > loop.time():
            if self._timer.when() <= loop.time() + wait:
                return
            self._timer.cancel()
        self._timer = loop.call_later(wait, self._wake.set)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _after_recording(self, outcomes: list[Outcome]) -> None:
        if self._full:
            self._wake.set()  # there is room again
        for outcome in outcomes:
            if outcome.state == "pending":
                self._wake_at(outcome.not_before)

    # Upkeep

    async def _beat(self, now: datetime) -> None:
        before = await self._upkeep.seen(self._replica, self._started, now)
        self._seen_at = now
        if before is not None and before > now + JUMP:
            log.warning("the clock went back")
            await self._upkeep.went_back(now)
            await self._work_out_again()

    async def _work_out_again(self) -> None:
        def again(moved: Moved) -> datetime | None:
            return due_again(moved, self._clock.now())

        moved = 1
        while moved:
            moved = await self._upkeep.time_changed(WORKED_OUT_AT_ONCE, again)

    async def _tell(self) -> int:
        now = self._clock.now()
        room = TOLD_AT_ONCE - len(self._telling)
        if room <= 0:
            return 0
        failed = await self._sending.untold(now, now + TELL_AGAIN, room)
        for each in failed:
            task = asyncio.create_task(self._tell_one(each))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        return len(failed)

    async def _tell_one(self, failed: Failed) -> None:
        topic = self._topics.get(failed.delivery.topic)
        try:
            if topic is not None:
                async with asyncio.timeout(LONGEST_TELLING):
                    await topic.failed(failed.workspace, failed.delivery)
            await self._sending.told(failed.workspace, failed.delivery.id)
        except Exception:
            # It is told again when our time to tell it is over.
            log.exception("room not told", extra={"workspace": failed.workspace})
