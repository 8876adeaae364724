"""The stage without a platform: events go straight to the router."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from adapters.files import SAMPLE
from adapters.files.store import import_charter
from bot.ask.commands import AskCommands
from bot.ask.model import Cap
from bot.ask.ports import Judge, Reader
from bot.ask.responses import ResponseService
from bot.ask.service import AskService
from bot.cards import Button, Card, ChoicesField, Form, NumberField, PersonField
from bot.charter.commands import SHOW, CharterCommands
from bot.charter.service import CharterService
from bot.events import ButtonClick, Command, Conversation, Event, FormSubmit, Person, Question
from bot.plain_text import plain_form, plain_text
from bot.replies import Answer, FormErrors, OpenForm
from bot.router import Router
from bot.welcome import lifecycle
from tests.fake_storage import FakeStorage
from tests.fakes import FixedClock, WordReader

WORKSPACE = "web:local"
PEOPLE = {
    name: Person(id=name, name=full)
    for name, full in (
        ("dana", "Dana Diaz"),
        ("priya", "Priya Patel"),
        ("erik", "Erik Ek"),
        ("noa", "Noa Novak"),
    )
}


@dataclass
class DirectStage:
    """Rooms and router on a storage, the fake one unless another is given."""

    storage: FakeStorage = field(default_factory=FakeStorage)
    clock: FixedClock = field(default_factory=FixedClock)
    reader: Reader = field(default_factory=WordReader)
    judge: Judge | None = None
    cap: Cap = field(default_factory=Cap)
    said: list[tuple[str, str | None, Card]] = field(default_factory=list)
    """Conversation, the only person who sees it (None: everybody), card."""

    def __post_init__(self) -> None:
        self.charters = CharterService(work=self.storage, clock=self.clock)
        self.ask = AskService(
            work=self.storage,
            charters=self.charters,
            reader=self.reader,
            judge=self.judge,
            cap=self.cap,
            clock=self.clock,
        )
        responses = ResponseService(
            work=self.storage, ask=self.ask, charters=self.charters, clock=self.clock
        )
        asking = AskCommands(ask=self.ask, responses=responses, words=lambda: self.router.words)
        self.router = Router(
            asking.routes() + CharterCommands(charters=self.charters).routes(),
            bare=SHOW.name,
            question=asking.question,
            lifecycle=lifecycle,
        )

    async def load_sample(self) -> None:
        """The charter that every scenario begins with."""
        await import_charter(self.charters, WORKSPACE, SAMPLE, by=PEOPLE["dana"])

    async def seat(self, who: str, where: str = "product") -> "DirectSeat":
        private = where == "mission"
        conversation = Conversation(id=who if private else where, name=where, private=private)
        return DirectSeat(stage=self, person=PEOPLE[who], conversation=conversation)


@dataclass
class DirectSeat:
    """One person in one conversation, straight at the router."""

    stage: DirectStage
    person: Person
    conversation: Conversation
    thread: str | None = None
    opened: Form | None = None
    last: list[Card] = field(default_factory=list)

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
            fields={**await self.form(), **fields},
            people=tuple(PEOPLE.values()),
        )
        return await self._dispatch(event)

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
        here = self.conversation.id
        return "\n".join(
            plain_text(card)
            for where, only, card in self.stage.said
            if where == here and only in (None, self.person.id)
        )

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
        self.last = [reply.card for reply in answer.items]
        for reply in answer.items:
            everybody = reply.seen_by == "everybody" or (
                reply.seen_by == "as_asked" and event.public
            )
            only = None if everybody else self.person.id
            self.stage.said.append((self.conversation.id, only, reply.card))
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
        }
