"""A process that runs a pulse for a large company, and is going to be killed.

Time is what stands in a file. The child delivers what is due, moves the time on to what is due
next, and so on until the end; a child that follows goes on where this one died. From `die_at` on it
kills itself when it passes its `passes`-th point.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from adapters.keys import DirectoryKeys
from adapters.pulsing import Pulsing, build_pulsing
from bot import faults
from bot.charter.service import CharterService
from bot.delivery.deliverer import Deliverer
from bot.delivery.pace import Pace
from bot.delivery.trying import Times
from bot.events import Conversation, Frozen, Person
from bot.ports import Clock, Member, Poster
from bot.pulse.model import Answers
from bot.settings.service import SettingsService
from storage.engine import open_engine
from storage.outbox import DELIVERY, SCHEDULE
from storage.unit_of_work import Storage
from tests.fake_platform import HttpPoster

W = "chat:A"
PLACE = Conversation(id=f"{W}/all", name="#all")
SIZE = 500
ZONES = (
    *("Pacific/Kiritimati", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Tokyo"),
    *("Asia/Kathmandu", "Asia/Kolkata", "Europe/Berlin", "Europe/London"),
    *("America/St_Johns", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo"),
)
ANSWERS_AFTER = timedelta(hours=40)
"""After an edition is begun; by then everybody was asked, and nobody reminded."""
FAST = Pace(rate=100_000, burst=1000, conversation_rate=100_000)
TIMES = Times(
    lease=timedelta(seconds=30), call=timedelta(seconds=10), look_after=timedelta(seconds=1)
)


class Life(Frozen):
    """What a child is to do."""

    url: str
    platform: str
    folder: Path
    until: datetime
    die_at: datetime | None = None
    passes: int = 0


class FileClock:
    """The time that stands in a file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "time"

    def now(self) -> datetime:
        return datetime.fromisoformat(self._file.read_text())

    def set(self, at: datetime) -> None:
        """Whole at every moment, whoever reads."""
        new = self._file.with_suffix(".new")
        new.write_text(at.isoformat())
        new.replace(self._file)


def person(number: int) -> Person:
    return Person(id=f"U{number:03}", name=f"Person {number}")


def zone_of(person_id: str) -> str:
    return ZONES[int(person_id[1:]) % len(ZONES)]


def answers(person_id: str) -> bool:
    """Whether the person answers between the question and the first reminder."""
    return int(person_id[1:]) % 3 == 0


class Company(HttpPoster):
    """A channel with everybody in it, some guests and a bot."""

    async def members(self, of: Conversation) -> Sequence[Member]:
        people = [Member(person=each, zone=zone_of(each.id)) for each in map(person, range(SIZE))]
        guests = [Member(person=person(900 + n), zone=ZONES[n], kind="guest") for n in range(3)]
        bot = Member(person=Person(id="U999", name="Other bot"), kind="bot")
        return [*people, *guests, bot]


class Roster:
    """The company as every room asks for it."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    def direct(self, workspace: str, person: Person) -> Conversation:
        return self._poster.direct(workspace, person)

    async def members(self, workspace: str, of: Conversation) -> Sequence[Member]:
        return await self._poster.members(of)


def build(storage: Storage, folder: Path, poster: Poster, clock: Clock) -> Pulsing:
    """The room alone, with keys on the disk."""
    charters = CharterService(work=storage, clock=clock)
    return build_pulsing(
        work=storage,
        upkeep=storage.pulse_upkeep,
        keys=DirectoryKeys(folder / "keys"),
        charters=charters,
        settings=SettingsService(work=storage, charters=charters),
        roster=Roster(poster),  # type: ignore[arg-type]
        groups={},
        downloads={},
        clock=clock,
    )


def live(life: Life) -> None:
    """The whole life of the child."""
    clock = FileClock(life.folder)
    left = life.passes

    def die(name: str) -> None:
        nonlocal left
        if life.die_at and clock.now() >= life.die_at:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    faults.hook = die
    asyncio.run(_live(life, clock))


async def _live(life: Life, clock: FileClock) -> None:
    storage = Storage(open_engine(life.url))
    poster = Company(life.platform)
    pulsing = build(storage, life.folder, poster, clock)
    engine = Deliverer(
        due=storage.due,
        sending=storage.sending,
        upkeep=storage.upkeep,
        topics=pulsing.topics,
        posters={"chat": poster},
        paces={"chat": FAST},
        clock=clock,
        alone=life.url.startswith("sqlite"),
        discreet=pulsing.discreet,
        times=TIMES,
    )
    if not life.url.startswith("sqlite"):
        # There may be other processes, so what the dead one had leased is waited for.
        clock.set(clock.now() + TIMES.lease)
    await engine.take_up()
    while clock.now() < life.until:
        await engine.tick()
        await engine.settle()
        await _answer(storage, pulsing, clock)
        due = await _next(storage, clock.now()) or life.until
        clock.set(min(due, life.until))
    await engine.stop(5)
    await poster.close()
    await storage.close()


async def _answer(storage: Storage, pulsing: Pulsing, clock: FileClock) -> None:
    """Those who answer do so, once the edition has been open for a while."""
    async with storage(W) as tx:
        editions = [each for each in await tx.editions.unfinished() if each.state == "open"]
    for edition in editions:
        if not edition.opened_at + ANSWERS_AFTER <= clock.now() < edition.closes_at:
            continue
        wanted = {each.id for each in map(person, range(SIZE)) if answers(each.id)}
        done = await pulsing.answering.has_answered(W, edition.id, wanted)
        said = Answers(scores={each.id: 4 for each in edition.statements})
        for each in sorted(wanted - done):
            await pulsing.answering.answer(W, edition.id, each, said)
            faults.point("test.answered")


async def _next(storage: Storage, now: datetime) -> datetime | None:
    """When something falls due next, or people answer."""
    async with storage._transaction() as session:
        schedule = await session.scalar(
            select(func.min(SCHEDULE.c.due_at)).where(SCHEDULE.c.due_at > now)
        )
        delivery = await session.scalar(
            select(func.min(DELIVERY.c.not_before)).where(
                DELIVERY.c.not_before > now, DELIVERY.c.state == "pending"
            )
        )
    async with storage(W) as tx:
        opened = [each.opened_at + ANSWERS_AFTER for each in await tx.editions.unfinished()]
    coming = [at.astimezone(UTC) for at in (schedule, delivery, *opened) if at and at > now]
    return min(coming, default=None)
