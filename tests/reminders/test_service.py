"""Setting up, changing, pausing, skipping, deleting; and who may."""

from datetime import timedelta

from bot.events import Command
from bot.reminders.model import MOST
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage, channel, direct
from tests.reminders.conftest import newest, schedule, set_up, stored

WEEKLY = "every Friday 16:30 to review"


async def test_nothing_is_promised_before_it_is_confirmed(
    stage: DirectStage, priya: DirectSeat
) -> None:
    await priya.say(f"/mission remind {WEEKLY}")
    assert newest(stage).state == "draft"
    assert schedule(stage, newest(stage)) is None
    await priya.click("Looks right")
    promised = schedule(stage, newest(stage))
    assert promised
    assert promised.due_at
    assert promised.due_at.isoformat() == "2026-11-27T16:30:00+00:00"
    assert promised.recipients == (channel("product"),)


async def test_confirming_twice_makes_one(stage: DirectStage, priya: DirectSeat) -> None:
    reminder = await set_up(priya, WEEKLY)
    assert "Set up already" in await priya.press("reminders.confirm", reminder.id)
    assert len(stage.storage.data.schedules) == 1  # type: ignore[union-attr]


async def test_the_same_event_again_makes_one_draft(stage: DirectStage, priya: DirectSeat) -> None:
    event = Command(
        key="same",
        workspace=WORKSPACE,
        person=PEOPLE["priya"],
        conversation=channel("product"),
        text=f"remind {WEEKLY}",
    )
    first = await stage.router.dispatch(event)
    assert await stage.router.dispatch(event) == first
    assert len(stage.storage.data.reminders) == 1  # type: ignore[union-attr]


async def test_only_who_asked_confirms_or_discards(
    stage: DirectStage, priya: DirectSeat, erik: DirectSeat, dana: DirectSeat
) -> None:
    await priya.say(f"/mission remind {WEEKLY}")
    draft = newest(stage)
    for seat in (erik, dana):
        assert "Only Priya Patel, who asked for it" in await seat.press(
            "reminders.confirm", draft.id
        )
        await seat.press("reminders.discard", draft.id)
    assert stored(stage, draft)
    await priya.press("reminders.discard", draft.id)
    assert stored(stage, draft) is None


async def test_what_would_never_come_is_refused(stage: DirectStage, priya: DirectSeat) -> None:
    await priya.say(f"/mission remind {WEEKLY}")
    await priya.click("Change")
    answer = await priya.fill({"date": "2026-11-20", "repeat": "once"})
    assert "no date from now on" in answer
    await priya.fill({"date": "2026-11-27", "repeat": "once"})
    stage.clock.advance(timedelta(days=30))
    assert "no date from now on" in await priya.press("reminders.confirm", newest(stage).id)


async def test_there_is_a_most_for_one_person(
    stage: DirectStage, priya: DirectSeat, erik: DirectSeat
) -> None:
    for number in range(MOST):
        await set_up(priya, f"every day 9:00 to do thing {number}")
    assert f"You have {MOST} reminders" in await priya.say(f"/mission remind {WEEKLY}")
    assert "Is this right?" in await erik.say(f"/mission remind {WEEKLY}")


async def test_a_time_without_a_text_asks_for_the_text(
    stage: DirectStage, priya: DirectSeat
) -> None:
    assert "what shall I remind of?" in await priya.say("/mission remind every Friday 16:30")
    assert "Say what I shall remind of" in await priya.press("reminders.confirm", newest(stage).id)
    await priya.press("reminders.edit", newest(stage).id)
    assert "Write what I shall remind of" in await priya.fill({"text": ""})
    assert "here in #product: review" in await priya.fill({"text": "review"})


async def test_changing_what_is_on_is_at_once_and_may_come_on_the_same_day(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "every day 9:30 to plan")
    before = schedule(stage, reminder)
    await priya.click("Change")
    assert "Changed" in await priya.fill({"time": "15:00"})
    after = newest(stage)
    assert schedule(stage, reminder) is None
    now = schedule(stage, after)
    assert before
    assert now
    assert (now.id, now.due_at) != (before.id, before.due_at)
    assert now.rule.start.hour == 15


async def test_days_that_follow_from_no_first_day_keep_theirs(
    stage: DirectStage, priya: DirectSeat
) -> None:
    await set_up(priya, "every Monday and Thursday 9:30 to plan")
    await priya.click("Change")
    shown = await priya.form()
    assert shown["repeat"] == "keep"
    assert "do not follow from a first day" in await priya.fill({"date": "2026-12-02"})
    answer = await priya.fill({"date": shown["date"], "time": "11:00"})
    assert "Every Monday and Thursday at 11:00" in answer


async def test_skipping_by_the_same_click_twice_leaves_out_one(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, WEEKLY)
    first = schedule(stage, reminder)
    assert first
    assert first.due_at
    value = f"{reminder.id}:{first.due_at.isoformat()}"
    assert "Next: Fri 4 Dec" in await priya.press("reminders.skip", value)
    again = await priya.press("reminders.skip", value)
    assert "left out already" in again
    assert "Next: Fri 4 Dec" in again


