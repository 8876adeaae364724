"""The unit of work in memory: the same promises as `storage`, kept honest by the contract tests."""

import asyncio
import dataclasses
import hashlib
import uuid
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.ask.model import Call, Cap, Precedent, Tokens, Usage, Verdict
from bot.cards import Card
from bot.charter.model import Charter, Role, Version
from bot.decisions.model import Decision, Entry
from bot.decisions.ports import Sight, Wanted
from bot.delivery.inbox import Accepted, EventId
from bot.delivery.model import Post, Schedule
from bot.delivery.transcript import Said
from bot.events import Event, Person
from bot.reminders.model import Reminder
from bot.settings.model import PersonSettings, Wishes


@dataclass(frozen=True)
class Stored:
    """An event in the inbox; `accepted` is None once it is finished."""

    accepted: Accepted | None
    lease_until: datetime | None
    finished_at: datetime | None = None


@dataclass
class Data:
    """Everything that is stored; every key begins with the workspace."""

    charters: dict[tuple[str, str], Charter] = field(default_factory=dict)
    versions: dict[tuple[str, str, int], Version] = field(default_factory=dict)
    bindings: dict[tuple[str, str], str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    roles: dict[tuple[str, str, str], tuple[Person, Role]] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    calls: dict[tuple[str, str, str], Call] = field(default_factory=dict)
    opinions: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    spending: dict[tuple[str, str], tuple[str, Tokens]] = field(default_factory=dict)
    hints: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    inbox: dict[tuple[str, str, str], Stored] = field(default_factory=dict)
    transcript: dict[tuple[str, str], Said] = field(default_factory=dict)
    vectors: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    schedules: dict[tuple[str, str], Schedule] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)
    person_settings: dict[tuple[str, str], PersonSettings] = field(default_factory=dict)
    team_settings: dict[str, Wishes] = field(default_factory=dict)
    reminders: dict[tuple[str, str], Reminder] = field(default_factory=dict)
    decisions: dict[tuple[str, str], Decision] = field(default_factory=dict)
    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)

    def copy(self) -> "Data":
        """As it is now; what the dicts hold is immutable."""
        return Data(**{f.name: dict(getattr(self, f.name)) for f in dataclasses.fields(self)})


class FakeStorage:
    """Opens units of work on data in memory, one at a time."""

    def __init__(self) -> None:
        self.data = Data()
        self.recovery = FakeRecovery(self)
        self.vectors = FakeVectors(self)
        self._turn = asyncio.Lock()
        self._inside: asyncio.Task[object] | None = None

    @asynccontextmanager
    async def __call__(self, workspace: str, /) -> AsyncIterator["FakeUnitOfWork"]:
        if self._inside is asyncio.current_task():
            raise RuntimeError("a transaction was opened inside a transaction")
        async with self._turn:
            self._inside, before = asyncio.current_task(), self.data.copy()
            try:
                yield FakeUnitOfWork(self.data, workspace)
            except BaseException:
                self.data = before
                raise
            finally:
                self._inside = None

    async def ping(self) -> None:
        """It always answers."""

    async def close(self) -> None:
        """Nothing to close."""


class FakeUnitOfWork:
    def __init__(self, data: Data, workspace: str) -> None:
        self.charters = FakeCharters(data, workspace)
        self.bindings = FakeBindings(data, workspace)
        self.roles = FakeRoles(data, workspace)
        self.verdicts = FakeVerdicts(data, workspace)
        self.calls = FakeCalls(data, workspace)
        self.opinions = FakeOpinions(data, workspace)
        self.spending = FakeSpending(data, workspace)
        self.hints = FakeHints(data, workspace)
        self.inbox = FakeInbox(data, workspace)
        self.transcript = FakeTranscript(data, workspace)
        self.outbox = FakeOutbox(data, workspace)
        self.time_settings = FakeTimeSettings(data, workspace)
        self.reminders = FakeReminders(data, workspace)
        self.decisions = FakeDecisions(data, workspace)


class _Fake:
    def __init__(self, data: Data, workspace: str) -> None:
        self._data = data
        self._workspace = workspace

    def _must_have_charter(self, charter_id: str) -> None:
        if (self._workspace, charter_id) not in self._data.charters:
            raise LookupError("no such charter in this workspace")

    def _must_have_verdict(self, verdict_id: str) -> None:
        if (self._workspace, verdict_id) not in self._data.verdicts:
            raise LookupError("no such verdict in this workspace")


