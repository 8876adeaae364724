"""What people read when they record, look for, change and end decisions."""

import json
from datetime import timedelta

import pytest

from bot.decisions.model import Decision
from bot.events import Shortcut
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage, channel


async def decided(seat: DirectSeat, title: str = "Drop the widget", **words: str) -> Decision:
    await seat.say(f"/mission decide {title}")
    seat_said = await seat.fill(words)
    assert "Recorded, in these words:" in seat_said
    return stored(seat.stage)[-1]


def stored(stage: DirectStage) -> list[Decision]:
    return list(stage.storage.data.decisions.values())  # type: ignore[union-attr]


# Recording


async def test_typed_words_fill_the_form_and_come_back_word_for_word(priya: DirectSeat) -> None:
    await priya.say("/mission decide Drop the *Android* widget <!channel>")
    form = await priya.form()
    assert form["title"] == form["choice"] == "Drop the *Android* widget <!channel>"
    said = await priya.fill({"choice": "We *stop* it,\nfor good."})
    assert said.splitlines()[:4] == [
        "D1 · Drop the *Android* widget <!channel>",
        "Recorded, in these words:",
        "We *stop* it,",
        "for good.",
    ]
    assert "[How did it go?] [Change] [Replace] [Withdraw] [Share] [History]" in said


async def test_several_check_ins_are_read_back_in_order(priya: DirectSeat) -> None:
    await priya.say("/mission decide Drop the widget")
    assert "“when pigs fly”" in await priya.fill({"check_in": "in 1 month, when pigs fly"})
    six = "; ".join(f"in {n} months" for n in range(1, 7))
    assert "These are 6 days, and I ask 5 times at most." in await priya.fill({"check_in": six})
    said = await priya.fill({"check_in": "in 6 months and after launch on 12 March"})
    assert "Check-ins: 12 Mar 2027, then 23 May 2027" in said
    assert "open, check 12 Mar 2027" in await priya.say("/mission decisions")
    found = stored(priya.stage)[-1]
    await priya.press("decisions.change", found.id)
    assert (await priya.form())["check_in"] == "2027-03-12, 2027-05-23"
    said = await priya.fill({"title": "Drop all widgets", "why": "A slip."})
    assert "Check-ins: 12 Mar 2027, then 23 May 2027" in said
    history = await priya.click("History")
    assert "recorded it · to be checked 12 Mar 2027, then 23 May 2027" in history
    assert history.count("to be checked") == 1


async def test_between_two_check_ins_the_answer_can_be_changed(priya: DirectSeat) -> None:
    found = await decided(priya, check_in="in 1 month, in 6 months")
    await priya.press("decisions.answer", f"better:{found.id}")
    said = await priya.fill({"why": "Two weeks saved.", "still_fits": "yes"})
    assert "has gone better than expected so far. I ask again on 23 May 2027." in said
    await priya.click("Change")
    form = await priya.form()
    assert (form["outcome"], form["why"]) == ("better", "Two weeks saved.")
    assert "has gone worse than expected so far" in await priya.fill({"outcome": "worse"})
    said = await priya.say("/mission decisions D1")
    assert "Priya Patel: worse. Two weeks saved. Still fits: yes." in said
    assert "[How did it go?] [Change the answer] [Change]" in said
    await priya.click("History")
    history = await priya.reads()
    assert "answered “Better”: Two weeks saved. · to be checked 23 May 2027" in history
    assert "changed the answer to “Worse”: Two weeks saved." in history
    priya.stage.clock.advance(timedelta(days=8))
    assert "[Change the answer]" not in await priya.say("/mission decisions D1")


async def test_a_question_from_before_is_not_taken_for_the_next(
    priya: DirectSeat, erik: DirectSeat
) -> None:
    found = await decided(priya, check_in="in 1 month, in 6 months", deciders="priya,erik")
    await priya.press("decisions.answer", f"better:{found.id}")
    await priya.fill({"why": "Two weeks saved."})
    await erik.press("decisions.answer", f"worse:{found.id}")
    assert (await erik.form())["why"] == "Two weeks saved."
    said = await erik.fill({"why": "No."})
    assert "D1 waits for its next check-in: Priya Patel answered." in said
    await erik.press("decisions.answer", f"worse:1:{found.id}")
    assert "went worse than expected. You can change" in await erik.fill({"why": "No."})
    assert "worse" in await erik.say("/mission decisions")


async def test_an_answer_in_between_comes_up_as_a_precedent(priya: DirectSeat) -> None:
    found = await decided(priya, "Drop the social widget", check_in="in 1 month, in 6 months")
    await priya.press("decisions.answer", f"better:{found.id}")
    await priya.fill({"why": "Two weeks saved."})
    said = await priya.say("/mission ask should we drop the social widget?")
    assert "it went better than expected so far" in said


async def test_the_same_words_twice_are_shown_once(priya: DirectSeat) -> None:
    await priya.say("/mission decide Drop the widget")
    said = await priya.fill({"check_in": "in 3 months"})
    assert said.count("Drop the widget") == 1
    assert said.count("23 Feb 2027") == 1


