"""When rules come: clock changes in every zone, phases, months' ends, days off, ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, pairwise, product, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from cronsim import CronSim
from dateutil.rrule import rrulestr
from hypothesis import given, settings

from bot.recurrence.model import DaysOff, Hours, Rule, to_utc, zone_named
from bot.recurrence.occurrences import next_due, occurrences, outlook, skip_next, upcoming
from bot.recurrence.pattern import Pattern
from tests.recurrence.rules import BERLIN, NOW, hours, instants, moments, patterns, rule, rules

WALLS = [time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(9)]
BEGIN, END = date(2026, 1, 1), date(2029, 1, 1)
DAYS = [BEGIN + timedelta(days=n) for n in range((END - BEGIN).days)]
PLAIN = Hours()


class Alike(NamedTuple):
    """Zones that change their clocks at the same instants by the same amounts."""

    names: list[str]
    changes: tuple[datetime, ...]


@cache
def changing_zones() -> list[Alike]:
    """Every zone whose offset changes in the three years, those that are alike together."""
    alike: dict[tuple[object, ...], Alike] = {}
    midnights = [datetime.combine(day, time(), UTC) for day in DAYS]
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        offsets = [at.astimezone(zone).utcoffset() for at in midnights]
        changes = [
            (a, before, after)
            for (a, before), (_, after) in pairwise(zip(midnights, offsets, strict=True))
            if before != after
        ]
        instants = tuple(_moment_of_change(zone, day) for day, _, _ in changes)
        if changes:
            key = (instants, *(change[1:] for change in changes))
            alike.setdefault(key, Alike([], instants)).names.append(name)
    return list(alike.values())


def _moment_of_change(zone: ZoneInfo, day: datetime) -> datetime:
    before, minutes = day.astimezone(zone).utcoffset(), range(24 * 60 + 1)
    found = (day + timedelta(minutes=n) for n in minutes)
    return next(at for at in found if at.astimezone(zone).utcoffset() != before)


def exists(local: datetime, zone: ZoneInfo) -> bool:
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def in_the_years(of: Rule) -> Iterator[tuple[date, datetime]]:
    begin = to_utc(datetime.combine(BEGIN, of.clock), of.zone) - timedelta(minutes=1)
    for one in islice(occurrences(of, begin, PLAIN), len(DAYS)):
        yield one.date, one.at


def test_no_day_is_missed_or_doubled_in_any_zone() -> None:
    """All zones that change their clocks, seven times of day, three years."""
    zones = changing_zones()
    assert sum(len(alike.names) for alike in zones) > 150
    for (name, *_), _ in zones:
        zone = ZoneInfo(name)
        for wall in WALLS:
            daily = rule("FREQ=DAILY", f"{BEGIN}T{wall}", name)
            came = list(in_the_years(daily))
            assert [day for day, _ in came] == DAYS, (name, wall)
            assert all(a < b for (_, a), (_, b) in pairwise(came)), (name, wall)
            for day, at in came:
                planned, local = datetime.combine(day, wall), at.astimezone(zone)
                assert local.fold == 0, (name, planned)
                if local.replace(tzinfo=None) != planned:
                    assert not exists(planned, zone), (name, planned)
                    before = (at - timedelta(days=1)).astimezone(zone)
                    jump = local.utcoffset() - before.utcoffset()  # type: ignore[operator]
                    assert local.replace(tzinfo=None) == planned + jump, (name, planned)


def test_one_step_at_a_time_is_the_same_around_every_change() -> None:
    """`next_due` from each occurrence to the next gives a day after the other."""
    for (name, *_), changes in changing_zones():
        for wall, change in product(WALLS, changes):
            daily = rule("FREQ=DAILY", f"{BEGIN}T{wall}", name)
            at, days = change - timedelta(days=2), []
            for _ in range(4):
                found = next_due(daily, at, PLAIN)
                assert found is not None
                days.append(found.date)
                at = found.at
            assert days == [days[0] + timedelta(days=n) for n in range(4)], (name, wall, change)


@pytest.mark.parametrize("wall", WALLS, ids=str)
def test_cron_comes_when_cronsim_says(wall: time) -> None:
    """Around every change in every zone, against cronsim in that zone itself."""
    for (name, *_), changes in changing_zones():
        daily = rule(f"{wall.minute} {wall.hour} * * *", f"{BEGIN}T{wall}", name)
        for change in changes:
            begin = change - timedelta(days=2)
            says = CronSim(daily.text, begin.astimezone(ZoneInfo(name)))
            expected = [at.astimezone(UTC) for at in islice(says, 5)]
            ours = upcoming(daily, begin, PLAIN, 5)
            assert [one.at for one in ours] == expected, (name, change)
            assert len({one.date for one in ours}) == len(ours), name


@pytest.mark.parametrize(
    ("zone", "start", "days"),
    [
        ("Europe/Berlin", "2027-03-27T02:30", ["27 02:30", "28 03:30", "29 02:30"]),
        ("Europe/Berlin", "2027-10-30T02:30", ["30 02:30", "31 02:30", "01 02:30"]),
        ("Africa/Cairo", "2027-04-29T00:00", ["29 00:00", "30 01:00", "01 00:00"]),
        ("Australia/Lord_Howe", "2027-10-02T02:15", ["02 02:15", "03 02:45", "04 02:15"]),
        ("America/Sao_Paulo", "2018-11-03T00:00", ["03 00:00", "04 01:00", "05 00:00"]),
        ("America/Sao_Paulo", "2027-11-03T00:00", ["03 00:00", "04 00:00", "05 00:00"]),
        # Samoa had no 30 December 2011: what was planned for it comes with the 31st.
        ("Pacific/Apia", "2011-12-29T09:00", ["29 09:00", "31 09:00", "01 09:00"]),
    ],
)
def test_a_time_that_the_clocks_skip_comes_later_the_same_day(
    zone: str, start: str, days: list[str]
) -> None:
    daily = rule("FREQ=DAILY", start, zone)
    before = to_utc(daily.start, zone) - timedelta(minutes=1)
    came = [one.at.astimezone(ZoneInfo(zone)) for one in upcoming(daily, before, PLAIN, 3)]
    assert [f"{at:%d %H:%M}" for at in came] == days


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    daily = rule("FREQ=DAILY", "2027-10-31T02:30")
    first = next_due(daily, datetime(2027, 10, 30, 12, tzinfo=UTC), PLAIN)
    assert first is not None
    assert first.at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    second = next_due(daily, first.at, PLAIN)
    assert second is not None
    assert second.date == date(2027, 11, 1)


def dates(of: Rule, after: datetime, n: int, who: Hours = PLAIN) -> list[str]:
    return [f"{one.date:%a %d %b %Y}" for one in upcoming(of, after, who, n)]


def test_every_other_friday_keeps_its_phase_across_new_year() -> None:
    fridays = rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-12-18T16:30")
    after = datetime(2026, 12, 19, tzinfo=UTC)
    assert dates(fridays, after, 3) == ["Fri 01 Jan 2027", "Fri 15 Jan 2027", "Fri 29 Jan 2027"]


def test_two_days_of_every_second_week_stay_in_one_week() -> None:
    both = rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2027-01-14T09:00")
    assert dates(both, NOW, 3) == ["Thu 14 Jan 2027", "Mon 25 Jan 2027", "Thu 28 Jan 2027"]


def test_month_ends_and_leap_days() -> None:
    last = rule("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31T09:00")
    assert dates(last, NOW, 3) == ["Sun 31 Jan 2027", "Sun 28 Feb 2027", "Wed 31 Mar 2027"]
    long_months = rule("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31T09:00")
    assert dates(long_months, NOW, 3) == ["Sun 31 Jan 2027", "Wed 31 Mar 2027", "Mon 31 May 2027"]
    leap = rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29T09:00")
    assert dates(leap, NOW, 2) == ["Tue 29 Feb 2028", "Sun 29 Feb 2032"]
    assert dates(leap, datetime(2096, 3, 1, tzinfo=UTC), 1) == ["Fri 29 Feb 2104"]


def test_a_day_off_is_kept_skipped_or_moved_and_the_days_after_it_stay() -> None:
    after = datetime(2026, 12, 20, tzinfo=UTC)

    def fridays(off: str) -> list[str]:
        every = rule("FREQ=WEEKLY;BYDAY=FR", "2026-12-18T09:00", on_day_off=off)
        return [day[:6] for day in dates(every, after, 3, BERLIN)]

    assert fridays("keep") == ["Fri 25", "Fri 01", "Fri 08"]
    assert fridays("skip_holidays") == ["Fri 08", "Fri 15", "Fri 22"]
    assert fridays("next") == ["Mon 28", "Mon 04", "Fri 08"]
    assert fridays("previous") == ["Thu 24", "Thu 31", "Fri 08"]


def test_holidays_alone_do_not_take_out_a_weekend() -> None:
    saturdays = rule("FREQ=WEEKLY;BYDAY=SA", "2026-12-19T09:00", on_day_off="skip_holidays")
    after = datetime(2026, 12, 20, tzinfo=UTC)
    # 26 December is the second day of Christmas.
    assert dates(saturdays, after, 2, BERLIN) == ["Sat 02 Jan 2027", "Sat 09 Jan 2027"]


def test_own_days_off_and_a_week_that_begins_on_sunday() -> None:
    team = Hours(
        working_days=("SU", "MO", "TU", "WE", "TH"),
        days_off=(DaysOff(first=date(2027, 1, 31), last=date(2027, 2, 2), name="off-site"),),
    )
    first = rule("FREQ=MONTHLY;BYMONTHDAY=1", "2027-01-01T09:00", on_day_off="next")
    assert dates(first, NOW, 2, team) == ["Wed 03 Feb 2027", "Mon 01 Mar 2027"]
    last = rule("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31T09:00", on_day_off="previous")
    assert dates(last, NOW, 2, team) == ["Thu 28 Jan 2027", "Sun 28 Feb 2027"]


def test_two_days_that_move_to_one_come_once() -> None:
    daily = rule("FREQ=DAILY", "2027-01-01T09:00", on_day_off="next")
    found = upcoming(daily, datetime(2027, 1, 15, 12, tzinfo=UTC), Hours(zone="Europe/Berlin"), 2)
    assert [f"{one.date:%a}" for one in found] == ["Mon", "Tue"]


def test_a_rule_whose_days_are_all_off_is_over() -> None:
    christmas = rule(
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", "2026-12-25T09:00", on_day_off="skip_holidays"
    )
    assert next_due(christmas, NOW, BERLIN) is None


def test_it_ends_after_its_last_day_or_its_number_of_times() -> None:
    until = rule("FREQ=WEEKLY;BYDAY=FR", "2027-01-15T09:00", until=date(2027, 1, 22))
    assert dates(until, NOW, 9) == ["Fri 15 Jan 2027", "Fri 22 Jan 2027"]
    five = rule("FREQ=WEEKLY;BYDAY=FR", "2027-01-15T09:00", count=5)
    assert len(upcoming(five, NOW, PLAIN, 9)) == 5
    assert len(upcoming(five, NOW, PLAIN, 9, done=3)) == 2
    assert next_due(five, NOW, PLAIN, done=5) is None


def test_skipping_the_next_one() -> None:
    fridays = rule("FREQ=WEEKLY;BYDAY=FR", "2027-01-15T09:00")
    after_next = skip_next(fridays, NOW, PLAIN)
    assert after_next is not None
    assert after_next.date == date(2027, 1, 22)
    assert skip_next(rule("", "2027-03-12T14:00"), NOW, PLAIN) is None


def test_once_is_once() -> None:
    once = rule("", "2027-03-12T14:00")
    (only,) = upcoming(once, NOW, PLAIN, 3)
    assert only.at == datetime(2027, 3, 12, 13, tzinfo=UTC)
    assert next_due(once, only.at, PLAIN) is None


def test_cron_falls_out_on_holidays_too() -> None:
    weekdays = rule("30 9 * * 1-5", "2026-12-01T09:30", on_day_off="skip_holidays")
    after = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert dates(weekdays, after, 2, BERLIN) == ["Mon 28 Dec 2026", "Tue 29 Dec 2026"]


@settings(deadline=None)
@given(pattern=patterns, since=moments, start=moments)
def test_where_a_rule_is_taken_up_changes_nothing(
    pattern: Pattern, since: datetime, start: datetime
) -> None:
    """dateutil from the rule's start gives what we get from near the day asked for."""
    start = next(pattern.first_moments(start))
    ours = list(islice(pattern.moments(start, since.date()), 5))
    whole = rrulestr(str(pattern), dtstart=start)
    assert ours == list(islice((at for at in whole if at.date() >= since.date()), 5))


