"""Calls to Teams: one way of making each, over one pool of connections, every failure a
PlatformError.

`patient` calls (answers) wait their turn and are made again where Teams asks to wait or stumbles;
the others (`post`) are made once, and what went wrong is the caller's to deal with.
"""

import asyncio
import json
import logging
import math
import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from adapters.teams.access import Access
from adapters.teams.keys import whole
from adapters.teams.pace import LISTING, SAYING, Pace
from adapters.teams.places import THREAD
from adapters.teams.tokens import Tokens
from bot.errors import Gone, PlatformError, Refused, Throttled, Unreachable

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
PATIENCE = 45.0
"""Seconds that a patient call takes at most; the inbox's lease is 90."""
UNSAID = 2.0
"""Seconds to wait where Teams names no `Retry-After`; twice as many each time after."""
MOST_TRIES = 5
PACED = "teams:pace"
WAIT = frozenset({412, 429})
"""learn.microsoft.com, rate limiting: to be made again after a while, with jitter; so are 502, 503
and 504."""
LARGEST_ANSWER = 1024 * 1024

log = logging.getLogger(__name__)


class TeamsGone(Gone):
    """`code` is Teams' word for it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"teams:{status}:{code}")
        self.code = code


class TeamsRefused(Refused):
    """`status` and `code` are Teams' words for it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"teams:{status}:{code}")
        self.status = status
        self.code = code


