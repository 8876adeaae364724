"""A list of ideas becomes one table, on every way in; without a language model people call."""

from tests.stage import Seat

IDEAS = "sell health data to advertisers\nmore accurate sensors\nrepaint the office"


async def test_a_pasted_list_is_called_sorted_and_shared(priya: Seat, erik: Seat) -> None:
    await priya.say("/mission rank")
    table = await priya.fill({"items": IDEAS})
    assert "3 items by how they fit Vitals" in table
    assert "R1" in table
    assert "make the call, and I sort them" in table
    await priya.click("Make the calls")
    sorted_ = await priya.fill({"item0": "conflicts", "item1": "fits"})
    places = [sorted_.index(idea) for idea in ("more accurate", "sell health", "repaint")]
    assert places == sorted(places)
    assert "Fits (Priya Patel)" in sorted_
    await priya.click("Share")
    assert "Shared by Priya Patel" in await erik.reads()


async def test_too_many_keep_the_form_and_what_was_pasted(priya: Seat) -> None:
    await priya.say("/mission rank")
    said = await priya.fill({"items": "\n".join(f"idea {n}" for n in range(51))})
    assert "I rank 50 at a time" in said
    assert "3 items" in await priya.fill({"items": IDEAS})