@settings(deadline=None)
@given(of=rules(), who=hours, after=instants)
def test_each_is_later_than_the_one_before(of: Rule, who: Hours, after: datetime) -> None:
    found = upcoming(of, after, who, 6)
    assert all(a.at < b.at and a.date < b.date for a, b in pairwise(found))
    assert all(one.at > after for one in found)
    steps, at = [], after
    for done in range(len(found)):
        one = next_due(of, at, who, done)
        assert one is not None
        steps.append(one)
        at = one.at
    assert tuple(steps) == found


@settings(max_examples=200, deadline=None)
@given(of=rules(), who=hours, after=instants)
def test_days_off_never_change_the_phase(of: Rule, who: Hours, after: datetime) -> None:
    """Whatever becomes of them, the rule's own days are those it would have without days off,
    and each comes on the nearest day that its setting allows."""
    endless = of.model_copy(update={"count": None})
    kept = endless.model_copy(update={"on_day_off": "keep"})
    for one in islice(outlook(endless, after, who), 5):
        before = to_utc(one.planned, of.zone) - timedelta(minutes=1)
        assert next(outlook(kept, before, who)).planned == one.planned
        day = one.planned.date()
        if one.date is None:
            assert of.on_day_off in ("skip", "skip_holidays")
            assert not who.is_working(day)
        elif one.date != day:
            assert not who.is_working(day)
            assert who.is_working(one.date)
            between = range(1, abs((one.date - day).days))
            step = timedelta(days=1 if of.on_day_off == "next" else -1)
            assert not any(who.is_working(day + step * n) for n in between)


