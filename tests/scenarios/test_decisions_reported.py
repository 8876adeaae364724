"""The monthly report and what is asked of it, played on every way in. It is Monday 23 November
2026; the first working day of December is a Tuesday, that of January a Friday that is a holiday
nowhere by default."""

from datetime import timedelta

from tests.stage import Seat, Stage

DAY = timedelta(days=1)


async def test_the_report_comes_every_month_until_it_is_ended(
    stage: Stage, dana: Seat, erik: Seat
) -> None:
    monthly = "/mission decisions report monthly"
    assert "does not come by itself here" in await erik.say(monthly)
    assert "Ask Dana Diaz" in await erik.say(f"{monthly} on")
    said = await dana.say(f"{monthly} on")
    assert "at 09:00" in said
    assert "next on Tue 1 Dec 2026" in said
    await dana.say("/mission decide drop the widget")
    await dana.fill({"choice": "We stop building it."})
    await stage.pass_time(9 * DAY)
    assert "1 decision, 1 of them open" in await erik.look()
    assert "next on Fri 1 Jan 2027" in await erik.say(monthly)
    assert "does not come by itself here" in await dana.say(f"{monthly} off")
    await erik.say("@Mission decisions")
    await stage.pass_time(35 * DAY)
    assert "of them open" not in await erik.look()


async def test_it_is_for_channels(stage: Stage) -> None:
    alone = await stage.seat("dana", "mission")
    assert "for a channel" in await alone.say("/mission decisions report monthly on")


async def test_files_are_handed_out_or_it_is_said_who_makes_them(stage: Stage, erik: Seat) -> None:
    said = await erik.say("/mission decisions export")
    ways = ("Table (CSV)", "I sent you the files", "missionbot decisions export --workspace")
    assert any(way in said for way in ways)
