"""What likeness of words can say, and what it cannot."""

from bot.check.findings_by_reader import (
    MOST_PAIRS,
    by_reader,
    nearness,
    pairs,
    pairs_between_levels,
    unserved,
    unsupported,
)
from tests.check.samples import facts, line, refs
from tests.fakes import WordReader

M1 = line("M1", "Bring walkers home safely from the mountains.")
P1 = line("P1", "Warn walkers in the mountains of storms.")
STRAY = line("P2", "Open a film studio.")


async def test_a_pillar_that_nothing_ties_to_anything() -> None:
    looked_at = facts(M1, P1, STRAY)
    near = await nearness(WordReader(), "W", looked_at)
    assert refs(unsupported(looked_at, near)) == [("P2",)]


async def test_a_mission_that_nothing_serves() -> None:
    looked_at = facts(M1, STRAY)
    near = await nearness(WordReader(), "W", looked_at)
    assert refs(unserved(looked_at, near)) == [("M1",)]
    assert refs(unserved(facts(M1, P1, STRAY), {**near, ("M1", "P1"): 0.5})) == []


async def test_pairs_are_listed_and_never_called_a_contradiction_for_sure() -> None:
    keep = line("P1", "Keep the free plan for schools.")
    drop = line("N1", "No free plan for schools.")
    looked_at = facts(M1, keep, drop)
    found = pairs(looked_at, await nearness(WordReader(), "W", looked_at))
    assert refs(found) == [("P1", "N1")]
    assert [(f.basis, f.severity) for f in found] == [("reader", "low")]


async def test_lines_that_must_be_near_each_other_are_no_pairs() -> None:
    looked_at = facts(M1, P1, line("K1", "Warn nine of ten walkers of storms in the mountains."))
    assert pairs(looked_at, await nearness(WordReader(), "W", looked_at)) == []


async def test_between_levels_one_line_is_ours() -> None:
    above = (
        line("Group:R1", "City services cost nothing."),
        line("Group:R2", "Services cost all."),
    )
    looked_at = facts(M1, line("R1", "Services cost fifteen euros."), *above)
    found = pairs_between_levels(looked_at, await nearness(WordReader(), "W", looked_at))
    assert set(refs(found)) == {("R1", "Group:R1"), ("R1", "Group:R2")}


async def test_a_mission_is_looked_at_beside_the_one_whose_place_it_takes() -> None:
    above = line("Group:M1", "Bring drivers home safely from the mountains.")
    other = line("Group:V1", "Bring walkers home safely from the mountains.")
    looked_at = facts(M1, P1, overridden=(above, other))
    found = pairs_between_levels(looked_at, await nearness(WordReader(), "W", looked_at))
    assert refs(found) == [("M1", "Group:M1")]


async def test_a_phone_screen_of_pairs_is_enough() -> None:
    many = [line(f"P{n}", "Warn walkers of storms.") for n in range(1, 20)]
    looked_at = facts(M1, *many)
    found = by_reader(looked_at, await nearness(WordReader(), "W", looked_at))
    assert len([f for f in found if f.kind == "tension"]) == MOST_PAIRS
