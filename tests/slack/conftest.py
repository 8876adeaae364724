"""The real Bolt app, router and inbox on a real database, before a small Slack."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp import web

from adapters.slack.way_in import Access, Slack, open_slack
from bot.cards import Actions, Button, Card, Form, TextField, heading
from bot.delivery.inbox import Inbox
from bot.events import ButtonClick, FormSubmit, Shortcut
from bot.replies import Answer, FormErrors, OpenForm, reply
from bot.router import Asking, Routes
from bot.usage import Word
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.fakes import FixedClock
from tests.slack.local_slack import SECRET, TOKEN, LocalSlack, Sender, local_slack
from tests.tiny_rooms import TinyRooms, card


class Rooms(TinyRooms):
    """With a form, and a message's menu that opens it."""

    def __init__(self) -> None:
        self.title = "Charter v4"
        super().__init__(
            Routes(
                words={
                    Word(name="show", does="shows"): self.show,
                    Word(name="form", does="opens a form"): self.form,
                    Word(name="long", does="says much"): self.long,
                },
                buttons={"tiny.form": self.form},
                forms={"tiny.save": self.save},
                shortcuts={"decide": self.decide},
            )
        )

    async def show(self, event: Asking, _: str) -> Answer:
        buttons = (
            Button(label="Share", action="tiny.share", value="v1"),
            Button(label="Later", action="tiny.later", value="v1"),
            Button(label="Fill in", action="tiny.form"),
        )
        return reply(
            Card(
                summary="The charter",
                elements=(heading("{title}", title=self.title), Actions(buttons=buttons)),
            )
        )

    async def form(self, event: Asking | ButtonClick, _: str = "") -> Answer:
        fields = (TextField(name="what", label="What?"), TextField(name="why", label="Why?"))
        form = Form(form="tiny.save", title="Decide", submit="Save", fields=fields, state="s1")
        return OpenForm(form=form, button=Button(label="Open", action="tiny.form"))

    async def decide(self, event: Shortcut) -> Answer:
        fields = (TextField(name="what", label="What?", value=event.text),)
        form = Form(
            form="tiny.save", title="Decide", submit="Save", fields=fields, state=event.link
        )
        return OpenForm(form=form, button=Button(label="Open", action="tiny.form"))

    async def save(self, event: FormSubmit) -> Answer:
        if event.text("what") == "twice":
            return FormErrors(errors={"what": "That is decided already."}, sentence="Not saved.")
        if event.text("what") == "next":
            return await self.form(event)  # type: ignore[arg-type]
        return reply(card(f"Saved {event.text('what')} ({event.state})"))


@dataclass(kw_only=True)
class Running:
    slack: LocalSlack
    send: Sender
    adapter: Slack
    inbox: Inbox
    rooms: Rooms
    storage: Any
    url: str
    stack: AsyncExitStack = field(repr=False)

    async def settled(self) -> None:
        """Wait until everything that came is answered."""
        assert await self.inbox.drain(60)


@asynccontextmanager
async def running(
    storage: Storage, slack: LocalSlack, rooms: Rooms | None = None, **access: str
) -> AsyncIterator[Running]:
    """The adapter on a port, in front of that Slack."""
    rooms = rooms or Rooms()
    clock = FixedClock()
    if not access:
        access = {"bot_token": TOKEN}

    async def no_charter(workspace: str, conversation: str) -> None:
        return None

    async with AsyncExitStack() as stack:
        adapter = await stack.enter_async_context(
            open_slack(
                Access(signing_secret=SECRET, api_url=f"{slack.base}/api/", **access),
                stored=storage.slack,
                secret=b"s" * 32,
                clock=clock,
                charter=no_charter,
                dispatch=rooms.dispatch,
            )
        )
        inbox = Inbox(
            work=storage,
            recovery=storage.recovery,
            dispatch=rooms.dispatch,
            give_up=rooms.router.give_up,
            messengers={"slack": adapter.messenger},
            clock=clock,
        )
        await adapter.take(inbox)
        app = web.Application(client_max_size=1024 * 1024)
        app.add_routes(adapter.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Running(
            slack=slack,
            send=Sender(url=url, session=session, slack=slack),
            adapter=adapter,
            inbox=inbox,
            rooms=rooms,
            storage=storage,
            url=url,
            stack=stack,
        )
        await inbox.drain(5)


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with local_slack() as slack:
        yield slack


@pytest_asyncio.fixture
async def bot(sqlite_url: str, slack: LocalSlack) -> AsyncIterator[Running]:
    storage = Storage(open_engine(sqlite_url))
    async with running(storage, slack) as bot:
        yield bot
    await storage.close()


__all__ = ["Rooms", "Running", "running"]
