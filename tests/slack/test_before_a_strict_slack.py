"""The whole adapter before the strict Slack: people do things, and Slack says no to nothing."""

import json
import re
from collections.abc import AsyncIterator

import pytest

from tests.fake_slack import Fault
from tests.golden import hostile
from tests.slack_stage import SlackStage, slack_stage


@pytest.fixture
async def team() -> AsyncIterator[SlackStage]:
    async with slack_stage() as stage:
        yield stage


async def test_slack_knows_the_address_as_ours(team: SlackStage) -> None:
    assert await team.slack.delivery.challenge() == "say-this"


async def test_a_morning_of_a_team(team: SlackStage) -> None:
    dana, priya = team.slack.person("Dana"), team.slack.person("Priya")
    await dana.types("/mission")
    await priya.types("@Mission should we build a social network?")
    await team.settled()
    assert "M1 Empower individuals" in dana.reads()
    assert "M1 Empower individuals" not in priya.reads()
    assert "N1 “No social network" in dana.reads()
    await priya.clicks("Conflicts")
    await team.settled()
    assert "Conflicts · should we build" in dana.reads()
    await priya.clicks("I disagree")
    await team.settled()
    await priya.fills({"How do you see it?": "Fits", "Why?": "It is a small one."})
    await team.settled()
    assert priya.modal is None
    await dana.types("/mission edit")
    await team.settled()
    await dana.fills({"Why this change?": "Once a year.", "Mission": ""}, send=False)
    await dana.fills({"Vision": ""})
    await team.settled()
    assert "A charter needs a mission or a vision" in dana.reads_modal()
    await dana.fills({"Vision": "Everybody acts on their own health data."})
    await team.settled()
    assert "version 2 adopted by Dana Diaz" in dana.reads()
    assert (dana.problems, team.refused(), team.slack.notified) == ([], [], [])


async def test_every_other_way_in(team: SlackStage) -> None:
    dana = team.slack.person("Dana")
    await dana.types("what is our mission?", "mission")
    await dana.opens_home()
    await dana.opens_home("messages")
    await team.slack.bot_added("random")
    await team.settled()
    await dana.types("we could add followers", "random")
    await team.settled()
    assert "M1 “Empower individuals" in dana.reads("mission")
    assert "Metrics" in dana.reads_home()
    assert "Dana Diaz added me" in dana.reads("random")
    assert len(team.slack.world.prompts[dana.channel("mission").id]) == 4
    said = dana.sees("random")[-1]
    await dana.uses_shortcut("check_strategy", said)
    await team.settled()
    assert "N1 “No social network" in dana.reads_modal()
    await dana.uses_shortcut("record_decision", said)
    await team.settled()
    await dana.fills({"What was decided?": "We add followers."})
    await team.settled()
    recorded = dana.reads("random")
    assert "Recorded, in these words:" in recorded
    assert "we could add followers" in recorded
    assert "[The message]" in recorded
    (link,) = re.findall(
        r'"(https://[^"]+/archives/[^"]+)"', json.dumps(dana.sees("random")[-1].blocks)
    )
    assert link == f"https://acme.slack.com/archives/{said.channel}/p{said.ts.replace('.', '')}"
    assert (dana.problems, team.refused(), team.slack.notified) == ([], [], [])


async def test_the_rest_of_a_long_answer_is_for_who_wants_it(team: SlackStage) -> None:
    dana, priya = team.slack.person("Dana"), team.slack.person("Priya")
    await dana.types("/mission edit")
    await team.settled()
    rules = "\n".join(f"Rule number {n}: " + "many words " * 30 for n in range(1, 9))
    await dana.fills({"principle": rules, "pillar": rules.replace("Rule", "Bet")})
    for section in ("audience", "metric", "non_goal"):
        await team.settled()
        await dana.types("/mission edit")
        await team.settled()
        await dana.fills({section: rules.replace("Rule", section)})
    await team.settled()
    await dana.types("@Mission show")
    await team.settled()
    public = dana.sees()[-1]
    before = priya.reads()
    assert "[Show all]" in before
    await dana.clicks("Show all", message=public)
    await team.settled()
    assert priya.reads() == before
    part = dana.sees()[-1]
    assert "… Part 2 of" in dana.reads()
    await dana.clicks("Back", message=part)
    await team.settled()
    assert dana.sees()[-1] is part
    assert "… Part 2 of" not in dana.reads()
    assert (dana.problems, team.refused()) == ([], [])


async def test_a_flaw_in_one_event_is_mended_by_the_next_try(team: SlackStage) -> None:
    dana = team.slack.person("Dana")
    team.slack.next("chat.postMessage", Fault.wait("1"))
    attempts = await dana.types("@Mission should we sell data to advertisers?", copies=3)
    await team.settled()
    assert {attempt.status for attempt in attempts} == {200}
    assert dana.reads().count("Your call") == 1
    assert team.slack.rates.impatient == []


@pytest.mark.parametrize("text", [*hostile.MENTIONS, *hostile.LINKS, *hostile.MARKUP])
async def test_what_somebody_types_calls_nobody_and_is_not_fetched(
    team: SlackStage, text: str
) -> None:
    dana = team.slack.person("Dana")
    words = " ".join(text.split())
    await dana.types(f"/mission ask should we tell advertisers {words}")
    await dana.types(f"@Mission should we tell advertisers {words}")
    await dana.types(f"should we tell advertisers {words}", "mission")
    await team.settled()
    assert "[Not sure]" in dana.reads()
    assert "[Not sure]" in dana.reads("mission")
    assert (team.slack.notified, team.slack.unfurled, team.refused()) == ([], [], [])
