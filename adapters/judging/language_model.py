"""One language model at one address, asked within a budget of time and tokens.

The connection is made with the first question: loading the openai package takes most of a second.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from adapters.judging.in_common import Chat, Unusable, asked_again
from adapters.judging.tokens import Meter, count
from bot.ask.model import Tokens
from bot.ask.ports import NotJudged
from bot.charter.model import InForce
from bot.text import one_line, shorten

if TYPE_CHECKING:
    from adapters.judging.endpoint import Endpoint

T = TypeVar("T")

ASKS = 2
"""An answer that cannot be used is asked for once more."""
CHECK_SECONDS = 5
_ADDRESS = re.compile(
    r"(?i)https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:(?P<port>\d{1,5}))?(/[a-z0-9/._~%:-]*)?"
)
"""No key can hide in it: the libraries below log the address of every request."""


class LanguageModel:
    """Answers chats in a form. `close` it when done."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: str = "",
        seconds: float = 20.0,
        most_tokens: int = 2000,
        price_in: float = 0.0,
        price_out: float = 0.0,
    ) -> None:
        """`seconds` is the budget of an answer, retries included; `most_tokens` that of its words,
        thoughts included; prices are per million tokens. Raises ValueError with a sentence for the
        operator where an address or a key cannot work."""
        address = _ADDRESS.fullmatch(base_url)
        if not address or int(address["port"] or 0) > 65535:
            raise ValueError(
                "The language model's address has to be like https://api.openai.com/v1 or "
                "http://localhost:11434/v1."
            )
        if not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("The language model's key has a character that keys do not have.")
        self._base_url = base_url
        self._api_key = api_key
        self._model = model
        self._seconds = seconds
        self._most_tokens = most_tokens
        self._prices = (price_in, price_out)
        self._endpoint: Endpoint | None = None
        self._connecting = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model's name, without the folder or owner it may stand under."""
        return shorten(one_line(self._model.rstrip("/").rpartition("/")[2]), 60)

    def meter(self) -> Meter:
        """Counts what answers take, at this model's prices."""
        return Meter(*self._prices)

    def most(
        self, chat: Chat, form: Mapping[str, object], *, more: int = 0, times: int = 1
    ) -> Tokens:
        """The most that `times` answers can take, each asked for again; `more` tokens may come to
        the chat."""
        sent = sum(count(message["content"]) for message in chat) + count(json.dumps(form)) + more
        meter = self.meter()
        for _ in range(times):
            for ask in range(ASKS):
                meter.add(prompt=sent + ask * self._most_tokens, completion=self._most_tokens)
        return meter.total

    async def ask(
        self,
        chat: Chat,
        form: Mapping[str, object],
        read: Callable[[str], T],
        *,
        charter: InForce,
        meter: Meter,
    ) -> T:
        """What `read` makes of the answer; where it cannot use one, it is asked for again, with the
        ids of the charter. Raises NotJudged, with what `meter` has counted."""
        endpoint = await self._connected()
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                return await self._ask(endpoint, chat, form, read, charter, meter)
        except NotJudged as problem:
            meter.pending = 0  # it was not left waiting: what the server took has been counted
            raise NotJudged(problem.sentence, meter.total) from None
        except TimeoutError:
            if not limit.expired():
                raise
            raise NotJudged(_too_slow("The language model", self._seconds), meter.total) from None

    async def reachable(self) -> str | None:
        """None when the model can be asked; else a sentence for the operator. Takes 5 s at most."""
        endpoint = await self._connected()
        limit = asyncio.timeout(CHECK_SECONDS)
        try:
            async with limit:
                until = asyncio.get_running_loop().time() + CHECK_SECONDS
                return await endpoint.check(until=until)
        except TimeoutError:
            if not limit.expired():
                raise
            return _too_slow("The language model's server", CHECK_SECONDS)

    async def close(self) -> None:
        """Close the connections to the server."""
        if self._endpoint:
            await self._endpoint.close()

    async def _ask(
        self,
        endpoint: "Endpoint",
        chat: Chat,
        form: Mapping[str, object],
        read: Callable[[str], T],
        charter: InForce,
        meter: Meter,
    ) -> T:
        until = asyncio.get_running_loop().time() + self._seconds
        asks = 1
        while True:
            meter.pending = sum(count(message["content"]) for message in chat)
            text = await endpoint.complete(
                chat, form, most=self._most_tokens, until=until, meter=meter
            )
            try:
                return read(text)
            except Unusable as unusable:
                if asks == ASKS:
                    raise
                asks += 1
                chat = asked_again(chat, text, unusable, charter)

    async def _connected(self) -> "Endpoint":
        async with self._connecting:
            if self._endpoint is None:
                # In a thread: loading the package and the certificates would hold up the loop.
                self._endpoint = await asyncio.to_thread(self._connect)
            return self._endpoint

    def _connect(self) -> "Endpoint":
        from adapters.judging.endpoint import Endpoint

        return Endpoint(base_url=self._base_url, api_key=self._api_key, model=self._model)


def _too_slow(who: str, seconds: float) -> str:
    return f"{who} did not answer within {seconds:g} second{'' if seconds == 1 else 's'}."
