"""Whatever is done in whatever order, by whomever, at once and across restarts: the record stays
whole and only grows, on every database. And it is noticed where it would not."""

import asyncio
import itertools
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from bot.decisions import service
from bot.decisions.model import MOST_CHECK_INS, Decision, Entry, Outcome
from bot.decisions.ports import Wanted
from bot.errors import UserFacing
from bot.events import Person
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.decisions.desk import NOA, PRIYA, Desk
from tests.decisions.samples import DANA, ERIK
from tests.decisions.team import Deed, Team
from tests.fake_storage import FakeDecisions, FakeStorage

# Those who may, and what is there, more often than the others.
people = st.sampled_from((DANA, DANA, ERIK, PRIYA, NOA))
places = st.sampled_from(["product", "product", "leads", "alone"])
numbers = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5])
which = st.sampled_from([0, 0, 0, 1, 1, 2, 3])
texts = st.sampled_from(["We do.", "No.", "", "x" * 3001, "\u202e\x00\ud7ff", "'; --", "🩺"])
days = st.lists(st.integers(1, 60), max_size=MOST_CHECK_INS) | st.lists(
    st.integers(-3, 90), max_size=MOST_CHECK_INS + 1
)


def deeds(name: str, *what: st.SearchStrategy[Any]) -> st.SearchStrategy[Deed]:
    return st.builds(Deed, st.just(name), people, places, st.tuples(*what))


outcomes = st.sampled_from(get_args(Outcome))
records = deeds("record", texts, texts, days, st.booleans())
answers = deeds("check", numbers, which, outcomes, texts, st.integers(0, 40))
others = st.one_of(
    deeds("change", numbers, texts, texts, days),
    deeds("delegate", numbers, people),
    deeds("share", numbers),
    deeds("supersede", numbers, numbers, texts),
    deeds("withdraw", numbers, texts),
)
FIRST = Deed("record", DANA, "product", ("First", "We do.", (5, 12, 30), True))
fresh = itertools.count()
"""Each example has a workspace of its own, so that they can share a database."""


class Machine(RuleBasedStateMachine):
    """Plays on the storage that `opened` gives; `url` is the database's address, if it has one."""

    opened: Callable[[], FakeStorage | Storage] = FakeStorage
    loop: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.team = Team(Desk(storage=type(self).opened(), workspace=f"w{next(fresh)}"))
        self.run(self.team.play(FIRST))

    def run(self, doing: Any) -> None:
        self.loop.run(doing)

    @rule(deed=records)
    def record(self, deed: Deed) -> None:
        self.run(self.team.play(deed))

    @rule(deed=answers)
    def answer(self, deed: Deed) -> None:
        self.run(self.team.play(deed))

    @rule(deed=others)
    def do_something_else(self, deed: Deed) -> None:
        self.run(self.team.play(deed))

    @rule(several=st.lists(answers | others | records, min_size=2, max_size=3))
    def do_several_at_once(self, several: list[Deed]) -> None:
        self.run(self.team.play(*several))

    @rule()
    def get_the_same_event_again(self) -> None:
        self.run(self.team.again())

    @rule(hours=st.integers(1, 24 * 40))
    def wait(self, hours: int) -> None:
        self.team.desk.clock.advance(timedelta(hours=hours))

    @rule()
    def adopt_a_charter(self) -> None:
        self.team.version += 1

    @precondition(lambda self: self.team.desk.count < 200)
    @rule()
    def restart(self) -> None:
        old = self.team.desk
        storage = old.storage
        if isinstance(storage, Storage):
            self.run(storage.close())
            storage = type(self).opened()
        self.team.desk = Desk(
            storage=storage, clock=old.clock, workspace=old.workspace, count=old.count
        )
        self.run(self.team.must_hold(most=0))

    def teardown(self) -> None:
        storage = self.team.desk.storage
        elsewhere = Desk(storage=storage, workspace=f"w{next(fresh)}")
        self.run(self.team.must_come_whole_elsewhere(elsewhere))
        if isinstance(storage, Storage):
            self.run(storage.close())


