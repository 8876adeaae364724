"""What was decided in private never shows to anybody else, whichever way they read."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.files.decisions import to_adrs, to_csv, to_zip
from bot.cards import Card, Form
from bot.decisions.model import Decision
from bot.decisions.service import sight_of
from bot.delivery.model import Delivery, Run
from bot.events import ButtonClick, Conversation
from bot.home import Visitor, below
from bot.plain_text import plain_text
from tests.direct_stage import (
    PEOPLE,
    WORKSPACE,
    DirectSeat,
    DirectStage,
    channel,
    direct,
    direct_stage,
)

CANARY = "quetzalcoatlus"
LEADS = channel("leads", private=True)
OTHER = channel("board", private=True)


@pytest.fixture
async def stage() -> DirectStage:
    """Priya and Erik decided two things in #leads: one is open, one is over."""
    stage = DirectStage()
    await stage.load_sample()
    priya = DirectSeat(stage=stage, person=PEOPLE["priya"], conversation=LEADS)
    for title in (f"Buy the {CANARY}", f"Sell the {CANARY}"):
        await priya.say(f"/mission decide {title}")
        await priya.fill(
            {
                "reason": f"{CANARY}s are rare.",
                "expected": f"A {CANARY} in every home.",
                "rejected": f"No {CANARY}.",
                "check_in": "in 3 months",
                "serves": "P1",
                "deciders": "priya,erik",
            }
        )
    secret = decisions(stage)[1]
    await priya.press("decisions.answer", f"better:{secret.id}")
    await priya.fill({"why": f"The {CANARY} sells.", "still_fits": "yes"})
    await priya.press("decisions.change", decisions(stage)[0].id)
    await priya.fill({"why": f"Of the {CANARY}.", "title": f"Buy one {CANARY}"})
    return stage


def decisions(stage: DirectStage) -> list[Decision]:
    return list(stage.storage.data.decisions.values())  # type: ignore[union-attr]


def strangers(stage: DirectStage) -> list[DirectSeat]:
    """Everybody who may not see it where they sit: Dana owns the charter, Priya decided it."""
    places: list[tuple[str, Conversation]] = [
        ("dana", channel("product")),
        ("dana", direct(PEOPLE["dana"])),
        ("noa", channel("product")),
        ("noa", OTHER),
        ("noa", direct(PEOPLE["noa"])),
        ("priya", channel("product")),
        ("priya", OTHER),
    ]
    return [
        DirectSeat(stage=stage, person=PEOPLE[who], conversation=where) for who, where in places
    ]


def shown(form: Form) -> str:
    return form.model_dump_json()


async def everything_said(seat: DirectSeat) -> AsyncIterator[tuple[str, str]]:
    """Whatever one can type or press, and all that comes of it, forms included."""
    words = ["", "open", "due", "mine", "ended", "closed", "report", "report monthly", "export"]
    words += ["P1", "D1", "D2", "2"]
    words += [CANARY, CANARY.upper(), CANARY[:5], "%", "in every home"]
    for each in words:
        yield f"decisions {each}", await seat.say(f"/mission decisions {each}".strip())
    for offset in (0, 1, 8):
        yield "page", await seat.press("decisions.page", f"{offset}:{CANARY}")
        yield "page", await seat.press("decisions.page", f"{offset}:")
    for secret in decisions(seat.stage):
        for action in ("show", "history", "share", "change", "answer", "hand_over", "supersede"):
            seat.opened = None
            yield action, await seat.press(f"decisions.{action}", secret.id)
            if seat.opened:
                yield f"form of {action}", shown(seat.opened)
        yield "replaces", await seat.press("decisions.replaces", f"{secret.id}:{secret.id}")
        yield "answer", await seat.press("decisions.answer", f"better:{secret.id}")


async def test_whoever_may_not_know_it_never_reads_it(stage: DirectStage) -> None:
    for seat in strangers(stage):
        async for what, said in everything_said(seat):
            said = said.casefold().replace(f"decisions · {CANARY}", "")  # what was searched for
            assert CANARY not in said, (seat.person.name, seat.conversation.id, what)


async def test_whoever_may_know_it_does(stage: DirectStage) -> None:
    """Or the test above could not fail."""
    for who, where in (
        ("noa", LEADS),
        ("priya", direct(PEOPLE["priya"])),
        ("erik", direct(PEOPLE["erik"])),
    ):
        seat = DirectSeat(stage=stage, person=PEOPLE[who], conversation=where)
        said = [what async for what, text in everything_said(seat) if CANARY in text.casefold()]
        assert {"decisions open", "decisions D2", "decisions P1", "history", "show"} <= set(said)


async def test_one_like_it_that_is_recorded_elsewhere_does_not_point_to_it(
    stage: DirectStage,
) -> None:
    for seat in strangers(stage):
        await seat.say("/mission decide buy one animal")
        said = await seat.fill({"violates": "P1", "choice": "Buy one."})
        assert "Recorded, in these words:" in said
        assert CANARY not in said
        assert "D1" not in said
        # Nor does an answer show it as a precedent.
        assert CANARY not in await seat.say("/mission ask should we buy one animal?")


