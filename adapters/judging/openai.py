"""The judge: a language model behind any OpenAI-compatible address.

OpenAI itself, Azure (its v1 address, `https://NAME.openai.azure.com/openai/v1/`, with the key as
API key and the deployment's name as model), vLLM, Ollama, llama.cpp and llama-cpp-python.
"""

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.judging.prompt import (
    LONGEST_PRECEDENT,
    MOST_PRECEDENTS,
    Unusable,
    asked_again,
    messages,
    parse,
    schema,
)
from adapters.judging.tokens import Meter, count
from bot.ask.model import Judgement, Precedent, Tokens
from bot.ask.ports import Asked, NotJudged
from bot.charter.model import InForce
from bot.text import one_line, shorten

if TYPE_CHECKING:
    from adapters.judging.endpoint import Endpoint

log = logging.getLogger(__name__)

ASKS = 2
"""An answer that cannot be used is asked for once more."""
CHECK_SECONDS = 5
_ADDRESS = re.compile(
    r"(?i)https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:(?P<port>\d{1,5}))?(/[a-z0-9/._~%:-]*)?"
)
"""No key can hide in it: the libraries below log the address of every request."""
NO_LINES = "The charter has no lines yet, so there is nothing to judge by."


class OpenAIJudge:
    """Judges by a language model; see `bot.ask.ports.Judge`. `close` it when done."""

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
        twice: bool = False,
    ) -> None:
        """`seconds` is the budget of a whole judgement, retries included; `most_tokens` that of
        one answer, thoughts included; prices are per million tokens. `twice`: ask about not doing
        it as well, which takes up to as long again. Raises ValueError with a sentence for the
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
        self._twice = twice
        self._endpoint: Endpoint | None = None
        self._connecting = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model's name, without the folder or owner it may stand under."""
        return shorten(one_line(self._model.rstrip("/").rpartition("/")[2]), 60)

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        """The most that a judgement can take: both asks, precedents at their longest."""
        sent = sum(count(message["content"]) for message in messages(charter, asked, ()))
        sent += count(json.dumps(schema(charter))) + MOST_PRECEDENTS * 3 * LONGEST_PRECEDENT
        meter = Meter(*self._prices)
        for ask in (*range(ASKS), *range(ASKS if self._twice else 0)):
            meter.add(prompt=sent + ask * self._most_tokens, completion=self._most_tokens)
        return meter.total

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        """A verdict that names only refs of `charter.lines`. Raises NotJudged, nothing else."""
        if not charter.lines:
            raise NotJudged(NO_LINES)
        meter = Meter(*self._prices)
        judgement = await self._once(charter, asked, precedents, meter)
        if self._twice and judgement.why_unclear != "vague":
            opposite = asked.model_copy(update={"opposite": True})
            try:
                other = await self._once(charter, opposite, precedents, meter)
                judgement = judgement.model_copy(update={"opposite": other.kind})
            except NotJudged:
                # There is a verdict; that it was asked for in one way only is seen on it.
                log.warning("not judged the other way round")
        return judgement.model_copy(update={"tokens": meter.total})

    async def _once(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent], meter: Meter
    ) -> Judgement:
        """One judgement within the time there is for it. Raises NotJudged, with what `meter` has
        counted."""
        endpoint = await self._connected()
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                return await self._judge(endpoint, charter, asked, precedents, meter)
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

    async def _judge(
        self,
        endpoint: "Endpoint",
        charter: InForce,
        asked: Asked,
        precedents: Sequence[Precedent],
        meter: Meter,
    ) -> Judgement:
        until = asyncio.get_running_loop().time() + self._seconds
        form = schema(charter)
        chat = messages(charter, asked, precedents)
        asks = 1
        while True:
            meter.pending = sum(count(message["content"]) for message in chat)
            text = await endpoint.complete(
                chat, form, most=self._most_tokens, until=until, meter=meter
            )
            try:
                return parse(text, charter, self.name)
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
