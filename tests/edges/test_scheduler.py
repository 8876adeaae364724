"""The clock: what fails goes on, what is in progress is finished."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from adapters import scheduler
from adapters.scheduler import Ticking, ticking

SOON = 0.02


@dataclass
class Work:
    """Counts how often it was begun and finished, and how many are in progress at a time."""

    does: Callable[["Work"], Awaitable[None]]
    begun: int = 0
    finished: int = 0
    most: int = 0

    async def __call__(self) -> None:
        self.begun += 1
        self.most = max(self.most, self.begun - self.finished)
        await self.does(self)
        self.finished += 1


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_failing_tick_goes_on_and_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(work: Work) -> None:
        raise OSError("the database is gone")

    async def succeed(work: Work) -> None:
        pass

    failing, other = Work(fail), Work(succeed)
    async with ticking(
        [
            Ticking(name="failing", every=SOON, does=failing),
            Ticking(name="other", every=SOON, does=other),
        ]
    ):
        await until(lambda: failing.begun >= 3 and other.finished >= 3)
    failed = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(failed) >= 3
    assert {(record.message, record.__dict__["tick"]) for record in failed} == {
        ("tick failed", "failing")
    }


async def test_a_slow_tick_is_never_done_twice_at_a_time() -> None:
    async def slowly(work: Work) -> None:
        await asyncio.sleep(3 * SOON)

    work = Work(slowly)
    async with ticking([Ticking(name="slow", every=SOON, does=work)]):
        await until(lambda: work.finished >= 2)
    assert work.most == 1


async def test_what_is_in_progress_is_finished_and_nothing_more_is_begun(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def slowly(work: Work) -> None:
        await asyncio.sleep(0.3)

    work = Work(slowly)
    async with ticking([Ticking(name="slow", every=SOON, does=work)]):
        await until(lambda: work.begun == 1)
    assert work.finished == 1
    await asyncio.sleep(3 * SOON)
    assert work.begun == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_what_does_not_end_is_broken_off(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off = asyncio.Event()

    async def never(work: Work) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            broken_off.set()

    monkeypatch.setattr(scheduler, "FINISH_WITHIN", 0.1)
    work = Work(never)
    async with ticking([Ticking(name="stuck", every=SOON, does=work)]):
        await until(lambda: work.begun == 1)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    assert broken_off.is_set(), "it is over when the clock says that it is"
    assert "tick broken off" in caplog.messages
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