async def test_nobody_reads_in_the_number_of_all_that_there_is_more(stage: DirectStage) -> None:
    noa = DirectSeat(stage=stage, person=PEOPLE["noa"], conversation=channel("product"))
    await noa.say("/mission decide build a shed")
    await noa.fill({})
    assert "1 to 1 of 1" in await noa.say("/mission decisions")
    assert "Vitals: 1 decision, 1 of them open" in await noa.say("/mission decisions report")


async def test_no_file_holds_it_that_somebody_else_gets(stage: DirectStage) -> None:
    for seat in strangers(stage):
        event = ButtonClick(
            key="x",
            workspace=WORKSPACE,
            person=seat.person,
            conversation=seat.conversation,
            action="decisions.show",
        )
        found = await stage.core.rooms.deciding.exchange.decisions(WORKSPACE, sight_of(event))
        assert found == []
        rows = list(csv.reader(io.StringIO(to_csv(found))))
        assert len(rows) == 1
        assert CANARY.encode() not in to_zip(to_adrs(found))


async def test_no_file_names_a_private_one_that_took_a_places(stage: DirectStage) -> None:
    old, secret = decisions(stage)
    public = old.model_copy(
        update={"private_to": None, "superseded_by": secret.id, "state": "superseded", "title": "A"}
    )
    files = to_adrs([public])
    assert secret.id not in "".join(files.values())
    assert secret.id not in to_csv([public])


async def test_no_check_in_brings_it_to_others(stage: DirectStage) -> None:
    topic = stage.core.rooms.topics["decisions.check_in"]
    secret = decisions(stage)[0]
    for day in ("2027-02-23", "2027-02-26", "2027-03-01", "2027-03-04", "2027-06-01"):
        run = Run.model_validate(
            {
                "id": "r",
                "schedule_id": f"decisions.check_in/{secret.id}",
                "topic": "decisions.check_in",
                "subject": secret.id,
                "due_at": f"{day}T10:00:00Z",
                "local_date": day,
            }
        )
        goes_to = {each.to.id for each in await topic.recipients(WORKSPACE, run)}
        assert goes_to
        assert goes_to <= {"priya", "erik"}
        for who in ("dana", "noa"):
            delivery = Delivery.model_validate(
                {
                    "id": "d",
                    "key": "d",
                    "topic": "decisions.check_in",
                    "subject": secret.id,
                    "to": direct(PEOPLE[who]),
                    "state": "dead",
                    "run": run,
                    "not_before": run.due_at,
                    "due_at": run.due_at,
                }
            )
            assert await topic.card(WORKSPACE, delivery) is None
            assert await topic.missed(WORKSPACE, [delivery]) is None
        asked = delivery.model_copy(update={"to": direct(PEOPLE["erik"])})
        card = await topic.card(WORKSPACE, asked)
        assert card
        assert CANARY in plain_text(card)
        await topic.failed(WORKSPACE, asked)
    posts = stage.storage.data.posts.values()  # type: ignore[union-attr]
    assert {post.to.id for post in posts} <= {"priya"}


async def test_no_page_of_ones_own_holds_it(stage: DirectStage) -> None:
    stage.clock.advance(timedelta(days=100))
    for who, sees in (("dana", False), ("noa", False), ("priya", True), ("erik", True)):
        visitor = Visitor(workspace=WORKSPACE, person=PEOPLE[who], conversation=direct(PEOPLE[who]))
        page = Card(summary="-", elements=tuple(await below(stage.core.home, visitor)))
        assert (CANARY in plain_text(page)) == sees, who


async def test_no_report_that_comes_unasked_counts_it(stage: DirectStage) -> None:
    topic = stage.core.rooms.topics["decisions.report"]
    for place, sees in ((channel("product"), False), (OTHER, False), (LEADS, True)):
        delivery = Delivery.model_validate(
            {
                "id": "d",
                "key": "d",
                "topic": "decisions.report",
                "subject": place.id,
                "to": place,
                "state": "sending",
                "not_before": "2027-02-01T10:00:00Z",
                "due_at": "2027-02-01T10:00:00Z",
            }
        )
        card = await topic.card(WORKSPACE, delivery)
        assert card
        assert ("2 decisions" in plain_text(card)) == sees, place.id


async def test_months_go_by_and_nobody_answers() -> None:
    async with direct_stage() as stage:
        leads = DirectSeat(stage=stage, person=PEOPLE["priya"], conversation=LEADS)
        await leads.say(f"/mission decide Buy the {CANARY}")
        await leads.fill({"check_in": "in 3 months", "deciders": "erik"})
        stage.gone.add("erik")
        await stage.pass_time(timedelta(days=110))
        seen = {where for where, _, card in stage.said if CANARY in plain_text(card)}
        assert seen == {"leads", "priya"}
