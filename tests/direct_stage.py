"""The stage without a platform: events go straight to the router."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from adapters.core import build_core
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from bot.ask.model import Cap
from bot.ask.ports import Judge, Reader
from bot.cards import Button, Card, ChoicesField, Form, NumberField, PersonField
from bot.check.ports import Reviewer
from bot.errors import Gone
from bot.events import ButtonClick, Command, Conversation, Event, FormSubmit, Person, Question
from bot.plain_text import plain_form, plain_text
from bot.ports import Member
from bot.replies import Answer, FormErrors, OpenForm
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.fake_storage import FakeStorage
from tests.fakes import FixedClock, WordReader
from tests.passing_time import pass_time

WORKSPACE = "web:local"
PEOPLE = {
    name: Person(id=name, name=full)
    for name, full in (
        ("dana", "Dana Diaz"),
        ("priya", "Priya Patel"),
        ("erik", "Erik Ek"),
        ("noa", "Noa Novak"),
        ("mila", "Mila Moreau"),
        ("tom", "Tom Tamm"),
    )
}


@dataclass
class DirectStage:
    """Rooms and router on a storage, the fake one unless another is given."""

    storage: FakeStorage | Storage = field(default_factory=FakeStorage)
    clock: FixedClock = field(default_factory=FixedClock)
    reader: Reader = field(default_factory=WordReader)
    judge: Judge | None = None
    reviewer: Reviewer | None = None
    cap: Cap = field(default_factory=Cap)
    said: list[tuple[str, str | None, Card]] = field(default_factory=list)
    """Conversation, the only person who sees it (None: everybody), card."""
    gone: set[str] = field(default_factory=set)
    """Ids of conversations that are there no more."""

    def __post_init__(self) -> None:
        self.core = build_core(
            storage=self.storage,  # type: ignore[arg-type]
            reader=self.reader,  # type: ignore[arg-type]
            judge=self.judge,
            cap=self.cap,
            clock=self.clock,
            reviewer=self.reviewer,
        )
        self.core.posters["web"] = DirectPoster(self)
        self.charters, self.ask, self.router = self.core.charters, self.core.ask, self.core.router

    async def load_sample(self) -> None:
        """The charter that every scenario begins with."""
        await import_charter(self.charters, WORKSPACE, SAMPLE, by=PEOPLE["dana"])

    async def seat(self, who: str, where: str = "product") -> "DirectSeat":
        conversation = direct(PEOPLE[who]) if where == "mission" else channel(where)
        return DirectSeat(stage=self, person=PEOPLE[who], conversation=conversation)

    async def pass_time(self, by: timedelta) -> None:
        await pass_time(self.core, self.clock, by)


def direct(person: Person) -> Conversation:
    """The person's own conversation with the bot."""
    return Conversation(id=person.id, name="mission", private=True, direct=True)


def channel(name: str, *, private: bool = False) -> Conversation:
    """A conversation of several."""
    return Conversation(id=name, name=f"#{name}", private=private)


@dataclass
class DirectPoster:
    """Says things unasked on the direct stage."""

    stage: DirectStage
    keys: dict[str, str] = field(default_factory=dict)

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        if to.id in self.stage.gone:
            raise Gone(f"no conversation {to.id!r}")
        if key not in self.keys:
            self.keys[key] = f"m{len(self.keys)}"
            self.stage.said.append((to.id, None, card))
        return self.keys[key]

    async def find(self, to: Conversation, key: str) -> str | None:
        return self.keys.get(key)

    def direct(self, workspace: str, person: Person) -> Conversation:
        return direct(person)

    def aside(self, of: Conversation, person: Person) -> Conversation:
        return direct(person)

    async def members(self, of: Conversation) -> Sequence[Member]:
        if of.id in self.stage.gone:
            raise Gone(f"no conversation {of.id!r}")
        people = [PEOPLE[of.id]] if of.direct else PEOPLE.values()
        return [Member(person=person) for person in people]


@asynccontextmanager
async def direct_stage() -> AsyncIterator[DirectStage]:
    """The stage with the sample charter, on a database in memory."""
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    stage = DirectStage(storage=Storage(engine))
    await stage.load_sample()
    yield stage
    await stage.storage.close()


