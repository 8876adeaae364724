"""What the Home tab shows of decisions."""

from datetime import timedelta

from bot.cards import Card
from bot.home import Visitor
from bot.plain_text import plain_text
from tests.direct_stage import PEOPLE, WORKSPACE, direct, direct_stage

DAY = timedelta(days=1)


async def test_check_ins_of_the_visitor_first_then_the_newest_for_everybody() -> None:
    async with direct_stage() as stage:

        async def home(who: str) -> str:
            person = PEOPLE[who]
            visitor = Visitor(workspace=WORKSPACE, person=person, conversation=direct(person))
            section = stage.core.rooms.deciding.home
            return plain_text(Card(summary="home", elements=tuple(await section(visitor))))

        assert "Decisions\nNone yet." in await home("priya")
        priya, alone = await stage.seat("priya"), await stage.seat("priya", "mission")
        for seat, title in ((priya, "Drop the widget"), (alone, "Ask for a raise")):
            await seat.say(f"/mission decide {title}")
            await seat.fill({"choice": "We do.", "check_in": "in 3 weeks"})
        assert "How did" not in await home("priya")
        stage.clock.advance(30 * DAY)
        mine, eriks = await home("priya"), await home("erik")
        assert "How did D1 go? Drop the widget\n[Answer] [See it]" in mine
        assert "How did D2 go? Ask for a raise" in mine
        assert "How did" not in eriks
        assert "D1 Drop the widget\nPriya Patel, due" in eriks
        assert "raise" not in eriks
