"""What was decided before comes up when somebody asks a like question. Played on every way in;
it is Monday 23 November 2026."""

from datetime import timedelta

from tests.stage import Seat, Stage

DAY = timedelta(days=1)
WIDGET = {
    "choice": "We stop building the Android widget.",
    "reason": "Three people use it.",
    "check_in": "in 3 months",
}
QUESTION = "@Mission should we drop the Android widget?"


async def decided(seat: Seat, title: str = "Drop the Android widget") -> None:
    await seat.say(f"/mission decide {title}")
    assert "Recorded, in these words:" in await seat.fill(WIDGET)


async def test_a_like_question_cites_the_decision_and_how_it_went(
    stage: Stage, priya: Seat, erik: Seat
) -> None:
    await decided(priya)
    text = await erik.say(QUESTION)
    assert "today, D1 “Drop the Android widget” was decided by Priya Patel." in text
    await stage.pass_time(93 * DAY)
    alone = await stage.seat("priya", "mission")
    await alone.look()
    await alone.click("As expected")
    await alone.fill({"why": "Nobody missed it."})
    text = await erik.say(QUESTION)
    assert "23 Nov 2026, D1 “Drop the Android widget” was decided by Priya Patel" in text
    assert "; it went as expected." in text
    assert "D1" not in await erik.say("@Mission should we repaint the office?")


async def test_what_was_decided_in_private_is_no_precedent_elsewhere(
    stage: Stage, priya: Seat, erik: Seat
) -> None:
    alone = await stage.seat("priya", "mission")
    await decided(alone)
    assert "was decided by" not in await erik.say(QUESTION)
    assert "was decided by" not in await priya.say(QUESTION)
    assert "was decided by" in await alone.say("should we drop the Android widget?")
