"""The keys by which Microsoft signs: fetched beside the loop's work, cached, and fetched again at
once when a signature names one that is not known."""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from jwt import PyJWK
from jwt.exceptions import PyJWTError

FRESH = 24 * 3600.0
"""Seconds that keys are used before they are fetched again, while the old ones still serve."""
NOT_AGAIN = 2.0
"""Seconds between two fetches: anybody can name a key that is not known, and waits so long."""
WITHIN = 3.0
"""Seconds that a request waits for keys."""
TIMEOUT = aiohttp.ClientTimeout(total=4, connect=2)
LARGEST = 1024 * 1024

log = logging.getLogger(__name__)


class KeysUnknown(Exception):
    """The keys could not be fetched, so nobody can be told from anybody."""


@dataclass(frozen=True)
class SigningKey:
    """`endorsements` are the channels that may speak by it."""

    key: Any
    endorsements: tuple[str, ...]


class Keys:
    """Keeps them."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def get(self, kid: str) -> SigningKey | None:
        """The key of that id; None when Microsoft has none. Raises KeysUnknown."""
        now = time.monotonic()
        if kid in self._keys:
            if now - self._fetched > FRESH and now - self._tried > NOT_AGAIN:
                self._begin()
            return self._keys[kid]
        await asyncio.wait({self._begin()}, timeout=WITHIN)
        if kid not in self._keys and self._fetched < now:
            raise KeysUnknown
        return self._keys.get(kid)

    def prefetch(self) -> None:
        """Begin to fetch them, so that the first message need not wait."""
        self._begin()

    async def close(self) -> None:
        """Fetch no more."""
        if self._fetching:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _begin(self) -> "asyncio.Task[None]":
        # One fetch at a time, for however many ask.
        if self._fetching is None:
            wait = self._tried + NOT_AGAIN - time.monotonic()
            self._fetching = asyncio.create_task(self._fetch(wait))
            self._fetching.add_done_callback(self._done)
        return self._fetching

    def _done(self, _: "asyncio.Task[None]") -> None:
        self._fetching = None

    async def _fetch(self, wait: float) -> None:
        await asyncio.sleep(max(wait, 0.0))
        self._tried = time.monotonic()
        try:
            where = (await self._json(self._url)).get("jwks_uri")
            told = (await self._json(str(where))).get("keys")
            keys = dict(_read(each) for each in told or () if _usable(each))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError) as error:
            log.warning("signing keys not fetched", extra={"error": type(error).__name__})
            return
        if keys:
            self._keys, self._fetched = keys, time.monotonic()

    async def _json(self, url: str) -> Mapping[str, Any]:
        async with self._session.get(url, timeout=TIMEOUT, allow_redirects=False) as answer:
            answer.raise_for_status()
            told = json.loads(await whole(answer, LARGEST))
        if not isinstance(told, dict):
            raise ValueError("not an object")
        return told


async def whole(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The answer's body. Raises aiohttp.ClientPayloadError for one that is larger."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        body += chunk
        if len(body) > most:
            raise aiohttp.ClientPayloadError("too large")
    return bytes(body)


def _usable(told: object) -> bool:
    return (
        isinstance(told, dict)
        and told.get("kty") == "RSA"
        and isinstance(told.get("kid"), str)
        and told.get("use", "sig") == "sig"
    )


def _read(told: Mapping[str, Any]) -> tuple[str, SigningKey]:
    try:
        key = PyJWK({**told, "alg": "RS256"}).key
    except PyJWTError as error:
        raise ValueError("not a key") from error
    return told["kid"], SigningKey(key=key, endorsements=tuple(told.get("endorsements") or ()))
