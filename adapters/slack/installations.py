"""Where the app is installed, and by which token it speaks there.

OneWorkspace        by SLACK_BOT_TOKEN; who that is, Slack says once
ManyWorkspaces      by OAuth; sealed in the database, tokens renewed before they end
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import ValidationError

from adapters.slack.api import SlackApi, SlackRefused
from adapters.slack.places import organisation_id, organisation_of, workspace_id
from adapters.slack.sealing import Seal, WrongKey
from adapters.slack.stored import Installed
from bot.errors import Gone, PlatformError, Unreachable
from bot.events import Frozen
from bot.ports import Clock

RENEW_EARLY = timedelta(hours=2)
"""Before a token ends; Slack's last for 12 hours."""
RENEWING = timedelta(seconds=60)
"""The longest that one process may take to renew; after it another one tries."""
REMEMBERED = 20.0
"""Seconds that an installation is remembered without looking into the database."""

log = logging.getLogger(__name__)


class Installation(Frozen):
    """The app in one workspace, or in a whole organisation."""

    token: str
    bot_user: str | None = None
    app: str | None = None
    installer: str | None = None
    refresh_token: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class _Held:
    kept_as: str
    installation: Installation
    installed_at: datetime
    read_at: float


class Installations(Protocol):
    """What the way in needs to know about installations."""

    async def bot_user(self, enterprise: str | None, team: str | None) -> str | None:
        """Our own user there ("" where Slack did not say); None where the app is not installed."""
        ...

    async def token(self, workspace: str) -> str:
        """The token to speak with. Raises Gone where the app is not installed."""
        ...

    async def removed(self, workspace: str, at: datetime, bots: tuple[str, ...] | None) -> None:
        """The app was uninstalled there at that moment, or those bots' tokens taken back."""
        ...


class OneWorkspace:
    """The workspace (or organisation) of one bot token."""

    def __init__(self, *, api: SlackApi, token: str) -> None:
        self._api = api
        self._token = token
        self._asking = asyncio.Lock()
        self._who: Mapping[str, Any] | None = None

    async def check(self) -> None:
        """Ask Slack who we are. Raises SlackGone when the token is refused, Unreachable when
        there is no answer."""
        async with self._asking:
            if self._who is None:
                self._who = await self._api.call("auth.test", self._token, {}, form=True)

    async def bot_user(self, enterprise: str | None, team: str | None) -> str | None:
        """Our own user there; None in another workspace."""
        await self.check()
        who = self._who or {}
        everywhere = who.get("is_enterprise_install") and who.get("enterprise_id") == enterprise
        if team == who.get("team_id") or (everywhere and enterprise):
            return str(who.get("user_id") or "")
        return None

    async def token(self, workspace: str) -> str:
        """The token, wherever it is ours to speak."""
        return self._token

    async def removed(self, workspace: str, at: datetime, bots: tuple[str, ...] | None) -> None:
        """Nothing is kept; the operator must get a new token."""
        log.error("slack took the bot token back: install the app anew and set SLACK_BOT_TOKEN")


