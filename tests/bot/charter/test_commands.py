"""The room of the charter, through its words and forms, on the fake storage."""

import pytest

from bot.charter.model import Draft
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage


async def staged() -> DirectStage:
    stage = DirectStage()
    await stage.load_sample()
    return stage


async def dana_edits(stage: DirectStage, **fields: str) -> str:
    dana = await stage.seat("dana")
    await dana.say("/mission edit")
    return await dana.fill(fields)


async def test_mission_shows_the_charter_with_owner_and_version() -> None:
    answer = await (await (await staged()).seat("noa")).say("/mission")
    assert answer.startswith("Vitals\nMission\n• M1 Empower individuals")
    assert "Version 1 · owned by Dana Diaz · last reviewed 23 Nov 2026" in answer
    assert answer.endswith("[Ask] [Propose a change] [Edit] [History]")


async def test_an_edit_makes_a_version_and_shows_what_changed() -> None:
    stage = await staged()
    mission = "M1: Empower people to take control of their health through real-time data."
    answer = await dana_edits(stage, mission=mission, note="Plainer word")
    assert "Vitals: version 2 adopted by Dana Diaz" in answer
    assert "• M1 Empower ~individuals~ people to take control" in answer
    assert "Why: Plainer word" in answer
    history = await (await stage.seat("noa")).say("/mission history")
    assert "Version 2 · 23 Nov 2026 · Dana Diaz · “Plainer word”" in history
    assert "the first, with 14 lines" in history


async def test_nothing_changed_makes_no_version() -> None:
    answer = await dana_edits(await staged())
    assert answer == "Nothing was changed: Vitals stays at version 1."


async def test_what_is_wrong_is_said_and_the_form_stays() -> None:
    stage = await staged()
    dana = await stage.seat("dana")
    await dana.say("/mission edit")
    answer = await dana.fill({"mission": "One.\nTwo.", "pillar": "x" * 401})
    assert "There are 2 mission lines" in answer
    assert "401 characters long" in answer
    assert "version 2" in await dana.fill({"mission": "One."})


async def test_who_came_second_keeps_what_they_typed() -> None:
    stage = await staged()
    dana, other = await stage.seat("dana"), await stage.seat("dana")
    await stage.charters.set_roles(
        WORKSPACE,
        await charter_id(stage),
        owners=[PEOPLE["dana"]],
        editors=[PEOPLE["erik"]],
        by=PEOPLE["dana"],
    )
    erik = await stage.seat("erik")
    await dana.say("/mission edit")
    await erik.say("/mission edit")
    await other.say("/mission edit")
    vision = "V1: Make health data useful to everybody."
    await dana.fill({"vision": vision, "mission": "M1: Help people."})
    again = await erik.fill({"mission": "M1: Help people stay healthy.", "note": "shorter"})
    assert "Dana Diaz adopted version 2 while you were writing. Nothing of yours is lost" in again
    assert "~Revolutionise" in again
    form = await erik.form()
    assert form["mission"] == "M1: Help people stay healthy."
    assert form["vision"] == "V1: Make health data useful to everybody."
    assert form["note"] == "shorter"
    assert "Proposal 2 · M1 of Vitals" in await erik.fill({})
    await dana.say("/mission proposals 2")
    assert "version 3 adopted by Dana Diaz" in await dana.click("Approve")
    charter = await stage.charters.get(WORKSPACE, await charter_id(stage))
    texts = {line.id: line.text for line in charter.version.lines}
    assert texts["M1"] == "Help people stay healthy."
    assert texts["V1"] == "Make health data useful to everybody."


async def charter_id(stage: DirectStage) -> str:
    found = await stage.charters.find(WORKSPACE, "vitals")
    assert found
    return found.id


async def test_members_edit_for_owners_to_approve_and_give_no_roles() -> None:
    noa = await (await staged()).seat("noa")
    assert "for its owners to approve" in await noa.say("/mission edit")
    assert "Only owners of Vitals give roles. Ask Dana Diaz." in await noa.say("/mission roles")


