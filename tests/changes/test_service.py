"""Proposing, approving, returning and withdrawing, on the fake storage."""

from datetime import UTC, datetime

import pytest

from bot.changes.model import Change, Wording
from bot.changes.service import CannotCarryOver
from bot.charter.model import ApprovalRule, InvalidCharter
from bot.charter.service import StaleCharter
from bot.errors import NotAllowed, NotFound, Stale, UserFacing
from tests.changes.desk import DANA, KIM, LEE, PRIYA, Desk, W


async def test_one_owner_approves_and_the_version_says_who_made_it() -> None:
    desk = await Desk().begin()
    proposal = await desk.propose(PRIYA)
    assert (proposal.number, proposal.state) == (1, "open")
    assert (await desk.charter()).version.number == 1
    done = await desk.approve(DANA, proposal)
    assert done.charter
    version = (await desk.charter()).version
    assert (version.number, version.adopted_by, version.proposed_by) == (2, DANA, PRIYA)
    assert (version.approved_by, version.note) == ((DANA,), "It pays.")
    assert [line.text for line in version.lines if line.id == "P1"] == ["Clinics first."]
    assert (done.proposal.state, done.proposal.adopted_as) == ("adopted", 2)
    [(before, after, reason, by, approved)] = desk.told.adoptions
    assert (before.version.number, after.version.number) == (1, 2)
    assert (reason, by, approved) == ("It pays.", PRIYA, (DANA,))


@pytest.mark.parametrize(
    ("rule", "approvers"),
    [
        (ApprovalRule(), [LEE]),
        (ApprovalRule(who="all"), [LEE, KIM]),
        (ApprovalRule(who="some", number=2), [KIM, LEE]),
        (ApprovalRule(who="some", number=9), [KIM, LEE]),
    ],
)
async def test_it_takes_as_many_owners_as_the_rule_says_without_its_author(
    rule: ApprovalRule, approvers: list[object]
) -> None:
    desk = await Desk().begin(DANA, LEE, KIM, rule=rule)
    proposal = await desk.propose(DANA)
    with pytest.raises(NotAllowed, match="another owner has to approve it: Kim or Lee"):
        await desk.approve(DANA, proposal)
    *first, last = approvers
    for person in first:
        assert (await desk.approve(person, proposal)).charter is None  # type: ignore[arg-type]
    done = await desk.approve(last, proposal)  # type: ignore[arg-type]
    assert done.charter
    assert {p.id for p in done.charter.version.approved_by} == {p.id for p in approvers}  # type: ignore[attr-defined]


async def test_who_owns_it_alone_approves_their_own() -> None:
    desk = await Desk().begin(DANA)
    proposal = await desk.propose(DANA)
    assert proposal.state == "open"
    assert (await desk.approve(DANA, proposal)).charter


async def test_the_whole_charter_by_its_only_owner_is_adopted_at_once_and_else_proposed() -> None:
    desk = await Desk().begin(DANA)
    changes = [await desk.change("P1", "Clinics first.")]
    event = desk.by(DANA)
    done = await desk.changes.propose(event, desk.charter_id, 1, changes, "", adopt_if_alone=True)
    assert done.charter
    again = await desk.changes.propose(event, desk.charter_id, 1, changes, "", adopt_if_alone=True)
    assert again.charter == done.charter
    assert (await desk.charter()).version.number == 2
    await desk.own(DANA, LEE)
    changes = [await desk.change("P2", "Easier.")]
    done = await desk.changes.propose(
        desk.by(DANA), desk.charter_id, 2, changes, "", adopt_if_alone=True
    )
    assert (done.charter, done.proposal.state) == (None, "open")


async def test_other_words_need_new_approvals_and_who_wrote_them_does_not_count() -> None:
    desk = await Desk().begin(DANA, LEE, rule=ApprovalRule(who="all"))
    proposal = await desk.propose(PRIYA)
    await desk.approve(DANA, proposal)
    changes = [await desk.change("P1", "Hospitals first.")]
    done = await desk.changes.reword(desk.by(LEE), proposal.id, 1, changes, "Better.")
    assert (done.proposal.edition, done.proposal.approvals) == (2, ())
    with pytest.raises(Stale, match="worded proposal 1 anew meanwhile"):
        await desk.approve(DANA, proposal)
    with pytest.raises(NotAllowed):
        await desk.approve(LEE, done.proposal)
    assert (await desk.approve(DANA, done.proposal)).charter


async def test_members_do_not_decide_and_are_told_who_does() -> None:
    desk = await Desk().begin(DANA, LEE)
    proposal = await desk.propose(PRIYA)
    for deed in (
        lambda: desk.approve(KIM, proposal),
        lambda: desk.changes.return_(desk.by(KIM), proposal.id, "No."),
        lambda: desk.changes.withdraw(desk.by(KIM), proposal.id),
        lambda: desk.changes.reword(desk.by(KIM), proposal.id, 1, proposal.changes, ""),
    ):
        with pytest.raises(NotAllowed, match="Ask Dana or Lee"):
            await deed()
    assert (await desk.changes.withdraw(desk.by(PRIYA), proposal.id)).proposal.state == "withdrawn"


