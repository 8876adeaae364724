"""A change to the charter from proposal to adoption, played on every way in. It is Monday
23 November 2026; Dana owns the charter alone."""

from datetime import timedelta

import pytest

from tests.stage import Seat, Stage

MOMENT = timedelta(minutes=1)
DAY = timedelta(days=1)
SELL = "should we sell heart-rate data to advertisers?"


@pytest.fixture
async def dana_alone(stage: Stage) -> Seat:
    return await stage.seat("dana", "mission")


@pytest.fixture
async def priya_alone(stage: Stage) -> Seat:
    return await stage.seat("priya", "mission")


async def proposed(seat: Seat, line: str = "R1", **words: str) -> str:
    await seat.say(f"/mission propose {line}")
    return await seat.fill({"text_1": "Members own their health data, always.", **words})


async def test_from_a_verdict_to_a_new_version(
    stage: Stage, priya: Seat, dana: Seat, dana_alone: Seat, priya_alone: Seat
) -> None:
    await priya.say(f"@Mission {SELL}")
    await priya.click("Conflicts")
    opened = await priya.click("Draft an amendment")
    assert "What becomes of R1?" in opened
    was = (await priya.form())["text_1"]
    assert was.startswith("Members own their health data; we never sell it")
    words = {"text_1": "Members own their health data, always.", "reason": "Two pilots asked."}
    text = await priya.fill(words)
    assert "Proposal 1 · R1 of Vitals" in text
    assert "It waits for Dana Diaz to approve it." in text
    await stage.pass_time(MOMENT)
    told = await dana_alone.look()
    assert "Priya Patel proposes a change." in told
    assert "Why: Two pilots asked." in told
    assert "1 bears on it." in told
    assert SELL in await dana_alone.click("Impact")
    await dana_alone.say("/mission proposals 1")
    adopted = await dana_alone.click("Approve")
    assert "Vitals: version 2 adopted by Dana Diaz" in adopted
    assert "Members own their health data, always." in await priya.say("/mission")
    history = await priya.say("/mission history")
    assert "Priya Patel, approved by Dana Diaz" in history
    await stage.pass_time(MOMENT)
    seen = await priya_alone.reads()
    assert "Your proposal was adopted: Dana Diaz approved it." in seen
    assert "Adopted as version 2 of Vitals." in seen


async def test_a_new_line_chosen_from_the_form(priya: Seat) -> None:
    assert "Which line?" in await priya.say("/mission propose")
    assert "The new line" in await priya.fill({})
    assert "Write how it is to read." in await priya.fill({"text_1": " "})
    text = await priya.fill({"kind_1": "non_goal", "text_1": "No games."})
    assert "a new line of Vitals" in text
    assert "New (Non-goals) No games." in text


async def test_returned_edited_and_approved(
    stage: Stage, priya: Seat, priya_alone: Seat, dana: Seat
) -> None:
    await proposed(priya)
    await dana.say("/mission proposals 1")
    await dana.click("Return")
    text = await dana.fill({"comment": "Say what about insurers."})
    assert "Returned by Dana Diaz" in text
    await stage.pass_time(MOMENT)
    back = await priya_alone.look()
    assert "Dana Diaz returned your proposal." in back
    assert "Say what about insurers." in back
    await priya_alone.click("Edit")
    again = await priya_alone.fill({"text_1": "Members own their data; insurers never get it."})
    assert "It waits for Dana Diaz to approve it." in again
    assert "open" in await dana.say("/mission proposals")
    await dana.say("/mission proposals 1")
    assert "version 2 adopted" in await dana.click("Approve")
    await dana.say("/mission proposals 1")
    history = await dana.click("History")
    assert "Dana Diaz returned it: “Say what about insurers.”" in history
    assert "Priya Patel worded it anew" in history


async def test_only_owners_approve(priya: Seat, erik: Seat) -> None:
    await proposed(priya)
    for seat in (priya, erik):
        await seat.say("/mission proposals 1")
        refused = await seat.click("Approve")
        assert "Only owners of Vitals decide on it. Ask Dana Diaz." in refused
    assert "version 1" in (await erik.say("/mission")).lower()


async def test_two_on_the_same_line_and_one_that_came_too_late(
    priya: Seat, erik: Seat, dana: Seat
) -> None:
    await proposed(priya)
    text = await proposed(erik, text_1="Members own everything.")
    assert "Also proposed: proposal 1 by Priya Patel words R1 so" in text
    await proposed(erik, "N1", text_1="No feeds.")
    await dana.say("/mission proposals 1")
    await dana.click("Approve")
    late = await dana.say("/mission proposals 2")
    assert "It cannot be adopted as it is." in late
    assert "R1 reads otherwise since: “Members own their health data, always.”" in late
    carried = await dana.say("/mission proposals 3")
    assert "Written on version 1; it goes with version 2 too." in carried
    assert "version 3 adopted" in await dana.click("Approve")


async def test_the_whole_charter_is_proposed_and_by_its_only_owner_adopted(
    priya: Seat, dana: Seat
) -> None:
    await priya.say("/mission edit")
    goals = (await priya.form())["non_goal"]
    text = await priya.fill({"non_goal": f"{goals}\nNo games.", "mission": "M1: Help people."})
    assert "M1 and a new line of Vitals" in text
    await dana.say("/mission edit")
    assert "version 2 adopted by Dana Diaz" in await dana.fill({"vision": "V1: Health for all."})
    await dana.say("/mission proposals 1")
    assert "version 3 adopted by Dana Diaz" in await dana.click("Approve")


async def test_owners_are_reminded_once(
    stage: Stage, priya: Seat, priya_alone: Seat, dana_alone: Seat
) -> None:
    await proposed(priya)
    await stage.pass_time(2 * DAY)
    assert "Priya Patel proposes a change." in await dana_alone.look()
    await stage.pass_time(2 * DAY)
    assert "This has waited for you since 23 Nov 2026." in await dana_alone.look()
    await stage.pass_time(20 * DAY)
    assert (await dana_alone.reads()).count("This has waited for you") == 1


async def test_withdrawn_and_settled_before_anybody_is_reminded(
    stage: Stage, priya: Seat, dana_alone: Seat
) -> None:
    await proposed(priya)
    await priya.say("/mission proposals 1")
    assert "Withdrawn." in await priya.click("Withdraw")
    await stage.pass_time(10 * DAY)
    assert "R1 of Vitals" not in await dana_alone.reads()


async def test_what_was_asked_in_private_is_counted_and_not_shown(
    stage: Stage, erik: Seat, dana: Seat
) -> None:
    erik_alone = await stage.seat("erik", "mission")
    await erik_alone.say("/mission ask sell my health data to my doctor?")
    await erik_alone.click("Conflicts")
    await proposed(erik)
    text = await dana.say("/mission proposals 1")
    assert "my doctor" not in text
    assert "1 from a private conversation, which stays there" in text
    assert "my doctor" in await erik_alone.say("/mission proposals 1")
