"""Opens the chat platforms that the settings name."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from aiohttp import web
from pydantic import SecretStr

from adapters.core import Core
from adapters.exports import core_files
from adapters.secret import secret
from adapters.settings import Settings
from bot.delivery.inbox import Inbox
from bot.ports import Messenger, Poster

if TYPE_CHECKING:
    from adapters.slack.way_in import Access as SlackAccess
    from adapters.teams.access import Access as TeamsAccess


class Speaks(Messenger, Poster, Protocol):
    """Answers, and says things unasked."""


class Platform(Protocol):
    """A chat platform's adapter, opened."""

    @property
    def messenger(self) -> Speaks: ...
    async def take(self, inbox: Inbox) -> object:
        """From now on it takes what the platform sends."""
        ...

    def routes(self) -> Sequence[web.AbstractRouteDef]: ...
    async def forget(self) -> int: ...
    async def stop(self) -> None:
        """Take nothing more; what was taken is still answered."""
        ...


async def open_platforms(
    stack: contextlib.AsyncExitStack, settings: Settings, core: Core
) -> dict[str, Platform]:
    """Each by its adapter's name; closed with the stack. Raises UserFacing for what is missing
    or refused."""
    platforms: dict[str, Platform] = {}
    if settings.slack_connected:
        platforms["slack"] = await _slack(stack, settings, core)
    if settings.teams_connected:
        platforms["teams"] = await _teams(stack, settings, core)
    return platforms


def missing(settings: Settings) -> dict[str, str | None]:
    """Each that the settings name, with what is missing as a sentence; None when it is enough."""
    problems: dict[str, str | None] = {}
    if settings.slack_connected:
        problems["Slack"] = _slack_access(settings).problem()
    if settings.teams_connected:
        problems["Teams"] = _teams_access(settings).problem()
    return problems


def _slack_access(settings: Settings) -> "SlackAccess":
    # Imported here, and below: who does not use Slack need not wait for it.
    from adapters.slack.way_in import Access

    return Access(
        signing_secret=_shown(settings.slack_signing_secret),
        bot_token=_shown(settings.slack_bot_token),
        client_id=settings.slack_client_id,
        client_secret=_shown(settings.slack_client_secret),
        app_token=_shown(settings.slack_app_token),
        api_url=settings.slack_api_url,
        public_url=_public_url(settings),
    )


async def _slack(stack: contextlib.AsyncExitStack, settings: Settings, core: Core) -> Platform:
    from adapters.slack.way_in import open_slack

    key = _shown(settings.missionbot_encryption_key).encode()
    slack = await stack.enter_async_context(
        open_slack(
            _slack_access(settings),
            stored=core.storage.slack,
            secret=key or secret(settings.missionbot_data),
            clock=core.clock,
            charter=core.charters.in_force,
            dispatch=core.router.dispatch,
            sections=core.home,
        )
    )
    core.groups["slack"] = slack.groups
    core.downloads["slack"] = slack.downloads(core_files(core))
    return slack


def _teams_access(settings: Settings) -> "TeamsAccess":
    from adapters.teams.access import Access

    return Access(
        app_id=settings.microsoft_app_id,
        password=_shown(settings.microsoft_app_password),
        tenant=settings.microsoft_tenant_id,
        app_type=settings.microsoft_app_type,
        tenants=_listed(settings.missionbot_teams_tenants),
        hosts=_listed(settings.missionbot_teams_hosts),
        public_url=_public_url(settings),
        loopback=settings.loopback,
    )


async def _teams(stack: contextlib.AsyncExitStack, settings: Settings, core: Core) -> Platform:
    from adapters.teams.way_in import open_teams

    return await stack.enter_async_context(
        open_teams(
            _teams_access(settings),
            stored=core.storage.teams,
            clock=core.clock,
            opens=core.router.opens_forms,
        )
    )


def _shown(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def _public_url(settings: Settings) -> str | None:
    return settings.missionbot_public_url.rstrip("/") or None


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())
