"""Long work is done once, whatever happens to the process, and its watch never ends before it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.delivery.beside import Beside, Job, several, turn_of
from bot.errors import Gone
from bot.events import Conversation, Person
from tests.fake_storage import FakeStorage
from tests.fakes import FixedClock

W = "W"
LEE = Person(id="lee", name="Lee")


@dataclass
class Piece:
    """Steps to count up to, stored one by one."""

    key: str = "one"
    steps: int = 3
    done: int = 0
    held_until: datetime | None = None
    finished: str | None = None


@dataclass
class Counting(Beside[Piece]):
    """One process. `gate` lets it go a step further; `fails` breaks the next one."""

    topic = "counting"
    held = timedelta(minutes=5)

    storage: FakeStorage
    clock: FixedClock
    gone: bool = False
    fails: bool = False
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(99))

    def __post_init__(self) -> None:
        super().__init__(work=self.storage, direct=self.direct, clock=self.clock)

    def direct(self, workspace: str, person: Person) -> Conversation:
        if self.gone:
            raise Gone("nobody is there")
        return Conversation(id=f"with {person.id}", direct=True)

    async def begin(self, piece: Piece) -> None:
        async with self.storage(W) as tx:
            await self._promise(tx, W, self._job(piece), 1)
        self.go_on(W, piece)

    def posts(self) -> list[str]:
        return sorted(key for _, key in self.storage.data.posts)

    def _job(self, it: Piece) -> Job:
        return Job(key=it.key, subject=it.key, by=LEE, done=it.finished is not None)

    async def _hold(self, workspace: str, it: Piece) -> bool:
        if it.held_until and it.held_until > self.clock.now():
            return False
        it.held_until = self.clock.now() + self.held
        return True

    async def _let_go(self, workspace: str, it: Piece) -> None:
        it.held_until = None

    async def _work_on(self, workspace: str, it: Piece) -> str:
        while it.done < it.steps:
            await self.gate.acquire()
            if self.fails:
                raise RuntimeError("it breaks")
            it.done += 1
        return ""

    async def _finish(self, workspace: str, it: Piece, stopped: str) -> None:
        it.finished = stopped
        async with self.storage(W) as tx:
            await self._promise(tx, W, self._job(it))


@pytest.fixture
def counting() -> Counting:
    return Counting(storage=FakeStorage(), clock=FixedClock())


def another(counting: Counting) -> Counting:
    """A process beside it."""
    return Counting(storage=counting.storage, clock=counting.clock)


async def test_it_is_done_and_told(counting: Counting) -> None:
    piece = Piece()
    await counting.begin(piece)
    counting.go_on(W, piece)
    await counting.settled()
    assert (piece.done, piece.finished) == (3, "")
    assert counting.posts() == ["counting/one/1", "counting/one/result"]
    assert [turn_of(key) for key in counting.posts()] == [1, None]


async def test_a_watch_goes_on_for_as_long_as_the_work_does(counting: Counting) -> None:
    counting.gate = asyncio.Semaphore(0)
    piece = Piece()
    await counting.begin(piece)
    for turn in (1, 2, 3):
        await counting.watch(W, piece, turn)
    assert counting.posts() == [f"counting/one/{turn}" for turn in (1, 2, 3, 4)]
    for _ in range(3):
        counting.gate.release()
    await counting.settled()
    await counting.watch(W, piece, 4)
    assert "counting/one/5" not in counting.posts()


async def test_what_a_stopped_process_let_go_another_takes_at_once(counting: Counting) -> None:
    counting.gate = asyncio.Semaphore(1)
    piece = Piece()
    await counting.begin(piece)
    for _ in range(5):
        await asyncio.sleep(0)
    await counting.stop()
    assert (piece.done, piece.finished) == (1, None)
    other = another(counting)
    await other.watch(W, piece, 1)
    await other.settled()
    assert (piece.done, piece.finished) == (3, "")


async def test_what_broke_is_taken_up_when_its_hold_ran_out(counting: Counting) -> None:
    counting.fails = True
    piece = Piece()
    await counting.begin(piece)
    await counting.settled()
    other = another(counting)
    await other.watch(W, piece, 1)
    await other.settled()
    assert piece.done == 0, "somebody may still hold it"
    counting.clock.advance(counting.held)
    await other.watch(W, piece, 2)
    await other.settled()
    assert (piece.done, piece.finished) == (3, "")


async def test_where_nothing_is_said_unasked_it_is_done_all_the_same(counting: Counting) -> None:
    counting.gone = True
    piece = Piece()
    await counting.begin(piece)
    await counting.settled()
    assert piece.finished == ""
    assert counting.posts() == []


async def test_several_at_once_and_never_more() -> None:
    at_once = most = 0
    seen: list[int] = []

    async def one(n: int) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        seen.append(n)

    await several(3, one, range(10))
    assert (most, sorted(seen)) == (3, list(range(10)))


async def test_a_failure_is_raised_when_nothing_runs_any_more() -> None:
    ended: list[int] = []

    async def one(n: int) -> None:
        if n == 1:
            raise ValueError("the second")
        await asyncio.sleep(0)
        ended.append(n)

    every: Iterable[int] = range(5)
    with pytest.raises(ValueError, match="the second"):
        await several(2, one, every)
    assert ended == [0, 2, 3, 4]
