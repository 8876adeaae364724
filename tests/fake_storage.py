"""The unit of work in memory: the same promises as `storage`, kept honest by the contract tests."""

import asyncio
import dataclasses
import hashlib
import uuid
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.announcing.model import Announcement, AnnouncingSettings, Confirmed
from bot.ask.model import Call, Cap, Precedent, Tokens, Usage, Verdict
from bot.cards import Card
from bot.changes.model import Entry as ProposalEntry
from bot.changes.model import Judging, Proposal, Rejudged, State
from bot.charter.model import ApprovalRule, Charter, Role, Version
from bot.check.model import Dismissal, KeptReview
from bot.decisions.model import Decision, Entry
from bot.decisions.ports import Sight, Wanted
from bot.delivery.inbox import Accepted, EventId
from bot.delivery.model import Post, Schedule
from bot.delivery.transcript import Said
from bot.events import Conversation, Event, Person
from bot.exercise.model import Answer as ExerciseAnswer
from bot.exercise.model import Exercise
from bot.pulse.model import Edition, EditionState, Published, Pulse
from bot.pulse.ports import ToDo
from bot.ranking.model import Ranked, Ranking
from bot.reminders.model import Reminder
from bot.settings.model import PersonSettings, Wishes


@dataclass(frozen=True)
class Stored:
    """An event in the inbox; `accepted` is None once it is finished."""

    accepted: Accepted | None
    lease_until: datetime | None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class StoredEdition:
    """An edition, whom it asked, what was published of it, what closing still has to do."""

    edition: Edition
    audience: frozenset[str]
    published: Published | None = None
    to_do: ToDo = ""


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
    exercises: dict[tuple[str, str], Exercise] = field(default_factory=dict)
    exercise_answers: dict[tuple[str, str, str], ExerciseAnswer] = field(default_factory=dict)
    rankings: dict[tuple[str, str], Ranking] = field(default_factory=dict)
    ranked: dict[tuple[str, str, int], Ranked] = field(default_factory=dict)
    decisions: dict[tuple[str, str], Decision] = field(default_factory=dict)
    dismissals: dict[tuple[str, str, str], Dismissal] = field(default_factory=dict)
    reviews: dict[tuple[str, str], KeptReview] = field(default_factory=dict)
    announcements: dict[tuple[str, str], Announcement] = field(default_factory=dict)
    confirmed: dict[tuple[str, str, str], Confirmed] = field(default_factory=dict)
    announcing_settings: dict[tuple[str, str], AnnouncingSettings] = field(default_factory=dict)
    places: dict[tuple[str, str], Conversation] = field(default_factory=dict)
    newcomers: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)
    rules: dict[tuple[str, str], ApprovalRule] = field(default_factory=dict)
    proposals: dict[tuple[str, str], Proposal] = field(default_factory=dict)
    proposal_entries: dict[tuple[str, str, int], ProposalEntry] = field(default_factory=dict)
    judgings: dict[tuple[str, str, int, int], Judging] = field(default_factory=dict)
    rejudged: dict[tuple[str, str, int, int, str], Rejudged] = field(default_factory=dict)

    pulses: dict[tuple[str, str], Pulse] = field(default_factory=dict)
    editions: dict[tuple[str, str], StoredEdition] = field(default_factory=dict)
    ballots: dict[tuple[str, str, bytes], bytes] = field(default_factory=dict)

    def copy(self) -> "Data":
        """As it is now; what the dicts hold is immutable."""
        return Data(**{f.name: dict(getattr(self, f.name)) for f in dataclasses.fields(self)})


