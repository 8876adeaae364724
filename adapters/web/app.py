"""The page's routes. What they do stands elsewhere: see the map in `adapters.web`."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, assert_never

from aiohttp import web

from adapters.web import view
from adapters.web.door import Door
from adapters.web.downloads import WebDownloads
from adapters.web.gate import HEADERS, Gate, Refused, body, html, redirect
from adapters.web.html import environment, render_form
from adapters.web.hub import Hub
from adapters.web.inbound import (
    Click,
    Say,
    Submit,
    clicked,
    opened_by,
    own_words,
    read,
    said_to_bot,
    somebody,
    submitted,
)
from adapters.web.limits import HEARTBEAT, MOST_SHOWN
from adapters.web.personas import OWNER, PERSONAS, WORKSPACE, address, conversation, sees
from adapters.web.seal import Seal
from adapters.web.session import Session
from bot.delivery.transcript import Said, TranscriptWork
from bot.errors import UserFacing
from bot.events import Conversation, Event, Person
from bot.ports import Clock, Work
from bot.replies import Answer, FormErrors, OpenForm, Replies

CHANNEL = "web"
"""The adapter's name in the inbox."""
_PERSONA = "missionbot_persona"
_STATIC = {"style.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


class Inbox(Protocol):
    """The part of `bot.delivery.inbox.Inbox` that the page uses."""

    async def receive(self, channel: str, event: Event) -> asyncio.Task[Answer | None] | None: ...


class WebPage:
    """The local page. Add `routes()` to an application, and call `close` when it shuts down.

    `secret` signs forms and sign-ins; kept over a restart, they outlive it.
    """

    def __init__(
        self,
        *,
        inbox: Inbox,
        work: Work[TranscriptWork],
        clock: Clock,
        hub: Hub,
        password: str | None,
        secret: bytes,
        downloads: WebDownloads | None = None,
    ) -> None:
        self._inbox = inbox
        self._downloads = downloads
        self._work = work
        self._clock = clock
        self._hub = hub
        self._session = Session(password=password, secret=secret, clock=clock) if password else None
        self._seal = Seal(secret)
        self._files = {name: _read_static(name) for name in _STATIC}
        environment()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Every route of the page, each behind the gate."""
        gate, door = Gate(self._session), Door(self._session)
        fetch = self._downloads and gate.page(self._downloads.fetch)
        return [
            *([web.get("/download/{granted}", fetch)] if fetch else []),
            web.get("/", gate.page(self.start)),
            web.get("/c/{place}", gate.page(self.page)),
            web.get("/c/{place}/messages", gate.data(self.messages)),
            web.get("/live", gate.data(self.live)),
            web.post("/say", gate.data(self.say)),
            web.post("/click", gate.data(self.click)),
            web.post("/submit", gate.data(self.submit)),
            web.get("/login", gate.page(door.show, anybody=True)),
            web.post("/login", gate.page(door.enter, anybody=True)),
            web.post("/logout", gate.page(door.leave, anybody=True)),
            web.get("/static/{name}", gate.page(self.static, anybody=True)),
        ]

    def close(self) -> None:
        """Let go of the pages that listen, so that the server can stop."""
        self._hub.close()

    # What a browser shows

    async def start(self, request: web.Request) -> web.Response:
        """The first conversation."""
        return redirect("/c/product")

    async def page(self, request: web.Request) -> web.Response:
        """A conversation, as the persona that the address names, or the last one used."""
        chosen = request.query.get("as")
        remembered = request.cookies.get(_PERSONA, "")
        person = somebody(chosen) if chosen else PERSONAS.get(remembered, OWNER).person
        place = _place(request.match_info["place"], person)
        said = await self._said(place, person)
        text = view.page(said, person, address(place.id), signed_in=self._session is not None)
        response = html(text)
        if chosen:
            response.set_cookie(_PERSONA, person.id, httponly=True, samesite="Strict")
        return response

    async def static(self, request: web.Request) -> web.Response:
        """The stylesheet, the script, the icon."""
        name = request.match_info["name"]
        if name not in self._files:
            raise Refused(404, "There is nothing at this address.")
        content, tag = self._files[name]
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=content, content_type=_STATIC[name], charset="utf-8", headers=headers
        )

    # What its script asks

    async def messages(self, request: web.Request) -> web.Response:
        """The conversation's messages anew."""
        person = somebody(request.query.get("as", ""))
        place = _place(request.match_info["place"], person)
        return _data({"html": view.messages(await self._said(place, person), person)})

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Messages as they come (Server-Sent Events), of all the persona's conversations."""
        person = somebody(request.query.get("as", ""))
        with self._hub.listen(person.id) as listener:
            response = web.StreamResponse(
                headers={
                    **HEADERS,
                    "Content-Type": "text/event-stream",
                    "Cache-Control": "no-store",
                    "X-Accel-Buffering": "no",
                }
            )
            await response.prepare(request)
            try:
                await response.write(b"retry: 2000\nevent: start\ndata: {}\n\n")
                while True:
                    try:
                        said = await asyncio.wait_for(listener.news.get(), HEARTBEAT)
                    except TimeoutError:
                        await response.write(b": still here\n\n")
                        continue
                    if said is None:
                        break
                    await response.write(_news(said, person))
            except ConnectionResetError:
                # The page was closed.
                return response
        return response

    async def say(self, request: web.Request) -> web.Response:
        """Words: shown at once, and answered where they are meant for the bot."""
        sent, person = read(Say, await body(request))
        place = _place(sent.conversation, person)
        root = await self._root(sent.thread, place, person) if sent.thread else None
        own = own_words(sent, person, place, root, self._clock.now())
        async with self._work(WORKSPACE) as tx:
            fresh = await tx.transcript.add(own)
        if fresh:
            self._hub.publish(own)
        event = said_to_bot(sent, person, place, root)
        return await self._handled(event) if event else _data({})

    async def click(self, request: web.Request) -> web.Response:
        """A button."""
        sent, person = read(Click, await body(request))
        async with self._work(WORKSPACE) as tx:
            said = self._hub.kept(sent.message) or await tx.transcript.get(sent.message)
        return await self._handled(clicked(sent, person, said))

    async def submit(self, request: web.Request) -> web.Response:
        """A form."""
        sent, person = read(Submit, await body(request))
        event = submitted(sent, person, self._seal.open(sent.seal))
        return _errors(event) if isinstance(event, FormErrors) else await self._handled(event)

    # Parts

    async def _handled(self, event: Event) -> web.Response:
        task = await self._inbox.receive(CHANNEL, event)
        if task is None:
            return _data({"again": True})
        # Waiting, not awaiting: a page that goes away must not take its answer with it.
        await asyncio.wait({task})
        if task.cancelled():
            raise Refused(503, "I am being restarted. What you sent is kept; I answer right after.")
        match task.result():
            case None:
                sentence = "I have what you sent, but could not answer yet. I try again by myself."
                return _data({"sentence": sentence})
            case Replies():
                return _data({})
            case FormErrors() as errors:
                return _errors(errors)
            case OpenForm(form=form):
                seal = self._seal.close(opened_by(event, form))
                return _data({"form": render_form(form, seal)})
            case other:
                assert_never(other)

    async def _root(self, message: str, place: Conversation, person: Person) -> Said:
        async with self._work(WORKSPACE) as tx:
            root = self._hub.kept(message) or await tx.transcript.get(message)
            if root and root.thread:
                root = self._hub.kept(root.thread) or await tx.transcript.get(root.thread)
        if root is None or not sees(person.id, root) or root.conversation_id != place.id:
            raise UserFacing("The message you reply to is not here any more. Load the page anew.")
        return root

    async def _said(self, place: Conversation, person: Person) -> Sequence[Said]:
        """The last messages, with those on which the threads among them hang."""
        async with self._work(WORKSPACE) as tx:
            latest = await tx.transcript.latest(place.id, person.id, MOST_SHOWN)
            there = {said.id for said in latest}
            missing = {said.thread for said in latest if said.thread} - there
            roots = [root for key in missing if (root := await tx.transcript.get(key))]
        roots.sort(key=lambda root: root.at)
        found = sorted((*latest, *self._hub.kept_in(place.id)), key=lambda said: said.at)
        return [said for said in (*roots, *found) if sees(person.id, said)]


def _place(name: str, person: Person) -> Conversation:
    place = conversation(name, person)
    if place is None:
        raise Refused(404, "There is no such conversation here.")
    return place


def _news(said: Said, viewer: Person) -> bytes:
    data = {
        "place": address(said.conversation_id),
        "html": view.message(said, viewer),
        "spoken": view.spoken(said, viewer),
    }
    return f"event: said\ndata: {json.dumps(data)}\n\n".encode()


def _errors(errors: FormErrors) -> web.Response:
    return _data({"errors": dict(errors.errors), "sentence": errors.sentence})


def _data(data: Mapping[str, object]) -> web.Response:
    return web.json_response(data, headers={"Cache-Control": "no-store"})


@cache
def _read_static(name: str) -> tuple[bytes, str]:
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
