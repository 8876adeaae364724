"""What a failed request to a language model means: a sentence for the person who asked, and
whether another try makes sense. Server messages are looked at, never shown or logged: they may
repeat the question or the key.
"""

import email.utils
import math
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

import openai

from adapters.judging.bounded import TooLong

LONGEST_WAIT = 3.0
"""Seconds that a busy server is waited for; when it asks for more, the person is told."""
PAUSE = 0.2
"""Seconds before the one retry after a failure."""

UNREACHABLE = "The connection to the language model failed before it answered."
NO_KEY = (
    "The language model's server refused the key. Your operator can check the key in the settings."
)
NOT_ALLOWED = (
    "The language model's server does not let this key use the model. "
    "Your operator can check both in the settings."
)
NO_MODEL = (
    "The language model's server has no model of that name. "
    "Your operator can check the name in the settings."
)
NOT_A_MODEL = (
    "What answered is not a language model. Your operator can check the address in the settings; "
    "it usually ends in /v1."
)
NO_CREDIT = "The account for the language model has no credit left. Your operator can top it up."
BUSY = "The language model is busy. Try again in a minute."
BUSY_FOR = "The language model is busy and asks to wait {wait}."
OUT_OF_ROOM = "The charter and the question together are longer than this language model can read."
DECLINED = "The language model declined to answer this question."
TOO_LONG = "The language model's answer was far too long, so I stopped reading it."
CUT_OFF = (
    "The language model ran out of room before its answer was complete. "
    "Your operator can allow longer answers in the settings."
)
FAILED = "The language model's server has a problem of its own. Try again later."
REFUSED = (
    "The language model's server does not accept how I ask it. "
    "Your operator can check the address and the model in the settings."
)

_DOES_NOT_KNOW = {400, 404, 422, 500, 501}
"""Statuses by which servers refuse a part of a request that they do not know."""
_PASSING = {408, 409, 425}
_NO_CREDIT = re.compile(r"insufficient_quota|billing")
_NO_MODEL = re.compile(
    r"model_not_found|deploymentnotfound|unknown model|invalid model"
    r"|\bmodel\b.{0,200}(not found|does not exist)",
    re.DOTALL,
)
_OUT_OF_ROOM = re.compile(r"context.?(length|window|size)|(prompt|input) is too long")
_DECLINED = re.compile(r"content_filter|content_policy")


@dataclass(frozen=True)
class Failure:
    """`wait`: seconds after which one more try may work. `refused`: what the server said, where
    it may be refusing a part of the request that it does not know."""

    sentence: str
    wait: float | None = None
    refused: str | None = None


def explain(error: openai.OpenAIError) -> Failure:
    """What `error` means."""
    if isinstance(error, TooLong):
        return Failure(TOO_LONG)
    if isinstance(error, openai.APITimeoutError):
        return Failure(UNREACHABLE)  # only connecting has a time-out of its own
    if isinstance(error, openai.APIConnectionError):
        return Failure(UNREACHABLE, wait=_pause())
    if isinstance(error, openai.APIStatusError):
        return _status(error.status_code, error)
    return Failure(REFUSED)


def _status(status: int, error: openai.APIStatusError) -> Failure:
    said = f"{error.code} {error.body}".lower()
    if status == 401:
        return Failure(NO_KEY)
    if status == 403:
        return Failure(NOT_ALLOWED)
    if status == 402 or (status == 429 and _NO_CREDIT.search(said)):
        return Failure(NO_CREDIT)
    if status == 429:
        return _busy(error.response.headers)
    if status == 413 or (status < 500 and _OUT_OF_ROOM.search(said)):
        return Failure(OUT_OF_ROOM)
    if status in (400, 404) and _NO_MODEL.search(said):
        return Failure(NO_MODEL)
    if status < 500 and _DECLINED.search(said):
        return Failure(DECLINED)
    if status >= 500 or status in _PASSING:
        return Failure(FAILED, wait=_pause(), refused=said if status in _DOES_NOT_KNOW else None)
    return Failure(REFUSED, refused=said if status in _DOES_NOT_KNOW else None)


def _busy(headers: Mapping[str, str]) -> Failure:
    seconds = _retry_after(headers)
    if seconds is None:
        return Failure(BUSY, wait=1 + _pause())
    if seconds <= LONGEST_WAIT:
        return Failure(BUSY, wait=max(seconds, _pause()))
    return Failure(BUSY_FOR.format(wait=_in_words(seconds)))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from the header's number or date; None where there is none that makes sense."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        date = email.utils.parsedate_tz(value)
        if date is None:
            return None
        seconds = max(0.0, email.utils.mktime_tz(date) - time.time())
    return seconds if seconds >= 0 else None  # a number it may be, and yet "nan"


def _in_words(seconds: float) -> str:
    if seconds <= 120:
        return f"{math.ceil(seconds)} seconds"
    if seconds <= 2 * 3600:
        return f"{math.ceil(seconds / 60)} minutes"
    return "for hours"


def _pause() -> float:
    return PAUSE * (1 + random.random())  # noqa: S311 - spreads retries, guards nothing