class FakeCharters(_Fake):
    async def get(self, charter_id: str) -> Charter | None:
        return self._data.charters.get((self._workspace, charter_id))

    async def named(self, name: str) -> Charter | None:
        wanted = name.casefold()
        return next((c for c in await self.all() if c.name.casefold() == wanted), None)

    async def all(self) -> Sequence[Charter]:
        own = [c for (w, _), c in self._data.charters.items() if w == self._workspace]
        return sorted(own, key=lambda charter: charter.name.casefold())

    async def add(self, charter: Charter) -> bool:
        if await self.get(charter.id) or await self.named(charter.name):
            return False
        self._store(charter)
        return True

    async def adopt(self, charter: Charter, expected: int) -> bool:
        there = await self.get(charter.id)
        if there is None or there.version.number != expected:
            return False
        self._store(charter)
        return True

    async def versions(self, charter_id: str) -> Sequence[Version]:
        own = [
            v
            for (w, c, _), v in self._data.versions.items()
            if (w, c) == (self._workspace, charter_id)
        ]
        return sorted(own, key=lambda version: -version.number)

    def _store(self, charter: Charter) -> None:
        self._data.charters[self._workspace, charter.id] = charter
        number = charter.version.number
        self._data.versions[self._workspace, charter.id, number] = charter.version


class FakeBindings(_Fake):
    async def charters_of(self, conversation_ids: Collection[str]) -> Mapping[str, str]:
        bound = {c: self._data.bindings.get((self._workspace, c)) for c in conversation_ids}
        return {c: charter_id for c, charter_id in bound.items() if charter_id}

    async def bind(self, conversation_id: str, charter_id: str) -> None:
        self._must_have_charter(charter_id)
        self._data.bindings[self._workspace, conversation_id] = charter_id

    async def default(self) -> str | None:
        return self._data.defaults.get(self._workspace)

    async def set_default(self, charter_id: str) -> None:
        self._must_have_charter(charter_id)
        self._data.defaults[self._workspace] = charter_id


class FakeRoles(_Fake):
    async def of(self, charter_id: str, person_id: str) -> Role:
        found = self._data.roles.get((self._workspace, charter_id, person_id))
        return found[1] if found else "member"

    async def holders(self, charter_id: str, role: Role) -> Sequence[Person]:
        people = [
            person
            for (w, c, _), (person, has) in self._data.roles.items()
            if (w, c, has) == (self._workspace, charter_id, role)
        ]
        return sorted(people, key=lambda person: (person.name.casefold(), person.id))

    async def grant(self, charter_id: str, person: Person, role: Role) -> None:
        self._must_have_charter(charter_id)
        self._data.roles[self._workspace, charter_id, person.id] = person, role


class FakeVerdicts(_Fake):
    async def add(self, verdict: Verdict) -> bool:
        if await self.get(verdict.id):
            return False
        await self.put(verdict)
        return True

    async def put(self, verdict: Verdict) -> None:
        self._data.verdicts[self._workspace, verdict.id] = verdict

    async def get(self, verdict_id: str) -> Verdict | None:
        return self._data.verdicts.get((self._workspace, verdict_id))

    async def same(
        self, charter_id: str, version: int, words: str, seen_from: str
    ) -> Verdict | None:
        return self._newest(
            v
            for v in self._own()
            if (v.charter_id, v.version, v.words) == (charter_id, version, words)
            and v.may_be_seen_from(seen_from)
        )

    async def last_in_thread(self, conversation_id: str, thread: str) -> Verdict | None:
        return self._newest(
            v for v in self._own() if (v.conversation_id, v.thread) == (conversation_id, thread)
        )

    async def recent(self, person_id: str, seen_from: str, limit: int) -> Sequence[Verdict]:
        found = [
            v
            for v in self._own()
            if v.may_be_seen_from(seen_from)
            and (v.asked_by.id == person_id or v.asked_in_public or v.shared_in)
        ]
        return sorted(found, key=lambda v: (v.asked_at, v.id), reverse=True)[:limit]

    async def unclear(
        self, charter_id: str, since: datetime, seen_from: str, least: int, limit: int
    ) -> Sequence[tuple[str, int]]:
        asked: dict[str, list[str]] = {}
        for v in self._own():
            matches = v.kind == "unclear" and v.charter_id == charter_id and not v.context
            seen = v.may_be_seen_from(seen_from) and (v.asked_in_public or v.shared_in)
            if matches and seen and v.asked_at >= since:
                asked.setdefault(v.words, []).append(v.question)
        often = [(words, min(all_), len(all_)) for words, all_ in asked.items()]
        often.sort(key=lambda each: (-each[2], hashlib.sha256(each[0].encode()).hexdigest()))
        return [(question, times) for _, question, times in often if times >= least][:limit]

    def _own(self) -> list[Verdict]:
        return [v for (w, _), v in self._data.verdicts.items() if w == self._workspace]

    def _newest(self, verdicts: Iterable[Verdict]) -> Verdict | None:
        return max(verdicts, key=lambda v: (v.asked_at, v.id), default=None)


