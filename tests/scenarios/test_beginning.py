"""How a team without a charter gets one, and the exercise, on every way in."""

from datetime import timedelta

from tests.stage import Seat, Stage

MISSION = "Help people live healthier with what their body tells them."
VISION = "Everybody understands their own health."


async def test_the_exercise_from_invitation_to_comparison(
    stage: Stage, dana: Seat, priya: Seat, erik: Seat
) -> None:
    await dana.say("/mission exercise")
    invited = await dana.fill({"about": "", "open_for": "days"})
    assert "Dana Diaz asks: what are mission, vision and strategy" in invited
    for seat in (dana, priya, erik):
        await seat.look()
        await seat.click("Write mine")
        saved = await seat.fill({"mission": MISSION, "vision": VISION, "strategy": "- accuracy"})
        assert "Saved. You can change it until" in saved
    assert MISSION not in await priya.reads()
    assert "3 people have answered so far" in await dana.say("/mission exercise")
    compared = await dana.click("Close and compare")
    assert "as 3 people see them" in compared
    assert "3 of 3 say much the same" in compared
    assert "side by side" in await priya.reads()
    everything = await dana.click("Mission: all")
    assert MISSION in everything
    assert "Dana" not in everything
    await priya.look()
    assert "Five questions to discuss" in await priya.click("Five questions to discuss")


async def test_it_closes_by_itself_and_too_few_are_not_shown(
    stage: Stage, dana: Seat, priya: Seat
) -> None:
    await dana.say("/mission exercise")
    await dana.fill({"about": "Notion", "open_for": "hour"})
    await priya.look()
    await priya.click("Write mine")
    await priya.fill({"mission": MISSION})
    await stage.pass_time(timedelta(hours=2))
    told = await priya.look()
    assert "One person answered, so I show nothing" in told
    assert MISSION not in told


async def test_only_who_began_it_or_owns_the_charter_closes_it(priya: Seat, erik: Seat) -> None:
    await priya.say("/mission exercise")
    await priya.fill({"about": "Notion", "open_for": "day"})
    await erik.look()
    assert "Priya Patel began it and closes it." in await erik.click("Close and compare")
