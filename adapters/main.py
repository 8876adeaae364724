"""The composition root: the only file that sees everything. Read it to see how it hangs together.

storage ── core (every room, `adapters/core.py`) ── inbox ── adapters ── HTTP
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import SecretStr

from adapters.core import Core, open_core
from adapters.http import Listening, listen
from adapters.local import load_sample
from adapters.scheduler import Ticking, ticking
from adapters.secret import secret
from adapters.settings import Settings
from adapters.web.app import WebPage
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from bot.delivery.inbox import Inbox
from bot.errors import UserFacing
from bot.ports import Messenger
from storage.owner import only_process

if TYPE_CHECKING:
    from adapters.slack.way_in import Slack

log = logging.getLogger(__name__)

DRAIN = 4.0
"""Seconds that a stopping process gives to what it is handling, once connections are closed and
ticks are done; with theirs, it stops within the ten that a container gets."""


async def serve(settings: Settings, ready: Callable[[Listening], None]) -> None:
    """Run until SIGTERM or SIGINT; then stop taking events and finish what is being handled.

    `ready` is called once the page answers. Raises UserFacing where it cannot start.
    """
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        alone = stack.enter_context(only_process(settings.database_url))
        core = await stack.enter_async_context(open_core(settings))
        await load_sample(core)
        hub = Hub()
        messenger = WebMessenger(work=core.storage, clock=core.clock, hub=hub)
        slack = await _slack(stack, settings, core)
        messengers: dict[str, Messenger] = {"web": messenger}
        if slack:
            messengers["slack"] = slack.messenger
        inbox = core.inbox(messengers)
        await inbox.recover(alone=alone)
        stack.push_async_callback(_drain, inbox)
        ticks = [
            Ticking(name="recover", every=5, does=inbox.recover),
            Ticking(name="forget", every=3600, does=inbox.forget),
        ]
        if slack:
            ticks.append(Ticking(name="forget slack", every=3600, does=slack.forget))
        await stack.enter_async_context(ticking(ticks))
        page = _page(settings, core, inbox, hub)
        routes = list(page.routes())
        if slack:
            stack.push_async_callback(slack.stop)
            await slack.take(inbox)
            routes += slack.routes()
        listening = await stack.enter_async_context(
            listen(settings.missionbot_host, settings.port, routes=routes, ready=core.storage)
        )
        stack.callback(page.close)
        warm = asyncio.create_task(core.reader.warm())
        ready(listening)
        await stop.wait()
        log.info("stopping")
        warm.cancel()


async def _slack(
    stack: contextlib.AsyncExitStack, settings: Settings, core: Core
) -> "Slack | None":
    """The way in through Slack, where it is set up."""
    if not settings.slack_connected:
        return None
    # Imported here: who does not use Slack need not wait for it.
    from adapters.slack.way_in import Access, open_slack

    access = Access(
        signing_secret=_shown(settings.slack_signing_secret),
        bot_token=_shown(settings.slack_bot_token),
        client_id=settings.slack_client_id,
        client_secret=_shown(settings.slack_client_secret),
        app_token=_shown(settings.slack_app_token),
        api_url=settings.slack_api_url,
        public_url=settings.missionbot_public_url.rstrip("/") or None,
    )
    key = _shown(settings.missionbot_encryption_key).encode()
    return await stack.enter_async_context(
        open_slack(
            access,
            stored=core.storage.slack,
            secret=key or secret(settings.missionbot_data),
            clock=core.clock,
            charter=core.charters.in_force,
            dispatch=core.router.dispatch,
        )
    )


def _shown(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def _page(settings: Settings, core: Core, inbox: Inbox, hub: Hub) -> WebPage:
    password = settings.missionbot_web_password
    if not settings.loopback and password is None:
        raise UserFacing(
            f"MISSIONBOT_HOST is {settings.missionbot_host}, so others could reach the page, and "
            "no password is set. Set MISSIONBOT_WEB_PASSWORD, or listen on 127.0.0.1 only."
        )
    return WebPage(
        inbox=inbox,
        work=core.storage,
        clock=core.clock,
        hub=hub,
        password=password.get_secret_value() if password else None,
        secret=secret(settings.missionbot_data),
    )


async def _drain(inbox: Inbox) -> None:
    if not await inbox.drain(DRAIN):
        log.warning("some events were not finished; the next start takes them up")