class FakeStorage:
    """Opens units of work on data in memory, one at a time."""

    def __init__(self) -> None:
        self.data = Data()
        self.recovery = FakeRecovery(self)
        self.vectors = FakeVectors(self)
        self.pulse_upkeep = FakePulseUpkeep(self)
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
        self.exercises = FakeExercises(data, workspace)
        self.rankings = FakeRankings(data, workspace)
        self.decisions = FakeDecisions(data, workspace)
        self.pulses = FakePulses(data, workspace)
        self.editions = FakeEditions(data, workspace)
        self.ballots = FakeBallots(data, workspace)
        self.checks = FakeChecks(data, workspace)
        self.announcements = FakeAnnouncements(data, workspace)
        self.places = FakePlaces(data, workspace)
        self.newcomers = FakeNewcomers(data, workspace)
        self.proposals = FakeProposals(data, workspace)
        self.impacts = FakeImpacts(data, workspace)


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

    async def reviewed(self, charter_id: str, at: datetime) -> None:
        if charter := await self.get(charter_id):
            seen = charter.model_copy(update={"reviewed_at": at})
            self._data.charters[self._workspace, charter_id] = seen

    def _store(self, charter: Charter) -> None:
        self._data.charters[self._workspace, charter.id] = charter
        number = charter.version.number
        self._data.versions[self._workspace, charter.id, number] = charter.version


class FakeBindings(_Fake):
    async def all(self) -> Mapping[str, str]:
        return {i: held for (w, i), held in self._data.bindings.items() if w == self._workspace}

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

    async def rule(self, charter_id: str) -> ApprovalRule:
        return self._data.rules.get((self._workspace, charter_id), ApprovalRule())

    async def set_rule(self, charter_id: str, rule: ApprovalRule) -> None:
        self._must_have_charter(charter_id)
        self._data.rules[self._workspace, charter_id] = rule


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

    async def judged(self, charter_ids: Sequence[str], limit: int) -> Sequence[Verdict]:
        found = [v for v in self._own() if v.charter_id in charter_ids and v.kind]
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


class FakePulses(_Fake):
    async def add(self, pulse: Pulse) -> bool:
        fresh = (self._workspace, pulse.id) not in self._data.pulses
        self._data.pulses.setdefault((self._workspace, pulse.id), pulse)
        return fresh

    async def save(self, pulse: Pulse) -> None:
        self._data.pulses[self._workspace, pulse.id] = pulse

    async def get(self, pulse_id: str) -> Pulse | None:
        return self._data.pulses.get((self._workspace, pulse_id))

    async def of(self, conversation_id: str) -> Sequence[Pulse]:
        return [pulse for pulse in await self.all() if pulse.conversation.id == conversation_id]

    async def all(self) -> Sequence[Pulse]:
        every = [
            pulse
            for (workspace, _), pulse in self._data.pulses.items()
            if workspace == self._workspace and pulse.state != "draft"
        ]
        return sorted(every, key=lambda each: (-each.made_at.timestamp(), each.id))

    async def remove(self, pulse_id: str) -> None:
        self._data.pulses.pop((self._workspace, pulse_id), None)


