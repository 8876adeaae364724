"""What the guides hold: buttons that lead somewhere, one screen, the sample's own words."""

import pytest

from adapters.core import read_sample
from bot.cards import Actions, Button
from bot.guide.content import GUIDES
from bot.guide.model import Guide, named
from bot.guide.views import guide_card
from bot.plain_text import plain_text
from tests.direct_stage import DirectSeat, DirectStage


def first_button(seat: DirectSeat) -> Button:
    """Of the last answer."""
    return next(
        each
        for card in seat.last
        for element in card.elements
        if isinstance(element, Actions)
        for each in element.buttons
        if isinstance(each, Button)
    )


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.topic)
def test_it_fits_one_screen(guide: Guide) -> None:
    text = plain_text(guide_card(guide, Button(label="Go", action="ask.form"), None))
    assert len(text) < 1800
    assert "!" not in text


@pytest.mark.parametrize("guide", GUIDES[:2], ids=lambda guide: guide.topic)
def test_its_example_is_the_sample_charters(guide: Guide) -> None:
    _, drafts = read_sample()
    (line,) = [draft.text for draft in drafts if draft.kind == guide.topic]
    assert f"> {line}\n" in guide.text


def test_titles_and_other_words_find_it() -> None:
    for guide in GUIDES:
        for words in (guide.topic, guide.title, *guide.also):
            assert named(GUIDES, f" {words.upper()} ") == guide


async def test_every_next_step_is_answered() -> None:
    stage = DirectStage()
    await stage.load_sample()
    dana = await stage.seat("dana")
    for guide in GUIDES:
        await dana.say(f"/mission guide {guide.topic}")
        step = first_button(dana)
        assert "older version of me" not in await dana.click(step.label)


async def test_without_a_charter_every_guide_leads_to_writing_one() -> None:
    dana = await DirectStage().seat("dana")
    for guide in GUIDES:
        await dana.say(f"/mission guide {guide.topic}")
        assert first_button(dana).action == "charter.write"
