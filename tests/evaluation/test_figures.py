"""The figures, on examples that can be worked out by hand."""

import pytest

from adapters.evaluation.judge_figures import NO_ANSWER, Judged, judge_figures
from adapters.evaluation.reader_figures import Reading, quantile, reader_figures
from adapters.evaluation.second_look_figures import second_look_figures
from bot.ask.model import Confidence, Finding, Judgement, Tokens, VerdictKind
from tests.evaluation.labelled import case


def reading(
    evidence: str, found: str, best: float = 0.5, seconds: float = 0.002, charter: str = "pulse"
) -> Reading:
    """Evidence as "M1 / R1" (support / oppose), findings as "R1 M1 N1"."""
    supports, opposes = (side.split() for side in evidence.split("/"))
    kinds: dict[tuple[bool, bool], VerdictKind] = {
        (True, False): "fits",
        (True, True): "partly",
        (False, True): "conflicts",
        (False, False): "unclear",
    }
    return Reading(
        charter=charter,
        case=case(kinds[bool(supports), bool(opposes)], supports, opposes),
        findings=tuple(
            Finding(ref=ref, relevance=best - i / 100) for i, ref in enumerate(found.split())
        ),
        seconds=seconds,
    )


def test_reader_figures_by_hand() -> None:
    figures = reader_figures(
        [
            reading("M1 /", "M1 R1 N1 P1", best=0.9),
            reading("/ R1", "M1 N1 R1 P1", best=0.5),
            # P1 speaks to it and comes third, but the decisive line is P2.
            reading("P2 P1 /", "M1 N1 P1 P2", best=0.4),
            reading("M1 / R1", "P1 P2 N1 R1", best=0.2),
            reading("/", "M1 R1 N1 P1", best=0.1, seconds=0.5),
            reading("/", "M1 R1 N1 P1", best=0.35),
        ]
    )
    assert (figures.questions, figures.silent) == (6, 2)
    assert figures.hit_at_1 == 1 / 4
    assert figures.hit_at_3 == 3 / 4
    assert figures.decisive_at_3 == 2 / 4
    # 8 % of the way from the lowest (0.2) of 0.2 0.4 0.5 0.9, in steps of a third.
    assert figures.threshold == pytest.approx(0.2 + 0.24 * 0.2)
    assert figures.silence_caught == 1 / 2
    assert figures.silence_caught_fixed == 1 / 2
    assert figures.false_alarms_fixed == 1 / 4
    assert figures.seconds == 0.002


def test_how_far_a_figure_depends_on_the_charters_that_there_are() -> None:
    right, wrong = "R1 /", "N1 /"
    found = "R1 M1 P1 N1"
    alike = [reading(each, found, charter=str(n)) for n in range(5) for each in (right, wrong)]
    assert reader_figures(alike).decisive_between == (0.5, 0.5)
    apart = [reading(right if n < 3 else wrong, found, charter=str(n)) for n in range(5)]
    low, high = reader_figures(apart).decisive_between or (0.0, 0.0)
    assert low < reader_figures(apart).decisive_at_3 == 3 / 5 < high  # type: ignore[operator]
    assert reader_figures(apart).decisive_between == (low, high)
    assert reader_figures(alike[:8]).decisive_between is None
    assert reader_figures(alike).silence_between is None


def test_what_a_second_look_would_show_by_hand() -> None:
    def look(evidence: str, found: str, best: float) -> Reading:
        shown = reading(evidence, found, best=best)
        return shown.model_copy(update={"non_goals": frozenset({"N1", "N2"})})

    figures = second_look_figures(
        [
            look("/ N1", "N1 M1", 0.41),
            look("/ N1", "M1 N1", 0.40),  # N1 stands at 0.39
            look("M1 /", "N2 M1", 0.40),
            look("N1 /", "N1 M1", 0.90),  # refusing what a non-goal rules out
            look("/", "M1 R1", 0.155),
            look("/", "M1 R1", 0.50),
        ]
    )
    assert (figures.non_goal_seen, figures.non_goal_false) == (1 / 2, 1 / 2)
    assert (figures.silence_seen, figures.silence_false) == (1, 1 / 2)
    assert (figures.doubtful_seen, figures.doubtful_false) == (1 / 8, 0)


def test_reader_figures_without_a_sort_of_question() -> None:
    silent = reader_figures([reading("/", "M1")])
    assert (silent.hit_at_1, silent.threshold, silent.silence_caught) == (None, None, None)
    assert silent.silence_caught_fixed == 0
    spoken = reader_figures([reading("M1 /", "M1")])
    assert (spoken.silence_caught, spoken.false_alarms_fixed) == (None, 0)