class FakeEditions(_Fake):
    async def add(self, edition: Edition, audience: Collection[str]) -> bool:
        if (self._workspace, edition.id) in self._data.editions:
            return False
        for before in self._of(edition.pulse_id):
            if before.edition.state == "closed":
                self._put(dataclasses.replace(before, audience=frozenset()))
        self._put(StoredEdition(edition, frozenset(audience)))
        return True

    async def get(self, edition_id: str) -> Edition | None:
        stored = self._data.editions.get((self._workspace, edition_id))
        return stored.edition if stored else None

    hold = get

    async def audience(self, edition_id: str) -> Collection[str]:
        stored = self._data.editions.get((self._workspace, edition_id))
        return stored.audience if stored else ()

    async def set_state(self, edition_id: str, state: EditionState) -> None:
        self._change(edition_id, state=state)

    async def set_closes_at(self, edition_id: str, at: datetime) -> None:
        self._change(edition_id, closes_at=at)

    async def count_unreached(self, edition_id: str) -> None:
        stored = self._data.editions[self._workspace, edition_id]
        self._change(edition_id, unreached=stored.edition.unreached + 1)

    async def publish(self, published: Published) -> None:
        self._change(published.edition.id, state="closed")
        stored = self._data.editions[self._workspace, published.edition.id]
        self._put(dataclasses.replace(stored, published=published, to_do="key"))

    async def left_to_do(self, edition_id: str) -> ToDo:
        stored = self._data.editions.get((self._workspace, edition_id))
        return stored.to_do if stored else ""

    async def set_to_do(self, edition_id: str, to_do: ToDo) -> None:
        stored = self._data.editions[self._workspace, edition_id]
        self._put(dataclasses.replace(stored, to_do=to_do))

    async def latest(self, pulse_id: str) -> Edition | None:
        every = [stored.edition for stored in self._of(pulse_id)]
        return max(every, key=lambda each: each.number, default=None)

    async def unfinished(self) -> Sequence[Edition]:
        every = [
            stored.edition
            for (workspace, _), stored in self._data.editions.items()
            if workspace == self._workspace and stored.edition.state != "closed"
        ]
        return sorted(every, key=lambda each: (each.closes_at, each.id))

    async def result(self, edition_id: str) -> Published | None:
        stored = self._data.editions.get((self._workspace, edition_id))
        return stored.published if stored else None

    async def published(self, pulse_id: str, limit: int) -> Sequence[Published]:
        newest = sorted(self._of(pulse_id), key=lambda each: -each.edition.number)
        return [stored.published for stored in newest if stored.published][:limit]

    async def forget_person(self, person_id: str) -> None:
        for (workspace, _), stored in list(self._data.editions.items()):
            if workspace == self._workspace:
                self._put(dataclasses.replace(stored, audience=stored.audience - {person_id}))

    async def remove(self, pulse_id: str) -> None:
        for stored in self._of(pulse_id):
            await FakeBallots(self._data, self._workspace).remove(stored.edition.id)
            del self._data.editions[self._workspace, stored.edition.id]

    def _of(self, pulse_id: str) -> list[StoredEdition]:
        return [
            stored
            for (workspace, _), stored in self._data.editions.items()
            if workspace == self._workspace and stored.edition.pulse_id == pulse_id
        ]

    def _put(self, stored: StoredEdition) -> None:
        self._data.editions[self._workspace, stored.edition.id] = stored

    def _change(self, edition_id: str, **changes: object) -> None:
        stored = self._data.editions.get((self._workspace, edition_id))
        if stored:
            edition = stored.edition.model_copy(update=changes)
            self._put(dataclasses.replace(stored, edition=edition))


class FakeBallots(_Fake):
    async def put(self, edition_id: str, token: bytes, sealed: bytes) -> None:
        self._data.ballots[self._workspace, edition_id, token] = sealed

    async def get(self, edition_id: str, tokens: Collection[bytes]) -> Mapping[bytes, bytes]:
        there = await self.all(edition_id)
        return {token: there[token] for token in tokens if token in there}

    async def all(self, edition_id: str) -> Mapping[bytes, bytes]:
        return {
            token: sealed
            for (workspace, of, token), sealed in sorted(self._data.ballots.items())
            if (workspace, of) == (self._workspace, edition_id)
        }

    async def take_out(self, edition_id: str, tokens: Collection[bytes]) -> None:
        for token in tokens:
            self._data.ballots.pop((self._workspace, edition_id, token), None)

    async def remove(self, edition_id: str) -> None:
        await self.take_out(edition_id, list(await self.all(edition_id)))


