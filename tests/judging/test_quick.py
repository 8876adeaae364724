"""Nobody waits for texts that are read for the first time, and they are known the next time."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.judging.quick import ALWAYS, QuickReader
from bot.ask.model import Finding
from bot.charter.model import LineInForce
from bot.errors import Problem

TEXTS = [f"text {n}" for n in range(ALWAYS + 50)]


class SlowReader:
    """Needs a gate to be opened for each text that it has not met; remembers those it has."""

    def __init__(self) -> None:
        self.known: set[str] = set(TEXTS[:ALWAYS])
        self.gate = asyncio.Event()
        self.reading = 0
        self.broken: Exception | None = None

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        return ()

    async def likeness(
        self, workspace: str, question: str, others: Sequence[str]
    ) -> tuple[float, ...]:
        if not self.known.issuperset(others):
            self.reading += 1
            await self.gate.wait()
            if self.broken:
                raise self.broken
            self.known |= set(others)
        return (1.0,) * len(others)


async def test_what_is_known_is_compared_whole() -> None:
    slow = SlowReader()
    slow.known |= set(TEXTS)
    quick = QuickReader(slow)
    assert await quick.likeness("W", "?", TEXTS) == (1.0,) * len(TEXTS)
    assert await quick.likeness("W", "?", []) == ()
    assert await quick.likeness("W", "?", TEXTS[:3]) == (1.0,) * 3


async def test_the_first_are_compared_and_the_others_read_on_for_the_next_time() -> None:
    slow = SlowReader()
    quick = QuickReader(slow, patience=0.01)
    first_only = (1.0,) * ALWAYS + (0.0,) * 50
    assert await quick.likeness("W", "?", TEXTS) == first_only
    # While they are read, nobody has them read a second time.
    assert await quick.likeness("W", "?", TEXTS) == first_only
    assert slow.reading == 1
    slow.gate.set()
    await asyncio.sleep(0.01)
    assert await quick.likeness("W", "?", TEXTS) == (1.0,) * len(TEXTS)


async def test_of_those_who_ask_at_once_one_has_the_others_read() -> None:
    slow = SlowReader()
    quick = QuickReader(slow, patience=0.01)
    asked = (quick.likeness("W", "?", TEXTS) for _ in range(4))
    assert len(set(await asyncio.gather(*asked))) == 1
    assert len(asyncio.all_tasks()) == 2  # the test, and the one that reads on
    await quick.close()
    assert len(asyncio.all_tasks()) == 1


async def test_another_workspace_does_not_wait_for_this_one() -> None:
    slow = SlowReader()
    quick = QuickReader(slow, patience=0.01)
    await quick.likeness("W", "?", TEXTS)
    await quick.likeness("X", "?", TEXTS)
    assert slow.reading == 2
    await quick.close()


async def test_who_gives_up_leaves_nothing_behind() -> None:
    slow = SlowReader()
    quick = QuickReader(slow, patience=60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await quick.likeness("W", "?", TEXTS)
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


async def test_what_fails_at_once_is_told_and_later_it_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    slow = SlowReader()
    slow.broken = Problem("The reader is broken.")
    quick = QuickReader(slow, patience=0.01)
    await quick.likeness("W", "?", TEXTS)
    slow.gate.set()
    await asyncio.sleep(0.01)
    assert "the reader failed" in caplog.text
    with pytest.raises(Problem):
        await QuickReader(slow).likeness("W", "?", TEXTS)
