"""The room of asking, through its words and buttons, on the fake storage."""

from datetime import timedelta

import pytest

from bot.ask.model import Cap, Finding, Judgement, Tokens
from bot.ask.ports import NotJudged
from bot.errors import NotFound, Refused
from bot.events import ButtonClick, Command, Conversation
from tests.direct_stage import PEOPLE, WORKSPACE, DirectStage
from tests.fakes import ScriptedJudge, WordReader

SELL = "/mission ask should we sell health data to advertisers?"
CONFLICTS = Judgement(
    kind="conflicts",
    opposes=("R1",),
    would_fit_if="members could opt in, see https://evil.example <@U1>",
    confidence="fairly_sure",
    model="judge-1",
    tokens=Tokens(prompt=900, completion=100, cost=0.01),
)


async def staged(judge: ScriptedJudge | None = None, cap: Cap | None = None) -> DirectStage:
    stage = DirectStage(judge=judge, cap=cap or Cap())
    await stage.load_sample()
    return stage


def event(text: str, key: str, person: str = "dana", **more: object) -> Command:
    base = {
        "workspace": WORKSPACE,
        "person": PEOPLE[person],
        "conversation": Conversation(id="product"),
    }
    return Command.model_validate({**base, "key": key, "text": text, **more})


async def test_without_a_judge_people_see_the_lines_and_make_the_call() -> None:
    priya = await (await staged()).seat("priya")
    answer = await priya.say(SELL)
    assert "I can't judge this without a language model" in answer
    assert "R1 “Members own their health data; we never sell it" in answer
    assert "[Fits] [Partly] [Conflicts] [Not sure] [Share]" in answer
    called = await priya.click("Conflicts")
    assert "✕ Conflicts · should we sell health data" in called
    assert "called by Priya Patel · Vitals charter v1" in called
    assert "[Fits]" not in called


async def test_a_call_is_a_precedent_for_the_next_one_who_asks() -> None:
    stage = await staged()
    priya, erik = await stage.seat("priya"), await stage.seat("erik")
    await priya.say(SELL)
    await priya.click("Conflicts")
    same = await erik.say(SELL)
    assert "Earlier: today, this was called conflicts by Priya Patel" in same
    stage.clock.advance(timedelta(days=120))
    alike = await erik.say("/mission ask sell the health data of members to advertisers")
    assert "Earlier: 23 Nov 2026, “should we sell" in alike


async def test_not_sure_settles_nothing() -> None:
    stage = await staged()
    priya, erik = await stage.seat("priya"), await stage.seat("erik")
    await priya.say(SELL)
    assert "? Not sure ·" in await priya.click("Not sure")
    again = await erik.say(SELL)
    assert "Earlier:" not in again
    assert "Asked before by Priya Patel, today." in again


async def test_what_was_said_in_private_stays_there() -> None:
    stage = await staged()
    priya, erik = await stage.seat("priya", "mission"), await stage.seat("erik")
    await priya.say("should we sell health data to advertisers?")
    await priya.click("Conflicts")
    answer = await erik.say(SELL)
    assert "Priya" not in answer
    assert "Share" not in await priya.say("may we sell health data to advertisers?")
    value = priya._buttons()[0].value.partition(":")[2]
    with pytest.raises(NotFound):
        await stage.ask.get(event("", "k"), value)


async def test_a_silent_charter_says_so_and_names_the_closest_line() -> None:
    answer = await (await (await staged()).seat("noa")).say("/mission ask repaint the office")
    assert "? Unclear · repaint the office" in answer
    assert "Nothing in the charter clearly speaks to this. Closest:" in answer


async def test_a_judges_verdict_quotes_the_charter_and_carries_no_link() -> None:
    priya = await (await staged(ScriptedJudge([CONFLICTS]))).seat("priya")
    answer = await priya.say(SELL)
    assert "✕ Conflicts" in answer
    assert "Against R1 “Members own their health data; we never sell it" in answer
    assert "Nothing in the charter speaks for it." in answer
    assert "Would fit if members could opt in, see" in answer
    assert "judged by judge-1 · fairly sure · may be wrong" in answer
    assert "evil" not in answer
    assert "<@" not in answer
    assert "[Share] [I disagree]" in answer