class FakePulseUpkeep:
    """Over all workspaces."""

    def __init__(self, storage: FakeStorage) -> None:
        self._storage = storage

    async def due(self, now: datetime) -> Sequence[tuple[str, str]]:
        def is_due(stored: StoredEdition) -> bool:
            edition = stored.edition
            if edition.state == "closed":
                return bool(stored.to_do)
            return edition.state == "closing" or edition.closes_at <= now

        items = [item for item in self._storage.data.editions.items() if is_due(item[1])]
        items.sort(key=lambda item: (item[1].edition.closes_at, item[0][1]))
        return [key for key, _ in items]

    async def wipe(self) -> bool:
        return True


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

    async def schedule_new(self, schedules: Sequence[Schedule]) -> None:
        for each in schedules:
            if await self.scheduled(each.id):
                raise ValueError("it is there already")
            await self.schedule(each)

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


class FakeExercises(_Fake):
    async def add(self, exercise: Exercise) -> bool:
        if (self._workspace, exercise.id) in self._data.exercises:
            return False
        await self.put(exercise)
        return True

    async def get(self, exercise_id: str) -> Exercise | None:
        return self._data.exercises.get((self._workspace, exercise_id))

    async def latest(self, conversation_id: str) -> Exercise | None:
        found = self._data.exercises.items()
        here = [
            e
            for (w, _), e in found
            if w == self._workspace and e.conversation.id == conversation_id
        ]
        return max(here, key=lambda e: (e.opened_at, e.id), default=None)

    async def put(self, exercise: Exercise) -> None:
        self._data.exercises[self._workspace, exercise.id] = exercise

    async def write(self, exercise_id: str, person_id: str, answer: ExerciseAnswer) -> None:
        self._data.exercise_answers[self._workspace, exercise_id, person_id] = answer

    async def written(self, exercise_id: str) -> Mapping[str, ExerciseAnswer]:
        own = (self._workspace, exercise_id)
        found = self._data.exercise_answers.items()
        return {person: answer for (w, e, person), answer in sorted(found) if (w, e) == own}

    async def forget_names(self, exercise_id: str) -> None:
        own = (self._workspace, exercise_id)
        for key in [k for k in self._data.exercise_answers if k[:2] == own]:
            del self._data.exercise_answers[key]


class FakeRankings(_Fake):
    async def add(self, ranking: Ranking, ranked: Sequence[Ranked]) -> bool:
        if (self._workspace, ranking.id) in self._data.rankings:
            return False
        await self.put(ranking)
        for each in ranked:
            await self.note(ranking.id, each)
        return True

    async def get(self, ranking_id: str) -> Ranking | None:
        return self._data.rankings.get((self._workspace, ranking_id))

    async def ranked(self, ranking_id: str) -> Sequence[Ranked]:
        found = self._data.ranked.items()
        own = {n: r for (w, id_, n), r in found if (w, id_) == (self._workspace, ranking_id)}
        return [own[n] for n in sorted(own)]

    async def newest(self, person_id: str) -> Ranking | None:
        found = self._data.rankings.items()
        own = [r for (w, _), r in found if w == self._workspace and r.by.id == person_id]
        return max(own, key=lambda r: (r.asked_at, r.id), default=None)

    async def hold(self, ranking_id: str, now: datetime, until: datetime) -> bool:
        found = await self.get(ranking_id)
        if found is None or found.finished_at or (found.held_until and found.held_until > now):
            return False
        await self.put(found.model_copy(update={"held_until": until}))
        return True

    async def keep(self, ranking_id: str, until: datetime | None) -> None:
        if found := await self.get(ranking_id):
            await self.put(found.model_copy(update={"held_until": until}))

    async def put(self, ranking: Ranking) -> None:
        self._data.rankings[self._workspace, ranking.id] = ranking

    async def note(self, ranking_id: str, ranked: Ranked) -> None:
        self._data.ranked[self._workspace, ranking_id, ranked.n] = ranked

    async def forget(self, before: datetime) -> int:
        found = self._data.rankings.items()
        old = [id_ for (w, id_), r in found if w == self._workspace and r.asked_at < before]
        for id_ in old:
            del self._data.rankings[self._workspace, id_]
        for key in [k for k in self._data.ranked if k[0] == self._workspace and k[1] in old]:
            del self._data.ranked[key]
        return len(old)


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


