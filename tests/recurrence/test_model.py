"""What a rule and somebody's hours accept, and when hours are quiet."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from bot.recurrence.holiday_tables import holidays_of, is_known, subdivisions
from bot.recurrence.model import DaysOff, Hours, Rule, zone_named
from bot.recurrence.pattern import Pattern
from bot.recurrence.warming import warm
from tests.recurrence.rules import BERLIN, instants, patterns, quiet_hours, rule, rules


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=14",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
        "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    ],
)
def test_the_subset_is_read_and_written_the_same(text: str) -> None:
    assert str(Pattern.parse(text)) == text


def test_an_untidy_rule_is_written_canonically() -> None:
    untidy = "RRULE:BYDAY=FR,MO,FR;FREQ=WEEKLY;INTERVAL=1"
    assert str(Pattern.parse(untidy)) == "FREQ=WEEKLY;BYDAY=MO,FR"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;UNTIL=20270101",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=MO,1TU",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=MO;WKST=SU",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=1MO,2TU",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=1MO",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=1",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTH=1,7;BYMONTHDAY=1",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTHDAY=1",
        "FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=1",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
    ],
)
def test_nothing_else_is_a_pattern(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Pattern.parse(text)


@settings(deadline=None)
@given(pattern=patterns)
def test_every_pattern_survives_being_written(pattern: Pattern) -> None:
    assert Pattern.parse(str(pattern)) == pattern


@settings(deadline=None)
@given(of=rules())
def test_every_rule_survives_being_stored(of: Rule) -> None:
    assert Rule.model_validate_json(of.model_dump_json()) == of


@pytest.mark.parametrize(
    "fields",
    [
        {"start": "2027-01-14T09:00"},
        {"start": "2027-01-15T09:00:30"},
        {"start": "2027-01-15T09:00+01:00"},
        {"zone": "Mars/Base"},
        {"zone": "../../etc/passwd"},
        {"text": "BYDAY=FR;FREQ=WEEKLY"},
        {"until": date(2027, 1, 14)},
        {"count": 0},
        {"count": 3, "until": date(2027, 2, 1)},
        {"on_day_off": "dance"},
        {"text": "", "count": 3},
        {"text": "*/5 9 * * *"},
        {"text": "0 9 * *"},
        {"text": "0 9 * * 9"},
        {"text": "0 9  * * *"},
    ],
    ids=str,
)
def test_a_rule_that_contradicts_itself_is_refused(fields: dict[str, object]) -> None:
    good = {"text": "FREQ=WEEKLY;BYDAY=FR", "start": "2027-01-15T09:00"}
    rule(**good)
    with pytest.raises(ValidationError):
        rule(**{**good, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"zone": "Mars/Base"},
        {"working_days": ()},
        {"country": "XX"},
        {"country": "DE", "subdivision": "ZZ"},
        {"subdivision": "BY"},
        {"quiet_from": time(22)},
        {"quiet_from": time(22), "quiet_to": time(22)},
        {"days_off": (DaysOff.model_construct(first=date(2027, 2, 2), last=date(2027, 2, 1)),)},
        {"days_off": ({"first": "2027-02-02", "last": "2029-02-01"},)},
    ],
    ids=str,
)
def test_hours_that_cannot_be_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises((ValidationError, ValueError)):
        Hours.model_validate({key: _plain(value) for key, value in fields.items()})


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(v.model_dump() if isinstance(v, DaysOff) else v for v in value)
    return value


def test_holidays_depend_on_the_part_of_the_country() -> None:
    epiphany = date(2027, 1, 6)
    assert Hours(country="DE", subdivision="BY").day_off(epiphany) == "Epiphany"
    assert Hours(country="DE").day_off(epiphany) is None
    assert Hours().day_off(date(2027, 12, 25)) is None


def test_a_working_day_is_none_of_weekend_holiday_and_day_off() -> None:
    off_site = DaysOff(first=date(2027, 3, 1), last=date(2027, 3, 3), name="off-site")
    team = BERLIN.model_copy(update={"days_off": (off_site,)})
    assert team.is_working(date(2027, 3, 4))
    assert not team.is_working(date(2027, 3, 6))
    assert not team.is_working(date(2027, 3, 8))  # Women's Day, a holiday in Berlin
    assert not team.is_working(date(2027, 3, 3))
    assert team.day_off(date(2027, 3, 2)) == "off-site"
    assert DaysOff(first=date(2027, 3, 1), last=date(2027, 3, 1)).name == ""


async def test_tables_are_made_ahead_in_a_thread() -> None:
    holidays_of.cache_clear()
    await asyncio.to_thread(
        warm, [("DE", "BY"), ("US", ""), ("", ""), ("DE", "ZZ")], iter([2027, 2028])
    )
    made = holidays_of.cache_info().currsize
    assert made == 4
    assert Hours(country="DE", subdivision="BY").day_off(date(2028, 12, 25)) == "Christmas Day"
    assert holidays_of.cache_info().currsize == made


def test_unknown_places_have_no_tables() -> None:
    assert is_known("DE")
    assert is_known("DE", "BY")
    assert not is_known("DE", "ZZ")
    assert not is_known("XX")
    assert "BY" in subdivisions("DE")
    with pytest.raises(ValueError, match="no holiday table"):
        holidays_of("XX", "", 2027)


QUIET = Hours(zone="Europe/Berlin", quiet_from=time(20), quiet_to=time(8))


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2027-01-13T19:59", "2027-01-13T19:59"),
        ("2027-01-13T20:00", "2027-01-14T08:00"),
        ("2027-01-14T03:00", "2027-01-14T08:00"),
        ("2027-01-14T08:00", "2027-01-14T08:00"),
    ],
)
def test_quiet_hours_across_midnight(at: str, until: str) -> None:
    zone = zone_named("Europe/Berlin")
    instant = datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC)
    expected = datetime.fromisoformat(until).replace(tzinfo=zone).astimezone(UTC)
    assert QUIET.end_of_quiet(instant) == expected
    assert QUIET.is_quiet(instant) == (at != until)


def test_quiet_hours_within_a_day_and_none() -> None:
    lunch = Hours(quiet_from=time(12), quiet_to=time(13))
    noon = datetime(2027, 1, 13, 12, 30, tzinfo=UTC)
    assert lunch.end_of_quiet(noon) == datetime(2027, 1, 13, 13, tzinfo=UTC)
    assert Hours().end_of_quiet(noon) == noon
    assert not Hours().is_quiet(noon)


def test_quiet_hours_end_in_the_hour_that_comes_twice() -> None:
    early = Hours(zone="Europe/Berlin", quiet_from=time(22), quiet_to=time(2, 30))
    second_pass = datetime(2027, 10, 31, 1, 15, tzinfo=UTC)  # 02:15, for the second time
    assert early.is_quiet(second_pass)
    assert early.end_of_quiet(second_pass) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@settings(deadline=None)
@given(who=quiet_hours, at=instants)
def test_quiet_hours_never_make_it_earlier_and_never_lose_it(who: Hours, at: datetime) -> None:
    end = who.end_of_quiet(at)
    assert at <= end <= at + timedelta(hours=49)
    assert (end == at) == (not who.is_quiet(at))
    if end != at:
        # Not a moment later than needed: up to the end, it is quiet.
        assert who.is_quiet(end - timedelta(seconds=1)) or not _steady(who, at, end)


def _steady(who: Hours, a: datetime, b: datetime) -> bool:
    """Whether no clock changes between the two."""
    zone = zone_named(who.zone)
    return a.astimezone(zone).utcoffset() == b.astimezone(zone).utcoffset()