async def test_roles_are_given_by_owners_and_one_owner_stays() -> None:
    stage = await staged()
    dana, noa = await stage.seat("dana"), await stage.seat("noa")
    assert "Owners" in await dana.say("/mission roles")
    assert "needs at least one owner" in await dana.fill({"owners": ""})
    saved = await dana.fill({"owners": "dana", "editors": "noa"})
    assert saved == "Saved. Owned by Dana Diaz. One owner approves a change."
    assert "Edit the charter" in await noa.say("/mission edit")


async def test_the_first_charter_is_written_in_chat_and_owned_by_who_wrote_it() -> None:
    stage = DirectStage()
    priya = await stage.seat("priya")
    assert "Write the charter" in await priya.say("/mission edit")
    assert "needs a name" in await priya.fill({"mission": "Sleep better."})
    answer = await priya.fill({"name": "Lumio", "mission": "Sleep better.", "pillar": "One.\nTwo."})
    assert "Lumio has a charter" in answer
    shown = await (await stage.seat("erik")).say("/mission")
    assert "P2 Two." in shown
    assert "owned by Priya Patel" in shown


async def other_charter(stage: DirectStage) -> None:
    await stage.charters.create(
        WORKSPACE,
        "Clinics",
        [Draft(kind="mission", text="Serve clinics.")],
        by=PEOPLE["erik"],
        parent=await charter_id(stage),
    )


async def test_charters_hold_where_they_are_bound_and_inherit() -> None:
    stage = await staged()
    await other_charter(stage)
    erik = await stage.seat("erik", "leadership")
    assert "Clinics | v1 | Vitals | –" in await erik.say("/mission charters")
    assert "There is no charter named 'Klinik'. There are: Clinics, Vitals." in await erik.say(
        "/mission link Klinik"
    )
    assert "Clinics holds here from now on." in await erik.say("/mission link clinics")
    shown = await erik.say("/mission")
    assert "M1 Serve clinics." in shown
    assert "From above" in shown
    assert "Vitals:R1 Members own" in shown
    verdict = await erik.say("/mission ask sell health data to advertisers?")
    assert "Vitals:R1 “Members own" in verdict
    assert (await (await stage.seat("erik")).say("/mission")).startswith("Vitals\n")


async def test_linking_needs_the_right_to_edit() -> None:
    stage = await staged()
    await other_charter(stage)
    noa: DirectSeat = await stage.seat("noa")
    assert "Ask Erik Ek." in await noa.say("/mission link Clinics")


async def test_history_comes_a_page_at_a_time() -> None:
    stage = await staged()
    for i in range(7):
        await dana_edits(stage, mission=f"M1: Help {i} people.")
    dana = await stage.seat("dana")
    first = await dana.say("/mission history")
    assert "Version 8" in first
    assert "Version 3" not in first
    assert "Version 3" in await dana.click("Earlier versions")


@pytest.mark.parametrize("key", ["same-event"])
async def test_the_same_event_adopts_once(key: str) -> None:
    stage = await staged()
    drafts = [Draft(kind="mission", text="Help.", id="M1")]
    for _ in range(2):
        charter = await stage.charters.adopt(
            WORKSPACE, await charter_id(stage), 1, drafts, by=PEOPLE["dana"], key=key
        )
    assert charter.version.number == 2


async def test_a_charter_too_large_for_a_form_says_what_to_do() -> None:
    stage = await staged()
    await dana_edits(stage, pillar="\n".join(f"Pillar {i}: " + "x" * 380 for i in range(7)))
    dana = await stage.seat("dana")
    await dana.say("/mission edit")
    more = (await dana.form())["pillar"] + "\n" + "\n".join("y" * 300 + str(i) for i in range(3))
    await dana.fill({"pillar": more})
    assert "missionbot charter export" in await dana.say("/mission edit")