class FakeCalls(_Fake):
    async def put(self, call: Call) -> None:
        self._must_have_verdict(call.verdict_id)
        self._data.calls[self._workspace, call.verdict_id, call.by.id] = call

    async def on(self, verdict_id: str) -> Sequence[Call]:
        own = [c for c in self._own() if c.verdict_id == verdict_id]
        return sorted(own, key=lambda call: (call.at, call.by.id))

    async def precedents(self, charter_id: str, seen_from: str, limit: int) -> Sequence[Precedent]:
        found = []
        for call in self._own():
            verdict = self._data.verdicts[self._workspace, call.verdict_id]
            counts = call.weight != "objection" and verdict.charter_id == charter_id
            if counts and verdict.may_be_seen_from(seen_from):
                found.append(_precedent(call, verdict))
        found.sort(key=lambda p: p.by.id)
        found.sort(key=lambda p: (p.at, p.verdict_id), reverse=True)
        return found[:limit]

    def _own(self) -> list[Call]:
        return [c for (w, _, _), c in self._data.calls.items() if w == self._workspace]


def _precedent(call: Call, verdict: Verdict) -> Precedent:
    return Precedent(
        verdict_id=verdict.id,
        question=verdict.asked,
        kind=call.kind,
        by=call.by,
        at=call.at,
        reason=call.reason,
        override=call.weight == "override",
        version=verdict.version,
    )


class FakeOpinions(_Fake):
    async def put(self, verdict_id: str, person_id: str, useful: bool) -> None:
        self._must_have_verdict(verdict_id)
        self._data.opinions[self._workspace, verdict_id, person_id] = useful

    async def of(self, verdict_id: str) -> tuple[int, int]:
        said = [
            useful
            for (w, v, _), useful in self._data.opinions.items()
            if (w, v) == (self._workspace, verdict_id)
        ]
        return said.count(True), said.count(False)


class FakeSpending(_Fake):
    async def of(self, month: str) -> Usage:
        spent = [
            tokens
            for (w, _), (m, tokens) in self._data.spending.items()
            if (w, m) == (self._workspace, month)
        ]
        return Usage(
            calls=len(spent),
            tokens=sum(t.prompt + t.completion for t in spent),
            cost=sum(t.cost for t in spent),
        )

    async def reserve(self, month: str, most: Tokens, cap: Cap) -> str | None:
        if not cap.allows(await self.of(month), most):
            return None
        entry_id = uuid.uuid4().hex
        self._data.spending[self._workspace, entry_id] = month, most
        return entry_id

    async def settle(self, entry_id: str, tokens: Tokens) -> None:
        there = self._data.spending.get((self._workspace, entry_id))
        if there:
            self._data.spending[self._workspace, entry_id] = there[0], tokens


class FakeHints(_Fake):
    async def due(self, person_id: str, hint: str, at: datetime, every: timedelta) -> bool:
        shown = self._data.hints.get((self._workspace, person_id, hint))
        if shown is not None and shown > at - every:
            return False
        self._data.hints[self._workspace, person_id, hint] = at
        return True


class FakeInbox(_Fake):
    async def add(self, channel: str, event: Event, lease_until: datetime) -> bool:
        if event.workspace != self._workspace:
            raise ValueError("an event is stored in its own workspace")
        key = (self._workspace, channel, event.key)
        if key in self._data.inbox:
            return False
        accepted = Accepted(channel=channel, event=event, tries=1)
        self._data.inbox[key] = Stored(accepted, lease_until)
        return True

    async def finish(self, channel: str, key: str, at: datetime) -> None:
        there = self._data.inbox.get((self._workspace, channel, key))
        if there and there.finished_at is None:
            self._data.inbox[self._workspace, channel, key] = Stored(None, None, at)


class FakeTranscript(_Fake):
    async def add(self, said: Said) -> bool:
        if any(said.id == there.id or said.key == there.key for there in self._own()):
            return False
        self._data.transcript[self._workspace, said.id] = said
        return True

    async def change(self, message_id: str, card: Card, at: datetime) -> Said | None:
        there = await self.get(message_id)
        if there is None:
            return None
        changed = there.model_copy(update={"card": card, "changed_at": at})
        self._data.transcript[self._workspace, message_id] = changed
        return changed

    async def get(self, message_id: str) -> Said | None:
        return self._data.transcript.get((self._workspace, message_id))

    async def latest(self, conversation_id: str, person_id: str, limit: int) -> Sequence[Said]:
        seen = [
            said
            for said in self._own()
            if said.conversation_id == conversation_id and said.only_for in (None, person_id)
        ]
        return seen[-limit:]

    def _own(self) -> list[Said]:
        return [said for (w, _), said in self._data.transcript.items() if w == self._workspace]


