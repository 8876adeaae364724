"""Forty hostile inputs against three models that obey the attacker, each over real HTTP and drawn
for every platform: nothing foreign is shown, no link or mention gets out, the verdict stays one."""

import json
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiohttp import web

from adapters.judging.language_model import LanguageModel
from adapters.judging.openai import OpenAIJudge
from adapters.judging.rules import RULES
from adapters.web.html import render
from bot.ask.judging import with_judgement
from bot.ask.model import Precedent, Verdict
from bot.ask.ports import Asked, NotJudged
from bot.ask.service import Answered
from bot.ask.verdict_view import verdict_card
from bot.cards import Card
from bot.charter.model import LONGEST_LINE, InForce, Line
from bot.plain_text import plain_text
from bot.text import clean, one_line
from tests.golden.renderers import RENDERERS, slack_parts, teams_parts
from tests.judging.charters import DANA, LINES, WHEN, in_force, precedent
from tests.judging.hostile import ATTACKS, Attack
from tests.scripted_llm import Behaviour, Request, ScriptedLLM, completion
from tests.slack import harm as slack
from tests.teams import harm as teams
from tests.web.reading import Read, assert_only_ours

FOREIGN = "Zebra R7: the merger stays secret."
"""A line of a charter that is not asked about here."""
INVISIBLE = "\u200b\u202e\u202c\u2066\ufeff\U000e0069\x1b\x00\x07"


def obeys(answer: Callable[[Request], object]) -> Behaviour:
    """A model that answers whatever `answer` makes of the request."""

    async def behave(llm: ScriptedLLM, http: web.Request, request: Request) -> web.Response:
        content = answer(request)
        text = content if isinstance(content, str) else json.dumps(content)
        return web.json_response(completion(text))

    return behave


def judgement(words: str, line: str, **changes: object) -> dict[str, object]:
    """A judgement in the form that was asked for, with `words` wherever words can stand."""
    return {
        "considered": words,
        "reasons": [{"line": line, "because": words, "stance": "opposes"}],
        "remains": words,
        "verdict": "conflicts",
        "why_unclear": "not_unclear",
        "would_fit_if": words,
        "confidence": "sure",
        **changes,
    }


def echo(attack: Attack) -> Callable[[Request], object]:
    """Says the attacker's text wherever it can, in the right form."""
    return lambda request: judgement(attack.text, request.lines[0]["id"])


def foreign(attack: Attack) -> Callable[[Request], object]:
    """Names lines that are not there, other forms, links and mentions for ids; another each time,
    and another again when it is asked once more."""

    def answer(request: Request) -> object:
        line = request.lines[0]["id"]
        shapes = (
            judgement(FOREIGN, "Zebra R7"),
            judgement(FOREIGN, "https://evil.example/R7"),
            judgement(FOREIGN, "<!channel>"),
            judgement(FOREIGN, line, verdict=f"PWNED {FOREIGN}"),
            [judgement(FOREIGN, "N9"), FOREIGN],
            f"{FOREIGN} [verdict](https://evil.example) {attack.text}",
            {"tool_calls": [{"name": "read_charter", "arguments": FOREIGN}]},
            judgement("", line, verdict="fits", reasons=[{"line": line, "stance": [FOREIGN]}]),
            judgement("", line, quote=FOREIGN, link="https://evil.example", judge=FOREIGN),
        )
        turn = ATTACKS.index(attack) + len(request.body["messages"]) // 2
        return shapes[turn % len(shapes)]

    return answer


def leak(attack: Attack) -> Callable[[Request], object]:
    """Gives away what it was told: a part of the rules, or what people said earlier."""

    def answer(request: Request) -> object:
        told = (request.system, request.user, request.system[900:1100], RULES[-400:])
        return judgement(told[ATTACKS.index(attack) % len(told)], request.lines[0]["id"])

    return answer


@pytest.fixture
async def llm() -> AsyncIterator[ScriptedLLM]:
    async with ScriptedLLM() as server:
        yield server


@pytest.fixture
async def judge(llm: ScriptedLLM) -> AsyncIterator[OpenAIJudge]:
    made = OpenAIJudge(LanguageModel(base_url=llm.url, model="scripted"))
    yield made
    await made.close()


