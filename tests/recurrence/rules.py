"""Rules for tests: how they are written in a line, and every kind of them for Hypothesis."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from bot.recurrence.model import DaysOff, Hours, OnDayOff, Rule
from bot.recurrence.pattern import MONDAY_TO_FRIDAY, WEEKDAYS, Pattern

BERLIN = Hours(zone="Europe/Berlin", country="DE", subdivision="BE")
NOW = datetime(2027, 1, 13, 9, tzinfo=UTC)
"""Wednesday, 10:00 in Berlin."""


def rule(text: str, start: str, zone: str = "Europe/Berlin", **others: object) -> Rule:
    """A rule of kind `rrule`, or `cron` where the text has blanks."""
    kind = "cron" if " " in text else "rrule" if text else "once"
    at = datetime.fromisoformat(start)
    return Rule.model_validate({"kind": kind, "text": text, "start": at, "zone": zone, **others})


def line(rule: Rule) -> str:
    """The rule as the tables of phrases write it."""
    parts = [rule.text or "once", "@", f"{rule.start:%Y-%m-%d %H:%M}"]
    if rule.zone != "Europe/Berlin":
        parts.append(rule.zone)
    if rule.on_day_off != "keep":
        parts.append(f"off={rule.on_day_off}")
    if rule.until:
        parts.append(f"until={rule.until}")
    if rule.count:
        parts.append(f"count={rule.count}")
    return " ".join(parts)


_months = st.sets(st.integers(1, 12), min_size=1, max_size=4).map(lambda found: tuple(found))
_days_of_a_month = st.one_of(
    st.sets(st.sampled_from([*range(1, 32), -1]), min_size=1, max_size=3).map(
        lambda days: {"by_month_day": tuple(days)}
    ),
    st.builds(
        lambda day, which: {"by_day": (day,), "nth": tuple(which)},
        st.sampled_from(WEEKDAYS),
        st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, max_size=2),
    ),
    st.sampled_from([1, 2, 3, 4, 5, -1]).map(
        lambda n: {"by_day": MONDAY_TO_FRIDAY, "by_set_pos": n}
    ),
)
_intervals = st.integers(1, 40)
_quarters = st.sampled_from([(1, 4, 7, 10), (3, 6, 9, 12)])


def _is_pattern(values: dict[str, object]) -> bool:
    try:
        Pattern.model_validate(values)
    except ValueError:
        return False
    return True


patterns: st.SearchStrategy[Pattern] = (
    st.one_of(
        _intervals.map(lambda n: {"freq": "DAILY", "interval": n}),
        st.builds(
            lambda n, days: {"freq": "WEEKLY", "interval": n, "by_day": tuple(days)},
            _intervals,
            st.sets(st.sampled_from(WEEKDAYS), min_size=1),
        ),
        st.just({"freq": "WEEKLY", "by_day": MONDAY_TO_FRIDAY}),
        st.builds(
            lambda n, days: {"freq": "MONTHLY", "interval": n, **days},
            _intervals,
            _days_of_a_month,
        ),
        st.builds(
            lambda months, days: {"freq": "MONTHLY", "by_month": months, **days},
            st.one_of(_months, _quarters),
            _days_of_a_month,
        ),
        st.builds(
            lambda n, month, days: {
                "freq": "YEARLY",
                "interval": n,
                "by_month": (month,),
                **days,
            },
            st.sampled_from([1, 1, 2, 3]),
            st.integers(1, 12),
            _days_of_a_month,
        ),
        st.just({"freq": "YEARLY", "by_month": (2,), "by_month_day": (29,)}),
    )
    .filter(_is_pattern)
    .map(Pattern.model_validate)
)
"""Every pattern that the model accepts."""

moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
zones = st.sampled_from(
    ["Europe/Berlin", "UTC", "America/New_York", "Africa/Cairo", "Asia/Kolkata",
     "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "America/Kentucky/Louisville"]
)  # fmt: skip
days_off: st.SearchStrategy[OnDayOff] = st.sampled_from(
    ["keep", "skip_holidays", "skip", "next", "previous"]
)


@st.composite
def rules(draw: st.DrawFn, off: st.SearchStrategy[OnDayOff] = days_off) -> Rule:
    """Every rule of kind `rrule`, with and without an end."""
    pattern = draw(patterns)
    start = next(pattern.first_moments(draw(moments)))
    return Rule(
        kind="rrule",
        text=str(pattern),
        start=start,
        zone=draw(zones),
        on_day_off=draw(off),
        **draw(
            st.one_of(
                st.just({}),
                st.integers(1, 60).map(lambda n: {"count": n}),
                st.integers(0, 900).map(lambda n: {"until": start.date() + timedelta(days=n)}),
            )
        ),
    )


hours: st.SearchStrategy[Hours] = st.builds(
    Hours,
    zone=zones,
    working_days=st.sampled_from([MONDAY_TO_FRIDAY, ("MO", "TU", "WE", "TH", "SU"), ("SA",)]),
    country=st.sampled_from(["", "DE", "US", "IL"]),
    days_off=st.one_of(
        st.just(()),
        st.builds(
            lambda day, n: (DaysOff(first=day, last=day + timedelta(days=n), name="off-site"),),
            st.dates(date(2024, 1, 1), date(2032, 1, 1)),
            st.integers(0, 40),
        ),
    ),
)
quiet_hours = st.builds(
    lambda zone, pair: Hours(zone=zone, quiet_from=pair[0], quiet_to=pair[1]),
    zones,
    st.tuples(st.times(), st.times())
    .map(lambda pair: tuple(at.replace(second=0, microsecond=0) for at in pair))
    .filter(lambda pair: pair[0] != pair[1]),
)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
