"""What reminders say when they fall due, and what happens when nobody is there to hear it."""

from collections.abc import Sequence
from datetime import timedelta

from bot.delivery.model import Delivery, Post
from bot.events import Lifecycle, Person
from bot.plain_text import plain_text
from bot.reminders.model import Reminder
from tests.direct_stage import PEOPLE, WORKSPACE, DirectSeat, DirectStage, channel, direct
from tests.reminders.conftest import AT, delivery_of, newest, run_of, set_up, stored

TOPIC = "reminders.reminder"
NOTICE = "reminders.notice"
HERE = channel("product")
DANA, PRIYA, ERIK, NOA = (PEOPLE[name] for name in ("dana", "priya", "erik", "noa"))


async def says(stage: DirectStage, delivery: Delivery, topic: str = TOPIC) -> str | None:
    card = await stage.core.rooms.topics[topic].card(WORKSPACE, delivery)
    return plain_text(card) if card else None


async def come(stage: DirectStage, reminder: Reminder, to: Person | None = None) -> str | None:
    where = direct(to) if to else HERE
    return await says(stage, delivery_of(reminder.id, where, run=run_of(reminder)))


def posts(stage: DirectStage) -> Sequence[Post]:
    return list(stage.storage.data.posts.values())  # type: ignore[union-attr]


async def test_own_words_come_with_who_set_it_up_and_what_is_next(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "every Friday 16:30 to review")
    assert await come(stage, reminder) == (
        "Reminder: review\n"
        "Set up by Priya Patel · every Friday at 16:30 (UTC) · Next: Fri 27 Nov 16:30\n"
        "[Manage]"
    )


async def test_long_words_come_whole(stage: DirectStage, priya: DirectSeat) -> None:
    await set_up(priya, "every Friday 16:30 to review")
    await priya.click("Change")
    await priya.fill({"text": "first\nsecond " + "x" * 2900})
    said = await come(stage, newest(stage))
    assert said
    assert said.startswith("Reminder\nfirst\nsecond xxx")
    assert "x" * 2900 in said


async def test_a_line_that_was_taken_out_is_said_to_be_gone(
    stage: DirectStage, dana: DirectSeat
) -> None:
    reminder = await set_up(dana, "every Friday 16:30 P3")
    assert "P3 “Turn every reading into advice" in str(await come(stage, reminder))
    await dana.say("/mission edit")
    pillars = (await dana.form())["pillar"].splitlines()
    await dana.fill({"pillar": "\n".join(line for line in pillars if not line.startswith("P3"))})
    assert "The charter has no line P3 any more" in str(await come(stage, reminder))


async def test_the_charter_comes_as_it_stands_on_one_screen(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "every Friday 16:30 the charter")
    said = str(await come(stage, reminder))
    assert "M1 “Empower individuals" in said
    assert "Vitals v1" in said
    assert "more lines: /mission" in said


async def test_one_that_is_paused_or_deleted_says_nothing(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "every Friday 16:30 to review")
    await priya.press("reminders.pause", reminder.id)
    assert await come(stage, reminder) is None
    # What was put off before comes all the same.
    assert "put off before" in str(await says(stage, delivery_of(reminder.id, direct(PRIYA))))
    await priya.press("reminders.delete", reminder.id)
    assert await come(stage, reminder) is None
    assert await says(stage, delivery_of(reminder.id, direct(PRIYA))) is None


async def test_what_comes_once_is_over_then_and_counts_no_more(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "tomorrow 9:00 to call Ana")
    key = (WORKSPACE, reminder.schedule_id)
    schedules = stage.storage.data.schedules  # type: ignore[union-attr]
    schedules[key] = schedules[key].model_copy(update={"due_at": None, "done": 1})
    assert "Next" not in str(await come(stage, reminder))
    after = stored(stage, reminder)
    assert after
    assert after.state == "over"
    assert "No reminders here yet" in await priya.say("/mission reminders")
    # Asked again after a crash, it says the same.
    assert "Reminder: call Ana" in str(await come(stage, reminder))


async def test_what_was_missed_meanwhile_is_named(stage: DirectStage, priya: DirectSeat) -> None:
    reminder = await set_up(priya, "every day 16:30 to review")
    late = run_of(reminder, skipped=(AT - timedelta(days=1),))
    said = await says(stage, delivery_of(reminder.id, HERE, run=late))
    assert "came due while I was away, as on Thu 26 Nov 16:30" in str(said)


