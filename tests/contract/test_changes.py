"""What the room of changes has stored: the same in memory, on SQLite and on PostgreSQL."""

import asyncio

import pytest

from bot.changes.model import Proposal
from bot.charter.model import ApprovalRule
from bot.errors import UserFacing
from storage.unit_of_work import Storage
from tests.changes.desk import DANA, KIM, LEE, PRIYA, Desk
from tests.fake_storage import FakeStorage
from tests.storage.filled import (
    AT,
    HOUR,
    charter,
    judging,
    proposal,
    proposal_entry,
    rejudged,
)

AnyStorage = Storage | FakeStorage


async def added(storage: AnyStorage, id_: str = "p1", **changes: object) -> Proposal:
    async with storage("W") as tx:
        await tx.charters.add(charter())
        new = proposal(id_, **changes)
        made = await tx.proposals.add(new, proposal_entry(new))
    assert made
    return made


async def test_proposals_are_numbered_found_and_never_forgotten(any_storage: AnyStorage) -> None:
    first = await added(any_storage)
    second = await added(any_storage, "p2", number=1, by=DANA, state="withdrawn")
    assert (first.number, second.number) == (1, 2)
    async with any_storage("W") as tx:
        assert await tx.proposals.add(first, proposal_entry(first)) is None
        assert await tx.proposals.get("p1") == first
        assert await tx.proposals.numbered(2) == second
        assert await tx.proposals.find(limit=9) == [second, first]
        assert await tx.proposals.find(states=["open"], limit=9) == [first]
        assert await tx.proposals.find(by=DANA.id, charter_id="c1", limit=9) == [second]
        assert await tx.proposals.find(limit=9, offset=1) == [first]
        returned = first.model_copy(update={"state": "returned"})
        entry = proposal_entry(first, 2, deed="returned", changes=())
        await tx.proposals.put(returned, entry)
        assert await tx.proposals.get("p1") == returned
        assert await tx.proposals.history("p1") == [proposal_entry(first), entry]
        assert await tx.proposals.entry_of("p1-k2") == entry
        with pytest.raises(ValueError, match="end of the history"):
            await tx.proposals.put(first, entry)


async def test_a_round_of_judging_is_held_by_one_until_it_is_finished(
    any_storage: AnyStorage,
) -> None:
    await added(any_storage)
    async with any_storage("W") as tx:
        await tx.impacts.put(judging())
        assert await tx.impacts.hold(judging(), AT, AT + HOUR)
        assert not await tx.impacts.hold(judging(), AT, AT + HOUR)
        assert await tx.impacts.hold(judging(), AT + HOUR, AT + 2 * HOUR)
        await tx.impacts.keep(judging(), AT + 3 * HOUR)
        assert not await tx.impacts.hold(judging(), AT + 2 * HOUR, AT + 4 * HOUR)
        await tx.impacts.keep(judging(), None)
        assert await tx.impacts.hold(judging(), AT, AT + HOUR)
        await tx.impacts.note(1, rejudged())
        await tx.impacts.note(1, rejudged(now="conflicts"))
        assert await tx.impacts.noted("p1", 1, 1) == [rejudged(now="conflicts")]
        assert await tx.impacts.noted("p1", 1, 2) == []
        finished = judging(finished_at=AT, stopped="No more.")
        await tx.impacts.put(finished)
        await tx.impacts.keep(finished, None)
        assert await tx.impacts.of("p1", 1, 1) == finished
        assert not await tx.impacts.hold(finished, AT + 9 * HOUR, AT + 10 * HOUR)


async def test_the_rule_is_one_owner_until_it_is_set(any_storage: AnyStorage) -> None:
    async with any_storage("W") as tx:
        await tx.charters.add(charter())
        assert await tx.roles.rule("c1") == ApprovalRule()
        await tx.roles.set_rule("c1", ApprovalRule(who="some", number=3))
        await tx.roles.set_rule("c1", ApprovalRule(who="all"))
        assert await tx.roles.rule("c1") == ApprovalRule(who="all")


async def test_owners_who_approve_at_the_same_moment_adopt_once(any_storage: AnyStorage) -> None:
    desk = await Desk(storage=any_storage).begin(DANA, LEE, KIM)
    first, other = await desk.propose(PRIYA), await desk.propose(PRIYA, "N1", "No games.")
    deeds = [desk.approve(person, first) for person in (DANA, LEE, KIM)]
    deeds += [desk.approve(person, other) for person in (DANA, LEE)]
    came = await asyncio.gather(*deeds, return_exceptions=True)
    assert all(not isinstance(each, BaseException) or isinstance(each, UserFacing) for each in came)
    assert [version.number for version in await desk.versions()] == [3, 2, 1]
    assert [after.version.number for _, after, *_ in desk.told.adoptions] == [2, 3]
