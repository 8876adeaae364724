"""Rules in words, read back by the grammar, and the next dates."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.recurrence.grammar import NotUnderstood, Understood, understand
from bot.recurrence.model import DaysOff, Hours, Rule, to_utc
from bot.recurrence.occurrences import next_due
from bot.recurrence.words import in_words, next_dates, read_back
from bot.recurrence.zones import several_zones, zone_for, zone_in_words
from tests.recurrence.first_phrases import ASKS
from tests.recurrence.rules import BERLIN, NOW, line, rule, rules
from tests.recurrence.test_grammar import EVERY_PHRASE

WORDS = [
    ("FREQ=DAILY", "every day at 09:30 (Berlin)"),
    ("FREQ=DAILY;INTERVAL=2", "every second day at 09:30 (Berlin)"),
    ("FREQ=DAILY;INTERVAL=10", "every 10 days at 09:30 (Berlin)"),
    ("FREQ=WEEKLY;BYDAY=FR", "every Friday at 09:30 (Berlin)"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every second Friday at 09:30 (Berlin)"),
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday at 09:30 (Berlin)"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "every 2 weeks on Monday and Friday at 09:30 (Berlin)"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday at 09:30 (Berlin)"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,15", "on the 1st and 15th of every month at 09:30 (Berlin)"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "on the last day of every month at 09:30 (Berlin)"),
    ("FREQ=MONTHLY;BYMONTHDAY=31", "on the 31st of every month that has one at 09:30 (Berlin)"),
    ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", "every 3 months on the first Monday at 09:30 (Berlin)"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
     "on the last weekday of every month at 09:30 (Berlin)"),
    ("FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=1MO",
     "on the first Monday of every quarter at 09:30 (Berlin)"),
    ("FREQ=MONTHLY;BYMONTH=1,7;BYMONTHDAY=22",
     "every year on the 22nd of January and July at 09:30 (Berlin)"),
    ("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", "every year on 1 April at 09:30 (Berlin)"),
    ("FREQ=YEARLY;INTERVAL=2;BYMONTH=9;BYDAY=1MO",
     "every 2 years on the first Monday of September at 09:30 (Berlin)"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
     "every leap year on 29 February at 09:30 (Berlin)"),
    ("30 9 * * 1-5", "cron 30 9 * * 1-5 (Berlin)"),
    ("", "on Wednesday 13 January 2027 at 09:30 (Berlin)"),
]  # fmt: skip


def starting(text: str, **others: object) -> Rule:
    at = datetime(2027, 1, 13, 9, 30)
    if text.startswith("FREQ"):
        from bot.recurrence.pattern import Pattern

        at = next(Pattern.parse(text).first_moments(at))
    return rule(text, at.isoformat(), **others)


@pytest.mark.parametrize(("text", "words"), WORDS, ids=[text for text, _ in WORDS])
def test_a_rule_in_words(text: str, words: str) -> None:
    assert in_words(starting(text)) == words


@pytest.mark.parametrize(
    ("text", "others", "words"),
    [
        ("FREQ=DAILY", {"on_day_off": "skip"}, "every working day at 09:30 (Berlin)"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", {"on_day_off": "next"},
         "on the first working day of every month at 09:30 (Berlin)"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", {"on_day_off": "previous"},
         "on the last working day of every month at 09:30 (Berlin)"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", {"on_day_off": "next"},
         "on the 15th of every month at 09:30 (Berlin), or the next working day"),
        ("FREQ=WEEKLY;BYDAY=FR", {"on_day_off": "skip_holidays", "count": 10},
         "every Friday at 09:30 (Berlin), except on holidays, 10 times"),
        ("FREQ=WEEKLY;BYDAY=FR", {"on_day_off": "skip", "until": date(2027, 6, 30)},
         "every Friday at 09:30 (Berlin), on working days only, until 30 June 2027"),
        ("FREQ=WEEKLY;BYDAY=FR", {"zone": "America/Argentina/Buenos_Aires"},
         "every Friday at 09:30 (Buenos Aires)"),
    ],
)  # fmt: skip
def test_days_off_ends_and_zones_in_words(text: str, others: dict[str, object], words: str) -> None:
    assert in_words(starting(text, **others)) == words


@settings(max_examples=300, deadline=None)
@given(of=rules(), clock=st.times())
@example(of=rule("FREQ=DAILY", "2027-10-31T02:30"), clock=time(2, 30))
def test_the_grammar_reads_the_words_of_every_rule(of: Rule, clock: time) -> None:
    start = datetime.combine(of.start.date(), clock.replace(second=0, microsecond=0))
    of = of.model_copy(update={"start": start})
    now = to_utc(start, of.zone) - timedelta(minutes=1)
    hours = Hours(country="DE")
    assume(next_due(of, now, hours) is not None)
    found = understand(in_words(of), now=now, hours=hours)
    assert isinstance(found, Understood), (in_words(of), found)
    # Where a day moves ahead of its own, another day of the rule may be the first to come.
    moves = of.on_day_off in ("next", "previous")
    assert found.rule.model_dump(exclude={"start"}) == of.model_dump(exclude={"start"})
    assert moves or found.rule == of
    assert in_words(found.rule) == in_words(of)


@pytest.mark.parametrize("phrase", [p for p, expected in EVERY_PHRASE if expected != ASKS])
def test_what_was_understood_is_read_back_the_same(phrase: str) -> None:
    found = understand(phrase, now=NOW, hours=BERLIN)
    assert isinstance(found, Understood)
    just_before = max(NOW, to_utc(found.rule.start, found.rule.zone) - timedelta(minutes=1))
    if found.rule.on_day_off in ("next", "previous"):
        just_before = NOW
    again = understand(in_words(found.rule), now=just_before, hours=BERLIN)
    assert isinstance(again, Understood), (in_words(found.rule), again)
    assert again.rule == found.rule


@pytest.mark.parametrize(
    "text", ["0 9 1 * *", "30 16 * * FRI", "0 9 * 1,4,7,10 1#1", "5 7 1-7 * *"]
)
def test_a_cron_line_is_read_back_the_same(text: str) -> None:
    found = understand(f"cron {text}", now=NOW, hours=BERLIN)
    assert isinstance(found, Understood)
    again = understand(in_words(found.rule), now=NOW, hours=Hours())
    assert again == found


def test_every_zone_can_be_said() -> None:
    for zone in available_timezones():
        if "/" not in zone and zone != "UTC":
            continue
        words = zone_in_words(zone)
        found = understand(f"every Friday at 16:30 ({words})", now=NOW, hours=BERLIN)
        assert isinstance(found, Understood), words
        assert found.rule.zone == zone


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Munich", "Europe/Berlin"), ("são paulo", "America/Sao_Paulo"),
        ("Zürich", "Europe/Zurich"), ("Bengaluru", "Asia/Kolkata"),
        ("San Francisco", "America/Los_Angeles"), ("St. Petersburg", "Europe/Moscow"),
        ("europe/berlin", "Europe/Berlin"), ("utc", "UTC"), ("PT", "America/Los_Angeles"),
        ("Kyiv", "Europe/Kyiv"), ("Springfield", None), ("pt", None), ("west", None),
    ],
)  # fmt: skip
def test_zones_as_people_name_them(name: str, zone: str | None) -> None:
    assert zone_for(name) == zone


def test_names_of_several_clocks_are_known_as_such() -> None:
    assert several_zones("IST") == "India, Ireland or Israel"
    assert several_zones("portland") is not None
    assert several_zones("ist") is None
    assert several_zones("Berlin") is None


def said(phrase: str, now: datetime, hours: Hours = BERLIN) -> str:
    found = understand(phrase, now=now, hours=hours)
    assert not isinstance(found, NotUnderstood), found.sentence
    return read_back(found.rule, hours, now)


NOVEMBER = datetime(2026, 11, 23, 9, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 10, 18, tzinfo=UTC)


def test_read_back() -> None:
    assert said("every other Friday 16:30", NOVEMBER) == (
        "Every second Friday at 16:30 (Berlin).\nNext: Fri 27 Nov, Fri 11 Dec, "
        "Fri 25 Dec (Christmas Day)."
    )


def test_read_back_shows_what_days_off_do() -> None:
    assert said("Fridays 16:30 except holidays", DECEMBER) == (
        "Every Friday at 16:30 (Berlin), except on holidays.\nNext: Fri 11 Dec, Fri 18 Dec, "
        "Fri 25 Dec (Christmas Day, skipped), Fri 1 Jan (New Year's Day, skipped), Fri 8 Jan."
    )
    assert said("on the 25th of every month or the next working day", DECEMBER) == (
        "On the 25th of every month at 09:00 (Berlin), or the next working day.\n"
        "Next: Fri 25 Dec (Christmas Day, moved to Mon 28 Dec), Mon 25 Jan, Thu 25 Feb."
    )
    assert said("first working day of the month", DECEMBER) == (
        "On the first working day of every month at 09:00 (Berlin).\n"
        "Next: Fri 1 Jan (New Year's Day, moved to Mon 4 Jan), Mon 1 Feb, Mon 1 Mar."
    )
    # That the 31st is a Sunday says nothing to somebody who asked for the last working day.
    assert said("last working day of the month at 16:00", DECEMBER).endswith(
        "Next: Thu 31 Dec, Fri 29 Jan, Fri 26 Feb."
    )
    assert said("every working day", DECEMBER).endswith("Next: Fri 11 Dec, Mon 14 Dec, Tue 15 Dec.")
    assert said("on the 15th of every month or the next working day", NOW).endswith(
        "Next: Fri 15 Jan, Mon 15 Feb, Mon 15 Mar."
    )
    assert said("on the 17th of every month or the next working day", NOW).endswith(
        "Next: Sun 17 Jan (not a working day, moved to Mon 18 Jan), Wed 17 Feb, Wed 17 Mar."
    )


def test_read_back_names_own_days_off() -> None:
    off_site = DaysOff(first=date(2027, 1, 20), last=date(2027, 1, 22), name="off-site")
    team = BERLIN.model_copy(update={"days_off": (off_site,)})
    assert said("every Friday except holidays", NOW, team).endswith(
        "Next: Fri 15 Jan, Fri 22 Jan (off-site, skipped), Fri 29 Jan, Fri 5 Feb."
    )


def test_read_back_shows_changed_clocks_and_far_years() -> None:
    march = datetime(2027, 3, 26, 12, tzinfo=UTC)
    assert said("every day at 02:30", march).endswith(
        "Next: Sat 27 Mar, Sun 28 Mar (at 03:30, as the clocks change), Mon 29 Mar (Easter Monday)."
    )
    assert said("29 February at 10:00", NOW).endswith("Next: Tue 29 Feb 2028.")


def test_read_back_says_when_quiet_hours_hold_it_back() -> None:
    quiet = Hours(zone="Europe/Berlin", quiet_from=time(20), quiet_to=time(8))
    assert said("tomorrow at 06:30", NOW, quiet).endswith(
        "Next: Thu 14 Jan. That is in the quiet hours, so it comes at 08:00 (Berlin)."
    )


def test_a_rule_that_is_over() -> None:
    over = rule("", "2026-03-12T14:00")
    assert next_dates(over, BERLIN, NOW) == "It does not come again."
    assert line(over) == "once @ 2026-03-12 14:00"