async def test_several_that_are_late_come_as_one_list(
    stage: DirectStage, priya: DirectSeat
) -> None:
    late = [await set_up(priya, f"tomorrow 9:0{n} to do thing {n}") for n in range(3)]
    await priya.press("reminders.pause", late[0].id)
    deliveries = [delivery_of(each.id, HERE, run=run_of(each)) for each in late]
    card = await stage.core.rooms.topics[TOPIC].missed(WORKSPACE, deliveries)
    assert card
    said = plain_text(card)
    assert "While I was away these came due:" in said
    assert "“do thing 1” · Fri 27 Nov 16:30, set up by Priya Patel" in said
    assert "thing 0" not in said
    await priya.press("reminders.delete", late[1].id)
    await priya.press("reminders.delete", late[2].id)
    assert await stage.core.rooms.topics[TOPIC].missed(WORKSPACE, deliveries) is None


async def test_people_get_it_after_their_own_quiet_hours(
    stage: DirectStage, dana: DirectSeat, erik: DirectSeat
) -> None:
    reminder = await set_up(dana, "priya and erik every Friday 16:30: review")
    await erik.say("/mission settings quiet 8:00-11:00")  # it is 9:00
    found = await stage.core.rooms.topics[TOPIC].recipients(WORKSPACE, run_of(reminder))
    until = {each.to.id: each.not_before for each in found}
    assert set(until) == {"priya", "erik"}
    assert until["priya"] is None
    assert until["erik"] == stage.clock.now() + timedelta(hours=2)


async def test_everybody_are_those_who_are_there_then_without_who_left_it(
    stage: DirectStage, dana: DirectSeat
) -> None:
    reminder = await set_up(dana, "everybody here every Friday 16:30: review")
    erik = await stage.seat("erik", "mission")
    said = str(await come(stage, reminder, ERIK))
    assert "Set up by Dana Diaz in #product" in said
    assert "[Not for me]" in said
    await erik.press("reminders.leave", reminder.id)
    await erik.press("reminders.leave", reminder.id)
    found = await stage.core.rooms.topics[TOPIC].recipients(WORKSPACE, run_of(reminder))
    assert {each.to.id for each in found} == {*PEOPLE} - {"erik"}
    await dana.press("reminders.pause", reminder.id)
    assert not await stage.core.rooms.topics[TOPIC].recipients(WORKSPACE, run_of(reminder))


async def test_personal_buttons_work_only_where_one_is_alone(
    stage: DirectStage, erik: DirectSeat, dana: DirectSeat
) -> None:
    reminder = await set_up(dana, "priya every Friday 16:30: review")
    for action, value in (("snooze", f"{reminder.id}:20"), ("done", reminder.id)):
        assert "is not here any more" in await erik.press(f"reminders.{action}", value)
    assert not posts(stage)


async def test_putting_off_is_promised_once_and_ends_with_done(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "me every Friday 16:30 to review")
    alone = await stage.seat("priya", "mission")
    assert "Put off until Mon 23 Nov 09:20" in await alone.press(
        "reminders.snooze", f"{reminder.id}:20"
    )
    (post,) = posts(stage)
    assert post.not_before == stage.clock.now() + timedelta(minutes=20)
    assert "Next: Fri 27 Nov 16:30" in await alone.click("Done")
    assert not posts(stage)
    await alone.say("/mission settings zone Tokyo")  # where it is Monday 18:00
    assert "Tue 24 Nov 09:00 (Tokyo)" in await alone.press(
        "reminders.snooze", f"{reminder.id}:morning"
    )
    for wrong in ("-5", "99999999", "soon"):
        assert "how long to put it off" in await alone.press(
            "reminders.snooze", f"{reminder.id}:{wrong}"
        )


# When it cannot be brought


async def fail(stage: DirectStage, reminder: Reminder, to: str = "product") -> None:
    where = channel(to) if to == "product" else direct(PEOPLE[to])
    dead = delivery_of(reminder.id, where, run=run_of(reminder), state="dead", why="Gone")
    await stage.core.rooms.topics[TOPIC].failed(WORKSPACE, dead)


async def test_a_channel_that_is_gone_pauses_it_and_tells_who_set_it_up_once(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "every Friday 16:30 to review")
    await fail(stage, reminder)
    await fail(stage, reminder)
    after = stored(stage, reminder)
    assert after
    assert (after.state, after.paused_because) == ("paused", "unreachable")
    (post,) = posts(stage)
    assert post.to == direct(PRIYA)
    said = await says(stage, delivery_of(post.subject, post.to), NOTICE)
    assert said
    assert "A reminder is paused" in said
    assert "“review”: I cannot post in #product any more." in said
    assert "[Resume] [Delete]" in said
    assert "I cannot post there any more" in await priya.press("reminders.show", reminder.id)
    await priya.press("reminders.resume", reminder.id)
    assert await says(stage, delivery_of(post.subject, post.to), NOTICE) is None


