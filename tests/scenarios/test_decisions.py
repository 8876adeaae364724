"""Decisions as a team meets them, played on every way in. It is Monday 23 November 2026.
Assertions are on words, not on looks."""

from datetime import timedelta

import pytest

from tests.stage import Seat, Stage

DAY = timedelta(days=1)
WIDGET = {
    "choice": "We stop building the Android widget.",
    "reason": "Three people use it.",
    "expected": "Two weeks saved, no complaints.",
    "check_in": "in 3 months",
    "serves": "P1",
}


@pytest.fixture
async def priya_alone(stage: Stage) -> Seat:
    return await stage.seat("priya", "mission")


@pytest.fixture
async def dana_alone(stage: Stage) -> Seat:
    return await stage.seat("dana", "mission")


async def decided(seat: Seat, title: str = "Drop the Android widget", **words: str) -> str:
    await seat.say(f"/mission decide {title}")
    return await seat.fill({**WIDGET, **words})


async def test_recorded_in_exactly_these_words(priya: Seat) -> None:
    opened = await priya.say("/mission decide drop the Android widget")
    assert "What was decided?" in opened
    assert (await priya.form())["title"] == "drop the Android widget"
    text = await priya.fill(WIDGET)
    assert "Recorded, in these words:" in text
    assert "D1" in text
    for words in ("We stop building the Android widget.", "Three people use it."):
        assert words in text
    assert "Two weeks saved, no complaints." in text
    assert "Priya Patel" in text
    assert "23 Feb 2027" in text


async def test_from_decision_to_report(
    stage: Stage, priya: Seat, priya_alone: Seat, erik: Seat
) -> None:
    await decided(priya)
    assert "open, check 23 Feb 2027" in await erik.say("/mission decisions")
    await stage.pass_time(93 * DAY)
    asked = await priya_alone.look()
    assert "3 months ago you decided Drop the Android widget" in asked
    assert "expecting “Two weeks saved, no complaints”. How did it go?" in asked
    assert "How did D1 go?" in await priya_alone.click("As expected")
    text = await priya_alone.fill({"why": "Nobody missed it.", "still_fits": "yes"})
    assert "Noted: Drop the Android widget went as expected" in text
    assert "as expected" in await erik.say("/mission decisions")
    assert "Nobody missed it." in await erik.say("/mission decisions D1")
    assert "Checked so far: 1." in await erik.say("/mission decisions report")


async def test_nobody_answers_and_the_owner_is_told(
    stage: Stage, priya: Seat, priya_alone: Seat, dana_alone: Seat
) -> None:
    await decided(priya)
    await stage.pass_time(93 * DAY)
    assert "How did it go?" in await priya_alone.look()
    await stage.pass_time(3 * DAY)
    assert "Nobody has said yet." in await priya_alone.look()
    await stage.pass_time(9 * DAY)
    assert "Nobody has said yet how these went" in await dana_alone.look()
    assert "Drop the Android widget" in await dana_alone.look()


async def test_too_early_is_asked_again(stage: Stage, priya: Seat, priya_alone: Seat) -> None:
    await decided(priya)
    await stage.pass_time(93 * DAY)
    await priya_alone.look()
    await priya_alone.click("Too early")
    text = await priya_alone.fill({"why": "It ships in spring.", "next": "in 6 weeks"})
    assert "Noted: too early. I ask again on" in text
    await stage.pass_time(44 * DAY)
    assert "How did it go?" in await priya_alone.look()


async def test_checked_twice_the_last_answer_counts(
    stage: Stage, priya: Seat, priya_alone: Seat, erik: Seat
) -> None:
    text = await decided(priya, check_in="12 March and in 6 months")
    assert "12 Mar 2027, then 23 May 2027" in text
    await stage.pass_time(110 * DAY)
    assert "After this I ask again on 23 May 2027." in await priya_alone.look()
    await priya_alone.click("Better")
    text = await priya_alone.fill({"why": "Two weeks saved."})
    assert "has gone better than expected so far. I ask again on 23 May 2027." in text
    assert "open, check 23 May 2027" in await erik.say("/mission decisions")
    await stage.pass_time(73 * DAY)
    assert "How does it stand now?" in await priya_alone.look()
    await priya_alone.click("Worse")
    await priya_alone.fill({"why": "People asked for it back."})
    text = await erik.say("/mission decisions D1")
    assert "better. Two weeks saved." in text
    assert "worse. People asked for it back." in text
    assert "Checked so far: 1." in await erik.say("/mission decisions report")