class Connector:
    """The Bot Connector's API, as far as it is used here."""

    def __init__(self, access: Access, tokens: Tokens, session: aiohttp.ClientSession) -> None:
        self._access = access
        self._tokens = tokens
        self._session = session
        self._saying, self._listing = Pace(SAYING), Pace(LISTING)

    async def send(
        self,
        service_url: str,
        conversation: str,
        activity: Mapping[str, Any],
        *,
        targeted: bool = False,
        patient: bool = True,
    ) -> str:
        """Say it; Teams' id of the message. `targeted`: the recipient alone sees it."""
        path = f"/v3/conversations/{_part(conversation)}/activities"
        told = await self._call(
            "POST",
            service_url,
            path,
            activity,
            query={"isTargetedActivity": "true"} if targeted else None,
            pace=(self._saying, _whole(conversation)),
            patient=patient,
        )
        return str(told.get("id") or "")

    async def update(
        self,
        service_url: str,
        conversation: str,
        message: str,
        activity: Mapping[str, Any],
        *,
        targeted: bool = False,
    ) -> None:
        """Put it in the place of a message of ours."""
        path = f"/v3/conversations/{_part(conversation)}/activities/{_part(message)}"
        await self._call(
            "PUT",
            service_url,
            path,
            activity,
            query={"isTargetedActivity": "true"} if targeted else None,
            pace=(self._saying, _whole(conversation)),
        )

    async def create(
        self, service_url: str, tenant: str, bot: str, account: str, *, patient: bool = True
    ) -> str:
        """The conversation of the bot with one person, made where there is none yet; its id."""
        body = {
            "isGroup": False,
            "bot": {"id": bot},
            "members": [{"id": account}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        told = await self._call(
            "POST",
            service_url,
            "/v3/conversations",
            body,
            pace=(self._saying, f"{tenant}/new"),
            patient=patient,
        )
        return str(told.get("id") or "")

    async def members(
        self, service_url: str, conversation: str, continuation: str | None
    ) -> Mapping[str, Any]:
        """A page of the conversation's members."""
        query = {"pageSize": "500"}
        if continuation:
            query["continuationToken"] = continuation
        path = f"/v3/conversations/{_part(conversation)}/pagedmembers"
        return await self._call(
            "GET", service_url, path, None, query=query, pace=(self._listing, conversation)
        )

    async def member(self, service_url: str, conversation: str, account: str) -> Mapping[str, Any]:
        """One member. Asked once."""
        path = f"/v3/conversations/{_part(conversation)}/members/{_part(account)}"
        return await self._call(
            "GET", service_url, path, None, pace=(self._listing, conversation), patient=False
        )

    async def _call(
        self,
        method: str,
        service_url: str,
        path: str,
        body: Mapping[str, Any] | None,
        *,
        query: Mapping[str, str] | None = None,
        pace: tuple[Pace, str],
        patient: bool = True,
    ) -> Mapping[str, Any]:
        if not self._access.may_answer_at(service_url):
            # Stored when other hosts were allowed, or tampered with: no token goes there.
            raise TeamsRefused(0, "host")
        url = service_url.rstrip("/") + path
        until = time.monotonic() + (PATIENCE if patient else 0.0)
        for tried in range(1, MOST_TRIES + 1):
            try:
                token = await self._tokens.token()
                await _turn(pace, until)
                return await self._once(method, url, body, query, pace, token)
            except PlatformError as failed:
                wait = _again_after(failed, tried)
                if wait is None or tried == MOST_TRIES or time.monotonic() + wait > until:
                    raise
                log.info("teams is asked again", extra={"kind": method, "ms": round(1000 * wait)})
                await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _once(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str] | None,
        pace: tuple[Pace, str],
        token: str | None,
    ) -> Mapping[str, Any]:
        status, headers, text = await self._request(method, url, body, query, token)
        if status == 401 and token is not None:
            token = await self._tokens.token(instead_of=token)
            status, headers, text = await self._request(method, url, body, query, token)
        if 200 <= status < 300:
            return _object(text)
        code = _code(text)
        if status in WAIT:
            seconds = _seconds(headers.get("Retry-After"))
            if seconds is not None:
                pace[0].closed(pace[1], seconds)
            raise Throttled(f"teams:{status}:{code}", seconds)
        if status >= 500:
            raise Unreachable(f"teams:{status}")
        if status in (403, 404):
            raise TeamsGone(status, code)
        raise TeamsRefused(status, code)

    async def _request(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str] | None,
        token: str | None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            # No redirects: the token is for this host alone.
            async with self._session.request(
                method,
                url,
                json=body,
                params=query,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as answer:
                return answer.status, answer.headers, await whole(answer, LARGEST_ANSWER)
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(f"teams:{type(error).__name__}", may_be_done=False) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"teams:{type(error).__name__}") from None


async def _turn(pace: tuple[Pace, str], until: float) -> None:
    """Wait until it may be said; raises Throttled where that is too long."""
    counted, conversation = pace
    while (wait := counted.wait(conversation)) > 0:
        if time.monotonic() + wait > until:
            raise Throttled(PACED, wait)
        await asyncio.sleep(wait)
    counted.said(conversation)


def _again_after(failed: PlatformError, tried: int) -> float | None:
    """Seconds until the call is made again; None where that does not help. An answer that broke
    off may be said twice, which is better than never."""
    backoff: float = UNSAID * 2 ** (tried - 1) * random.uniform(0.8, 1.2)  # noqa: S311  no secret
    if isinstance(failed, Throttled) and failed.args[0] != PACED:
        told = failed.retry_after
        return backoff if told is None else told + random.uniform(0.0, 0.3)  # noqa: S311
    if isinstance(failed, Unreachable):
        return backoff / 4
    return None


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(text) if text else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _code(text: bytes) -> str:
    """Teams' word for what is wrong; never its sentence, which may quote what was sent."""
    error = _object(text).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code[:80] if isinstance(code, str) and code.isascii() and code.isalnum() else "unsaid"


def _seconds(header: str | None) -> float | None:
    """The header's number; None where it has none that can be read."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), 24 * 3600.0)


def _whole(conversation: str) -> str:
    """A channel counts as one, with all its threads: the careful reading of Teams' page."""
    return conversation.partition(THREAD)[0]


def _part(text: str) -> str:
    return quote(text, safe="")
