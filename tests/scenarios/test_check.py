"""The alignment report as a team meets it, played on every way in. It is Monday 23 November 2026.
Assertions are on words, not on looks."""

from datetime import timedelta

import pytest

from tests.stage import Seat, Stage

DAY = timedelta(days=1)
VAGUE = "Leverage best-in-class real-time health data soon."


@pytest.fixture
async def dana_alone(stage: Stage) -> Seat:
    return await stage.seat("dana", "mission")


async def with_vague_pillar(dana: Seat) -> None:
    """P1 of the sample charter becomes a line that nobody can check."""
    await dana.say("/mission edit")
    pillars = (await dana.form())["pillar"].split("\n")
    await dana.fill({"pillar": "\n".join([f"P1: {VAGUE}", *pillars[1:]])})


async def test_each_finding_quotes_its_line_and_says_what_to_do_next(dana: Seat) -> None:
    await with_vague_pillar(dana)
    text = await dana.say("/mission check")
    assert "Leaves open what is meant" in text
    assert VAGUE in text
    assert "what is done?" in text
    assert "Say it so that two people would decide the same way by it." in text
    assert "found by a rule" in text


async def test_dismissed_with_a_reason_until_the_line_changes(dana: Seat, erik: Seat) -> None:
    await with_vague_pillar(dana)
    await dana.say("/mission check")
    await dana.click("Dismiss P1")
    assert "It stays so until its line changes." in await dana.fill(
        {"reason": "The board's words."}
    )
    assert VAGUE not in await erik.say("/mission check")
    listed = await erik.click("1 dismissed")
    assert VAGUE in listed
    assert "The board's words." in listed
    await dana.say("/mission edit")
    form = await dana.form()
    await dana.fill({"pillar": form["pillar"].replace("soon", "in due course")})
    assert "in due course" in await erik.say("/mission check")


async def test_nobody_reviewed_it_and_then_an_owner_did(
    stage: Stage, dana: Seat, erik: Seat
) -> None:
    await stage.pass_time(100 * DAY)
    text = await erik.say("/mission check")
    assert "Nobody has reviewed the charter for long" in text
    assert "Only owners of Vitals say that" in await erik.click("We reviewed it, nothing to change")
    await dana.say("/mission check")
    text = await dana.click("We reviewed it, nothing to change")
    assert "Noted: Dana Diaz reviewed Vitals today." in text
    assert "Nobody has reviewed" not in await erik.say("/mission check")


async def test_a_quarterly_reminder_brings_the_report_along(
    stage: Stage, dana: Seat, dana_alone: Seat
) -> None:
    await dana.say("/mission check")
    drafted = await dana.click("Remind me every quarter")
    assert "first Monday of every quarter" in drafted
    assert "the charter with its check report" in drafted
    await dana.click("Looks right")
    await stage.pass_time(45 * DAY)
    came = await dana_alone.look()
    assert "Vitals:" in came
    assert "Next:" in came
    whole = await dana_alone.click("The whole report")
    assert "I went through 14 lines" in whole


async def test_the_same_in_words(stage: Stage, dana: Seat) -> None:
    words = "every quarter to review the charter with the check report"
    assert "the charter with its check report" in await dana.say(f"/mission remind {words}")
    await dana.click("Looks right")
    await stage.pass_time(40 * DAY)
    assert "found by a rule" in await dana.look()