class FakeRecovery:
    """Over all workspaces."""

    def __init__(self, storage: FakeStorage) -> None:
        self._storage = storage

    async def add_all(self, accepted: Sequence[Accepted], lease_until: datetime) -> Sequence[bool]:
        new = []
        async with self._storage(""):
            inbox = self._storage.data.inbox
            for each in accepted:
                new.append(each.id not in inbox)
                inbox.setdefault(each.id, Stored(each, lease_until))
        return new

    async def finish_all(self, done: Sequence[EventId], at: datetime) -> None:
        async with self._storage(""):
            for id_ in done:
                await FakeInbox(self._storage.data, id_.workspace).finish(id_.channel, id_.key, at)

    async def lease_unfinished(
        self, now: datetime, lease_until: datetime, limit: int
    ) -> Sequence[Accepted]:
        inbox = self._storage.data.inbox
        free = [
            (key, stored.accepted)
            for key, stored in inbox.items()
            if stored.accepted and (stored.lease_until is None or stored.lease_until <= now)
        ]
        taken = []
        for key, accepted in free[:limit]:
            again = accepted.model_copy(update={"tries": accepted.tries + 1})
            inbox[key] = Stored(again, lease_until)
            taken.append(again)
        return taken

    async def release_all(self) -> None:
        for key, stored in self._storage.data.inbox.items():
            if stored.accepted:
                self._storage.data.inbox[key] = Stored(stored.accepted, None)

    async def forget_before(self, at: datetime) -> int:
        inbox = self._storage.data.inbox
        old = [
            key for key, stored in inbox.items() if stored.finished_at and stored.finished_at < at
        ]
        for key in old:
            del inbox[key]
        return len(old)


class FakeVectors:
    def __init__(self, storage: FakeStorage) -> None:
        self._storage = storage

    async def get(self, workspace: str, model: str, digests: Sequence[str]) -> Mapping[str, bytes]:
        there = self._storage.data.vectors
        keys = {digest: (workspace, model, digest) for digest in digests}
        return {digest: there[key] for digest, key in keys.items() if key in there}

    async def put(self, workspace: str, model: str, vectors: Mapping[str, bytes]) -> None:
        for digest, data in vectors.items():
            self._storage.data.vectors.setdefault((workspace, model, digest), data)


class FakeOutbox(_Fake):
    """Keeps what was promised; nothing is ever sent from here."""

    async def schedule(self, schedule: Schedule) -> None:
        there = await self.scheduled(schedule.id)
        changes: dict[str, object] = {"rev": there.rev + 1 if there else schedule.rev}
        if schedule.paused:
            changes["due_at"] = None
        key = (self._workspace, schedule.id)
        self._data.schedules[key] = schedule.model_copy(update=changes)

    async def unschedule(self, schedule_id: str) -> None:
        self._data.schedules.pop((self._workspace, schedule_id), None)

    async def scheduled(self, schedule_id: str) -> Schedule | None:
        return self._data.schedules.get((self._workspace, schedule_id))

    async def post(self, post: Post) -> bool:
        if (self._workspace, post.key) in self._data.posts:
            return False
        self._data.posts[self._workspace, post.key] = post
        return True

    async def withdraw(self, key: str) -> bool:
        return self._data.posts.pop((self._workspace, key), None) is not None


class FakeTimeSettings(_Fake):
    async def of(self, person_id: str) -> PersonSettings:
        nothing = PersonSettings(person_id=person_id)
        return self._data.person_settings.get((self._workspace, person_id), nothing)

    async def of_all(self, person_ids: Sequence[str]) -> Mapping[str, PersonSettings]:
        there = self._data.person_settings
        return {i: there[self._workspace, i] for i in person_ids if (self._workspace, i) in there}

    async def put(self, settings: PersonSettings) -> None:
        self._data.person_settings[self._workspace, settings.person_id] = settings

    async def team(self) -> Wishes:
        return self._data.team_settings.get(self._workspace, Wishes())

    async def put_team(self, wishes: Wishes) -> None:
        self._data.team_settings[self._workspace] = wishes


