"""Whom check-ins go to, what they say, and what happens when nobody is there to answer."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.decisions.model import Decision
from bot.delivery.model import Delivery, Post, Run
from bot.events import Person
from bot.plain_text import plain_text
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage, channel, direct

TOPIC = "decisions.check_in"
DANA, PRIYA, ERIK, NOA = (PEOPLE[name] for name in ("dana", "priya", "erik", "noa"))
DAY = timedelta(days=1)
FIRST, SECOND, THIRD, OWNERS = "2027-02-23", "2027-02-26", "2027-03-01", "2027-03-04"


async def decided(seat: DirectSeat, title: str = "Drop the widget", **words: str) -> Decision:
    await seat.say(f"/mission decide {title}")
    await seat.fill({"check_in": "in 3 months", "serves": "P1", **words})
    return list(seat.stage.storage.data.decisions.values())[-1]  # type: ignore[union-attr]


def run_of(decision: Decision, day: str = FIRST) -> Run:
    return Run(
        id="r",
        schedule_id=f"{TOPIC}/{decision.id}",
        topic=TOPIC,
        subject=decision.id,
        due_at="2027-02-23T10:00:00Z",  # type: ignore[arg-type]
        local_date=day,
    )


def delivery_of(
    decision: Decision, to: Person, day: str = FIRST, state: str = "sending", **changes: object
) -> Delivery:
    values = {
        "id": "x",
        "key": "x",
        "topic": TOPIC,
        "subject": decision.id,
        "to": direct(to),
        "state": state,
        "run": run_of(decision, day),
        "not_before": "2027-02-23T10:00:00Z",
        "due_at": "2027-02-23T10:00:00Z",
    }
    return Delivery.model_validate(values | changes)


async def goes_to(stage: DirectStage, decision: Decision, day: str = FIRST) -> list[str]:
    found = await stage.core.rooms.topics[TOPIC].recipients(WORKSPACE, run_of(decision, day))
    return [each.to.id for each in found]


async def says(stage: DirectStage, delivery: Delivery) -> str | None:
    card = await stage.core.rooms.topics[TOPIC].card(WORKSPACE, delivery)
    return plain_text(card) if card else None


async def fails(stage: DirectStage, delivery: Delivery) -> Sequence[Post]:
    """What is promised to others, as it cannot be brought."""
    await stage.core.rooms.topics[TOPIC].failed(WORKSPACE, delivery)
    return list(stage.storage.data.posts.values())  # type: ignore[union-attr]


async def test_who_decided_is_asked_then_the_owners(
    stage: DirectStage, priya: DirectSeat, erik: DirectSeat
) -> None:
    decision = await decided(priya, deciders="priya,erik")
    for day in (FIRST, SECOND, THIRD):
        assert await goes_to(stage, decision, day) == ["priya", "erik"]
    assert await goes_to(stage, decision, OWNERS) == ["dana"]
    await erik.press("decisions.hand_over", decision.id)
    await erik.fill({"to": "noa"})
    assert await goes_to(stage, decision) == ["noa"]


async def test_the_question_its_nudge_and_what_owners_get(
    stage: DirectStage, priya: DirectSeat
) -> None:
    decision = await decided(priya, expected="Two weeks saved.")
    stage.clock.advance(92 * DAY)
    assert await says(stage, delivery_of(decision, PRIYA)) == (
        "3 months ago you decided Drop the widget, expecting “Two weeks saved”. "
        "How did it go?\n"
        "[As expected] [Better] [Worse] [Too early] [We reversed it]\n"
        "[See it] [Hand over]"
    )
    assert "How did it go? Nobody has said yet." in str(
        await says(stage, delivery_of(decision, PRIYA, SECOND))
    )
    said = str(await says(stage, delivery_of(decision, DANA, OWNERS)))
    assert "Nobody has said yet how these went" in said
    assert "D1 Drop the widget · Priya Patel, asked since 23 Feb 2027" in said
    assert "[Answer D1]" in said


async def test_each_of_several_days_is_asked_about_once(
    stage: DirectStage, priya: DirectSeat
) -> None:
    decision = await decided(priya, check_in="in 3 months, in 6 months")
    second = "2027-05-24"  # the 23rd is a Sunday
    later = run_of(decision, second).model_copy(update={"schedule_id": f"{TOPIC}/{decision.id}/1"})

    async def asked(run: Run) -> str | None:
        return await says(stage, delivery_of(decision, PRIYA, run=run))

    first = str(await asked(run_of(decision)))
    assert "After this I ask again on 23 May 2027." in first
    # Nobody answered: the second day asks, and the first one's nudges end.
    assert "Nobody has said yet" not in str(await asked(later))
    assert await asked(run_of(decision, second)) is None
    assert await goes_to(stage, decision, second) == []
    await priya.press("decisions.answer", f"better:{decision.id}")
    await priya.fill({"why": "Two weeks saved."})
    assert await asked(run_of(decision)) is None
    said = str(await asked(run_of(decision, second)))
    assert "you decided Drop the widget. How does it stand now?" in said
    assert "23 Nov 2026 · Priya Patel: better. Two weeks saved." in said


async def test_where_several_decided_each_is_named(stage: DirectStage, priya: DirectSeat) -> None:
    decision = await decided(priya, deciders="priya,erik")
    said = str(await says(stage, delivery_of(decision, PRIYA)))
    assert "Priya Patel, Erik Ek decided Drop the widget" in said


async def test_once_it_is_answered_nothing_more_is_said(
    stage: DirectStage, priya: DirectSeat
) -> None:
    decision = await decided(priya)
    await priya.press("decisions.answer", f"better:{decision.id}")
    await priya.fill({"why": "Two weeks saved."})
    assert await goes_to(stage, decision) == []
    assert await says(stage, delivery_of(decision, PRIYA)) is None
    assert await fails(stage, delivery_of(decision, PRIYA, state="dead")) == []


async def test_lines_that_changed_stand_side_by_side(
    stage: DirectStage, priya: DirectSeat, dana: DirectSeat
) -> None:
    decision = await decided(priya, serves="P1,P2", violates="P3")
    assert "The charter has changed" not in str(await says(stage, delivery_of(decision, PRIYA)))
    await dana.say("/mission edit")
    pillars = (await dana.form())["pillar"].splitlines()
    now = ["P1: Care providers first.", next(p for p in pillars if p.startswith("P2"))]
    await dana.fill({"pillar": "\n".join(now)})
    for said in (
        str(await says(stage, delivery_of(decision, PRIYA))),
        await priya.press("decisions.answer", f"better:{decision.id}"),
    ):
        assert "The charter has changed since. Does it still fit?" in said
        assert "Care providers first." in said
        assert decision.lines[0].quote in said
        assert "(taken out)" in said
        assert decision.lines[2].quote in said
        assert decision.lines[1].quote not in said


async def test_several_that_are_late_come_as_one_list(
    stage: DirectStage, priya: DirectSeat
) -> None:
    late = [await decided(priya, f"Number {n}") for n in range(3)]
    await priya.press("decisions.withdraw", late[0].id)
    await priya.fill({"why": "Moot."})
    deliveries = [delivery_of(each, PRIYA) for each in late]
    card = await stage.core.rooms.topics[TOPIC].missed(WORKSPACE, deliveries)
    assert card
    said = plain_text(card)
    assert "Number 1" in said
    assert "Number 2" in said
    assert "Number 0" not in said
    assert await stage.core.rooms.topics[TOPIC].missed(WORKSPACE, deliveries[:1]) is None


async def test_where_who_decided_is_gone_the_owners_are_asked_once(
    stage: DirectStage, priya: DirectSeat
) -> None:
    decision = await decided(priya)
    (post,) = await fails(stage, delivery_of(decision, PRIYA, state="dead"))
    assert post.to == direct(DANA)
    assert len(await fails(stage, delivery_of(decision, PRIYA, SECOND, state="dead"))) == 1
    said = str(await says(stage, delivery_of(decision, DANA, run=None)))
    assert "[Answer D1]" in said


async def test_an_owner_who_is_gone_asks_nobody_again(
    stage: DirectStage, priya: DirectSeat, dana: DirectSeat
) -> None:
    decision = await decided(priya)
    assert await fails(stage, delivery_of(decision, DANA, OWNERS, state="dead")) == []
    own = await decided(dana)
    assert await fails(stage, delivery_of(own, DANA, state="dead")) == []


async def test_what_nobody_can_tell_asks_nobody_else(stage: DirectStage, priya: DirectSeat) -> None:
    decision = await decided(priya)
    assert await fails(stage, delivery_of(decision, PRIYA, state="uncertain")) == []


# What was decided in private


@pytest.fixture
def leads(stage: DirectStage) -> DirectSeat:
    return DirectSeat(stage=stage, person=PRIYA, conversation=channel("leads", private=True))


async def test_owners_who_do_not_know_it_are_never_asked(
    stage: DirectStage, leads: DirectSeat
) -> None:
    decision = await decided(leads, "Sell the company", deciders="erik")
    assert await goes_to(stage, decision) == ["erik"]
    assert await goes_to(stage, decision, OWNERS) == ["priya"]
    posts = await fails(stage, delivery_of(decision, ERIK, state="dead"))
    assert [post.to.id for post in posts] == ["priya"]


async def test_what_is_on_its_way_to_who_does_not_know_it_says_nothing(
    stage: DirectStage, leads: DirectSeat
) -> None:
    decision = await decided(leads, "Sell the company")
    for stranger in (DANA, NOA):
        for day in (FIRST, OWNERS):
            assert await says(stage, delivery_of(decision, stranger, day)) is None
        missed = [delivery_of(decision, stranger)]
        assert await stage.core.rooms.topics[TOPIC].missed(WORKSPACE, missed) is None
    assert "Sell the company" in str(await says(stage, delivery_of(decision, PRIYA)))


async def test_an_owner_who_knows_it_is_asked(stage: DirectStage, leads: DirectSeat) -> None:
    decision = await decided(leads, "Sell the company", deciders="erik,dana")
    assert await goes_to(stage, decision, OWNERS) == ["priya", "dana"]
