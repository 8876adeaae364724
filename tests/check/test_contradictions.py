"""Contradictions between levels, for words that need not be adopted yet; and reminders that bring
the report along."""

import pytest

from bot.charter.model import Draft, InForce
from bot.check.model import Remark
from bot.reminders.check_report import CheckReport
from tests.check.samples import ScriptedReviewer, line, refs
from tests.direct_stage import PEOPLE, WORKSPACE, DirectStage

OURS = line("P1", "Bookings by app only; the telephone line is off.")
ABOVE = line("Group:R1", "The telephone line is answered at any hour.")
OTHER = line("Group:N1", "We run no pharmacies.")


async def proposed(stage: DirectStage, *lines: object) -> InForce:
    in_force = await stage.charters.in_force(WORKSPACE, "product")
    assert in_force
    return in_force.model_copy(update={"lines": lines})


async def test_a_judge_says_which_lines_contradict_each_other() -> None:
    remarks = (
        Remark(kind="contradiction", refs=("P1", "Group:R1"), sentence="The line is off."),
        Remark(kind="vague", refs=("P1",)),
    )
    stage = DirectStage(reviewer=ScriptedReviewer(remarks))
    await stage.load_sample()
    in_force = await proposed(stage, OURS, ABOVE, OTHER)
    (found,) = await stage.core.rooms.checking.checks.contradictions(WORKSPACE, in_force)
    assert (found.basis, found.severity, found.sentence) == ("model", "high", "The line is off.")
    assert refs([found]) == [("P1", "Group:R1")]


async def test_without_one_pairs_about_the_same_are_for_a_person(stage: DirectStage) -> None:
    in_force = await proposed(stage, OURS, ABOVE, OTHER)
    found = await stage.core.rooms.checking.checks.contradictions(WORKSPACE, in_force)
    assert refs(found) == [("P1", "Group:R1")]
    assert found[0].basis == "reader"


async def test_where_nothing_is_above_nobody_is_asked() -> None:
    reviewer = ScriptedReviewer()
    stage = DirectStage(reviewer=reviewer)
    await stage.load_sample()
    in_force = await proposed(stage, OURS)
    assert await stage.core.rooms.checking.checks.contradictions(WORKSPACE, in_force) == ()
    assert reviewer.history == []


async def below_another(stage: DirectStage, mission: str) -> None:
    """A team's charter with a mission of its own, below the sample."""
    above = await stage.charters.find(WORKSPACE, "Vitals")
    assert above
    drafts = [Draft(kind="mission", text=mission)]
    await stage.charters.create(
        WORKSPACE, "Growth", drafts, by=PEOPLE["dana"], parent=above.id, conversation_id="growth"
    )
    await stage.charters.bind(WORKSPACE, "Growth", "product", PEOPLE["dana"])


async def test_an_own_mission_is_weighed_against_the_one_whose_place_it_takes() -> None:
    remark = Remark(kind="contradiction", refs=("M1", "Vitals:M1"), sentence="Ours or theirs?")
    reviewer = ScriptedReviewer((remark,))
    stage = DirectStage(reviewer=reviewer)
    await stage.load_sample()
    await below_another(stage, "Health data belongs to clinics, and people ask for it.")
    text = await (await stage.seat("dana")).say("/mission check")
    assert "High · This contradicts the charter above · noted by scripted" in text
    assert "M1 “Health data belongs to clinics, and people ask for it.” (Growth v1)" in text
    assert "Vitals:M1 “Empower individuals to take control of their health" in text
    assert "Ours or theirs?" in text
    assert reviewer.history[0].line("Vitals:M1")


async def test_without_a_judge_both_missions_are_put_side_by_side(stage: DirectStage) -> None:
    await below_another(stage, "Clinics take control of their health data.")
    text = await (await stage.seat("dana")).say("/mission check")
    assert "About the same matter on two levels: do they agree?" in text
    assert "Vitals:M1 “Empower individuals to take control of their health" in text


@pytest.mark.parametrize(
    ("words", "is_it"),
    [
        ("review the charter with the check report", True),
        ("the check report", True),
        ("look at the alignment report.", True),
        ("our charter check", True),
        ("charter review", True),
        ("review the charter", False),
        ("check the numbers", False),
        ("review open decisions", False),
    ],
)
def test_what_reminders_take_for_the_report(words: str, is_it: bool) -> None:
    stage = DirectStage()
    content = CheckReport(
        checks=stage.core.rooms.checking.checks,
        elements=lambda report, today: (),
        clock=stage.clock,
    )
    assert (content.named_by(words) == "") is is_it