async def test_pausing_and_resuming_keep_what_was_skipped_and_done(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, WEEKLY)
    await priya.press("reminders.pause", reminder.id)
    assert "Paused" in await priya.press("reminders.pause", reminder.id)
    paused = schedule(stage, reminder)
    assert paused
    assert paused.paused
    assert paused.due_at is None
    assert "Next: Fri 27 Nov" in await priya.press("reminders.resume", reminder.id)
    resumed = schedule(stage, reminder)
    assert resumed
    assert not resumed.paused
    assert resumed.due_at


async def test_deleting_twice_says_the_same(stage: DirectStage, priya: DirectSeat) -> None:
    reminder = await set_up(priya, WEEKLY)
    first = await priya.press("reminders.delete", reminder.id)
    assert "Deleted" in first
    assert await priya.press("reminders.delete", reminder.id) == first
    assert schedule(stage, reminder) is None


async def test_owners_change_what_is_the_channels_and_others_do_not(
    stage: DirectStage, priya: DirectSeat, erik: DirectSeat, dana: DirectSeat
) -> None:
    shared = await set_up(priya, WEEKLY)
    own = await set_up(priya, "me every Friday 16:30 to breathe")
    for action in ("pause", "resume", "edit", "delete"):
        assert "charter's owners can change" in await erik.press(f"reminders.{action}", shared.id)
        assert "is not here any more" in await dana.press(f"reminders.{action}", own.id)
    assert "Paused" in await dana.press("reminders.pause", shared.id)
    assert "[Pause]" not in await erik.press("reminders.show", shared.id)


async def test_what_is_private_is_seen_nowhere_else(stage: DirectStage) -> None:
    secret = channel("board", private=True)
    priya = DirectSeat(stage=stage, person=PEOPLE["priya"], conversation=secret)
    reminder = await set_up(priya, "every Friday 16:30 to sell the company")
    for where in (channel("product"), direct(PEOPLE["dana"])):
        dana = DirectSeat(stage=stage, person=PEOPLE["dana"], conversation=where)
        assert "sell the company" not in await dana.say("/mission reminders")
        assert "is not here any more" in await dana.press("reminders.show", reminder.id)
        assert "is not here any more" in await dana.press("reminders.pause", reminder.id)
    inside = DirectSeat(stage=stage, person=PEOPLE["erik"], conversation=secret)
    assert "sell the company" in await inside.say("/mission reminders")
    elsewhere = DirectSeat(stage=stage, person=PEOPLE["priya"], conversation=channel("product"))
    listed = await elsewhere.say("/mission reminders")
    assert "sell the company" in listed
    assert "here in" not in listed


async def test_the_list_is_always_private_and_has_pages(
    stage: DirectStage, priya: DirectSeat, erik: DirectSeat
) -> None:
    for number in range(7):
        stage.clock.advance(timedelta(seconds=1))
        await set_up(priya, f"every day 9:30 to do thing {number}")
    stage.said.clear()
    first = await priya.say("@Mission reminders")
    assert "1. “do thing 0”" in first
    assert "thing 5" not in first
    assert await erik.reads() == ""
    more = await priya.click("More")
    assert "7. “do thing 6”" in more
    assert "thing 4" not in more
    assert "Paused" in await priya.say("/mission reminders pause 7")
    assert "1. “do thing 0”" in await priya.say("/mission reminders pause 99")


async def test_new_hours_move_the_next_date(stage: DirectStage, priya: DirectSeat) -> None:
    reminder = await set_up(priya, "me every working day 9:30 to plan")
    before = schedule(stage, reminder)
    assert before
    assert before.due_at
    assert before.due_at.date().isoformat() == "2026-11-23"
    await priya.say("/mission settings days off 23 Nov to 25 Nov")
    after = schedule(stage, reminder)
    assert after
    assert after.due_at
    assert after.due_at.date().isoformat() == "2026-11-26"


async def test_ones_own_days_off_stop_nothing_for_others(
    stage: DirectStage, priya: DirectSeat, dana: DirectSeat
) -> None:
    reminder = await set_up(priya, "every working day 9:30 to plan")
    await priya.say("/mission settings days off 23 Nov to 25 Nov")
    await priya.say("/mission settings quiet 9:00-10:00")
    kept = schedule(stage, reminder)
    assert kept
    assert kept.due_at
    assert kept.due_at.date().isoformat() == "2026-11-23"
    assert kept.hours.quiet_from is None
    await dana.say("/mission settings team off 23 Nov to 25 Nov")
    moved = schedule(stage, reminder)
    assert moved
    assert moved.due_at
    assert moved.due_at.date().isoformat() == "2026-11-26"


async def test_where_nobody_can_be_written_to_it_says_so(stage: DirectStage) -> None:
    stage.core.posters.clear()
    priya = await stage.seat("priya", "mission")
    await priya.say(f"/mission remind {WEEKLY}")
    assert "cannot write to anybody unasked" in await priya.click("Looks right")
