"""Many at once, from two processes' worth of connections: nothing is counted or taken twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest_asyncio

from bot.ask.model import Cap, Tokens
from bot.charter.model import Role
from bot.events import Person
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.storage.filled import AT, DANA, HOUR, LEE, call, charter, command, verdict, version


@pytest_asyncio.fixture
async def replicas(database_url: str) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two programs on one database."""
    both = Storage(open_engine(database_url)), Storage(open_engine(database_url))
    async with both[0]("W1") as tx:
        await tx.charters.add(charter())
        await tx.verdicts.add(verdict())
    yield both
    for storage in both:
        await storage.close()


Replicas = tuple[Storage, Storage]


async def test_two_reservations_never_exceed_the_cap_together(replicas: Replicas) -> None:
    async def reserve(storage: Storage) -> str | None:
        async with storage("W1") as tx:
            return await tx.spending.reserve(
                "2026-11", Tokens(prompt=100, cost=1.0), Cap(tokens=700, cost=9)
            )

    entries = await asyncio.gather(*(reserve(replicas[n % 2]) for n in range(20)))
    assert len([entry for entry in entries if entry]) == 7
    async with replicas[0]("W1") as tx:
        assert (await tx.spending.of("2026-11")).tokens == 700


async def test_of_two_that_adopt_at_once_one_wins(replicas: Replicas) -> None:
    async def adopt(storage: Storage, number: int) -> bool:
        async with storage("W1") as tx:
            changed = charter(version=version(2, note=f"by {number}"))
            return await tx.charters.adopt(changed, expected=1)

    won = await asyncio.gather(*(adopt(replicas[n % 2], n) for n in range(10)))
    assert won.count(True) == 1
    async with replicas[0]("W1") as tx:
        newest, _ = await tx.charters.versions("c1")
        assert newest.note == f"by {won.index(True)}"


async def test_of_two_charters_of_one_name_one_is_added(replicas: Replicas) -> None:
    async def add(storage: Storage, number: int) -> bool:
        async with storage("W1") as tx:
            return await tx.charters.add(charter(f"n{number}", "Twice"))

    added = await asyncio.gather(*(add(replicas[n % 2], n) for n in range(10)))
    assert added.count(True) == 1


async def test_one_event_delivered_twenty_times_at_once_is_accepted_once(
    replicas: Replicas,
) -> None:
    async def add(storage: Storage) -> bool:
        async with storage("W1") as tx:
            return await tx.inbox.add("slack", command("e1"), AT)

    accepted = await asyncio.gather(*(add(replicas[n % 2]) for n in range(20)))
    assert accepted.count(True) == 1


async def test_two_that_recover_at_once_take_different_events(replicas: Replicas) -> None:
    async with replicas[0]("W1") as tx:
        for number in range(40):
            await tx.inbox.add("slack", command(f"e{number}"), AT)
    taken = await asyncio.gather(
        *(replicas[n % 2].recovery.lease_unfinished(AT, AT + HOUR, limit=7) for n in range(8))
    )
    keys = [accepted.event.key for some in taken for accepted in some]
    assert len(keys) == len(set(keys))
    assert len(keys) == 40


async def test_two_owners_cannot_take_the_role_from_each_other_at_once(
    replicas: Replicas,
) -> None:
    async with replicas[0]("W1") as tx:
        await tx.roles.grant("c1", DANA, "owner")
        await tx.roles.grant("c1", LEE, "owner")

    async def take_from(storage: Storage, person: Person) -> None:
        async with storage("W1") as tx:
            owners = await tx.roles.holders("c1", "owner")
            await asyncio.sleep(0.05)
            role: Role = "member" if len(owners) > 1 else "owner"
            await tx.roles.grant("c1", person, role)

    await asyncio.gather(take_from(replicas[0], DANA), take_from(replicas[1], LEE))
    async with replicas[0]("W1") as tx:
        assert len(await tx.roles.holders("c1", "owner")) == 1


async def test_two_changes_to_one_verdict_are_both_kept(replicas: Replicas) -> None:
    async def share(storage: Storage, number: int) -> None:
        async with storage("W1") as tx:
            found = await tx.verdicts.get("v1")
            assert found
            shared = (*found.shared_in, f"C{number}")
            await asyncio.sleep(0.002)
            await tx.verdicts.put(found.model_copy(update={"shared_in": shared}))

    await asyncio.gather(*(share(replicas[n % 2], n) for n in range(10)))
    async with replicas[0]("W1") as tx:
        found = await tx.verdicts.get("v1")
        assert found
        assert set(found.shared_in) == {f"C{number}" for number in range(10)}


async def test_a_hint_is_shown_once(replicas: Replicas) -> None:
    async def due(storage: Storage) -> bool:
        async with storage("W1") as tx:
            return await tx.hints.due("U1", "connect", AT, HOUR)

    assert (await asyncio.gather(*(due(replicas[n % 2]) for n in range(10)))).count(True) == 1
    async with replicas[0]("W1") as tx:
        assert not await tx.hints.due("U1", "connect", AT, HOUR)


async def test_many_words_on_one_verdict_do_not_wait_for_each_other_in_vain(
    replicas: Replicas,
) -> None:
    async def say(storage: Storage, number: int) -> None:
        async with storage("W1") as tx:
            await tx.verdicts.get("v1")
            await tx.calls.put(call(by=Person(id=f"U{number % 3}", name="X")))
            await tx.opinions.put("v1", f"U{number % 3}", useful=True)
            await tx.verdicts.put(verdict())

    await _within_seconds(*(say(replicas[n % 2], n) for n in range(20)))
    async with replicas[0]("W1") as tx:
        assert len(await tx.calls.on("v1")) == 3
        assert await tx.opinions.of("v1") == (3, 0)


async def test_the_same_vectors_stored_at_once(replicas: Replicas) -> None:
    digests = [f"d{number}" for number in range(600)]
    await _within_seconds(
        *(
            replicas[n % 2].vectors.put(
                "W1", "m", dict.fromkeys(digests[:: 1 if n % 2 else -1], b"v")
            )
            for n in range(6)
        )
    )
    assert len(await replicas[0].vectors.get("W1", "m", digests)) == 600


async def _within_seconds(*work: Awaitable[object]) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*work)
