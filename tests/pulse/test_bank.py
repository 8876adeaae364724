"""Statements: ready ones, one a line of the strategy, and those that somebody writes."""

import pytest

from bot.charter.model import Line, LineInForce
from bot.errors import UserFacing
from bot.pulse.bank import FIT_INTO_FORM, READY, in_form, read, suggested
from bot.pulse.model import LONGEST_STATEMENT, Statement


def line(ref: str, text: str, kind: str = "pillar") -> LineInForce:
    made = Line.model_validate({"id": ref.rpartition(":")[2], "kind": kind, "text": text})
    return LineInForce(ref=ref, line=made, charter="Vitals", version=1)


LINES = (
    line("M1", "Help people.", "mission"),
    line("P1", "Keep improving accuracy."),
    line("A1", "Enthusiasts first; " + "and nobody else before them. " * 5, "audience"),
    line("Company:P2", "Earn trust."),
    line("R1", "We never sell data.", "principle"),
)


def test_every_line_of_the_strategy_has_a_statement_beside_the_ready_ones() -> None:
    found = suggested(LINES)
    assert [each.ref for each in found if each.about == "line"] == ["P1", "A1", "Company:P2"]
    assert len(found) == sum(map(len, READY.values())) + 3
    assert len({each.id for each in found}) == len(found)
    said = next(each.text for each in found if each.ref == "P1")
    assert said == "I believe this is right for us now: “Keep improving accuracy”"
    assert all(len(each.text) <= LONGEST_STATEMENT for each in found)


@pytest.mark.parametrize("a_time", [3, 4, 5])
def test_each_edition_has_something_of_several_topics(a_time: int) -> None:
    found = suggested(LINES)
    for start in range(0, len(found) - a_time, a_time):
        assert len({each.about for each in found[start : start + a_time]}) >= 3


def test_what_stands_in_the_form_is_read_back_as_it_was() -> None:
    found = suggested(LINES)
    refs = [each.ref for each in LINES]
    assert read("\n".join(map(in_form, found)), refs) == found


def test_a_large_charter_still_fits_into_the_form() -> None:
    many = [line(f"P{n}", f"Pillar {n} " + "x" * 80) for n in range(1, 100)]
    found = suggested(many)
    assert len("\n".join(map(in_form, found))) <= FIT_INTO_FORM
    assert len(found) <= 60


def test_other_words_are_another_statement_the_same_words_are_the_same() -> None:
    one, two, three = read("I am sure.\nP1: I am sure.\nI was sure", ["P1"])
    assert len({one.id, two.id, three.id}) == 3
    again = read("a b c\nI am SURE\nd e f", [])
    assert again[1].id == one.id
    assert one.about == "own"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One.\nTwo.", "Write three statements at least"),
        ("One.\nTwo.\none", "stands there twice"),
        ("One.\nTwo.\nDo you agree?", "is a question"),
        ("One.\nTwo.\n" + "x" * (LONGEST_STATEMENT + 1), "characters long; 200 fit"),
        ("One.\nTwo.\nP9: Three.", "There is no line P9"),
        ("\n".join(f"Statement {n}." for n in range(61)), "There are 61 statements; 60 fit"),
    ],
)
def test_what_does_not_do_is_said_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(UserFacing, match=said):
        read(text, ["P1"])


def test_a_colon_in_ones_own_words_is_no_line() -> None:
    found = read("Honestly: I agree.\nTwo things\nThree things", [])
    assert found[0] == Statement(id=found[0].id, text="Honestly: I agree.", about="own")
