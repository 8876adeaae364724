"""What asking puts on a person's own page."""

from datetime import timedelta

from bot.ask.at_home import SHOWN, AskAtHome
from bot.cards import Card
from bot.events import Conversation
from bot.home import Visitor, below
from bot.plain_text import plain_text
from bot.settings.model import Wishes
from bot.settings.service import SettingsService
from tests.bot.ask.test_asking import CONFLICTS, event, staged
from tests.direct_stage import PEOPLE, WORKSPACE, DirectStage
from tests.fakes import ScriptedJudge


async def page(stage: DirectStage, who: str, zone: str = "") -> str:
    times = SettingsService(work=stage.storage, charters=stage.charters)
    at_home = AskAtHome(ask=stage.ask, charters=stage.charters, times=times, clock=stage.clock)
    visitor = Visitor(
        workspace=WORKSPACE,
        person=PEOPLE[who],
        conversation=Conversation(id=f"with-{who}", private=True, direct=True),
        zone=zone,
    )
    return shown(await below((at_home.recent, at_home.settings), visitor))


def shown(elements: object) -> str:
    return plain_text(Card.model_validate({"summary": "Home", "elements": elements}))


async def test_each_question_stands_there_once_and_the_newest_first() -> None:
    stage = await staged(ScriptedJudge([CONFLICTS] * 9))
    for number, question in enumerate(["sell rings?", "sell hats?", "Sell RINGS"]):
        stage.clock.advance(timedelta(days=1))
        await stage.ask.ask(event(question, f"k{number}"), question)
    text = await page(stage, "dana")
    assert text.index("Sell RINGS") < text.index("sell hats?")
    assert "sell rings?" not in text
    assert "asked by you, yesterday" in text


async def test_a_handful_is_enough() -> None:
    stage = await staged(ScriptedJudge([CONFLICTS] * 9))
    for number in range(9):
        stage.clock.advance(timedelta(minutes=1))
        await stage.ask.ask(event("?", f"k{number}"), f"sell {number} rings?")
    text = await page(stage, "dana")
    assert text.count("[Open]") == SHOWN
    assert "sell 8 rings?" in text


async def test_how_things_are_set() -> None:
    stage = await staged(ScriptedJudge([], name="judge-1"))
    dana, priya = await page(stage, "dana"), await page(stage, "priya")
    assert "Language model: judge-1 judges" in priya
    assert "Your time zone: not known" in priya
    assert "Charter owned by: Dana Diaz" in priya
    assert ("[Change roles]" in dana, "[Change roles]" in priya) == (True, False)


async def test_the_time_zone_is_the_one_that_people_said_themselves() -> None:
    stage = await staged()
    times = SettingsService(work=stage.storage, charters=stage.charters)
    assert "Your time zone: Asia/Tokyo" in await page(stage, "dana", zone="Asia/Tokyo")
    await times.save(WORKSPACE, PEOPLE["dana"], Wishes(zone="America/Lima"))
    assert "Your time zone: America/Lima" in await page(stage, "dana", zone="Asia/Tokyo")