class ManyWorkspaces:
    """Every workspace that installed the app."""

    def __init__(
        self,
        *,
        api: SlackApi,
        stored: Installed,
        seal: Seal,
        clock: Clock,
        client_id: str,
        client_secret: str,
    ) -> None:
        self._api = api
        self._stored = stored
        self._seal = seal
        self._clock = clock
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._held: dict[str, _Held] = {}
        self._renewing: dict[str, asyncio.Lock] = {}

    async def exchange(self, arguments: Mapping[str, str]) -> Mapping[str, Any]:
        """oauth.v2.access as this app."""
        return await self._api.call(
            "oauth.v2.access", None, {**self._client, **arguments}, form=True
        )

    async def save(self, answer: Mapping[str, Any]) -> tuple[str, Installation]:
        """Keep what oauth.v2.access answered to an installation; the workspace and it. Raises
        SlackRefused where it brings no bot token."""
        token = answer.get("access_token")
        if not token:
            raise SlackRefused("oauth.v2.access", "no_bot_token")
        enterprise = (answer.get("enterprise") or {}).get("id")
        team = (answer.get("team") or {}).get("id")
        workspace = workspace_id(enterprise, team)
        if enterprise and answer.get("is_enterprise_install"):
            workspace = organisation_id(enterprise)
        made = Installation(
            token=token,
            bot_user=answer.get("bot_user_id"),
            app=answer.get("app_id"),
            installer=(answer.get("authed_user") or {}).get("id"),
            refresh_token=answer.get("refresh_token"),
            expires_at=self._end(answer),
        )
        await self._stored.install(workspace, self._sealed(workspace, made), self._clock.now())
        self._held.pop(workspace, None)
        return workspace, made

    async def bot_user(self, enterprise: str | None, team: str | None) -> str | None:
        """Our own user there; None where the app is not installed."""
        held = await self._find(workspace_id(enterprise, team))
        return (held.installation.bot_user or "") if held else None

    async def token(self, workspace: str) -> str:
        """A token that is good for a while. Raises Gone where the app is not installed."""
        held = await self._find(workspace)
        if held is None:
            raise Gone(f"not installed in {workspace}")
        if self._must_renew(held):
            held = await self._renewed(held)
        return held.installation.token

    async def removed(self, workspace: str, at: datetime, bots: tuple[str, ...] | None) -> None:
        """Forget the installation, unless it was made anew since."""
        for kept_as in (workspace, organisation_of(workspace)):
            held = await self._load(kept_as)
            if held is None or (bots is not None and held.installation.bot_user not in bots):
                continue
            removed = await self._stored.uninstall(kept_as, at)
            self._held.pop(kept_as, None)
            log.info("uninstalled", extra={"workspace": kept_as, "count": int(removed)})
            return

    # Finding

    async def _find(self, workspace: str) -> _Held | None:
        for kept_as in (workspace, organisation_of(workspace)):
            held = self._held.get(kept_as)
            if held and time.monotonic() - held.read_at < REMEMBERED:
                return held
            if held := await self._load(kept_as):
                return held
        return None

    async def _load(self, kept_as: str) -> _Held | None:
        found = await self._stored.installation(kept_as)
        self._held.pop(kept_as, None)
        if found is None:
            return None
        try:
            opened = Installation.model_validate_json(self._seal.open(found[0], kept_as))
        except (WrongKey, ValidationError):
            log.error(
                "an installation cannot be opened: was the data directory's secret, or "
                "MISSIONBOT_ENCRYPTION_KEY, changed? install the app there anew",
                extra={"workspace": kept_as},
            )
            return None
        held = _Held(
            kept_as=kept_as,
            installation=opened,
            installed_at=found[1],
            read_at=time.monotonic(),
        )
        self._held[kept_as] = held
        return held

    # Renewing

    def _must_renew(self, held: _Held) -> bool:
        ends = held.installation.expires_at
        return ends is not None and self._clock.now() >= ends - RENEW_EARLY

    def _is_over(self, held: _Held) -> bool:
        ends = held.installation.expires_at
        return ends is not None and self._clock.now() >= ends

    async def _renewed(self, held: _Held) -> _Held:
        async with self._renewing.setdefault(held.kept_as, asyncio.Lock()):
            held = await self._load(held.kept_as) or held
            if not self._must_renew(held):
                return held
            now = self._clock.now()
            if await self._stored.lease_renewal(held.kept_as, now, now + RENEWING):
                # Another process may have renewed it between our look and our lease.
                held = await self._load(held.kept_as) or held
                return await self._renew(held) if self._must_renew(held) else held
        # Another process is at it. The old token works until it ends.
        return await self._awaited(held) if self._is_over(held) else held

    async def _renew(self, held: _Held) -> _Held:
        old = held.installation
        try:
            answer = await self.exchange(
                {"grant_type": "refresh_token", "refresh_token": old.refresh_token or ""}
            )
        except PlatformError as failed:
            log.warning("token not renewed", extra={"error": str(failed)})
            if self._is_over(held):
                raise
            return held
        new = old.model_copy(
            update={
                "token": answer["access_token"],
                "refresh_token": answer.get("refresh_token") or old.refresh_token,
                "expires_at": self._end(answer),
            }
        )
        # Kept before it is used: a refresh token works once, and the next one must not be lost.
        sealed = self._sealed(held.kept_as, new)
        await self._stored.renew(held.kept_as, sealed, held.installed_at)
        return await self._load(held.kept_as) or held

    async def _awaited(self, held: _Held) -> _Held:
        for _ in range(40):
            await asyncio.sleep(0.25)
            found = await self._load(held.kept_as)
            if found and not self._is_over(found):
                return found
        raise Unreachable(f"no token for {held.kept_as} in time")

    def _sealed(self, workspace: str, installation: Installation) -> bytes:
        return self._seal.close(installation.model_dump_json().encode(), workspace)

    def _end(self, answer: Mapping[str, Any]) -> datetime | None:
        seconds = answer.get("expires_in")
        return self._clock.now() + timedelta(seconds=int(seconds)) if seconds else None
