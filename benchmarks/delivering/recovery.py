"""How soon a start takes up what fell due meanwhile, and what a dead process had leased."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from bot.delivery.model import Post
from bot.delivery.pace import Pace
from bot.delivery.trying import Times
from bot.events import Conversation
from delivering.lateness import Noting
from delivering.parts import engine_on, make_anew
from storage.engine import open_engine
from storage.unit_of_work import Storage

MANY = 200
PACE = Pace(rate=1_000_000, burst=1_000_000)


def measure(url: str) -> tuple[float, float, float]:
    """Seconds from a start to the last call of what was due, and of what was leased by a process
    that died just now; and how long a lease is."""
    make_anew(url)
    return asyncio.run(_measure(url))


async def _measure(url: str) -> tuple[float, float, float]:
    storage = Storage(open_engine(url))
    lease = Times().lease
    await _post(storage, "leased")
    now = datetime.now(UTC)
    taken = await storage.sending.lease(now, now + lease, {"chat": PACE}, MANY, now)
    assert len(taken.taken) == MANY
    await _post(storage, "due")
    poster = Noting()
    engine = engine_on(storage, poster, PACE, alone=url.startswith("sqlite"))
    began = time.time()
    await engine.start()
    while len(poster.began) < 2 * MANY and time.time() < began + 60:
        await asyncio.sleep(0.5)
        await engine.tick()
    await engine.stop(2)
    await storage.close()
    due = max(at for to, at in poster.began if "/due" in to) - began
    leased = max((at for to, at in poster.began if "/leased" in to), default=began + 60) - began
    return due, leased, lease.total_seconds()


async def _post(storage: Storage, name: str) -> None:
    async with storage("chat:T") as tx:
        for number in range(MANY):
            to = Conversation(id=f"chat:T/{name}{number}")
            key = f"{name} {number}"
            before = datetime.now(UTC) - timedelta(seconds=1)
            await tx.outbox.post(Post(key=key, topic="room", subject="1", to=to, not_before=before))
