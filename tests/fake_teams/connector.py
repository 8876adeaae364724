"""The Bot Connector: takes what the bot says, or says why not."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fake_teams.identity import Identity
from tests.fake_teams.world import BOT, Human, Message, Place, World

LARGEST = 100 * 1024
"""Bytes as UTF-16 (learn.microsoft.com, bots-conversations)."""
LIMITS = ((7, 1.0), (60, 30.0))
_TAKES = {
    "type",
    "id",
    "from",
    "recipient",
    "conversation",
    "channelId",
    "text",
    "textFormat",
    "summary",
    "attachments",
    "attachmentLayout",
    "entities",
    "channelData",
    "importance",
    "replyToId",
    "suggestedActions",
    "inputHint",
    "locale",
}


@dataclass
class Fault:
    """What goes wrong with a call. `done`: after it was done. `drop`: no answer comes."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    done: bool = False
    drop: bool = False
    code: str = "Scripted"


@dataclass
class Call:
    what: str
    conversation: str
    body: Any
    status: int
    at: float
    query: str = ""


class Refusal(Exception):
    def __init__(self, status: int, code: str, why: str = "", **headers: str) -> None:
        super().__init__(f"{status} {code}: {why}")
        self.status, self.code, self.why, self.headers = status, code, why, headers


