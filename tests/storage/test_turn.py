"""Whose turn it is to write."""

import asyncio
import random

import pytest

from storage.problems import Busy
from storage.turn import Turn


class Desk:
    """One turn, and the order in which they had it; raises where two have it at once."""

    def __init__(self) -> None:
        self.turn, self.order, self.inside = Turn(), list[str](), 0

    async def take(
        self, name: str, *, first: bool = False, wait: float = 5, for_: float = 0
    ) -> None:
        async with self.turn.mine(wait=wait, first=first):
            assert self.inside == 0, "two at once"
            self.inside += 1
            try:
                self.order.append(name)
                await asyncio.sleep(for_)
            finally:
                self.inside -= 1


async def test_those_who_come_first_go_before_all_who_wait_and_others_in_order() -> None:
    desk = Desk()
    tasks = [asyncio.create_task(desk.take("a", for_=0.01))]
    await asyncio.sleep(0)
    for name, first in (("b", False), ("c", False), ("X", True), ("d", False), ("Y", True)):
        tasks.append(asyncio.create_task(desk.take(name, first=first)))
    await asyncio.gather(*tasks)
    assert desk.order == ["a", "X", "Y", "b", "c", "d"]


async def test_a_turn_that_does_not_come_is_given_up_and_holds_up_nobody() -> None:
    desk = Desk()
    holder = asyncio.create_task(desk.take("a", for_=0.1))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await desk.take("b", wait=0.01)
    await asyncio.gather(holder, desk.take("c"))
    assert desk.order == ["a", "c"]


async def test_cancelling_at_any_moment_never_loses_the_turn() -> None:
    desk, chance = Desk(), random.Random(3)
    tasks = []
    for n in range(400):
        first, for_ = chance.random() < 0.3, chance.choice((0, 0, 0.001))
        tasks.append(asyncio.create_task(desk.take(str(n), first=first, for_=for_)))
        if chance.random() < 0.5:
            await asyncio.sleep(0)
        if chance.random() < 0.5:
            chance.choice(tasks).cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(5):
        await desk.take("last")
    assert desk.order[-1] == "last"
    assert 0 < len([each for each in done if each is None]) < 400
