"""A bot of a few handlers behind the real router, inbox and page.

python -m tests.web.tiny_bot [port]
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web

from adapters.web.app import WebPage
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from bot.cards import Actions, Button, Card, Form, TextField, body, heading
from bot.delivery.inbox import Accepted, EventId, Inbox
from bot.delivery.transcript import Said
from bot.errors import UserFacing
from bot.events import ButtonClick, Event, FormSubmit
from bot.replies import (
    Answer,
    FormErrors,
    OpenForm,
    Replies,
    privately,
    publicly,
    replacing,
    reply,
)
from bot.router import Asking, Router, Routes
from bot.usage import Word
from tests.web.samples import every_field, everything


class Memory:
    """The transcript and the inbox's rows, in memory; also the transaction on them. `finishing`
    is set when the first event is finished."""

    def __init__(self) -> None:
        self.said: dict[str, Said] = {}
        self.accepted: dict[str, Event] = {}
        self.leases: dict[str, datetime] = {}
        self.finished: set[str] = set()
        self.finishing = asyncio.Event()
        self.broken = False

    @property
    def transcript(self) -> "_Transcript":
        return _Transcript(self.said)

    @property
    def inbox(self) -> "Memory":
        return self

    @asynccontextmanager
    async def __call__(self, workspace: str) -> AsyncIterator["Memory"]:
        if self.broken:
            raise ConnectionError("the database is away")
        before = dict(self.said)
        try:
            yield self
        except BaseException:
            self.said = before
            raise

    async def add(self, channel: str, event: Event, lease_until: datetime) -> bool:
        fresh = self.accepted.setdefault(event.key, event) is event
        if fresh:
            self.leases[event.key] = lease_until
        return fresh

    async def finish(self, channel: str, key: str, at: datetime) -> None:
        self.finished.add(key)
        self.finishing.set()

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
        left = [
            event
            for key, event in self.accepted.items()
            if key not in self.finished and (key not in self.leases or self.leases[key] <= now)
        ][:limit]
        self.leases |= {event.key: lease_until for event in left}
        return [Accepted(channel="web", event=event, tries=2) for event in left]

    async def release_all(self) -> None:
        self.leases.clear()

    async def forget_before(self, at: datetime) -> int:
        return 0


class _Transcript:
    def __init__(self, said: dict[str, Said]) -> None:
        self._said = said

    async def add(self, said: Said) -> bool:
        if any(said.key == other.key for other in self._said.values()):
            return False
        self._said[said.id] = said
        return True

    async def change(self, message_id: str, card: Card, at: datetime) -> Said | None:
        if message_id not in self._said:
            return None
        changed = self._said[message_id].model_copy(update={"card": card, "changed_at": at})
        self._said[message_id] = changed
        return changed

    async def get(self, message_id: str) -> Said | None:
        return self._said.get(message_id)

    async def latest(self, conversation_id: str, person_id: str, limit: int) -> Sequence[Said]:
        found = [
            said
            for said in self._said.values()
            if said.conversation_id == conversation_id and said.only_for in (None, person_id)
        ]
        return found[-limit:]


class Ticking:
    """A clock that moves a second each time it is asked."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class TinyBot:
    """Keeps every event it was asked to handle (`asked` is set at the first one); `think` holds
    answers back until it is set."""

    def __init__(self, *, password: str | None = None, secret: bytes = b"s" * 32) -> None:
        self.events: list[Event] = []
        self.asked = asyncio.Event()
        self.think = asyncio.Event()
        self.think.set()
        self.memory = Memory()
        self.clock = Ticking()
        self.hub = Hub()
        self.messenger = WebMessenger(work=self.memory, clock=self.clock, hub=self.hub)
        self.router = Router(
            Routes(
                words={
                    Word(name="charter", does="shows the charter"): self.show,
                    Word(name="all", does="shows every element"): self.all,
                    Word(name="form", does="opens a form"): self.form,
                    Word(name="decide", does="records a decision", takes="<what>"): self.decide,
                },
                buttons={
                    "ask.share": self.share,
                    "ask.useful": self.useful,
                    "ask.later": self.later,
                    "charter.drop": self.drop,
                    "tiny.form": self.form,
                },
                forms={"tiny.save": self.save, "tiny.decide": self.save},
            ),
            bare="charter",
            question=self.question,
        )
        self.inbox = Inbox(
            work=self.memory,
            recovery=self.memory,
            dispatch=self.dispatch,
            give_up=self.router.give_up,
            messengers={"web": self.messenger},
            clock=self.clock,
        )
        self.page = WebPage(
            inbox=self.inbox,
            work=self.memory,
            clock=self.clock,
            hub=self.hub,
            password=password,
            secret=secret,
        )

    def application(self) -> web.Application:
        """The page alone, as an application."""
        application = web.Application()
        application.add_routes(self.page.routes())
        return application

    async def dispatch(self, event: Event) -> Answer:
        self.events.append(event)
        self.asked.set()
        await self.think.wait()
        return await self.router.dispatch(event)

    async def show(self, event: Asking, _: str) -> Answer:
        return reply(
            Card(
                summary="The charter",
                elements=(
                    heading("Vitals charter v4"),
                    Actions(
                        buttons=(
                            Button(label="Share", action="ask.share", value="v1"),
                            Button(label="Later", action="ask.later", value="v1"),
                            Button(label="Fill in", action="tiny.form"),
                        )
                    ),
                ),
            )
        )

    async def all(self, event: Asking, _: str) -> Answer:
        return reply(everything())

    async def form(self, event: Asking | ButtonClick, _: str = "") -> Answer:
        return OpenForm(form=every_field())

    async def decide(self, event: Asking, what: str) -> Answer:
        if what == "nothing":
            raise UserFacing("There is nothing to decide. Say what.")
        field = TextField(name="what", label="What?", value=what, required=False)
        form = Form(form="tiny.decide", title="Decide", submit="Save", fields=(field,))
        return OpenForm(form=form)

    async def question(self, event: Asking, text: str) -> Answer:
        elements = (heading("**{mark} Fits** · {text}", mark="✓", text=text),)
        return reply(Card(summary=f"Fits: {text}", elements=elements, feedback="v1"))

    async def share(self, event: ButtonClick) -> Answer:
        return publicly(_card(f"Shared by {event.person.name}"))

    async def useful(self, event: ButtonClick) -> Answer:
        return privately(_card(f"Noted: {event.value}"))

    async def later(self, event: ButtonClick) -> Answer:
        return replacing(_card("Later, then"))

    async def drop(self, event: ButtonClick) -> Answer:
        return privately(_card("Dropped")) + Replies(items=replacing(_card("Gone")).items)

    async def save(self, event: FormSubmit) -> Answer:
        if event.text("what") == "twice":
            return FormErrors(errors={"what": "That is decided already."}, sentence="Not saved.")
        return reply(_card(f"Saved {event.state}"))


def _card(text: str) -> Card:
    return Card(summary=text, elements=(body("{text}", text=text),))


async def _serve(port: int) -> None:
    runner = web.AppRunner(TinyBot().application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 3979))
