"""The guides, on every way in: a screen each, ending in the next step."""

import pytest

from tests.stage import Seat

TOPICS = ("mission", "vision", "strategy", "stakeholders", "alignment")


@pytest.mark.parametrize("topic", TOPICS)
async def test_each_is_one_screen_with_its_next_step(dana: Seat, topic: str) -> None:
    said = await dana.say(f"/mission guide {topic}")
    assert "An example" in said
    assert len(said) < 2000


async def test_from_the_list_to_a_guide_to_the_form(dana: Seat) -> None:
    listed = await dana.say("/mission guide")
    assert "Five guides, a screen each" in listed
    assert "A vision is the world" in await dana.click("Vision statements")
    assert "Revolutionise personal healthcare" in str(await _form(dana, "Reword the vision"))


async def test_one_leads_to_the_next(dana: Seat) -> None:
    await dana.say("/mission guide mission statement")
    assert "A strategy is the few choices" in await _next_twice(dana)


async def test_another_topic_is_told_what_there_is(dana: Seat) -> None:
    assert "There is no guide on “cooking”." in await dana.say("/mission guide cooking")


async def _form(seat: Seat, button: str) -> object:
    await seat.click(button)
    return await seat.form()


async def _next_twice(seat: Seat) -> str:
    await seat.click("Next: Vision statements")
    return await seat.click("Next: Strategy development")
