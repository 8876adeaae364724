"""The real endpoint, router and inbox on a real database, before a Teams that refuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.teams.app import TeamsApp
from adapters.teams.way_in import Teams, open_teams
from bot.cards import Actions, Button, Card, Form, TextField, heading
from bot.delivery.inbox import Inbox
from bot.events import ButtonClick, Event, FormSubmit, Shortcut
from bot.replies import (
    Answer,
    FormErrors,
    OpenForm,
    Replies,
    privately,
    replacing,
    reply,
)
from bot.router import Asking, Routes
from bot.usage import Word
from tests.fake_teams import FakeTeams
from tests.fakes import FixedClock
from tests.tiny_rooms import TinyRooms, card

OPENS = ("tiny.form",)


class Rooms(TinyRooms):
    """With a form, votes on a card for everybody, and answers for one person."""

    lines = 150

    def __init__(self) -> None:
        self.votes = 0
        super().__init__(
            Routes(
                words={
                    Word(name="show", does="shows"): self.show,
                    Word(name="form", does="opens a form"): self.form,
                    Word(name="long", does="says much"): self.long,
                    Word(name="secret", does="answers in private"): self.secret,
                },
                buttons={
                    "tiny.vote": self.vote,
                    "tiny.form": self.form,
                    "tiny.hidden": self.form,
                },
                forms={"tiny.save": self.save},
                shortcuts={"decide": self.decide},
            )
        )

    async def dispatch(self, event: Event) -> Answer:
        answer = await super().dispatch(event)
        return Replies(items=()) if getattr(event, "text", "") == "hush" else answer

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

    async def vote(self, event: ButtonClick) -> Answer:
        self.votes += 1
        return replacing(board(f"{self.votes} votes"))

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
