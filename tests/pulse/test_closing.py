"""Opening, answering and closing: nothing is lost, nothing is left, whatever interrupts it."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.keys import DirectoryKeys
from adapters.pulse_cipher import AesGcm
from bot import faults
from bot.errors import NotAllowed, UserFacing
from bot.pulse.answering import CLOSED, LOST, NOT_ASKED, AnsweringService
from bot.pulse.closing import ClosingService
from bot.pulse.model import Answers, Edition, Published
from bot.pulse.ports import KeysUnavailable
from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.fakes import FixedClock
from tests.pulse.attack import PEOPLE, WORKSPACE, a_pulse

POINTS = ("closing", "publishing", "published", "key_destroyed", "told", "wiped")


class Killed(BaseException):
    """The process dies here."""


class Room:
    """The services over one storage and one key store, as each process has its own."""

    def __init__(self, storage: Storage | FakeStorage, keys: DirectoryKeys) -> None:
        self.storage, self.keys = storage, keys
        self.clock = FixedClock()
        self.told: list[Published] = []
        self.pulse = a_pulse(self.clock)
        self.answering = AnsweringService(
            work=storage, keys=keys, cipher=AesGcm(), clock=self.clock
        )
        self.closing = ClosingService(
            work=storage,
            upkeep=storage.pulse_upkeep,
            keys=keys,
            cipher=AesGcm(),
            clock=self.clock,
            closed=self._tell,
        )

    async def _tell(self, workspace: str, published: Published) -> None:
        assert workspace == WORKSPACE
        self.told.append(published)

    async def open(self, number: int = 1, people: tuple[str, ...] = PEOPLE) -> Edition:
        async with self.storage(WORKSPACE) as tx:
            await tx.pulses.add(self.pulse)
        closes = self.clock.now() + timedelta(days=2)
        name = f"pulse-{number}"
        return await self.answering.open(WORKSPACE, self.pulse, name, people, closes)

    async def answer(self, person: str, score: int = 4, words: str = "", of: int = 1) -> None:
        answers = Answers(scores={"q1": score, "q2": 3, "q3": None}, words=words)
        await self.answering.answer(WORKSPACE, f"pulse-{of}", person, answers)

    async def ballots(self) -> int:
        async with self.storage(WORKSPACE) as tx:
            return len(await tx.ballots.all("pulse-1"))

    async def to_do(self) -> str:
        async with self.storage(WORKSPACE) as tx:
            return await tx.editions.left_to_do("pulse-1")


@pytest.fixture
async def room(any_storage: Storage | FakeStorage, tmp_path: Path) -> Room:
    keys = DirectoryKeys(tmp_path / "keys")
    await keys.prepare()
    return Room(any_storage, keys)


@pytest.fixture
def dies_at() -> Iterator[list[str]]:
    """Names of points at which the process dies, once each."""
    points: list[str] = []

    def point(name: str) -> None:
        if name in points:
            points.remove(name)
            raise Killed

    before, faults.hook = faults.hook, point
    yield points
    faults.hook = before


async def test_answers_are_published_without_names_once_the_edition_is_closed(room: Room) -> None:
    await room.open()
    for number, person in enumerate(PEOPLE):
        await room.answer(person, score=1 + number % 5, words=f"word {number}")
    assert await room.closing.results(WORKSPACE, "pulse") == []
    published = await room.closing.close(WORKSPACE, "pulse-1")
    assert published is not None
    assert sorted(published.words) == [f"word {number}" for number in range(8)]
    assert not set(PEOPLE) & set(published.model_dump_json().split('"'))
    assert list(await room.closing.results(WORKSPACE, "pulse")) == [published] == room.told
    assert (await room.ballots(), await room.keys.count(), await room.to_do()) == (0, 0, "")


async def test_a_later_answer_takes_the_place_of_the_earlier_one(room: Room) -> None:
    await room.open()
    for person in PEOPLE[:5]:
        await room.answer(person, words="first")
    await room.answer(PEOPLE[0], score=1, words="second")
    own = await room.answering.own_answers(WORKSPACE, "pulse-1", PEOPLE[0])
    assert own == Answers(scores={"q1": 1, "q2": 3, "q3": None}, words="second")
    assert await room.ballots() == 5
    published = await room.closing.close(WORKSPACE, "pulse-1")
    assert published is not None
    assert sorted(published.words) == ["first"] * 4 + ["second"]


async def test_who_answered_is_known_while_it_is_open_and_to_nobody_after(room: Room) -> None:
    await room.open()
    await room.answer(PEOPLE[0])
    answered = room.answering.has_answered
    assert await answered(WORKSPACE, "pulse-1", PEOPLE) == {PEOPLE[0]}
    await room.closing.close(WORKSPACE, "pulse-1")
    assert await answered(WORKSPACE, "pulse-1", PEOPLE) == set()
    assert await room.answering.own_answers(WORKSPACE, "pulse-1", PEOPLE[0]) is None


async def test_only_who_was_asked_answers_and_only_in_time(room: Room) -> None:
    await room.open(people=PEOPLE[:6])
    with pytest.raises(NotAllowed, match=NOT_ASKED):
        await room.answer(PEOPLE[7])
    room.clock.advance(timedelta(days=2))
    with pytest.raises(UserFacing, match="closed"):
        await room.answer(PEOPLE[0])
    await room.closing.tidy()
    with pytest.raises(UserFacing) as told:
        await room.answer(PEOPLE[0])
    assert str(told.value) == CLOSED
    assert await room.ballots() == 0


@pytest.mark.parametrize("point", POINTS)
async def test_a_close_that_was_interrupted_is_finished_and_loses_nothing(
    point: str, room: Room, dies_at: list[str]
) -> None:
    await room.open()
    for number, person in enumerate(PEOPLE):
        await room.answer(person, words=f"word {number}")
    dies_at.append(f"pulse.{point}")
    with pytest.raises(Killed):
        await room.closing.close(WORKSPACE, "pulse-1")
    assert not dies_at
    again = Room(room.storage, room.keys)
    again.clock.advance(timedelta(hours=1))
    with pytest.raises(UserFacing):  # from the first moment on, nobody's answer comes late
        await again.answer(PEOPLE[0], words="too late")
    assert await again.closing.tidy() == 1
    (published,) = await again.closing.results(WORKSPACE, "pulse")
    assert sorted(published.words) == [f"word {number}" for number in range(8)]
    assert not published.lost
    assert len(room.told + again.told) >= 1
    assert (await again.ballots(), await again.keys.count(), await again.to_do()) == (0, 0, "")
    assert await again.closing.tidy() == 0


@pytest.mark.parametrize("seed", range(5))
async def test_a_close_that_dies_again_and_again_ends_all_the_same(
    seed: int, room: Room, dies_at: list[str]
) -> None:
    await room.open()
    for person in PEOPLE:
        await room.answer(person, words=person[::-1])
    deaths = random.Random(seed).sample(POINTS, 4)
    for point in deaths:
        dies_at[:] = [f"pulse.{point}"]
        try:
            await Room(room.storage, room.keys).closing.close(WORKSPACE, "pulse-1")
        except Killed:
            continue
    dies_at.clear()
    published = await room.closing.close(WORKSPACE, "pulse-1")
    assert published is not None
    assert sorted(published.words) == sorted(person[::-1] for person in PEOPLE)
    assert (await room.keys.count(), await room.to_do()) == (0, "")


async def test_an_edition_whose_opening_was_interrupted_is_opened_once(room: Room) -> None:
    key = await room.keys.make(WORKSPACE, "pulse-1")  # died before the row
    first = await room.open()
    assert await room.open() == first
    assert await room.keys.get(WORKSPACE, "pulse-1") == key
    assert (first.number, first.asked) == (1, 8)
    async with room.storage(WORKSPACE) as tx:
        pulse = await tx.pulses.get("pulse")
    assert pulse is not None
    assert pulse.editions == 1


async def test_a_lost_key_loses_that_edition_and_says_so(room: Room) -> None:
    await room.open()
    for person in PEOPLE:
        await room.answer(person, words="gone")
    await room.keys.destroy(WORKSPACE, "pulse-1")
    with pytest.raises(UserFacing) as told:
        await room.answer(PEOPLE[0])
    assert str(told.value) == LOST
    room.clock.advance(timedelta(days=3))
    assert await room.closing.tidy() == 1
    (published,) = await room.closing.results(WORKSPACE, "pulse")
    assert published.lost
    assert (published.figures, published.words) == ((), ())
    assert "was lost" in published.why
    assert await room.ballots() == 0
    await room.open(2)
    await room.answer(PEOPLE[0], of=2)  # the next one works


async def test_a_key_store_that_is_away_only_delays(room: Room) -> None:
    await room.open()
    for person in PEOPLE:
        await room.answer(person, words=person)
    there, away = room.keys._directory, room.keys._directory.with_name("away")
    there.rename(away)
    with pytest.raises(KeysUnavailable):
        await room.answer(PEOPLE[0])
    room.clock.advance(timedelta(days=3))
    assert await room.closing.tidy() == 0
    there.mkdir()  # as an unmounted folder looks
    assert await room.closing.tidy() == 0
    there.rmdir()
    away.rename(there)
    assert await room.closing.tidy() == 1
    (published,) = await room.closing.results(WORKSPACE, "pulse")
    assert sorted(published.words) == sorted(PEOPLE)


async def test_a_row_that_was_tampered_with_does_not_count(room: Room) -> None:
    await room.open()
    for person in PEOPLE:
        await room.answer(person, words=person)
    async with room.storage(WORKSPACE) as tx:
        (one, sealed), (another, _), *_ = (await tx.ballots.all("pulse-1")).items()
        await tx.ballots.put("pulse-1", another, sealed)  # somebody's answer, given twice
        await tx.ballots.put("pulse-1", bytes(32), b"forged")
    published = await room.closing.close(WORKSPACE, "pulse-1")
    assert published is not None
    assert len(published.words) == 7
    assert one != another


async def test_whoever_is_forgotten_is_in_no_open_edition(room: Room) -> None:
    await room.open()
    for person in PEOPLE:
        await room.answer(person, words=person)
    await room.answering.forget_person(WORKSPACE, PEOPLE[0])
    assert await room.answering.has_answered(WORKSPACE, "pulse-1", PEOPLE) == set(PEOPLE[1:])
    async with room.storage(WORKSPACE) as tx:
        assert set(await tx.editions.audience("pulse-1")) == set(PEOPLE[1:])


async def test_who_came_and_went_since_the_edition_before_is_counted(room: Room) -> None:
    await room.open(1, PEOPLE[:6])
    await room.closing.close(WORKSPACE, "pulse-1")
    second = await room.open(2, PEOPLE[1:])
    assert (second.number, second.joined, second.left) == (2, 2, 1)
    async with room.storage(WORKSPACE) as tx:
        assert set(await tx.editions.audience("pulse-1")) == set()


async def test_a_pulse_that_is_removed_takes_everything_along(
    room: Room, dies_at: list[str]
) -> None:
    await room.open(2)
    dies_at.append("pulse.published")
    with pytest.raises(Killed):
        await room.closing.close(WORKSPACE, "pulse-2")
    await room.open()
    await room.answer(PEOPLE[0])
    await room.closing.remove(WORKSPACE, "pulse")
    assert (await room.ballots(), await room.keys.count()) == (0, 0)
    assert await room.answering.edition(WORKSPACE, "pulse-1") is None
    with pytest.raises(UserFacing):
        await room.answer(PEOPLE[0])
