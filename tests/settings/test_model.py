"""Who is heard first about somebody's time."""

from datetime import date, time

from bot.recurrence.model import DaysOff, Hours
from bot.settings.model import Holidays, PersonSettings, Quiet, Wishes, in_effect, team_in_effect

CHRISTMAS = DaysOff(first=date(2026, 12, 24), last=date(2027, 1, 2))
SUMMER = DaysOff(first=date(2027, 7, 1), last=date(2027, 7, 14))
TEAM = Wishes(
    zone="Europe/London",
    working_days=("SU", "MO"),
    holidays=Holidays(country="GB"),
    quiet=Quiet(start=time(20), until=time(8)),
    days_off=(CHRISTMAS,),
)


def person(**own: object) -> PersonSettings:
    return PersonSettings(person_id="U1", own=Wishes.model_validate(own))


def test_where_nobody_said_anything_there_is_a_default() -> None:
    holds = team_in_effect(Wishes())
    assert holds.hours == Hours()
    assert {holds.zone.source, holds.quiet.source, holds.holidays.source} == {"default"}


def test_the_teams_word_holds_for_who_said_nothing() -> None:
    holds = in_effect(person(), TEAM)
    assert (holds.zone.value, holds.zone.source) == ("Europe/London", "team")
    assert (holds.working_days.value, holds.working_days.source) == (("SU", "MO"), "team")
    assert holds.holidays.value == Holidays(country="GB")
    assert holds.hours.quiet_to == time(8)


def test_the_platform_is_heard_before_the_team_and_the_person_before_both() -> None:
    said = person().model_copy(update={"platform_zone": "Asia/Tokyo"})
    holds = in_effect(said, TEAM)
    assert (holds.zone.value, holds.zone.source) == ("Asia/Tokyo", "platform")
    own = said.model_copy(update={"own": Wishes(zone="Europe/Berlin")})
    assert in_effect(own, TEAM).zone.value == "Europe/Berlin"


def test_off_is_a_word_of_ones_own() -> None:
    holds = in_effect(person(holidays="off", quiet="off"), TEAM)
    assert (holds.holidays.value, holds.holidays.source) == (None, "own")
    assert holds.hours.quiet_from is None
    assert holds.hours.country == ""


def test_days_off_add_up() -> None:
    assert in_effect(person(days_off=(SUMMER,)), TEAM).hours.days_off == (SUMMER, CHRISTMAS)