class FakeReminders(_Fake):
    async def add(self, reminder: Reminder) -> bool:
        if await self.get(reminder.id):
            return False
        await self.put(reminder)
        return True

    async def put(self, reminder: Reminder) -> None:
        self._data.reminders[self._workspace, reminder.id] = reminder

    async def get(self, reminder_id: str) -> Reminder | None:
        return self._data.reminders.get((self._workspace, reminder_id))

    async def remove(self, reminder_id: str) -> None:
        self._data.reminders.pop((self._workspace, reminder_id), None)

    async def of(self, person_id: str) -> Sequence[Reminder]:
        return [r for r in self._own() if r.by.id == person_id and r.state in ("on", "paused")]

    async def in_conversation(self, conversation_id: str) -> Sequence[Reminder]:
        return [
            r
            for r in self._own()
            if r.conversation.id == conversation_id and r.state in ("on", "paused")
        ]

    async def all_on(self) -> Sequence[Reminder]:
        return [r for r in self._own() if r.state == "on"]

    async def forget(self, before: datetime) -> int:
        old = [r.id for r in self._own() if r.state in ("draft", "over") and r.changed_at < before]
        for reminder_id in old:
            await self.remove(reminder_id)
        return len(old)

    def _own(self) -> list[Reminder]:
        own = [r for (w, _), r in self._data.reminders.items() if w == self._workspace]
        return sorted(own, key=lambda r: (r.made_at, r.id))


class FakeDecisions(_Fake):
    async def head(self) -> Entry | None:
        chain = self._chain()
        return chain[-1] if chain else None

    async def add(self, entry: Entry, decision: Decision) -> None:
        if entry.number != len(self._chain()) + 1:
            raise ValueError("an entry goes to the end of the chain")
        self._data.entries[self._workspace, entry.number] = entry
        self._data.decisions[self._workspace, decision.id] = decision

    async def begin_with(self, entries: Sequence[Entry], decisions: Sequence[Decision]) -> None:
        if self._chain():
            raise ValueError("there is a record already")
        for entry in entries:
            self._data.entries[self._workspace, entry.number] = entry
        for decision in decisions:
            self._data.decisions[self._workspace, decision.id] = decision

    async def entry_of(self, key: str) -> Entry | None:
        return next((entry for entry in self._chain() if entry.key == key), None)

    async def get(self, decision_id: str) -> Decision | None:
        return self._data.decisions.get((self._workspace, decision_id))

    async def numbered(self, number: int) -> Decision | None:
        return next((d for d in self._own() if d.number == number), None)

    async def highest(self) -> int:
        return max((d.number for d in self._own()), default=0)

    async def history(self, decision_id: str) -> Sequence[Entry]:
        return [entry for entry in self._chain() if entry.decision_id == decision_id]

    async def find(
        self, wanted: Wanted, sight: Sight, *, limit: int, offset: int = 0
    ) -> Sequence[Decision]:
        found = [d for d in self._own() if _is_wanted(d, wanted) and _is_seen(d, sight)]
        found.sort(key=lambda d: -d.number)
        if wanted.due_by:
            found.sort(key=lambda d: d.check_on or date.max)
        return found[offset : offset + limit]

    async def count(self, wanted: Wanted, sight: Sight) -> int:
        return len(await self.find(wanted, sight, limit=len(self._data.decisions)))

    async def entries(self, after: int, limit: int) -> Sequence[Entry]:
        return [entry for entry in self._chain() if entry.number > after][:limit]

    def _chain(self) -> list[Entry]:
        own = [entry for (w, _), entry in self._data.entries.items() if w == self._workspace]
        return sorted(own, key=lambda entry: entry.number)

    def _own(self) -> list[Decision]:
        return [d for (w, _), d in self._data.decisions.items() if w == self._workspace]


def _is_seen(decision: Decision, sight: Sight) -> bool:
    return sight.everything or decision.may_be_seen(
        sight.conversation_id, sight.person_id, alone=sight.alone
    )


def _is_wanted(decision: Decision, wanted: Wanted) -> bool:
    words = f"{decision.name}\n{decision.words}".casefold()
    is_open = decision.state == "open"
    return all(
        (
            wanted.state is None or is_open == (wanted.state == "open"),
            wanted.due_by is None
            or (is_open and decision.check_on is not None and decision.check_on <= wanted.due_by),
            not wanted.family or decision.charter_id in wanted.family,
            not wanted.charter_id or decision.charter_id == wanted.charter_id,
            not wanted.person_id or wanted.person_id in {p.id for p in decision.knows},
            not wanted.line or wanted.line in {link.ref for link in decision.lines},
            all(word in words for word in wanted.text.replace("\x00", "").casefold().split()),
        )
    )
