"""Our own token to write to Teams: fetched by MSAL in a thread, kept, renewed before it ends."""

import asyncio
import logging
import time
from typing import Any, Protocol

import msal

from adapters.teams.access import Access
from bot.errors import Refused, Unreachable

SCOPE = "https://api.botframework.com/.default"
EARLY = 600.0
"""Seconds before its end that another one is fetched, beside the use of the old one."""
TIMEOUT = 8.0

log = logging.getLogger(__name__)


class Tokens(Protocol):
    """Gives bearer tokens."""

    async def token(self, *, instead_of: str | None = None) -> str | None:
        """The token, another one than `instead_of`; None where none is needed. Raises
        PlatformErrors."""
        ...


class NoTokens:
    """For the Playground, which wants none."""

    async def token(self, *, instead_of: str | None = None) -> str | None:
        """None."""
        return None


class AppTokens:
    """The app's own, by its secret. `http` stands in for MSAL's way out, in tests."""

    def __init__(self, access: Access, http: Any = None) -> None:
        self._access = access
        self._http = http
        self._app: msal.ConfidentialClientApplication | None = None
        self._token = ""
        self._until = 0.0
        self._lock = asyncio.Lock()
        self._renewing: asyncio.Task[str] | None = None

    async def token(self, *, instead_of: str | None = None) -> str:
        """The token; renewed in good time, and at once where Teams refused `instead_of`."""
        now = time.monotonic()
        if self._token and self._token != instead_of and now < self._until:
            if now > self._until - EARLY and (self._renewing is None or self._renewing.done()):
                self._renewing = asyncio.create_task(self._renew(self._token))
                self._renewing.add_done_callback(_renewed)
            return self._token
        return await self._renew(instead_of or "")

    async def close(self) -> None:
        """Fetch no more."""
        if self._renewing:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    async def _renew(self, old: str) -> str:
        async with self._lock:
            if self._token and self._token != old and time.monotonic() < self._until:
                return self._token
            try:
                told = await asyncio.to_thread(self._fetch, anew=bool(old))
            except OSError as error:
                raise Unreachable(f"login:{type(error).__name__}", may_be_done=False) from None
            except ValueError:
                # MSAL says so where the tenant does not exist.
                raise Refused("login:authority") from None
            if "access_token" not in told:
                raise Refused(f"login:{told.get('error', '')}")
            self._token = str(told["access_token"])
            self._until = time.monotonic() + float(told.get("expires_in", 0)) - 60.0
            return self._token

    def _fetch(self, *, anew: bool) -> dict[str, Any]:
        if self._app is None:
            self._app = msal.ConfidentialClientApplication(
                self._access.app_id,
                client_credential=self._access.password,
                authority=self._access.authority,
                instance_discovery=False,
                http_client=self._http,
                **({} if self._http else {"timeout": TIMEOUT}),
            )
        if anew:
            self._app.remove_tokens_for_client()
        told: dict[str, Any] = self._app.acquire_token_for_client([SCOPE])
        return told


def _renewed(task: "asyncio.Task[str]") -> None:
    if not task.cancelled() and (failed := task.exception()):
        log.warning("token not renewed in good time", extra={"error": type(failed).__name__})
