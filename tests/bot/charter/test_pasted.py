"""Documents of many shapes become lines and kinds, with nothing invented and nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.charter.model import LONGEST_LINE, next_version
from bot.charter.pasted import Pasted, read
from bot.charter.sections import from_sections
from bot.text import one_line
from tests.storage.filled import AT, DANA

WIKI = """# Vitals: product strategy 2027

## Our mission
Our mission is to empower individuals to take control of their health through real-time data.

## Vision
Revolutionise personal healthcare by making health data accessible and actionable.

## Strategy
We start with tech-savvy health enthusiasts. Later come care providers and insurers.
- **Accuracy**: each release is closer to clinical devices
- Ease of use: setup in five minutes

## Non-goals
* No social network
* We don't diagnose

## KPIs
1. 70% of members wear it daily
2. NPS above 50

## Values
We never sell data. Always say how sure we are.
"""
LABELS = """Mission: Help small bakeries sell what they bake the same day.
Vision: No bread is thrown away in Europe.
Target customers: bakeries with one to five shops
Strategic priorities:
- an app that a baker learns in ten minutes
- evening boxes
- We won't build our own delivery fleet.
"""
PROSE = """We exist to make public transport the easiest choice. A world where nobody needs a second
car is what we want. We serve commuters first, later tourists. We never sell location data. We do
not run buses ourselves. 80% of trips start on time. Ticketing in two taps.

ok
"""


def test_a_wiki_page() -> None:
    found = read(WIKI)
    assert found.name == "Vitals"
    assert found.lines == {
        "mission": ["Empower individuals to take control of their health through real-time data."],
        "vision": [
            "Revolutionise personal healthcare by making health data accessible and actionable."
        ],
        "audience": [
            "We start with tech-savvy health enthusiasts.",
            "Later come care providers and insurers.",
        ],
        "pillar": [
            "Accuracy: each release is closer to clinical devices",
            "Ease of use: setup in five minutes",
        ],
        "non_goal": ["No social network", "We don't diagnose"],
        "metric": ["70% of members wear it daily", "NPS above 50"],
        "principle": ["We never sell data.", "Always say how sure we are."],
    }
    assert found.left_out == []


def test_labels_with_colons() -> None:
    found = read(LABELS)
    assert found.lines == {
        "mission": ["Help small bakeries sell what they bake the same day."],
        "vision": ["No bread is thrown away in Europe."],
        "audience": ["Bakeries with one to five shops"],
        "pillar": ["An app that a baker learns in ten minutes", "Evening boxes"],
        "non_goal": ["We won't build our own delivery fleet."],
    }


def test_prose_without_headings() -> None:
    found = read(PROSE)
    assert found.lines == {
        "mission": ["Make public transport the easiest choice."],
        "vision": ["A world where nobody needs a second car is what we want."],
        "audience": ["We serve commuters first, later tourists."],
        "principle": ["We never sell location data."],
        "non_goal": ["We do not run buses ourselves."],
        "metric": ["80% of trips start on time."],
        "pillar": ["Ticketing in two taps."],
    }
    assert found.left_out == ["ok"]


def test_a_second_mission_and_what_is_too_long_are_named() -> None:
    long = "word " * 100
    found = read(f"Mission: First.\n\nMission: Second.\n\n## Strategy\n- {long}")
    assert found.lines == {"mission": ["First."]}
    assert found.left_out == ["Second.", one_line(long).capitalize()]


@pytest.mark.parametrize("document", ["", "\n \n", "##\n", "Mission:\n", "***"])
def test_nothing_is_found_in_nothing(document: str) -> None:
    assert read(document).count == 0


_pieces = st.sampled_from(
    ["# ", "## Mission\n", "Vision: ", "- ", "1. ", "\n\n", "**", "We never ", "70% ", "Strategy\n"]
) | st.text(max_size=12)


@given(st.lists(_pieces, max_size=30).map("".join))
def test_whatever_is_pasted_every_line_can_stand_in_a_charter(document: str) -> None:
    found = read(document)
    texts = [text for several in found.lines.values() for text in several]
    assert all(0 < len(text) <= LONGEST_LINE and text == one_line(text) for text in texts)
    assert all(len(found.lines.get(kind, [])) <= 1 for kind in ("mission", "vision"))
    if "mission" in found.lines:
        next_version(from_sections(found.sections, ()), before=None, by=DANA, at=AT)


@given(st.lists(st.from_regex(r"[A-Za-z]{2,9}( [a-z]{2,9}){3,9}", fullmatch=True), max_size=8))
def test_no_statement_is_lost(statements: list[str]) -> None:
    found: Pasted = read("\n".join(f"- {statement}" for statement in statements))
    kept = " ".join([*found.left_out, *sum(found.lines.values(), list[str]())]).lower()
    for statement in statements:
        assert statement.lower()[-8:] in kept
