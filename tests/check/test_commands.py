"""The report as people use it, on a storage in memory."""

from datetime import timedelta

import pytest

from bot.ask.ports import NotJudged
from bot.charter.model import Draft
from bot.check.model import Remark
from tests.check.samples import ScriptedReviewer
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage, channel

VAGUE = "Leverage our best-in-class games that leave people calmer."
TENSION = Remark(kind="tension", refs=("P1", "N1"), sentence="Ranking is competing.")


async def with_charter(stage: DirectStage, *lines: tuple[str, str], name: str = "Lull") -> str:
    """Bound to #product and owned by Dana; returns its id."""
    drafts = [Draft(kind=kind, text=text) for kind, text in lines]
    charter = await stage.charters.create(
        WORKSPACE, name, drafts, by=PEOPLE["dana"], conversation_id="product"
    )
    await stage.charters.bind(WORKSPACE, name, "product", PEOPLE["dana"])
    return charter.id


LINES = (
    ("mission", "Make games that leave people calmer than before."),
    ("pillar", "A ranking of the fastest players in games."),
    ("pillar", VAGUE),
    ("non_goal", "No competition, no scores."),
)


async def test_each_finding_has_its_line_a_severity_and_a_next_step(
    stage: DirectStage, dana: DirectSeat
) -> None:
    await with_charter(stage, *LINES)
    text = await dana.say("/mission check")
    assert "Medium · Leaves open what is meant · found by a rule" in text
    assert f"P2 “{VAGUE}” (Lull v1)" in text
    assert "“Leverage”: what is done?" in text
    assert "“best-in-class”: compared with what?" in text
    assert "Next: Say it so that two people would decide the same way by it." in text
    assert "whether they agree is for you to say" in text


async def test_a_dismissed_finding_stays_away_until_its_line_changes(
    stage: DirectStage, dana: DirectSeat
) -> None:
    charter_id = await with_charter(stage, LINES[0], LINES[2])
    first = await dana.say("/mission check")
    assert VAGUE in first
    await dana.click("Dismiss P1")
    said = await dana.fill({"reason": "Our investors want it."})
    assert "Dismissed: Leaves open what is meant. It stays so until its line changes." in said
    text = await dana.say("/mission check")
    assert VAGUE not in text
    listed = await dana.click("1 dismissed")
    assert VAGUE in listed
    assert "“Our investors want it.”" in listed
    assert "Dana Diaz, 23 Nov 2026" in listed
    charter = await stage.charters.get(WORKSPACE, charter_id)
    again = [
        Draft(id=x.id, kind=x.kind, text=x.text.replace("our", "the"))
        for x in charter.version.lines
    ]
    await stage.charters.adopt(WORKSPACE, charter_id, 1, again, by=PEOPLE["dana"])
    assert "Leverage the best-in-class games that leave people calmer." in await dana.say(
        "/mission check"
    )


async def test_it_can_be_brought_back(stage: DirectStage, dana: DirectSeat) -> None:
    await with_charter(stage, LINES[0], LINES[2])
    await dana.say("/mission check")
    await dana.click("Dismiss P1")
    await dana.fill({"reason": "Fine."})
    text = await dana.click("Bring it back")
    assert "It is back in the report." in text
    assert VAGUE in text


async def test_owners_and_editors_dismiss_and_a_reason_is_needed(
    stage: DirectStage, dana: DirectSeat, erik: DirectSeat
) -> None:
    await with_charter(stage, LINES[0], LINES[2])
    await erik.say("/mission check")
    assert "Only owners and editors change Lull. Ask Dana Diaz." in await erik.click("Dismiss P1")
    await dana.say("/mission check")
    await dana.click("Dismiss P1")
    assert "Say in a sentence" in await dana.fill({"reason": " "})


async def test_who_is_no_owner_cannot_send_the_form_either(
    stage: DirectStage, dana: DirectSeat, erik: DirectSeat
) -> None:
    await with_charter(stage, LINES[0], LINES[2])
    await dana.say("/mission check")
    await dana.click("Dismiss P1")
    erik.opened = dana.opened
    assert "Only owners and editors" in await erik.fill({"reason": "I want it."})
    assert VAGUE in await erik.say("/mission check")


async def test_a_reason_given_in_private_is_not_told_elsewhere(
    stage: DirectStage, dana: DirectSeat, erik: DirectSeat
) -> None:
    await with_charter(stage, LINES[0], LINES[2])
    leads = await stage.seat("dana")
    leads.conversation = channel("leads", private=True)
    await stage.charters.bind(WORKSPACE, "Lull", "leads", PEOPLE["dana"])
    await leads.say("/mission check")
    await leads.click("Dismiss P1")
    await leads.fill({"reason": "We sell the platform next month."})
    assert VAGUE not in await erik.say("/mission check")
    text = await erik.click("1 dismissed")
    assert "Dana Diaz" in text
    assert "sell the platform" not in text
    await leads.say("/mission check")
    assert "sell the platform" in await leads.click("1 dismissed")


