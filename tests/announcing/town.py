"""A workspace with real tables and the real engine, people who come and go, and every message that
was sent unasked."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from adapters.core import build_core
from bot.announcing.adoption import AnnounceAdoption
from bot.announcing.model import Announcement
from bot.ask.model import Cap
from bot.cards import Card
from bot.charter.model import Charter, Draft, next_version
from bot.charter.service import adopt_version
from bot.delivery.posters import Posters
from bot.errors import Gone, Throttled, Unreachable
from bot.events import ButtonClick, Command, Conversation, Event, FormSubmit, Lifecycle, Person
from bot.plain_text import plain_text
from bot.ports import Member
from bot.replies import FormErrors, OpenForm, Replies
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fakes import FixedClock, WordReader
from tests.passing_time import pass_time

W = "web:local"
DANA = Person(id="dana", name="Dana Diaz")
PRIYA = Person(id="priya", name="Priya Patel")
ERIK = Person(id="erik", name="Erik Ek")
NOA = Person(id="noa", name="Noa Novak")
PEOPLE = {person.id: person for person in (DANA, PRIYA, ERIK, NOA)}
PRODUCT = Conversation(id="product", name="#product")
GROWTH = Conversation(id="growth", name="#growth")
LINES = (
    ("mission", "Help people own their health."),
    ("pillar", "Enthusiasts first."),
    ("pillar", "Accuracy before looks."),
    ("non_goal", "No hospital sales."),
)


def alone(person: Person) -> Conversation:
    """The person's own conversation with the bot."""
    return Conversation(id=person.id, private=True, direct=True)


@dataclass(frozen=True)
class Sent:
    """A message that nobody asked for."""

    to: str
    words: str
    at: datetime
    card: Card


@dataclass
class Town:
    """`who` is where, by conversation; `gone` are those where the bot may not write."""

    storage: Storage
    clock: FixedClock
    who: dict[str, dict[str, Member]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    busy: bool = False
    """The platform does not say who is where."""
    answers_lost: int = 0
    """So many of the next messages arrive without us being told."""
    known: dict[str, Person] = field(default_factory=lambda: dict(PEOPLE))
    """People who may be chosen in forms."""
    _keys: dict[str, str] = field(default_factory=dict)
    _events: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Another process on the same tables."""
        self.core = build_core(
            storage=self.storage,
            reader=WordReader(),  # type: ignore[arg-type]
            judge=None,
            cap=Cap(),
            clock=self.clock,
        )
        self.core.posters["web"] = self
        self.adopted = AnnounceAdoption(roster=Posters(self.core.posters), clock=self.clock)

    # The platform

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        if to.id in self.gone:
            raise Gone(to.id)
        if key not in self._keys:
            self._keys[key] = f"m{len(self._keys)}"
            self.sent.append(Sent(to.id, plain_text(card), self.clock.now(), card))
        if self.answers_lost:
            self.answers_lost -= 1
            raise Unreachable("the answer got lost")
        return self._keys[key]

    async def find(self, to: Conversation, key: str) -> str | None:
        return self._keys.get(key)

    def direct(self, workspace: str, person: Person) -> Conversation:
        return alone(person)

    def aside(self, of: Conversation, person: Person) -> Conversation:
        return alone(person)

    async def members(self, of: Conversation) -> Sequence[Member]:
        if of.id in self.gone:
            raise Gone(of.id)
        if self.busy:
            raise Throttled("come back later", retry_after=60)
        return list(self.who.get(of.id, {}).values())

    # What people do

    async def adopt(
        self, lines: Sequence[tuple[str, str]], *, name: str = "Vitals", by: Person = DANA
    ) -> Charter:
        """Another version of the charter, told to the room in the transaction that adopts it."""
        async with self.storage(W) as tx:
            before = await tx.charters.named(name)
            assert before
            known = {line.text: line.id for line in before.version.lines}
            drafts = [Draft(kind=k, text=t, id=known.get(t)) for k, t in lines]
            made = next_version(drafts, before=before, by=by, at=self.clock.now())
            after = await adopt_version(tx, before, made)
            await self.adopted(
                tx,
                workspace=W,
                before=before,
                after=after,
                reason="two pilots asked for it",
                by=by,
                approved_by=(by,),
            )
        return after

    async def click(
        self, person: Person, action: str, value: str, where: Conversation = PRODUCT
    ) -> str:
        """The words of the answer."""
        return await self.tell(self.event(ButtonClick, person, where, action=action, value=value))

    async def says(self, person: Person, words: str, where: Conversation = PRODUCT) -> str:
        return await self.tell(self.event(Command, person, where, text=words))

    async def fills(self, person: Person, form: str, state: str, **fields: Any) -> str:
        more = {
            "form": form,
            "state": state,
            "fields": fields,
            "people": tuple(self.known.values()),
        }
        return await self.tell(self.event(FormSubmit, person, PRODUCT, **more))

    async def comes(self, person: Person, where: Conversation = PRODUCT, **more: Any) -> None:
        self.who.setdefault(where.id, {})[person.id] = Member(person=person, **more)
        await self.tell(self.event(Lifecycle, person, where, what="person_joined"))

    async def leaves(self, person: Person, where: Conversation = PRODUCT) -> None:
        self.who[where.id].pop(person.id, None)

    async def is_gone(self, person: Person) -> None:
        """Not in the workspace any more."""
        for people in self.who.values():
            people.pop(person.id, None)
        await self.tell(self.event(Lifecycle, person, alone(person), what="person_left"))

    def event(self, kind: type[Any], person: Person, where: Conversation, **more: Any) -> Event:
        key = f"e{next(self._events)}"
        event: Event = kind(key=key, workspace=W, person=person, conversation=where, **more)
        return event

    async def tell(self, event: Event) -> str:
        answer = await self.core.router.dispatch(event)
        match answer:
            case Replies():
                return "\n".join(plain_text(reply.card) for reply in answer.items)
            case FormErrors():
                return "\n".join([answer.sentence, *answer.errors.values()])
            case OpenForm():
                return answer.form.title

    async def pass_time(self, by: timedelta = timedelta(0)) -> None:
        await pass_time(self.core, self.clock, by)

    # What is there

    async def newest(self, name: str = "Vitals") -> Announcement:
        async with self.storage(W) as tx:
            charter = await tx.charters.named(name)
            assert charter
            return (await tx.announcements.of(charter.id, 1))[0]

    def to(self, place: Conversation | Person) -> list[Sent]:
        return [sent for sent in self.sent if sent.to == place.id]


Where = Mapping[Conversation, Sequence[Person]]


@asynccontextmanager
async def opened(members: Where | None = None) -> AsyncIterator[Town]:
    """Everybody is in #product, where the charter holds; Dana owns it."""
    made = await open_town(members)
    yield made
    await made.storage.close()


async def open_town(members: Where | None = None) -> Town:
    """The same, to be closed by hand."""
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    made = Town(Storage(engine), FixedClock())
    drafts = [Draft(kind=kind, text=text) for kind, text in LINES]
    await made.core.charters.create(W, "Vitals", drafts, by=DANA)
    for where, people in (members or {PRODUCT: list(PEOPLE.values())}).items():
        made.who[where.id] = {person.id: Member(person=person) for person in people}
        await made.tell(made.event(Lifecycle, DANA, where, what="joined"))
    return made
