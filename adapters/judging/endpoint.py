"""One model at one address: asks it, with bounded retries, in the form that it understands.

Loading the openai package takes most of a second: `openai.py` beside it therefore imports this
file when the first question comes.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import openai
from pydantic import BaseModel, Field, ValidationError

from adapters.judging.bounded import BoundedClient, TooLong
from adapters.judging.dialect import Dialect, first_dialect
from adapters.judging.failures import CUT_OFF, DECLINED, FAILED, NOT_A_MODEL, explain
from adapters.judging.tokens import Meter, count
from bot.ask.ports import NotJudged

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5
_Chat = Sequence[dict[str, str]]
_Schema = Mapping[str, object]


class Endpoint:
    """Asks one model at one address, and remembers which form of request it takes."""

    def __init__(self, *, base_url: str, api_key: str, model: str) -> None:
        self._model = model
        self._dialect = first_dialect(base_url)
        self._proved = False
        """Whether the dialect has worked: from then on it is refused only by name, and an error
        without a word about the request is a failure."""
        # A key left out would be read from the environment, and the key for one server must not
        # reach another. Local servers need no key, but the package wants one.
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",
            # No read time-out: the caller's budget ends a slow answer.
            timeout=openai.Timeout(None, connect=CONNECT_SECONDS),
            max_retries=0,
            http_client=BoundedClient(),
        )
        self._client.organization = self._client.project = None  # from the environment as well

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(
        self, chat: _Chat, schema: _Schema | None, *, most: int, until: float, meter: Meter
    ) -> str:
        """What the model answers to `chat`, in `most` tokens. Raises NotJudged.

        `until`: the event loop's time at which the caller gives up; no wait goes beyond it.
        `meter` counts what the server took, also for an answer that is of no use.
        """
        completion = await self._exchange(chat, schema, most=most, until=until)
        choice = completion.choices[0]
        text = choice.message.content or ""
        _measure(meter, completion.usage, chat, text)
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise NotJudged(DECLINED)
        if choice.finish_reason == "length":
            raise NotJudged(CUT_OFF)
        return text

    async def check(self, *, until: float) -> str | None:
        """None when key, address and model are right; else a sentence that says what is wrong."""
        try:
            listed = await self._models()
            if self._model not in listed:
                # Azure lists other names than it takes, some servers list nothing: so ask.
                chat = [{"role": "user", "content": "Answer with the word yes."}]
                await self._exchange(chat, None, most=16, until=until)
        except NotJudged as problem:
            return problem.sentence
        return None

    async def _exchange(
        self, chat: _Chat, schema: _Schema | None, *, most: int, until: float
    ) -> "_Completion":
        """One answer: after one retry at most, and in the first form that the server takes.

        Concurrent first calls find that form each for itself: a step is always taken from what
        the call itself tried, so they arrive at the same one, and it is kept once it has worked.
        """
        dialect, tried, retried = self._dialect, {self._dialect}, False
        while True:
            try:
                completion = await self._send(chat, schema, dialect, most)
            except openai.OpenAIError as error:
                failure = explain(error)
                refused = failure.refused or ""
                lower = dialect.without(refused, guess=False, tried=tried)
                if lower is None and failure.wait is not None and not retried:
                    if asyncio.get_running_loop().time() + failure.wait > until:
                        raise NotJudged(failure.sentence) from None
                    retried = True
                    await asyncio.sleep(failure.wait)
                    continue
                if lower is None and refused and schema and not self._works(dialect):
                    lower = dialect.without(refused, guess=True, tried=tried)
                if lower is None:
                    _log(error)
                    raise NotJudged(failure.sentence) from None
                dialect = lower
                tried.add(lower)
                continue
            if schema:  # without one the format was not tried
                self._keep(dialect)
            return completion

    async def _send(
        self, chat: _Chat, schema: _Schema | None, dialect: Dialect, most: int
    ) -> "_Completion":
        # The raw text is read, not the package's own objects: those take any shape unchecked.
        messages: Any = dialect.chat(chat, schema)
        answer = await self._client.chat.completions.with_raw_response.create(
            model=self._model, messages=messages, **dialect.parameters(schema, most)
        )
        try:
            completion = _Completion.model_validate_json(answer.text)
        except ValidationError:
            raise NotJudged(NOT_A_MODEL) from None
        if completion.error:
            raise NotJudged(FAILED)
        if not completion.choices:
            raise NotJudged(NOT_A_MODEL)
        return completion

    async def _models(self) -> set[str]:
        """The models that the server lists; empty where it lists none or too many to read."""
        try:
            answer = await self._client.models.with_raw_response.list()
            return {model.id for model in _Models.model_validate_json(answer.text).data}
        except (TooLong, ValidationError):
            return set()
        except openai.APIStatusError as error:
            # A key may be allowed to use a model and not to list them; only 401 is final.
            if error.status_code == 401:
                raise NotJudged(explain(error).sentence) from None
            return set()
        except openai.OpenAIError as error:
            raise NotJudged(explain(error).sentence) from None

    def _works(self, dialect: Dialect) -> bool:
        return self._proved and dialect == self._dialect

    def _keep(self, dialect: Dialect) -> None:
        if dialect != self._dialect:
            log.info(
                "the language model's server takes less than was tried first",
                extra={"format": dialect.format, "temperature": dialect.temperature},
            )
        self._dialect, self._proved = dialect, True


class _Details(BaseModel):
    cached_tokens: Annotated[int, Field(ge=0)] | None = None


class _Usage(BaseModel):
    prompt_tokens: Annotated[int, Field(ge=0)]
    completion_tokens: Annotated[int, Field(ge=0)]
    prompt_tokens_details: _Details | None = None


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """The part of a chat completion that is read here."""

    choices: list[_Choice] = []
    error: Any = None
    usage: Any = None


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


def _measure(meter: Meter, usage: object, chat: _Chat, text: str) -> None:
    """Count the exchange: by the server's figures, or where it gives none, cautiously."""
    try:
        counted = _Usage.model_validate(usage)
    except ValidationError:
        sent = sum(count(message["content"]) for message in chat)
        meter.add(prompt=sent, completion=count(text))
        return
    details = counted.prompt_tokens_details
    meter.add(
        prompt=counted.prompt_tokens,
        completion=counted.completion_tokens,
        cached=(details and details.cached_tokens) or 0,
    )


def _log(error: openai.OpenAIError) -> None:
    # The kind and the status only: a server's message may repeat what was sent.
    status = error.status_code if isinstance(error, openai.APIStatusError) else None
    log.warning(
        "the language model gave no answer",
        extra={"error": type(error).__name__, "status": status},
    )
