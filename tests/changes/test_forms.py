"""What is wrong with a form of words is said beside its field."""

from tests.direct_stage import DirectStage


async def test_a_kind_that_there_is_not_is_chosen_anew() -> None:
    stage = DirectStage()
    await stage.load_sample()
    priya = await stage.seat("priya")
    await priya.say("/mission propose Nothing is sold to insurers")
    said = await priya.fill({"kind_1": "slogan"})
    assert "Choose what it is." in said
    assert "Proposal 1" in await priya.fill({"kind_1": "principle"})
