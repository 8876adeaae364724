"""The one HTTP server: health checks here, everything else from the adapters' routes."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.errors import UserFacing

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
"""Bytes of a request; Slack and Teams stay far below."""
CLOSE_WITHIN = 3.0
"""Seconds that open connections get when the server stops."""


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answers(Protocol):
    """What must answer for the process to be of use."""

    async def ping(self) -> None:
        """Raises when it does not answer."""
        ...


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where the server can be reached."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """For a browser on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@asynccontextmanager
async def listen(
    host: str, port: int, *, routes: Iterable[web.AbstractRouteDef], ready: Answers
) -> AsyncIterator[Listening]:
    """Serve while the block runs; port 0 takes any free one. Raises UserFacing where the address
    cannot be had."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(routes)
    app.add_routes([web.get("/healthz", _alive), web.get("/readyz", _ready(ready))])
    # No access log: addresses of pages and the times of clicks are nobody's business.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_WITHIN)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise UserFacing(
            f"I cannot listen on {host}:{port}: {error.strerror or error}. Is Missionbot running "
            "already? Another port: `PORT=4000 make run`."
        ) from None
    try:
        yield Listening(host=host, port=runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


def _ready(needed: Answers) -> Handler:
    async def ready(_: web.Request) -> web.Response:
        try:
            await needed.ping()
        except Exception as error:
            log.warning("not ready", extra={"error": type(error).__name__})
            return web.json_response({"ready": False, "database": "no answer"}, status=503)
        return web.json_response({"ready": True})

    return ready