class FakeProposals(_Fake):
    async def add(self, proposal: Proposal, entry: ProposalEntry) -> Proposal | None:
        self._must_have_charter(proposal.charter_id)
        if await self.get(proposal.id):
            return None
        numbered = proposal.model_copy(update={"number": len(self._own()) + 1})
        await self.put(numbered, entry)
        return numbered

    async def put(self, proposal: Proposal, entry: ProposalEntry) -> None:
        key = (self._workspace, entry.proposal_id, entry.number)
        if key in self._data.proposal_entries:
            raise ValueError("an entry goes to the end of the history")
        self._data.proposals[self._workspace, proposal.id] = proposal
        self._data.proposal_entries[key] = entry

    async def get(self, proposal_id: str) -> Proposal | None:
        return self._data.proposals.get((self._workspace, proposal_id))

    async def numbered(self, number: int) -> Proposal | None:
        return next((p for p in self._own() if p.number == number), None)

    async def entry_of(self, key: str) -> ProposalEntry | None:
        return next((entry for entry in self._entries() if entry.key == key), None)

    async def history(self, proposal_id: str) -> Sequence[ProposalEntry]:
        return [entry for entry in self._entries() if entry.proposal_id == proposal_id]

    async def find(
        self,
        *,
        states: Sequence[State] = (),
        charter_id: str = "",
        by: str = "",
        limit: int,
        offset: int = 0,
    ) -> Sequence[Proposal]:
        found = [
            p
            for p in sorted(self._own(), key=lambda p: -p.number)
            if (not states or p.state in states)
            and charter_id in ("", p.charter_id)
            and by in ("", p.by.id)
        ]
        return found[offset : offset + limit]

    def _own(self) -> list[Proposal]:
        return [p for (w, _), p in self._data.proposals.items() if w == self._workspace]

    def _entries(self) -> list[ProposalEntry]:
        own = [e for (w, _, _), e in self._data.proposal_entries.items() if w == self._workspace]
        return sorted(own, key=lambda entry: entry.number)


class FakeImpacts(_Fake):
    async def put(self, judging: Judging) -> None:
        if (self._workspace, judging.proposal_id) not in self._data.proposals:
            raise LookupError("no such proposal in this workspace")
        key = (self._workspace, judging.proposal_id, judging.edition, judging.version)
        self._data.judgings[key] = judging

    async def of(self, proposal_id: str, edition: int, version: int) -> Judging | None:
        return self._data.judgings.get((self._workspace, proposal_id, edition, version))

    async def hold(self, judging: Judging, now: datetime, until: datetime) -> bool:
        there = await self.of(judging.proposal_id, judging.edition, judging.version)
        if there is None or there.finished_at or (there.held_until and there.held_until > now):
            return False
        await self.put(there.model_copy(update={"held_until": until}))
        return True

    async def keep(self, judging: Judging, until: datetime | None) -> None:
        if there := await self.of(judging.proposal_id, judging.edition, judging.version):
            await self.put(there.model_copy(update={"held_until": until}))

    async def note(self, version: int, rejudged: Rejudged) -> None:
        of_it = (self._workspace, rejudged.proposal_id, rejudged.edition, version)
        self._data.rejudged[(*of_it, rejudged.subject)] = rejudged

    async def noted(self, proposal_id: str, edition: int, version: int) -> Sequence[Rejudged]:
        of_it = (self._workspace, proposal_id, edition, version)
        return [each for key, each in self._data.rejudged.items() if key[:4] == of_it]


