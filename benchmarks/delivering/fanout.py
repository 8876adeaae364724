"""One poll to thousands of people through a platform's limit, by one or more processes."""

import asyncio
import contextlib
import gc
import multiprocessing as mp
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from bot.cards import Card
from bot.delivery.model import Post, Schedule
from bot.delivery.pace import Pace
from bot.errors import Throttled
from bot.events import Conversation
from bot.recurrence.model import Hours, Rule
from delivering.parts import engine_on, make_anew, percentile
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.fake_platform import HttpPoster, Platform, serving

OTHERS = 100
"""Messages of another workspace meanwhile."""


@dataclass
class Fanout:
    """What arrived."""

    people: int
    seconds: float
    rate: float
    """A second, from the first to the last but for a hundredth."""
    times: float
    """From due to the last one, in times of what the limit makes it take."""
    refused: int
    too_early: int
    """Calls that a process began although the platform had told it to wait."""
    doubled: int
    missing: int
    others: list[float]
    """Milliseconds that the other workspace's were late when they arrived."""
    cpu: float
    """Milliseconds of processor time a message."""

    def other(self, share: float) -> float:
        """A percentile of the other workspace's."""
        return percentile(self.others, share)


class Minding(HttpPoster):
    """Counts what is begun while the platform has asked to wait."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.too_early = 0
        self._until: dict[str, float] = {}

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """As it is, and noted."""
        workspace = to.id.partition("/")[0]
        self.too_early += time.time() < self._until.get(workspace, 0.0)
        try:
            return await super().post(to, card, key)
        except Throttled as asked:
            until = time.time() + (asked.retry_after or 0.0)
            self._until[workspace] = max(until, self._until.get(workspace, 0.0))
            raise


def measure(
    url: str, replicas: int, people: int, limit: float, assumed: float, *, alone: bool = False
) -> Fanout:
    """The platform takes `limit` a second from each workspace; the bot thinks `assumed`. `alone`:
    without the fan-out, for what the other workspace gets by itself."""
    make_anew(url)
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    platform = context.Process(target=_platform, args=(limit, theirs), daemon=True)
    platform.start()
    address = ours.recv()
    workers: list[tuple[BaseProcess, Connection]] = []
    for _ in range(replicas):
        mine, its = context.Pipe()
        worker = context.Process(target=_work, args=(url, address, assumed, its), daemon=True)
        worker.start()
        workers.append((worker, mine))
    for _, mine in workers:
        assert mine.recv() == "up"
    begins = time.time() + 2
    apart = min(0.2, people / 100 / OTHERS)
    people = 0 if alone else people
    due = asyncio.run(_promise(url, people, begins, apart))
    deadline = time.time() + 60 + people / min(limit, 200) * 1.6
    found: Platform = _ask(ours)
    while len(found.copies) < people + OTHERS and time.time() < deadline:
        time.sleep(0.5)
        found = _ask(ours)
    time.sleep(1.5)
    found = _ask(ours)
    ended = [_ended(worker, mine) for worker, mine in workers]
    platform.kill()
    made = _fanout(found, due, people, sum(cpu for cpu, _ in ended))
    last = max((post.at for post in found.posts if post.workspace == "chat:many"), default=begins)
    made.times = (last - begins) * limit / max(people, 1)
    made.too_early = sum(early for _, early in ended)
    return made


def _fanout(found: Platform, due: dict[str, float], people: int, cpu: float) -> Fanout:
    arrived = sorted(post.at for post in found.posts if post.workspace == "chat:many")
    # Without the last hundredth: a lost answer is looked up after three seconds.
    most = arrived[: max(2, int(len(arrived) * 0.99))]
    seconds = most[-1] - most[0] if most else float("nan")
    return Fanout(
        people=people,
        seconds=seconds,
        rate=len(most) / seconds,
        times=float("nan"),
        refused=sum(found.refused.values()),
        too_early=0,
        doubled=sum(n - 1 for n in found.copies.values()),
        missing=people + OTHERS - len(found.copies),
        others=[
            (post.at - due[post.key]) * 1e3
            for post in found.posts
            if post.workspace == "chat:other"
        ],
        cpu=cpu / (people + OTHERS) * 1e3,
    )


async def _promise(url: str, people: int, begins: float, apart: float) -> dict[str, float]:
    storage = Storage(open_engine(url))
    at = datetime.fromtimestamp(begins, UTC)
    due = {}
    async with storage("chat:many" if people else "chat:nobody") as tx:
        rule = Rule(kind="once", start=at.replace(tzinfo=None, second=0, microsecond=0), zone="UTC")
        poll = Schedule(
            id="poll", topic="room", subject=str(people), rule=rule, hours=Hours(), due_at=at
        )
        await tx.outbox.schedule(poll)
    async with storage("chat:other") as tx:
        for number in range(OTHERS):
            key = f"other {number}"
            # From when the fan-out runs at full speed on.
            when = at + timedelta(seconds=1 + number * apart)
            due[key] = when.timestamp()
            to = Conversation(id=f"chat:other/C{number}")
            await tx.outbox.post(Post(key=key, topic="room", subject="1", to=to, not_before=when))
    await storage.close()
    return due


def _platform(limit: float, parent: Connection) -> None:
    burst = max(20, limit / 5)  # one that takes all there is must not trip over its own bucket
    # A platform is another machine: where we may, it does not wait for our processor.
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    platform = Platform(rate=limit, burst=burst, latency=(0.02, 0.12), lost_answers=0.002)
    with serving(platform) as address:
        parent.send(address)
        while True:
            parent.recv()
            platform.now = time.time
            parent.send(
                {
                    "posts": list(platform.posts),
                    "copies": platform.copies.copy(),
                    "refused": platform.refused.copy(),
                }
            )


def _ask(platform: Connection) -> Platform:
    platform.send("how is it")
    return Platform(**platform.recv())


def _work(url: str, address: str, assumed: float, parent: Connection) -> None:
    asyncio.run(_deliver(url, address, assumed, parent))


async def _deliver(url: str, address: str, assumed: float, parent: Connection) -> None:
    storage, poster = Storage(open_engine(url)), Minding(address)
    pace = Pace(rate=assumed, burst=15)
    engine = engine_on(storage, poster, pace, alone=url.startswith("sqlite"))
    await engine.start()
    gc.collect()
    gc.freeze()
    parent.send("up")
    while not parent.poll():
        await asyncio.sleep(1)
        await engine.tick()
    await engine.stop(5)
    await poster.close()
    await storage.close()
    parent.send((time.process_time(), poster.too_early))


def _ended(worker: BaseProcess, its: Connection) -> tuple[float, int]:
    its.send("stop")
    used: tuple[float, int] = its.recv() if its.poll(20) else (float("nan"), 0)
    worker.join(5)
    worker.kill()
    return used
