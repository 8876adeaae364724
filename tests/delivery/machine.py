"""Any order of edits, pauses, clock jumps, clock changes, moves between zones and restarts, beside
what should come of it.

When a day's moment is, is worked out here anew and not asked of the code that is tested: a fault in
it would be in both and be seen nowhere.
"""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from bot.delivery.falling_due import GRACE
from bot.delivery.model import Delivery
from bot.recurrence.model import Rule
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.databases import make_tables
from tests.delivery.stage import DAY, HOUR, Stage, Talk, W, promise
from tests.fakes import FixedClock

ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Apia")
HOURS = (0, 2, 9, 11, 13)
"""02:30 is what clock changes skip and repeat; the later ones lie near the clock's own hour, so
that edits fall on a day that was said already."""
NIGHTS = (
    (datetime(2026, 10, 24, 9, tzinfo=UTC), "Europe/Berlin"),
    (datetime(2027, 3, 13, 12, tzinfo=UTC), "America/New_York"),
    (datetime(2027, 3, 27, 9, tzinfo=UTC), "Europe/Berlin"),
)
"""Before the clocks go back, or forward, in that zone."""
BEGINS = (datetime(2026, 11, 23, 9, tzinfo=UTC), *(at for at, _ in NIGHTS))
HAPPENS = (
    *("edit", "put_off", "pause_or_resume", "restart", "the_clock_is_ahead_for_a_while"),
    *("sleeps", "days_pass") * 2,
)
SECOND = timedelta(seconds=1)

Day = tuple[str, str]
"""A schedule and one of its local dates."""


