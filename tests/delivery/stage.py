"""A stage for the engine: real storage, a platform that keeps what arrives, a clock to move."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from bot.cards import Card, heading
from bot.delivery.deliverer import Deliverer
from bot.delivery.model import Delivery, Post, Recipient, Run, Schedule
from bot.delivery.pace import Pace
from bot.errors import PlatformError
from bot.events import Conversation
from bot.recurrence.model import Hours, Rule
from bot.recurrence.occurrences import next_due
from tests.fake_platform import Platform, PlatformPoster
from tests.fakes import FixedClock

W = "chat:T1"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAILY = Rule(kind="rrule", text="FREQ=DAILY", start=datetime(2026, 11, 1, 9, 30), zone="UTC")
FAST = Pace(rate=100_000, burst=1000, conversation_rate=100_000)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def conversation(name: str = "C1", workspace: str = W) -> Conversation:
    return Conversation(id=f"{workspace}/{name}")


def once(at: datetime, zone: str = "UTC") -> Rule:
    return Rule(kind="once", start=at.replace(tzinfo=None), zone=zone)


def promise(
    schedule_id: str = "s1",
    *,
    rule: Rule = DAILY,
    now: datetime = AT,
    to: Sequence[Conversation] = (conversation(),),
    hours: Hours | None = None,
    topic: str = "talk",
) -> Schedule:
    """A schedule as a room makes it."""
    hours = hours or Hours()
    coming = next_due(rule, now, hours)
    return Schedule(
        id=schedule_id,
        topic=topic,
        subject=f"about {schedule_id}",
        rule=rule,
        hours=hours,
        recipients=tuple(to),
        due_at=coming.at if coming else None,
    )


def post(key: str = "p1", to: Conversation | None = None, **changes: object) -> Post:
    values = {"key": key, "topic": "talk", "subject": key, "to": to or conversation()}
    return Post.model_validate(values | changes)


class Talk:
    """A room that says what it is about; keeps whom it was told failed."""

    def __init__(self) -> None:
        self.audience: Sequence[Recipient] | PlatformError = ()
        self.silent: set[str] = set()
        self.asked = 0
        self.failures: list[Delivery] = []
        self.fail_to_listen = 0

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        self.asked += 1
        if isinstance(self.audience, PlatformError):
            raise self.audience
        return self.audience

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        if delivery.subject in self.silent:
            return None
        return Card(summary=delivery.subject, elements=(heading(delivery.subject),))

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        words = " + ".join(delivery.subject for delivery in deliveries)
        return Card(summary=words, elements=(heading(words),))

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        if self.fail_to_listen:
            self.fail_to_listen -= 1
            raise RuntimeError("not now")
        self.failures.append(delivery)


class Stage:
    """One process on a storage. `again` is the next one, after this died."""

    def __init__(
        self,
        storage: object,
        *,
        platform: Platform | None = None,
        clock: FixedClock | None = None,
        talk: Talk | None = None,
        pace: Pace = FAST,
        alone: bool = False,
        discreet: Collection[str] = (),
    ) -> None:
        self.storage = storage
        self.clock = clock or FixedClock(AT)
        self.platform = platform or Platform(
            burst=1_000_000, now=lambda: self.clock.now().timestamp()
        )
        self.talk = talk or Talk()
        self.pace = pace
        self.engine = Deliverer(
            due=storage.due,  # type: ignore[attr-defined]
            sending=storage.sending,  # type: ignore[attr-defined]
            upkeep=storage.upkeep,  # type: ignore[attr-defined]
            topics={"talk": self.talk},
            posters={"chat": PlatformPoster(self.platform)},
            paces={"chat": pace},
            clock=self.clock,
            alone=alone,
            discreet=discreet,
        )

    def again(self, *, alone: bool = True) -> "Stage":
        return Stage(
            self.storage,
            platform=self.platform,
            clock=self.clock,
            talk=self.talk,
            pace=self.pace,
            alone=alone,
        )

    async def schedule(self, *schedules: Schedule, workspace: str = W) -> None:
        async with self.storage(workspace) as tx:  # type: ignore[operator]
            for each in schedules:
                await tx.outbox.schedule(each)

    async def post(self, *posts: Post, workspace: str = W) -> list[bool]:
        async with self.storage(workspace) as tx:  # type: ignore[operator]
            return [await tx.outbox.post(each) for each in posts]

    async def tick(self, by: timedelta = timedelta(0)) -> None:
        """Time passes, the clock ticks, and all that is to be done is done."""
        self.clock.advance(by)
        await self.engine.tick()
        await self.engine.settle()

    @property
    def said(self) -> list[str]:
        return [each.text for each in self.platform.posts]

    async def overview(self):  # type: ignore[no-untyped-def]
        return await self.storage.operator.overview(self.clock.now())  # type: ignore[attr-defined]
