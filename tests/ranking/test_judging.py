"""A list is judged several at a time, beside everything else, and survives what happens to it."""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.ask.model import Cap, Judgement, Precedent, Tokens
from bot.ask.ports import Asked, NotJudged
from bot.charter.model import InForce
from bot.decisions.ports import Sight
from bot.delivery.model import Delivery
from bot.ranking.judging import AT_ONCE
from tests.direct_stage import WORKSPACE, DirectStage

IDEAS = [f"Idea {n}" for n in range(50)]


@dataclass
class CountingJudge:
    """Calls even ideas fitting and odd ones conflicting, when it is let to; counts."""

    name: str = "scripted"
    answers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """How many it still gives."""
    at_once: int = 0
    most_at_once: int = 0
    asked: list[str] = field(default_factory=list)
    fails: str = ""

    def let(self, answers: int) -> None:
        """So many more are given."""
        for _ in range(answers):
            self.answers.release()

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        return Tokens(prompt=1000, completion=200)

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        self.asked.append(asked.question)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.answers.acquire()
        finally:
            self.at_once -= 1
        if asked.question == self.fails:
            raise NotJudged("The language model is busy.")
        even = int(asked.question.split()[1]) % 2 == 0
        kept = {"supports": ("P1",)} if even else {"opposes": ("N1",)}
        return Judgement(
            kind="fits" if even else "conflicts",
            confidence="sure",
            model=self.name,
            tokens=Tokens(prompt=900, completion=100),
            **kept,
        )


@pytest.fixture
def judge() -> CountingJudge:
    return CountingJudge()


async def staged(judge: CountingJudge, **needs: object) -> DirectStage:
    stage = DirectStage(judge=judge, **needs)  # type: ignore[arg-type]
    await stage.load_sample()
    return stage