async def test_only_owners_say_that_they_reviewed_it(
    stage: DirectStage, dana: DirectSeat, erik: DirectSeat
) -> None:
    stage.clock.advance(timedelta(days=100))
    text = await erik.say("/mission check")
    assert "Nobody has reviewed the charter for long" in text
    assert "100 days ago" in text
    refused = await erik.click("We reviewed it, nothing to change")
    assert "Only owners of Vitals say that. Ask Dana Diaz." in refused
    await dana.say("/mission check")
    text = await dana.click("We reviewed it, nothing to change")
    assert "Noted: Dana Diaz reviewed Vitals today." in text
    assert "Nobody has reviewed" not in text
    assert "last reviewed 3 Mar 2027" in await dana.say("/mission")


async def test_decisions_of_a_private_place_are_not_told_elsewhere(
    stage: DirectStage, dana: DirectSeat, erik: DirectSeat
) -> None:
    alone = await stage.seat("dana", "mission")
    for seat, title in ((alone, "Sell readings to a bank"), (dana, "Ship without a manual")):
        await seat.say(f"/mission decide {title}")
        await seat.fill({"choice": title, "violates": "R1" if seat is alone else "P2"})
    told = await erik.say("/mission check") + await all_pages(erik)
    assert "D2 Ship without a manual" in told
    assert "Sell readings to a bank" not in told
    told = await alone.say("/mission check") + await all_pages(alone)
    assert "D1 Sell readings to a bank" in told


async def test_questions_that_stay_unclear_are_told_where_others_saw_them(
    stage: DirectStage, priya: DirectSeat, erik: DirectSeat
) -> None:
    alone = await stage.seat("priya", "mission")
    for _ in range(3):
        for seat, question in ((priya, "Do we ship to Japan?"), (alone, "Do I get a raise?")):
            await seat.say(f"@Mission {question}")
            await seat.click("Not sure")
    text = await erik.say("/mission check") + await all_pages(erik)
    assert "“Do we ship to Japan?” was asked 3 times, unclear each time." in text
    assert "raise" not in text


async def test_a_language_model_is_told_apart_and_asked_once() -> None:
    stage = DirectStage(reviewer=ScriptedReviewer((TENSION,)))
    await stage.load_sample()
    dana = await stage.seat("dana")
    await with_charter(stage, *LINES)
    text = await dana.say("/mission check")
    assert "High · These two are in each other's way · noted by scripted" in text
    assert "P1 “A ranking of the fastest players in games.”" in text
    assert "N1 “No competition, no scores.”" in text
    assert "Ranking is competing." in text
    assert "scripted read them too, and may be wrong" in text
    assert "likeness of words" not in text
    assert "found by a rule" in text
    assert text == await dana.say("/mission check")


async def test_without_its_answer_the_rest_of_the_report_still_comes() -> None:
    busy = NotJudged("The language model is busy. Try again in a minute.")
    stage = DirectStage(reviewer=ScriptedReviewer(busy))
    await stage.load_sample()
    dana = await stage.seat("dana")
    await with_charter(stage, *LINES)
    text = await dana.say("/mission check")
    assert "The language model did not look: The language model is busy." in text
    assert VAGUE in text


@pytest.mark.parametrize("value", ["", ":", "x:y", "x:0", "x:" + "0" * 24])
async def test_a_button_that_nobody_made_ends_in_a_sentence(dana: DirectSeat, value: str) -> None:
    for action in ("page", "whole", "dismissed", "bring_back", "reviewed", "dismiss"):
        said = await dana.press(f"check.{action}", value)
        assert "not here any more" in said, action


async def test_without_a_charter_it_says_what_to_do() -> None:
    seat = await DirectStage().seat("erik")
    text = await seat.say("/mission check")
    assert text == "There is no charter here yet. /mission edit writes the first."


async def test_a_charter_in_order_is_said_to_be(stage: DirectStage, dana: DirectSeat) -> None:
    await with_charter(stage, LINES[0], ("pillar", "Calmer people after ten minutes of games."))
    text = await dana.say("/mission check")
    assert "Lull: nothing found that needs a look" in text
    assert "I went through 2 lines" in text


async def all_pages(seat: DirectSeat) -> str:
    """What the pages behind the first say."""
    text = ""
    while more := next((b.label for b in seat._buttons() if b.label.endswith(" more")), None):
        text += await seat.click(more)
    return text
