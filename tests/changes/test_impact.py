"""What a proposal touches, with a language model and without, seen by whom."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.ask.model import Cap, Judgement, Precedent, Tokens, VerdictKind
from bot.ask.ports import Asked, NotJudged
from bot.changes.impact import MOST_LOOKED_AT
from bot.changes.judging import ImpactJudging
from bot.charter.model import InForce
from bot.decisions.ports import Sight
from tests.changes.desk import PRIYA
from tests.direct_stage import WORKSPACE, DirectSeat, DirectStage
from tests.storage.filled import verdict

SELL = "Should we sell heart-rate data to advertisers?"
FEED = "Should we build a social network with followers?"
MOMENT = timedelta(minutes=1)
MINE = "Members own their health data; with their word we sell it to advertisers."


class TextJudge:
    """Judges by the charter's words: what may be sold, and whether feeds are ruled out."""

    name = "text-judge"

    def __init__(self, *, fails: bool = False) -> None:
        self.asked: list[str] = []
        self.fails = fails

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        return Tokens(prompt=1000, completion=200, cost=0.01)

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        self.asked.append(asked.question)
        if self.fails:
            raise NotJudged("The language model did not answer.", Tokens(prompt=10))
        text = " ".join(line.line.text for line in charter.lines)
        against = "never sell" in text if "sell" in asked.question else "No social" in text
        kind: VerdictKind = "conflicts" if against else "fits"
        refs = ("R1",) if "sell" in asked.question else ("N1",)
        return Judgement(
            kind=kind, opposes=refs if against else (), model=self.name, tokens=Tokens(prompt=100)
        )


async def staged(judge: TextJudge | None, cap: Cap | None = None) -> DirectStage:
    stage = DirectStage(judge=judge, cap=cap or Cap())
    await stage.load_sample()
    return stage


async def proposed(stage: DirectStage, text: str = MINE) -> DirectSeat:
    """Dana, alone with the bot, before Priya's proposal on R1."""
    priya = await stage.seat("priya")
    await priya.say("/mission propose R1")
    await priya.fill({"text_1": text, "reason": "Clinics ask for it."})
    dana = await stage.seat("dana", "mission")
    await dana.say("/mission proposals 1")
    return dana


async def test_judged_in_the_background_and_told_when_it_is_done() -> None:
    judge = TextJudge()
    stage = await staged(judge)
    noa = await stage.seat("noa")
    await noa.say(f"@Mission {SELL}")
    await noa.say(f"@Mission {FEED}")
    dana = await proposed(stage)
    text = await dana.reads()
    assert "I looked at 2 questions and open decisions; 1 bears on it." in text
    assert "Judging 1 of them by text-judge takes at most 1,200 tokens (0.01 at the" in text
    judge.asked.clear()
    begun = await dana.click("Judge the impact")
    assert "Judging: 0 of 1 done. I tell you when it is." in begun
    await stage.core.rooms.changing.judging.settled()
    assert judge.asked == [SELL]
    shown = await dana.click("How far is it?")
    assert "and 1 answer becomes another one." in shown
    assert "~conflicts~ → fits" in shown
    posts = stage.storage.data.posts.values()  # type: ignore[union-attr]
    assert [p.to.id for p in posts if p.key.endswith("/result")] == ["dana"]


async def test_nothing_is_paid_twice() -> None:
    judge = TextJudge()
    stage = await staged(judge)
    noa = await stage.seat("noa")
    await noa.say(f"@Mission {SELL}")
    dana = await proposed(stage)
    begin = next(b for b in dana._buttons() if b.label == "Judge the impact")
    judge.asked.clear()
    for _ in range(3):
        await dana.press(begin.action, begin.value)
        await stage.core.rooms.changing.judging.settled()
    assert judge.asked == [SELL]


async def test_a_crash_in_the_middle_is_taken_up_by_who_asks() -> None:
    judge = TextJudge()
    stage = await staged(judge)
    noa = await stage.seat("noa")
    await noa.say(f"@Mission {SELL}")
    await noa.say("@Mission may we sell heart-rate data to insurers?")
    dana = await proposed(stage)
    judge.asked.clear()
    judge_one, judging = judge.judge, stage.core.rooms.changing.judging

    async def dies(*args: object) -> Judgement:
        if judge.asked:
            raise RuntimeError("the process dies")
        return await judge_one(*args)  # type: ignore[arg-type]

    judge.judge = dies  # type: ignore[method-assign,assignment]
    await dana.click("Judge the impact")
    await judging.settled()
    judge.judge = judge_one  # type: ignore[method-assign]
    stage.clock.advance(ImpactJudging.held)
    text = await dana.click("How far is it?")
    assert "of 2 done" in text
    await judging.settled()
    assert "2 answers become other ones." in await dana.click("How far is it?")