class FakeAnnouncements(_Fake):
    async def put(self, announcement: Announcement) -> None:
        self._must_have_charter(announcement.charter_id)
        self._data.announcements[self._workspace, announcement.id] = announcement

    async def get(self, announcement_id: str) -> Announcement | None:
        return self._data.announcements.get((self._workspace, announcement_id))

    async def of(self, charter_id: str, limit: int) -> Sequence[Announcement]:
        own = [a for a in self._own() if a.charter_id == charter_id]
        return sorted(own, key=lambda a: -a.number)[:limit]

    async def open(self, charter_id: str = "") -> Sequence[str]:
        return sorted(
            a.id for a in self._own() if a.state == "open" and charter_id in ("", a.charter_id)
        )

    async def confirm(self, announcement_id: str, confirmed: Confirmed) -> bool:
        if await self.get(announcement_id) is None:
            raise LookupError("no such announcement in this workspace")
        key = (self._workspace, announcement_id, confirmed.by.id)
        return self._data.confirmed.setdefault(key, confirmed) is confirmed

    async def confirmed(self, announcement_id: str) -> Sequence[Confirmed]:
        own = [
            confirmed
            for (workspace, about, _), confirmed in self._data.confirmed.items()
            if (workspace, about) == (self._workspace, announcement_id)
        ]
        return sorted(own, key=lambda each: (each.at, each.by.id))

    async def settings(self, charter_id: str) -> AnnouncingSettings:
        there = self._data.announcing_settings
        return there.get((self._workspace, charter_id), AnnouncingSettings())

    async def put_settings(self, charter_id: str, settings: AnnouncingSettings) -> None:
        self._must_have_charter(charter_id)
        self._data.announcing_settings[self._workspace, charter_id] = settings

    def _own(self) -> list[Announcement]:
        return [a for (w, _), a in self._data.announcements.items() if w == self._workspace]


class FakePlaces(_Fake):
    async def know(self, conversation: Conversation) -> None:
        self._data.places[self._workspace, conversation.id] = conversation

    async def forget(self, conversation_id: str) -> None:
        self._data.places.pop((self._workspace, conversation_id), None)

    async def all(self) -> Sequence[Conversation]:
        own = [place for (w, _), place in self._data.places.items() if w == self._workspace]
        return sorted(own, key=lambda place: place.id)


class FakeNewcomers(_Fake):
    async def greet(self, charter_id: str, person_id: str, at: datetime) -> bool:
        self._must_have_charter(charter_id)
        key = (self._workspace, charter_id, person_id)
        if key in self._data.newcomers:
            return False
        self._data.newcomers[key] = at
        return True

    async def since(self, charter_ids: Collection[str], at: datetime) -> Collection[str]:
        return frozenset(
            person
            for (workspace, charter, person), when in self._data.newcomers.items()
            if workspace == self._workspace and charter in charter_ids and when >= at
        )


class FakeChecks(_Fake):
    async def dismiss(self, dismissal: Dismissal) -> None:
        self._must_have_charter(dismissal.charter_id)
        key = (self._workspace, dismissal.charter_id, dismissal.fingerprint)
        self._data.dismissals[key] = dismissal

    async def bring_back(self, charter_id: str, fingerprint: str) -> bool:
        key = (self._workspace, charter_id, fingerprint)
        return self._data.dismissals.pop(key, None) is not None

    async def dismissals(self, charter_id: str) -> Sequence[Dismissal]:
        own = [
            dismissal
            for (workspace, charter, _), dismissal in self._data.dismissals.items()
            if (workspace, charter) == (self._workspace, charter_id)
        ]
        return sorted(own, key=lambda dismissal: (dismissal.at, dismissal.fingerprint))

    async def review(self, digest: str) -> KeptReview | None:
        return self._data.reviews.get((self._workspace, digest))

    async def keep(self, review: KeptReview) -> None:
        self._must_have_charter(review.charter_id)
        self._data.reviews[self._workspace, review.digest] = review

    async def forget_reviews(self, charter_id: str, before: datetime) -> int:
        old = [
            key
            for key, review in self._data.reviews.items()
            if key[0] == self._workspace and review.charter_id == charter_id and review.at < before
        ]
        for key in old:
            del self._data.reviews[key]
        return len(old)
