"""A team that does whatever one can do to decisions, in any order and at once, and looks after
each step whether the record and the decisions are still what they must be."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.decisions.exchange import OPERATOR_SIGHT
from bot.decisions.model import EDIT_CHECK_FOR, Decision, Entry, Outcome, after, faults
from bot.decisions.writing import Origin
from bot.errors import UserFacing
from bot.events import ButtonClick, Conversation, Person
from tests.decisions.desk import LEADS, PRODUCT, Desk, alone, written
from tests.decisions.samples import link

Days = Sequence[int]
"""Days from today, also past ones."""


@dataclass
class Deed:
    """Something that somebody tries to do."""

    name: str
    by: Person
    place: str
    what: tuple[Any, ...] = ()


@dataclass
class Team:
    """Plays deeds on one workspace; `chain` is the record as it was seen last."""

    desk: Desk = field(default_factory=Desk)
    version: int = 1
    chain: list[Entry] = field(default_factory=list)
    last: tuple[Deed, ButtonClick] | None = None
    done: int = 0
    refused: int = 0

    async def play(self, *deeds: Deed) -> None:
        """All of them at once; then everything must hold."""
        events = [self.desk.by(deed.by, self.where(deed.place, deed.by)) for deed in deeds]
        pairs = list(zip(deeds, events, strict=True))
        self.last = pairs[-1]
        before = await self.decisions()
        accepted = await asyncio.gather(*(self._attempt(*pair) for pair in pairs))
        if len(deeds) == 1 and deeds[0].name == "check" and accepted[0]:
            await self._must_be_an_answer(deeds[0], before)
        await self.must_hold(most=sum(accepted))

    async def again(self) -> None:
        """The same event as before comes once more; it changes nothing."""
        if self.last:
            await self._attempt(*self.last)
            await self.must_hold(most=0)

    async def decisions(self) -> dict[str, Decision]:
        """As they stand."""
        found = await self.desk.exchange.decisions(self.desk.workspace, OPERATOR_SIGHT)
        return {each.id: each for each in found}

    def where(self, place: str, person: Person) -> Conversation:
        return {"product": PRODUCT, "leads": LEADS}.get(place) or alone(person)

    # What must hold

    async def must_hold(self, most: int) -> None:
        """The record only grew, by what was done; decisions and check-ins are what it says."""
        chain = await self.desk.chain()
        assert chain[: len(self.chain)] == self.chain, "history only grows"
        assert len(chain) - len(self.chain) <= most, "what is refused leaves nothing"
        assert faults(chain) == [], "the chain is whole"
        self.chain = chain
        stored, added_up = await self.decisions(), dict[str, Decision]()
        for entry in chain:
            added_up[entry.decision_id] = after(added_up.get(entry.decision_id), entry)
        assert stored == added_up, "a decision is what its entries add up to"
        assert sorted(d.number for d in stored.values()) == list(range(1, len(stored) + 1))
        for decision in stored.values():
            must_be_valid(decision, stored)
            promised = await self.desk.promised_days(decision.id)
            assert promised == list(decision.check_days), "asked when it says so"

    async def must_come_whole_elsewhere(self, elsewhere: Desk) -> None:
        """An exported record makes the same there."""
        verified = await self.desk.exchange.verify(self.desk.workspace)
        assert (verified.faults, verified.entries) == ((), len(self.chain))
        await elsewhere.exchange.take_over(elsewhere.workspace, self.chain)
        assert await elsewhere.chain() == self.chain
        found = await elsewhere.exchange.decisions(elsewhere.workspace, OPERATOR_SIGHT)
        assert {each.id: each for each in found} == await self.decisions()
        for each in found:
            assert await elsewhere.promised_days(each.id) == list(each.check_days)

    async def _must_be_an_answer(self, deed: Deed, before: dict[str, Decision]) -> None:
        """It was to the check-in that the decision waited for, or in place of one's own."""
        number, which, outcome, _, next_in = deed.what
        older = next(each for each in before.values() if each.number == number)
        newer = (await self.decisions())[older.id]
        if newer == older:
            return
        if which == older.answered and older.state == "open":
            assert newer.checks[:-1] == older.checks, "answers before it stay"
        else:
            last, now = older.checks[-1], self.desk.clock.now()
            own = last.by.id == deed.by.id and now - last.at <= EDIT_CHECK_FOR
            in_its_place = newer.checks[:-1] == older.checks[:-1]
            rightly = (which == older.answered - 1, own, in_its_place)
            assert rightly == (True, True, True), "answered only once"
        assert newer.checks[-1].outcome == outcome
        today = self.desk.clock.now().date()
        named = {today + timedelta(days=next_in)} if outcome == "too_early" else set()
        known = {*older.check_days, *older.later_checks}
        assert set(newer.check_days) <= known | named, "nobody is asked on another day"
        assert all(day > today for day in newer.check_days)
        assert named <= set(newer.check_days), "asked again when they said"
        assert (outcome == "reversed") <= (newer.state == "closed")

    # Deeds

    async def _attempt(self, deed: Deed, event: ButtonClick) -> bool:
        try:
            await getattr(self, deed.name)(event, *deed.what)
        except UserFacing:
            self.refused += 1
            return False
        self.done += 1
        return True

    def on(self, days: Days) -> tuple[date, ...]:
        today = self.desk.clock.now().date()
        return tuple(sorted({today + timedelta(days=each) for each in days}))

    async def record(self, event: Any, title: str, choice: str, days: Days, cites: bool) -> None:
        new = written(title, choice=choice, check_days=self.on(days), lines=(link(),) * cites)
        origin = Origin(charter_id="c1", charter_name="Vitals", version=self.version)
        await self.desk.decisions.record(event, new, origin)

    async def change(self, event: Any, number: int, title: str, why: str, days: Days) -> None:
        new = written(title, check_days=self.on(days))
        await self.desk.decisions.change(event, await self.id(event, number), new, why)

    async def delegate(self, event: Any, number: int, to: Person) -> None:
        await self.desk.decisions.delegate(event, await self.id(event, number), to)

    async def share(self, event: Any, number: int) -> None:
        await self.desk.decisions.share(event, await self.id(event, number))

    async def check(
        self, event: Any, number: int, which: int, outcome: Outcome, why: str, next_in: int
    ) -> None:
        next_on = self.desk.clock.now().date() + timedelta(days=next_in)
        await self.desk.decisions.check(
            event, await self.id(event, number), outcome, why, None, next_on, number=which
        )

    async def supersede(self, event: Any, number: int, newer: int, why: str) -> None:
        found = await self.id(event, number)
        await self.desk.decisions.supersede(event, found, f"D{newer}", why)

    async def withdraw(self, event: Any, number: int, why: str) -> None:
        await self.desk.decisions.withdraw(event, await self.id(event, number), why)

    async def id(self, event: Any, number: int) -> str:
        return (await self.desk.decisions.numbered(event, str(number))).id


def must_be_valid(decision: Decision, all_of_them: dict[str, Decision]) -> None:
    """Its parts agree with the state that it is in, and with the others."""
    days = decision.check_days
    assert list(days) == sorted(set(days))
    match decision.state:
        case "open":
            assert decision.outcome is None
            assert not decision.superseded_by
            assert days or decision.check_on is None
        case "closed":
            assert decision.outcome
            assert decision.check_on is None
        case "superseded":
            newer = all_of_them[decision.superseded_by]
            assert newer.private_to in (None, decision.private_to)
        case "withdrawn":
            assert not decision.superseded_by
    seen = {decision.id}
    while decision.superseded_by:
        decision = all_of_them[decision.superseded_by]
        assert decision.id not in seen, "each took the other's place"
        seen.add(decision.id)