async def test_without_words_the_form_is_empty(priya: DirectSeat) -> None:
    await priya.say("/mission decide")
    assert (await priya.form())["title"] == ""
    said = await priya.fill({})
    assert "Give the decision a title" in said
    assert "Write what you do" in said


async def test_lines_that_speak_to_it_stand_on_top(priya: DirectSeat) -> None:
    await priya.say("/mission decide keep getting more accurate readings")
    assert priya.opened
    field = next(each for each in priya.opened.fields if each.name == "serves")
    assert field.options[0].value != "M1"  # type: ignore[union-attr]
    assert len(field.options) == len({o.value for o in field.options})  # type: ignore[union-attr]


async def test_where_there_is_no_charter_it_says_what_is_missing() -> None:
    stage = DirectStage()
    seat = await stage.seat("priya")
    said = await seat.say("/mission decide drop it")
    assert "There is no charter here yet, and a decision is tied to one." in said


async def test_from_a_verdict_come_question_lines_and_what_was_said(
    stage: DirectStage, priya: DirectSeat, dana: DirectSeat
) -> None:
    await priya.say("/mission ask should we add a social feed?")
    verdict = list(stage.storage.data.verdicts.values())[-1]  # type: ignore[union-attr]
    await priya.press("decisions.from_verdict", verdict.id)
    form = await priya.form()
    assert form["title"] == "should we add a social feed"
    await priya.fill({})
    (found,) = stored(stage)
    assert (found.verdict_id, found.verdict_kind) == (verdict.id, verdict.kind)


async def test_what_a_forged_form_says_of_its_origin_is_looked_up_again(
    stage: DirectStage, priya: DirectSeat
) -> None:
    await priya.say("/mission decide drop it")
    assert priya.opened
    real = json.loads(priya.opened.state)

    def forge(**changes: object) -> None:
        assert priya.opened
        state = json.dumps({**real, **changes})
        priya.opened = priya.opened.model_copy(update={"state": state})

    form = priya.opened
    forge(charter_name="Somebody else's", verdict_kind="fits", link="javascript:alert(1)")
    await priya.fill({})
    (found,) = stored(stage)
    assert (found.charter_name, found.verdict_kind, found.link) == ("Vitals", None, "")
    priya.opened = form
    forge(charter_id="nobody's", version=99)
    await priya.fill({})
    assert (stored(stage)[-1].charter_id, stored(stage)[-1].version) == (real["charter_id"], 1)
    priya.opened = form
    forge(verdict_id="nobody's")
    before = len(stored(stage))
    assert "Recorded" not in await priya.fill({})
    assert len(stored(stage)) == before


async def test_a_message_becomes_a_decision_that_leads_back_to_it(
    stage: DirectStage, priya: DirectSeat
) -> None:
    url = "https://acme.slack.com/archives/C1/p1700000000000000"
    event = Shortcut(
        key="s1",
        workspace=WORKSPACE,
        person=PEOPLE["priya"],
        conversation=channel("product"),
        what="decide",
        text="Let's drop the widget.",
        link=url,
    )
    priya._shown(event, await stage.router.dispatch(event))
    assert (await priya.form())["choice"] == "Let's drop the widget."
    assert "The message" in await priya.fill({})
    assert stored(stage)[-1].message == url


async def test_earlier_ones_that_are_alike_or_opposed_are_pointed_out(
    priya: DirectSeat, erik: DirectSeat
) -> None:
    await decided(priya, "Build a social feed for everybody", serves="P1")
    await decided(erik, "Raise the price of sensors")
    await priya.say("/mission decide Build a social feed for friends")
    said = await priya.fill({"violates": "P1"})
    assert (
        "D1 “Build a social feed for everybody” takes the other side on a line that this one "
        "cites. If it no longer holds, replace it." in said
    )
    assert "[It replaces D1]" in said
    assert "Raise the price" not in said
    await priya.say("/mission decide Build a social feed for teams")
    said = await priya.fill({"serves": "P1"})
    assert "D1 “Build a social feed for everybody” is about the same matter and still open." in said
    assert "D3 “Build a social feed for friends” takes the other side" in said
    assert "Replaced by D4." in await priya.click("It replaces D1")
    assert "D4 Build a social feed for teams" in await erik.say("/mission decisions D1")


async def test_one_recorded_in_private_is_not_offered_to_replace_a_public_one(
    stage: DirectStage, priya: DirectSeat
) -> None:
    await decided(priya, "Build a social feed for everybody")
    alone = await stage.seat("priya", "mission")
    await alone.say("/mission decide Build a social feed for me")
    said = await alone.fill({})
    assert "is about the same matter" in said
    assert "[It replaces D1]" not in said


# Finding


async def test_nothing_recorded_yet_says_how_to_begin(priya: DirectSeat) -> None:
    said = await priya.say("/mission decisions")
    assert "No decision is recorded here yet. /mission decide records one in a minute." in said
    assert "[Record a decision]" in said


