"""Times that lines name, and whether they have come. Today is 23 November 2026."""

from datetime import date

import pytest

from bot.check.dates import named_in
from tests.check.samples import TODAY

WRITTEN = date(2026, 2, 1)


def come(text: str, since: date = WRITTEN) -> list[str]:
    return [named.words for named in named_in(text, since) if named.has_come(TODAY)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Launch in Spain by 2025.", "by 2025"),
        ("Launch by the end of 2025.", "by the end of 2025"),
        ("Half of all clinics by Q3 2026", "by Q3 2026"),
        ("Half of all clinics by Q3/2026", "by Q3/2026"),
        ("Done by the third quarter of 2026.", "by the third quarter of 2026"),
        ("Done in H1 2026.", "in H1 2026"),
        ("Done in the first half of 2026.", "in the first half of 2026"),
        ("5,000 pumps by 31 March 2026.", "by 31 March 2026"),
        ("5,000 pumps by March 31, 2026.", "by March 31, 2026"),
        ("Ship before June 2026", "before June 2026"),
        ("Ship before mid-2026", "before mid-2026"),
        ("Ship by 2026-11-22", "by 2026-11-22"),
        ("Ship by spring 2026", "by spring 2026"),
        ("Off the desk by the school year 2024/25.", "by the school year 2024/25"),
        ("By harvest 2025, half of them.", "By harvest 2025"),
        ("Train two hundred fitters before Q2.", "before Q2"),
        ("2025: Spain", "2025"),
    ],
)
def test_deadlines_that_passed(text: str, words: str) -> None:
    assert come(text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "Launch in Spain by 2026.",
        "Launch by Q4 2026",
        "Launch by 23 November 2026",
        "By 2040 no home has a boiler.",
        "Care providers after 2026.",
        "Founded 2019, still here.",
        "Serve 2000 hospitals.",
        "Reach 2025 members",
        "Open at 9 in all 12 ports",
        "Done by the end of the year.",
        "Maybe in May",
        "Ship by 2026-02-31",
    ],
)
def test_nothing_that_came(text: str) -> None:
    assert come(text) == []


def test_what_begins_with_a_time_and_what_comes_after_it() -> None:
    assert come("Landlords from 2026.") == ["from 2026"]
    assert come("Landlords after 2026.") == []
    assert come("Landlords after 2025.") == ["after 2025"]


def test_words_that_depend_on_when_they_were_written() -> None:
    assert come("Sign three chains this year", date(2025, 6, 1)) == ["this year"]
    assert come("Sign three chains this year") == []
    assert come("Sign three chains next year", date(2024, 6, 1)) == ["next year"]
    assert come("Sign three chains this quarter", date(2026, 8, 1)) == ["this quarter"]
    assert come("Sign by Q3", date(2025, 11, 1)) == ["by Q3"]
    assert come("Sign by Q3", date(2026, 11, 1)) == []
    assert come("Done by the end of the year", date(2025, 11, 1)) == ["by the end of the year"]
