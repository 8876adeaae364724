"""Reminders as a team meets them, played on every way in. It is Monday 23 November 2026, 9:00 in
Greenwich. Assertions are on words, not on looks."""

from datetime import timedelta

import pytest

from tests.stage import Seat, Stage

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
REVIEW = "/mission remind every other Friday 16:30 to review open decisions"


@pytest.fixture(autouse=True)
async def greenwich(stage: Stage) -> None:
    """Whatever the platform says of people's time zones."""
    for who in ("dana", "priya", "erik"):
        assert "London (you said so)" in await (await stage.seat(who)).say(
            "/mission settings zone London"
        )


@pytest.fixture
async def priya_alone(stage: Stage) -> Seat:
    return await stage.seat("priya", "mission")


@pytest.fixture
async def erik_alone(stage: Stage) -> Seat:
    return await stage.seat("erik", "mission")


async def test_set_read_back_confirmed_and_brought(stage: Stage, priya: Seat, erik: Seat) -> None:
    await priya.say("/mission settings zone Berlin")
    answer = await priya.say(REVIEW)
    assert "Every second Friday at 16:30 (Berlin), here in" in answer
    assert ": open decisions" in answer
    assert "Next: Fri 27 Nov, Fri 11 Dec, Fri 25 Dec" in answer
    await stage.pass_time(5 * DAY)
    assert "Reminder: open decisions" not in await erik.reads()  # nothing was promised yet
    answer = await priya.say(REVIEW)
    assert "Set up" in await priya.click("Looks right")
    await stage.pass_time(5 * DAY)
    assert "Reminder: open decisions" not in await erik.reads()  # it is Thursday 3 December
    await stage.pass_time(3 * DAY)
    assert "Reminder: open decisions" in await erik.look()
    assert "None is open." in await erik.look()
    assert "Set up by Priya Patel" in await erik.look()
    assert "Next: Fri 18 Dec 16:30" in await erik.look()


async def test_to_oneself_it_comes_privately_and_can_be_put_off(
    stage: Stage, priya: Seat, priya_alone: Seat, erik: Seat
) -> None:
    assert "to you, privately" in await priya.say("/mission remind me tomorrow 9:00 to call Ana")
    await priya.click("Looks right")
    await stage.pass_time(DAY + HOUR)
    assert "Reminder: call Ana" in await priya_alone.look()
    assert "call Ana" not in await erik.reads()
    assert "Put off until" in await priya_alone.click("In 20 minutes")
    assert "Reminder: call Ana" not in await priya_alone.reads()
    await stage.pass_time(HOUR)
    assert "Reminder: call Ana" in await priya_alone.look()
    assert "Done: call Ana" in await priya_alone.click("Done")
    await stage.pass_time(DAY)
    assert "Reminder: call Ana" not in await priya_alone.reads()


async def test_people_are_reminded_each_privately(
    stage: Stage, dana: Seat, erik_alone: Seat, priya_alone: Seat, erik: Seat
) -> None:
    answer = await dana.say("/mission remind priya and erik every Monday 9:30: update the metrics")
    assert "to Priya Patel and Erik Ek, privately: update the metrics" in answer
    await dana.click("Looks right")
    await stage.pass_time(HOUR)
    for seat in (erik_alone, priya_alone):
        assert "Reminder: update the metrics" in await seat.look()
        assert "Set up by Dana Diaz" in await seat.look()
    assert "update the metrics" not in await erik.reads()
    await erik_alone.look()
    assert "does not come to you any more" in await erik_alone.click("Not for me")
    await stage.pass_time(7 * DAY)
    assert "Reminder: update the metrics" not in await erik_alone.reads()
    assert "Reminder: update the metrics" in await priya_alone.look()


