"""The report names what was unclear again and again, of what others saw."""

from datetime import timedelta

from bot.ask.model import Judgement
from tests.direct_stage import DirectStage
from tests.fakes import ScriptedJudge

SILENT = Judgement(kind="unclear", why_unclear="silent", model="judge-1")


async def test_three_times_unclear_in_a_quarter_is_reported() -> None:
    # The same words under one version are judged once; the others take that over.
    stage = DirectStage(judge=ScriptedJudge([SILENT] * 2))
    await stage.load_sample()
    priya, erik = await stage.seat("priya"), await stage.seat("erik")
    await priya.say("/mission decide drop the widget")
    await priya.fill({"choice": "We stop building it."})
    for seat in (priya, erik):
        await seat.say("@Mission should we repaint the office?")
    # A command is between the asker and the bot.
    await erik.say("/mission ask should we repaint the office?")
    assert "Asked again" not in await erik.say("/mission decisions report")
    await erik.say("@Mission should we repaint the office?")
    report = await erik.say("/mission decisions report")
    assert "Asked again and again, and unclear each time" in report
    assert "“should we repaint the office?”, 3 times" in report
    alone = await stage.seat("noa", "mission")
    assert "3 times" in await alone.say("/mission decisions report")
    stage.clock.advance(timedelta(days=91))
    assert "Asked again" not in await erik.say("/mission decisions report")


async def test_what_was_asked_in_a_private_conversation_is_not_reported_elsewhere() -> None:
    stage = DirectStage(judge=ScriptedJudge([SILENT] * 9))
    await stage.load_sample()
    priya, alone = await stage.seat("priya"), await stage.seat("priya", "mission")
    await priya.say("/mission decide drop the widget")
    await priya.fill({"choice": "We stop building it."})
    for _ in range(4):
        await alone.say("should we repaint the office?")
    assert "Asked again" not in await priya.say("/mission decisions report")
