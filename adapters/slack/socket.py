"""Socket Mode: what Slack sends comes over a connection that we open, so nothing need be reachable
from outside. Each piece may come over any of several connections."""

import asyncio
import logging
import time

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.api import SlackApi, SlackGone, SlackRefused
from adapters.slack.app import SlackApp
from bot.errors import PlatformError, UserFacing

PING = 10.0
"""Seconds; the connection is made anew when nothing answers for four of them."""

log = logging.getLogger(__name__)


class Socket:
    """The connection. Make it within the running event loop."""

    def __init__(self, *, app: SlackApp, api: SlackApi, app_token: str) -> None:
        self._app = app
        self._api = api
        self._app_token = app_token
        self._connecting: asyncio.Task[None] | None = None
        quiet = logging.getLogger("adapters.slack.sdk")
        self._client = SocketModeClient(
            app_token=app_token, logger=quiet, web_client=api.client(), ping_interval=PING
        )
        self._client.socket_mode_request_listeners.append(self._take)

    async def open(self) -> None:
        """Connect, and stay connected until it is closed; while Slack is away it is tried again
        and again. Raises UserFacing where Slack refuses."""
        try:
            answer = await self._api.call("apps.connections.open", self._app_token, {}, patience=0)
            self._client.wss_uri = str(answer["url"])
        except (SlackGone, SlackRefused) as failed:
            await self.close()
            raise UserFacing(
                f"Slack refuses SLACK_APP_TOKEN ({failed.code}). It begins with xapp- and needs "
                "the scope connections:write: api.slack.com/apps, your app, Basic Information, "
                "App-Level Tokens."
            ) from None
        except PlatformError as failed:
            log.warning("slack is away; trying again", extra={"error": str(failed)})
        self._connecting = asyncio.create_task(self._connect())

    async def close(self) -> None:
        """Take nothing more."""
        await self._client.close()  # type: ignore[no-untyped-call]
        if self._connecting:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)

    async def _connect(self) -> None:
        await self._client.connect()  # type: ignore[no-untyped-call]

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        taken = AsyncBoltRequest(
            mode="socket_mode", body=request.payload, headers=build_headers(request)
        )
        # What is not answered 200 is not acknowledged, and Slack sends it again.
        await send_async_response(client, request, await self._app.dispatch(taken), started)
