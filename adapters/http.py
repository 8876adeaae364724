"""The one HTTP server: health checks here, everything else from the adapters' routes."""

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import escape
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import UserFacing

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
"""Bytes of a request; Slack and Teams stay far below."""
CLOSE_WITHIN = 1.0
"""Seconds that open connections get when the server stops. aiohttp waits for them twice."""
READY_WITHIN = 4.0
"""Seconds in which /readyz answers, whatever the database does."""

NOWHERE = "There is nothing at this address."
NOT_SO = "This address cannot be opened or used in this way."


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
        # The addresses that mean "all of this machine's" are none to go to.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{_in_url(host)}:{self.port}"


@asynccontextmanager
async def listen(
    host: str,
    port: int,
    *,
    routes: Iterable[web.AbstractRouteDef],
    ready: Answers,
    around: Sequence[Middleware] = (),
) -> AsyncIterator[Listening]:
    """Serve while the block runs; port 0 takes any free one. `around` is put around every request.
    Raises UserFacing where the address cannot be had."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[*around, _kindly])
    app.add_routes(routes)
    readiness = _Readiness(ready)
    app.add_routes([web.get("/healthz", _alive), web.get("/readyz", readiness.answer)])
    # No access log: addresses of pages and the times of clicks are nobody's business.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_WITHIN)
    await runner.setup()
    try:
        await _bind(runner, host, port)
        yield Listening(host=host, port=runner.addresses[0][1])
    finally:
        await runner.cleanup()
        readiness.close()


async def _bind(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except UnicodeError:
        raise UserFacing(f"MISSIONBOT_HOST is {host!r}, which is no address.") from None
    except OSError as error:
        raise UserFacing(_cannot_listen(error, host, port)) from None


def _cannot_listen(error: OSError, host: str, port: int) -> str:
    where = f"{_in_url(host)}:{port}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"Something listens on {where} already. Is Missionbot running? To start another one "
            "beside it, choose a port: `PORT=4000 missionbot run`."
        )
    if error.errno == errno.EACCES:
        return (
            f"This user may not listen on {where}. Choose a port above 1023: "
            "`PORT=4000 missionbot run`."
        )
    why = error.strerror or type(error).__name__
    return (
        f"I cannot listen on {where}: {why}. MISSIONBOT_HOST has to be an address of this "
        "machine; 127.0.0.1 always is."
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


class _Readiness:
    """Asks the database once at a time, for however many want to know."""

    def __init__(self, needed: Answers) -> None:
        self._needed = needed
        self._asking: asyncio.Task[bool] | None = None

    async def answer(self, _: web.Request) -> web.Response:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._answers())
        # Waited for and not broken off: a driver whose server has gone silent takes long to give
        # up even when it is told to.
        done, _pending = await asyncio.wait({self._asking}, timeout=READY_WITHIN)
        if done and self._asking.result():
            return web.json_response({"ready": True})
        return web.json_response({"ready": False, "database": "no answer"}, status=503)

    def close(self) -> None:
        if self._asking:
            self._asking.cancel()

    async def _answers(self) -> bool:
        try:
            await self._needed.ping()
        except Exception as error:
            log.warning("not ready", extra={"error": type(error).__name__})
            return False
        return True


@web.middleware
async def _kindly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A sentence for who comes to a wrong address: a page in a browser, else plain text."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return _nothing_here(request, NOWHERE, 404, {})
    except web.HTTPMethodNotAllowed as error:
        return _nothing_here(request, NOT_SO, 405, {"Allow": error.headers["Allow"]})


def _nothing_here(
    request: web.Request, sentence: str, status: int, headers: dict[str, str]
) -> web.Response:
    guards = {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    page = "text/html" in request.headers.get("Accept", "")
    return web.Response(
        text=_PAGE.format(sentence=escape(sentence)) if page else f"{sentence}\n",
        content_type="text/html" if page else "text/plain",
        status=status,
        headers=guards | headers,
    )


# It looks like the web page's own, and without that page's stylesheet it is plain.
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Nothing here · Missionbot</title>
<link rel="stylesheet" href="/static/style.css">
<link rel="icon" href="/static/icon.svg">
<body class="alone">
<main class="plate">
<h1>Nothing here</h1>
<p>{sentence} Check how it is written, or start from the front.</p>
<p><a href="/">To the front page</a></p>
</main>
</html>
"""
