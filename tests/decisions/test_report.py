"""What decisions add up to, and what is not said because there is too little."""

from bot.charter.model import Charter, Draft, InForce, LineInForce, next_version
from bot.decisions.model import Decision
from bot.decisions.report import report
from bot.decisions.report_view import report_card
from bot.plain_text import plain_text
from tests.decisions.samples import AT, DANA, check, decision, link


def in_force() -> InForce:
    drafts = [
        Draft(kind="mission", text="Help people own their health."),
        Draft(kind="pillar", text="Enthusiasts first."),
        Draft(kind="pillar", text="Keep getting more accurate."),
        Draft(kind="non_goal", text="Advertising."),
    ]
    version, highest = next_version(drafts, before=None, by=DANA, at=AT)
    charter = Charter(id="c1", name="Vitals", version=version, highest=highest)
    lines = tuple(
        LineInForce(ref=line.id, line=line, charter="Vitals", version=1) for line in version.lines
    )
    return InForce(charter=charter, lines=lines)


def closed(number: int, outcome: str, verdict: str | None = "fits", **more: object) -> Decision:
    values = {"state": "closed", "checks": (check(outcome),), "verdict_kind": verdict}
    return decision(number, **values | more)


def said(*decisions: Decision, unclear: tuple[tuple[str, int], ...] = ()) -> str:
    return plain_text(report_card("Vitals", report(decisions, in_force(), unclear)))


def test_the_hit_rate_of_each_verdict() -> None:
    text = said(
        *(closed(n, "as_expected") for n in range(1, 4)),
        closed(4, "better"),
        closed(5, "worse"),
        *(closed(n, "reversed", "conflicts") for n in range(6, 11)),
    )
    assert "Of 5 that were called fits, 4 went as expected or better." in text
    assert "Of 5 that were called conflicts, 0 went as expected or better." in text


def test_nothing_is_said_from_too_few() -> None:
    text = said(*(closed(n, "as_expected") for n in range(1, 5)))
    assert "went as expected" not in text
    assert "Checked so far: 4. Once 5 of a kind are," in text


def test_too_early_is_no_outcome() -> None:
    early = decision(1, checks=(check("too_early"),), verdict_kind="fits")
    assert report([early], in_force()).turned == ()
    assert report([early], in_force()).open == 1


def test_withdrawn_decisions_count_nowhere() -> None:
    found = report([decision(1, state="withdrawn", lines=(link("P1"),))], in_force())
    assert (found.total, found.tied) == (0, 0)


def test_which_lines_are_served_and_which_by_none() -> None:
    served = [decision(n, lines=(link("P1"),)) for n in range(1, 6)]
    against = decision(6, lines=(link("P1", "violates"),))
    text = said(*served, against)
    assert "P1 “Enthusiasts first.”: 5, 1 against" in text
    assert "No decision serves P2 “Keep getting more accurate.”" in text
    assert "M1" not in text
    assert "N1" not in text


def test_lines_are_not_compared_from_too_few() -> None:
    text = said(decision(1, lines=(link("P1"),)))
    assert "Tied to a line of the charter: 1. Once 5 are, I show which lines they serve." in text
    assert "No decision serves" not in text


def test_questions_that_stay_unclear() -> None:
    text = said(decision(1), unclear=(("Should we move to Lisbon?", 4),))
    assert "“Should we move to Lisbon?”, 4 times" in text


def test_no_decision_at_all() -> None:
    assert "None is recorded yet." in said()
