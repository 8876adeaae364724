"""The way in from Teams: proven, stored, acknowledged; the answer comes by the messenger.

POST /api/messages ── gate ── turns (inbound, interactions) ── inbox ── 200
                                          └─ invoke: its answer, or that it comes as a message
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from aiohttp import web
from pydantic import ValidationError

from adapters.teams import bodies
from adapters.teams.activity import Activity
from adapters.teams.beside import Beside
from adapters.teams.book import Book
from adapters.teams.gate import Gate, TurnedAway
from adapters.teams.inbound import arrives, people_of
from adapters.teams.interactions import kept_under
from adapters.teams.keys import KeysUnknown
from adapters.teams.live import Live, LiveOnes
from adapters.teams.meanings import Came, Heard, Known, Meaning, Removed, ShowPart, Unreadable, Way
from adapters.teams.notices import LATER, SAVING, TRYING_AGAIN, UNREADABLE
from adapters.teams.places import CHANNEL, Reference, person_id, person_named, reference_of
from adapters.teams.sending import Sending
from adapters.teams.turns import Reader, Turns
from bot.errors import PlatformError
from bot.events import Command, Event, Question
from bot.replies import Answer

STORED_WITHIN = 3.0
"""Seconds after which Teams is told that we could not take it; it asks again then."""
ANSWER_WITHIN = 3.5
"""Seconds that an invoke waits for its answer; Teams gives up after about 5."""
LARGEST = 1024 * 1024
RETRY = {"Retry-After": "2"}

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

log = logging.getLogger(__name__)


class Inbox(Protocol):
    """The part of `bot.delivery.inbox.Inbox` that is used here."""

    async def receive(self, channel: str, event: Event) -> asyncio.Task[Answer | None] | None: ...


class TeamsApp:
    """Takes what Teams sends."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        gate: Gate,
        book: Book,
        sending: Sending,
        beside: Beside,
        live: LiveOnes,
    ) -> None:
        self._inbox = inbox
        self._gate = gate
        self._book = book
        self._sending = sending
        self._beside = beside
        self._live = live
        self._turns = Turns()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where Teams sends everything."""
        return [web.post("/api/messages", self.messages)]

    async def messages(self, request: web.Request) -> web.Response:
        """A request that says it comes from Teams. Nothing is ever answered 500."""
        arrived = time.monotonic()
        if self._stopping:
            return web.Response(status=503, headers=RETRY)
        try:
            claims = await self._gate.claims(request.headers, request.host)
            activity = self._gate.admit(claims, _activity(await _body(request)))
        except TurnedAway as no:
            # Never the body or the token: they are other people's.
            log.warning("turned away", extra={"status": no.status, "reason": no.reason})
            return web.Response(status=no.status)
        except KeysUnknown:
            return web.Response(status=503, headers=RETRY)
        except (ValueError, RecursionError):
            return web.Response(status=400, text="This is no activity.\n")
        task = self._begin(self._take(activity, arrived))
        done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN + 0.9)
        if not done:
            task.cancel()
            log.warning("not taken in time")
            return web.Response(status=503, headers=RETRY)
        if failed := task.exception():
            log.error("not taken", exc_info=failed)
            return web.Response(status=503, headers=RETRY)
        response: web.Response = task.result()
        return response

    def stop(self) -> None:
        """Tell Teams from now on to come again later."""
        self._stopping = True

    async def settled(self) -> None:
        """Wait until nothing is being done beside answers."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._sending.updates.settled()

    async def close(self) -> None:
        """Wait a moment for what is under way beside the events."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)
        for task in self._tasks:
            task.cancel()
        await self._sending.updates.close()

    # What it is

    async def _take(self, activity: Activity, arrived: float) -> web.Response:
        place = reference_of(activity)
        if place is None:
            return web.Response(status=400, text="This activity is nowhere.\n")
        async with asyncio.timeout_at(_loop_time(arrived + STORED_WITHIN)):
            place = await self._book.met(activity, place)
            known = await self._known(activity, place)
        answers: list[web.Response] = []

        async def handle(reader: Reader) -> None:
            answers.append(await self._meant(reader(activity, known), activity, known, arrived))

        await self._turns.take(activity, handle)
        return answers[0] if answers else _nothing_of_ours(activity)

    async def _meant(
        self, meaning: Meaning | None, activity: Activity, known: Known, arrived: float
    ) -> web.Response:
        place = known.place
        match meaning:
            case Heard():
                return await self._heard(meaning, place, arrived)
            case Removed():
                return await self._removed(meaning, place)
            case Came():
                return await self._came(meaning, activity, place)
            case ShowPart():
                person = person_named(activity.sender, known.names)
                return await self._show(activity, self._beside.show_part(place, person, meaning))
            case Unreadable():
                return _unreadable(activity)
            case None:
                return _json(bodies.CLOSE) if activity.type == "invoke" else web.Response()

    async def _known(self, activity: Activity, place: Reference) -> Known:
        if arrives(activity):
            await self._book.ask_name(place, activity.sender)
        names = await self._book.names(place.workspace, people_of(activity))
        said: tuple[str, str] | None = None
        if activity.reply_to_id and (activity.type == "invoke" or not activity.text.strip()):
            said = await self._sending.said(place, activity.reply_to_id)
        key = kept_under(activity)
        kept = (
            await self._sending.form(place.workspace, key, person_id(activity.sender))
            if key
            else None
        )
        return Known(
            place=place,
            names=names,
            public=said is not None and not said[0],
            feedback=said[1] if said else "",
            kept=kept,
            kept_key=key,
        )

    # Events

    async def _heard(self, heard: Heard, place: Reference, arrived: float) -> web.Response:
        live = Live(heard=heard, since=arrived)
        if heard.way in ("fetch", "submit", "card"):
            live.ack = asyncio.get_running_loop().create_future()
        first = self._live.add(live)
        try:
            async with asyncio.timeout_at(_loop_time(arrived + STORED_WITHIN)):
                task = await self._inbox.receive(CHANNEL, heard.event)
        except BaseException:
            if first:
                self._live.drop(heard.event)
            raise
        if task is None or not first:
            # A copy of what is in hand, or was: the first one is answered.
            return _json(_later(heard.way)) if live.ack else _taken(heard.way)
        if live.ack is not None:
            return _json(await self._acknowledged(live, live.ack, task))
        if isinstance(heard.event, Question) or (
            isinstance(heard.event, Command) and (heard.event.public or place.kind == "personal")
        ):
            self.later(self._beside.thinking(heard.event, place, task))
        return _taken(heard.way)

    async def _acknowledged(
        self, live: Live, ack: "asyncio.Future[bodies.Body]", task: "asyncio.Task[Any]"
    ) -> bodies.Body:
        left = max(live.since + ANSWER_WITHIN - time.monotonic(), 0.0)
        await asyncio.wait({ack, task}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if not ack.done():
            way = live.heard.way
            live.acknowledge(_later(way, TRYING_AGAIN if task.done() else None))
        return ack.result()

    async def _removed(self, removed: Removed, place: Reference) -> web.Response:
        await self._inbox.receive(CHANNEL, removed.event)
        if removed.team:
            await self._book.team_dead(place, removed.team)
        await self._book.dead(place)
        return web.Response()

    async def _came(self, came: Came, activity: Activity, place: Reference) -> web.Response:
        # Each is written to by the id that Teams tells here.
        told = activity.members_added or ()
        await asyncio.gather(*(self._book.meet(place.workspace, each) for each in told))
        await asyncio.gather(*(self._inbox.receive(CHANNEL, each) for each in came.events))
        return web.Response()

    async def _show(
        self, activity: Activity, showing: Coroutine[Any, Any, bodies.Body]
    ) -> web.Response:
        if activity.type != "invoke":
            self.later(_quietly(showing))
            return web.Response()
        return _json(await showing)

    def later(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do it beside the answer to Teams."""
        self._begin(doing)

    def _begin(self, doing: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failed := task.exception()):
            log.debug("failed", extra={"error": type(failed).__name__})


