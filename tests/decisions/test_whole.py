"""Whatever is done in whatever order, by whomever, across restarts: the record stays whole."""

import asyncio
from datetime import date, timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decisions.exchange import OPERATOR_SIGHT
from bot.decisions.model import Decision, Entry, Outcome, after, faults
from bot.decisions.ports import Wanted
from bot.decisions.writing import Origin
from bot.errors import UserFacing
from bot.events import Conversation, Person
from tests.decisions.desk import LEADS, NOA, PRIYA, PRODUCT, Desk, alone, written
from tests.decisions.samples import DANA, ERIK, link

TEAM = (DANA, ERIK, PRIYA, NOA)
people = st.sampled_from(TEAM)
places = st.sampled_from(["product", "leads", "alone"])
texts = st.text(min_size=0, max_size=12) | st.sampled_from(
    ["x" * 3001, "\u202e\x00\ud7ff", "D1", "'; --", "🩺"]
)
days = st.none() | st.integers(-3, 90).map(lambda n: timedelta(days=n))
steps = st.one_of(
    st.tuples(st.just("record"), people, places, texts, texts, days, st.booleans()),
    st.tuples(st.just("change"), people, places, st.integers(1, 6), texts, texts, days),
    st.tuples(st.just("delegate"), people, places, st.integers(1, 6), people),
    st.tuples(st.just("share"), people, places, st.integers(1, 6)),
    st.tuples(
        st.just("check"),
        people,
        places,
        st.integers(1, 6),
        st.sampled_from(get_args(Outcome)),
        texts,
        days,
    ),
    st.tuples(st.just("supersede"), people, places, st.integers(1, 6), st.integers(1, 6), texts),
    st.tuples(st.just("withdraw"), people, places, st.integers(1, 6), texts),
    st.tuples(st.just("restart")),
    st.tuples(st.just("adopt")),
    st.tuples(st.just("again")),
    st.tuples(st.just("wait"), st.integers(0, 40)),
)


class Team:
    """Plays the steps on one storage; `refused` counts what was not let."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.version = 1
        self.last: Any = None
        self.refused = 0

    async def play(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("restart",):
                self.desk = Desk(
                    storage=self.desk.storage, clock=self.desk.clock, count=self.desk.count
                )
            case ("adopt",):
                self.version += 1
            case ("wait", days):
                self.desk.clock.advance(timedelta(days=days))
            case ("again",):
                if self.last:
                    await self.attempt(*self.last)
            case (deed, person, place, *rest):
                event = self.desk.by(person, self.where(place, person))
                self.last = (deed, event, rest)
                await self.attempt(*self.last)

    async def attempt(self, deed: str, event: Any, rest: list[Any]) -> None:
        try:
            await getattr(self, deed)(event, *rest)
        except UserFacing:
            self.refused += 1

    def where(self, place: str, person: Person) -> Conversation:
        return {"product": PRODUCT, "leads": LEADS}.get(place) or alone(person)

    def on(self, days: timedelta | None) -> date | None:
        return None if days is None else self.desk.clock.now().date() + days

    async def record(
        self, event: Any, title: str, choice: str, days: timedelta | None, cites: bool
    ) -> None:
        new = written(title, choice=choice, check_on=self.on(days), lines=(link(),) * cites)
        origin = Origin(charter_id="c1", charter_name="Vitals", version=self.version)
        await self.desk.decisions.record(event, new, origin)

    async def change(
        self, event: Any, number: int, title: str, why: str, days: timedelta | None
    ) -> None:
        new = written(title, check_on=self.on(days))
        await self.desk.decisions.change(event, await self.id(event, number), new, why)

    async def delegate(self, event: Any, number: int, to: Person) -> None:
        await self.desk.decisions.delegate(event, await self.id(event, number), to)

    async def share(self, event: Any, number: int) -> None:
        await self.desk.decisions.share(event, await self.id(event, number))

    async def check(
        self, event: Any, number: int, outcome: Outcome, why: str, days: timedelta | None
    ) -> None:
        found = await self.id(event, number)
        await self.desk.decisions.check(event, found, outcome, why, None, self.on(days))

    async def supersede(self, event: Any, number: int, newer: int, why: str) -> None:
        found = await self.id(event, number)
        await self.desk.decisions.supersede(event, found, f"D{newer}", why)

    async def withdraw(self, event: Any, number: int, why: str) -> None:
        await self.desk.decisions.withdraw(event, await self.id(event, number), why)

    async def id(self, event: Any, number: int) -> str:
        return (await self.desk.decisions.numbered(event, str(number))).id

    async def stored(self) -> list[Decision]:
        """The decisions as they stand."""
        return list(await self.desk.exchange.decisions(self.desk.workspace, OPERATOR_SIGHT))


def check_valid(decision: Decision, all_of_them: dict[str, Decision]) -> None:
    match decision.state:
        case "open":
            assert decision.outcome is None
            assert not decision.superseded_by
        case "closed":
            assert decision.outcome
            assert decision.check_on is None
        case "superseded":
            newer = all_of_them[decision.superseded_by]
            assert newer.private_to in (None, decision.private_to)
            assert newer.id != decision.id
        case "withdrawn":
            assert not decision.superseded_by
    early = [check for check in decision.checks[:-1] if check.outcome != "too_early"]
    assert early == [], "only the last answer is for good"


def newest_of(decision: Decision, all_of_them: dict[str, Decision]) -> Decision:
    seen: set[str] = set()
    while decision.superseded_by:
        assert decision.id not in seen, "each took the other's place"
        seen.add(decision.id)
        decision = all_of_them[decision.superseded_by]
    return decision


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=25))
def test_the_record_stays_whole_and_only_grows(played: list[tuple[Any, ...]]) -> None:
    async def run() -> None:
        team, before = Team(), list[Entry]()
        for step in [("record", DANA, "product", "First", "We do.", None, True), *played]:
            refused = team.refused
            await team.play(step)
            chain = await team.desk.chain()
            assert chain[: len(before)] == before, "history only grows"
            assert len(chain) - len(before) <= 1
            assert team.refused == refused or chain == before, "what is refused leaves nothing"
            before = chain
        assert faults(before) == []
        stored = {each.id: each for each in await team.stored()}
        added_up: dict[str, Decision] = {}
        for entry in before:
            added_up[entry.decision_id] = after(added_up.get(entry.decision_id), entry)
        assert added_up == stored
        assert sorted(d.number for d in stored.values()) == list(range(1, len(stored) + 1))
        for decision in stored.values():
            check_valid(decision, stored)
            newest_of(decision, stored)
            promised = await team.desk.promised(decision.id)
            waits = decision.state == "open" and decision.check_on is not None
            assert (promised is not None) == waits

    asyncio.run(run())


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=15), people, places)
def test_each_finds_what_they_may_see_and_nothing_else(
    played: list[tuple[Any, ...]], person: Person, place: str
) -> None:
    async def run() -> None:
        team = Team()
        for step in played:
            await team.play(step)
        event = team.desk.by(person, team.where(place, person))
        found, total = await team.desk.decisions.find(event, Wanted(), limit=99)
        here = event.conversation
        may = [
            decision.number
            for decision in await team.stored()
            if decision.private_to is None
            or decision.private_to == here.id
            or (here.direct and person in decision.knows)
        ]
        assert sorted(each.number for each in found) == may
        assert total == len(may)
        for decision in await team.stored():
            try:
                await team.desk.decisions.numbered(event, decision.name)
                assert decision.number in may
            except UserFacing:
                assert decision.number not in may

    asyncio.run(run())
