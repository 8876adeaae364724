"""The real endpoint, router and inbox on a real database, before a Teams that refuses."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.teams.app import TeamsApp
from adapters.teams.way_in import Teams, open_teams
from bot.cards import Actions, Button, Card, Form, TextField, body, heading, literal
from bot.delivery.inbox import Inbox
from bot.errors import UserFacing
from bot.events import ButtonClick, Event, FormSubmit, Shortcut
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
from bot.welcome import lifecycle
from tests.fake_teams import FakeTeams
from tests.fakes import FixedClock

OPENS = ("tiny.form",)


class Rooms:
    """A few handlers; `events` is what was handled, `think` holds answers back."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.think: Callable[[Event], Awaitable[None]] | None = None
        self.votes = 0
        self.router = Router(
            Routes(
                words={
                    Word(name="show", does="shows"): self.show,
                    Word(name="form", does="opens a form"): self.form,
                    Word(name="long", does="says much"): self.long,
                    Word(name="secret", does="answers in private"): self.secret,
                },
                buttons={
                    "tiny.share": self.share,
                    "tiny.later": self.later,
                    "tiny.vote": self.vote,
                    "tiny.form": self.form,
                    "tiny.hidden": self.form,
                    "ask.useful": self.useful,
                },
                forms={"tiny.save": self.save},
                shortcuts={"decide": self.decide},
            ),
            bare="show",
            question=self.question,
            lifecycle=lifecycle,
        )

    async def dispatch(self, event: Event) -> Answer:
        self.events.append(event)
        if self.think:
            await self.think(event)
        if getattr(event, "text", "") == "hush":
            return Replies(items=())
        return await self.router.dispatch(event)

    async def show(self, event: Asking, _: str) -> Answer:
        return reply(board("Charter v4"))

    async def secret(self, event: Asking, _: str) -> Answer:
        return privately(board("For you alone"))

    async def form(self, event: Asking | ButtonClick | Shortcut, words: str = "") -> Answer:
        fields = (
            TextField(name="what", label="What?", value=words),
            TextField(name="why", label="Why?", required=False),
        )
        form = Form(form="tiny.save", title="Decide", submit="Save", fields=fields, state="s1")
        return OpenForm(form=form, button=Button(label="Open", action="tiny.form"))

    async def decide(self, event: Shortcut) -> Answer:
        return await self.form(event, event.text)

    async def long(self, event: Asking, _: str) -> Answer:
        words = "\n".join(f"Line {i} " + "word " * 40 for i in range(150))
        return reply(Card(summary="Much", elements=(literal(words),)))

    async def question(self, event: Asking, text: str) -> Answer:
        if text == "broken":
            raise UserFacing("That cannot be judged. Say it otherwise.")
        elements = (heading("**Fits** · {text}", text=text),)
        return reply(Card(summary=f"Fits: {text}", elements=elements, feedback="v1"))

    async def share(self, event: ButtonClick) -> Answer:
        return publicly(card(f"Shared by {event.person.name}"))

    async def later(self, event: ButtonClick) -> Answer:
        return replacing(card("Later, then"))

    async def vote(self, event: ButtonClick) -> Answer:
        self.votes += 1
        return replacing(board(f"{self.votes} votes"))

    async def useful(self, event: ButtonClick) -> Answer:
        return privately(card(f"Noted {event.value}"))

    async def save(self, event: FormSubmit) -> Answer:
        if event.text("what") == "twice":
            return FormErrors(errors={"what": "That is decided already."}, sentence="Not saved.")
        return reply(card(f"Saved {event.text('what')} ({event.state})"))


def board(title: str) -> Card:
    buttons = (
        Button(label="Share", action="tiny.share", value="v1"),
        Button(label="Later", action="tiny.later", value="v1"),
        Button(label="Vote", action="tiny.vote"),
        Button(label="Fill in", action="tiny.form"),
        Button(label="Hidden form", action="tiny.hidden"),
    )
    return Card(summary=title, elements=(heading("{title}", title=title), Actions(buttons=buttons)))


def card(text: str) -> Card:
    return Card(summary=text, elements=(body("{text}", text=text),))


@dataclass(kw_only=True)
class Running:
    teams: FakeTeams
    adapter: Teams
    app: TeamsApp
    inbox: Inbox
    rooms: Rooms
    storage: Any
    clock: FixedClock

    async def settled(self) -> None:
        """Everything that came is answered."""
        async with asyncio.timeout(60):
            for _ in range(2):
                assert await self.inbox.drain(40)
                await self.app.settled()


@asynccontextmanager
async def running(
    storage: Any, teams: FakeTeams, rooms: Rooms | None = None, **access: Any
) -> AsyncIterator[Running]:
    """The adapter on a port, in front of that Teams."""
    rooms, clock = rooms or Rooms(), FixedClock()
    settings = teams.access(**access)
    async with AsyncExitStack() as stack:
        adapter = await stack.enter_async_context(
            open_teams(
                settings,
                stored=storage.teams,
                clock=clock,
                opens=OPENS,
                tokens=None if settings.local else teams.tokens(settings),
            )
        )
        inbox = Inbox(
            work=storage,
            recovery=storage.recovery,
            dispatch=rooms.dispatch,
            give_up=rooms.router.give_up,
            messengers={"teams": adapter.messenger},
            clock=clock,
        )
        app = await adapter.take(inbox)
        served = web.Application(client_max_size=1024 * 1024)
        served.add_routes(adapter.routes())
        runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        teams.delivery.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        yield Running(
            teams=teams,
            adapter=adapter,
            app=app,
            inbox=inbox,
            rooms=rooms,
            storage=storage,
            clock=clock,
        )
        await inbox.drain(5)


__all__ = ["Rooms", "Running", "running"]
