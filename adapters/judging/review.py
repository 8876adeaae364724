"""The reviewer: the same language model as the judge, asked once about a whole charter."""

import asyncio
import json
from typing import TYPE_CHECKING

from adapters.judging.prompt import Unusable, asked_again
from adapters.judging.review_prompt import messages, parse, schema
from adapters.judging.tokens import Meter, count
from bot.ask.model import Tokens
from bot.ask.ports import NotJudged
from bot.charter.model import InForce
from bot.check.model import Review
from bot.text import one_line, shorten

if TYPE_CHECKING:
    from adapters.judging.endpoint import Endpoint

ASKS = 2
"""An answer that cannot be used is asked for once more."""
MOST_LINES = 200
"""Of a longer family of charters, the first: own lines come before inherited ones."""


class ModelReviewer:
    """Satisfies `bot.check.ports.Reviewer`. `close` it when done."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: str = "",
        seconds: float = 60.0,
        most_tokens: int = 2000,
        price_in: float = 0.0,
        price_out: float = 0.0,
    ) -> None:
        """As `OpenAIJudge` takes them, which checks address and key. `seconds` is the budget of a
        whole review, retries included."""
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

    def estimate(self, charter: InForce) -> Tokens:
        """The most that a review can take: both asks."""
        charter = _first_lines(charter)
        sent = sum(count(message["content"]) for message in messages(charter))
        sent += count(json.dumps(schema(charter)))
        meter = Meter(*self._prices)
        for ask in range(ASKS):
            meter.add(prompt=sent + ask * self._most_tokens, completion=self._most_tokens)
        return meter.total

    async def review(self, charter: InForce) -> Review:
        """Remarks that name only refs of `charter.lines`. Raises NotJudged, nothing else."""
        charter = _first_lines(charter)
        if not charter.lines:
            return Review(remarks=(), model=self.name)
        endpoint = await self._connected()
        meter = Meter(*self._prices)
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                review = await self._review(endpoint, charter, meter)
        except NotJudged as problem:
            meter.pending = 0  # it was not left waiting: what the server took has been counted
            raise NotJudged(problem.sentence, meter.total) from None
        except TimeoutError:
            if not limit.expired():
                raise
            late = f"The language model did not answer within {self._seconds:g} seconds."
            raise NotJudged(late, meter.total) from None
        return review.model_copy(update={"tokens": meter.total})

    async def close(self) -> None:
        """Close the connections to the server."""
        if self._endpoint:
            await self._endpoint.close()

    async def _review(self, endpoint: "Endpoint", charter: InForce, meter: Meter) -> Review:
        until = asyncio.get_running_loop().time() + self._seconds
        form, chat = schema(charter), messages(charter)
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


def _first_lines(charter: InForce) -> InForce:
    return charter.model_copy(update={"lines": charter.lines[:MOST_LINES]})
