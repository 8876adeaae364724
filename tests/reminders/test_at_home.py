"""The person's own page shows what comes next."""

from bot.cards import Card
from bot.home import Visitor
from bot.plain_text import plain_text
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage, direct
from tests.reminders.conftest import set_up


async def page(stage: DirectStage, who: str) -> str:
    person = PEOPLE[who]
    visitor = Visitor(workspace=WORKSPACE, person=person, conversation=direct(person))
    parts = [element for section in stage.core.home for element in await section(visitor)]
    return plain_text(Card(summary="Home", elements=tuple(parts)))


async def test_the_next_three_that_the_person_set_up(stage: DirectStage, priya: DirectSeat) -> None:
    for day in (4, 1, 3, 2):
        await set_up(priya, f"{day} December 9:00 to do thing {day}")
    paused = await set_up(priya, "tomorrow 9:00 to rest")
    await priya.press("reminders.pause", paused.id)
    shown = await page(stage, "priya")
    assert (
        "Your reminders\n"
        "• Tue 1 Dec 09:00 (UTC): “do thing 1”\n"
        "• Wed 2 Dec 09:00 (UTC): “do thing 2”\n"
        "• Thu 3 Dec 09:00 (UTC): “do thing 3”\n"
        "[All reminders] [New reminder]"
    ) in shown
    assert "do thing" not in await page(stage, "erik")
    assert "None yet." in await page(stage, "erik")