async def test_the_budget_ends_it_and_it_says_so() -> None:
    judge = TextJudge()
    stage = await staged(judge, Cap(tokens=1500))
    noa = await stage.seat("noa")
    await noa.say(f"@Mission {SELL}")
    await noa.say("@Mission may we sell heart-rate data to insurers?")
    async with stage.storage(WORKSPACE) as tx:
        await tx.spending.reserve("2026-11", Tokens(prompt=1200), Cap())
    dana = await proposed(stage)
    await dana.click("Judge the impact")
    await stage.core.rooms.changing.judging.settled()
    text = await dana.click("How far is it?")
    assert "Ended after 0 of 2: This month's budget for the language model is used up." in text
    assert "[Judge the rest]" in text


async def test_what_could_not_be_judged_is_said() -> None:
    judge = TextJudge()
    stage = await staged(judge)
    noa = await stage.seat("noa")
    await noa.say(f"@Mission {SELL}")
    dana = await proposed(stage)
    judge.fails = True
    await dana.click("Judge the impact")
    await stage.core.rooms.changing.judging.settled()
    assert "Not judged: The language model did not answer." in await dana.click("How far is it?")


async def test_open_decisions_are_looked_at_and_new_lines_by_the_reader() -> None:
    stage = await staged(None)
    noa, priya = await stage.seat("noa"), await stage.seat("priya")
    await noa.say("/mission decide Sell nothing to advertisers")
    await noa.fill({"choice": "No data leaves.", "serves": "R1"})
    dana = await proposed(stage)
    text = await dana.reads()
    assert "“D1 Sell nothing to advertisers”" in text
    assert "cites R1" in text
    await priya.say("/mission propose Nothing is sold to advertisers")
    assert "D1 Sell nothing" in await priya.fill({"kind_1": "principle"})


async def test_others_private_words_are_counted_wherever_one_looks() -> None:
    stage = await staged(None)
    erik = await stage.seat("erik", "mission")
    await erik.say("sell my data to advertisers of my mother?")
    await erik.click("Conflicts")
    quiet = await stage.seat("noa")
    await quiet.say("/mission ask sell our data to advertisers from Hamburg?")
    await quiet.click("Conflicts")
    dana = await proposed(stage)
    text = await dana.reads()
    assert "2 bear on it." in text
    assert "2 from private conversations" in text
    for secret in ("mother", "Hamburg"):
        assert secret not in text
    assert "Hamburg" not in await quiet.say("@Mission proposals 1")


async def test_the_most_recent_are_looked_at() -> None:
    stage = await staged(None)
    charter = await stage.charters.find(WORKSPACE, "Vitals")
    assert charter
    async with stage.storage(WORKSPACE) as tx:
        for number in range(MOST_LOOKED_AT + 3):
            await tx.verdicts.add(
                verdict(
                    f"v{number}",
                    charter_id=charter.id,
                    question=f"Sell data to advertiser {number}?",
                    kind="conflicts",
                    judged_by="person",
                    judge="Dana",
                    asked_in_public=True,
                )
            )
    dana = await proposed(stage)
    looked = await stage.core.rooms.changing.showing.reading.numbered(WORKSPACE, 1)
    sight = Sight(conversation_id="dana", person_id=PRIYA.id, alone=True)
    impact = await stage.core.rooms.changing.showing.impact.of(WORKSPACE, looked, sight)
    assert (impact.looked_at, impact.more) == (MOST_LOOKED_AT, True)
    assert "the 200 most recent questions and open decisions" in await dana.reads()


@pytest.mark.parametrize("state", ["adopted", "withdrawn"])
async def test_what_is_settled_is_not_judged(state: str) -> None:
    judge = TextJudge()
    stage = await staged(judge)
    noa = await stage.seat("noa")
    await noa.say(f"@Mission {SELL}")
    dana = await proposed(stage)
    begin = next(b for b in dana._buttons() if b.label == "Judge the impact")
    await dana.click("Approve" if state == "adopted" else "Withdraw")
    judge.asked.clear()
    await dana.press(begin.action, begin.value)
    await stage.core.rooms.changing.judging.settled()
    assert judge.asked == []
