"""The weekly pulse as a team meets it, played on every way in. It is Monday 23 November 2026, 9:00
in Greenwich; the team of six is asked on Tuesday. Assertions are on words, not on looks."""

from datetime import timedelta

import pytest

from tests.stage import Seat, Stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEAM = ("dana", "priya", "erik", "noa", "mila", "tom")
ANSWER = "Answer (under a minute)"
ALONE = "mission"


@pytest.fixture(autouse=True)
async def greenwich(stage: Stage) -> None:
    """Whatever the platform says of people's time zones."""
    for who in TEAM:
        seat = await stage.seat(who, ALONE)
        assert "London (you said so)" in await seat.say("/mission settings zone London")


async def started(dana: Seat, **fields: str) -> None:
    assert "Set up a pulse" in await dana.say("/mission pulse")
    answer = await dana.fill(fields)
    assert "This is the pulse you would start" in answer
    assert "The pulse is on" in await dana.click("Start")


async def answered(stage: Stage, who: str, scores: str = "4453", words: str = "") -> Seat:
    """Somebody answers from their own conversation."""
    seat = await stage.seat(who, ALONE)
    assert "under a minute" in await seat.look()
    await seat.click(ANSWER)
    filled = {f"s{number}": score for number, score in enumerate(scores, 1)}
    assert "Sealed" in await seat.fill({**filled, "words": words})
    return seat


async def test_set_up_asked_answered_closed_and_told(stage: Stage, dana: Seat, priya: Seat) -> None:
    assert "Set up a pulse" in await dana.say("/mission pulse")
    form = await dana.form()
    assert (form["weekday"], form["time"], form["open_for"]) == ("TU", "10:00", "2")
    assert "P2: I believe this is right for us now: “Keep it easy to use" in form["statements"]
    answer = await dana.fill({})
    assert "Every Tuesday at 10:00, in each person's own time zone" in answer
    assert "(6 now), by direct message" in answer
    assert "the same people tire" in answer
    await dana.click("Preview")
    assert "Nothing of it was kept" in await dana.fill({"s1": "5"})
    answer = await dana.say("/mission pulse")  # the draft promises nothing
    assert "Set up a pulse" in answer
    await dana.fill({})
    assert "Tue 24 Nov 2026" in await dana.click("Start")
    await stage.pass_time(DAY)
    erik_alone = await stage.seat("erik", ALONE)
    assert "Anonymous" not in await erik_alone.reads()  # it is 9:00
    await stage.pass_time(2 * HOUR)
    asked = await erik_alone.look()
    assert "Four short statements and an open question" in asked
    assert "stored without your name until the end of Wed 25 Nov (London)" in asked
    assert "only whoever runs my server could find out" in asked
    for number, who in enumerate(TEAM[:5]):
        await answered(stage, who, words=f"Idea {number}")
    assert "closed; its owners see" not in await priya.say("/mission pulse results")
    await stage.pass_time(2 * DAY + HOUR)
    alone = await stage.seat("dana", ALONE)
    note = await alone.look()
    assert "Pulse of Tue 24 Nov 2026" in note
    assert "One thing to do:" in note
    told = await priya.look()
    assert "Pulse of Tue 24 Nov 2026" in told
    assert "One thing to do:" not in told
    assert "Nearly everyone who answered agrees" in told
    assert all(f"Idea {number}" in told for number in range(5))
    assert "Next pulse: Tue 1 Dec 2026." in told


async def test_nothing_is_shown_from_four_answers_and_only_the_silent_are_reminded(
    stage: Stage, dana: Seat, priya: Seat
) -> None:
    await started(dana)
    await stage.pass_time(DAY + 2 * HOUR)
    for who in TEAM[:4]:
        await answered(stage, who)
    await stage.pass_time(DAY)
    for who in TEAM:
        seat = await stage.seat(who, ALONE)
        assert ("The pulse is open until" in await seat.reads()) == (who in TEAM[4:])
    await stage.pass_time(5 * HOUR)
    tom = await stage.seat("tom", ALONE)
    assert "This is the last time I ask for it." in await tom.look()
    await stage.pass_time(DAY)
    told = await priya.look()
    assert "Fewer than five people answered, so I show nothing" in told
    assert "Next pulse: Tue 1 Dec 2026." in told


