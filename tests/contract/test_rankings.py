"""What is stored of rankings: SQLite, PostgreSQL and the unit of work in memory alike."""

from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.storage.filled import AT, HOUR, LEE, ranked, ranking

AnyStorage = Storage | FakeStorage


async def test_the_same_event_makes_one(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.rankings.add(ranking(), ranked())
        await tx.rankings.note("k1", ranked()[0].model_copy(update={"kind": "fits"}))
        assert not await tx.rankings.add(ranking(judge="another"), ranked())
    async with any_storage("W") as tx:
        assert await tx.rankings.get("k1") == ranking()
        assert [each.kind for each in await tx.rankings.ranked("k1")] == ["fits", "conflicts"]
        assert await tx.rankings.get("k2") is None
        assert await tx.rankings.ranked("k2") == []


async def test_one_process_at_a_time_holds_it_until_it_is_finished(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.rankings.add(ranking(), ranked())
    async with any_storage("W") as tx:
        assert await tx.rankings.hold("k1", AT, AT + HOUR)
        assert not await tx.rankings.hold("k1", AT, AT + HOUR)
    async with any_storage("W") as tx:
        assert await tx.rankings.hold("k1", AT + HOUR, AT + 2 * HOUR), "the other one is dead"
        await tx.rankings.keep("k1", AT + 3 * HOUR)
        assert not await tx.rankings.hold("k1", AT + 2 * HOUR, AT + 4 * HOUR), "it was kept"
        await tx.rankings.keep("k1", None)
        assert await tx.rankings.hold("k1", AT, AT + HOUR), "it was let go"
        await tx.rankings.put(ranking(finished_at=AT))
        await tx.rankings.keep("k1", None)
        assert not await tx.rankings.hold("k1", AT, AT + HOUR)
        assert not await tx.rankings.hold("k9", AT, AT + HOUR)


async def test_the_newest_of_a_person_and_what_is_forgotten(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.rankings.add(ranking("k1"), ranked())
        await tx.rankings.add(ranking("k2", asked_at=AT + HOUR), ranked())
        await tx.rankings.add(ranking("k3", asked_at=AT + 2 * HOUR, by=LEE), ranked())
    async with any_storage("W") as tx:
        newest = await tx.rankings.newest("U1")
        assert newest
        assert newest.id == "k2"
        assert await tx.rankings.forget(AT + HOUR) == 1
        assert await tx.rankings.get("k1") is None
        assert await tx.rankings.ranked("k1") == []
        assert len(await tx.rankings.ranked("k2")) == 2
