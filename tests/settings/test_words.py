"""Short words that change time settings, and what is asked back."""

from datetime import date, time

import pytest

from bot.errors import UserFacing
from bot.recurrence.model import DaysOff
from bot.settings import places, spans
from bot.settings.changes import changed, split_team
from bot.settings.model import MOST_DAYS_OFF, Holidays, Quiet, Wishes

TODAY = date(2026, 11, 23)
BEFORE = Wishes(zone="Asia/Tokyo", quiet="off")
NIGHT = Quiet(start=time(20), until=time(8))
CHRISTMAS = DaysOff(first=date(2026, 12, 24), last=date(2027, 1, 2))


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("zone Berlin", "zone", "Europe/Berlin"),
        ("time zone is Europe/Berlin", "zone", "Europe/Berlin"),
        ("timezone: NYC", "zone", "America/New_York"),
        ("zone default", "zone", None),
        ("working days Mon-Thu", "working_days", ("MO", "TU", "WE", "TH")),
        ("days sun to thu", "working_days", ("MO", "TU", "WE", "TH", "SU")),
        ("working days Monday, Tuesday and Friday", "working_days", ("MO", "TU", "FR")),
        ("holidays Germany, Bayern", "holidays", Holidays(country="DE", subdivision="BY")),
        ("holidays US CA", "holidays", Holidays(country="US", subdivision="CA")),
        ("holidays united states", "holidays", Holidays(country="US")),
        ("holidays none", "holidays", "off"),
        ("quiet 20:00-8:00", "quiet", NIGHT),
        ("quiet hours from 8pm to 8am", "quiet", NIGHT),
        ("quiet off", "quiet", "off"),
        ("quiet reset", "quiet", None),
        ("days off 24 Dec to 2 Jan", "days_off", (CHRISTMAS,)),
        ("off 2026-12-24 - 2027-01-02", "days_off", (CHRISTMAS,)),
        ("vacation Dec 24 until 2 Jan 2027", "days_off", (CHRISTMAS,)),
    ],
)
def test_what_is_understood(words: str, field: str, value: object) -> None:
    after = changed(BEFORE, words, TODAY)
    assert after == BEFORE.model_copy(update={field: value})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("fnord", "You can say"),
        ("zone", "such as `/mission settings zone Berlin`"),
        ("zone Atlantis", "I don't know the time zone of 'Atlantis'"),
        ("zone IST", "India, Ireland or Israel"),
        ("working days Mun", "'Mun' as weekdays"),
        ("quiet 20:00", "with both ends"),
        ("quiet 25:00-8:00", "'25:00' as a time"),
        ("quiet 8:00-8:00", "leave some of the day"),
        ("holidays Atlantis", "public holidays of 'Atlantis'"),
        ("holidays Germany Bavaria", "Bayern (BY)"),
        ("holidays Luxembourg, West", "leave the part out"),
        ("days off", "Say when"),
        ("days off soon", "'soon' as a day"),
        ("days off 31 Feb", "'31 Feb' as a day"),
        ("days off 2027-01-02 to 2026-12-24", "ends before it begins"),
        ("days off 2026-12-24 to 2028-12-24", "longer than a year"),
    ],
)
def test_what_is_asked_back(words: str, told: str) -> None:
    with pytest.raises(UserFacing) as problem:
        changed(BEFORE, words, TODAY)
    assert told in str(problem.value)


def test_days_off_add_up_and_those_behind_us_are_dropped() -> None:
    past = DaysOff(first=date(2026, 1, 1), last=date(2026, 1, 2))
    before = Wishes(days_off=(past, CHRISTMAS))
    after = changed(before, "off 1 Dec", TODAY)
    assert after.days_off == (DaysOff(first=date(2026, 12, 1), last=date(2026, 12, 1)), CHRISTMAS)
    assert changed(after, "days off none", TODAY).days_off == ()


def test_too_many_days_off_are_refused() -> None:
    days = [date(2027, 1 + n // 28, 1 + n % 28) for n in range(MOST_DAYS_OFF)]
    full = Wishes(days_off=tuple(DaysOff(first=day, last=day) for day in days))
    with pytest.raises(UserFacing, match="Leave out those behind you"):
        changed(full, "days off 1 Dec 2027", TODAY)


def test_team_in_front_is_about_everybody() -> None:
    assert split_team("team zone Berlin") == (True, "zone Berlin")
    assert split_team("for the team: zone Berlin") == (True, "zone Berlin")
    assert split_team("zone Berlin") == (False, "zone Berlin")
    assert split_team("team") == (True, "")


def test_everything_is_read_back_in_words() -> None:
    assert spans.weekdays_in_words(("MO", "TU", "WE", "TH", "FR")) == "Monday to Friday"
    assert spans.weekdays_in_words(("MO", "TU", "TH")) == "Monday, Tuesday and Thursday"
    assert spans.weekdays_in_words(("FR",)) == "Friday"
    assert spans.days_off_in_words(CHRISTMAS) == "24 Dec 2026 to 2 Jan 2027"
    assert places.in_words(Holidays(country="DE", subdivision="BY")) == "Germany, Bayern"
    assert spans.read_days_off(spans.days_off_in_words(CHRISTMAS), TODAY) == CHRISTMAS
    assert spans.read_days_off("29 Feb", TODAY).first == date(2028, 2, 29)