class Connector:
    """Its HTTP side."""

    def __init__(self, world: World, identity: Identity) -> None:
        self.world = world
        self.identity = identity
        self.calls: list[Call] = []
        self.refused: list[str] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.typing: list[str] = []
        self.throttles = True
        self.hasty: list[str] = []
        """Conversations in which something was said while the bot had been told to wait."""
        self._closed: dict[str, float] = {}
        self._said: dict[str, deque[float]] = {}

    def routes(self) -> list[web.RouteDef]:
        base = "/teams/v3/conversations"
        made = [
            ("POST", base, "create", self._create),
            ("POST", f"{base}/{{id}}/activities", "send", self._send),
            ("PUT", f"{base}/{{id}}/activities/{{message}}", "update", self._update),
            ("GET", f"{base}/{{id}}/pagedmembers", "members", self._members),
            ("GET", f"{base}/{{id}}/members/{{member}}", "member", self._member),
        ]
        return [web.route(m, path, self._answering(what, does)) for m, path, what, does in made]

    def _answering(
        self, what: str, does: Callable[[web.Request, Any], tuple[int, dict[str, Any]]]
    ) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.StreamResponse:
            text = await request.text()
            body = json.loads(text) if text else None
            headers: dict[str, str] = {}
            typing = isinstance(body, dict) and body.get("type") == "typing"
            fault = self._fault("typing" if typing else what)
            self._noted(request.match_info.get("id", ""), fault)
            if fault and fault.slow:
                await asyncio.sleep(fault.slow)
            try:
                if fault and not fault.done and (fault.status or fault.drop):
                    raise Refusal(fault.status, fault.code, "scripted", **fault.headers)
                self._authorised(request)
                status, told = does(request, body)
                if fault and fault.done:
                    raise Refusal(fault.status, fault.code, "scripted", **fault.headers)
            except Refusal as no:
                status, headers = no.status, no.headers
                told = {"error": {"code": no.code, "message": no.why}}
                if no.why != "scripted":
                    self.refused.append(f"{what}: {no}")
            conversation = request.match_info.get("id", "")
            self.calls.append(
                Call(what, conversation, body, status, time.monotonic(), request.query_string)
            )
            if fault and fault.drop:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            return web.json_response(told, status=status, headers=headers)

        return answer

    def _noted(self, conversation: str, fault: Fault | None) -> None:
        """Who was told to wait says nothing meanwhile; what had left before may still arrive."""
        now = time.monotonic()
        place = conversation.partition(";")[0]
        if self._closed.get(place, now) > now + 0.05 and now > self._closed[f"{place} told"] + 0.3:
            self.hasty.append(place)
        wait = fault.headers.get("Retry-After", "") if fault and fault.status == 429 else ""
        if wait.isdecimal():
            self._closed[place], self._closed[f"{place} told"] = now + int(wait), now

    def _fault(self, what: str) -> Fault | None:
        waiting = self.faults.get(what)
        return waiting.popleft() if waiting else None

    def _authorised(self, request: web.Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or token not in self.identity.tokens:
            raise Refusal(401, "Unauthorized", "no token of this app's")

    # What it takes

    def _place(self, request: web.Request) -> tuple[Place, str | None]:
        base, _, thread = request.match_info["id"].partition(";messageid=")
        place = self.world.places.get(base)
        if place is None:
            raise Refusal(404, "ConversationNotFound", "no such conversation")
        if not place.bot or (place.kind == "personal" and place.members[0].blocked):
            raise Refusal(403, "BotNotInConversationRoster", "the bot is not there")
        if thread and (place.kind != "channel" or not self.world.message(base, thread)):
            raise Refusal(404, "ActivityNotFoundInConversation", "no such thread")
        return place, thread or None

    def _paced(self, conversation: str) -> None:
        said = self._said.setdefault(conversation, deque(maxlen=200))
        now = time.monotonic()
        for most, within in LIMITS:
            if self.throttles and len(said) >= most and now - said[-most] < within * 0.97:
                wait = str(max(1, round(within - (now - said[-most]))))
                raise Refusal(429, "TooManyRequests", "throttled", **{"Retry-After": wait})
        said.append(now)

    def _checked(
        self, request: web.Request, place: Place, body: Any, *, update: bool = False
    ) -> Human | None:
        """Whom alone it is for. Raises Refusal for what Teams does not take."""
        if not isinstance(body, dict) or (extra := body.keys() - _TAKES):
            raise Refusal(400, "BadSyntax", f"unknown: {extra if isinstance(body, dict) else ''}")
        if len(json.dumps(body, ensure_ascii=False).encode("utf-16-le")) > LARGEST:
            raise Refusal(413, "MessageSizeTooBig", "too large")
        if body.get("from", {}).get("id", BOT) != BOT:
            raise Refusal(400, "BadArgument", "not your name")
        if body.get("conversation", {}).get("id", place.id) != place.id:
            raise Refusal(400, "BadArgument", "another conversation")
        if body["type"] == "message":
            _check_message(body)
        elif body["type"] != "typing" or update:
            raise Refusal(400, "BadArgument", "type")
        targeted = request.query.get("isTargetedActivity") == "true"
        recipient = body.get("recipient") or {}
        if targeted != bool(recipient.get("isTargeted")):
            raise Refusal(400, "BadArgument", "targeted in one place and not in the other")
        if not targeted:
            return None
        if place.kind == "personal":
            raise Refusal(400, "BadArgument", "nothing is targeted in a personal chat")
        member = next((h for h in place.members if recipient.get("id") in (h.mri, h.aad)), None)
        if member is None:
            raise Refusal(404, "MemberNotFound", "the recipient is no member")
        return member

    def _send(self, request: web.Request, body: Any) -> tuple[int, dict[str, Any]]:
        place, thread = self._place(request)
        only = self._checked(request, place, body)
        self._paced(place.id)
        if body["type"] == "typing":
            self.typing.append(place.id)
            return 202, {}
        id_ = self.world.id()
        self.world.messages.append(
            Message(
                place=place.id,
                id=id_,
                author=BOT,
                text=body.get("text", ""),
                thread=thread,
                only_for=only.mri if only else None,
                activity=body,
            )
        )
        return 201, {"id": id_}

    def _update(self, request: web.Request, body: Any) -> tuple[int, dict[str, Any]]:
        place, _ = self._place(request)
        only = self._checked(request, place, body, update=True)
        message = self.world.message(place.id, request.match_info["message"])
        if message is None or message.author != BOT:
            raise Refusal(404, "ActivityNotFoundInConversation", "no such message of yours")
        if message.only_for != (only.mri if only else None):
            raise Refusal(400, "BadArgument", "who sees a message cannot be changed")
        self._paced(place.id)
        message.activity, message.text = body, body.get("text", "")
        message.shown.clear()
        message.edits += 1
        return 200, {"id": message.id}

    def _create(self, request: web.Request, body: Any) -> tuple[int, dict[str, Any]]:
        members = body.get("members") or []
        if body.get("isGroup") or len(members) != 1 or body.get("bot", {}).get("id") != BOT:
            raise Refusal(400, "BadSyntax", "one person and the bot")
        tenant = (body.get("channelData") or {}).get("tenant", {}).get("id")
        wanted = members[0].get("id")
        human = next((h for h in self.world.humans if wanted in (h.mri, h.aad)), None)
        if human is None or human.tenant != tenant or body.get("tenantId") != tenant:
            raise Refusal(400, "BadArgument", "nobody of that tenant")
        if human.blocked:
            raise Refusal(403, "MessageWritesBlocked", "the person blocked the bot")
        return 201, {"id": self.world.personal(human).id}

    def _members(self, request: web.Request, _: Any) -> tuple[int, dict[str, Any]]:
        place, _thread = self._place(request)
        size = int(request.query.get("pageSize", "100"))
        if not 50 <= size <= 500:
            raise Refusal(400, "BadArgument", "pageSize")
        start = int(request.query.get("continuationToken", "0"))
        page = place.members[start : start + size]
        told: dict[str, Any] = {"members": [_member(human) for human in page]}
        if start + size < len(place.members):
            told["continuationToken"] = str(start + size)
        return 200, told

    def _member(self, request: web.Request, _: Any) -> tuple[int, dict[str, Any]]:
        place, _thread = self._place(request)
        wanted = request.match_info["member"]
        human = next((h for h in place.members if wanted in (h.mri, h.aad)), None)
        if human is None:
            raise Refusal(404, "MemberNotFoundInConversation", "no such member")
        return 200, _member(human)


def _member(human: Human) -> dict[str, Any]:
    return {
        "id": human.mri,
        "name": human.name,
        "aadObjectId": human.aad,
        "tenantId": human.tenant,
        "userRole": human.role,
    }


def _check_message(body: dict[str, Any]) -> None:
    attachments = body.get("attachments") or []
    if not body.get("text") and not attachments:
        raise Refusal(400, "BadArgument", "nothing is said")
    for attachment in attachments:
        check_card(attachment)


def check_card(attachment: Any) -> None:
    """Raises Refusal for what is no card that Teams draws."""
    if attachment.get("contentType") != "application/vnd.microsoft.card.adaptive":
        raise Refusal(400, "BadArgument", "contentType")
    card = attachment.get("content") or {}
    if card.get("type") != "AdaptiveCard" or card.get("version") not in ("1.4", "1.5"):
        raise Refusal(400, "BadArgument", "no Adaptive Card of version 1.5")
    if not card.get("body"):
        raise Refusal(400, "BadArgument", "a card without a body")
