"""What a room may rely on when it promises: in memory, SQLite and PostgreSQL alike."""

from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.storage.filled import AT, HOUR, promised, to_say

AnyStorage = Storage | FakeStorage


async def test_a_schedule_is_as_it_was_stored_and_counts_its_edits(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.outbox.scheduled("s1") is None
        await tx.outbox.schedule(promised())
        assert await tx.outbox.scheduled("s1") == promised()
    async with any_storage("W") as tx:
        await tx.outbox.schedule(promised(subject="r2", due_at=AT + HOUR))
        assert await tx.outbox.scheduled("s1") == promised(
            subject="r2", due_at=AT + HOUR, rev=promised().rev + 1
        )


async def test_many_new_schedules_are_stored_as_one_by_one(any_storage: AnyStorage) -> None:
    many = [promised(f"s{n}", paused=n == 2) for n in range(1, 1003)]
    async with any_storage("W") as tx:
        await tx.outbox.schedule_new(many)
        await tx.outbox.schedule(promised("alone", paused=True))
    async with any_storage("W") as tx:
        assert await tx.outbox.scheduled("s1") == many[0]
        assert await tx.outbox.scheduled("s1002") == many[-1]
        second, alone = await tx.outbox.scheduled("s2"), await tx.outbox.scheduled("alone")
        assert second
        assert alone
        assert second.due_at is None
        assert second.model_copy(update={"id": "alone"}) == alone


async def test_a_paused_schedule_is_not_due(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.outbox.schedule(promised(paused=True))
        found = await tx.outbox.scheduled("s1")
    assert found
    assert found.paused
    assert found.due_at is None


async def test_a_schedule_is_forgotten(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.outbox.schedule(promised())
        await tx.outbox.unschedule("s1")
        await tx.outbox.unschedule("never there")
        assert await tx.outbox.scheduled("s1") is None


async def test_a_key_is_promised_once_until_it_is_withdrawn(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        assert await tx.outbox.post(to_say())
        assert not await tx.outbox.post(to_say(subject="other words"))
    async with any_storage("W") as tx:
        assert await tx.outbox.withdraw("p1")
        assert not await tx.outbox.withdraw("p1")
        assert await tx.outbox.post(to_say())


async def test_what_was_promised_in_a_block_that_raised_is_not(any_storage: AnyStorage) -> None:
    try:
        async with any_storage("W") as tx:
            await tx.outbox.schedule(promised())
            await tx.outbox.post(to_say())
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with any_storage("W") as tx:
        assert await tx.outbox.scheduled("s1") is None
        assert await tx.outbox.post(to_say())


async def test_workspaces_promise_apart(any_storage: AnyStorage) -> None:
    for workspace in ("W", "V"):
        async with any_storage(workspace) as tx:
            assert await tx.outbox.scheduled("s1") is None
            await tx.outbox.schedule(promised())
            assert await tx.outbox.post(to_say())
