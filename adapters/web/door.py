"""The way in and out of a page with a password."""

from urllib.parse import parse_qs

from aiohttp import web

from adapters.web import view
from adapters.web.gate import body, html, redirect
from adapters.web.session import COOKIE, LASTS, Session
from bot.errors import UserFacing


class Door:
    """Asks for the password. `session` is None where there is none, and nothing to ask."""

    def __init__(self, session: Session | None) -> None:
        self._session = session

    async def show(self, request: web.Request) -> web.Response:
        """Where the password is asked for."""
        return html(view.sign_in()) if self._session else redirect("/")

    async def enter(self, request: web.Request) -> web.Response:
        """The password, given."""
        if self._session is None:
            return redirect("/")
        sent = await body(request, "application/x-www-form-urlencoded")
        given = parse_qs(sent.decode("utf-8", "replace")).get("password", [""])[0]
        try:
            cookie = await self._session.sign_in(given)
        except UserFacing as problem:
            return html(view.sign_in(str(problem)), status=429)
        if cookie is None:
            return html(view.sign_in("That is not the password. Try again."), status=403)
        response = redirect("/")
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure="https" in (request.scheme, request.headers.get("X-Forwarded-Proto")),
        )
        return response

    async def leave(self, request: web.Request) -> web.Response:
        """The way out."""
        response = redirect("/login")
        response.del_cookie(COOKIE)
        return response
