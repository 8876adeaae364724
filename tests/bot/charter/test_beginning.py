"""From nothing to a charter: by a document, or by seven questions."""

from bot.charter.seven import QUESTIONS, sections
from tests.bot.charter.test_pasted import WIKI
from tests.direct_stage import DirectSeat, DirectStage


async def seated() -> DirectSeat:
    return await DirectStage().seat("dana")


async def test_the_first_word_offers_three_ways_and_a_sample() -> None:
    dana = await seated()
    said = await dana.say("/mission")
    for way in (
        "Paste what you have",
        "Answer seven questions",
        "Write it with the team",
        "See a sample",
    ):
        assert f"[{way}]" in said


async def test_a_pasted_page_is_looked_through_and_adopted() -> None:
    dana = await seated()
    await dana.say("/mission")
    await dana.click("Paste what you have")
    read = await dana.fill({"document": WIKI})
    assert "I read 12 lines out of it." in read
    form = await dana.form()
    assert form["name"] == "Vitals"
    assert form["non_goal"] == "No social network\nWe don't diagnose"
    adopted = await dana.fill({"pillar": "Accuracy first [now]"})
    assert "Vitals has a charter" in adopted
    shown = await dana.say("/mission")
    assert "P1 Accuracy first" in shown
    assert "owned by Dana Diaz" in shown


async def test_a_page_with_nothing_in_it_keeps_the_form() -> None:
    dana = await seated()
    await dana.press("charter.paste", "")
    assert "I found no statement in it." in await dana.fill({"document": "ok\n\nfine"})


async def test_what_was_not_used_is_named() -> None:
    dana = await seated()
    await dana.press("charter.paste", "")
    read = await dana.fill({"document": "Mission: First.\n\nMission: Second.\n\nfoo"})
    assert "Not used: Second. · Foo" in read


async def test_seven_answers_make_a_draft() -> None:
    dana = await seated()
    await dana.say("/mission")
    await dana.click("Answer seven questions")
    drafted = await dana.fill(
        {
            "name": "Vitals",
            "whom": "Adults with diabetes.",
            "able": "They can take control of their health",
            "means": "Real-time data",
            "world": "nobody is surprised by their own body",
            "order": "Enthusiasts first\nClinics after 2027",
            "bets": "Accuracy\nEase of use",
            "limits": "We never sell data\nNo social network",
        }
    )
    assert "A first draft from your answers." in drafted
    form = await dana.form()
    expected = "Help adults with diabetes take control of their health through real-time data."
    assert form["mission"] == expected
    assert form["vision"] == "Nobody is surprised by their own body"
    assert form["principle"] == "We never sell data"
    assert form["non_goal"] == "No social network"
    assert "Vitals has a charter" in await dana.fill({})


async def test_the_two_that_make_the_mission_are_needed() -> None:
    dana = await seated()
    await dana.press("charter.seven", "")
    assert "The mission is made of this" in await dana.fill({"name": "Vitals", "means": "data"})


def test_seven_questions_are_seven() -> None:
    assert len(QUESTIONS) == 7
    assert len({asked.name for asked in QUESTIONS}) == 7


def test_a_name_keeps_its_capital() -> None:
    found = sections({"whom": "NHS trusts", "able": "plan ahead"})
    assert found["mission"] == "Help NHS trusts plan ahead."


async def test_of_more_than_a_form_holds_whole_lines_are_kept_and_the_others_named() -> None:
    dana = await seated()
    await dana.press("charter.paste", "")
    bets = [f"Bet number {n} is a long one {'x' * 300}" for n in range(12)]
    read = await dana.fill({"document": "Strategy\n" + "\n".join(f"- {bet}" for bet in bets)})
    form = await dana.form()
    kept = str(form["pillar"]).splitlines()
    assert kept == bets[: len(kept)]
    assert len(form["pillar"]) <= 3000
    assert f"I read {len(kept)} lines out of it." in read
    assert "Not used: Bet number 11" in read
