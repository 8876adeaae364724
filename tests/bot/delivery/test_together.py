"""Many things in one go: nobody waits for a clock, and nobody fails for a neighbour."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.delivery.together import MOST, Together


class Clerk:
    """Doubles numbers, a round at a time, once the door is open; -1 cannot be doubled."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.alone: list[int] = []
        self.door = asyncio.Event()
        self.door.set()
        self.double = Together(all_of=self.all_of, one=self.one)

    async def all_of(self, numbers: Sequence[int]) -> Sequence[int]:
        self.rounds.append(list(numbers))
        await self.door.wait()
        if -1 in numbers:
            raise ValueError("one of them")
        return [2 * number for number in numbers]

    async def one(self, number: int) -> int:
        self.alone.append(number)
        await asyncio.sleep(0)
        if number == -1:
            raise ValueError("this one")
        return 2 * number


async def test_one_that_comes_alone_is_a_round_by_itself() -> None:
    clerk = Clerk()
    assert [await clerk.double(n) for n in (1, 2)] == [2, 4]
    assert clerk.rounds == [[1], [2]]


async def test_who_comes_during_a_round_makes_up_the_next_one() -> None:
    clerk = Clerk()
    clerk.door.clear()
    first = asyncio.create_task(clerk.double(0))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(clerk.double(n)) for n in range(1, MOST + 3)]
    await asyncio.sleep(0.01)
    clerk.door.set()
    assert await asyncio.gather(first, *others) == [2 * n for n in range(MOST + 3)]
    assert [len(some) for some in clerk.rounds] == [1, MOST, 2]


async def test_one_that_cannot_be_done_does_not_fail_its_neighbours() -> None:
    clerk = Clerk()
    results = await asyncio.gather(*(clerk.double(n) for n in (1, -1, 3)), return_exceptions=True)
    assert results[::2] == [2, 6]
    assert str(results[1]) == "this one"
    # What the round said of all of them goes into no log with it.
    assert isinstance(results[1], ValueError)
    assert results[1].__context__ is None
    assert clerk.alone == [1, -1, 3]


async def test_who_leaves_before_the_round_has_it_not_done_and_holds_up_nobody() -> None:
    clerk = Clerk()
    clerk.door.clear()
    tasks = [asyncio.create_task(clerk.double(n)) for n in (0, 1, 2)]
    await asyncio.sleep(0.01)
    late = [asyncio.create_task(clerk.double(n)) for n in (3, 4)]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    late[0].cancel()
    clerk.door.set()
    assert await asyncio.gather(tasks[1], tasks[2], late[1]) == [2, 4, 8]
    assert clerk.rounds == [[0, 1, 2], [4]], "a round that began goes on to its end"
    await clerk.double.settled()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
