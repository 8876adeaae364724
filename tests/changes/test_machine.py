"""Any order of proposals, other words, approvals, returns, withdrawals, new owners, other rules,
adoptions that break off, and restarts: versions only grow, none changes afterwards, and none but
the first is there without the approvals that it took. The book beside it is kept by what was done,
not by what the service says. Planted faults show that it would notice."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.changes import service as service_module
from bot.changes.model import Change, Proposal, Standing
from bot.changes.service import ChangeService, Done
from bot.charter.model import ApprovalRule, Version
from bot.errors import UserFacing
from bot.events import Event, Person
from tests.changes.desk import DANA, EVERYBODY, KIM, LEE, Desk, W

PEOPLE = st.sampled_from(EVERYBODY)
OWNERS = st.lists(st.sampled_from((DANA, LEE, KIM)), min_size=1, max_size=3, unique=True)
TWO = ApprovalRule(who="some", number=2)
RULES = st.sampled_from((ApprovalRule(), ApprovalRule(who="all"), TWO))
LINE_IDS = st.sampled_from(("P1", "P2", "N1", ""))
TEXTS = st.one_of(st.none(), st.sampled_from(("Clinics.", "Doctors.", "Nurses.", "Insurers.")))
MOST_OPEN = 2
"""At once, so that several things are done to the same one."""
SELDOM = st.integers(0, 4).map(lambda number: number == 4)
QUICK = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Book:
    """What counts, written down from what people did."""

    def __init__(self) -> None:
        self.owners: list[Person] = [DANA, LEE, KIM]
        self.rule = TWO
        self.approved: dict[str, set[str]] = {}
        """By proposal, who approved the words that it has now."""
        self.author: dict[str, str] = {}
        """By proposal, who worded it last."""

    def suffices(self, proposal_id: str) -> bool:
        """Whether enough owners approved it, by the product's own words."""
        owners = {person.id for person in self.owners}
        author = self.author[proposal_id]
        others = owners - {author}
        counting = others or owners
        given = len(self.approved[proposal_id] & counting)
        if self.rule.who == "all":
            return given == len(counting)
        wanted = 1 if self.rule.who == "one" else self.rule.number
        return given >= min(wanted, len(counting))


