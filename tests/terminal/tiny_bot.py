"""A bot of a few handlers behind the real router and inbox, for talking to it in a terminal.

python -m tests.terminal.tiny_bot
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from rich.console import Console

from adapters.terminal.chat import chat
from adapters.terminal.messenger import TerminalMessenger
from adapters.terminal.screen import Screen
from bot.cards import (
    Actions,
    Button,
    Card,
    Chart,
    ChoiceField,
    ChoicesField,
    DateField,
    Facts,
    Form,
    Link,
    NumberField,
    Option,
    PersonField,
    Quote,
    Series,
    Table,
    TextField,
    TimeField,
    body,
    heading,
    quiet,
)
from bot.delivery.inbox import Accepted, EventId, Inbox
from bot.errors import NotAllowed
from bot.events import (
    ButtonClick,
    Conversation,
    Event,
    FormSubmit,
    Person,
)
from bot.replies import Answer, FormErrors, OpenForm, reply
from bot.router import Asking, Router, Routes
from bot.usage import Word

DANA = Person(id="dana", name="Dana")
HERE = Conversation(id="terminal", name="terminal")


class _Rows:
    """The inbox's rows, in memory; also the transaction, and recovery that finds nothing."""

    def __init__(self) -> None:
        self.accepted: dict[str, Event] = {}
        self.finished: list[str] = []
        self.broken = False

    @property
    def inbox(self) -> "_Rows":
        return self

    @asynccontextmanager
    async def __call__(self, workspace: str) -> AsyncIterator["_Rows"]:
        if self.broken:
            raise ConnectionError("the database is away")
        yield self

    async def add(self, channel: str, event: Event, lease_until: datetime) -> bool:
        return self.accepted.setdefault(event.key, event) is event

    async def finish(self, channel: str, key: str, at: datetime) -> None:
        self.finished.append(key)

    async def add_all(self, accepted: Sequence[Accepted], lease_until: datetime) -> Sequence[bool]:
        if self.broken:
            raise ConnectionError("the database is away")
        return [await self.add(each.channel, each.event, lease_until) for each in accepted]

    async def finish_all(self, done: Sequence[EventId], at: datetime) -> None:
        for id_ in done:
            await self.finish(id_.channel, id_.key, at)

    async def lease_unfinished(
        self, now: datetime, lease_until: datetime, limit: int
    ) -> Sequence[Accepted]:
        return ()

    async def release_all(self) -> None: ...

    async def forget_before(self, at: datetime) -> int:
        return 0


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


class TinyBot:
    """Keeps every event it was asked to handle; `think` holds answers back until it is set."""

    def __init__(self, console: Console) -> None:
        self.events: list[Event] = []
        self.saved: list[FormSubmit] = []
        self.think = asyncio.Event()
        self.think.set()
        self.rows = _Rows()
        self.screen = Screen(console=console)
        self.messenger = TerminalMessenger(screen=self.screen, conversation=HERE)
        self.router = Router(
            Routes(
                words={
                    Word(name="charter", does="shows the charter"): self.show,
                    Word(name="decide", does="records a decision", takes="<what>"): self.decide,
                    Word(name="all", does="opens a form with every kind of field"): self.everything,
                },
                buttons={
                    "ask.share": self.share,
                    "charter.drop": self.drop,
                    "ask.useful": self.share,
                },
                forms={"decisions.record": self.record, "demo.all": self.save},
            ),
            bare="charter",
            question=self.ask,
        )
        self.inbox = Inbox(
            work=self.rows,
            recovery=self.rows,
            dispatch=self.dispatch,
            give_up=self.router.give_up,
            messengers={"terminal": self.messenger},
            clock=_Now(),
        )

    async def talk(
        self,
        *,
        history: Path | None = None,
        input: Input | None = None,  # noqa: A002
        output: Output | None = None,
    ) -> None:
        await chat(
            inbox=self.inbox,
            messenger=self.messenger,
            screen=self.screen,
            words=self.router.words,
            workspace="local",
            person=DANA,
            conversation=HERE,
            history=history,
            input=input,
            output=output,
        )

    async def dispatch(self, event: Event) -> Answer:
        self.events.append(event)
        await self.think.wait()
        return await self.router.dispatch(event)

    async def ask(self, event: Asking, text: str) -> Answer:
        if "break" in text:
            raise RuntimeError("broken on purpose")
        if "slow" in text:
            await asyncio.sleep(3)
        return reply(verdict(text))

    async def show(self, event: Asking, rest: str) -> Answer:
        return reply(charter())

    async def share(self, event: ButtonClick) -> Answer:
        return reply(Card(summary="Shared", elements=(body("Did {a}.", a=event.value),)))

    async def drop(self, event: ButtonClick) -> Answer:
        return reply(Card(summary="Dropped", elements=(body("Dropped it."),)))

    async def decide(self, event: Asking, rest: str) -> Answer:
        fields = (
            TextField(name="what", label="What did you decide?", value=rest, max_length=60),
            TextField(name="why", label="Why?", lines=3, required=False, placeholder="because …"),
        )
        form = Form(
            form="decisions.record",
            title="Record a decision",
            submit="Record",
            intro=(body("I ask again when its date comes."),),
            fields=fields,
            state="v4",
        )
        return OpenForm(form=form)

    async def record(self, event: FormSubmit) -> Answer:
        if event.text("what") == "forbidden":
            raise NotAllowed("Only owners record this. Ask Lee.")
        if len(event.text("what").split()) < 2:
            return FormErrors(errors={"what": "Say it in at least two words."})
        self.saved.append(event)
        return reply(
            Card(summary="Recorded", elements=(heading("Recorded: {w}", w=event.text("what")),))
        )

    async def everything(self, event: Asking, rest: str) -> Answer:
        return OpenForm(form=every_field())

    async def save(self, event: FormSubmit) -> Answer:
        self.saved.append(event)
        return reply(Card(summary="Saved", elements=(body("Saved."),)))


