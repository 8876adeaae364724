"""The two pages by which a workspace installs the app.

GET /slack/install         to Slack's own page, with a state that this browser alone may bring
GET /slack/oauth_redirect  back from it, with a code that is exchanged for a token
"""

import hashlib
import html
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from adapters.slack.installations import Installation, ManyWorkspaces
from adapters.slack.places import CHANNEL
from adapters.slack.stored import Installed
from bot.errors import PlatformError
from bot.ports import Clock

AUTHORIZE = "https://slack.com/oauth/v2/authorize"
COOKIE = "missionbot_slack_install"
LASTS = timedelta(minutes=10)
"""From one page to the other."""

log = logging.getLogger(__name__)

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Mission on Slack</title>
<style>body{{font:1.1rem/1.5 system-ui;max-width:34rem;margin:15vh auto;padding:0 1rem}}</style>
<h1>{title}</h1><p>{sentence}</p>{link}</html>"""


class InstallPages:
    """The pages. `installed` is told of every installation."""

    def __init__(
        self,
        *,
        installations: ManyWorkspaces,
        stored: Installed,
        clock: Clock,
        client_id: str,
        scopes: Sequence[str],
        public_url: str | None,
        installed: Callable[[str, Installation], Awaitable[None]],
    ) -> None:
        self._installations = installations
        self._stored = stored
        self._clock = clock
        self._client_id = client_id
        self._scopes = scopes
        self._redirect = {"redirect_uri": f"{public_url}/slack/oauth_redirect"}
        if not public_url:
            # Slack takes the one of the manifest then.
            self._redirect = {}
        self._installed = installed

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Both pages."""
        return [
            web.get("/slack/install", self.install),
            web.get("/slack/oauth_redirect", self.back),
        ]

    async def install(self, request: web.Request) -> web.Response:
        """To Slack."""
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        until = self._clock.now() + LASTS
        await self._stored.add_state(CHANNEL, _digest(state), _digest(browser), until)
        query = {
            "client_id": self._client_id,
            "scope": ",".join(self._scopes),
            "state": state,
            **self._redirect,
        }
        response = web.Response(
            status=302, headers={**_HEADERS, "Location": f"{AUTHORIZE}?{urlencode(query)}"}
        )
        response.set_cookie(
            COOKIE,
            browser,
            max_age=int(LASTS.total_seconds()),
            path="/slack",
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        return response

    async def back(self, request: web.Request) -> web.Response:
        """From Slack."""
        state, browser = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        now = self._clock.now()
        known = await self._stored.take_state(CHANNEL, _digest(state), _digest(browser), now)
        if not (state and browser and known):
            return _page(
                "Begin again",
                "This page is older than ten minutes, was used before, or belongs to another "
                "browser. Nothing was installed.",
                status=400,
            )
        code = request.query.get("code", "")
        if not code:
            return _page(
                "Not installed",
                "You turned it down at Slack, so nothing was installed. You can do it any time.",
                status=200,
            )
        try:
            answer = await self._installations.exchange({"code": code, **self._redirect})
            workspace, made = await self._installations.save(answer)
        except PlatformError as failed:
            log.warning("not installed", extra={"error": str(failed)})
            return _page(
                "Not installed",
                "Slack did not confirm the installation, so nothing was kept.",
                status=502,
            )
        log.info("installed", extra={"workspace": workspace})
        await self._installed(workspace, made)
        response = _page(
            "Mission is installed",
            "Go back to Slack and type /mission in a channel. You can close this page.",
            status=200,
            again=False,
        )
        response.del_cookie(COOKIE, path="/slack")
        return response


def _digest(text: str) -> str:
    # What is stored must not be of use to who reads the database.
    return hashlib.sha256(text.encode()).hexdigest()


def _page(title: str, sentence: str, *, status: int, again: bool = True) -> web.Response:
    link = '<p><a href="/slack/install">Install Mission</a></p>' if again else ""
    text = _PAGE.format(title=html.escape(title), sentence=html.escape(sentence), link=link)
    return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)
