"""The setting that asks a model both ways: about doing it, and about not doing it."""

import logging
from collections.abc import AsyncIterator

import pytest

from adapters.judging.language_model import LanguageModel
from adapters.judging.openai import OpenAIJudge
from bot.ask.ports import Asked, NotJudged
from tests.judging.charters import in_force
from tests.scripted_llm import ScriptedLLM, busy, raw, say, silence

CHARTER = in_force()
ASKED = Asked(question="Should we sell heart-rate data?")
FITS = say("fits", ["M1"])
CONFLICTS = say("conflicts", opposes=["R1"])


@pytest.fixture
async def llm() -> AsyncIterator[ScriptedLLM]:
    async with ScriptedLLM() as server:
        yield server


@pytest.fixture
async def judge(llm: ScriptedLLM) -> AsyncIterator[OpenAIJudge]:
    made = OpenAIJudge(LanguageModel(base_url=llm.url, model="scripted", seconds=1), twice=True)
    yield made
    await made.close()


async def test_it_asks_about_doing_it_and_about_not_doing_it(
    llm: ScriptedLLM, judge: OpenAIJudge
) -> None:
    llm.then(CONFLICTS, FITS)
    found = await judge.judge(CHARTER, ASKED, ())
    assert (found.kind, found.opposes, found.opposite) == ("conflicts", ("R1",), "fits")
    assert (found.tokens.prompt, found.tokens.completion) == (1800, 160)
    first, second = llm.requests
    assert first.system == second.system, "the server has it in its cache"
    assert first.question == second.question == ASKED.question
    assert "should not be done" in second.user
    assert "should not be done" not in first.user


async def test_what_is_vague_either_way_is_asked_once(llm: ScriptedLLM, judge: OpenAIJudge) -> None:
    llm.then(say("unclear", why_unclear="vague"))
    assert (await judge.judge(CHARTER, ASKED, ())).opposite is None
    assert len(llm.requests) == 1


@pytest.mark.parametrize("second", [silence, raw("no idea"), busy("3600")])
async def test_a_failing_second_ask_leaves_the_verdict(
    llm: ScriptedLLM,
    judge: OpenAIJudge,
    caplog: pytest.LogCaptureFixture,
    second: object,
) -> None:
    llm.then(CONFLICTS, second, second)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        found = await judge.judge(CHARTER, ASKED, ())
    assert (found.kind, found.opposite) == ("conflicts", None)
    assert found.tokens.prompt >= 900
    assert "not judged the other way round" in caplog.text
    assert "heart-rate" not in caplog.text


async def test_a_failing_first_ask_is_told(llm: ScriptedLLM, judge: OpenAIJudge) -> None:
    llm.then(busy("3600"))
    with pytest.raises(NotJudged, match="busy"):
        await judge.judge(CHARTER, ASKED, ())
    assert len(llm.requests) == 1


def test_the_budget_is_asked_for_both_ways() -> None:
    def most(twice: bool) -> int:
        judge = OpenAIJudge(LanguageModel(base_url="http://x/v1", model="m"), twice=twice)
        return judge.estimate(CHARTER, ASKED).prompt

    assert most(True) == 2 * most(False)
