"""The action "Record as decision" on somebody's message, to the decision with its way back."""

from adapters.core import Core
from bot.decisions.exchange import OPERATOR_SIGHT
from bot.decisions.model import Decision
from tests.fake_teams.world import TENANT
from tests.teams_stage import teams_stage


async def only_decision(core: Core) -> Decision:
    (decision,) = await core.rooms.deciding.exchange.decisions(f"teams:{TENANT}", OPERATOR_SIGHT)
    return decision


async def test_a_message_becomes_a_decision_that_leads_back_to_it() -> None:
    async with teams_stage() as stage:
        dana, erik = stage.teams.person("Dana"), stage.teams.person("Erik")
        await erik.types("We drop the Android widget.\nThree people use it.", "product")
        message = erik.sees("product")[-1]
        await dana.uses_action("recordDecision", message)
        assert dana.dialog
        form = dana._values()
        assert form["text_title"] == "We drop the Android widget."
        assert "Three people use it." in form["text_choice"]
        await dana.sends()
        await stage.settled()
        read = dana.reads("product")
        assert "Recorded, in these words:" in read
        assert "The message" in read
        decision = await only_decision(stage.core)
        place = dana.place("product").id
        link = f"https://teams.microsoft.com/l/message/{place}/{message.id}"
        assert decision.link == decision.message == link
        assert "Three people" in decision.choice
        assert (dana.problems, stage.teams.refused) == ([], [])