async def test_the_charter_changed_meanwhile(
    stage: Stage, dana: Seat, priya: Seat, priya_alone: Seat
) -> None:
    await decided(priya)
    await dana.say("/mission edit")
    pillars = (await dana.form())["pillar"].split("\n")
    assert pillars[0].startswith("P1: ")
    await dana.fill({"pillar": "\n".join(["P1: Every phone first.", *pillars[1:]])})
    await stage.pass_time(93 * DAY)
    asked = await priya_alone.look()
    assert "The charter has changed since. Does it still fit?" in asked
    assert "Every phone first." in asked
    assert pillars[0].removeprefix("P1: ")[:20] in asked
    fresh = await priya_alone.click("By today's charter?")
    assert "We stop building the Android widget." in fresh
    assert "v2" in fresh


async def test_replaced_and_withdrawn_stay_in_the_record(priya: Seat, erik: Seat) -> None:
    await decided(priya)
    await decided(priya, "Build one widget for all phones")
    await priya.say("/mission decisions D1")
    await priya.click("Replace")
    text = await priya.fill({"newer": "D2", "why": "One is enough."})
    assert "Replaced" in text
    assert "D2 Build one widget for all phones" in await erik.say("/mission decisions D1")
    await priya.say("/mission decisions D2")
    await priya.click("Withdraw")
    assert "Withdrawn" in await priya.fill({"why": "We have no time."})
    await erik.say("/mission decisions D2")
    history = await erik.click("History")
    assert "Priya Patel recorded it" in history
    assert "Priya Patel withdrew it: We have no time." in history


async def test_only_who_decided_and_owners_change_it(priya: Seat, erik: Seat, dana: Seat) -> None:
    await decided(priya)
    await erik.say("/mission decisions D1")
    await erik.click("Withdraw")
    assert "D1 is for Priya Patel to say. Ask them." in await erik.fill({"why": "I disagree."})
    await dana.say("/mission decisions D1")
    await dana.click("Withdraw")
    assert "Withdrawn" in await dana.fill({"why": "Out of date."})


async def test_what_was_decided_in_private_stays_there(
    stage: Stage, priya: Seat, priya_alone: Seat, erik: Seat
) -> None:
    await decided(priya_alone, "Ask for a raise")
    for words in ("/mission decisions", "/mission decisions D1", "/mission decisions raise"):
        assert "Ask for a raise" not in await erik.say(words)
        assert "Ask for a raise" not in await priya.say(words)
    assert "Ask for a raise" in await priya_alone.say("/mission decisions")


async def test_found_by_line_by_words_and_by_whose(priya: Seat, erik: Seat) -> None:
    await decided(priya)
    await decided(erik, "Raise the price", serves="P2", choice="Ten euros more.")
    assert "Drop the Android widget" in await erik.say("/mission decisions P1")
    assert "Raise the price" not in await erik.say("/mission decisions P1")
    assert "Raise the price" in await priya.say("/mission decisions ten euros")
    mine = await priya.say("/mission decisions mine")
    assert "Drop the Android widget" in mine
    assert "Raise the price" not in mine
    assert "No decision here matches" in await priya.say("/mission decisions due")


async def test_what_is_missing_is_said_and_nothing_lost(priya: Seat) -> None:
    await priya.say("/mission decide drop the widget")
    text = await priya.fill({**WIDGET, "check_in": "when pigs fly"})
    assert "pigs" in text
    assert "D1" in await priya.fill({**WIDGET, "check_in": "after launch on 12 March"})