def charter() -> Card:
    """Something of everything."""
    return Card(
        summary="Vitals",
        elements=(
            heading("**Vitals** · charter v4"),
            Facts(items=(("Owner", "Dana and Lee"), ("Reviewed", "12 March 2026"))),
            Table(
                caption="Lines",
                columns=("Id", "Line", "When"),
                rows=(
                    ("M1", "Empower individuals to take control of their health.", ""),
                    ("P1", "Keep improving accuracy: each release brings sensors closer.", "now"),
                ),
            ),
            Chart(
                shape="line",
                title="Agreement over five runs",
                categories=("Jun", "Jul", "Aug"),
                series=(Series(name="mean", values=(3.2, None, 4.5)),),
                words="It rose from 3.2 in June to 4.5 in August.",
            ),
            Actions(
                buttons=(
                    Button(label="Ask", action="ask.share", value="ask", style="primary"),
                    Link(label="As a page", url="http://127.0.0.1:3978/charter"),
                    Button(
                        label="Delete",
                        action="charter.drop",
                        style="danger",
                        confirm="This deletes the charter for everybody. Delete it?",
                    ),
                )
            ),
        ),
    )


def verdict(question: str) -> Card:
    """As the bot gives it."""
    return Card(
        summary="Conflicts",
        judged_by_model=True,
        feedback="v1",
        elements=(
            heading("**Conflicts** · {q}", q=question),
            Quote(
                ref="R1",
                text="Members own their health data; we never sell it, to advertisers or anybody.",
                source="Vitals v4",
                stance="against",
                note="The reader finds that this speaks to it.",
            ),
            Quote(ref="M1", text="Empower individuals.", source="Vitals v4", stance="for"),
            body(
                "_Would fit if_ members could opt in:\n- needs a change to `R1`\n- ~~never~~ seldom"
            ),
            quiet("judged by gpt-5-mini · fairly sure · may be wrong"),
            Actions(
                buttons=(
                    Button(label="Share", action="ask.share", value="v1"),
                    Button(label="Record as decision", action="ask.share", value="v2"),
                )
            ),
        ),
    )


def every_field() -> Form:
    """A form with each kind of field."""
    ratings = tuple(Option(value=f"r{n}", label=str(n)) for n in range(1, 6))
    days = tuple(Option(value=d.lower(), label=d) for d in ("Monday", "Friday", "Last, day"))
    return Form(
        form="demo.all",
        title="Everything",
        submit="Save",
        fields=(
            TextField(name="words", label="Words", value="as they were"),
            ChoiceField(name="rating", label="How true is it?", options=ratings, value="r4"),
            ChoiceField(name="day", label="Which day?", options=days, hint="One of them."),
            ChoicesField(name="days", label="Which days?", options=days, values=("monday",)),
            NumberField(name="number", label="How many?", minimum=1, maximum=9, value=3),
            DateField(name="date", label="From when?", value="2027-01-31"),
            TimeField(name="time", label="At what time?", required=False),
            PersonField(name="owner", label="Who?"),
            PersonField(name="others", label="Who else?", several=True, required=False),
        ),
    )


if __name__ == "__main__":
    asyncio.run(TinyBot(Console()).talk(history=Path("/tmp/tiny_bot_history")))  # noqa: S108
