"""A proposal is held against the charters above it and below it, missions and visions too."""

from bot.charter.model import Draft
from bot.check.model import Remark
from tests.check.samples import ScriptedReviewer
from tests.direct_stage import PEOPLE, WORKSPACE, DirectStage

OURS = "Health data belongs to clinics."
ABOVE = "Doctors take control of their patients' health."


async def staged(reviewer: ScriptedReviewer | None) -> DirectStage:
    """Vitals, the sample, with Growth below it; Growth has a mission of its own."""
    stage = DirectStage(reviewer=reviewer)
    await stage.load_sample()
    vitals = await stage.charters.find(WORKSPACE, "Vitals")
    assert vitals
    drafts = [Draft(kind="mission", text="Everybody takes control of their own health.")]
    await stage.charters.create(
        WORKSPACE, "Growth", drafts, by=PEOPLE["dana"], parent=vitals.id, conversation_id="growth"
    )
    return stage


async def test_another_mission_for_a_team_is_held_against_the_one_above() -> None:
    remark = Remark(kind="contradiction", refs=("M1", "Vitals:M1"), sentence="Whose is it?")
    stage = await staged(ScriptedReviewer((remark,)))
    await stage.charters.bind(WORKSPACE, "Growth", "product", PEOPLE["dana"])
    priya = await stage.seat("priya")
    await priya.say("/mission propose M1")
    text = await priya.fill({"text_1": OURS})
    assert "Goes against another level:" in text
    assert f"M1 “{OURS}” (Growth)" in text
    assert "M1 “Empower individuals" in text
    assert "Whose is it?" in text


async def test_another_mission_above_is_held_against_those_of_the_teams_below() -> None:
    stage = await staged(None)
    priya = await stage.seat("priya")
    await priya.say("/mission propose M1")
    text = await priya.fill({"text_1": ABOVE})
    assert "Look at these together, do they agree?" in text
    assert "M1 “Everybody takes control of their own health.” (Growth" in text
    assert f"M1 “{ABOVE}” (Vitals)" in text