async def test_where_who_set_it_up_is_gone_too_the_owners_are_told(
    stage: DirectStage, priya: DirectSeat
) -> None:
    reminder = await set_up(priya, "every Friday 16:30 to review")
    await fail(stage, reminder)
    (post,) = posts(stage)
    dead = delivery_of(post.subject, post.to, state="dead", why="Gone")
    await stage.core.rooms.topics[NOTICE].failed(WORKSPACE, dead)
    _, told = posts(stage)
    assert told.to == direct(DANA)
    said = str(await says(stage, delivery_of(told.subject, told.to), NOTICE))
    assert "“review”, set up by Priya Patel: I cannot post in #product any more." in said
    # Nobody is left to tell when the owner is gone as well.
    await stage.core.rooms.topics[NOTICE].failed(
        WORKSPACE, delivery_of(told.subject, told.to, state="dead")
    )
    assert len(posts(stage)) == 2


async def test_owners_read_no_words_of_a_private_conversation(stage: DirectStage) -> None:
    secret = channel("board", private=True)
    priya = DirectSeat(stage=stage, person=PRIYA, conversation=secret)
    reminder = await set_up(priya, "every Friday 16:30 to sell the company")
    await fail(stage, reminder)
    (post,) = posts(stage)
    await stage.core.rooms.topics[NOTICE].failed(
        WORKSPACE, delivery_of(post.subject, post.to, state="dead")
    )
    said = str(await says(stage, delivery_of(post.subject, direct(DANA)), NOTICE))
    assert "a reminder, set up by Priya Patel" in said
    assert "sell the company" not in said
    assert "board" not in said
    assert "[Delete]" not in said


async def test_a_person_who_is_gone_is_left_out_until_nobody_remains(
    stage: DirectStage, dana: DirectSeat
) -> None:
    reminder = await set_up(dana, "priya and erik every Friday 16:30: review")
    await fail(stage, reminder, "erik")
    after = stored(stage, reminder)
    assert after
    assert (after.state, after.left) == ("on", ("erik",))
    assert not posts(stage)
    await fail(stage, reminder, "priya")
    paused = stored(stage, reminder)
    assert paused
    assert paused.state == "paused"
    assert [post.to for post in posts(stage)] == [direct(DANA)]


async def test_what_nobody_can_tell_pauses_nothing(stage: DirectStage, priya: DirectSeat) -> None:
    reminder = await set_up(priya, "every Friday 16:30 to review")
    unsure = delivery_of(reminder.id, HERE, run=run_of(reminder), state="uncertain")
    await stage.core.rooms.topics[TOPIC].failed(WORKSPACE, unsure)
    after = stored(stage, reminder)
    assert after
    assert after.state == "on"


async def test_a_conversation_that_is_gone_when_its_members_are_asked_pauses_it(
    stage: DirectStage, dana: DirectSeat
) -> None:
    reminder = await set_up(dana, "everybody here every Friday 16:30: review")
    stage.gone.add("product")
    assert not await stage.core.rooms.topics[TOPIC].recipients(WORKSPACE, run_of(reminder))
    after = stored(stage, reminder)
    assert after
    assert after.state == "paused"


# Leaving


def left(what: str, who: Person, key: str = "left") -> Lifecycle:
    return Lifecycle.model_validate(
        {"key": key, "workspace": WORKSPACE, "person": who, "conversation": HERE, "what": what}
    )


async def test_the_bot_taken_out_of_a_channel_pauses_what_went_there(
    stage: DirectStage, priya: DirectSeat
) -> None:
    shared = await set_up(priya, "every Friday 16:30 to review")
    own = await set_up(priya, "me every Friday 16:30 to breathe")
    event = left("left", DANA)
    await stage.router.dispatch(event)
    await stage.router.dispatch(event)
    after, mine = stored(stage, shared), stored(stage, own)
    assert after
    assert mine
    assert (after.state, mine.state) == ("paused", "on")
    assert [post.to for post in posts(stage)] == [direct(PRIYA)]


async def test_somebody_who_leaves_leaves_their_reminder_to_the_owners(
    stage: DirectStage, priya: DirectSeat, dana: DirectSeat
) -> None:
    reminder = await set_up(priya, "every Friday 16:30 to review")
    await set_up(dana, "every Friday 16:30 to plan")
    event = left("person_left", PRIYA)
    await stage.router.dispatch(event)
    await stage.router.dispatch(event)
    (post,) = posts(stage)
    assert post.to == direct(DANA)
    said = str(await says(stage, delivery_of(post.subject, post.to), NOTICE))
    assert said.startswith(
        "Priya Patel left #product. A reminder they set up there goes on: “review”, "
        "every Friday at 16:30 (UTC)."
    )
    alone = await stage.seat("dana", "mission")
    assert "Paused" in await alone.press("reminders.pause", reminder.id)
    assert await says(stage, delivery_of(post.subject, post.to), NOTICE) is None
