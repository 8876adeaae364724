"""What has passed, what stands still, and when somebody last looked."""

from datetime import UTC, date, datetime, timedelta

from bot.charter.model import Line, Version
from bot.check.facts import read_so_since
from bot.check.findings_of_time import lingering, not_reviewed, overdue
from bot.events import Person
from tests.check.samples import TODAY, facts, line, refs

DANA = Person(id="dana", name="Dana")


def test_a_deadline_that_passed_is_grave_and_a_time_that_came_less_so() -> None:
    found = overdue(facts(line("P1", "Spain by 2025."), line("A1", "Clinics from 2026.")))
    assert [(f.severity, f.words) for f in found] == [
        ("high", ("by 2025",)),
        ("medium", ("from 2026",)),
    ]


def test_what_is_being_done_now_may_have_begun() -> None:
    assert overdue(facts(line("A1", "Clinics from 2026.", "now"))) == []


def test_a_past_year_to_compare_with_is_no_deadline() -> None:
    assert overdue(facts(line("K1", "From 8 % in 2023 to 20 % by 2028."))) == []
    (found,) = overdue(facts(line("K1", "From 8 % in 2023 to 20 % by 2025.")))
    assert found.words == ("in 2023", "by 2025")


def test_what_is_overdue_above_is_for_those_above() -> None:
    assert overdue(facts(line("Group:P1", "Spain by 2025."))) == []


def test_horizons_that_nobody_touches() -> None:
    lines = (
        line("P1", "Phones.", "now"),
        line("P2", "Watches.", "next"),
        line("P3", "Rings.", "later"),
        line("P4", "Glasses."),
        line("A1", "Enthusiasts first.", "now"),
    )
    long_ago = dict.fromkeys(("P1", "P2", "P3", "P4", "A1"), TODAY - timedelta(days=400))
    assert refs(lingering(facts(*lines, since=long_ago))) == [("P1",), ("P2",), ("P3",)]
    assert lingering(facts(*lines)) == []


def test_a_charter_that_nobody_reviews() -> None:
    def after(days: int) -> list[str]:
        return [f.severity for f in not_reviewed(facts(reviewed_on=TODAY - timedelta(days=days)))]

    assert [after(89), after(90), after(179), after(180)] == [[], ["medium"], ["medium"], ["high"]]
    assert [f.severity for f in not_reviewed(facts(reviewed_on=None))] == ["high"]


def test_a_dismissed_review_comes_back_after_the_next_one_is_missed() -> None:
    (first,) = not_reviewed(facts(reviewed_on=date(2026, 1, 1)))
    (second,) = not_reviewed(facts(reviewed_on=date(2026, 6, 1)))
    assert first.fingerprint != second.fingerprint


def test_since_when_a_line_reads_as_it_does() -> None:
    def version(number: int, *texts: str) -> Version:
        lines = tuple(
            Line(id=f"P{i}", kind="pillar", text=text) for i, text in enumerate(texts, start=1)
        )
        at = datetime(2026, number, 1, tzinfo=UTC)
        return Version(number=number, lines=lines, adopted_at=at, adopted_by=DANA)

    since = read_so_since([version(3, "a", "B", "c"), version(2, "a", "B"), version(1, "a", "b")])
    assert {ref: at.month for ref, at in since.items()} == {"P1": 1, "P2": 2, "P3": 3}
    again = read_so_since([version(3, "a"), version(2, "b"), version(1, "a")])
    assert again["P1"].month == 3
    assert read_so_since([]) == {}
