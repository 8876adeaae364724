"""Who may see the operator's pages: this machine, or whoever knows the operator's password."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

_LOCAL = ("127.0.0.1", "localhost", "[::1]", "::1")
_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


class Guard:
    """Lets a request through, or says how to get in."""

    def __init__(self, password: str | None) -> None:
        self._password = password

    def check(self, request: web.Request) -> None:
        """Raises the answer for who may not."""
        if self._password is None:
            if not _is_local(request):
                raise web.HTTPForbidden(
                    text="This page is for this machine only. To open it to others, set "
                    "MISSIONBOT_OPERATOR_PASSWORD.\n"
                )
        elif not hmac.compare_digest(_given(request.headers).encode(), self._password.encode()):
            raise web.HTTPUnauthorized(
                text="The operator's password is asked for (any user name).\n",
                headers={"WWW-Authenticate": 'Basic realm="Missionbot operator", charset="UTF-8"'},
            )

    def check_change(self, request: web.Request) -> None:
        """The same for a request that changes something; it must come from our own page."""
        self.check(request)
        origin = request.headers.get("Origin", "")
        if urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="This can be done from the queue's own page only.\n")


def _is_local(request: web.Request) -> bool:
    # A proxy on this machine passes on what comes from anywhere, and says so.
    if any(name in request.headers for name in _PASSED_ON):
        return False
    host = urlsplit(f"//{request.host}").hostname or ""
    return request.remote in _LOCAL and host in _LOCAL


def _given(headers: Mapping[str, str]) -> str:
    kind, _, value = headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return decoded.partition(":")[2]