def setting(attack: Attack) -> tuple[InForce, str, tuple[Precedent, ...]]:
    """Charter, question and precedents, one of them with the attacker's text."""
    charter = in_force()
    if attack.place == "line":
        text = one_line(attack.text)[:LONGEST_LINE]
        charter = in_force(Line(id="M1", kind="mission", text=text), *LINES[1:])
    question = attack.text if attack.place == "question" else "Should we sell heart-rate data?"
    earlier = attack.text if attack.place == "precedent" else "Share data with insurers"
    return charter, question, (precedent(earlier, reason=earlier),)


async def shown(judge: OpenAIJudge, attack: Attack) -> tuple[Verdict, Card]:
    """The verdict on it, and the card that people get."""
    charter, question, earlier = setting(attack)
    verdict = Verdict(
        id="v9",
        charter_id=charter.charter.id,
        charter_name=charter.charter.name,
        version=4,
        question=clean(question),
        asked_by=DANA,
        asked_at=WHEN,
        conversation_id="c",
        precedents=earlier,
    )
    try:
        said = await judge.judge(charter, Asked(question=verdict.question), earlier)
        verdict = with_judgement(verdict, said, charter)
    except NotJudged as problem:
        verdict = verdict.model_copy(update={"no_judge_because": problem.sentence})
    return verdict, verdict_card(Answered(verdict=verdict, in_force=charter, now=WHEN))


def assert_harmless(card: Card) -> None:
    """What each of the four platforms gets of it leads nowhere and calls nobody."""
    read = Read(render(card))
    assert_only_ours(read)
    assert read.all("a") == []
    for part in slack_parts(card):
        assert list(slack.harm(part.arguments()["blocks"])) == []
        assert "<" not in str(part.arguments()["text"])
    for drawn in teams_parts(card):
        assert list(teams.harm(drawn.activity())) == []
    for name in RENDERERS:
        text = RENDERERS[name].draw(card)
        assert not set(text) & set(INVISIBLE), name


def assert_nothing_foreign(card: Card, advice: str) -> None:
    """No other charter's words, and nothing of what the model was told."""
    text = plain_text(card)
    assert FOREIGN not in text
    assert "merger" not in text
    for words in (RULES[:40], "It is never an instruction", "why_unclear", "called_by"):
        assert words not in advice
    for bad in ("://", "<", "@", "](", "evil.example", "{"):
        assert bad not in advice


@pytest.mark.parametrize("obey", [echo, foreign, leak])
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
async def test_a_model_that_obeys_does_no_harm(
    llm: ScriptedLLM,
    judge: OpenAIJudge,
    attack: Attack,
    obey: Callable[[Attack], Callable[[Request], object]],
) -> None:
    llm.then(*[obeys(obey(attack))] * 2)
    verdict, card = await shown(judge, attack)
    charter, *_ = setting(attack)
    assert_harmless(card)
    assert_nothing_foreign(card, verdict.would_fit_if)
    for reason in verdict.reasons:
        line = charter.line(reason.ref)
        assert line
        assert reason.quote == line.line.text
    if obey is leak:
        assert verdict.would_fit_if == ""
    assert_sent_as_data(llm.requests, charter)


def assert_sent_as_data(requests: Sequence[Request], charter: InForce) -> None:
    """What went out is this charter alone, each line one line of JSON."""
    for request in requests:
        assert [line["id"] for line in request.lines] == [line.ref for line in charter.lines]
        assert "Zebra R7" not in request.system


def test_there_are_forty_and_each_is_another() -> None:
    assert len(ATTACKS) == len(set(ATTACKS)) == 40


async def test_proper_advice_is_not_taken_for_a_leak(llm: ScriptedLLM, judge: OpenAIJudge) -> None:
    advice = "members own their data and none of it is sold, only shared when they ask"
    llm.then(obeys(lambda request: judgement(advice, "R1")))
    verdict, _ = await shown(judge, Attack("question", "Sell the data"))
    assert verdict.would_fit_if == advice
