"""Words for one day or several, read whole or asked back. It is Monday 23 November 2026."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decisions.days import LONGEST_PHRASE, read_days
from bot.errors import UserFacing
from bot.recurrence.model import Hours

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def days(words: str) -> list[str]:
    return [day.isoformat() for day in read_days(words, now=NOW, hours=Hours())]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("in 3 months", ["2027-02-23"]),
        ("in 1 month, in 6 months", ["2026-12-23", "2027-05-23"]),
        ("in 6 months and in 1 month", ["2026-12-23", "2027-05-23"]),
        (
            "in 1 month, then in 6 months, then in 1 year",
            ["2026-12-23", "2027-05-23", "2027-11-23"],
        ),
        ("12 March; 12 September", ["2027-03-12", "2027-09-12"]),
        ("12 March & 12 April\n12 May", ["2027-03-12", "2027-04-12", "2027-05-12"]),
        ("2027-03-12, 2027-09-12", ["2027-03-12", "2027-09-12"]),
        ("Friday, 12 March 2027", ["2027-03-12"]),
        ("March 12, 2027, September 12, 2027", ["2027-03-12", "2027-09-12"]),
        ("12 March, 14:00, 12 September", ["2027-03-12", "2027-09-12"]),
        ("Friday and Monday", ["2026-11-27", "2026-11-30"]),
        ("after launch on 12 March", ["2027-03-12"]),
        ("after launch in Japan on 12 March", ["2027-03-12"]),
        ("after launch on 12 March and in 6 months", ["2027-03-12", "2027-05-23"]),
        ("tomorrow, in 1 day", ["2026-11-24"]),
        ("in 3 months,", ["2027-02-23"]),
    ],
)
def test_every_day_is_read_in_order_and_once(words: str, meant: list[str]) -> None:
    assert days(words) == meant


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("when pigs fly", "pigs fly"),
        ("12 March, when pigs fly", "pigs fly"),
        ("when pigs fly and 12 March", "pigs fly"),
        ("in 1 month, 6 months", "“6 months”"),
        ("in 1 and 6 months", "“in 1”"),
        ("every Friday, 12 March", "“every Friday”: That recurs"),
        ("31 February; 12 March", "There is no 31 February"),
        ("12 March, 14:00; 15:00", "“15:00” names no day."),
        ("14:00", "“14:00” names no day."),
        ("after launch on 12 March in 6 months", "after launch on 12 March in 6 months"),
        ("after 12 March, in 6 months", "after 12 March"),
        (" , ", "When?"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_read_in_part(
    words: str, about: str
) -> None:
    with pytest.raises(UserFacing) as said:
        days(words)
    assert about in str(said.value)


@pytest.mark.parametrize("words", ["12 March " * 40, ", ".join(["12 March"] * 21), ";," * 140])
def test_what_is_too_long_says_so_at_once(words: str) -> None:
    with pytest.raises(UserFacing):
        days(words)


@settings(deadline=None)
@given(st.text(max_size=LONGEST_PHRASE + 20) | st.text("12 ,;andMrcho\n", max_size=60))
def test_any_words_give_days_or_a_sentence(words: str) -> None:
    try:
        found = read_days(words, now=NOW, hours=Hours())
    except UserFacing:
        return
    assert list(found) == sorted(set(found))
    assert found


@settings(deadline=None)
@given(st.lists(st.dates(date(2026, 11, 24), date(2031, 1, 1)), min_size=1, max_size=5))
def test_what_the_form_shows_is_read_back(meant: list[date]) -> None:
    shown = ", ".join(day.isoformat() for day in meant)
    assert read_days(shown, now=NOW, hours=Hours()) == tuple(sorted(set(meant)))
