"""Use cases of decisions: record, change, check, supersede, withdraw; each adds to the record.

Every deed is one transaction: the chain's head is held, an entry is appended, the decision is
stored as it is after it, and its check-in is promised or taken back with it.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from bot.ask.model import VerdictKind
from bot.decisions.model import (
    EDIT_CHECK_FOR,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Check,
    Confidence,
    Decision,
    Deed,
    Entry,
    LineLink,
    Outcome,
    StillFits,
    after,
    as_json,
)
from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.errors import NotAllowed, NotFound, UserFacing
from bot.events import Event, Frozen, Person
from bot.ports import Clock, Work
from bot.text import clean, one_line


class Written(Frozen):
    """A decision as somebody wrote it down."""

    title: str
    choice: str
    reason: str = ""
    rejected: str = ""
    deciders: tuple[Person, ...] = ()
    lines: tuple[LineLink, ...] = ()
    expected: str = ""
    confidence: Confidence | None = None
    check_on: date | None = None


class Origin(Frozen):
    """Where a decision comes from."""

    charter_id: str
    charter_name: str
    version: int
    link: str = ""
    verdict_id: str = ""
    verdict_kind: VerdictKind | None = None


class CheckIns(Protocol):
    """Promises that somebody is asked; within the deed's own transaction."""

    async def plan(self, tx: DecisionWork, workspace: str, decision: Decision) -> None:
        """Have it asked on `check_on` while the decision is open; never, otherwise."""
        ...


class Owners(Protocol):
    """Who may end what others decided."""

    async def owners(self, workspace: str, charter_id: str) -> Sequence[Person]: ...


