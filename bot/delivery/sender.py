"""Sends what is due: asks the room what to say, the platform to say it, and judges what came of it.

leased ── maybe sent before? ── look ── found ──────────────> sent
                                 ├─ cannot look, blind before ─> uncertain
                                 └─ not there, or first time blind
       ── room's card ── none ──────────────────────────────> dropped
       ── platform ── said ─────────────────────────────────> sent
                   ├─ wait, or certainly not done ──────────> pending
                   ├─ nobody knows ─────────────────────────> pending, maybe sent
                   └─ refused, gone, tried for days ────────> dead
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import faults
from bot.cards import Card
from bot.delivery.ledger import Leased, Leases, Outcome, Refusal, Sending
from bot.delivery.pace import WAIT, Pace, Turns
from bot.delivery.ports import Topic
from bot.delivery.trying import BUDGET, Times, backoff, waiting_of, why
from bot.errors import CannotTell, Gone, Refused, Throttled, Unreachable
from bot.ports import Clock, Poster

LATE = timedelta(hours=1)
"""Several messages of one topic that are later than this for one conversation are said as one."""

log = logging.getLogger(__name__)


class Sender:
    """Leases deliveries and sees each through one try."""

    def __init__(
        self,
        *,
        sending: Sending,
        topics: Mapping[str, Topic],
        posters: Mapping[str, Poster],
        paces: Mapping[str, Pace],
        clock: Clock,
        results: Callable[[Outcome], None],
        most_at_once: int,
        times: Times,
        discreet: Collection[str] = (),
    ) -> None:
        """`discreet`: topics of which nothing may tell to whom something was said. Their rows and
        the log look the same whether it was sent, was not necessary or did not work; the room is
        told of the last as it happens, a second time where we die right after."""
        self._discreet = frozenset(discreet)
        self._sending = sending
        self._topics = topics
        self._posters = posters
        self._paces = {name: pace for name, pace in paces.items() if name in posters}
        self._clock = clock
        self._results = results
        self._most = most_at_once
        self._lease = times.lease
        self._longest_call = times.call.total_seconds()
        self._needed = (times.call + times.margin).total_seconds()
        self._look_after = times.look_after
        self._live: dict[asyncio.Task[None], str] = {}
        self._closed: dict[str, datetime] = {}
        self._turns = Turns()
        self._stopping = False
        self.counts: Counter[str] = Counter()

    @property
    def tokens(self) -> set[str]:
        """Under which deliveries are on their way in this process."""
        return set(self._live.values())

    @property
    def room(self) -> int:
        """How many more may be on their way."""
        return self._most - len(self._live)

    async def lease(self, room: int) -> Leases:
        """Lease what may go, and begin with it."""
        if room <= 0 or self._stopping or not self._paces:
            return Leases()
        now = self._clock.now()
        ends = asyncio.get_running_loop().time() + self._lease.total_seconds()
        leases = await self._sending.lease(now, now + self._lease, self._paces, room, now - LATE)
        for leased in leases.taken:
            task = asyncio.create_task(self._see_through(leased, ends))
            self._live[task] = leased.token
            task.add_done_callback(lambda done: self._live.pop(done, None))
        return leases

    async def wait(self, seconds: float | None = None) -> None:
        """Until nothing is on its way."""
        if self._live:
            await asyncio.wait(set(self._live), timeout=seconds)

    async def stop(self, seconds: float) -> None:
        """Begin nothing more; give what is on its way so many seconds. What does not end by then
        may have been sent, and is looked for when its lease has run out."""
        self._stopping = True
        await self.wait(seconds)
        for task in set(self._live):
            task.cancel()

    async def _see_through(self, leased: Leased, ends: float) -> None:
        try:
            outcome = await self._try(leased, ends)
            told = await self._told(outcome) if outcome else None
        except Exception:
            # The lease runs out, and it is taken up as one that may have been sent.
            log.exception("delivery left to its lease", extra=self._about(leased))
            return
        if told:
            faults.point("sender.tried")
            self._results(told)

    async def _try(self, leased: Leased, ends: float) -> Outcome | None:
        """One try; None: it is not ours any more."""
        await self._turn(leased)
        if self._shut(leased):
            return self._untouched(leased)
        poster = self._posters[leased.workspace.partition(":")[0]]
        if leased.maybe_sent:
            looked = await self._look(leased, poster)
            if looked is not leased:
                return looked if isinstance(looked, Outcome) else None
        return await self._say(leased, poster, ends)

    async def _turn(self, leased: Leased) -> None:
        """Until it may begin."""
        begins = leased.start_at
        while True:
            wait = (begins - self._clock.now()).total_seconds()
            if wait > 0:
                await asyncio.sleep(min(wait, self._longest_call))
            now = self._clock.now()
            begins = self._turns.begins(leased.workspace, begins, leased.every, now)
            if begins <= now:
                return

    async def _look(self, leased: Leased, poster: Poster) -> "Outcome | Leased | None":
        """What is known of an earlier try; the delivery itself: it is to be sent; None: it is not
        ours any more."""
        try:
            async with asyncio.timeout(self._longest_call):
                message = await poster.find(leased.delivery.to, leased.delivery.key)
        except CannotTell as error:
            if leased.blind:
                self.counts["uncertain"] += 1
                return Outcome(
                    leased=leased, state="uncertain", why=why(error), maybe_sent=True, blind=True
                )
            return leased if await self._sending.go_blind(leased) else None
        except Exception as error:
            return self._failed(leased, error, leased.maybe_sent, leased.blind)
        if message is None:
            return leased
        self.counts["found"] += 1
        return self._sent(leased, message)

    async def _say(self, leased: Leased, poster: Poster, ends: float) -> Outcome:
        try:
            async with asyncio.timeout(self._longest_call):
                card = await self._card(leased)
        except Exception as error:
            return self._failed(leased, error, leased.maybe_sent, leased.blind)
        if card is None:
            self.counts["dropped"] += 1
            return Outcome(leased=leased, state="dropped", why="nothing to say any more")
        if self._shut(leased) or asyncio.get_running_loop().time() > ends - self._needed:
            return self._untouched(leased)
        began_at = self._clock.now()
        faults.point("sender.begins")
        try:
            async with asyncio.timeout(self._longest_call):
                message = await poster.post(leased.delivery.to, card, leased.delivery.key)
        except (Refused, Gone) as error:
            return self._dead(leased, error)
        except Throttled as error:
            return self._refused(leased, error, began_at)
        except Exception as error:
            certain = isinstance(error, Unreachable) and not error.may_be_done
            if certain:
                return self._failed(leased, error, leased.maybe_sent, leased.blind)
            # A second try without looking, when this was the one, there is not.
            return self._failed(leased, error, True, leased.maybe_sent or leased.blind)
        return self._sent(leased, message)

    async def _card(self, leased: Leased) -> Card | None:
        delivery = leased.delivery
        topic = self._topics.get(delivery.topic)
        if topic is None:
            raise LookupError("no room of this program says it")
        if leased.followers:
            several = sorted((delivery, *leased.followers), key=lambda each: each.due_at)
            return await topic.missed(leased.workspace, several)
        return await topic.card(leased.workspace, delivery)

    def _shut(self, leased: Leased) -> bool:
        until = self._closed.get(leased.workspace)
        return self._stopping or (until is not None and until > self._clock.now())

    # What came of it

    def _sent(self, leased: Leased, message: str) -> Outcome:
        self.counts["sent"] += 1 + len(leased.followers)
        self.counts["together"] += len(leased.followers)
        return Outcome(leased=leased, state="sent", message=message)

    def _dead(self, leased: Leased, error: Exception) -> Outcome:
        log.warning("delivery dead", extra={**self._about(leased), "error": type(error).__name__})
        self.counts["dead"] += 1
        return Outcome(leased=leased, state="dead", why=why(error))

    def _untouched(self, leased: Leased) -> Outcome:
        """Handed back before anything was tried."""
        return Outcome(
            leased=leased,
            state="pending",
            not_before=self._closed.get(leased.workspace, self._clock.now()),
            maybe_sent=leased.maybe_sent,
            blind=leased.blind,
            failing_since=leased.failing_since,
            begun=False,
        )

    def _refused(self, leased: Leased, error: Throttled, began_at: datetime) -> Outcome:
        """The platform asked to wait: certainly not sent, and nobody's fault."""
        self.counts["refused_for_now"] += 1
        now = self._clock.now()
        wait = waiting_of(error)
        until = now + (timedelta(seconds=WAIT) if wait is None else wait)
        self._closed[leased.workspace] = max(until, self._closed.get(leased.workspace, until))
        return Outcome(
            leased=leased,
            state="pending",
            why=why(error),
            not_before=until,
            maybe_sent=leased.maybe_sent,
            blind=leased.blind,
            failing_since=leased.failing_since,
            refusal=Refusal(began_at=began_at, retry_after=error.retry_after),
        )

    def _failed(self, leased: Leased, error: Exception, maybe_sent: bool, blind: bool) -> Outcome:
        """It did not work now: later, or never when that has gone on for days."""
        now = self._clock.now()
        since = leased.failing_since or now
        log.info("delivery later", extra={**self._about(leased), "error": type(error).__name__})
        state: Any = "pending"
        if now - since > BUDGET:
            state = "uncertain" if maybe_sent else "dead"
        self.counts["later" if state == "pending" else state] += 1
        delivery = leased.delivery
        wait = waiting_of(error) or backoff(delivery.id, delivery.attempts)
        return Outcome(
            leased=leased,
            state=state,
            why=why(error),
            not_before=now + max(wait, self._look_after if maybe_sent else timedelta(0)),
            maybe_sent=maybe_sent,
            blind=blind,
            failing_since=since,
        )

    async def _told(self, outcome: Outcome) -> Outcome:
        """What is written down of it. Of a discreet one nothing will say that it failed, so its
        room is told now."""
        leased = outcome.leased
        delivery = leased.delivery
        if delivery.topic not in self._discreet or outcome.state == "pending":
            return outcome
        if outcome.state in ("dead", "uncertain"):
            await self._topics[delivery.topic].failed(leased.workspace, delivery)
        return Outcome(leased=outcome.leased, state="sent", once=True)

    def _about(self, leased: Leased) -> Mapping[str, object]:
        delivery = leased.delivery
        if delivery.topic in self._discreet:
            return {"workspace": leased.workspace, "kind": delivery.topic}
        return {
            "workspace": leased.workspace,
            "key": delivery.id,
            "kind": delivery.topic,
            "tries": delivery.attempts,
        }
