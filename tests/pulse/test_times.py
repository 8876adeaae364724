"""When people are asked and reminded: their own time, their own days off, before it closes."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.pulse.times import (
    APART,
    EARLIEST,
    LEFT,
    closes_at,
    falls_due,
    moments,
    next_working,
    weekly,
)
from bot.recurrence.model import DaysOff, Hours, to_utc
from bot.recurrence.occurrences import next_due

TUESDAY = date(2026, 11, 24)
TEN = time(10)
ZONES = ("Pacific/Kiritimati", "Asia/Tokyo", "Asia/Kolkata", "Europe/Berlin", "America/New_York")


def local(at: datetime | None, zone: str) -> str:
    assert at
    return f"{at.astimezone(ZoneInfo(zone)):%a %H:%M}"


def open_two_days(hours: Hours) -> datetime:
    return closes_at(TUESDAY, 2, Hours(zone="Europe/Berlin"), [*ZONES, hours.zone])


def of(hours: Hours, begun: datetime | None = None) -> tuple[str, str, str]:
    closes = open_two_days(hours)
    begun = begun or to_utc(datetime.combine(TUESDAY, TEN), EARLIEST)
    found = moments(TUESDAY, TEN, hours, begun=begun, closes=closes)
    named = (found.asked, *found.reminded)
    return tuple(local(at, hours.zone) if at else "" for at in named)  # type: ignore[return-value]


@pytest.mark.parametrize("zone", ZONES)
def test_everybody_is_asked_at_ten_on_their_own_tuesday(zone: str) -> None:
    # Where Wednesday ends in New York it is Thursday evening in Kiritimati.
    last = "Thu 15:00" if zone == "Pacific/Kiritimati" else "Wed 15:00"
    assert of(Hours(zone=zone)) == ("Tue 10:00", "Wed 10:00", last)


def test_the_rule_falls_due_before_anybody_is_asked() -> None:
    rule = falls_due(TUESDAY, TEN)
    due = next_due(rule, datetime(2026, 11, 20, tzinfo=UTC), Hours(zone=EARLIEST))
    assert due
    assert (due.at, due.date) == (datetime(2026, 11, 23, 20, tzinfo=UTC), TUESDAY)
    assert all(to_utc(datetime.combine(TUESDAY, TEN), zone) >= due.at for zone in ZONES)


def test_it_closes_at_the_end_of_the_second_working_day_where_that_ends_last() -> None:
    assert open_two_days(Hours()) == datetime(2026, 11, 26, 5, tzinfo=UTC)  # midnight in New York
    friday = closes_at(date(2026, 11, 27), 2, Hours(), ["UTC"])
    assert friday == datetime(2026, 12, 1, tzinfo=UTC)  # Friday and Monday


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-11-24", "2026-11-24", ("Wed 10:00", "Wed 15:00", "")),
        ("2026-11-25", "2026-11-25", ("Tue 10:00", "", "Tue 15:00")),
        ("2026-11-24", "2026-11-25", ("", "", "")),
    ],
)
def test_days_off_of_ones_own_are_kept(
    first: str, last: str, expected: tuple[str, str, str]
) -> None:
    off = DaysOff(first=date.fromisoformat(first), last=date.fromisoformat(last))
    asked, one, two = of(Hours(zone="America/New_York", days_off=(off,)))
    assert asked == expected[0]
    # Whoever is asked a day late is reminded once at most.
    assert [each for each in (one, two) if each] == [each for each in expected[1:] if each]


def test_quiet_hours_hold_it_back() -> None:
    hours = Hours(zone="Europe/Berlin", quiet_from=time(18), quiet_to=time(11, 30))
    assert of(hours)[0] == "Tue 11:30"


def test_public_holidays_count_where_the_person_is() -> None:
    # Thanksgiving, Thursday 26 November 2026.
    us = Hours(zone="America/New_York", country="US")
    day = date(2026, 11, 26)
    closes = closes_at(day, 2, Hours(zone="Europe/Berlin"), [us.zone])
    begun = to_utc(datetime.combine(day, TEN), EARLIEST)
    found = moments(day, TEN, us, begun=begun, closes=closes)
    assert local(found.asked, us.zone) == "Fri 10:00"
    berlin = Hours(zone="Europe/Berlin", country="DE")
    found = moments(day, TEN, berlin, begun=begun, closes=closes)
    assert local(found.asked, berlin.zone) == "Thu 10:00"


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (timedelta(hours=8), "Tue 10:00"),
        (timedelta(hours=9), "Wed 10:00"),
        (timedelta(hours=31), "Wed 10:00"),
        (timedelta(hours=33), ""),
    ],
)
def test_begun_late_it_still_comes_by_day_where_there_is_one(
    late: timedelta, expected: str
) -> None:
    berlin = Hours(zone="Europe/Berlin")
    ten = to_utc(datetime.combine(TUESDAY, TEN), berlin.zone)
    assert of(berlin, begun=ten + late)[0] == expected


def test_nobody_is_asked_or_reminded_shortly_before_the_end_or_twice_in_a_row() -> None:
    hours = [Hours(zone=zone, quiet_from=time(20), quiet_to=time(9)) for zone in ZONES]
    for each in hours:
        closes = open_two_days(each)
        begun = to_utc(datetime.combine(TUESDAY, TEN), EARLIEST)
        found = moments(TUESDAY, TEN, each, begun=begun, closes=closes)
        there = [at for at in (found.asked, *found.reminded) if at]
        assert all(at <= closes - LEFT for at in there)
        assert all(b - a >= APART for a, b in itertools.pairwise(there))


def test_weekly_begins_with_the_first_day_that_is_still_to_come_everywhere() -> None:
    monday_evening = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # Tuesday 10:00 in Kiritimati
    assert weekly(1, "TU", TEN, monday_evening).start.date() == date(2026, 12, 1)
    before = monday_evening - timedelta(minutes=1)
    assert weekly(2, "TU", TEN, before).start.date() == TUESDAY
    assert weekly(2, "TU", TEN, before).text == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_a_changed_clock_moves_nobody_from_ten(zone: str) -> None:
    for day in (date(2026, 10, 27), date(2026, 11, 3), date(2027, 3, 16), date(2027, 3, 30)):
        closes = closes_at(day, 2, Hours(zone=zone), [zone])
        begun = to_utc(datetime.combine(day, TEN), EARLIEST)
        found = moments(day, TEN, Hours(zone=zone), begun=begun, closes=closes)
        assert local(found.asked, zone) == "Tue 10:00"


def test_the_next_working_day_is_after_the_instant() -> None:
    friday = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    assert next_working(friday, TEN, Hours()) == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    assert next_working(friday - timedelta(minutes=1), TEN, Hours()) == friday
