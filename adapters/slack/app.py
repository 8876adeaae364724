"""The way in from Slack: verified, stored, acknowledged; the answer comes by the messenger.

POST /slack/events ── signature ── Bolt ── inbound.read ── inbox ── 200
                                        └─ sent form: its answer is the acknowledgement
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.api import SlackApi
from adapters.slack.beside import Beside
from adapters.slack.gate import is_from_slack
from adapters.slack.inbound import people_of, place_of, read
from adapters.slack.installations import Installations
from adapters.slack.interactions import Heard
from adapters.slack.live import Live, LiveOnes
from adapters.slack.notices import NOT_INSTALLED, SAVING
from adapters.slack.people import People
from adapters.slack.places import CHANNEL, workspace_id
from adapters.slack.views import waiting_view
from bot.delivery.inbox import Overloaded
from bot.events import Event
from bot.replies import Answer

ANSWER_WITHIN = 2.5
"""Seconds after which Slack is told that we could not take it (its limit is 3)."""
FORM_WITHIN = 2.1
"""Seconds that a sent form waits for its answer."""
TRYING_AGAIN = "I have what you sent, but could not answer yet. I try again by myself."

_KINDS = (
    "event_callback",
    "block_actions",
    "view_submission",
    "view_closed",
    "shortcut",
    "message_action",
)
"""What we listen to, beside commands."""

log = logging.getLogger(__name__)


class Inbox(Protocol):
    """The part of `bot.delivery.inbox.Inbox` that is used here."""

    async def receive(self, channel: str, event: Event) -> asyncio.Task[Answer | None] | None: ...


class SlackApp:
    """Takes what Slack sends, by HTTP (`routes`) or by socket (`dispatch`)."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        installations: Installations,
        people: People,
        beside: Beside,
        live: LiveOnes,
        api: SlackApi,
        signing_secret: str,
    ) -> None:
        self._inbox = inbox
        self._installations = installations
        self._people = people
        self._beside = beside
        self._live = live
        self._secret = signing_secret.encode()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._bolt = self._make_bolt(api)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where Slack sends everything."""
        return [web.post("/slack/events", self.events)]

    async def events(self, request: web.Request) -> web.Response:
        """A request that says it comes from Slack."""
        body = await request.read()
        if not is_from_slack(self._secret, request.headers, body, time.time()):
            if _is_ssl_check(body):
                return web.Response()
            # Never the body: with a mistyped secret, it is people's words.
            log.warning("a request was not signed by Slack", extra={"count": len(body)})
            return web.Response(status=401)
        try:
            taken = AsyncBoltRequest(
                body=body.decode(),
                query=request.query_string,
                headers=dict(request.headers.items()),
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            # Signed, but no JSON object: nothing of Slack's.
            return web.Response(status=400)
        return await to_aiohttp_response(await self.dispatch(taken))

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """What to tell Slack: 200 once it is stored, 503 where it could not be, in time."""
        request.context["arrived"] = time.monotonic()
        task = self._begin(self._bolt.async_dispatch(request))
        done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN)
        if not done:
            task.cancel()
            log.warning("not stored in time")
            return BoltResponse(status=503, body="")
        response: BoltResponse = task.result()
        return response

    async def settled(self) -> None:
        """Wait until nothing is being done beside answers."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Wait a moment for what is under way beside the events."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            # What is broken off gives back its connection before the database is closed.
            await asyncio.wait(self._tasks, timeout=1)
        await self._people.close()

    # Bolt

    def _make_bolt(self, api: SlackApi) -> AsyncApp:
        # Bolt logs bodies of requests, at several levels; ours say what is needed.
        quiet = logging.getLogger("adapters.slack.bolt")
        quiet.setLevel(logging.CRITICAL)
        bolt = AsyncApp(
            logger=quiet,
            client=api.client(),
            signing_secret=self._secret.decode(),
            # Verified above; Bolt answers 500 to some forged headers and logs what was sent.
            request_verification_enabled=False,
            process_before_response=True,
            authorize=_Authorize(self._installations),  # type: ignore[arg-type]
            user_facing_authorize_error_message=NOT_INSTALLED,
            attaching_conversation_kwargs_enabled=False,
            attaching_function_token_enabled=False,
        )
        bolt.use(_Taking(self._taken))
        bolt.error(self._failed)
        return bolt

    async def _taken(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        kind = body.get("type")
        if "command" in body or kind in _KINDS:
            return await self._listen(body, context)
        if kind == "block_suggestion":
            return BoltResponse(status=200, body=json.dumps({"options": []}))
        # Slack retries what is answered 404, and turns the subscription off after a while.
        return BoltResponse(status=200, body="")

    async def _failed(self, error: Exception) -> BoltResponse:
        if isinstance(error, Overloaded):
            log.warning("not taken: too much waits for its answer")
            return BoltResponse(status=503, body="")
        log.error("not taken", exc_info=error)
        return BoltResponse(status=503, body="")

    async def _listen(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        workspace = workspace_id(context.enterprise_id, context.team_id)
        bot = context.bot_user_id
        people = people_of(body) - {bot}
        known = await self._people.known(workspace, people, place_of(body))
        meaning = read(body, workspace=workspace, bot=bot, known=known)
        if isinstance(meaning, Heard):
            submitted = body.get("type") == "view_submission"
            return await self._heard(meaning, context["arrived"], submitted=submitted)
        if meaning is not None:
            await self._beside.take(workspace, meaning, self.later)
        return BoltResponse(status=200, body="")

    # Events

    async def _heard(self, heard: Heard, arrived: float, *, submitted: bool) -> BoltResponse:
        live = Live(heard=heard, since=arrived)
        loop = asyncio.get_running_loop()
        if submitted:
            live.ack = loop.create_future()
        if heard.shown_in == "new_modal":
            live.opened = loop.create_future()
        first = self._live.add(live)
        try:
            task = await self._inbox.receive(CHANNEL, heard.event)
        except BaseException:
            if first:
                self._live.drop(heard.event)
            raise
        if task is None or not first:
            # A copy of what is in hand, or was: the first one is answered.
            return BoltResponse(status=200, body="")
        self.later(self._beside.accompany(live, task))
        if live.ack is None:
            return BoltResponse(status=200, body="")
        return await self._acknowledged(live, live.ack, task)

    async def _acknowledged(
        self, live: Live, ack: "asyncio.Future[Mapping[str, Any]]", task: "asyncio.Task[Any]"
    ) -> BoltResponse:
        left = max(FORM_WITHIN - live.age, 0.0)
        await asyncio.wait({ack, task}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if not ack.done():
            sentence = TRYING_AGAIN if task.done() else SAVING
            live.acknowledge({"response_action": "update", "view": waiting_view(sentence)})
        body = ack.result()
        return BoltResponse(status=200, body=json.dumps(body) if body else "")

    def later(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do it beside the answer to Slack."""
        self._begin(doing)

    def _begin(self, doing: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failed := task.exception()):
            log.error("failed beside an event", exc_info=failed)


class _Taking(AsyncMiddleware):
    """The last of Bolt's middleware, which takes everything: a listener for each kind of request
    would be offered each request in turn, and cost more than the rest of Bolt."""

    def __init__(
        self, take: Callable[[dict[str, Any], AsyncBoltContext], Awaitable[BoltResponse]]
    ) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse:
        """The answer to Slack."""
        return await self._take(req.body, req.context)


class _Authorize(AsyncAuthorize):
    """Whose request it is, without asking Slack each time."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: Any
    ) -> AuthorizeResult | None:
        bot = await self._installations.bot_user(enterprise_id, team_id)
        if bot is None:
            # Not installed: Bolt says NOT_INSTALLED then.
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_user_id=bot or None
        )


def _is_ssl_check(body: bytes) -> bool:
    """Slack asks so, unsigned, whether the certificate is good."""
    if len(body) > 2000:
        return False
    return parse_qs(body.decode("utf-8", "replace")).get("ssl_check") == ["1"]
