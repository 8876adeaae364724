"""Setting up, leading and answering by words and buttons; what is refused, and how it is said."""

from datetime import timedelta

import pytest

from bot.pulse.model import Pulse
from bot.pulse.ports import KeysUnavailable
from tests.direct_stage import DirectSeat, DirectStage, direct_stage

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def pulse_of(stage: DirectStage) -> Pulse:
    async with stage.storage("web:local") as tx:
        (pulse,) = await tx.pulses.all()
    return pulse


async def started(stage: DirectStage, **fields: str) -> DirectSeat:
    dana = await stage.seat("dana")
    await dana.say("/mission pulse")
    await dana.fill(fields)
    await dana.click("Start")
    return dana


async def test_named_people_alone_are_asked_and_may_answer() -> None:
    async with direct_stage() as stage:
        await started(stage, audience="people", people="priya,erik", least="3")
        await stage.pass_time(DAY + 2 * HOUR)
        priya, noa = await stage.seat("priya", "mission"), await stage.seat("noa", "mission")
        assert "Four short statements" in await priya.look()
        assert await noa.reads() == ""
        edition = f"{(await pulse_of(stage)).id}/2026-11-24"
        await noa.press("pulse.answer", edition)
        assert "was sent to other people" in await noa.fill({"s1": "5"})


async def test_the_same_click_twice_starts_and_skips_once() -> None:
    async with direct_stage() as stage:
        dana = await started(stage)
        pulse = await pulse_of(stage)
        assert "Tue 24 Nov" in await dana.press("pulse.start", pulse.id)
        assert "Tue 1 Dec" in await dana.press("pulse.skip", f"{pulse.id}:2026-11-24")
        again = await dana.press("pulse.skip", f"{pulse.id}:2026-11-24")
        assert "That one was left out already" in again
        assert "Tue 1 Dec" in again
        assert "A pulse runs here already" in await _drafted(dana)


async def _drafted(dana: DirectSeat) -> str:
    assert dana.opened is None
    await dana.say("/mission pulse change")
    assert dana.opened
    dana.opened = dana.opened.model_copy(update={"form": "pulse.draft"})
    return await dana.fill({})


@pytest.mark.parametrize(
    "action", ["start", "discard", "pause", "resume", "skip", "stop", "change", "preview"]
)
async def test_only_owners_and_editors_lead_it_and_only_where_it_is(action: str) -> None:
    async with direct_stage() as stage:
        dana = await started(stage)
        pulse = await pulse_of(stage)
        erik, elsewhere = await stage.seat("erik"), await stage.seat("dana", "leadership")
        assert "Ask Dana Diaz." in await erik.press(f"pulse.{action}", pulse.id)
        assert "not here any more" in await elsewhere.press(f"pulse.{action}", pulse.id)
        assert (await pulse_of(stage)) == pulse
        assert "The pulse of #product" in await dana.say("/mission pulse")


async def test_results_are_read_where_the_pulse_is_and_by_its_owner_alone() -> None:
    async with direct_stage() as stage:
        await started(stage, tell="owners")
        await stage.pass_time(3 * DAY)
        pulse = await pulse_of(stage)
        leadership = await stage.seat("erik", "leadership")
        assert "not here any more" in await leadership.press("pulse.results", pulse.id)
        erik, alone = await stage.seat("erik"), await stage.seat("dana", "mission")
        assert "Fewer than five" not in await erik.press("pulse.results", pulse.id)
        assert "Fewer than five" in await alone.press("pulse.results", pulse.id)
        assert "Fewer than five" not in await erik.reads()


async def test_members_see_results_only_after_the_owners_did() -> None:
    async with direct_stage() as stage:
        await started(stage)
        await stage.pass_time(3 * DAY + timedelta(minutes=30))  # Thursday 9:30
        erik, dana = await stage.seat("erik"), await stage.seat("dana")
        assert "its owners see the results first" in await erik.say("/mission pulse results")
        assert "Fewer than five" in await dana.say("/mission pulse results")
        await stage.pass_time(2 * HOUR)
        assert "Fewer than five" in await erik.say("/mission pulse results")


async def test_an_answer_that_comes_too_late_is_told_so() -> None:
    async with direct_stage() as stage:
        await started(stage)
        await stage.pass_time(DAY + 2 * HOUR)
        erik = await stage.seat("erik", "mission")
        await erik.look()
        await erik.click("Answer (under a minute)")
        await stage.pass_time(2 * DAY)
        assert "This pulse is closed" in await erik.fill({"s1": "5"})
        product = await stage.seat("erik")
        assert "No pulse is open here now" in await product.say("/mission pulse answer")


async def test_while_the_key_store_is_away_nothing_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with direct_stage() as stage:
        await started(stage)
        await stage.pass_time(DAY + 2 * HOUR)
        erik = await stage.seat("erik", "mission")
        await erik.look()
        await erik.click("Answer (under a minute)")

        async def away(*_: object) -> bytes:
            raise KeysUnavailable("not mounted")

        monkeypatch.setattr(stage.core.rooms.pulsing.answering._keys, "get", away)
        assert "I can't seal answers just now" in await erik.fill({"s1": "5"})


async def test_what_was_open_when_it_is_stopped_closes_and_asks_nobody_else() -> None:
    async with direct_stage() as stage:
        dana = await started(stage)
        await stage.pass_time(DAY)  # 9:00: the edition is open, nobody was asked
        pulse = await pulse_of(stage)
        assert "never again: it was stopped" in await dana.press("pulse.stop", pulse.id)
        await stage.pass_time(3 * DAY)
        erik = await stage.seat("erik", "mission")
        assert await erik.reads() == ""
        assert "Fewer than five" in await dana.say("/mission pulse results")


async def test_without_a_charter_there_is_nothing_to_ask_about() -> None:
    erik = await DirectStage().seat("erik")
    assert "No pulse here yet" in await erik.say("/mission pulse")
    assert "There is no charter here yet" in await erik.press("pulse.set_up", "")
