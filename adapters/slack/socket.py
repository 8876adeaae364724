"""Socket Mode: what Slack sends comes over a connection that we open, so nothing need be reachable
from outside. Each piece may come over any of several connections."""

import logging
import time

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.api import SlackApi
from adapters.slack.app import SlackApp
from bot.errors import UserFacing

PING = 10.0
"""Seconds; the connection is made anew when nothing answers for four of them."""

log = logging.getLogger(__name__)


class Socket:
    """The connection. Make it within the running event loop."""

    def __init__(self, *, app: SlackApp, api: SlackApi, app_token: str) -> None:
        self._app = app
        quiet = logging.getLogger("adapters.slack.sdk")
        self._client = SocketModeClient(
            app_token=app_token, logger=quiet, web_client=api.client(), ping_interval=PING
        )
        self._client.socket_mode_request_listeners.append(self._take)

    async def open(self) -> None:
        """Connect; it stays connected until it is closed. Raises UserFacing where Slack refuses."""
        try:
            await self._client.connect()  # type: ignore[no-untyped-call]
        except Exception as error:
            log.warning("socket not opened", extra={"error": type(error).__name__})
            raise UserFacing(
                "Slack did not open a connection. Check SLACK_APP_TOKEN: it begins with xapp- and "
                "needs the scope connections:write."
            ) from None

    async def close(self) -> None:
        """Take nothing more."""
        await self._client.disconnect()  # type: ignore[no-untyped-call]
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        taken = AsyncBoltRequest(
            mode="socket_mode", body=request.payload, headers=build_headers(request)
        )
        # What is not answered 200 is not acknowledged, and Slack sends it again.
        await send_async_response(client, request, await self._app.dispatch(taken), started)
