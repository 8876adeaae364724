"""Files of decisions before the strict Slack: for the person alone, with what they may see."""

import json
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO

import pytest

from tests.fake_slack import Fault
from tests.fake_slack.world import File
from tests.slack_stage import SlackStage, slack_stage


@pytest.fixture
async def team() -> AsyncIterator[SlackStage]:
    async with slack_stage() as stage:
        yield stage


async def decided(team: SlackStage, who: str, title: str, where: str = "product") -> None:
    seat = await team.seat(who, where)
    await seat.say(f"/mission decide {title}")
    assert "Recorded" in await seat.fill({"choice": f"We do it: {title}."})


def files_of(team: SlackStage) -> list[File]:
    return list(team.slack.world.files.values())


async def test_they_come_to_the_persons_own_messages(team: SlackStage) -> None:
    await decided(team, "priya", "Drop the widget")
    await decided(team, "priya", "Ask for a raise", "mission")
    erik, priya = await team.seat("erik"), await team.seat("priya")
    assert "I sent you the files in our direct messages" in await erik.say(
        "/mission decisions export"
    )
    (sent,) = erik.person.sees("mission")
    assert "The decisions, as you asked." in sent.text
    table, states, folder = files_of(team)
    assert sent.files == [table.id, states.id, folder.id]
    names = [file.name for file in (table, states, folder)]
    assert names == ["decisions.csv", "decisions.json", "decisions.zip"]
    said = json.loads((states.content or b"").decode())["decisions"]
    assert [each["title"] for each in said] == ["Drop the widget"]
    assert "Drop the widget" in (table.content or b"").decode()
    assert "raise" not in (table.content or b"").decode()
    names = zipfile.ZipFile(BytesIO(folder.content or b"")).namelist()
    assert names == ["0001-drop-the-widget.md", "README.md"]
    assert not [m for m in priya.person.sees() if m.files]
    alone = await team.seat("priya", "mission")
    await alone.say("decisions export")
    assert "Ask for a raise" in (files_of(team)[3].content or b"").decode()


async def test_slack_takes_no_files(team: SlackStage) -> None:
    erik = team.slack.person("Erik")
    team.slack.next("files.completeUploadExternal", Fault.no("posting_to_channel_denied"))
    await erik.types("/mission decisions export")
    await team.settled()
    assert "Slack did not take the files just now" in erik.reads()
    assert erik.problems == []