@settings(deadline=None)
@given(of=rules(), who=hours, after=instants)
def test_no_planned_day_is_lost(of: Rule, who: Hours, after: datetime) -> None:
    """Between two occurrences, every day of the rule fell out or moved onto one of the two."""
    endless = of.model_copy(update={"count": None})
    kept = endless.model_copy(update={"on_day_off": "keep"})
    found = upcoming(endless, after, who, 3)
    for a, b in pairwise(found):
        between = takewhile(
            lambda one, b=b: one.planned < b.planned,  # type: ignore[misc]
            occurrences(kept, to_utc(a.planned, of.zone), who),
        )
        for one in islice(between, 60):
            if one.planned == a.planned:
                continue
            day = one.planned.date()
            assert not who.is_working(day) or day in (a.date, b.date)


@pytest.mark.parametrize("text", ["FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=1"])
def test_how_old_a_rule_is_does_not_matter(text: str) -> None:
    """The work is counted, not timed: a handful of dates are made, however old the start."""
    made: list[datetime] = []
    old = rule(text, "1997-01-01T09:00")
    since = NOW.astimezone(zone_named(old.zone)).date()
    near = old.pattern._near(old.start, since)
    counted = old.pattern.freq == "DAILY"
    for moment in old.pattern._counted(near) if counted else old.pattern._rrule(near):
        made.append(moment)
        if moment.date() > since:
            break
    assert len(made) <= 3