class Machine(RuleBasedStateMachine):
    service: type[ChangeService] = ChangeService  # type: ignore[type-arg]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.desk = Desk(service=self.service)
        self.wait(self.desk.begin(DANA, LEE, KIM, rule=TWO))
        self.book = Book()
        self.seen: dict[int, Version] = {}
        self.adopted: set[str] = set()
        self.proposals: list[str] = []

    def wait(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.loop.close()

    # What people do

    @precondition(lambda self: len(self.open()) < MOST_OPEN)
    @rule(person=PEOPLE, line_id=LINE_IDS, text=TEXTS, at_once=st.booleans())
    def propose(self, person: Person, line_id: str, text: str | None, at_once: bool) -> None:
        if not line_id and not text:
            return
        charter = self.wait(self.desk.charter())
        change = self.changed(line_id, text)
        if change is None:
            return
        doing = self.desk.changes.propose(
            self.desk.by(person),
            charter.id,
            charter.version.number,
            [change],
            "",
            adopt_if_alone=at_once,
        )
        done = self.tried(doing)
        if done:
            id_ = done.proposal.id
            self.proposals.append(id_)
            self.book.author[id_] = person.id
            self.book.approved[id_] = {person.id} if done.charter else set()
            self.note(done)

    @precondition(lambda self: self.proposals)
    @rule(person=PEOPLE, data=st.data(), text=TEXTS)
    def reword(self, person: Person, data: st.DataObject, text: str | None) -> None:
        proposal = self.one(data)
        change = self.changed(proposal.changes[0].line_id, text)
        if change is None:
            return
        charter = self.wait(self.desk.charter())
        doing = self.desk.changes.reword(
            self.desk.by(person), proposal.id, charter.version.number, [change], ""
        )
        if self.tried(doing):
            self.book.author[proposal.id] = person.id
            self.book.approved[proposal.id] = set()

    @precondition(lambda self: self.proposals)
    @rule(person=PEOPLE, data=st.data(), breaks=SELDOM, twice=SELDOM)
    def approve(self, person: Person, data: st.DataObject, breaks: bool, twice: bool) -> None:
        proposal = self.one(data)
        event = self.desk.by(person)
        self.desk.told.fails = breaks
        done = None
        try:
            done = self.tried(self.desk.changes.approve(event, proposal.id, proposal.edition))
        except RuntimeError:  # the adoption broke off, and the process with it
            self.desk.restart()
        finally:
            self.desk.told.fails = False
        if done:
            self.book.approved[proposal.id].add(person.id)
            self.note(done)
        if twice:  # the platform delivers it again, to another process
            self.desk.restart()
            again = self.tried(self.desk.changes.approve(event, proposal.id, proposal.edition))
            if again:
                self.book.approved[proposal.id].add(person.id)
                self.note(again)

    @precondition(lambda self: self.proposals)
    @rule(person=PEOPLE, data=st.data(), returned=st.booleans())
    def end(self, person: Person, data: st.DataObject, returned: bool) -> None:
        event, id_ = self.desk.by(person), self.one(data).id
        changes = self.desk.changes
        self.tried(
            changes.return_(event, id_, "Why?") if returned else changes.withdraw(event, id_)
        )

    @rule(owners=OWNERS, by=RULES)
    def other_owners(self, owners: list[Person], by: ApprovalRule) -> None:
        self.wait(self.desk.own(*owners, rule=by))
        self.book.owners, self.book.rule = owners, by

    @rule()
    def restart(self) -> None:
        self.desk.restart()

    # What must hold

    @invariant()
    def versions_only_grow_and_each_was_proposed_and_told(self) -> None:
        versions = {v.number: v for v in self.wait(self.desk.versions())}
        assert sorted(versions) == list(range(1, len(versions) + 1))
        for number, version in self.seen.items():
            assert versions[number] == version, "a version was changed"
        self.seen = versions
        assert self.wait(self.desk.charter()).version.number == max(versions)
        later = list(range(2, len(versions) + 1))
        told = [after.version.number for _, after, *_ in self.desk.told.adoptions]
        assert sorted(told) == later, "a version was adopted and not told, or told twice"
        ended = [p for p in map(self.proposal, self.proposals) if p.state == "adopted"]
        assert sorted(p.adopted_as or 0 for p in ended) == later
        assert {p.id for p in ended} == self.adopted

    @invariant()
    def histories_have_no_gaps(self) -> None:
        for id_ in self.proposals:
            history = self.wait(self.desk.reading.history(W, id_))
            assert [entry.number for entry in history] == list(range(1, len(history) + 1))

    # Behind them

    def note(self, done: Done) -> None:
        """The proposal was adopted: it must have had its approvals at that moment."""
        id_ = done.proposal.id
        if done.charter is None or id_ in self.adopted:
            return
        assert self.book.suffices(id_), "adopted without its approvals"
        self.adopted.add(id_)

    def tried(self, doing: Coroutine[Any, Any, Done]) -> Done | None:
        try:
            done: Done = self.wait(doing)
        except UserFacing:
            return None
        return done

    def changed(self, line_id: str, text: str | None) -> Change | None:
        charter = self.wait(self.desk.charter())
        there = line_id in {line.id for line in charter.version.lines}
        if line_id and not there:
            return None
        if not line_id and not text:
            return None
        change: Change = self.wait(self.desk.change(line_id, text))
        return change

    def one(self, data: st.DataObject) -> Proposal:
        return self.proposal(data.draw(st.sampled_from(self.open() or self.proposals)))

    def open(self) -> list[str]:
        return [id_ for id_ in self.proposals if self.proposal(id_).state == "open"]

    def proposal(self, id_: str) -> Proposal:
        proposal: Proposal = self.wait(self.desk.reading.look(W, id_)).proposal
        return proposal


TestMachine = Machine.TestCase
TestMachine.settings = QUICK


# Its power: each fault is one that a careless change could make


class ForgetsThatItWasWordedAnew(ChangeService):  # type: ignore[type-arg]
    async def reword(
        self, event: Event, proposal_id: str, base: int, changes: Sequence[Change], reason: str
    ) -> Done:
        async with self._work(event.workspace) as tx:
            before = await tx.proposals.get(proposal_id)
        done = await super().reword(event, proposal_id, base, changes, reason)
        kept = done.proposal.model_copy(update={"approvals": before.approvals})
        async with self._work(event.workspace) as tx:
            history = await tx.proposals.history(proposal_id)
            entry = history[-1].model_copy(update={"number": len(history) + 1, "key": "x"})
            await tx.proposals.put(kept, entry)
        return Done(proposal=kept)


class SwallowsWhatBroke(ChangeService):  # type: ignore[type-arg]
    async def _adopted(self, *args: Any) -> Done:
        try:
            return await super()._adopted(*args)
        except RuntimeError:
            return Done(proposal=args[2])  # swallowed: half of it is stored


def _standing(fault: str) -> Any:
    def faulty(proposal: Proposal, owners: Sequence[Person], rule: ApprovalRule) -> Standing:
        approved = {person.id for person in proposal.approvals}
        counted = tuple(person for person in owners if person.id in approved)
        needed = {"one": 1, "all": len(owners), "some": min(rule.number, len(owners))}[rule.who]
        if fault == "author counts":
            return Standing(counted=counted, needed=needed, may_approve=tuple(owners))
        others = tuple(o for o in owners if o.id != proposal.worded_by.id) or tuple(owners)
        counted = tuple(proposal.approvals) if fault == "anybody counts" else counted
        needed = 1 if fault == "one is enough" else min(needed, len(others))
        may = EVERYBODY if fault == "anybody counts" else others
        return Standing(counted=counted, needed=needed, may_approve=may)

    return faulty


async def _anybody(*_: object) -> None:
    """Nobody is refused."""


@pytest.mark.parametrize("fault", ["author counts", "anybody counts", "one is enough"])
def test_a_wrong_count_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.changes.steps.standing", _standing(fault))
    if fault == "anybody counts":
        monkeypatch.setattr(service_module, "must_own", _anybody)
    _must_fail(Machine, "adopted without its approvals")


@pytest.mark.parametrize(
    ("service", "noticed"),
    [
        (ForgetsThatItWasWordedAnew, "adopted without its approvals"),
        (SwallowsWhatBroke, "a version was adopted and not told"),
    ],
)
def test_a_careless_service_is_noticed(service: type[ChangeService], noticed: str) -> None:  # type: ignore[type-arg]
    _must_fail(type("Careless", (Machine,), {"service": service}), noticed)


def _must_fail(machine: type[Machine], noticed: str) -> None:
    often = settings(
        QUICK,
        max_examples=500,
        phases=[Phase.generate],
        derandomize=True,
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError, match=noticed):
        run_state_machine_as_test(machine, settings=often)
