"""What Slack sends, on its way to the app: signed, by HTTP or socket, again where it failed."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.fake_slack.clock import Clock
from tests.fake_slack.socket import SocketHub

TIME_LIMIT = 3.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """How one attempt ended; status 0: no answer came in time, or none at all."""

    status: int
    body: str = ""
    reason: str = ""
    """Slack's word for what failed ("http_timeout")."""
    seconds: float = 0.0
    headers: Mapping[str, str] | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Delivery:
    """Sends to `request_url`, or over the socket when one is connected."""

    def __init__(self, *, clock: Clock, signing_secret: str, socket: SocketHub) -> None:
        self._clock = clock
        self._secret = signing_secret
        self._socket = socket
        self.request_url = ""
        self.session: aiohttp.ClientSession | None = None
        self.attempts: list[Delivered] = []
        """Every attempt that was made, in order."""
        self.retry_after = (0.0, 0.0, 0.0)
        """Seconds before each retry of an event; Slack waits 0, 60 and 300."""

    def signed(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """The headers by which Slack says that it was itself."""
        stamp = str(int(self._clock.now() if at is None else at))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self._secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def command(self, form: Mapping[str, str]) -> Delivered:
        """A slash command: tried once."""
        if self._socket.connected:
            return self._noted(await self._socket.deliver("slash_commands", dict(form)))
        return await self._post(urlencode(form).encode(), FORM, {})

    async def interaction(self, body: Mapping[str, Any]) -> Delivered:
        """A click, a sent modal, a shortcut: tried once."""
        if self._socket.connected:
            return self._noted(await self._socket.deliver("interactive", dict(body)))
        return await self._post(urlencode({"payload": json.dumps(body)}).encode(), FORM, {})

    async def event(self, body: Mapping[str, Any], *, copies: int = 1) -> list[Delivered]:
        """An event: three more times where it failed. `copies`: Slack sends some twice."""
        sent = await asyncio.gather(*(self._event(body) for _ in range(copies)))
        return [attempt for attempts in sent for attempt in attempts]

    async def raw(self, body: bytes, kind: str, headers: Mapping[str, str]) -> Delivered:
        """Anything at all, not signed."""
        return await self._post(body, kind, headers, sign=False)

    async def challenge(self) -> str | None:
        """Whether the address is the app's: it must say the word back. None when it does not."""
        body = {"type": "url_verification", "challenge": "say-this", "token": "gone-since-2019"}
        answer = await self._post(json.dumps(body).encode(), "application/json", {})
        if not answer.ok:
            return None
        said = json.loads(answer.body)["challenge"] if answer.body[:1] == "{" else answer.body
        return str(said) if said == "say-this" else None

    async def _event(self, body: Mapping[str, Any]) -> list[Delivered]:
        attempts: list[Delivered] = []
        for number in range(len(self.retry_after) + 1):
            headers: dict[str, str] = {}
            if attempts:
                await asyncio.sleep(self.retry_after[number - 1])
                headers = {
                    "X-Slack-Retry-Num": str(number),
                    "X-Slack-Retry-Reason": attempts[-1].reason,
                }
            if self._socket.connected:
                retry = (number, attempts[-1].reason) if attempts else None
                attempts.append(
                    self._noted(await self._socket.deliver("events_api", dict(body), retry))
                )
            else:
                sent = json.dumps(body).encode()
                attempts.append(await self._post(sent, "application/json", headers))
            told = attempts[-1].headers or {}
            if attempts[-1].ok or told.get("x-slack-no-retry") == "1":
                break
        return attempts

    async def _post(
        self, body: bytes, kind: str, headers: Mapping[str, str], *, sign: bool = True
    ) -> Delivered:
        assert self.session, "this Slack is not running"
        assert self.request_url, "say where the app is: slack.request_url"
        signed = self.signed(body) if sign else {}
        all_headers = {"Content-Type": kind, **signed, **headers}
        started = time.monotonic()

        def ended(status: int, text: str = "", reason: str = "", **more: Any) -> Delivered:
            seconds = time.monotonic() - started
            return self._noted(
                Delivered(status=status, body=text, reason=reason, seconds=seconds, **more)
            )

        try:
            async with self.session.post(
                self.request_url,
                data=body,
                headers=all_headers,
                timeout=aiohttp.ClientTimeout(total=TIME_LIMIT),
                allow_redirects=False,
            ) as answer:
                text = await answer.text()
                lower = {name.lower(): value for name, value in answer.headers.items()}
                reason = "" if 200 <= answer.status < 300 else "http_error"
                return ended(answer.status, text, reason, headers=lower)
        except TimeoutError:
            return ended(0, reason="http_timeout")
        except aiohttp.ClientError:
            return ended(0, reason="connection_failed")

    def _noted(self, attempt: Delivered) -> Delivered:
        self.attempts.append(attempt)
        return attempt
