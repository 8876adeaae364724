"""A reminder set by its fields."""

import pytest

from tests.direct_stage import PEOPLE, DirectSeat, DirectStage, channel, direct
from tests.reminders.conftest import newest, set_up

FRIDAY = {"date": "2026-11-27", "time": "16:30", "repeat": "weekly"}


async def filled(seat: DirectSeat, **fields: object) -> str:
    await seat.say("/mission remind")
    return await seat.fill({**FRIDAY, **fields})  # type: ignore[dict-item]


async def test_without_words_there_is_the_form_with_tomorrow_in_it(priya: DirectSeat) -> None:
    priya.zone = "Asia/Tokyo"
    assert "In Tokyo." in await priya.say("/mission remind")
    shown = await priya.form()
    assert (shown["date"], shown["time"], shown["repeat"]) == ("2026-11-24", "09:00", "once")
    assert (shown["to"], shown["content"]) == ("here", "text")


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ({"text": "review"}, "Every Friday at 16:30 (UTC), here in #product: review"),
        ({"text": "review", "to": "me"}, "Every Friday at 16:30 (UTC), to you, privately: review"),
        (
            {"text": "review", "to": "people", "people": ("erik", "noa")},
            "Every Friday at 16:30 (UTC), to Erik Ek and Noa Novak, privately: review",
        ),
        (
            {"text": "review", "to": "everybody"},
            "Every Friday at 16:30 (UTC), to everybody in #product, each privately: review",
        ),
        ({"content": "charter"}, "here in #product: the charter"),
        ({"content": "line", "line": "P2"}, "here in #product: line P2 of the charter"),
        (
            {"text": "review", "until": "2026-12-04"},
            "Every Friday at 16:30 (UTC), until 4 December 2026",
        ),
        ({"text": "review", "until": "2026-12-04"}, "Next: Fri 27 Nov, Fri 4 Dec."),
        ({"text": "review", "repeat": "once"}, "On Friday 27 November 2026 at 16:30 (UTC)"),
        ({"text": "one\ntwo"}, "one\ntwo"),
    ],
)
async def test_what_is_filled_in_is_read_back(
    priya: DirectSeat, fields: dict[str, object], read: str
) -> None:
    answer = await filled(priya, **fields)
    assert "Is this right?" in answer
    assert read in answer


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": ""}, "Write what I shall remind of"),
        ({"text": "x" * 3001}, "3,001 characters"),
        ({"text": "review", "date": ""}, "Pick a day"),
        ({"text": "review", "time": ""}, "Say at what time"),
        ({"text": "review", "to": "people", "people": ()}, "Pick whom to remind"),
        ({"content": "line", "line": ""}, "Pick the line"),
        ({"content": "gossip"}, "Pick what it is about"),
        ({"text": "review", "repeat": "once", "until": "2026-12-04"}, "needs no end"),
        ({"text": "review", "until": "2026-11-26"}, "before the first day"),
        ({"text": "review", "repeat": "once", "date": "2026-11-20"}, "no date from now on"),
    ],
)
async def test_what_is_wrong_is_said_and_the_form_stays(
    stage: DirectStage, priya: DirectSeat, fields: dict[str, object], told: str
) -> None:
    assert told in await filled(priya, **fields)
    assert priya.opened
    assert not stage.storage.data.reminders  # type: ignore[union-attr]


async def test_alone_with_the_bot_there_is_no_here(stage: DirectStage) -> None:
    alone = await stage.seat("priya", "mission")
    form = await alone.say("/mission remind")
    assert "Me, privately / People I pick, each privately" in form
    assert "Everybody here" not in form
    assert "to you, privately: review" in await alone.fill({**FRIDAY, "text": "review"})
    assert newest(stage).conversation == direct(PEOPLE["priya"])


async def test_without_a_charter_no_line_is_offered() -> None:
    seat = await DirectStage().seat("noa")
    assert "One line of the charter" not in await seat.say("/mission remind")
    assert "here in #product: review" in await seat.fill({**FRIDAY, "text": "review"})


async def test_an_owner_who_edits_keeps_whose_it_is_and_where(
    stage: DirectStage, priya: DirectSeat, dana: DirectSeat
) -> None:
    reminder = await set_up(priya, "every Friday 16:30 to review")
    elsewhere = DirectSeat(stage=stage, person=PEOPLE["dana"], conversation=channel("leadership"))
    await elsewhere.press("reminders.edit", reminder.id)
    assert "Changed" in await elsewhere.fill({"text": "review together"})
    after = newest(stage)
    assert (after.by, after.conversation.id) == (PEOPLE["priya"], "product")
    assert "review together" in await priya.say("/mission reminders")