class DecisionService:
    """Each method is one transaction; the same event again changes nothing."""

    def __init__(
        self, *, work: Work[DecisionWork], check_ins: CheckIns, owners: Owners, clock: Clock
    ) -> None:
        self._work = work
        self._check_ins = check_ins
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
            raise NotFound(f"{one_line(name)} is no decision. They are called D1, D2 and so on.")
        async with self._work(event.workspace) as tx:
            return await self._visible(tx, event, await tx.decisions.numbered(int(digits)))

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
            return found, await tx.decisions.count(wanted, sight)

    # Deeds

    async def record(self, event: Event, written: Written, origin: Origin) -> Decision:
        """A new decision. Raises UserFacing for what is missing or too long."""
        check_written(written, today=self._clock.now().date())
        place = event.conversation
        async with self._work(event.workspace) as tx:
            if done := await self._done(tx, event):
                return done
            head = await tx.decisions.head()
            fields: dict[str, Any] = {
                "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{event.workspace}/{event.key}").hex,
                "number": await tx.decisions.highest() + 1,
                "recorded_by": event.person,
                "recorded_at": self._clock.now(),
                "conversation_id": place.id,
                "private_to": place.id if place.private else None,
                **{name: getattr(origin, name) for name in Origin.model_fields},
                **_fields(written, event.person),
            }
            decision = await self._append(tx, event, None, head, "recorded", fields)
            await self._check_ins.plan(tx, event.workspace, decision)
            return decision

    async def change(self, event: Event, decision_id: str, written: Written, why: str) -> Decision:
        """Other words for an open decision; those before stay in the record."""
        check_written(written, today=self._clock.now().date())
        return await self._deed(event, decision_id, "changed", why, _fields(written, event.person))

    async def delegate(self, event: Event, decision_id: str, to: Person) -> Decision:
        """From now on `to` is asked how it went."""
        return await self._deed(event, decision_id, "delegated", "", {"delegate": to})

    async def supersede(self, event: Event, decision_id: str, by: str, why: str) -> Decision:
        """Another decision takes its place. Raises UserFacing where that one cannot."""
        newer = await self.numbered(event, by)
        if newer.id == decision_id:
            raise UserFacing("A decision cannot take its own place. Name the newer one.")
        if newer.state in ("superseded", "withdrawn"):
            raise UserFacing(f"{newer.name} does not hold any more itself. Name one that does.")
        return await self._deed(
            event,
            decision_id,
            "superseded",
            why,
            {"state": "superseded", "superseded_by": newer.id},
        )

    async def withdraw(self, event: Event, decision_id: str, why: str) -> Decision:
        """It does not hold any more."""
        if not why.strip():
            raise UserFacing("Say in a sentence why it is withdrawn; it stays in the record.")
        return await self._deed(event, decision_id, "withdrawn", why, {"state": "withdrawn"})

    async def share(self, event: Event, decision_id: str) -> tuple[Decision, bool]:
        """Note that it was shared here; False when it was before."""
        decision = await self.get(event, decision_id)
        here = event.conversation.id
        if here in decision.shared_in:
            return decision, False
        shared = {"shared_in": (*decision.shared_in, here)}
        return await self._deed(event, decision_id, "shared", "", shared, open_only=False), True

    async def check(
        self,
        event: Event,
        decision_id: str,
        outcome: Outcome,
        why: str,
        still_fits: StillFits | None,
        next_on: date | None,
    ) -> Decision:
        """How it turned out. "Too early" needs the day to ask again; everything else closes it.
        Within a week, whoever answered may answer otherwise."""
        now = self._clock.now()
        if outcome == "too_early" and (next_on is None or next_on <= now.date()):
            raise UserFacing("Say when I should ask again: a day after today.")
        async with self._work(event.workspace) as tx:
            if done := await self._done(tx, event):
                return done
            # Held before the decision is read, so that nobody answers in between.
            head = await tx.decisions.head()
            decision = await self._visible(tx, event, await tx.decisions.get(decision_id))
            kept = self._earlier_checks(decision, event.person, now)
            await self._must_decide(event, decision)
            check = Check(
                outcome=outcome,
                why=clean(why).strip()[:LONGEST_TEXT],
                still_fits=still_fits,
                by=event.person,
                at=now,
            )
            changes: dict[str, Any] = {
                "checks": (*kept, check),
                "state": "open" if outcome == "too_early" else "closed",
                "check_on": next_on if outcome == "too_early" else None,
            }
            decision = await self._append(tx, event, decision, head, "checked", changes, why)
            await self._check_ins.plan(tx, event.workspace, decision)
            return decision

    # Behind them

    async def _deed(
        self,
        event: Event,
        decision_id: str,
        deed: Deed,
        why: str,
        changes: Mapping[str, Any],
        *,
        open_only: bool = True,
    ) -> Decision:
        async with self._work(event.workspace) as tx:
            if done := await self._done(tx, event):
                return done
            head = await tx.decisions.head()
            decision = await self._visible(tx, event, await tx.decisions.get(decision_id))
            if open_only:
                await self._must_decide(event, decision)
                if decision.state != "open":
                    raise UserFacing(f"{decision.name} is {decision.state} already.")
            decision = await self._append(tx, event, decision, head, deed, changes, why)
            await self._check_ins.plan(tx, event.workspace, decision)
            return decision

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
            changes=as_json(changes),
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
        people = [*decision.deciders, decision.recorded_by]
        people += [decision.delegate] if decision.delegate else []
        owners = await self._owners.owners(event.workspace, decision.charter_id)
        if event.person.id not in {person.id for person in (*people, *owners)}:
            names = " or ".join(dict.fromkeys(person.name for person in decision.deciders))
            raise NotAllowed(f"{decision.name} is for {names} to say. Ask them.")

    def _earlier_checks(
        self, decision: Decision, person: Person, now: datetime
    ) -> tuple[Check, ...]:
        """The checks that stay beside a new one. Raises UserFacing where none may be given."""
        if decision.state == "open":
            return decision.checks
        last = decision.checks[-1] if decision.checks else None
        if decision.state != "closed" or last is None:
            raise UserFacing(
                f"{decision.name} is {decision.state}; it is not asked about any more."
            )
        if last.by.id != person.id or now - last.at > EDIT_CHECK_FOR:
            raise UserFacing(
                f"{decision.name} is closed: {last.by.name} answered. "
                "An answer can be changed for a week by who gave it."
            )
        return decision.checks[:-1]


def sight_of(event: Event) -> Sight:
    """Who looks, and from where. A channel's answers may be seen by others, so only a private
    conversation counts as alone; a private channel is private to all who are in it."""
    here = event.conversation
    return Sight(
        conversation_id=here.id,
        person_id=event.person.id,
        alone=here.direct,
    )


def check_written(written: Written, *, today: date) -> None:
    """Raises UserFacing with a sentence for everything that is missing or too long."""
    problems = []
    if not one_line(written.title):
        problems.append("Give the decision a title: what was decided, in a few words.")
    if len(one_line(written.title)) > LONGEST_TITLE:
        problems.append(f"The title is long; {LONGEST_TITLE} characters are enough.")
    if not written.choice.strip():
        problems.append("Write what was chosen.")
    problems += [
        f"What you wrote as {name} is longer than {LONGEST_TEXT} characters."
        for name in ("choice", "reason", "rejected", "expected")
        if len(getattr(written, name)) > LONGEST_TEXT
    ]
    if written.check_on and written.check_on <= today:
        problems.append("The day to check in has to be after today.")
    if problems:
        raise UserFacing("\n".join(problems))


def _fields(written: Written, by: Person) -> dict[str, Any]:
    texts = {name: clean(getattr(written, name)).strip() for name in ("choice", "reason")}
    return {
        **texts,
        "title": one_line(written.title),
        "rejected": clean(written.rejected).strip(),
        "expected": one_line(written.expected),
        "deciders": written.deciders or (by,),
        "lines": written.lines,
        "confidence": written.confidence,
        "check_on": written.check_on,
    }
