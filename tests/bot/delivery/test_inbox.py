"""The inbox: accepted once, answered in the end, whatever fails in between."""

import asyncio
import random
from datetime import timedelta

import pytest

from bot.delivery import inbox as inbox_module
from bot.delivery.inbox import LEASE, MOST_HANDLED, MOST_TRIES, Inbox, Overloaded
from bot.errors import Unreachable
from bot.events import Command, Conversation, Event, Person
from bot.replies import Answer, Replies, reply
from bot.usage import sentence
from tests.fakes import FakeStorage, FixedClock


class Page:
    """A messenger that fails as often as it is told to, and keeps what it said."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.said: dict[str, list[Answer]] = {}

    async def answer(self, event: Event, answer: Answer) -> None:
        if self.failures:
            self.failures -= 1
            raise Unreachable("no line")
        self.said.setdefault(event.key, []).append(answer)


class Desk:
    """An inbox with what it needs; counts how often each event was handled."""

    def __init__(self, page: Page | None = None) -> None:
        self.storage, self.clock, self.page = FakeStorage(), FixedClock(), page or Page()
        self.handled: list[str] = []
        self.inbox = self.process()

    def process(self) -> Inbox:
        return Inbox(
            work=self.storage,
            recovery=self.storage.recovery,
            dispatch=self.dispatch,
            give_up=lambda event: reply(sentence("given up")),
            messengers={"page": self.page},  # type: ignore[dict-item]
            clock=self.clock,
        )

    async def dispatch(self, event: Event) -> Answer:
        await asyncio.sleep(0)
        self.handled.append(event.key)
        return reply(sentence(f"answer to {event.key}"))


def event(key: str) -> Command:
    return Command(
        key=key,
        workspace="w",
        person=Person(id="p", name="P"),
        conversation=Conversation(id="c"),
        text="hello",
    )


async def test_what_comes_five_times_has_one_effect() -> None:
    desk = Desk()
    chance = random.Random(7)
    copies = [event(f"k{n}") for n in range(200) for _ in range(chance.randint(1, 5))]
    chance.shuffle(copies)
    tasks = await asyncio.gather(*(desk.inbox.receive("page", copy) for copy in copies))
    await asyncio.gather(*(task for task in tasks if task))
    assert sorted(desk.handled) == sorted({copy.key for copy in copies})
    assert all(len(said) == 1 for said in desk.page.said.values())
    assert len(desk.page.said) == 200


async def test_an_answer_that_could_not_be_delivered_is_tried_again_after_the_lease() -> None:
    desk = Desk(Page(failures=1))
    task = await desk.inbox.receive("page", event("k"))
    assert task
    assert await task is None
    assert await desk.inbox.recover() == 0
    desk.clock.advance(LEASE + timedelta(seconds=1))
    assert await desk.inbox.recover() == 1
    assert await desk.inbox.drain(1)
    assert list(desk.page.said) == ["k"]


async def test_the_only_process_takes_up_what_a_dead_one_left_at_once() -> None:
    desk = Desk(Page(failures=5))
    for n in range(5):
        task = await desk.inbox.receive("page", event(f"k{n}"))
        assert task
        await task
    successor = desk.process()
    begun = await successor.recover(alone=True)
    while begun:
        assert await successor.drain(1)
        begun = await successor.recover()
    assert sorted(desk.page.said) == [f"k{n}" for n in range(5)]


async def test_an_event_that_kills_every_time_is_given_up_with_a_sentence() -> None:
    desk = Desk(Page(failures=MOST_TRIES))
    task = await desk.inbox.receive("page", event("k"))
    assert task
    await task
    for _ in range(MOST_TRIES):
        desk.clock.advance(LEASE + timedelta(seconds=1))
        await desk.inbox.recover()
        await desk.inbox.drain(1)
    (answer,) = desk.page.said["k"]
    assert isinstance(answer, Replies)
    assert answer.items[0].card.summary == "given up"
    assert await desk.inbox.recover() == 0


async def test_a_late_copy_is_known_for_days_and_then_forgotten() -> None:
    desk = Desk()
    task = await desk.inbox.receive("page", event("k"))
    assert task
    await task
    desk.clock.advance(timedelta(days=2))
    assert await desk.inbox.forget() == 0
    assert await desk.inbox.receive("page", event("k")) is None
    desk.clock.advance(timedelta(days=2))
    assert await desk.inbox.forget() == 1


async def test_drain_waits_and_then_stops() -> None:
    desk = Desk()
    release = asyncio.Event()

    async def slow(_: Event) -> Answer:
        await release.wait()
        return reply(sentence("late"))

    desk.inbox._dispatch = slow
    await desk.inbox.receive("page", event("k"))
    assert not await desk.inbox.drain(0.01)
    desk.inbox = desk.process()
    assert await desk.inbox.recover(alone=True) == 1
    assert await desk.inbox.drain(1)
    assert list(desk.page.said) == ["k"]


class Crowd(Desk):
    """One whose handlers wait until they are released; `full` once no more of them may begin."""

    def __init__(self) -> None:
        super().__init__()
        self.release, self.full = asyncio.Event(), asyncio.Event()
        self.at_once = self.most = 0

    async def dispatch(self, event: Event) -> Answer:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        if self.at_once == MOST_HANDLED:
            self.full.set()
        await self.release.wait()
        self.at_once -= 1
        return await super().dispatch(event)

    async def comes(self, count: int) -> list[str]:
        """So many events; their keys, once as many are handled as may be."""
        keys = [f"k{n}" for n in range(count)]
        tasks = await asyncio.gather(*(self.inbox.receive("page", event(key)) for key in keys))
        assert all(tasks)
        async with asyncio.timeout(20):
            await self.full.wait()
        return keys


async def test_no_more_than_so_many_are_handled_at_once_and_the_others_are_stored() -> None:
    desk = Crowd()
    keys = await desk.comes(3 * MOST_HANDLED)
    assert {key for _, _, key in desk.storage.data.inbox} == set(keys)
    desk.release.set()
    assert await desk.inbox.drain(20)
    assert desk.most == MOST_HANDLED
    assert sorted(desk.page.said) == sorted(keys)


async def test_who_waits_long_for_a_turn_is_answered_once() -> None:
    """Its lease runs out meanwhile: found again in the same process, it is no dead one's."""
    desk = Crowd()
    keys = await desk.comes(MOST_HANDLED + 3)
    for _ in range(3):
        desk.clock.advance(LEASE + timedelta(seconds=1))
        assert await desk.inbox.recover() == 0
    desk.release.set()
    assert await desk.inbox.drain(20)
    assert sorted(desk.handled) == sorted(keys)
    assert all(len(said) == 1 for said in desk.page.said.values())


async def test_who_waits_until_another_process_may_have_it_is_left_to_that_one() -> None:
    desk = Crowd()
    keys = await desk.comes(MOST_HANDLED + 1)
    desk.clock.advance(LEASE + timedelta(seconds=1))
    desk.release.set()
    assert await desk.inbox.drain(20)
    (left,) = set(keys) - set(desk.handled)
    other = desk.process()
    assert await other.recover() == 1
    assert await other.drain(20)
    assert desk.handled[-1] == left
    assert sorted(desk.page.said) == sorted(keys)


async def test_more_than_can_be_answered_is_refused_and_not_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox_module, "MOST_IN_HAND", 2)
    desk = Desk()
    for key in ("k1", "k2"):
        await desk.inbox.receive("page", event(key))
    with pytest.raises(Overloaded):
        await desk.inbox.receive("page", event("k3"))
    assert {key for _, _, key in desk.storage.data.inbox} == {"k1", "k2"}
    assert await desk.inbox.drain(10)
    assert await desk.inbox.receive("page", event("k3"))
    assert await desk.inbox.drain(10)
    assert sorted(desk.page.said) == ["k1", "k2", "k3"]
