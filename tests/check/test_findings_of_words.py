"""Lines that cannot be checked."""

import pytest

from bot.check.findings_of_words import missing_in, unmeasured, vague
from tests.check.samples import facts, line, refs


@pytest.mark.parametrize(
    ("ref", "text", "words"),
    [
        ("P1", "Build a best-in-class platform.", "praise: best-in-class"),
        ("V1", "Become the world-leading provider.", "praise: world-leading"),
        ("P1", "Leverage our network.", "fashion: Leverage"),
        ("P1", "Add payments soon.", "when: soon"),
        ("P1", "Grow our network of partners.", "how_much: Grow"),
        ("P1", "Cut waiting times significantly.", "how_much: significantly"),
        ("R1", "Use recycled parts where possible.", "loophole: where possible"),
        ("R1", "We strive to be on time.", "loophole: strive to"),
        ("A1", "Everyone with a bike.", "who: Everyone"),
        ("P1", "Support banks, insurers, etc.", "rest: etc"),
    ],
)
def test_vague_words_and_what_they_leave_open(ref: str, text: str, words: str) -> None:
    (finding,) = vague(facts(line(ref, text)))
    assert words in [each.rstrip(".") for each in finding.words]


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        ("P1", "Keep improving accuracy: each release brings readings closer to the clinic."),
        ("P1", "Grow from three to nine cities."),
        ("V1", "One day everybody reads for fun."),
        ("M1", "Everyone gets the appointment they need."),
        ("R1", "We never sell a member's data."),
        ("K1", "Increase bookings by 20 % by 2028."),
        ("P1", "Read the room at the best-attended branch."),
        ("N1", "We are not a leaderboard."),
    ],
)
def test_words_that_say_enough(ref: str, text: str) -> None:
    assert vague(facts(line(ref, text))) == []


def test_what_is_vague_above_is_not_ours_to_change() -> None:
    assert vague(facts(line("Group:P1", "Leverage synergies."))) == []


def test_aims_may_be_loftier_than_the_strategy() -> None:
    (aim,) = vague(facts(line("V1", "World-class care.")))
    (bet,) = vague(facts(line("P1", "World-class care.")))
    assert (aim.severity, bet.severity) == ("low", "medium")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Passenger satisfaction.", ("how much", "which way", "by when")),
        ("Weekly active repositories.", ("how much", "which way")),
        ("Raise retention.", ("how much", "by when")),
        ("Raise retention by autumn 2027.", ("how much",)),
        ("Complaints per thousand accounts.", ("how much", "which way", "by when")),
        ("Readings differ by less than three per cent.", ("by when",)),
        ("5,000 pumps by 31 March 2028.", ()),
        ("Nine in ten crossings are booked online by June 2027.", ()),
        ("95 % of repairs are done within two days, every month.", ()),
        ("Churn stays below 3 %.", ()),
    ],
)
def test_what_a_metric_lacks(text: str, missing: tuple[str, ...]) -> None:
    assert missing_in(text) == missing


def test_only_metrics_are_measured() -> None:
    found = unmeasured(facts(line("P1", "Passenger satisfaction."), line("K1", "Churn.")))
    assert refs(found) == [("K1",)]
    assert found[0].severity == "medium"