@pytest.mark.parametrize(("part", "value"), [(0, 1), (0.5, 2.5), (0.08, 1.24), (1, 4)])
def test_quantile(part: float, value: float) -> None:
    assert quantile([4, 1, 3, 2], part) == pytest.approx(value)


def judged(
    due: VerdictKind,
    said: VerdictKind | None,
    *,
    cited: str = "/",
    sure: Confidence = "sure",
    charter: str = "c",
    q: str = "",
) -> Judged:
    """Labels are R1 against, M1 for; `cited` as "M1 / R1"."""
    supports, opposes = (tuple(side.split()) for side in cited.split("/"))
    labels = {
        "fits": (["M1"], []),
        "partly": (["M1"], ["R1"]),
        "conflicts": ([], ["R1"]),
        "unclear": ([], []),
    }[due]
    judgement = said and Judgement(
        kind=said, supports=supports, opposes=opposes, confidence=sure, model="m"
    )
    return Judged(
        charter=charter,
        case=case(due, *labels, q=q or f"{charter} {due}"),
        judgement=judgement or None,
        why_not="" if said else "too slow",
        tokens=Tokens(prompt=10, completion=2, cached=4, cost=0.25),
        seconds=2.0,
    )


def test_judge_figures_by_hand() -> None:
    figures = judge_figures(
        [
            judged("fits", "fits", cited="M1 / R1"),
            judged("fits", "conflicts", cited="/ M1", sure="unsure"),
            judged("conflicts", "conflicts", cited="/ R1"),
            judged("conflicts", None),
            judged("partly", "fits", cited="M1 X1 /", sure="unsure"),
            judged("unclear", "unclear", sure="unsure"),
        ]
    )
    assert (figures.questions, figures.no_answer) == (6, 1)
    assert figures.accuracy == 3 / 6
    assert figures.commonest == 2 / 6
    assert figures.confusion["fits"] == {
        "fits": 1,
        "partly": 0,
        "conflicts": 1,
        "unclear": 0,
        NO_ANSWER: 0,
    }
    assert figures.confusion["conflicts"][NO_ANSWER] == 1
    fits = figures.verdicts["fits"]
    assert (fits.due, fits.said, fits.precision, fits.recall, fits.f1) == (2, 2, 0.5, 0.5, 0.5)
    partly = figures.verdicts["partly"]
    assert (partly.precision, partly.recall, partly.f1) == (None, 0, 0)
    assert figures.macro_f1 == pytest.approx((0.5 + 0 + 0.5 + 1) / 4)
    assert figures.reversed == 1 / 4
    # M1 R1, M1, R1, M1 X1: right are M1 of the first, R1, and M1 of the last.
    assert figures.cited == 6
    assert figures.cited_right == 3 / 6
    assert figures.cited_reversed == 1 / 6
    assert figures.right_when == {"sure": 1, "fairly_sure": None, "unsure": 1 / 3}
    assert figures.tokens == Tokens(prompt=60, completion=12, cached=24, cost=1.5)
    assert figures.seconds == 2
    assert (figures.mirrored, figures.both_right) == (0, None)


def test_both_right_counts_only_what_is_right_under_every_charter() -> None:
    figures = judge_figures(
        [
            judged("fits", "fits", charter="a", q="Sell data"),
            judged("conflicts", "conflicts", charter="a~", q="sell data?"),
            judged("fits", "fits", charter="a", q="Open an office"),
            judged("conflicts", "fits", charter="a~", q="Open an office"),
            judged("fits", "fits", charter="a", q="No answer to one"),
            judged("partly", None, charter="a~", q="No answer to one"),
            # The same verdict under both: says nothing about reading the charter.
            judged("unclear", "unclear", charter="a", q="Repaint"),
            judged("unclear", "unclear", charter="a~", q="Repaint"),
        ]
    )
    assert figures.mirrored == 3
    assert figures.both_right == 1 / 3


def test_a_judge_that_never_reads_the_charter_gets_no_pair_right() -> None:
    by_sound: dict[str, VerdictKind] = {"Sell data": "conflicts", "Share a report": "fits"}
    opposite: dict[VerdictKind, VerdictKind] = {"fits": "conflicts", "conflicts": "fits"}
    figures = judge_figures(
        [judged(v, v, charter="a", q=q) for q, v in by_sound.items()]
        + [judged(opposite[v], v, charter="a~", q=q) for q, v in by_sound.items()]
    )
    assert figures.accuracy == 0.5
    assert (figures.mirrored, figures.both_right) == (2, 0)
    assert figures.reversed == 0.5
