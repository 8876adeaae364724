"""The password of a page that others can reach, and the signed cookie that proves it was given."""

import asyncio
import hashlib
import hmac
from datetime import timedelta

from adapters.web.limits import MOST_WRONG_AT_ONCE, SESSION_DAYS, SLOW_DOWN
from bot.errors import UserFacing
from bot.ports import Clock

COOKIE = "missionbot_session"
LASTS = timedelta(days=SESSION_DAYS)


class Session:
    """Knows whether a browser has given the password. Another password ends all sessions."""

    def __init__(self, *, password: str, secret: bytes, clock: Clock) -> None:
        self._password = hashlib.sha256(password.encode()).digest()
        self._key = hmac.digest(secret, b"missionbot web session" + self._password, "sha256")
        self._clock = clock
        self._wrong = 0

    async def sign_in(self, password: str) -> str | None:
        """The cookie's value; None, a second later, when the password is wrong.

        Raises UserFacing when too many are guessing.
        """
        if self._wrong >= MOST_WRONG_AT_ONCE:
            raise UserFacing("Too many wrong passwords at once. Try again in a few seconds.")
        given = hashlib.sha256(password.encode("utf-8", "replace")).digest()
        if not hmac.compare_digest(given, self._password):
            self._wrong += 1
            try:
                await asyncio.sleep(SLOW_DOWN)
            finally:
                self._wrong -= 1
            return None
        until = str(int((self._clock.now() + LASTS).timestamp()))
        return f"{until}.{self._mac(until)}"

    def knows(self, cookie: str | None) -> bool:
        """Whether the cookie is ours and still good."""
        until, _, mac = (cookie or "").partition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(until).encode()):
            return False
        return self._clock.now().timestamp() < int(until)

    def _mac(self, until: str) -> str:
        return hmac.new(self._key, until.encode("utf-8", "replace"), "sha256").hexdigest()
