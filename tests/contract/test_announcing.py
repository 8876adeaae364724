"""What is stored of announcements: SQLite, PostgreSQL and the unit of work in memory alike."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.announcing.model import AnnouncingSettings
from bot.events import Conversation, Person
from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.storage.filled import AT, DANA, HOUR, LEE, announcement, charter, confirmed

AnyStorage = Storage | FakeStorage
NOT_THERE = (IntegrityError, LookupError)


async def begin(storage: AnyStorage, *numbers: int, **changes: object) -> None:
    async with storage("W") as tx:
        await tx.charters.add(charter())
        await tx.charters.add(charter("c2", "Other"))
        for number in numbers:
            await tx.announcements.put(announcement(number, **changes))


async def test_an_announcement_is_found_by_id_and_by_charter_newest_first(
    any_storage: AnyStorage,
) -> None:
    await begin(any_storage, 2, 10, 3)
    async with any_storage("W") as tx:
        assert await tx.announcements.get("a3") == announcement(3)
        assert await tx.announcements.get("a4") is None
        found = await tx.announcements.of("c1", 2)
        assert [each.number for each in found] == [10, 3]
        assert await tx.announcements.of("c2", 2) == []


async def test_those_that_are_open_are_found_however_they_changed(any_storage: AnyStorage) -> None:
    await begin(any_storage, 2, 3)
    async with any_storage("W") as tx:
        await tx.announcements.put(announcement(4, charter_id="c2"))
        await tx.announcements.put(announcement(2, state="closed", closed_by=DANA))
    async with any_storage("W") as tx:
        assert await tx.announcements.open() == ["a3", "a4"]
        assert await tx.announcements.open("c1") == ["a3"]


async def test_what_somebody_confirmed_first_stays(any_storage: AnyStorage) -> None:
    await begin(any_storage, 2)
    async with any_storage("W") as tx:
        assert await tx.announcements.confirm("a2", confirmed(LEE, AT + HOUR))
        assert await tx.announcements.confirm("a2", confirmed(DANA, AT))
        assert not await tx.announcements.confirm("a2", confirmed(DANA, AT + 2 * HOUR))
    async with any_storage("W") as tx:
        there = await tx.announcements.confirmed("a2")
        assert list(there) == [confirmed(DANA, AT), confirmed(LEE, AT + HOUR)]


async def test_only_what_is_announced_can_be_confirmed(any_storage: AnyStorage) -> None:
    await begin(any_storage)
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.announcements.confirm("a2", confirmed())


async def test_settings_are_a_charter_s_own(any_storage: AnyStorage) -> None:
    await begin(any_storage)
    wanted = AnnouncingSettings(audience="people", people=(LEE,), channels=False, question=True)
    async with any_storage("W") as tx:
        assert await tx.announcements.settings("c1") == AnnouncingSettings()
        await tx.announcements.put_settings("c1", AnnouncingSettings(names=True))
        await tx.announcements.put_settings("c1", wanted)
    async with any_storage("W") as tx:
        assert await tx.announcements.settings("c1") == wanted
        assert await tx.announcements.settings("c2") == AnnouncingSettings()
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.announcements.put_settings("nowhere", wanted)


async def test_places_are_known_until_they_are_forgotten(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.places.know(Conversation(id="C2"))
        await tx.places.know(Conversation(id="C1", name="#old"))
        await tx.places.know(Conversation(id="C1", name="#new", private=True))
        await tx.places.forget("C3")
    async with any_storage("W") as tx:
        new = Conversation(id="C1", name="#new", private=True)
        assert list(await tx.places.all()) == [new, Conversation(id="C2")]
        await tx.places.forget("C1")
    async with any_storage("W") as tx:
        assert list(await tx.places.all()) == [Conversation(id="C2")]


async def test_somebody_is_greeted_once_a_charter(any_storage: AnyStorage) -> None:
    await begin(any_storage)
    day = timedelta(days=1)
    async with any_storage("W") as tx:
        assert await tx.newcomers.greet("c1", "U1", AT)
        assert not await tx.newcomers.greet("c1", "U1", AT + day)
        assert await tx.newcomers.greet("c2", "U1", AT + day)
        assert await tx.newcomers.greet("c1", "U2", AT + day)
    async with any_storage("W") as tx:
        assert await tx.newcomers.since(["c1"], AT) == {"U1", "U2"}
        assert await tx.newcomers.since(["c1"], AT + HOUR) == {"U2"}
        assert await tx.newcomers.since(["c1", "c2"], AT + HOUR) == {"U1", "U2"}
        assert await tx.newcomers.since([], AT) == frozenset()
    with pytest.raises(NOT_THERE):
        async with any_storage("W") as tx:
            await tx.newcomers.greet("nowhere", "U1", AT)


async def test_every_binding_is_told(any_storage: AnyStorage) -> None:
    await begin(any_storage)
    async with any_storage("W") as tx:
        assert await tx.bindings.all() == {}
        await tx.bindings.bind("C1", "c1")
        await tx.bindings.bind("C2", "c1")
        await tx.bindings.bind("C1", "c2")
        assert await tx.bindings.all() == {"C1": "c2", "C2": "c1"}


async def test_nobody_of_another_workspace_is_met(any_storage: AnyStorage) -> None:
    await begin(any_storage, 2)
    async with any_storage("X") as tx:
        assert await tx.announcements.get("a2") is None
        assert await tx.announcements.open() == []
        assert await tx.places.all() == []
        assert await tx.newcomers.since(["c1"], AT) == frozenset()
        with pytest.raises(NOT_THERE):
            await tx.announcements.confirm("a2", confirmed(Person(id="U9", name="Mal")))
