"""Calls to Slack's Web API: one way of doing each, every failure a PlatformError.

429, or Slack wants the method to wait        Throttled, with the seconds
no connection, or Slack says "not now"        Unreachable, certainly not done
no answer, a broken line, 5xx, "fatal_error"  Unreachable, perhaps done
the conversation or our right to it is gone   Gone
anything else that Slack says no to           Refused

Nothing is repeated that may have been done already: only a call that Slack turned away (429), or
that never reached it, is made again, and that only while the caller has patience.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Gone, PlatformError, Refused, Throttled, Unreachable

SLACK = "https://slack.com/api/"
TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
PATIENCE = 45.0
"""Seconds that one call waits at most for its turn; the inbox's lease is 90."""
UNSAID = 5.0
"""Seconds to wait where Slack names no `Retry-After`, or an unreadable one."""
SHORTEST = 0.05
"""Seconds to wait where Slack says none."""
CONNECT_AGAIN = (0.2, 1.0)
"""Seconds before a call is made again that never left this machine."""

_GONE = frozenset(
    # One string reads better here than twenty quoted words.
    "account_inactive app_uninstalled cannot_dm_bot channel_not_found invalid_auth is_archived "  # noqa: SIM905
    "no_permission not_authed not_in_channel team_not_found token_expired token_revoked "
    "user_disabled user_is_deactivated user_not_found user_not_in_channel users_not_found".split()
)
"""What no second try mends: the conversation, the person or our right to be there is gone."""
_SHAKEN = frozenset({"fatal_error", "internal_error"})
"""Slack failed half-way, perhaps after it did what was asked (each method's page says so)."""
_NOT_NOW = frozenset({"request_timeout", "service_unavailable", "team_added_to_org"})
"""Slack did nothing, and may do it later: the request came in part, it is away, or it moves the
workspace into an organisation."""
_UNHEARD = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Nobody took the connection, so nothing was done."""

log = logging.getLogger(__name__)


class SlackGone(Gone):
    """`code` is Slack's word for it."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}:{code}")
        self.code = code


class SlackRefused(Refused):
    """`code` is Slack's word for it."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}:{code}")
        self.code = code


class SlackApi:
    """The Web API and response URLs, over one HTTP session. Use it as a context."""

    def __init__(self, base_url: str = SLACK) -> None:
        self._base_url = base_url if base_url.endswith("/") else f"{base_url}/"
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}
        self._closed_until: dict[tuple[str, str], float] = {}
        # The SDK logs bodies at DEBUG; people's words are nobody's business.
        self._quiet = logging.getLogger("adapters.slack.sdk")
        self._quiet.setLevel(logging.WARNING)

    async def __aenter__(self) -> "SlackApi":
        self._session = aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session:
            await self._session.close()

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Slack's own client on our session. It repeats nothing."""
        found = self._clients.get(token or "")
        if found is None:
            found = AsyncWebClient(
                token=token,
                base_url=self._base_url,
                session=self._open(),
                retry_handlers=[],
                logger=self._quiet,
            )
            if len(self._clients) > 1000:
                self._clients.clear()
            self._clients[token or ""] = found
        return found

    async def call(
        self,
        method: str,
        token: str | None,
        arguments: Mapping[str, Any],
        *,
        form: bool = False,
        patience: float = PATIENCE,
    ) -> Mapping[str, Any]:
        """What the method answers. `form`: methods that read no JSON. While Slack wants us to wait
        it is not called; raises Throttled where that is longer than `patience` seconds."""
        body: dict[str, Any] = {"data" if form else "json": dict(arguments)}
        until = time.monotonic() + patience
        tries = iter(CONNECT_AGAIN)
        while True:
            await self._turn(method, token, until)
            try:
                answer = await self.client(token).api_call(method, **body)
            except SlackApiError as error:
                self._explain(method, token, error)
            except _UNHEARD as error:
                wait = next(tries, None)
                if wait is None or time.monotonic() + wait > until:
                    raise _unreachable(method, error) from None
                await asyncio.sleep(wait)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise _unreachable(method, error) from None
            else:
                data = answer.data
                return data if isinstance(data, dict) else {}

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Use a response URL. Raises Gone when it is used up or too old."""
        try:
            async with self._open().post(url, json=dict(body), allow_redirects=False) as answer:
                text = await answer.text()
                if answer.status == 429:
                    raise Throttled("response_url", _seconds(answer.headers.get("Retry-After")))
                if answer.status >= 500:
                    raise Unreachable(f"response_url:{answer.status}")
                if answer.status in (404, 410) or "_url" in text[:200]:
                    raise SlackGone("response_url", "used_or_expired")
                if answer.status != 200 or '"ok":false' in text.replace(" ", "")[:200]:
                    raise SlackRefused("response_url", str(answer.status))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable("response_url", error) from None

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file where files.getUploadURLExternal said."""
        try:
            async with self._open().post(url, data=content) as answer:
                if answer.status != 200:
                    raise SlackRefused("upload", str(answer.status))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable("upload", error) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("SlackApi is used outside its context")
        return self._session

    async def _turn(self, method: str, token: str | None, until: float) -> None:
        """Wait while Slack wants this method of this workspace to wait."""
        gate = (token or "", method)
        while (opens := self._closed_until.get(gate, 0.0)) > (now := time.monotonic()):
            if opens > until:
                raise Throttled(f"{method}:closed", opens - now)
            await asyncio.sleep(opens - now)

    def _explain(self, method: str, token: str | None, error: SlackApiError) -> None:
        """Raise what it means; returns where the call is to be made again."""
        answer = error.response
        status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
        data = getattr(answer, "data", None)
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or code in ("ratelimited", "rate_limited"):
            headers: Mapping[str, str] = getattr(answer, "headers", None) or {}
            told = _seconds(headers.get("Retry-After") or headers.get("retry-after"))
            wait = UNSAID if told is None else max(told, SHORTEST)
            gate = (token or "", method)
            opens = time.monotonic() + wait
            self._closed_until[gate] = max(opens, self._closed_until.get(gate, 0.0))
            log.warning("slack asks to wait", extra={"kind": method, "ms": round(1000 * wait)})
            return
        failed: PlatformError
        if code in _GONE:
            failed = SlackGone(method, code)
        elif code in _NOT_NOW:
            failed = Unreachable(f"{method}:{code}", may_be_done=False)
        elif status >= 500 or code in _SHAKEN or not code:
            failed = Unreachable(f"{method}:{code or status}")
        else:
            failed = SlackRefused(method, code)
        raise failed from None


def _unreachable(method: str, error: Exception) -> Unreachable:
    unheard = isinstance(error, _UNHEARD)
    return Unreachable(f"{method}:{type(error).__name__}", may_be_done=not unheard)


def _seconds(header: str | None) -> float | None:
    """The header's number; None where it has none that can be read."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return min(max(seconds, 0.0), 24 * 3600.0) if seconds == seconds else None