async def _quietly(showing: Coroutine[Any, Any, bodies.Body]) -> None:
    try:
        await showing
    except PlatformError as failed:
        log.warning("teams did not take it", extra={"error": str(failed)})


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise TurnedAway(413, "size")
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise TurnedAway(413, "size") from None
    if len(body) > LARGEST:
        raise TurnedAway(413, "size")
    return body


def _activity(body: bytes) -> Activity:
    """Raises ValueError for what is none, RecursionError for what is nested too deep."""
    told = json.loads(body.decode())
    if _SURROGATE.search(body):
        # Half of an emoji, which no database takes.
        whole = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        told = json.loads(whole)
    try:
        return Activity.model_validate(told)
    except ValidationError:
        raise ValueError("not an activity") from None


def _loop_time(at: float) -> float:
    return at - time.monotonic() + asyncio.get_running_loop().time()


def _json(body: Mapping[str, Any]) -> web.Response:
    """An empty body is no body: Teams closes the dialog."""
    return web.json_response(body) if body else web.Response()


def _taken(way: Way) -> web.Response:
    # Feedback is answered with an object that has nothing in it.
    return web.json_response({}) if way == "feedback" else web.Response()


def _later(way: Way, text: str | None = None) -> bodies.Body:
    """That the answer comes as a message."""
    if way == "card":
        return bodies.beside(text or LATER)
    return bodies.sentence(text or (SAVING if way == "submit" else LATER))


def _nothing_of_ours(activity: Activity) -> web.Response:
    if activity.type != "invoke":
        return web.Response()
    if activity.name == "adaptiveCard/action":
        return _unreadable(activity)
    return web.Response(status=501)


def _unreadable(activity: Activity) -> web.Response:
    if activity.name == "adaptiveCard/action":
        return _json(bodies.wrong(UNREADABLE))
    return _json(bodies.sentence(UNREADABLE))
