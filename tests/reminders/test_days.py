"""The rules that the form offers."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recurrence.model import Rule
from bot.reminders.days import CHOICES, KEEP, choice_of, kept, rule_of

starts = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@given(starts, st.sampled_from(list(CHOICES)))
def test_every_choice_makes_a_rule_that_begins_on_that_day(start: datetime, choice: str) -> None:
    rule = rule_of(choice, start, "Europe/Berlin")
    assert rule.start == start
    assert choice_of(rule) == choice


@pytest.mark.parametrize(
    ("choice", "first", "text"),
    [
        ("monthly_day", date(2026, 11, 30), "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("monthly_day", date(2026, 12, 30), "FREQ=MONTHLY;BYMONTHDAY=30"),
        ("monthly_day", date(2027, 2, 28), "FREQ=MONTHLY;BYMONTHDAY=28"),
        ("monthly_weekday", date(2026, 11, 23), "FREQ=MONTHLY;BYDAY=4MO"),
        ("monthly_weekday", date(2026, 11, 30), "FREQ=MONTHLY;BYDAY=-1MO"),
        ("fortnightly", date(2026, 11, 27), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
    ],
)
def test_the_day_that_was_picked_says_which(choice: str, first: date, text: str) -> None:
    assert rule_of(choice, datetime.combine(first, time(9)), "UTC").text == text


def test_a_rule_without_a_name_is_kept_at_another_time_or_with_another_end() -> None:
    rule = Rule(
        kind="rrule",
        text="FREQ=WEEKLY;BYDAY=MO,TH",
        start=datetime(2026, 11, 23, 9),
        zone="UTC",
        count=5,
    )
    assert choice_of(rule) == KEEP
    later = kept(rule, time(10), None)
    assert (later.start, later.text, later.count) == (datetime(2026, 11, 23, 10), rule.text, 5)
    ends = kept(rule, time(9), date(2027, 1, 1))
    assert (ends.until, ends.count) == (date(2027, 1, 1), None)


def test_a_cron_line_is_kept_at_another_time() -> None:
    rule = Rule(kind="cron", text="30 9 * * 1-5", start=datetime(2026, 11, 23, 9, 30), zone="UTC")
    assert choice_of(rule) == KEEP
    assert kept(rule, time(10, 5), None).text == "5 10 * * 1-5"