@dataclass
class Promised:
    """A daily schedule as it stands: at half past the hour."""

    hour: int
    zone: str
    since: datetime
    """From when on it counts: it was made, edited or resumed then."""
    paused: bool = False

    def moments(self, after: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
        """The local dates whose moment lies after one instant and not after the other."""
        day = after.date() - 2 * DAY
        while day <= until.date() + 2 * DAY:
            at = moment(day, self.hour, self.zone)
            if after < at <= until:
                yield day.isoformat(), at
            day += DAY


def moment(day: date, hour: int, zone: str) -> datetime:
    """When it is half past the hour there: what the clocks skip comes as much later as they skip,
    and of what comes twice it is the first."""
    local = datetime.combine(day, time(hour, 30))
    both = {local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    there = [at for at in both if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local]
    return min(there) if there else max(both)


class Diary(Talk):
    """Keeps for which day each schedule spoke, and when that day's moment was said to be."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[Day, datetime]] = []

    def note(self, delivery: Delivery) -> None:
        assert delivery.run
        day = (delivery.run.schedule_id, delivery.run.local_date)
        self.said.append((day, delivery.run.due_at))

    async def card(self, workspace: str, delivery: Delivery) -> Any:
        self.note(delivery)
        return await super().card(workspace, delivery)

    async def missed(self, workspace: str, deliveries: Any) -> Any:
        for delivery in deliveries:
            self.note(delivery)
        return await super().missed(workspace, deliveries)


Step = tuple[Any, ...]
"""The name of what happens, a method of the machine, and what it takes."""


def play_of(seed: int) -> tuple[datetime, list[Step]]:
    """When a play begins and what happens in it.

    By chance from a seed and not from Hypothesis' own strategies, not to speak of its state
    machines: in most of what those made nothing was promised, and faults were not found that every
    third of these shows.
    """
    chance = random.Random(seed)

    def edit() -> Step:
        return "edit", chance.choice("aab"), chance.choice(HOURS), chance.choice(ZONES)

    def step() -> Step:
        what = chance.choice(HAPPENS)
        match what:
            case "edit":
                return edit()
            case "put_off":
                return what, chance.choice("aab"), chance.choice(ZONES)
            case "pause_or_resume":
                return what, chance.choice("aab")
            case "sleeps":
                return what, chance.choice([HOUR / 4, HOUR, 3 * HOUR, 25 * HOUR, 40 * DAY])
            case "days_pass":
                return what, chance.randint(1, 4)
            case "the_clock_is_ahead_for_a_while":
                return what, chance.choice([HOUR, 30 * HOUR, 366 * DAY])
            case _:
                return (what,)

    begins, first = chance.choice(BEGINS), [edit()]
    if chance.random() < 0.3:
        begins, zone = chance.choice(NIGHTS)
        first = [("edit", "a", 2, zone), ("days_pass", 2)]
    return begins, [*first, *(step() for _ in range(chance.randint(6, 14)))]


@cache
def tables() -> str:
    """The statements that make an empty database: made once, where migrations take long."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        make_tables(f"sqlite:///{file}")
        with contextlib.closing(sqlite3.connect(file)) as connection:
            return "\n".join(connection.iterdump())


def play(begins: datetime, happens: Sequence[Step]) -> None:
    """Let it happen; fails at the first step after which something is not as it must be."""
    machine = Machine()
    try:
        machine.wait(machine.begun(begins))
        for what, *values in happens:
            getattr(machine, what)(*values)
            machine.check()
    finally:
        machine.end()


class Machine:
    """The engine, what was promised, and what must have been said."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.diary = Diary()
        self.stage: Stage | None = None
        self.promised: dict[str, Promised] = {}
        self.must: set[Day] = set()
        """Their moment passed while the bot ran."""
        self.may: dict[Day, set[datetime]] = {}
        """What may have been said, and for which moments."""

    async def begun(self, begins: datetime) -> None:
        engine = open_engine("sqlite+aiosqlite://")
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            await raw.driver_connection.executescript(tables())  # type: ignore[union-attr]
        self.stage = Stage(Storage(engine), talk=self.diary, clock=FixedClock(begins))
        await self.stage.engine.take_up()

    @property
    def on(self) -> Stage:
        assert self.stage
        return self.stage

    @property
    def now(self) -> datetime:
        return self.on.clock.now()

    def wait(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    def end(self) -> None:
        if self.stage:
            self.wait(self.stage.storage.close())  # type: ignore[attr-defined]
        self.loop.close()

    # What people do

    def edit(self, name: str, hour: int, zone: str) -> None:
        start = datetime.combine(self.now.date() - 2 * DAY, time(hour, 30))
        daily = Rule(kind="rrule", text="FREQ=DAILY", start=start, zone=zone)
        self.promised[name] = Promised(hour, zone, since=self.now)
        self.wait(self.on.schedule(promise(name, rule=daily, now=self.now)))

    def put_off(self, name: str, zone: str) -> None:
        """To later today, whether it was said today or not."""
        there = self.now.astimezone(ZoneInfo(zone))
        if name in self.promised and there.hour < 23:
            self.edit(name, there.hour + 1, zone)

    def pause_or_resume(self, name: str) -> None:
        if name not in self.promised:
            return
        each = self.promised[name]
        each.paused, each.since = not each.paused, self.now
        self.wait(self.store(name, paused=each.paused))

    async def store(self, name: str, *, paused: bool) -> None:
        # As rooms do it (`bot.reminders.service`): what comes next is worked out from now.
        async with self.on.storage(W) as tx:  # type: ignore[operator]
            there = await tx.outbox.scheduled(name)
            coming = promise(name, rule=there.rule, now=self.now)
            await tx.outbox.schedule(coming.model_copy(update={"paused": paused}))

    # What happens

    def sleeps(self, by: timedelta) -> None:
        """At once, as when the machine slept."""
        self.expect(self.now, self.now + by)
        self.wait(self.on.tick(by))
        self.settle()

    def days_pass(self, days: int) -> None:
        """While the bot runs: it is awake at each moment."""
        ends = self.now + days * DAY
        while (at := self.next_moment()) is not None and at <= ends:
            self.sleeps(at - self.now + SECOND)
        if self.now < ends:
            self.sleeps(ends - self.now)

    def restart(self) -> None:
        self.stage = self.on.again()
        self.wait(self.on.engine.take_up())
        self.settle()

    def the_clock_is_ahead_for_a_while(self, ahead: timedelta) -> None:
        self.sleeps(ahead)
        self.on.clock.advance(-ahead)
        for each in self.promised.values():
            each.since = min(each.since, self.now)
        self.expect(self.now, self.now + HOUR / 60)
        self.wait(self.on.tick(HOUR / 60))
        self.settle()

    def settle(self) -> None:
        self.expect(self.now, self.now + SECOND)
        self.wait(self.on.tick(SECOND))

    # What must come of it

    def next_moment(self) -> datetime | None:
        coming = [
            at
            for each in self.promised.values()
            if not each.paused
            for _, at in each.moments(self.now, self.now + 3 * DAY)
        ]
        return min(coming, default=None)

    def expect(self, before: datetime, now: datetime) -> None:
        for name, each in self.promised.items():
            if each.paused:
                continue
            for day, at in each.moments(max(before, each.since), now):
                if now - at <= GRACE:
                    self.must.add((name, day))
                    self.may.setdefault((name, day), set()).add(at)

    def check(self) -> None:
        days = [day for day, _ in self.diary.said]
        assert len(days) == len(set(days)), "a day was said twice"
        assert all(n == 1 for n in self.on.platform.copies.values()), "a message came twice"
        assert self.must <= set(days), f"not said: {self.must - set(days)}"
        for day, at in self.diary.said:
            assert at in self.may.get(day, ()), f"said {day} for {at}, may be {self.may.get(day)}"
