"""Decisions in and out as a whole: the record word for word, or decisions from elsewhere."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence

from pydantic import ValidationError

from bot.decisions.check_in import asked, schedules
from bot.decisions.model import Decision, Entry, after, changes_of, faults
from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.decisions.reading import CHUNK, newest
from bot.decisions.service import HoursOf
from bot.decisions.writing import Origin, Written, fields_of
from bot.errors import UserFacing
from bot.events import Frozen, Person
from bot.ports import Clock, Work

OPERATOR_SIGHT = Sight(conversation_id="", person_id="", alone=False, everything=True)
"""Whoever runs the program has the database, and sees what is in it."""


class Verified(Frozen):
    """What came of looking for changes behind the bot's back."""

    entries: int
    """How many there are."""
    seal: str
    """The last one's; empty where there is none."""
    faults: tuple[str, ...]
    """A sentence for everything that was changed."""


class ExchangeService:
    """What the command line and downloads use."""

    def __init__(self, *, work: Work[DecisionWork], hours_of: HoursOf, clock: Clock) -> None:
        self._work = work
        self._hours_of = hours_of
        self._clock = clock

    async def decisions(self, workspace: str, sight: Sight) -> Sequence[Decision]:
        """All that may be seen, the oldest first."""
        found = await newest(self._work, workspace, Wanted(), sight)
        return sorted(found, key=lambda each: each.number)

    async def record(self, workspace: str) -> AsyncIterator[Entry]:
        """The whole chain, in order."""
        last = 0
        while True:
            async with self._work(workspace) as tx:
                entries = await tx.decisions.entries(last, CHUNK)
            for entry in entries:
                yield entry
            if len(entries) < CHUNK:
                return
            last = entries[-1].number

    async def verify(self, workspace: str) -> Verified:
        """Whether the chain is as the bot wrote it, and the decisions are what it adds up to."""
        entries: list[Entry] = []
        try:
            entries += [entry async for entry in self.record(workspace)]
            found = [f"Entry {fault.entry}: {fault.what}." for fault in faults(entries)]
            found = found or await self._not_recorded(workspace, entries)
        except ValidationError:
            number = await self._unreadable(workspace)
            found = [f"Entry {number}: it cannot be read, nor was what follows it checked."]
        seal = entries[-1].hash if entries else ""
        return Verified(entries=len(entries), seal=seal, faults=tuple(found))

    async def take_over(self, workspace: str, entries: Sequence[Entry]) -> int:
        """Store a record that was exported, into a workspace that has none, and promise its
        check-ins; how many entries. Raises UserFacing where the record was changed, or where
        there is one already."""
        decisions = await asyncio.to_thread(_added_up, entries)
        waiting = [each for each in decisions if each.check_days]
        people = {asked(each)[0].id: asked(each)[0] for each in waiting}
        hours = {key: await self._hours_of(workspace, who) for key, who in people.items()}
        now = self._clock.now()
        promised = await asyncio.to_thread(
            lambda: [s for each in waiting for s in schedules(each, hours[asked(each)[0].id], now)]
        )
        async with self._work(workspace) as tx:
            if await tx.decisions.head():
                raise UserFacing(
                    "There are decisions here already. A record is taken over into an empty "
                    "database only, so that its chain stays whole."
                )
            await tx.decisions.begin_with(entries, decisions)
            await tx.outbox.schedule_new(promised)
        return len(entries)

    async def _not_recorded(self, workspace: str, entries: Sequence[Entry]) -> list[str]:
        """What decisions say that their entries do not."""
        added_up: dict[str, Decision] = {}
        for entry in entries:
            try:
                added_up[entry.decision_id] = after(added_up.get(entry.decision_id), entry)
            except ValidationError:
                return [f"Entry {entry.number}: it does not make a decision."]
        try:
            stored = await self.decisions(workspace, OPERATOR_SIGHT)
        except ValidationError:
            return ["A decision cannot be read as it is stored; its record can."]
        lost = sorted({each.number for each in added_up.values()} - {d.number for d in stored})
        wrong = [each.name for each in stored if added_up.get(each.id) != each]
        return [
            *(f"{name}: it is not what its record adds up to." for name in wrong),
            *(f"D{number}: it is in the record alone." for number in lost),
        ]

    async def _unreadable(self, workspace: str) -> int:
        """The number of the first entry that cannot be read."""
        last = 0
        while True:
            try:
                async with self._work(workspace) as tx:
                    entries = await tx.decisions.entries(last, 1)
            except ValidationError:
                return last + 1
            if not entries:
                return last
            last = entries[0].number

    async def bring_in(
        self, workspace: str, items: Iterable[tuple[str, Written]], origin: Origin, by: Person
    ) -> int:
        """Decisions from files, each with the name that it is known by; how many were new. The
        same names again change nothing."""
        new = 0
        for name, written in items:
            async with self._work(workspace) as tx:
                key = f"import/{name}"[:255]
                head = await tx.decisions.head()
                if await tx.decisions.entry_of(key):
                    continue
                fields = {
                    "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{workspace}/{key}").hex,
                    "number": await tx.decisions.highest() + 1,
                    "recorded_by": by,
                    "recorded_at": self._clock.now(),
                    "conversation_id": "import",
                    **{part: getattr(origin, part) for part in Origin.model_fields},
                    **fields_of(written, by),
                }
                entry = Entry(
                    number=head.number + 1 if head else 1,
                    decision_id=fields["id"],
                    deed="imported",
                    by=by,
                    at=self._clock.now(),
                    changes=changes_of(None, fields),
                    key=key,
                    before=head.hash if head else "",
                ).sealed()
                await tx.decisions.add(entry, after(None, entry))
                new += 1
        return new


def _added_up(entries: Sequence[Entry]) -> list[Decision]:
    """The decisions that a record makes. Raises UserFacing where it was changed or makes none."""
    if found := faults(entries):
        raise UserFacing(
            f"This record was changed: entry {found[0].entry}, {found[0].what}. "
            "Nothing was taken over."
        )
    known: dict[str, Decision] = {}
    for entry in entries:
        try:
            decision = after(known.get(entry.decision_id), entry)
        except ValidationError:
            raise _does_not_add_up(entry) from None
        if decision.id != entry.decision_id:
            raise _does_not_add_up(entry)
        known[decision.id] = decision
    if len({decision.number for decision in known.values()}) != len(known):
        raise UserFacing("Two decisions of this record have one number. Nothing was taken over.")
    return list(known.values())


def _does_not_add_up(entry: Entry) -> UserFacing:
    return UserFacing(
        f"Entry {entry.number} of this record does not make a decision. Nothing was taken over."
    )
