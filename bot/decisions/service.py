"""Use cases of decisions: record, change, check, supersede, withdraw; each adds to the record.

Every deed is one transaction: the chain's head is held, an entry is appended, the decision is
stored as it is after it, and its check-in is promised or taken back with it.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from bot.decisions.answering import after_answer, answerable, ended
from bot.decisions.check_in import asked, plan
from bot.decisions.model import (
    HIGHEST_NUMBER,
    LONGEST_TEXT,
    Check,
    Decision,
    Deed,
    Entry,
    Outcome,
    State,
    StillFits,
    after,
    changes_of,
)
from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.decisions.writing import Origin, Written, check_written, fields_of
from bot.errors import NotAllowed, NotFound, UserFacing
from bot.events import Event, Person
from bot.ports import Clock, Work
from bot.recurrence.model import Hours, zone_named
from bot.text import clean, one_line, shorten


class Owners(Protocol):
    """Who may end what others decided."""

    async def owners(self, workspace: str, charter_id: str) -> Sequence[Person]: ...


HoursOf = Callable[[str, Person], Awaitable[Hours]]
"""When somebody of the workspace works."""
Must = Callable[[DecisionWork, Decision], Awaitable[None]]
"""Raises UserFacing where something may not be done to a decision."""


class DecisionService:
    """Each method is one transaction; the same event again changes nothing."""

    def __init__(
        self, *, work: Work[DecisionWork], hours_of: HoursOf, owners: Owners, clock: Clock
    ) -> None:
        self._work = work
        self._hours_of = hours_of
        self._owners = owners
        self._clock = clock

    # Reading

    async def get(self, event: Event, decision_id: str) -> Decision:
        """The decision. Raises NotFound where the person may not see it."""
        async with self._work(event.workspace) as tx:
            return await self._visible(tx, event, await tx.decisions.get(decision_id))

    async def numbered(self, event: Event, name: str) -> Decision:
        """The decision that people call so ("D12", "12"). Raises NotFound."""
        digits = name.strip().lstrip("dD#")
        if not digits.isdecimal():
            named = shorten(one_line(name), 40)
            raise NotFound(f"“{named}” is no decision. They are called D1, D2 and so on.")
        # Two digits more than the highest has say enough, and no database minds them.
        number = int(digits[: len(str(HIGHEST_NUMBER)) + 2])
        async with self._work(event.workspace) as tx:
            there = await tx.decisions.numbered(number) if number <= HIGHEST_NUMBER else None
            return await self._visible(tx, event, there)

    async def history(self, event: Event, decision_id: str) -> Sequence[Entry]:
        """Everything that was done to it, oldest first. Raises NotFound."""
        async with self._work(event.workspace) as tx:
            await self._visible(tx, event, await tx.decisions.get(decision_id))
            return await tx.decisions.history(decision_id)

    async def find(
        self, event: Event, wanted: Wanted, *, limit: int, offset: int = 0
    ) -> tuple[Sequence[Decision], int]:
        """A page of those that the person may see here, and how many there are in all."""
        async with self._work(event.workspace) as tx:
            sight = sight_of(event)
            found = await tx.decisions.find(wanted, sight, limit=limit, offset=offset)
            if len(found) < limit and (found or not offset):
                return found, offset + len(found)  # the last page tells by itself
            return found, await tx.decisions.count(wanted, sight)

    async def first(self, event: Event, wanted: Wanted, *, limit: int) -> Sequence[Decision]:
        """The first of those that the person may see here."""
        async with self._work(event.workspace) as tx:
            return await tx.decisions.find(wanted, sight_of(event), limit=limit)

    # Deeds

    async def record(self, event: Event, written: Written, origin: Origin) -> Decision:
        """A new decision. Raises UserFacing for what is missing or too long."""
        check_written(written, today=await self.today(event))
        place = event.conversation
        hours = await self._hours_of(event.workspace, (*written.deciders, event.person)[0])
        async with self._work(event.workspace) as tx:
            head = await tx.decisions.head()
            if done := await self._done(tx, event):
                return done
            fields: dict[str, Any] = {
                "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{event.workspace}/{event.key}").hex,
                "number": await tx.decisions.highest() + 1,
                "recorded_by": event.person,
                "recorded_at": self._clock.now(),
                "conversation_id": place.id,
                "private_to": place.id if place.private else None,
                **{name: getattr(origin, name) for name in Origin.model_fields},
                **fields_of(written, event.person),
            }
            decision = await self._append(tx, event, None, head, "recorded", fields)
            await plan(tx.outbox, decision, hours, self._clock.now())
            return decision

    async def change(self, event: Event, decision_id: str, written: Written, why: str) -> Decision:
        """Other words for an open decision; those before stay in the record."""
        before = await self.get(event, decision_id)
        # A day that has come meanwhile stays as it is, and nobody has to move it.
        check_written(written, today=await self.today(event), kept=before.check_days)
        changes = fields_of(written, event.person)
        return await self._deed(event, decision_id, "changed", why, changes)

    async def delegate(self, event: Event, decision_id: str, to: Person) -> Decision:
        """From now on `to` is asked how it went: where its day has come, from tomorrow on."""
        decision, today = await self.get(event, decision_id), await self.today(event)
        changes: dict[str, Any] = {"delegate": to}
        if decision.check_on and decision.check_on <= today:
            changes["check_on"] = today + timedelta(days=1)
        return await self._deed(event, decision_id, "delegated", "", changes)

    async def supersede(self, event: Event, decision_id: str, by: str, why: str) -> Decision:
        """Another decision takes its place, also of one that was checked. Raises UserFacing where
        that one cannot."""
        newer = await self.numbered(event, by)

        async def must_take_its_place(tx: DecisionWork, older: Decision) -> None:
            there = await tx.decisions.get(newer.id)
            _must_follow(older, there or newer)

        return await self._deed(
            event,
            decision_id,
            "superseded",
            why,
            {"state": "superseded", "superseded_by": newer.id, "check_on": None},
            of=("open", "closed"),
            must=must_take_its_place,
        )

    async def withdraw(self, event: Event, decision_id: str, why: str) -> Decision:
        """It does not hold any more."""
        if not clean(why).strip():
            raise UserFacing("Say in a sentence why it is withdrawn; it stays in the record.")
        changes = {"state": "withdrawn", "check_on": None}
        return await self._deed(event, decision_id, "withdrawn", why, changes)

    async def share(self, event: Event, decision_id: str) -> tuple[Decision, bool]:
        """Note that it was shared here; False when it was before, by another click."""
        decision = await self.get(event, decision_id)
        here = event.conversation.id
        if here in decision.shared_in:
            async with self._work(event.workspace) as tx:
                return decision, await tx.decisions.entry_of(event.key) is not None
        shared = {"shared_in": (*decision.shared_in, here)}
        return await self._deed(event, decision_id, "shared", "", shared, of=None), True

    async def check(
        self,
        event: Event,
        decision_id: str,
        outcome: Outcome,
        why: str,
        still_fits: StillFits | None,
        next_on: date | None,
        *,
        number: int = 0,
    ) -> Decision:
        """The answer to a check-in; `number` counts from 0 those that were answered before it.
        "Too early" needs the day to ask again; "reversed" and the last one's answer close it.
        Within a week, whoever answered may answer otherwise."""
        now, today = self._clock.now(), await self.today(event)
        if outcome == "too_early" and (next_on is None or next_on <= today):
            raise UserFacing("Say when I should ask again: a day after today.")
        hours = await self._hours_for(event, decision_id)
        async with self._work(event.workspace) as tx:
            # Held before the decision is read, so that nobody answers in between.
            head = await tx.decisions.head()
            if done := await self._done(tx, event):
                return done
            decision = await self._visible(tx, event, await tx.decisions.get(decision_id))
            kept, coming = answerable(decision, number, event.person, now)
            check = Check(
                outcome=outcome,
                why=clean(why).strip()[:LONGEST_TEXT],
                still_fits=still_fits,
                by=event.person,
                at=now,
            )
            changes: dict[str, Any] = {
                "checks": (*kept, check),
                **after_answer(outcome, coming, today=today, next_on=next_on),
            }
            decision = await self._append(tx, event, decision, head, "checked", changes, why)
            await plan(tx.outbox, decision, hours, self._clock.now())
            return decision

    async def today(self, event: Event) -> date:
        """The day that it is where the person lives."""
        hours = await self._hours_of(event.workspace, event.person)
        return self._clock.now().astimezone(zone_named(hours.zone)).date()

    # Behind them

    async def _deed(
        self,
        event: Event,
        decision_id: str,
        deed: Deed,
        why: str,
        changes: Mapping[str, Any],
        *,
        of: Sequence[State] | None = ("open",),
        must: Must | None = None,
    ) -> Decision:
        """What is done to a decision in one of the states `of`; None: in any, by anybody. `must`
        raises where it may not be done."""
        hours = await self._hours_for(event, decision_id, changes, anybody=of is None)
        async with self._work(event.workspace) as tx:
            # Held first: the same event, handled twice at once, waits here for the other.
            head = await tx.decisions.head()
            if done := await self._done(tx, event):
                return done
            decision = await self._visible(tx, event, await tx.decisions.get(decision_id))
            if of and decision.state not in of:
                raise UserFacing(ended(decision))
            if must:
                await must(tx, decision)
            decision = await self._append(tx, event, decision, head, deed, changes, why)
            await plan(tx.outbox, decision, hours, self._clock.now())
            return decision

    async def _hours_for(
        self,
        event: Event,
        decision_id: str,
        changes: Mapping[str, Any] | None = None,
        *,
        anybody: bool = False,
    ) -> Hours:
        """When whoever is asked about it works. Before the deed's transaction, as others are
        asked; raises NotAllowed unless it is for the person to say, or for `anybody`."""
        decision = await self.get(event, decision_id)
        if not anybody:
            await self._must_decide(event, decision)
        people = {k: v for k, v in (changes or {}).items() if k in ("delegate", "deciders")}
        person = asked(decision.model_copy(update=people))[0]
        return await self._hours_of(event.workspace, person)

    async def _append(
        self,
        tx: DecisionWork,
        event: Event,
        decision: Decision | None,
        head: Entry | None,
        deed: Deed,
        changes: Mapping[str, Any],
        why: str = "",
    ) -> Decision:
        entry = Entry(
            number=head.number + 1 if head else 1,
            decision_id=decision.id if decision else changes["id"],
            deed=deed,
            by=event.person,
            at=self._clock.now(),
            why=clean(why).strip()[:LONGEST_TEXT],
            changes=changes_of(decision, changes),
            key=event.key,
            before=head.hash if head else "",
        ).sealed()
        changed = after(decision, entry)
        await tx.decisions.add(entry, changed)
        return changed

    async def _done(self, tx: DecisionWork, event: Event) -> Decision | None:
        entry = await tx.decisions.entry_of(event.key)
        return await tx.decisions.get(entry.decision_id) if entry else None

    async def _visible(self, tx: DecisionWork, event: Event, decision: Decision | None) -> Decision:
        sight = sight_of(event)
        if decision is None or not decision.may_be_seen(
            sight.conversation_id, sight.person_id, alone=sight.alone
        ):
            raise NotFound("There is no such decision here. `/mission decisions` lists them.")
        return decision

    async def _must_decide(self, event: Event, decision: Decision) -> None:
        owners = await self._owners.owners(event.workspace, decision.charter_id)
        if event.person.id not in {person.id for person in (*decision.knows, *owners)}:
            names = " or ".join(dict.fromkeys(person.name for person in decision.deciders))
            raise NotAllowed(f"{decision.name} is for {names} to say. Ask them.")


def sight_of(event: Event) -> Sight:
    """Who looks, and from where. A channel's answers may be seen by others, so only a private
    conversation counts as alone; a private channel is private to all who are in it."""
    here = event.conversation
    return Sight(
        conversation_id=here.id,
        person_id=event.person.id,
        alone=here.direct,
    )


def _must_follow(older: Decision, newer: Decision) -> None:
    if newer.id == older.id:
        raise UserFacing("A decision cannot take its own place. Name the newer one.")
    if newer.state in ("superseded", "withdrawn"):
        raise UserFacing(f"{ended(newer)} Name one that holds.")
    if newer.private_to not in (None, older.private_to):
        raise UserFacing(
            f"{newer.name} was recorded in a private conversation, and {older.name} is known "
            "outside of it. Name one that everybody may see who sees "
            f"{older.name}."
        )