async def test_a_line_of_the_charter_comes_as_it_stands_then(
    stage: Stage, dana: Seat, erik: Seat
) -> None:
    await dana.say("/mission remind first Monday of the month 10:00 our mission")
    await dana.click("Looks right")
    await dana.say("/mission edit")
    await dana.fill({"mission": "M1: Help people stay healthy."})
    await stage.pass_time(15 * DAY)
    assert "Help people stay healthy." in await erik.look()
    assert "v2" in await erik.look()


async def test_list_pause_resume_skip_and_delete(stage: Stage, priya: Seat, erik: Seat) -> None:
    await priya.say("/mission remind every day 12:00 to drink water")
    await priya.click("Looks right")
    listed = await priya.say("/mission reminders")
    assert "drink water" in listed
    assert "every day at 12:00" in listed
    await priya.click("Skip next")
    await stage.pass_time(5 * HOUR)
    assert "Reminder: drink water" not in await erik.reads()
    assert "Paused" in await priya.say("/mission reminders pause 1")
    await stage.pass_time(3 * DAY)
    assert "Reminder: drink water" not in await erik.reads()
    assert "Next: Fri 27 Nov" in await priya.say("/mission reminders resume 1")
    await stage.pass_time(DAY)
    assert "Reminder: drink water" in await erik.look()
    assert "Delete this reminder?" in await priya.say("/mission reminders delete 1")
    assert "Deleted" in await priya.click("Delete")
    assert "No reminders here yet" in await priya.say("/mission reminders")


async def test_members_see_them_and_only_who_set_them_up_and_owners_change_them(
    stage: Stage, priya: Seat, erik: Seat, dana: Seat
) -> None:
    await priya.say("/mission remind every day 12:00 to drink water")
    await priya.click("Looks right")
    assert "drink water" in await erik.say("/mission reminders")
    refused = await erik.say("/mission reminders pause 1")
    assert "Only Priya Patel and the charter's owners can change this reminder" in refused
    assert "Paused" in await dana.say("/mission reminders pause 1")
    elsewhere = await stage.seat("erik", "mission")
    assert "drink water" not in await elsewhere.say("/mission reminders")


async def test_what_is_not_understood_is_asked_back(priya: Seat) -> None:
    answer = await priya.say("/mission remind every third Tuesday to review")
    assert "Set it by fields" in answer
    await priya.click("Set it by fields")
    answer = await priya.fill(
        {"date": "2026-12-01", "time": "10:00", "repeat": "weekly", "text": "review"}
    )
    assert "Every Tuesday at 10:00" in answer
    assert "Next: Tue 1 Dec, Tue 8 Dec, Tue 15 Dec" in answer
    assert "Set up" in await priya.click("Looks right")


async def test_a_draft_is_changed_before_it_is_promised(priya: Seat) -> None:
    await priya.say("/mission remind every Friday 16:30 to review open decisions")
    await priya.click("Change")
    assert (await priya.form())["time"] == "16:30"
    answer = await priya.fill({"time": "15:00"})
    assert "Every Friday at 15:00" in answer
    assert "Nothing is set up" in await priya.click("Not now")
    assert "No reminders here yet" in await priya.say("/mission reminders")


async def test_times_are_said_and_shown_back(dana: Seat, erik: Seat) -> None:
    answer = await erik.say("/mission settings zone Tokyo")
    assert "Tokyo (you said so)" in answer
    assert "at 09:00 (Tokyo)" in await erik.say("/mission remind me every Monday to plan")
    assert "Ask Dana Diaz" in await erik.say("/mission settings team quiet 20:00-8:00")
    assert "20:00 to 08:00 (set for the team)" in await dana.say(
        "/mission settings team quiet 20:00-8:00"
    )
    assert "20:00 to 08:00 (the team's)" in await erik.say("/mission settings")
    await erik.click("Change")
    answer = await erik.fill({"zone": "Atlantis"})
    assert "I don't know the time zone" in answer
    answer = await erik.fill({"zone": "Berlin", "days_off": "24 Dec to 2 Jan"})
    assert "24 Dec 2026 to 2 Jan 2027" in answer
