"""What a team does first, played on every way in. Assertions are on words, not on looks."""

from tests.stage import Seat

SELL = "should we sell health data to advertisers?"


async def test_the_charter_is_one_word_away(priya: Seat) -> None:
    answer = await priya.say("/mission")
    assert "Vitals" in answer
    assert "Empower individuals to take control of their health" in answer
    assert "owned by Dana Diaz" in answer


async def test_ask_call_and_be_a_precedent(priya: Seat, erik: Seat) -> None:
    answer = await priya.say(f"/mission ask {SELL}")
    assert "Your call" in answer
    assert "Members own their health data; we never sell it" in answer
    called = await priya.click("Conflicts")
    assert "called by Priya Patel" in called
    again = await erik.say(f"/mission ask {SELL}")
    assert "this was called conflicts by Priya Patel" in again


async def test_a_command_is_answered_in_private_and_can_be_shared(priya: Seat, erik: Seat) -> None:
    await priya.say(f"/mission ask {SELL}")
    assert "Your call" not in await erik.reads()
    await priya.click("Share")
    assert "Shared by Priya Patel" in await erik.reads()


async def test_a_mention_is_answered_where_everybody_reads(priya: Seat, erik: Seat) -> None:
    await priya.say(f"@Mission {SELL}")
    assert "Members own their health data" in await erik.reads()


async def test_a_follow_up_keeps_the_question(priya: Seat) -> None:
    await priya.say("@Mission should we work with hospitals?")
    answer = await priya.follow_up("and if we only did it for clinics?")
    assert "Follows up on “should we work with hospitals?”" in answer
    assert "Follows up" not in await priya.click("Ask it on its own")


async def test_a_silent_charter_says_so(erik: Seat) -> None:
    answer = await erik.say("/mission ask repaint the office")
    assert "Unclear" in answer
    assert "Nothing in the charter clearly speaks to this" in answer


async def test_disagreeing_is_said_beside_the_call(dana: Seat, erik: Seat) -> None:
    await dana.say(f"/mission ask {SELL}")
    await dana.click("Conflicts")
    await dana.click("I disagree")
    assert "Noted" not in await dana.fill({"kind": "partly", "reason": ""})
    noted = await dana.fill({"kind": "partly", "reason": "Members may agree to it."})
    assert "counts when a like question comes" in noted
    assert "Members may agree to it." in await erik.say(f"/mission ask {SELL}")


async def test_an_owner_edits_and_everybody_sees_what_changed(dana: Seat, erik: Seat) -> None:
    await dana.say("/mission edit")
    assert (await dana.form())["mission"].startswith("M1: Empower individuals")
    answer = await dana.fill({"mission": "M1: Help people stay healthy.", "note": "Shorter"})
    assert "version 2 adopted by Dana Diaz" in answer
    history = await erik.say("/mission history")
    assert "Version 2" in history
    assert "Shorter" in history
    assert "Help people stay healthy." in await erik.say("/mission")


async def test_what_members_edit_waits_for_the_owner(erik: Seat) -> None:
    await erik.say("/mission edit")
    text = await erik.fill({"mission": "M1: Help people stay healthy."})
    assert "It waits for Dana Diaz to approve it." in text


async def test_slips_are_met_with_the_nearest_word(erik: Seat) -> None:
    assert "Did you mean /mission history?" in await erik.say("/mission histroy")
    assert "What you can ask me" in await erik.say("/mission help")