async def test_pages_of_eight_with_the_way_back(priya: DirectSeat) -> None:
    for number in range(1, 11):
        await decided(priya, f"Number {number}")
    said = await priya.say("/mission decisions number")
    assert "1 to 8 of 10" in said
    assert "Number 10" in said
    assert "Number 2\n" not in said
    older = await priya.click("Older")
    assert "9 to 10 of 10" in older
    assert "Number 2" in older
    assert "1 to 8 of 10" in await priya.click("Newer")


@pytest.mark.parametrize("value", ["", "-5:", "x:y", "99999999999999999999:", "8:\x00"])
async def test_a_page_that_is_none_breaks_nothing(priya: DirectSeat, value: str) -> None:
    await decided(priya)
    assert "Something went wrong" not in await priya.press("decisions.page", value)


async def test_words_of_any_length_are_looked_for(priya: DirectSeat) -> None:
    await decided(priya)
    said = await priya.say("/mission decisions " + "widget " * 400)
    assert "Drop the widget" in said


async def test_by_line_whatever_its_case(priya: DirectSeat) -> None:
    await decided(priya, serves="P1")
    assert "Drop the widget" in await priya.say("/mission decisions p1")
    assert "No decision here matches" in await priya.say("/mission decisions P2")


async def test_a_number_that_is_none(priya: DirectSeat) -> None:
    for words in ("D7", "999999999"):
        said = await priya.say(f"/mission decisions {words}")
        assert said == "There is no such decision here. /mission decisions lists them."


# Changing


async def test_changing_in_another_channel_keeps_its_own_charters_lines(
    stage: DirectStage, priya: DirectSeat, dana: DirectSeat
) -> None:
    await decided(priya, serves="P1")
    await dana.say("/mission edit")
    pillars = (await dana.form())["pillar"].splitlines()
    await dana.fill({"pillar": "\n".join(["P1: Care providers first.", *pillars[1:]])})
    before = stored(stage)[0]
    await priya.press("decisions.change", before.id)
    assert (await priya.form())["serves"] == "P1"
    said = await priya.fill({"title": "Drop all widgets", "why": "A slip."})
    assert "Changed. What stood here is kept." in said
    (found,) = stored(stage)
    assert (found.title, found.lines) == ("Drop all widgets", before.lines)


async def test_a_day_nobody_understands_is_said_beside_its_field(priya: DirectSeat) -> None:
    found = await decided(priya)
    await priya.press("decisions.change", found.id)
    assert "pigs" in await priya.fill({"check_in": "when pigs fly", "why": "x"})
    await priya.press("decisions.answer", f"too_early:{found.id}")
    assert "pigs" in await priya.fill({"why": "x", "next": "when pigs fly"})


async def test_handing_over_says_who_is_asked(priya: DirectSeat) -> None:
    found = await decided(priya, check_in="in 3 months")
    await priya.press("decisions.hand_over", found.id)
    assert "Choose who will know." in await priya.fill({"to": ""})
    assert "Erik Ek is asked about D1 from now on." in await priya.fill({"to": "erik"})
    assert "Erik Ek" in await priya.say("/mission decisions D1")


async def test_what_is_left_out_of_an_answer_is_asked_for(priya: DirectSeat) -> None:
    found = await decided(priya)
    await priya.press("decisions.answer", found.id)
    assert "Choose how it turned out." in await priya.fill({"why": "x"})
    assert "Say why; one sentence is enough." in await priya.fill({"outcome": "better"})


async def test_sharing_is_for_everybody_and_once(priya: DirectSeat, erik: DirectSeat) -> None:
    found = await decided(priya)
    await priya.press("decisions.answer", f"better:{found.id}")
    said = await priya.fill({"why": "Two weeks saved."})
    assert "[Share] [Change]" in said
    await priya.click("Share")
    line = "D1 “Drop the widget” went better than expected: Two weeks saved."
    assert line in await erik.reads()
    assert "D1 is shared here already." in await erik.press("decisions.share", found.id)


async def test_alone_with_the_bot_there_is_nobody_to_share_with(
    stage: DirectStage, priya: DirectSeat
) -> None:
    found = await decided(priya)
    alone = await stage.seat("priya", "mission")
    assert "[Share]" not in await alone.say("/mission decisions D1")
    await alone.press("decisions.answer", f"better:{found.id}")
    assert "[Share]" not in await alone.fill({"why": "Two weeks saved."})


async def test_replaced_by_one_that_is_private_it_still_shows(
    stage: DirectStage, priya: DirectSeat
) -> None:
    leads = DirectSeat(
        stage=stage, person=PEOPLE["priya"], conversation=channel("leads", private=True)
    )
    await decided(leads, "Sell the company", deciders="priya,erik")
    await decided(leads, "Keep the company", deciders="priya")
    await leads.press("decisions.supersede", stored(stage)[0].id)
    assert "D2 Keep the company" in await leads.fill({"newer": "D2", "why": "x"})
    erik_alone = await stage.seat("erik", "mission")
    said = await erik_alone.say("/mission decisions D1")
    assert "Sell the company" in said
    assert "replaced" in said
    assert "Keep" not in said
