"""What every request to the page must pass, and what every answer carries.

Without a password the page is for this machine only: the Host header must name it, or a web site
could reach the page through a name of its own that points here (DNS rebinding).
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from adapters.web import view
from adapters.web.limits import LARGEST_REQUEST
from adapters.web.session import COOKIE, Session
from bot.errors import UserFacing

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that, browsers send "Origin: null" with the page's own sign-in.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Refused(Exception):
    """The request is turned away with this status and sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Gate:
    """Wraps the page's handlers. `session` is None where there is no password."""

    def __init__(self, session: Session | None) -> None:
        self._session = session

    def page(self, handler: Handler, *, anybody: bool = False) -> Handler:
        """For what a browser shows: refusals are pages."""
        return self._wrap(handler, _as_page, anybody=anybody)

    def data(self, handler: Handler) -> Handler:
        """For what the script asks: refusals are JSON with a sentence."""
        return self._wrap(handler, _as_data, anybody=False)

    def _wrap(
        self, handler: Handler, refuse: Callable[[Refused], web.Response], *, anybody: bool
    ) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse
            try:
                self._check(request, anybody=anybody)
                response = await handler(request)
            except Refused as refused:
                response = refuse(refused)
            except UserFacing as problem:
                response = refuse(Refused(400, str(problem)))
            except Exception:
                code = secrets.token_hex(3).upper()
                log.exception("page request failed", extra={"code": code})
                response = refuse(Refused(500, _broken(code)))
            if not response.prepared:
                response.headers.update(HEADERS)
            return response

        return guarded

    def _check(self, request: web.Request, *, anybody: bool) -> None:
        if self._session is None and _name(request.host) not in _HERE:
            raise Refused(
                403,
                "This page answers on this machine only, as http://localhost or "
                "http://127.0.0.1. To reach it from elsewhere, set a password for it.",
            )
        if request.method == "POST" and not _same_origin(request):
            raise Refused(403, "This did not come from the page itself. Load the page and retry.")
        if anybody or self._session is None or self._session.knows(request.cookies.get(COOKIE)):
            return
        raise Refused(401, "You are not signed in any more. Load the page anew to sign in.")


async def body(request: web.Request, media: str = "application/json") -> bytes:
    """The request's body; raises Refused when it is of another kind, or too large."""
    if request.content_type != media:
        raise Refused(415, "The page sent something unexpected. Load it anew and try again.")
    parts = bytearray()
    async for part in request.content.iter_any():
        parts += part
        if len(parts) > LARGEST_REQUEST:
            raise Refused(413, "That is more than I can take at once. Shorten it, or send parts.")
    return bytes(parts)


def html(text: str, status: int = 200) -> web.Response:
    """A page; never kept by the browser, as it holds what one persona sees."""
    headers = {"Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def redirect(to: str) -> web.Response:
    """Go there instead."""
    return web.Response(status=303, headers={"Location": to})


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _same_origin(request: web.Request) -> bool:
    # Browsers send at least one of the two with every POST; scripts of other sites can set none.
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def _as_page(refused: Refused) -> web.Response:
    if refused.status == 401:
        return redirect("/login")
    title = "Not found" if refused.status == 404 else "That did not work"
    return html(view.problem(title, str(refused)), status=refused.status)


def _as_data(refused: Refused) -> web.Response:
    return web.json_response({"sentence": str(refused)}, status=refused.status)


def _broken(code: str) -> str:
    return (
        "Something broke on my side. Try again in a minute; if it stays, tell your operator "
        f"this code: {code}."
    )
