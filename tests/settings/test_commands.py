"""What people do to say when they work."""

from datetime import time

import pytest

from bot.errors import NotAllowed
from bot.settings.model import Wishes
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage


async def test_whatever_somebody_does_tells_their_time_zone(erik: DirectSeat) -> None:
    erik.zone = "Asia/Tokyo"
    await erik.say("/mission decisions")
    erik.zone = ""
    assert "Tokyo (your chat profile says so)" in await erik.say("/mission settings")


async def test_what_the_platform_says_is_remembered_and_followed(
    stage: DirectStage, erik: DirectSeat
) -> None:
    erik.zone = "Asia/Tokyo"
    assert "Tokyo (your chat profile says so)" in await erik.say("/mission settings")
    erik.zone = "Europe/Berlin"
    assert "Berlin (your chat profile says so)" in await erik.say("/mission settings")
    erik.zone = ""
    assert "Berlin (your chat profile says so)" in await erik.say("/mission settings")
    erik.zone = "Mars/Olympus"
    assert "Berlin (your chat profile says so)" in await erik.say("/mission settings")
    await erik.say("/mission settings zone London")
    erik.zone = "Asia/Tokyo"
    assert "London (you said so)" in await erik.say("/mission settings")
    await erik.say("/mission settings zone default")
    assert "Tokyo (your chat profile says so)" in await erik.say("/mission settings")


async def test_the_form_shows_ones_own_word_and_saves_it(
    stage: DirectStage, erik: DirectSeat
) -> None:
    await erik.say("/mission settings quiet 20:00-7:30")
    await erik.click("Change")
    shown = await erik.form()
    assert (shown["quiet_from"], shown["quiet_to"]) == ("20:00", "07:30")
    assert (shown["zone"], shown["country"], shown["working_days"]) == ("", "", "")
    answer = await erik.fill(
        {
            "zone": "Berlin",
            "country": "Germany",
            "subdivision": "Bayern",
            "working_days": ("MO", "WE"),  # type: ignore[dict-item]
            "days_off": "24 Dec to 2 Jan\n\n2027-07-01 to 2027-07-14",
        }
    )
    assert "Germany, Bayern (you said so)" in answer
    assert "Monday and Wednesday (you said so)" in answer
    hours = await stage.core.settings.hours_of(WORKSPACE, PEOPLE["erik"])
    assert (hours.country, hours.subdivision, hours.zone) == ("DE", "BY", "Europe/Berlin")
    assert (hours.quiet_from, hours.quiet_to) == (time(20), time(7, 30))
    assert len(hours.days_off) == 2
    await erik.click("Change")
    assert (await erik.form())["days_off"].splitlines()[1] == "1 Jul 2027 to 14 Jul 2027"
    assert "Holidays: none (you said so)" in await erik.fill({"country": "none"})


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"zone": "Atlantis"}, "I don't know the time zone"),
        ({"country": "Atlantis"}, "I don't know the public holidays"),
        ({"country": "", "subdivision": "BY"}, "Name the country too"),
        ({"quiet_from": "20:00"}, "both ends"),
        ({"days_off": "some day"}, "as a day"),
    ],
)
async def test_what_is_wrong_with_the_form_is_said_by_field(
    stage: DirectStage, erik: DirectSeat, fields: dict[str, str], told: str
) -> None:
    await erik.say("/mission settings")
    await erik.click("Change")
    assert told in await erik.fill(fields)
    assert await stage.core.settings.wishes(WORKSPACE, PEOPLE["erik"]) == Wishes()


async def test_only_owners_set_the_teams_times(stage: DirectStage, erik: DirectSeat) -> None:
    assert "[For the team]" not in await erik.say("/mission settings")
    assert "Ask Dana Diaz" in await erik.say("/mission settings team zone Berlin")
    assert "Ask Dana Diaz" in await erik.press("settings.team", "")
    with pytest.raises(NotAllowed):
        await stage.core.settings.save_team(WORKSPACE, Wishes(), PEOPLE["erik"])


async def test_an_owner_sets_them_by_form_and_they_hold_for_the_others(
    dana: DirectSeat, erik: DirectSeat
) -> None:
    await dana.say("/mission settings")
    await dana.click("For the team")
    answer = await dana.fill({"zone": "Berlin", "country": "DE"})
    assert "Berlin (set for the team)" in answer
    assert "Germany (the team's)" in await erik.say("/mission settings")
    assert "Your times" in await dana.click("My own")
    assert "The team's times" in await erik.say("/mission settings team")


async def test_without_a_charter_everybody_may_set_the_teams_times() -> None:
    seat = await DirectStage().seat("noa")
    assert "Berlin (set for the team)" in await seat.say("/mission settings team zone Berlin")
