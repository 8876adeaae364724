"""What is shown beside a verdict that does not go with what else is known."""

from typing import Any

import pytest

from bot.ask.model import NEARLY_THE_SAME, VERY_RELEVANT, Finding, Judgement, Precedent, VerdictKind
from bot.ask.second_look import contradicts_itself, second_look
from tests.direct_stage import DirectStage
from tests.fakes import ScriptedJudge
from tests.golden.sample import IN_FORCE, JUDGED

VERDICT = JUDGED.verdict.model_copy(update={"precedents": (), "findings": ()})


def verdict(kind: VerdictKind, *cited: str, **also: Any) -> Any:
    """The golden verdict, with this said of it."""
    reasons = [r.model_copy(update={"ref": ref}) for ref in cited for r in VERDICT.reasons[:1]]
    return VERDICT.model_copy(update={"kind": kind, "reasons": tuple(reasons), **also})


def near(*refs: str, relevance: float = VERY_RELEVANT) -> tuple[Finding, ...]:
    return tuple(Finding(ref=ref, relevance=relevance) for ref in refs)


def doubts(kind: VerdictKind, *cited: str, **also: Any) -> list[tuple[str, str]]:
    return [(d.why, d.ref) for d in second_look(verdict(kind, *cited, **also), IN_FORCE)]


def test_a_non_goal_near_to_what_fits_is_shown() -> None:
    assert doubts("fits", "M1", findings=near("P1", "N1")) == [("non_goal", "N1")]
    assert doubts("fits", "M1", findings=near("N1", relevance=0.39)) == []
    assert doubts("fits", "N1", findings=near("N1")) == [], "refusing what it rules out fits"
    assert doubts("conflicts", "R1", findings=near("N1")) == []


def test_a_line_near_to_what_the_charter_is_silent_on_is_shown() -> None:
    silent = {"why_unclear": "silent"}
    assert doubts("unclear", findings=near("P1", "M1"), **silent) == [("silent", "P1")]
    assert doubts("unclear", findings=near("P1", relevance=0.3), **silent) == []
    assert doubts("unclear", findings=near("P1"), why_unclear="vague") == []
    assert doubts("fits", "M1", findings=near("P1")) == []


@pytest.mark.parametrize(
    ("kind", "likeness", "question", "found"),
    [
        ("fits", NEARLY_THE_SAME, "Sell the pulse data", ["precedent"]),
        ("fits", NEARLY_THE_SAME - 0.01, "Sell the pulse data", []),
        ("fits", 0.0, "sell heart-rate DATA to advertisers?", ["precedent"]),
        ("conflicts", 0.99, "Sell the pulse data", []),
        (None, 0.99, "Sell the pulse data", []),
    ],
)
def test_an_earlier_call_that_was_otherwise_is_named(
    kind: VerdictKind | None, likeness: float, question: str, found: list[str]
) -> None:
    earlier = Precedent(
        verdict_id="earlier",
        question=question,
        kind=kind,
        by=VERDICT.asked_by,
        at=VERDICT.asked_at,
        version=1,
        likeness=likeness,
    )
    assert [why for why, _ in doubts("conflicts", "R1", precedents=(earlier,))] == found


def test_what_a_person_called_is_left_alone() -> None:
    assert doubts("fits", "M1", findings=near("N1"), judged_by="person") == []


@pytest.mark.parametrize(
    ("kind", "opposite", "clash"),
    [
        ("fits", "conflicts", False),
        ("conflicts", "fits", False),
        ("partly", "partly", False),
        ("unclear", "unclear", False),
        ("fits", "unclear", False),
        ("fits", None, False),
        ("fits", "fits", True),
        ("conflicts", "conflicts", True),
        ("fits", "partly", True),
        ("partly", "conflicts", True),
        ("unclear", "conflicts", True),
    ],
)
def test_when_the_two_ways_of_asking_clash(
    kind: VerdictKind, opposite: VerdictKind | None, clash: bool
) -> None:
    assert contradicts_itself(kind, opposite) is clash
    assert (("opposite", "") in doubts(kind, "R1", opposite=opposite)) is clash


async def test_it_is_said_in_plain_words_and_kept() -> None:
    clash = Judgement(kind="fits", supports=("M1",), opposite="fits", model="judge-1")
    stage = DirectStage(judge=ScriptedJudge([clash]))
    await stage.load_sample()
    priya, erik = await stage.seat("priya"), await stage.seat("erik")
    question = "/mission ask add a social network with a public feed of workouts"
    for seat in (priya, erik):  # the second is answered from store
        answer = await seat.say(question)
        assert "✓ Fits" in answer
        assert "N1 “" in answer
        assert "A non-goal near to this, which the verdict does not name." in answer
        assert "the model called not doing it fits. The two answers do not go together" in answer
        assert "asked both ways" in answer


async def test_a_call_that_was_otherwise_before_is_pointed_out() -> None:
    judge = ScriptedJudge(
        [
            Judgement(kind="conflicts", opposes=("R1",), model="m"),
            Judgement(kind="conflicts", opposes=("R1",), model="m"),
        ]
    )
    stage = DirectStage(judge=judge)
    await stage.load_sample()
    dana = await stage.seat("dana")
    pointed = "A question much like this one was called otherwise before."
    assert pointed not in await dana.say("/mission ask sell health data to advertisers")
    await dana.click("I disagree")
    await dana.fill({"kind": "fits", "reason": "The new law asks for it."})
    answer = await dana.say("/mission ask should we sell health data to the advertisers?")
    assert "was overruled to fits by Dana Diaz" in answer
    assert pointed in answer
