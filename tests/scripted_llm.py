"""A language-model server for tests: a real HTTP server that speaks chat completions, answers as it
is told, and misbehaves as real servers do.

    async with ScriptedLLM() as llm:
        llm.then(status(500), say("fits", supports=["M1"]))     # the next two answers
        llm.when("sell", say("conflicts", opposes=["R1"]))      # whenever the question says "sell"
        judge = OpenAIJudge(LanguageModel(base_url=llm.url, model="scripted"))
        ...
        assert llm.requests[0].question == "Sell the data?"

With nothing scripted it says that the first line of the charter supports the question.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web


@dataclass
class Request:
    """One request as the server got it."""

    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def system(self) -> str:
        """The first message."""
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        """The message with the question (the second one)."""
        return str(self.body["messages"][1]["content"])

    @property
    def question(self) -> str:
        """The question that is to be judged."""
        return str(json.loads(between(self.user, "question")))

    @property
    def lines(self) -> list[dict[str, str]]:
        """The charter's lines: id, kind, text."""
        return [json.loads(line) for line in between(self.system, "charter").splitlines()[1:]]

    @property
    def format(self) -> str | None:
        """The response format asked for: json_schema, json_object or None."""
        kind = self.body.get("response_format", {}).get("type")
        return None if kind is None else str(kind)


Behaviour = Callable[["ScriptedLLM", web.Request, Request], Awaitable[web.StreamResponse]]


def between(text: str, tag: str) -> str:
    """What stands between the opening and the closing tag."""
    return text.split(f"<{tag}>\n", 1)[1].split(f"\n</{tag}>", 1)[0]


def completion(content: str | None, **changes: Any) -> dict[str, Any]:
    """A chat completion as servers give it; `changes` go to its choice or, for usage, beside it."""
    usage = changes.pop("usage", {"prompt_tokens": 900, "completion_tokens": 80})
    message = {"role": "assistant", "content": content, **changes.pop("message", {})}
    choice = {"index": 0, "finish_reason": "stop", "message": message, **changes}
    return {"id": "c1", "object": "chat.completion", "choices": [choice], "usage": usage}


def answer(
    verdict: str,
    supports: Sequence[str] = (),
    opposes: Sequence[str] = (),
    would_fit_if: str = "",
    why_unclear: str = "not_unclear",
    confidence: str = "fairly_sure",
) -> str:
    """A judgement as a model writes it."""
    reasons = [{"line": ref, "because": "it says so", "stance": "supports"} for ref in supports]
    reasons += [{"line": ref, "because": "it says so", "stance": "opposes"} for ref in opposes]
    return json.dumps(
        {
            "considered": "what would be done",
            "reasons": reasons,
            "verdict": verdict,
            "why_unclear": why_unclear,
            "would_fit_if": would_fit_if,
            "confidence": confidence,
        }
    )


def say(verdict: str, *args: Any, **kwargs: Any) -> Behaviour:
    """A proper answer with this judgement; takes what `answer` takes."""
    return raw(answer(verdict, *args, **kwargs))


