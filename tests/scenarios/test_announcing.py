"""A version is announced, read, reminded of and done, played on every way in. It is Monday 23
November 2026, 9:00 in Greenwich. Assertions are on words, not on looks."""

from datetime import timedelta

import pytest

from tests.stage import Seat, Stage

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MISSION = "M1: Help people look after their health."
CHANGED = "Vitals changed: version 2"
REMINDED = "Have you seen what changed"


@pytest.fixture(autouse=True)
async def greenwich(stage: Stage) -> None:
    """Whatever the platform says of people's time zones."""
    for who in ("dana", "priya", "erik", "noa"):
        assert "London (you said so)" in await (await stage.seat(who)).say(
            "/mission settings zone London"
        )


async def alone(stage: Stage, who: str) -> Seat:
    """The person's own conversation with the bot."""
    return await stage.seat(who, "mission")


async def adopt(dana: Seat, stage: Stage, mission: str = MISSION, note: str = "easier") -> None:
    await dana.say("/mission edit")
    await dana.fill({"mission": mission, "note": note})
    await stage.pass_time(MINUTE)


async def test_announced_read_reminded_done(
    stage: Stage, dana: Seat, priya: Seat, erik: Seat
) -> None:
    await adopt(dana, stage)
    card = await priya.look()
    assert CHANGED in card
    assert "Why: easier" in card
    assert "In force since 23 Nov 2026" in card
    assert "adopted by Dana Diaz" in card
    assert "noted that you have read version 2 of Vitals" in await priya.click("I have read this")
    assert "You have read version 2" in await priya.say("/mission announcements")
    assert "waits for you to read it" in await erik.say("/mission announcements")
    for who in ("mila", "tom"):
        seat = await stage.seat(who)
        assert CHANGED in await seat.look()
        await seat.click("I have read this")

    await stage.pass_time(3 * DAY + 2 * HOUR)  # Thursday 26 November
    erik_alone, priya_alone = await alone(stage, "erik"), await alone(stage, "priya")
    assert REMINDED in await erik_alone.look()
    assert REMINDED not in await priya_alone.reads()
    assert "noted that you have read version 2" in await erik_alone.click("I have read this")
    assert REMINDED not in await erik_alone.reads()  # thanks stand in its place

    noa_alone = await alone(stage, "noa")
    assert "I ask once more" in await noa_alone.look()
    await stage.pass_time(6 * DAY)  # Wednesday 2 December
    assert "I don't ask again" in await noa_alone.look()
    assert REMINDED not in await erik_alone.reads()
    await noa_alone.click("I have read this")
    assert "Done: everybody has read it (5 of 5)." in await dana.say("/mission announcements")
    await stage.pass_time(30 * DAY)
    assert "I don't ask again" not in await noa_alone.reads()


async def test_owners_set_a_question_and_it_is_answered(
    stage: Stage, dana: Seat, erik: Seat
) -> None:
    assert "No version has been announced yet." in await dana.say("/mission announcements")
    await dana.click("Change this")
    assert (await dana.form())["audience"] == "members"
    said = await dana.fill({"question": "on", "names": "on"})
    assert "one about the change" in said
    await adopt(dana, stage)
    await erik.look()
    asked = await erik.click("I have read this")
    assert "Which of these did version 2 change?" in asked
    lettered = {
        letter: "look after their health" in part
        for letter, part in zip("ABC", _options(asked), strict=True)
    }
    wrong = next(letter for letter, right in lettered.items() if not right)
    assert "Not that one. It is M1" in await erik.click(wrong)
    right = next(letter for letter, is_right in lettered.items() if is_right)
    assert "noted that you have read version 2" in await erik.click(right)
    said = await dana.say("/mission announcements")
    assert "1 of 5 have read it." in said
    assert "Read: Erik Ek" in said


async def test_owners_have_the_missing_reminded_and_close(
    stage: Stage, dana: Seat, erik: Seat
) -> None:
    await adopt(dana, stage)
    assert "0 of 5 have read it." in await dana.say("/mission announcements")
    assert "reminded now" in await dana.click("Remind now")
    await stage.pass_time(MINUTE)
    erik_alone = await alone(stage, "erik")
    assert REMINDED in await erik_alone.look()
    assert "0 of 5 have read it." in await dana.say("/mission announcements")
    assert "Closed: nobody is asked" in await dana.click("Close")
    await stage.pass_time(14 * DAY)
    assert (await erik_alone.reads()).count(REMINDED) == 1
    assert "Only owners" not in await erik.say("/mission announcements")


async def test_a_newer_version_is_asked_about_in_the_older_one_s_place(
    stage: Stage, dana: Seat, erik: Seat
) -> None:
    await adopt(dana, stage)
    await erik.look()
    await adopt(dana, stage, "M1: Health in your own hands.", "shorter")
    said = await erik.click("I have read this")  # of version 2, which he still looks at
    assert "Version 2 is not in force any more" in said
    assert "Vitals changed: version 3" in said
    assert "have read version 3" in await erik.click("I have read this")


def _options(words: str) -> list[str]:
    """The parts behind "A", "B" and "C"."""
    text = words.split("change?", 1)[1]
    parts = []
    for here, after in (("A ", "B "), ("B ", "C "), ("C ", "[A]")):
        part = text.split(here, 1)[1]
        parts.append(part.split(after, 1)[0])
    return parts