async def test_what_has_ended_stays_so() -> None:
    desk = await Desk().begin(DANA)
    proposal = await desk.propose(PRIYA)
    await desk.approve(DANA, proposal)
    with pytest.raises(UserFacing, match="Proposal 1 was adopted as version 2 already"):
        await desk.changes.withdraw(desk.by(PRIYA), proposal.id)
    with pytest.raises(UserFacing, match="adopted as version 2 already"):
        await desk.approve(DANA, proposal)


async def test_the_same_event_again_changes_nothing() -> None:
    desk = await Desk().begin(DANA, LEE, rule=ApprovalRule(who="all"))
    first = await desk.propose(PRIYA, key="k1")
    assert await desk.propose(PRIYA, key="k1") == first
    await desk.approve(DANA, first, key="k2")
    await desk.approve(DANA, first, key="k2")
    history = await desk.reading.history(W, first.id)
    assert [entry.deed for entry in history] == ["proposed", "approved"]
    done = await desk.approve(LEE, first, key="k3")
    again = await desk.approve(LEE, first, key="k3")
    assert (again.charter, again.before) == (done.charter, done.before)
    assert len(desk.told.adoptions) == 1


async def test_what_is_told_of_an_adoption_and_fails_undoes_it() -> None:
    desk = await Desk().begin(DANA)
    proposal = await desk.propose(PRIYA)
    desk.told.fails = True
    with pytest.raises(RuntimeError):
        await desk.approve(DANA, proposal)
    assert (await desk.charter()).version.number == 1
    assert (await desk.reading.look(W, proposal.id)).proposal.approvals == ()


async def test_a_proposal_on_other_lines_is_carried_over_and_one_on_the_same_is_not() -> None:
    desk = await Desk().begin(DANA)
    first, same, other = (
        await desk.propose(PRIYA),
        await desk.propose(KIM, "P1", "Hospitals first."),
        await desk.propose(KIM, "N1", None),
    )
    looked = await desk.reading.look(W, same.id)
    assert looked.competing == ((first, frozenset({"P1"})),)
    await desk.approve(DANA, first)
    with pytest.raises(CannotCarryOver, match="P1 reads otherwise since: “Clinics first"):
        await desk.approve(DANA, same)
    assert (await desk.approve(DANA, other)).charter
    version = (await desk.charter()).version
    assert [line.id for line in version.lines] == ["M1", "P1", "P2"]
    assert version.number == 3


async def test_what_goes_with_no_version_comes_back_to_who_wrote_it() -> None:
    desk = await Desk().begin(DANA)
    old = [await desk.change("P1", "Hospitals first.")]
    await desk.approve(DANA, await desk.propose(PRIYA))
    with pytest.raises(StaleCharter) as stale:
        await desk.changes.propose(desk.by(KIM), desk.charter_id, 1, old, "")
    assert (stale.value.base.number, stale.value.current.number) == (1, 2)
    goal = Change(was=None, now=Wording(kind="mission", text="Another mission."))
    with pytest.raises(InvalidCharter, match="2 mission lines"):
        await desk.changes.propose(desk.by(KIM), desk.charter_id, 2, [goal], "")
    same = [await desk.change("P1", "Clinics first.")]
    with pytest.raises(UserFacing, match="This changes nothing"):
        await desk.changes.propose(desk.by(KIM), desk.charter_id, 2, same, "")


async def test_two_that_approve_at_once_adopt_once() -> None:
    desk = await Desk().begin(DANA, LEE)
    proposal = await desk.propose(PRIYA)
    await desk.approve(DANA, proposal)
    with pytest.raises(UserFacing, match="adopted as version 2 already"):
        await desk.approve(LEE, proposal)
    assert len(await desk.versions()) == 2


async def test_an_owner_who_left_does_not_count() -> None:
    desk = await Desk().begin(DANA, LEE, KIM, rule=ApprovalRule(who="some"))
    proposal = await desk.propose(PRIYA)
    await desk.approve(DANA, proposal)
    await desk.own(LEE, KIM)
    assert (await desk.approve(LEE, proposal)).charter is None
    done = await desk.approve(KIM, proposal)
    assert done.charter
    assert done.charter.version.approved_by == (KIM, LEE)


async def test_owners_and_authors_are_told() -> None:
    desk = await Desk().begin(DANA, LEE)
    desk.gone.add("lee")  # nothing can be said unasked there
    proposal = await desk.propose(PRIYA)
    assert await desk.posts("changes.proposed") == ["with dana"]
    assert await desk.posts("changes.waiting") == ["with dana"]
    waiting = [p for p in desk.storage.data.posts.values() if p.topic == "changes.waiting"]  # type: ignore[union-attr]
    assert waiting[0].not_before == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    await desk.approve(DANA, proposal)
    assert await desk.posts("changes.ended") == ["with priya"]


async def test_a_return_needs_a_comment_and_a_number_names_one() -> None:
    desk = await Desk().begin(DANA)
    proposal = await desk.propose(PRIYA)
    with pytest.raises(UserFacing, match="Say in a sentence"):
        await desk.changes.return_(desk.by(DANA), proposal.id, "  ")
    done = await desk.changes.return_(desk.by(DANA), proposal.id, "Too early.")
    assert (done.proposal.state, done.proposal.comments[0].words) == ("returned", "Too early.")
    with pytest.raises(UserFacing, match="was returned to its author already"):
        await desk.approve(DANA, proposal)
    assert (await desk.reading.numbered(W, 1)).proposal == done.proposal
    for number in (2, 2**40):
        with pytest.raises(NotFound):
            await desk.reading.numbered(W, number)
