"""What waits for somebody, on their own page."""

from bot.cards import Card
from bot.home import Visitor
from bot.plain_text import plain_text
from tests.direct_stage import PEOPLE, WORKSPACE, DirectStage, direct


async def home(stage: DirectStage, who: str) -> str:
    visitor = Visitor(workspace=WORKSPACE, person=PEOPLE[who], conversation=direct(PEOPLE[who]))
    section = stage.core.home[0]
    return plain_text(Card(summary="home", elements=tuple(await section(visitor))))


async def test_a_proposal_waits_for_its_owner_and_a_version_for_everybody_else() -> None:
    stage = DirectStage()
    await stage.load_sample()
    everybody = ("dana", "priya", "erik")
    assert [await home(stage, who) for who in everybody] == ["", "", ""]
    priya = await stage.seat("priya")
    await priya.say("/mission propose P2")
    await priya.fill({"text_1": "Clinics first.", "reason": "They pay."})
    assert await home(stage, "dana") == (
        "Waiting for you\nProposal 1 changes P2 of Vitals, by Priya Patel\n[See it]"
    )
    assert [await home(stage, who) for who in ("priya", "erik")] == ["", ""]
    dana = await stage.seat("dana")
    await dana.say("/mission proposals 1")
    await dana.click("Approve")
    assert await home(stage, "erik") == (
        "Waiting for you\nVitals changed: version 2\n[What changed] [I have read this]"
    )
    assert [await home(stage, who) for who in ("dana", "priya")] == ["", ""]
    erik = await stage.seat("erik", "mission")
    (id_,) = [a.id for a in stage.storage.data.announcements.values()]  # type: ignore[union-attr]
    await erik.press("announcing.read", id_)
    assert await home(stage, "erik") == ""
