"""Any order of edits, pauses, clock jumps, moves between zones and restarts: each day of a schedule
is said once at most, and once when its moment passes while the bot runs."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.delivery.falling_due import GRACE
from bot.delivery.model import Delivery, Run
from bot.recurrence.model import Rule
from bot.recurrence.occurrences import occurrences
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.delivery.stage import HOUR, Stage, Talk, W, promise

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia")
HOURS = (0, 9, 10, 11, 13)
"""Near the clock's hour, so that edits fall on a day that was said already."""
SECOND = timedelta(seconds=1)


class Diary(Talk):
    """Keeps for which day each schedule spoke."""

    def __init__(self) -> None:
        super().__init__()
        self.days: Counter[tuple[str, str]] = Counter()

    async def card(self, workspace: str, delivery: Delivery) -> Any:
        run: Run | None = delivery.run
        assert run
        self.days[run.schedule_id, run.local_date] += 1
        return await super().card(workspace, delivery)

    async def missed(self, workspace: str, deliveries: Any) -> Any:
        for delivery in deliveries:
            self.days[delivery.run.schedule_id, delivery.run.local_date] += 1
        return await super().missed(workspace, deliveries)


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stage: Stage = self.wait(self.begin())
        self.rules: dict[str, Rule] = {}
        self.touched: set[str] = set()
        """Edited or paused since the last step of time, or by a wrong clock."""
        self.expected: set[tuple[str, str]] = set()

    async def begin(self) -> Stage:
        engine = open_engine("sqlite+aiosqlite://")
        await upgrade(engine)
        stage = Stage(Storage(engine), talk=Diary())
        await stage.engine.take_up()
        return stage

    def wait(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.wait(self.stage.storage.close())  # type: ignore[attr-defined]
        self.loop.close()

    @rule(name=st.sampled_from("aab"), hour=st.sampled_from(HOURS), zone=st.sampled_from(ZONES))
    def edit(self, name: str, hour: int, zone: str) -> None:
        now = self.stage.clock.now()
        start = datetime.combine(now.date() - timedelta(days=2), datetime.min.time())
        daily = Rule(
            kind="rrule", text="FREQ=DAILY", start=start.replace(hour=hour, minute=30), zone=zone
        )
        self.rules[name] = daily
        self.wait(self.stage.schedule(promise(name, rule=daily, now=now)))

    @precondition(lambda self: self.rules)
    @rule(data=st.data())
    def pause(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.rules)))
        self.wait(self.store(name, paused=True))
        del self.rules[name]

    async def store(self, name: str, **changes: object) -> None:
        async with self.stage.storage(W) as tx:  # type: ignore[operator]
            there = await tx.outbox.scheduled(name)
            await tx.outbox.schedule(there.model_copy(update=changes))

    @rule(by=st.sampled_from([HOUR / 4, HOUR, HOUR, 3 * HOUR, 25 * HOUR, 24 * 40 * HOUR]))
    def time_passes(self, by: timedelta) -> None:
        before = self.stage.clock.now()
        now = before + by
        for name, daily in self.rules.items():
            hours = promise(name, rule=daily).hours
            for each in occurrences(daily, before, hours):
                if each.at > now:
                    break
                if now - each.at <= GRACE:
                    self.expected.add((name, each.date.isoformat()))
        self.wait(self.stage.tick(by))
        self.wait(self.stage.tick(SECOND))
        self.wait(self.stage.tick(SECOND))

    @rule()
    def restart(self) -> None:
        self.stage = self.stage.again()
        self.wait(self.stage.engine.take_up())
        self.wait(self.stage.tick(SECOND))

    @rule(ahead=st.sampled_from([HOUR, 30 * HOUR, 24 * 366 * HOUR]))
    def the_clock_is_ahead_for_a_while(self, ahead: timedelta) -> None:
        self.time_passes(ahead)
        self.stage.clock.advance(-ahead)
        self.wait(self.stage.tick(HOUR / 60))
        self.wait(self.stage.tick(SECOND))

    @invariant()
    def each_day_once_at_most(self) -> None:
        talk = self.stage.talk
        assert isinstance(talk, Diary)
        assert all(n == 1 for n in talk.days.values()), talk.days
        assert all(n == 1 for n in self.stage.platform.copies.values())

    @invariant()
    def each_day_once_when_it_passed(self) -> None:
        talk = self.stage.talk
        assert isinstance(talk, Diary)
        missing = self.expected - set(talk.days)
        assert not missing, missing


Machine.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestAnyOrder = Machine.TestCase