def play(
    opened: Callable[[], FakeStorage | Storage], examples: int, steps: int, **how: Any
) -> None:
    """The machine, so many times with so many steps."""
    with asyncio.Runner() as runner:
        here = {"opened": staticmethod(opened), "loop": runner}
        run_state_machine_as_test(
            type("Here", (Machine,), here),
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                **how,
            ),
        )


def test_the_record_stays_whole_in_memory() -> None:
    play(FakeStorage, examples=40, steps=25)


def test_the_record_stays_whole_on_a_database(database_url: str) -> None:
    play(lambda: Storage(open_engine(database_url)), examples=8, steps=25)


# Faults that must be found


def skip_the_hash(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Entry, "sealed", lambda self: self)


def forget_the_entry_before(patch: pytest.MonkeyPatch) -> None:
    honest = Entry.sealed

    def sealed(self: Entry) -> Entry:
        later = self.deed == "delegated"
        return honest(self.model_copy(update={"before": ""}) if later else self)

    patch.setattr(Entry, "sealed", sealed)


def change_without_an_entry(patch: pytest.MonkeyPatch) -> None:
    honest = FakeDecisions.add

    async def add(self: FakeDecisions, entry: Entry, decision: Decision) -> None:
        if entry.deed == "withdrawn":
            self._data.decisions[self._workspace, decision.id] = decision
        else:
            await honest(self, entry, decision)

    patch.setattr(FakeDecisions, "add", add)


def write_over_an_entry(patch: pytest.MonkeyPatch) -> None:
    honest = FakeDecisions.add

    async def add(self: FakeDecisions, entry: Entry, decision: Decision) -> None:
        await honest(self, entry, decision)
        if entry.deed == "shared":
            first = self._data.entries[self._workspace, 1]
            anew = first.model_copy(update={"why": "So it was always."}).sealed()
            self._data.entries[self._workspace, 1] = anew

    patch.setattr(FakeDecisions, "add", add)


def accept_a_check_in_twice(patch: pytest.MonkeyPatch) -> None:
    honest = service.answerable

    def answerable(decision: Decision, number: int, *rest: Any) -> Any:
        return honest(decision, max(number, decision.answered), *rest)

    patch.setattr(service, "answerable", answerable)


def handle_an_event_twice(patch: pytest.MonkeyPatch) -> None:
    async def entry_of(self: FakeDecisions, key: str) -> None:
        return None

    patch.setattr(FakeDecisions, "entry_of", entry_of)


def forget_to_promise_what_was_handed_over(patch: pytest.MonkeyPatch) -> None:
    honest = service.plan

    async def plan(outbox: Any, decision: Decision, *rest: Any) -> None:
        if decision.delegate is None:
            await honest(outbox, decision, *rest)

    patch.setattr(service, "plan", plan)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (skip_the_hash, "the chain is whole"),
        (forget_the_entry_before, "the chain is whole"),
        (change_without_an_entry, "a decision is what its entries add up to"),
        (write_over_an_entry, "history only grows"),
        (accept_a_check_in_twice, "answered only once"),
        (handle_an_event_twice, "what is refused leaves nothing"),
        (forget_to_promise_what_was_handed_over, "asked when it says so"),
    ],
)
def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError) as raised:
        play(FakeStorage, 400, 25, phases=[Phase.generate], database=None, derandomize=True)
    # Hypothesis says which steps it took, around what was wrong then.
    assert found in "".join(traceback.format_exception(raised.value))


# Who sees what


@settings(max_examples=60, deadline=None)
@given(st.lists(records | answers | others, max_size=15), people, places)
def test_each_finds_what_they_may_see_and_nothing_else(
    played: list[Deed], person: Person, place: str
) -> None:
    async def run() -> None:
        team = Team()
        for deed in played:
            await team.play(deed)
        event = team.desk.by(person, team.where(place, person))
        found, total = await team.desk.decisions.find(event, Wanted(), limit=99)
        here = event.conversation
        stored = list((await team.decisions()).values())
        may = [
            decision.number
            for decision in stored
            if decision.private_to is None
            or decision.private_to == here.id
            or (here.direct and person in decision.knows)
        ]
        assert sorted(each.number for each in found) == may
        assert total == len(may)
        for decision in stored:
            try:
                await team.desk.decisions.numbered(event, decision.name)
                assert decision.number in may
            except UserFacing:
                assert decision.number not in may

    asyncio.run(run())