def raw(content: str | None, **changes: Any) -> Behaviour:
    """A completion with this content, whatever it is; takes what `completion` takes."""

    async def behave(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.Response:
        return web.json_response(completion(content, **changes))

    return behave


def status(number: int, message: str = "", *, headers: Any = None, **error: Any) -> Behaviour:
    """An error answer as OpenAI gives it."""

    async def behave(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.Response:
        body = {"error": {"message": message, "type": "error", "param": None, **error}}
        return web.json_response(body, status=number, headers=headers)

    return behave


def busy(retry_after: str | None) -> Behaviour:
    """429, with this Retry-After header or none."""
    headers = None if retry_after is None else {"Retry-After": retry_after}
    return status(429, "Rate limit reached", code="rate_limit_exceeded", headers=headers)


def html(code: int = 200) -> Behaviour:
    """A web page, as a proxy or a wrong address gives it."""

    async def behave(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.Response:
        page = "<!doctype html><title>Welcome</title>"
        return web.Response(text=page, status=code, content_type="text/html")

    return behave


def body(text: str) -> Behaviour:
    """200 with this text where a completion should be."""

    async def behave(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    return behave


def redirect(to: str) -> Behaviour:
    """A redirect that asks to send the same request to another address."""

    async def behave(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.Response:
        return web.Response(status=307, headers={"Location": to})

    return behave


def refusal(text: str = "I'm sorry, I can't help with that.") -> Behaviour:
    """The model declines, in the field that is there for it."""
    return raw(None, message={"refusal": text})


async def silence(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.StreamResponse:
    """No answer, until the server stops and the connection is gone."""
    await llm.stopping.wait()
    return hang_up(http, web.Response())


async def drip(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.StreamResponse:
    """A byte every 20 ms, for ever: each is progress, the answer never comes."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(http)
    while not llm.stopping.is_set():
        await response.write(b" ")
        await asyncio.sleep(0.02)
    return hang_up(http, response)


def flood(code: int = 200, size: int = 1_000_000) -> Behaviour:
    """An answer of `size` bytes, in JSON that would be right but for its length."""

    async def behave(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.StreamResponse:
        response = web.StreamResponse(status=code, headers={"Content-Type": "application/json"})
        await response.prepare(http)
        text = json.dumps(completion(answer("fits", ["M1"], would_fit_if="x" * size))).encode()
        for start in range(0, len(text), 10_000):
            llm.sent += len(text[start : start + 10_000])
            await response.write(text[start : start + 10_000])
        return response

    return behave


async def dies(llm: "ScriptedLLM", http: web.Request, request: Request) -> web.StreamResponse:
    """Half an answer, then the connection is gone."""
    text = json.dumps(completion(answer("fits", ["M1"])))
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(text)
    await response.prepare(http)
    await response.write(text[: len(text) // 2].encode())
    return hang_up(http, response)


def hang_up(http: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Drop the connection as a killed server does: nothing more is sent."""
    if http.transport:
        http.transport.abort()
    return response


@dataclass
class ScriptedLLM:
    """The server. `requests` are all it got, in order; `url` goes into the judge's settings."""

    models: tuple[str, ...] = ("scripted",)
    key: str = ""
    """The key that it wants; empty takes any."""
    requests: list[Request] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    sent: int = 0
    """Bytes that `flood` wrote."""
    url: str = ""
    _queue: list[Behaviour] = field(default_factory=list)
    _rules: list[tuple[str, Behaviour]] = field(default_factory=list)
    _refusals: list[tuple[Callable[[Request], bool], Behaviour]] = field(default_factory=list)
    _runner: web.AppRunner | None = None

    def then(self, *behaviours: Behaviour) -> Self:
        """The next answers, in this order, before any rule."""
        self._queue += behaviours
        return self

    def when(self, word: str, behaviour: Behaviour) -> Self:
        """What to answer whenever the question contains `word`; earlier rules come first."""
        self._rules.append((word, behaviour))
        return self

    def refuse(self, what: Callable[[Request], bool], behaviour: Behaviour) -> Self:
        """What the server does not take, before everything else, as older servers have it."""
        self._refusals.append((what, behaviour))
        return self

    async def stop(self) -> None:
        """Stop at once, as if killed: what is being answered breaks off."""
        self.stopping.set()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._list)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        request = Request(body=await http.json(), headers=http.headers)
        self.requests.append(request)
        if self.key and http.headers.get("Authorization") != f"Bearer {self.key}":
            denied = status(401, "Incorrect API key provided", code="invalid_api_key")
            return await denied(self, http, request)
        return await self._choose(request)(self, http, request)

    def _choose(self, request: Request) -> Behaviour:
        for what, behaviour in self._refusals:
            if what(request):
                return behaviour
        if self._queue:
            return self._queue.pop(0)
        if len(request.body["messages"]) == 1:
            return raw("yes")
        for word, behaviour in self._rules:
            if word.casefold() in request.question.casefold():
                return behaviour
        return say("fits", [request.lines[0]["id"]])

    async def _list(self, http: web.Request) -> web.Response:
        if self.key and http.headers.get("Authorization") != f"Bearer {self.key}":
            return web.json_response({"error": {"message": "no"}}, status=401)
        return web.json_response({"data": [{"id": model} for model in self.models]})