async def test_the_same_question_is_answered_from_store() -> None:
    judge = ScriptedJudge([CONFLICTS])
    stage = await staged(judge)
    first = await (await stage.seat("priya")).say(SELL)
    again = await (await stage.seat("erik")).say(SELL.replace("should", "  SHOULD"))
    assert len(judge.history) == 1
    assert "Against R1" in again
    assert "Asked before by Priya Patel, today." in again
    assert "Asked before" not in first


async def test_the_same_event_again_gives_the_same_verdict() -> None:
    judge = ScriptedJudge([CONFLICTS])
    stage = await staged(judge)
    asked = event("", "the-key")
    first = await stage.ask.ask(asked, "sell health data?")
    second = await stage.ask.ask(asked, "sell health data?")
    assert first.verdict == second.verdict
    assert len(judge.history) == 1


async def test_a_failing_judge_leaves_the_lines_and_a_reason() -> None:
    judge = ScriptedJudge([NotJudged("The language model did not answer within 20 seconds.")])
    answer = await (await (await staged(judge)).seat("priya")).say(SELL)
    assert "The language model did not answer within 20 seconds." in answer
    assert "R1 “Members own" in answer
    assert "[Conflicts]" in answer


async def test_the_budget_is_kept_before_the_call() -> None:
    judge = ScriptedJudge([CONFLICTS, CONFLICTS])
    stage = await staged(judge, Cap(tokens=2200))
    priya = await stage.seat("priya")
    assert "✕ Conflicts" in await priya.say(SELL)
    assert "✕ Conflicts" in await priya.say("/mission ask sell steps to insurers?")
    third = await priya.say("/mission ask sell sleep data to banks?")
    assert "This month's budget for the language model is used up." in third
    assert len(judge.history) == 2
    async with stage.storage(WORKSPACE) as tx:
        usage = await tx.spending.of("2026-11")
    assert (usage.tokens, usage.cost) == (2000, pytest.approx(0.02))


async def test_an_owner_overrides_and_others_object() -> None:
    stage = await staged(ScriptedJudge([CONFLICTS, CONFLICTS]))
    erik, dana = await stage.seat("erik"), await stage.seat("dana")
    await erik.say(SELL)
    await erik.click("I disagree")
    noted = await erik.fill({"kind": "partly", "reason": "They agreed to it."})
    assert "Overrides that count later come from the owners of Vitals" in noted
    await dana.say(SELL)
    await dana.click("I disagree")
    assert "Say in a sentence why" in await dana.fill({"kind": "fits", "reason": " "})
    assert "counts when a like question comes" in await dana.fill(
        {"kind": "fits", "reason": "The new law asks for it."}
    )
    like = await erik.say("/mission ask sell health data of all members to advertisers")
    assert "was overruled to fits by Dana Diaz" in like
    assert "“The new law asks for it.”" in like
    assert "They agreed" not in like


async def test_sharing_shows_it_to_everybody_once() -> None:
    stage = await staged()
    priya, erik = await stage.seat("priya"), await stage.seat("erik")
    await priya.say(SELL)
    assert await erik.reads() == ""
    await priya.click("Share")
    assert "Shared by Priya Patel" in await erik.reads()
    await priya.say(SELL)
    value = next(b for b in priya._buttons() if b.label == "Share").value
    await priya.press("ask.share", value)
    assert "shared here already" in await priya.press("ask.share", value)


async def test_was_this_useful() -> None:
    stage = await staged(ScriptedJudge([CONFLICTS]))
    priya = await stage.seat("priya")
    assert "Was this useful? [yes] [no]" in await priya.say(SELL)
    assert "Noted, thank you." in await priya.click("no")


