"""A message to hundreds of people, from its schedule to a platform that says if it is too much."""

import asyncio

from bot.cards import Card
from bot.delivery.deliverer import Deliverer
from bot.delivery.model import Recipient
from bot.delivery.pace import Pace
from bot.errors import Throttled
from bot.events import Conversation
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.delivery.hurried import HurriedClock, HurriedLoop
from tests.delivery.stage import AT, Talk, W, conversation, once, post, promise
from tests.fake_platform import Platform, PlatformPoster

PEOPLE = 300
OTHERS = 20
ANOTHER = "chat:T2"
LIMIT = 40.0


class Minding(PlatformPoster):
    """Counts the calls that are begun although the platform has asked to wait."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform)
        self.too_early = 0
        self._until: dict[str, float] = {}

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        workspace = to.id.partition("/")[0]
        self.too_early += self.platform.now() < self._until.get(workspace, 0.0)
        try:
            return await super().post(to, card, key)
        except Throttled as asked:
            self._until[workspace] = self.platform.now() + (asked.retry_after or 0.0)
            raise


def test_nobody_is_called_while_it_asked_to_wait_and_everybody_gets_it_once(
    database_url: str,
) -> None:
    replicas = 1 if database_url.startswith("sqlite") else 2
    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        runner.run(fan_out(database_url, replicas))


async def fan_out(url: str, replicas: int) -> None:
    clock = HurriedClock(asyncio.get_running_loop().time)
    platform = Platform(
        rate=LIMIT, burst=10, latency=(0.02, 0.12), now=lambda: clock.now().timestamp()
    )
    posters = [Minding(platform) for _ in range(replicas)]
    storages = [Storage(open_engine(url)) for _ in range(replicas)]
    engines = [
        engine_on(storage, poster, clock) for storage, poster in zip(storages, posters, strict=True)
    ]
    async with storages[0](W) as tx:
        await tx.outbox.schedule(
            promise("poll", rule=once(AT), to=()).model_copy(update={"due_at": AT})
        )
    async with storages[0](ANOTHER) as tx:
        for number in range(OTHERS):
            await tx.outbox.post(post(f"other {number}", conversation(f"C{number}", ANOTHER)))
    await asyncio.gather(*(engine.start() for engine in engines))
    async with asyncio.timeout(600):
        while len(platform.copies) < PEOPLE + OTHERS:
            await asyncio.sleep(1)
            await asyncio.gather(*(engine.tick() for engine in engines))
    await asyncio.gather(*(engine.stop(5) for engine in engines))
    await asyncio.gather(*(storage.close() for storage in storages))
    check(platform, posters)


def engine_on(storage: Storage, poster: Minding, clock: HurriedClock) -> Deliverer:
    room = Talk()
    room.audience = [Recipient(to=conversation(f"U{number}")) for number in range(PEOPLE)]
    return Deliverer(
        due=storage.due,
        sending=storage.sending,
        upkeep=storage.upkeep,
        topics={"talk": room},
        posters={"chat": poster},
        paces={"chat": Pace(rate=LIMIT * 3, burst=15)},
        clock=clock,
    )


def check(platform: Platform, posters: list[Minding]) -> None:
    assert platform.refused[W], "the limit was guessed too high, so it says so"
    assert sum(poster.too_early for poster in posters) == 0
    assert set(platform.copies.values()) == {1}
    # The others stand behind a gate of their own: they are through long before the many are.
    arrived = [each.workspace for each in platform.posts]
    last_other = max(number for number, of in enumerate(arrived) if of == ANOTHER)
    assert arrived[:last_other].count(W) < PEOPLE / 2
