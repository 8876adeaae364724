"""From a promise to the message: SQLite and PostgreSQL."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from bot.delivery.ledger import Leases, Outcome
from bot.delivery.model import Recipient
from bot.delivery.pace import Pace
from bot.errors import Gone, PlatformError, Refused, Throttled, Unreachable
from bot.recurrence.model import Hours
from storage import upkeep
from storage.outbox import DELIVERY
from storage.unit_of_work import Storage
from tests.delivery.stage import (
    AT,
    DAILY,
    DAY,
    FAST,
    HOUR,
    Stage,
    W,
    conversation,
    once,
    post,
    promise,
)

SECOND = timedelta(seconds=1)


async def test_a_schedule_falls_due_and_is_said_day_after_day(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise())
    await stage.tick()
    assert stage.said == []
    await stage.tick(HOUR / 2)
    assert stage.said == ["about s1"]
    await stage.tick(DAY)
    assert stage.said == ["about s1"] * 2
    assert len(stage.platform.copies) == 2


async def test_a_post_is_said_at_once_and_once(storage: Storage) -> None:
    stage = Stage(storage)
    assert await stage.post(post(), post(), post("later", not_before=AT + HOUR)) == [
        True,
        False,
        True,
    ]
    await stage.tick()
    assert stage.said == ["p1"]
    assert await stage.post(post()) == [False]
    await stage.tick(HOUR)
    assert stage.said == ["p1", "later"]


async def test_what_was_edited_paused_or_withdrawn_is_not_said(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise("s1"), promise("s2"), promise("s3"))
    await stage.post(post(not_before=AT + HOUR))
    async with storage(W) as tx:
        first = await tx.outbox.scheduled("s1")
        assert first
        await tx.outbox.schedule(first.model_copy(update={"paused": True}))
        await tx.outbox.unschedule("s2")
        assert await tx.outbox.withdraw("p1")
        assert not await tx.outbox.withdraw("p1")
    await stage.tick(HOUR)
    assert stage.said == ["about s3"]
    assert await stage.post(post()) == [True], "withdrawn, it may be promised anew"


async def test_a_rule_comes_once_a_day_however_it_is_edited_on_that_day(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise())
    await stage.tick(HOUR / 2)
    later = DAILY.model_copy(update={"start": DAILY.start.replace(hour=11)})
    await stage.schedule(promise(rule=later, now=stage.clock.now()))
    await stage.tick(2 * HOUR)
    assert stage.said == ["about s1"]
    await stage.tick(DAY)
    assert stage.said == ["about s1"] * 2


async def test_nothing_to_say_is_dropped(storage: Storage) -> None:
    stage = Stage(storage)
    stage.talk.silent.add("p1")
    await stage.post(post())
    await stage.tick()
    await stage.tick(HOUR)
    assert stage.said == []
    assert (await stage.overview()).late == 0


async def test_a_topic_is_asked_for_its_audience_and_a_large_one_comes_in_parts(
    storage: Storage,
) -> None:
    stage = Stage(storage)
    everybody = [Recipient(to=conversation(f"U{n}")) for n in range(1234)]
    everybody.append(Recipient(to=conversation("late"), not_before=AT + 2 * HOUR))
    stage.talk.audience = Unreachable("no answer")
    await stage.schedule(promise(to=()))
    await stage.tick(HOUR / 2)
    assert stage.said == []
    assert (await stage.overview()).open_runs == 1
    stage.talk.audience = everybody
    await stage.tick(HOUR / 4)
    assert len(stage.said) == len(stage.platform.copies) == 1234
    stage.talk.audience = ()  # frozen: nobody is asked again
    await stage.tick(2 * HOUR)
    assert len(stage.said) == len(stage.platform.copies) == 1235
    assert stage.talk.asked == 2


async def test_a_large_fixed_audience_comes_in_parts_too(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(promise(to=[conversation(f"C{n}") for n in range(600)]))
    await stage.tick(HOUR / 2)
    assert len(stage.platform.copies) == 600
    assert set(stage.platform.copies.values()) == {1}


async def test_who_cannot_be_found_out_for_days_is_given_up(storage: Storage) -> None:
    stage = Stage(storage)
    stage.talk.audience = Unreachable("no answer")
    await stage.schedule(promise(rule=once(AT + HOUR), to=()))
    await stage.tick(HOUR)
    await stage.tick(4 * DAY)
    await stage.tick(DAY)
    assert (await stage.overview()).open_runs == 0


# The platform says no


async def test_an_outage_of_days_loses_nothing(storage: Storage) -> None:
    stage = Stage(storage)
    stage.platform.errors = 1.0
    await stage.post(post())
    for _ in range(12):
        await stage.tick(5 * HOUR)
    stage.platform.errors = 0.0
    assert stage.said == []
    await stage.tick(HOUR)
    assert stage.said == ["p1"]


async def test_what_fails_for_days_is_dead_and_its_room_is_told(storage: Storage) -> None:
    stage = Stage(storage)
    stage.platform.next_answers.extend(
        Unreachable("no connection", may_be_done=False) for _ in range(100)
    )
    await stage.post(post())
    for _ in range(20):
        await stage.tick(4 * HOUR)
    assert [each.state for each in stage.talk.failures] == ["dead"]
    (dead,) = await storage.operator.stuck("dead", 10)
    assert "no connection" in dead.why
    stage.platform.next_answers.clear()
    assert await storage.operator.retry(dead.id, stage.clock.now())
    assert not await storage.operator.retry(dead.id, stage.clock.now())
    await stage.tick(SECOND)
    assert stage.said == ["p1"]


@pytest.mark.parametrize("no", [Refused("not_allowed"), Gone("channel_not_found")])
async def test_a_refusal_is_final_and_its_room_is_told_even_after_a_crash(
    storage: Storage, no: PlatformError
) -> None:
    stage = Stage(storage)
    stage.platform.next_answers.append(no)
    stage.talk.fail_to_listen = 1
    await stage.post(post())
    await stage.tick()
    assert stage.talk.failures == []
    stage = stage.again()
    await stage.engine.take_up()
    await stage.tick(HOUR)
    await stage.tick(HOUR)
    assert [each.key for each in stage.talk.failures] == ["p1"]
    assert stage.said == []
    assert (await stage.overview()).dead == 1


async def test_nobody_calls_while_the_platform_asks_to_wait(storage: Storage) -> None:
    stage = Stage(storage)
    stage.platform.next_answers.append(Throttled("429", retry_after=3600))
    await stage.post(post("p0"))
    await stage.tick()
    await stage.post(*(post(f"p{n}", conversation(f"C{n}")) for n in range(1, 30)))
    await stage.post(post("other", conversation("C1", "chat:T2")), workspace="chat:T2")
    for _ in range(11):
        await stage.tick(HOUR / 12)
    assert stage.said == ["other"], "another workspace is not held up"
    assert [each.workspace for each in (await stage.overview()).closed] == [W]
    await stage.tick(HOUR / 12)
    await stage.tick(HOUR / 12)
    assert len(stage.platform.copies) == 31
    assert stage.platform.inside_block == 0


@pytest.mark.parametrize("retry_after", [0, None, float("nan"), -5.0, float("inf"), 1e12])
async def test_whatever_the_platform_says_about_waiting_nothing_is_lost(
    storage: Storage, retry_after: float | None
) -> None:
    stage = Stage(storage)
    stage.platform.next_answers.append(Throttled("429", retry_after=retry_after))
    await stage.post(post())
    await stage.tick()
    await stage.tick(6 * HOUR)
    assert stage.said == ["p1"]


# Nobody knows whether it arrived


async def test_a_lost_answer_is_looked_up(storage: Storage) -> None:
    stage = Stage(storage)
    stage.platform.next_answers.append("take and drop")
    await stage.post(post())
    for _ in range(5):
        await stage.tick(HOUR)
    assert stage.platform.copies == {"p1": 1}
    assert stage.engine.counters.found == 1


async def test_a_history_that_lags_is_given_time(storage: Storage) -> None:
    stage = Stage(storage)
    stage.platform.look_up, stage.platform.lag = "late", 2.5
    stage.platform.next_answers.append("take and drop")
    await stage.post(post())
    for _ in range(8):
        await stage.tick(SECOND)
    assert stage.platform.copies == {"p1": 1}


async def test_without_look_up_there_is_one_blind_try_and_then_an_operator(
    storage: Storage,
) -> None:
    stage = Stage(storage)
    stage.platform.look_up = "no"
    stage.platform.next_answers.extend(["take and drop"] * 9)
    await stage.post(post())
    for _ in range(5):
        await stage.tick(HOUR)
    assert stage.platform.copies == {"p1": 2}
    (unsure,) = await storage.operator.stuck("uncertain", 10)
    assert unsure.state == "uncertain"
    assert unsure.why
    assert await storage.operator.call_sent(unsure.id, stage.clock.now())
    assert (await stage.overview()).uncertain == 0
    assert not await storage.operator.call_sent(unsure.id, stage.clock.now())


async def test_what_certainly_did_not_happen_does_not_use_up_the_blind_try(
    storage: Storage,
) -> None:
    stage = Stage(storage)
    stage.platform.look_up = "no"
    stage.platform.next_answers.extend(
        [Unreachable("timed out"), Unreachable("nobody there", may_be_done=False)]
    )
    await stage.post(post())
    for _ in range(5):
        await stage.tick(HOUR)
    assert stage.platform.copies == {"p1": 1}


async def test_what_a_dead_process_leased_is_looked_up_and_sent(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.post(post("arrived"), post("lost", conversation("C2")))
    leases = await lease(stage)
    assert len(leases.taken) == 2
    await stage.platform.post(W, "C1", "arrived", "arrived")
    other = stage.again(alone=False)
    await other.engine.take_up()
    await other.tick(20 * SECOND)
    assert other.said == ["arrived"], "still leased"
    for _ in range(20):
        await other.tick(SECOND)
    assert sorted(other.said) == ["arrived", "lost"]


async def test_the_only_process_need_not_wait_for_leases(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.post(post())
    await lease(stage)
    stage = stage.again(alone=True)
    await stage.engine.take_up()
    await stage.tick(3 * SECOND)
    assert stage.said == ["p1"]


async def test_a_result_counts_only_while_the_lease_is_ours(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.post(post())
    (stale,) = (await lease(stage)).taken
    stage.clock.advance(HOUR)
    await storage.upkeep.reap(stage.clock.now(), stage.clock.now())
    (fresh,) = (await lease(stage)).taken
    outcome = Outcome(leased=stale, state="dead", why="frozen for an hour")
    await storage.sending.record([outcome], stage.clock.now(), {"chat": FAST})
    assert not await storage.sending.go_blind(stale)
    assert (await stage.overview()).leased == 1
    outcome = Outcome(leased=fresh, state="sent", message="m1")
    await storage.sending.record([outcome], stage.clock.now(), {"chat": FAST})
    assert (await stage.overview()).dead == 0
    assert await stage.post(post()) == [False]


async def test_a_message_that_keeps_killing_is_set_aside(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.post(post())
    for _ in range(25):
        assert (await lease(stage)).taken
        stage.clock.advance(HOUR)
        await storage.upkeep.reap(stage.clock.now(), stage.clock.now())
    assert not (await lease(stage)).taken
    assert (await stage.overview()).uncertain == 1


# After a long stop


async def test_after_a_stop_only_the_latest_is_said_and_only_while_it_is_fresh(
    storage: Storage,
) -> None:
    stage = Stage(storage)
    evening = DAILY.model_copy(update={"start": DAILY.start.replace(hour=18)})
    await stage.schedule(promise("s1"), promise("s2", rule=evening))
    await stage.schedule(promise("once", rule=once(AT + 2 * HOUR)))
    await stage.tick(5 * DAY + HOUR)  # five days later at ten
    await stage.tick(SECOND)
    assert sorted(stage.said) == ["about once", "about s1"]
    await stage.tick(9 * HOUR)
    assert sorted(stage.said) == ["about once", "about s1", "about s2"]


async def test_several_late_ones_for_one_conversation_are_said_as_one(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(*(promise(f"s{n}", rule=once(AT + n * HOUR)) for n in range(1, 6)))
    await stage.schedule(promise("two", rule=once(AT + HOUR), to=[conversation("C2")]))
    await stage.schedule(promise("too", rule=once(AT + HOUR), to=[conversation("C2")]))
    stage.platform.next_answers.extend(["take and drop"] * 2)
    for by in (DAY, *[HOUR] * 10):
        await stage.tick(by)
    digest = " + ".join(f"about s{n}" for n in range(1, 6))
    assert sorted(stage.said) == [digest, "about too", "about two"]
    overview = await stage.overview()
    assert (overview.late, overview.waiting, overview.leased) == (0, 0, 0)
    assert stage.engine.counters.together == 4


async def test_those_said_as_one_share_its_fate(storage: Storage) -> None:
    stage = Stage(storage)
    await stage.schedule(*(promise(f"s{n}", rule=once(AT + n * HOUR)) for n in range(1, 6)))
    stage.platform.next_answers.append(Refused("no"))
    await stage.tick(DAY)
    await stage.tick()
    assert stage.said == []
    assert len(stage.talk.failures) == 5


# Quiet hours


async def test_quiet_hours_hold_a_message_back_and_leave_the_rule_alone(storage: Storage) -> None:
    stage = Stage(storage)
    quiet = Hours(quiet_from=time(9), quiet_to=time(11))
    await stage.schedule(promise(hours=quiet))
    await stage.tick(HOUR)
    assert stage.said == []
    await stage.tick(HOUR)
    assert stage.said == ["about s1"]
    async with storage(W) as tx:
        stored = await tx.outbox.scheduled("s1")
    assert stored
    assert stored.due_at == AT + DAY + HOUR / 2


# Clocks


@pytest.mark.parametrize("ahead", [HOUR, 30 * DAY, 366 * DAY])
async def test_a_clock_that_was_ahead_for_a_while_neither_loses_nor_doubles(
    storage: Storage, ahead: timedelta
) -> None:
    stage = Stage(storage)
    await stage.engine.take_up()
    await stage.schedule(promise(), promise("once", rule=once(AT + 2 * DAY)))
    await stage.tick(DAY)
    stage.platform.errors = 1.0
    await stage.tick(ahead)
    await stage.tick(HOUR / 2)
    stage.platform.errors = 0.0
    stage.clock.advance(-ahead)  # set right
    for _ in range(12 * 4):
        await stage.tick(2 * HOUR)
    assert max(stage.platform.copies.values()) == 1
    assert stage.said.count("about once") == 1
    # Five days, one of which may have been said, or skipped, by the wrong clock.
    assert 4 <= stage.said.count("about s1") <= 6


async def test_new_time_zone_data_moves_what_is_due(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(storage)
    # Stored when the zone was thought to be an hour off.
    wrong = promise("s1").model_copy(update={"due_at": AT + HOUR * 1.5})
    await stage.schedule(wrong)
    await stage.engine.take_up()
    async with storage(W) as tx:
        stored = await tx.outbox.scheduled("s1")
    assert stored
    assert stored.due_at == wrong.due_at, "the data is the same"
    monkeypatch.setattr(upkeep, "VERSION", "newer")
    monkeypatch.setattr(upkeep, "_WORKED_OUT", upkeep._WORKED_OUT.values(worked_out_by="newer"))
    await stage.engine.take_up()
    async with storage(W) as tx:
        stored = await tx.outbox.scheduled("s1")
    assert stored
    assert stored.due_at == AT + HOUR / 2


# Pace


async def test_one_message_at_a_time_and_one_a_second_for_each_conversation(
    storage: Storage,
) -> None:
    pace = Pace(rate=100_000, burst=100_000, conversation_rate=1)
    stage = Stage(storage, pace=pace)
    await stage.post(*(post(f"p{n}") for n in range(5)))
    await stage.post(*(post(f"q{n}", conversation("C2")) for n in range(3)))
    counts = []
    for _ in range(8):
        await stage.tick()
        counts.append(len(stage.said))
        stage.clock.advance(SECOND)
    assert counts == [2, 4, 6, 7, 8, 8, 8, 8]
    assert set(stage.platform.most_on_its_way.values()) == {1}


async def test_many_for_one_conversation_do_not_hold_up_the_others(storage: Storage) -> None:
    stage = Stage(storage, pace=Pace(rate=100_000, burst=100_000, conversation_rate=1))
    await stage.post(*(post(f"p{n}") for n in range(300)))
    await stage.post(post("other", conversation("C2")))
    await stage.tick()
    await stage.tick(SECOND)
    assert "other" in stage.said


async def lease(stage: Stage) -> Leases:
    now = stage.clock.now()
    return await stage.storage.sending.lease(  # type: ignore[attr-defined, no-any-return]
        now, now + 30 * SECOND, {"chat": FAST}, 100, now - HOUR
    )


async def test_of_a_discreet_topic_nothing_tells_to_whom_something_was_said(
    storage: Storage,
) -> None:
    stage = Stage(storage, discreet={"talk"})
    stage.talk.silent = {"not needed"}
    down = Unreachable("no connection", may_be_done=False)
    stage.platform.next_answers.extend([Gone("user_not_found"), down])
    for key in ("gone", "later", "not needed", "said"):
        await stage.post(post(key, to=conversation(key), not_before=AT))
        await stage.tick()
    await stage.tick(HOUR)
    assert sorted(stage.said) == ["later", "said"]
    # The room alone is told, at once: it may count them.
    assert len(stage.talk.failures) == 1
    async with storage(W) as tx:
        found = await tx.outbox._session.execute(select(DELIVERY))
        told = {column.key: set() for column in DELIVERY.columns}
        for row in found.mappings():
            for name, value in row.items():
                told[name].add(str(value))
    names_it = {"id", "key", "subject", "conversation_id", "conversation"}
    assert {name for name, values in told.items() if len(values) > 1} == names_it
    assert (told["state"], told["message"], told["attempts"]) == ({"sent"}, {""}, {"1"})
