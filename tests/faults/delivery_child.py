"""A delivery engine that is going to be killed: delivers what is on a database until it dies.

It says "up" when it begins. With a point and a number it kills itself when it passes that point
for that many times.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

from bot import faults
from bot.delivery.deliverer import Deliverer
from bot.delivery.model import Recipient, Run
from bot.delivery.pace import Pace
from bot.delivery.trying import Times
from bot.events import Conversation
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.delivery.stage import Talk
from tests.fake_platform import HttpPoster

TIMES = Times(
    lease=timedelta(seconds=3),
    call=timedelta(seconds=1.5),
    margin=timedelta(seconds=0.2),
    look_after=timedelta(seconds=0.3),
)
PACE = Pace(rate=190, burst=10, conversation_rate=20)
AUDIENCE = 3


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Audience(Talk):
    """Goes to some people, whom it needs a moment to find."""

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        await asyncio.sleep(0.005)
        return [
            Recipient(to=Conversation(id=f"{workspace}/U{number}")) for number in range(AUDIENCE)
        ]


def deliver(
    url: str, platform: str, alone: bool, point: str, passes: int, parent: Connection
) -> None:
    """The whole life of the child."""
    if point:
        left = passes

        def die(name: str) -> None:
            nonlocal left
            left -= name == point
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

        faults.hook = die
    asyncio.run(_deliver(url, platform, alone, parent))


async def _deliver(url: str, platform: str, alone: bool, parent: Connection) -> None:
    storage = Storage(open_engine(url))
    engine = Deliverer(
        due=storage.due,
        sending=storage.sending,
        upkeep=storage.upkeep,
        topics={"talk": Audience()},
        posters={"chat": HttpPoster(platform)},
        paces={"chat": PACE},
        clock=RealClock(),
        alone=alone,
        times=TIMES,
    )
    parent.send("up")
    while True:
        try:
            await engine.start()
            break
        except Exception:
            await asyncio.sleep(0.1)  # the database may be on its way up again
    while True:
        await asyncio.sleep(0.2)
        with contextlib.suppress(Exception):  # as in `adapters.scheduler`, the next tick comes
            await engine.tick()