async def test_a_thread_keeps_question_and_charter_version() -> None:
    judge = ScriptedJudge([CONFLICTS, CONFLICTS, CONFLICTS])
    stage = await staged(judge)
    dana = await stage.seat("dana")
    await dana.say("@Mission should we work with hospitals?")
    thread = dana.thread
    await dana.say("/mission edit")
    await dana.fill({"mission": "M1: Help people stay healthy."})
    dana.thread = thread
    answer = await dana.follow_up("and if we only did it for clinics?")
    in_force, asked, _ = judge.history[-1]
    assert in_force.charter.version.number == 1
    assert asked.context == "should we work with hospitals?"
    assert "Follows up on “should we work with hospitals?”" in answer
    assert "keeps version 1 of the charter; it is at version 2 now" in answer
    alone = await dana.click("Ask it on its own")
    assert judge.history[-1][0].charter.version.number == 2
    assert "Follows up" not in alone


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("/mission ask 🚀🚀", "I can't tell what would be done."),
        ("/mission ask what is our mission?", "M1 “Empower individuals"),
        ("/mission ask " + "x" * 9000, "I read the first 8000 characters."),
        ("/mission ask ```\nSELECT 1\n```", "[Not sure]"),
        (
            "/mission ask ¿Deberíamos vender los datos cardíacos a los anunciantes?",
            "I read English best",
        ),
        ("@Mission thanks!", "You're welcome."),
        ("@Mission who are you?", "What you can ask me"),
    ],
)
async def test_every_question_has_a_sensible_answer(words: str, said: str) -> None:
    assert said in await (await (await staged()).seat("noa")).say(words)


async def test_an_empty_question_opens_the_form() -> None:
    noa = await (await staged()).seat("noa")
    assert "What would you do?" in await noa.say("/mission ask")
    assert "Write what you would do" in await noa.fill({"question": "  "})
    assert "R1" in await noa.fill({"question": "sell health data to advertisers?"})


async def test_how_to_connect_is_told_to_owners_and_not_every_time() -> None:
    stage = await staged()
    dana, erik = await stage.seat("dana"), await stage.seat("erik")
    hint = "connect a language model"
    assert hint not in await erik.say(SELL)
    assert hint in await dana.say(SELL)
    assert hint not in await dana.say("/mission ask sell steps?")
    stage.clock.advance(timedelta(days=8))
    assert hint in await dana.say("/mission ask sell sleep?")


async def test_without_a_charter_it_says_how_to_write_one() -> None:
    noa = await DirectStage().seat("noa")
    assert "Write one with /mission edit." in await noa.say(SELL)
    assert "No charter here yet" in await noa.say("/mission")


async def test_a_forged_call_changes_nothing() -> None:
    stage = await staged(ScriptedJudge([CONFLICTS]))
    erik = await stage.seat("erik")
    await erik.say(SELL)
    verdict_id = erik.last[0].feedback
    assert "judged meanwhile" in await erik.press("ask.call", f"fits:{verdict_id}")
    assert "older version" in await erik.press("ask.call", f"great:{verdict_id}")
    assert "not here any more" in await erik.press("ask.call", "fits:nobody")


async def test_a_large_charter_is_shortlisted_for_the_judge() -> None:
    judge = ScriptedJudge([CONFLICTS])
    stage = await staged(judge)
    dana = await stage.seat("dana")
    await dana.say("/mission edit")
    many = "\n".join(f"Serve market number {i} with care." for i in range(60))
    await dana.fill({"pillar": many})
    await dana.say(SELL)
    lines = judge.history[0][0].lines
    assert len(lines) == 40
    assert {"M1", "V1", "R1"} <= {line.ref for line in lines}


async def test_a_reader_that_fails_leaves_the_judge_its_lines() -> None:
    class Broken(WordReader):
        async def read(self, *_: object) -> tuple[Finding, ...]:
            raise Refused("no model file")

    judge = ScriptedJudge([CONFLICTS])
    stage = DirectStage(judge=judge, reader=Broken())
    await stage.load_sample()
    dana = await stage.seat("dana")
    await dana.say("/mission edit")
    many = "\n".join(f"Serve market number {i} with care." for i in range(60))
    await dana.fill({"pillar": many})
    assert "✕ Conflicts" in await dana.say(SELL)
    assert len(judge.history[0][0].lines) == 40


async def test_a_click_in_another_workspace_finds_nothing() -> None:
    stage = await staged()
    priya = await stage.seat("priya")
    await priya.say(SELL)
    value = priya._buttons()[0].value
    click = ButtonClick(
        key="k",
        workspace="slack:T2",
        person=PEOPLE["priya"],
        conversation=Conversation(id="product"),
        action="ask.call",
        value=value,
    )
    answer = priya._shown(click, await stage.router.dispatch(click))
    assert "not here any more" in answer