async def test_one_may_change_ones_mind_until_it_closes(stage: Stage, dana: Seat) -> None:
    await started(dana)
    await stage.pass_time(DAY + 2 * HOUR)
    noa = await answered(stage, "noa", "12", "First thought")
    await noa.click("Change my answer")
    form = await noa.form()
    assert [form[f"s{number}"] for number in range(1, 5)] == ["1", "2", "skip", "skip"]
    assert form["words"] == "First thought"
    assert "Nothing is filled in" in await noa.fill(
        {**{f"s{number}": "skip" for number in range(1, 5)}, "words": ""}
    )
    assert "Sealed" in await noa.fill({"s1": "5", "words": "Second thought"})
    for who in TEAM[:3] + TEAM[4:]:
        await answered(stage, who, "5555", f"Thought of {who[0]}")
    await stage.pass_time(2 * DAY + HOUR)
    told = await dana.look()
    assert "Second thought" in told
    assert "First thought" not in told
    await noa.look()
    late = await stage.seat("erik", ALONE)
    assert "Pulse of" not in await late.look()


async def test_not_now_and_never(stage: Stage, dana: Seat) -> None:
    await started(dana)
    await stage.pass_time(DAY + 2 * HOUR)
    erik, noa = await stage.seat("erik", ALONE), await stage.seat("noa", ALONE)
    await erik.look()
    assert "Not now, then. It is open until" in await erik.click("Not now")
    await noa.look()
    assert "will not ask you again" in await noa.click("Never ask me")
    await stage.pass_time(DAY)
    assert "The pulse is open until" in await erik.look()
    assert "The pulse is open until" not in await noa.reads()
    await stage.pass_time(6 * DAY)
    assert "Four short statements" in await erik.look()
    assert "Four short statements" not in await noa.reads()
    product = await stage.seat("noa")
    assert "will ask you again" in await product.say("/mission pulse again")
    await stage.pass_time(7 * DAY)
    assert "Four short statements" in await noa.look()


async def test_pause_skip_change_and_stop(stage: Stage, dana: Seat, priya: Seat) -> None:
    await started(dana)
    assert "Ask Dana Diaz" in await priya.say("/mission pulse pause")
    assert "Tue 1 Dec 2026" in await dana.say("/mission pulse skip")
    await stage.pass_time(DAY + 2 * HOUR)
    alone = await stage.seat("erik", ALONE)
    assert "Four short statements" not in await alone.reads()
    assert "paused" in await dana.say("/mission pulse pause")
    await stage.pass_time(7 * DAY)
    assert "Four short statements" not in await alone.reads()
    assert "Tue 8 Dec 2026" in await dana.say("/mission pulse resume")
    await dana.click("Change")
    answer = await dana.fill({"a_time": "3", "weekday": "TH", "asked_by": "channel"})
    assert "Thu 3 Dec 2026" in answer
    await stage.pass_time(2 * DAY + HOUR)
    assert "Three short statements" in await priya.look()
    assert "Not now" not in await priya.look()
    await priya.click(ANSWER)
    assert "Sealed" in await priya.fill({"s1": "4"})
    assert "for good?" in await dana.say("/mission pulse stop")
    assert "The pulse is stopped" in await dana.click("Stop")
    assert "No pulse here yet" in await priya.say("/mission pulse")


async def test_who_may_set_it_up_and_what_is_wrong_with_a_form(dana: Seat, priya: Seat) -> None:
    assert "An owner or editor of the charter can set one up" in await priya.say("/mission pulse")
    await dana.say("/mission pulse")
    answer = await dana.fill({"statements": "Only one.", "open_for": "9", "least": "10"})
    assert "Write three statements at least" in answer
    assert "It can be open for 1 to 4 working days." in answer
    assert "This is the pulse" in await dana.fill(
        {"statements": "One.\nTwo.\nP1: Three.", "open_for": "1", "least": "3"}
    )