@dataclass
class DirectSeat:
    """One person in one conversation, straight at the router."""

    stage: DirectStage
    person: Person
    conversation: Conversation
    thread: str | None = None
    opened: Form | None = None
    last: list[Card] = field(default_factory=list)
    zone: str = ""
    """What the platform says of the person's time zone."""

    async def say(self, words: str) -> str:
        self.thread = uuid4().hex
        return await self._said(words)

    async def follow_up(self, words: str) -> str:
        return await self._said(f"@Mission {words}")

    async def click(self, label: str) -> str:
        button = next(b for b in self._buttons() if b.label == label)
        return await self.press(button.action, button.value)

    async def press(self, action: str, value: str) -> str:
        """A click on a button that need not be on the screen."""
        event = ButtonClick(
            **self._who(), thread=self.thread, action=action, value=value, message="m"
        )
        return await self._dispatch(event)

    async def fill(self, fields: Mapping[str, str]) -> str:
        assert self.opened, "no form is open"
        event = FormSubmit(
            **self._who(),
            form=self.opened.form,
            state=self.opened.state,
            fields=self._filled_in({**await self.form(), **fields}),
            people=tuple(PEOPLE.values()),
        )
        return await self._dispatch(event)

    def _filled_in(self, fields: Mapping[str, str]) -> dict[str, str | tuple[str, ...]]:
        """As every way in sends it: of several people, a list."""
        several = {
            each.name
            for each in (self.opened.fields if self.opened else ())
            if isinstance(each, PersonField) and each.several
        }
        return {
            name: _several(value) if name in several else value for name, value in fields.items()
        }

    async def form(self) -> Mapping[str, str]:
        assert self.opened, "no form is open"
        shown: dict[str, str] = {}
        for each in self.opened.fields:
            if isinstance(each, ChoicesField | PersonField):
                shown[each.name] = ",".join(each.values)
            elif isinstance(each, NumberField):
                shown[each.name] = "" if each.value is None else str(each.value)
            else:
                shown[each.name] = each.value
        return shown

    async def reads(self) -> str:
        return "\n".join(map(plain_text, self._seen()))

    async def look(self) -> str:
        """The newest message, whose buttons can be clicked then."""
        self.last = self._seen()[-1:]
        return "\n".join(map(plain_text, self.last))

    def _seen(self) -> list[Card]:
        here = self.conversation.id
        return [
            card
            for where, only, card in self.stage.said
            if where == here and only in (None, self.person.id)
        ]

    async def _said(self, words: str) -> str:
        lower = words.lower()
        event: Command | Question
        if lower.startswith("/mission"):
            text = words[len("/mission") :].strip()
            event = Command(**self._who(), thread=self.thread, text=text)
        else:
            text = words[len("@mission") :].strip() if lower.startswith("@mission") else words
            public = not self.conversation.private
            event = Question(**self._who(), thread=self.thread, text=text, public=public)
        return await self._dispatch(event)

    async def _dispatch(self, event: Event) -> str:
        return self._shown(event, await self.stage.router.dispatch(event))

    def _shown(self, event: Event, answer: Answer) -> str:
        if isinstance(answer, OpenForm):
            self.opened = answer.form
            return plain_form(answer.form)
        if isinstance(answer, FormErrors):
            return "\n".join(filter(None, [answer.sentence, *answer.errors.values()]))
        if isinstance(event, FormSubmit):
            self.opened = None
        clicked, self.last = self.last, [reply.card for reply in answer.items]
        for reply in answer.items:
            everybody = reply.seen_by == "everybody" or (
                reply.seen_by == "as_asked" and event.public
            )
            only = None if everybody else self.person.id
            said, where = self.stage.said, self.conversation.id
            if reply.replace and isinstance(event, ButtonClick):
                shown = [
                    i for i, (at, _, card) in enumerate(said) if at == where and card in clicked
                ]
                if shown:
                    said[shown[-1]] = (where, said[shown[-1]][1], reply.card)
                    continue
            said.append((where, only, reply.card))
        return "\n".join(map(plain_text, self.last))

    def _buttons(self) -> list[Button]:
        found: list[Button] = []
        for card in self.last:
            for element in card.elements:
                if element.element == "actions":
                    found += [b for b in element.buttons if isinstance(b, Button)]
            if card.feedback:
                found += [
                    Button(label=word, action="ask.useful", value=f"{word}:{card.feedback}")
                    for word in ("yes", "no")
                ]
        return found

    def _who(self) -> dict[str, object]:
        return {
            "key": f"test:{uuid4().hex}",
            "workspace": WORKSPACE,
            "person": self.person,
            "conversation": self.conversation,
            "zone": self.zone,
        }


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, value.split(","))) if isinstance(value, str) else value
