"""Socket Mode: the app connects to us, and we send over any one of its connections."""

import asyncio
import itertools
import json
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from tests.fake_slack.delivery import Delivered

TIME_LIMIT = 3.0
MOST_CONNECTIONS = 10


class SocketHub:
    """The connections of one app."""

    def __init__(self) -> None:
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._turns = itertools.count()
        self.acknowledged: list[str] = []

    @property
    def connected(self) -> bool:
        return bool(self._open)

    async def link(self, request: web.Request) -> web.StreamResponse:
        """One connection, until it ends."""
        if len(self._open) >= MOST_CONNECTIONS:
            return web.Response(status=429, text="too many connections")
        socket = web.WebSocketResponse(heartbeat=None)
        await socket.prepare(request)
        self._open.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": "A0MISSION"},
            "debug_info": {"host": "fake", "approximate_connection_time": 18_060},
        }
        try:
            await socket.send_json(hello)
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            self._open.remove(socket)
        return socket

    def _heard(self, text: str) -> None:
        answer = json.loads(text)
        envelope = answer.get("envelope_id")
        self.acknowledged.append(envelope)
        waiting = self._waiting.pop(envelope, None)
        if waiting and not waiting.done():
            waiting.set_result(answer)

    async def deliver(
        self, kind: str, payload: dict[str, Any], retry: tuple[int, str] | None = None
    ) -> "Delivered":
        """Send it over the next connection; whether it was acknowledged within three seconds."""
        from tests.fake_slack.delivery import Delivered

        socket = self._open[next(self._turns) % len(self._open)]
        envelope = secrets.token_hex(8)
        message: dict[str, Any] = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            number, reason = retry or (0, "")
            message |= {"retry_attempt": number, "retry_reason": reason}
        heard: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[envelope] = heard
        await socket.send_json(message)
        try:
            answer = await asyncio.wait_for(heard, TIME_LIMIT)
        except TimeoutError:
            return Delivered(status=0, reason="timeout")
        said = answer.get("payload")
        return Delivered(status=200, body=json.dumps(said) if said else "")

    async def refresh(self) -> None:
        """Slack closes every link after some hours, so that it is made anew."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def close(self) -> None:
        """The end of this Slack."""
        for socket in list(self._open):
            await socket.close()
