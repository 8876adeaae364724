"""Groups of people: listed, and asked by a pulse."""

from datetime import timedelta

import pytest

from adapters.slack.api import SlackRefused
from tests.slack_stage import slack_stage


async def test_a_pulse_asks_a_group_and_nobody_else() -> None:
    async with slack_stage() as team:
        people = {name: team.slack.person(name).human for name in ("Priya", "Erik", "Noa")}
        people["Noa"].is_restricted = True
        team.slack.world.groups["SDESIGN"] = [each.id for each in people.values()]
        dana = await team.seat("dana")
        await dana.say("/mission pulse")
        answer = await dana.fill({"audience": "group", "group": "SDESIGN"})
        assert "a group of people (2 now)" in answer  # a guest is left out
        assert "there can never be any" in answer
        await dana.click("Change")
        answer = await dana.fill({"also": "guests", "least": "3"})
        assert "a group of people, guests too (3 now)" in answer
        await dana.click("Start")
        await team.pass_time(timedelta(days=1, hours=12))
        for name in ("Priya", "Erik", "Noa", "Dana", "Tom"):
            seat = await team.seat(name.lower(), "mission")
            assert ("Four short statements" in await seat.reads()) == (name in people)


async def test_without_groups_the_form_says_so_and_offers_people() -> None:
    async with slack_stage() as team:
        dana = await team.seat("dana")
        form = await dana.say("/mission pulse")
        assert "I cannot read groups of people here" in form
        assert "People I pick" in form


async def test_a_group_that_is_gone_is_an_error_of_the_platform() -> None:
    async with slack_stage() as team:
        with pytest.raises(SlackRefused):
            await team.core.groups["slack"].group_members(
                f"slack:{team.slack.home.id}:{team.slack.home.id}", "SGONE"
            )
