"""Who comes into a channel is shown its charter once: on Slack in a direct message, on Teams there,
seen by them alone."""

from datetime import timedelta

from tests.slack_stage import slack_stage
from tests.teams_stage import teams_stage

MINUTE = timedelta(minutes=1)
WELCOME = "Welcome. This is what Vitals works towards"


async def test_on_slack_in_a_direct_message() -> None:
    async with slack_stage() as stage:
        stage.slack.person_leaves("Noa", "product")
        await stage.slack.person_comes("Noa", "product")
        await stage.settled()
        await stage.pass_time(MINUTE)
        noa, alone = await stage.seat("noa"), await stage.seat("noa", "mission")
        read = await alone.look()
        assert WELCOME in read
        assert "Empower individuals" in read
        assert WELCOME not in await noa.reads()
        stage.slack.person_leaves("Noa", "product")
        await stage.slack.person_comes("Noa", "product")
        await stage.settled()
        await stage.pass_time(MINUTE)
        assert (await alone.reads()).count(WELCOME) == 1
        assert stage.refused() == []


async def test_on_teams_in_the_channel_and_not_in_their_own_chat() -> None:
    async with teams_stage() as stage:
        for name in ("Noa", "Erik"):
            stage.teams.person_leaves(name)
        await stage.teams.people_come("Noa", "Erik")
        await stage.settled()
        await stage.pass_time(MINUTE)
        for name in ("noa", "erik"):
            assert WELCOME in await (await stage.seat(name)).reads()
            assert await (await stage.seat(name, "mission")).reads() == ""
        assert WELCOME not in await (await stage.seat("dana")).reads()
        await stage.teams.people_come("Noa")
        await stage.settled()
        await stage.pass_time(MINUTE)
        assert (await (await stage.seat("noa")).reads()).count(WELCOME) == 1
        assert stage.teams.refused == []
