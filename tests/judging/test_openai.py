"""The judge against a real HTTP server, through the real openai package."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from adapters.judging.language_model import LanguageModel
from adapters.judging.openai import OpenAIJudge
from bot.ask.model import Judgement
from bot.ask.ports import Asked, NotJudged
from tests.judging.charters import in_force, precedent
from tests.scripted_llm import (
    Behaviour,
    Request,
    ScriptedLLM,
    answer,
    body,
    busy,
    dies,
    drip,
    flood,
    html,
    raw,
    redirect,
    refusal,
    say,
    silence,
    status,
)

CHARTER = in_force()
ASKED = Asked(question="Should we sell heart-rate data?")
FITS = say("fits", ["M1"])
CONFLICTS = say("conflicts", opposes=["R1"], would_fit_if="members could opt in")

Judges = Callable[..., OpenAIJudge]


@pytest.fixture
async def llm() -> AsyncIterator[ScriptedLLM]:
    async with ScriptedLLM() as server:
        yield server


@pytest.fixture
async def judges(llm: ScriptedLLM) -> AsyncIterator[Judges]:
    """Makes judges that ask the scripted server, and closes them."""
    made: list[OpenAIJudge] = []

    def make(**settings: Any) -> OpenAIJudge:
        made.append(
            OpenAIJudge(LanguageModel(**{"base_url": llm.url, "model": "scripted", **settings}))
        )
        return made[-1]

    yield make
    for judge in made:
        await judge.close()


async def verdict(judge: OpenAIJudge, question: str = ASKED.question) -> Judgement:
    return await judge.judge(CHARTER, Asked(question=question), ())


async def not_judged(judge: OpenAIJudge) -> NotJudged:
    with pytest.raises(NotJudged) as caught:
        await verdict(judge)
    return caught.value


async def test_a_judgement(llm: ScriptedLLM, judges: Judges) -> None:
    llm.then(CONFLICTS)
    judge = judges(api_key="sk-test", price_in=2.0, price_out=10.0)
    found = await judge.judge(CHARTER, ASKED, [precedent("Share data with insurers")])
    assert (found.kind, found.opposes, found.supports) == ("conflicts", ("R1",), ())
    assert found.would_fit_if == "members could opt in"
    assert (found.confidence, found.model) == ("fairly_sure", "scripted")
    assert (found.tokens.prompt, found.tokens.completion) == (900, 80)
    assert found.tokens.cost == pytest.approx((900 * 2 + 80 * 10) / 1e6)
    (request,) = llm.requests
    assert request.question == ASKED.question
    assert "Share data with insurers" in request.user
    assert request.headers["Authorization"] == "Bearer sk-test"
    assert request.format == "json_schema"
    assert request.body["temperature"] == 0
    assert request.body["max_tokens"] == 2000
    assert "store" not in request.body


async def test_cached_tokens_are_reported_and_priced_in_full(
    llm: ScriptedLLM, judges: Judges
) -> None:
    counted = {
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 800},
    }
    llm.then(raw(answer("fits", ["M1"]), usage=counted))
    found = await verdict(judges(price_in=1.0))
    assert found.tokens.cached == 800
    assert found.tokens.cost == pytest.approx(0.001)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -5, "completion_tokens": "many"}])
async def test_where_the_server_does_not_count_it_is_estimated(
    llm: ScriptedLLM, judges: Judges, usage: object
) -> None:
    llm.then(raw(answer("fits", ["M1"]), usage=usage))
    judge = judges()
    found = await verdict(judge)
    most = judge.estimate(CHARTER, ASKED)
    assert 300 < found.tokens.prompt < most.prompt
    assert 20 < found.tokens.completion < most.completion


async def test_every_way_to_be_busy() -> None:
    """Short waits are waited, and nonsense counts as no word."""

    async def try_with(retry_after: str | None) -> int:
        async with ScriptedLLM() as llm:
            llm.then(busy(retry_after), FITS)
            judge = OpenAIJudge(LanguageModel(base_url=llm.url, model="scripted"))
            assert (await verdict(judge)).kind == "fits", retry_after
            await judge.close()
            return len(llm.requests)

    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    values = ("0", "0.3", soon, None, "a while", "nan", "-7")
    assert await asyncio.gather(*map(try_with, values)) == [2] * len(values)


@pytest.mark.parametrize(
    ("retry_after", "words"),
    [("60", "60 seconds"), ("3600", "60 minutes"), ("86400", "for hours"), ("3.5", "4 seconds")],
)
async def test_a_long_wait_is_told_at_once(
    llm: ScriptedLLM, judges: Judges, retry_after: str, words: str
) -> None:
    llm.then(busy(retry_after))
    problem = await not_judged(judges())
    assert problem.sentence == f"The language model is busy and asks to wait {words}."
    assert len(llm.requests) == 1


async def test_it_does_not_wait_beyond_its_budget(llm: ScriptedLLM, judges: Judges) -> None:
    llm.then(busy("2"))
    problem = await not_judged(judges(seconds=1))
    assert problem.sentence == "The language model is busy. Try again in a minute."


async def test_busy_twice_is_told(llm: ScriptedLLM, judges: Judges) -> None:
    llm.then(busy("0"), busy("0"))
    problem = await not_judged(judges())
    assert problem.sentence == "The language model is busy. Try again in a minute."
    assert len(llm.requests) == 2
    assert problem.tokens.prompt == 0


FINAL: list[tuple[Behaviour, str]] = [
    (status(401, "Incorrect API key provided: sk-12"), "refused the key"),
    (status(403, "Country not supported"), "does not let this key use the model"),
    (status(402, "Payment required"), "no credit left"),
    (status(429, "You exceeded your quota", code="insufficient_quota"), "no credit left"),
    (status(404, "The model `x` does not exist", code="model_not_found"), "no model of that name"),
    (status(404, 'model "x" not found, try pulling it first'), "no model of that name"),
    (status(400, "maximum context length is 2048 tokens"), "longer than this language model"),
    (status(413, "too large"), "longer than this language model"),
    (status(400, "filtered", code="content_filter"), "declined to answer"),
    (html(), "not a language model"),
    (body('{"error": {"message": "upstream sk-12"}}'), "a problem of its own"),
    (body('{"choices": []}'), "not a language model"),
    (body('data: {"choices": []}'), "not a language model"),
    (raw("{}", usage="x" * 300_000), "far too long"),
    (flood(), "far too long"),
    (flood(500), "far too long"),
    (refusal(), "declined to answer"),
    (raw(None, finish_reason="content_filter"), "declined to answer"),
    (raw('{"considered": "', finish_reason="length"), "ran out of room"),
    (redirect("http://elsewhere.invalid/v1/chat/completions"), "does not accept how I ask it"),
]


@pytest.mark.parametrize(("behaviour", "words"), FINAL)
async def test_what_asking_again_does_not_mend_is_told_at_once(
    llm: ScriptedLLM, judges: Judges, behaviour: Behaviour, words: str
) -> None:
    llm.then(behaviour)
    problem = await not_judged(judges(api_key="sk-12"))
    assert words in problem.sentence
    assert len(llm.requests) == 1
    assert_for_people(problem.sentence)


def assert_for_people(sentence: str) -> None:
    assert sentence.endswith(".")
    for word in ("sk-12", "http://", "Error", "Exception", "None", "{", "!", "json", "JSON"):
        assert word not in sentence


async def test_a_flood_is_not_read_to_its_end(llm: ScriptedLLM, judges: Judges) -> None:
    llm.then(flood(size=60_000_000))
    problem = await not_judged(judges())
    assert "far too long" in problem.sentence
    assert llm.sent < 30_000_000


async def test_silence_ends_with_the_budget(llm: ScriptedLLM, judges: Judges) -> None:
    llm.then(silence)
    problem = await not_judged(judges(seconds=0.5, price_in=1.0))
    assert problem.sentence == "The language model did not answer within 0.5 seconds."
    assert problem.tokens.prompt > 300, "a prompt that the server had is charged"
    assert problem.tokens.cost > 0


async def test_a_slow_drip_ends_with_the_budget(llm: ScriptedLLM, judges: Judges) -> None:
    llm.then(drip)
    problem = await not_judged(judges(seconds=1))
    assert problem.sentence == "The language model did not answer within 1 second."


async def test_the_budget_holds_for_both_asks_together(llm: ScriptedLLM, judges: Judges) -> None:
    llm.then(raw("no"), silence)
    problem = await not_judged(judges(seconds=0.5))
    assert "did not answer within" in problem.sentence
    assert problem.tokens.prompt > 900, "the first ask, which was answered, and the second"
    assert problem.tokens.completion == 80


@pytest.mark.parametrize("behaviour", [dies, status(503), status(529), status(408)])
async def test_a_passing_failure_is_tried_once_more(
    llm: ScriptedLLM, judges: Judges, behaviour: Behaviour
) -> None:
    llm.then(behaviour, FITS)
    assert (await verdict(judges())).kind == "fits"
    llm.then(behaviour, behaviour)
    problem = await not_judged(judges())
    assert_for_people(problem.sentence)
    assert len(llm.requests) == 4
    assert problem.tokens.prompt == 0


async def test_a_server_that_is_not_there_is_told_quickly(judges: Judges, llm: ScriptedLLM) -> None:
    judge = judges(seconds=10)
    assert (await verdict(judge)).kind == "fits"
    await llm.stop()
    async with asyncio.timeout(2):
        problem = await not_judged(judge)
    assert problem.sentence == "The connection to the language model failed before it answered."
    assert problem.tokens.prompt == 0


async def test_a_server_killed_in_the_middle_of_an_answer(judges: Judges, llm: ScriptedLLM) -> None:
    async def killed(server: ScriptedLLM, http: Any, request: Request) -> Any:
        asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(server.stop()))
        return await drip(server, http, request)

    llm.then(killed)
    judge = judges(seconds=10)
    async with asyncio.timeout(4):  # loading the package is part of it
        problem = await not_judged(judge)
    assert problem.sentence == "The connection to the language model failed before it answered."


UNUSABLE = [
    raw("I think it fits."),
    raw(""),
    raw("[1, 2"),
    raw('{"verdict": "maybe", "reasons": []}'),
    raw('{"a":' * 5000),
    say("fits", ["M9"]),
    say("fits"),
    say("fits", ["M1"], ["R1"]),
    say("partly", ["M1"]),
    say("conflicts", ["M1"]),
    say("partly", ["M1"], ["M1"]),
    say("unclear"),
]


@pytest.mark.parametrize("behaviour", UNUSABLE)
async def test_an_unusable_answer_is_asked_for_once_more(
    llm: ScriptedLLM, judges: Judges, behaviour: Behaviour
) -> None:
    llm.then(behaviour, CONFLICTS)
    found = await verdict(judges())
    assert found.kind == "conflicts"
    assert (found.tokens.prompt, found.tokens.completion) == (1800, 160)
    again = llm.requests[1].body["messages"]
    assert again[:2] == llm.requests[0].body["messages"]
    assert [message["role"] for message in again[2:]] == ["assistant", "user"]
    assert '["M1", "P1", "A1", "A2", "R1", "N1"]' in again[3]["content"]

    llm.then(behaviour, behaviour)
    problem = await not_judged(judges())
    assert_for_people(problem.sentence)
    assert problem.tokens.prompt == 1800
    assert len(llm.requests) == 4, "never a third time"


async def test_what_a_model_slips_in_is_harmless(llm: ScriptedLLM, judges: Judges) -> None:
    advice = (
        "<!channel> @dana see [here](https://evil.example/?q=secret) "
        "![x](http://evil.example/a.png) evil.example \u202egnp.exe\u202c\nthen it fits"
    )
    llm.then(say("conflicts", opposes=["R1"], would_fit_if=advice + " and more" * 50))
    found = await verdict(judges())
    assert "then it fits" in found.would_fit_if
    assert len(found.would_fit_if) <= 200
    for bad in ("http", "://", "<!", "@", "\u202e", "\n", "evil.example", "]("):
        assert bad not in found.would_fit_if


STEPS: list[tuple[Callable[[Request], bool], Behaviour, str | None]] = [
    (
        lambda r: r.format == "json_schema",
        status(500, "response_format.type: Input should be 'text' or 'json_object'"),
        "json_object",
    ),
    (
        lambda r: r.format == "json_schema",
        status(400, "Invalid parameter", param="response_format"),
        "json_object",
    ),
    (lambda r: r.format == "json_schema", status(400, "Bad request"), "json_object"),
    (lambda r: r.format is not None, status(422, "Unprocessable"), None),
    (lambda r: r.format is not None, html(404), None),
    (
        lambda r: "temperature" in r.body,
        status(400, "Unsupported value: 'temperature' does not support 0", param="temperature"),
        "json_schema",
    ),
    (
        lambda r: "max_tokens" in r.body,
        status(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        "json_schema",
    ),
]


@pytest.mark.parametrize(("what", "refusal_", "left"), STEPS)
async def test_what_a_server_does_not_take_is_left_out_from_then_on(
    llm: ScriptedLLM,
    judges: Judges,
    what: Callable[[Request], bool],
    refusal_: Behaviour,
    left: str | None,
) -> None:
    llm.refuse(what, refusal_)
    judge = judges()
    assert (await verdict(judge)).kind == "fits"
    assert len(llm.requests) > 1
    assert llm.requests[-1].format == left
    llm.requests.clear()
    assert (await verdict(judge)).kind == "fits"
    (request,) = llm.requests
    assert request.format == left
    if left != "json_schema":
        assert '"additionalProperties"' in request.system


async def test_several_refusals_are_all_remembered(llm: ScriptedLLM, judges: Judges) -> None:
    llm.refuse(lambda r: "temperature" in r.body, status(400, "no", param="temperature"))
    llm.refuse(lambda r: "max_tokens" in r.body, status(400, "no max_tokens here"))
    llm.refuse(lambda r: r.format == "json_schema", status(400, "unknown response_format"))
    judge = judges()
    assert (await verdict(judge)).kind == "fits"
    assert len(llm.requests) == 4
    assert (await verdict(judge)).kind == "fits"
    assert len(llm.requests) == 5
    assert llm.requests[-1].body["max_completion_tokens"] == 2000


async def test_concurrent_first_calls_step_down_once(llm: ScriptedLLM, judges: Judges) -> None:
    llm.refuse(lambda r: r.format == "json_schema", status(500, "no"))
    judge = judges()
    found = await asyncio.gather(*(verdict(judge) for _ in range(8)))
    assert {judgement.kind for judgement in found} == {"fits"}
    assert {request.format for request in llm.requests} == {"json_schema", "json_object"}
    llm.requests.clear()
    await verdict(judge)
    assert [request.format for request in llm.requests] == ["json_object"]


async def test_one_hiccup_takes_nothing_away(llm: ScriptedLLM, judges: Judges) -> None:
    judge = judges()
    llm.then(status(500))  # before anything has worked: tried again in the same form
    assert (await verdict(judge)).kind == "fits"
    llm.then(status(500), status(500))  # afterwards: a failure, not a refusal
    problem = await not_judged(judge)
    assert problem.sentence.startswith("The language model's server has a problem of its own.")
    assert {request.format for request in llm.requests} == {"json_schema"}


async def test_the_doctor_proves_nothing_about_the_format(llm: ScriptedLLM, judges: Judges) -> None:
    llm.refuse(lambda r: r.format == "json_schema", status(500, "no"))
    judge = judges(model="deployment")
    assert await judge.reachable() is None
    assert (await verdict(judge)).kind == "fits"


@pytest.mark.parametrize("number", [400, 404, 422, 500])
async def test_a_server_that_refuses_everything_is_given_up(
    llm: ScriptedLLM, judges: Judges, number: int
) -> None:
    llm.refuse(lambda r: True, status(number, "temperature max_tokens response_format store"))
    problem = await not_judged(judges())
    assert_for_people(problem.sentence)
    assert len(llm.requests) < 16


@pytest.mark.parametrize(
    ("base_url", "limit", "store"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens", True),
        ("https://eu.api.openai.com/v1", "max_completion_tokens", True),
        ("https://acme.openai.azure.com/openai/v1/", "max_completion_tokens", False),
        ("http://localhost:11434/v1", "max_tokens", False),
        ("https://api.openai.com.evil.example/v1", "max_tokens", False),
    ],
)
def test_what_is_tried_first_depends_on_the_address(base_url: str, limit: str, store: bool) -> None:
    from adapters.judging.dialect import first_dialect

    parameters = first_dialect(base_url).parameters({"type": "object"}, 7)
    assert parameters[limit] == 7
    assert ("store" in parameters) is store
    assert parameters.get("store", False) is False


async def test_the_doctor_finds_nothing_wrong(llm: ScriptedLLM, judges: Judges) -> None:
    assert await judges().reachable() is None
    assert llm.requests == [], "the list of models is enough"
    assert await judges(model="deployment").reachable() is None
    assert len(llm.requests) == 1, "a server may know a model that it does not list"


async def test_the_doctor_says_what_is_wrong(llm: ScriptedLLM, judges: Judges) -> None:
    llm.key = "sk-right"
    assert "refused the key" in str(await judges(api_key="sk-wrong").reachable())
    assert await judges(api_key="sk-right").reachable() is None
    llm.then(status(404, "The model `gpt` does not exist", code="model_not_found"))
    assert "no model of that name" in str(await judges(model="gpt", api_key="sk-right").reachable())
    wrong_path = judges(base_url=llm.url.removesuffix("/v1"))
    assert "does not accept how I ask it" in str(await wrong_path.reachable())
    await llm.stop()
    assert "connection" in str(await judges().reachable())


async def test_the_doctor_does_not_wait_for_ever(
    llm: ScriptedLLM, judges: Judges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.judging.language_model.CHECK_SECONDS", 0.5)
    llm.then(silence)
    found = await judges(model="deployment").reachable()
    assert found == "The language model's server did not answer within 0.5 seconds."


async def test_settings_alone_decide_where_keys_go(
    llm: ScriptedLLM, judges: Judges, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "BASE_URL"):
        monkeypatch.setenv(f"OPENAI_{name}", "from-the-environment")
    await verdict(judges())
    (request,) = llm.requests
    assert "from-the-environment" not in str(dict(request.headers))


async def test_no_words_reach_the_log(
    llm: ScriptedLLM, judges: Judges, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    llm.then(FITS, raw("canary"), raw("canary"), status(500, "canary"), status(500, "canary"))
    judge = judges(api_key="sk-canary")
    await judge.judge(CHARTER, Asked(question="canary?", context="canary"), [precedent("canary")])
    await not_judged(judge)
    await not_judged(judge)
    assert caplog.records
    logged = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    for word in ("canary", CHARTER.lines[0].line.text[:20]):
        assert not [line for line in logged if word in line]


def test_an_estimate_is_on_the_safe_side() -> None:
    judge = OpenAIJudge(
        LanguageModel(base_url="http://x/v1", model="m", price_in=1, price_out=4, most_tokens=1000)
    )
    most = judge.estimate(CHARTER, ASKED)
    assert most.completion == 2000
    assert most.prompt > 2 * 1000
    assert most.cost == pytest.approx((most.prompt + 4 * most.completion) / 1e6)
    longer = judge.estimate(CHARTER, Asked(question="我" * 1000))
    assert longer.prompt >= most.prompt + 2 * 950


@pytest.mark.parametrize(
    ("model", "name"),
    [("gpt-x", "gpt-x"), ("Qwen/Qwen3-8B", "Qwen3-8B"), ("/models/a.gguf", "a.gguf")],
)
def test_the_name_that_people_see(model: str, name: str) -> None:
    assert OpenAIJudge(LanguageModel(base_url="http://x/v1", model=model)).name == name


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.openai.com/v1",
        "ftp://x/v1",
        "http://",
        "http://a b/v1",
        "http://x:99999/v1",
        "http://me:secret@x/v1",
        "http://x/v1?key=secret",
    ],
)
def test_an_address_that_cannot_work_is_refused_at_the_start(base_url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        LanguageModel(base_url=base_url, model="m")
    with pytest.raises(ValueError, match="key"):
        LanguageModel(base_url="http://x/v1", model="m", api_key="schlüssel\n")


async def test_an_empty_charter_is_not_sent(llm: ScriptedLLM, judges: Judges) -> None:
    empty = in_force().model_copy(update={"lines": ()})
    with pytest.raises(NotJudged, match="no lines yet"):
        await judges().judge(empty, ASKED, ())
    assert llm.requests == []


def test_importing_the_judge_does_not_load_the_package() -> None:
    code = "import sys, adapters.judging.openai; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