async def turns() -> None:
    """Let everything else go on for a while."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_eight_at_a_time_with_progress_and_the_table_at_the_end(judge: CountingJudge) -> None:
    stage = await staged(judge)
    priya = await stage.seat("priya")
    said = await priya.say("/mission rank\n" + "\n".join(IDEAS))
    assert "Ranking 50 items: 0 of 50 done" in said
    assert "It takes at most 60,000 tokens." in said
    await turns()
    judge.let(100)
    await stage.core.rooms.ranking.judging.settled()
    assert judge.most_at_once == AT_ONCE
    assert sorted(judge.asked) == sorted(IDEAS)
    table = await priya.click("How far is it?")
    assert "50 items by how they fit Vitals" in table
    assert table.index("Idea 0 ") < table.index("Idea 48 ") < table.index("Idea 1 ")
    assert "✓ Fits, sure" in table
    assert "N1 “No social network" in table
    assert "too close to tell apart: your order is kept" in table
    assert "Judged by scripted under version 1 · may be wrong." in table


async def test_how_far_it_is_while_it_runs(judge: CountingJudge) -> None:
    stage = await staged(judge)
    priya = await stage.seat("priya")
    await priya.say("/mission rank\n" + "\n".join(IDEAS[:12]))
    judge.let(3)
    await turns()
    assert judge.at_once == AT_ONCE
    assert "Ranking 12 items: 3 of 12 done" in await priya.click("How far is it?")
    judge.let(100)
    await stage.core.rooms.ranking.judging.settled()
    assert "12 items by how they fit" in await priya.click("How far is it?")


async def test_who_asked_is_told_when_it_is_through(judge: CountingJudge) -> None:
    judge.let(100)
    stage = await staged(judge)
    priya = await stage.seat("priya")
    await priya.say("/mission rank\nIdea 1\nIdea 2")
    await stage.core.rooms.ranking.judging.settled()
    posts = stage.storage.data.posts  # type: ignore[union-attr]
    (result,) = [post for (_, key), post in posts.items() if key.endswith("/result")]
    assert result.to.id == "priya"


async def test_what_one_process_began_another_finishes_and_pays_nothing_twice(
    judge: CountingJudge,
) -> None:
    stage = await staged(judge)
    priya = await stage.seat("priya")
    await priya.say("/mission rank\n" + "\n".join(IDEAS[:12]))
    judge.let(5)
    await turns()
    await stage.core.rooms.ranking.judging.stop()
    judge.asked.clear()
    judge.let(100)
    again = DirectStage(storage=stage.storage, judge=judge, clock=stage.clock)
    erik = await again.seat("priya")
    erik.last = priya.last
    await erik.click("How far is it?")
    await again.core.rooms.ranking.judging.settled()
    assert len(judge.asked) == 7
    assert "12 items by how they fit" in await erik.click("How far is it?")


async def test_a_call_that_a_person_makes_meanwhile_stands(judge: CountingJudge) -> None:
    stage = await staged(judge)
    priya = await stage.seat("priya")
    await priya.say("/mission rank\n" + "\n".join(IDEAS[:4]))
    await turns()
    (how_far,) = [b for b in priya._buttons() if b.label == "How far is it?"]
    await priya.press("ranking.calls", how_far.value)
    assert "1 of 4 done" in await priya.fill({"item0": "conflicts"})
    judge.let(100)
    await stage.core.rooms.ranking.judging.settled()
    table = await priya.click("How far is it?")
    assert "Idea 0 | ✕ Conflicts (Priya Patel)" in table
    assert table.count("sure") == 3


async def test_the_watch_goes_on_while_a_process_works(judge: CountingJudge) -> None:
    stage = await staged(judge)
    priya = await stage.seat("priya")
    await priya.say("/mission rank\nIdea 1\nIdea 2")
    room, posts = stage.core.rooms.ranking, stage.storage.data.posts  # type: ignore[union-attr]
    (first,) = posts.values()
    due = Delivery(
        id="d",
        key=first.key,
        topic=first.topic,
        subject=first.subject,
        to=first.to,
        state="pending",
        not_before=stage.clock.now(),
        due_at=stage.clock.now(),
    )
    assert await room.topics[first.topic].card(WORKSPACE, due) is None
    assert sorted(key.rpartition("/")[2] for _, key in posts) == ["1", "2"]
    await room.judging.stop()


async def test_a_used_up_budget_ends_it_with_a_sentence(judge: CountingJudge) -> None:
    judge.let(100)
    stage = await staged(judge, cap=Cap(tokens=12_000))
    priya = await stage.seat("priya")
    await priya.say("/mission rank\n" + "\n".join(IDEAS))
    await stage.core.rooms.ranking.judging.settled()
    table = await priya.click("How far is it?")
    assert "This month's budget for the language model is used up." in table
    assert "not judged" in table
    assert "Call the rest" in table


async def test_one_that_fails_is_said_and_the_others_stand(judge: CountingJudge) -> None:
    judge.let(100)
    judge.fails = "Idea 1"
    stage = await staged(judge)
    priya = await stage.seat("priya")
    await priya.say("/mission rank\nIdea 1\nIdea 2")
    await stage.core.rooms.ranking.judging.settled()
    table = await priya.click("How far is it?")
    assert "The language model is busy." in table
    assert table.index("Idea 2") < table.index("Idea 1")


async def test_it_is_its_askers_until_they_share_it(judge: CountingJudge) -> None:
    judge.let(100)
    stage = await staged(judge)
    priya, erik = await stage.seat("priya"), await stage.seat("erik")
    await priya.say("/mission rank\nIdea 1\nIdea 2")
    await stage.core.rooms.ranking.judging.settled()
    await priya.click("How far is it?")
    assert "Idea 2" not in await erik.reads()
    erik.last = priya.last
    assert "Priya Patel made that ranking." in await erik.click("Share")
    await priya.click("Share")
    assert "Shared by Priya Patel" in await erik.reads()


async def test_the_file_holds_all_and_no_formula(judge: CountingJudge) -> None:
    judge.let(100)
    stage = await staged(judge)
    priya = await stage.seat("priya")
    await priya.say('/mission rank\ntitle;effort\n"=1 1";3\nIdea 2;5')
    await stage.core.rooms.ranking.judging.settled()
    make = stage.core.rooms.ranking.files["ranking"].make
    sight = Sight(conversation_id="product", person_id="priya", alone=True)
    text = (await make(WORKSPACE, sight)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["title"], row["effort"]) for row in rows] == [("Idea 2", "5"), ("'=1 1", "3")]
