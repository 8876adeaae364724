"""Fifty ideas in one table: the reader's part on one core, and a language model that takes three
seconds an answer; its floor is fifty answers, as many at a time as we ask for, with nothing else.
"""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from adapters.core import SystemClock, build_core, read_sample
from adapters.judging.reader import OnnxReader
from adapters.local import OPERATOR, WORKSPACE
from bot.ask.model import Cap, Judgement, Precedent, Tokens
from bot.ask.ports import Asked
from bot.charter.model import InForce
from bot.events import ButtonClick, Command, Conversation
from bot.plain_text import plain_text
from bot.ranking.judging import AT_ONCE
from bot.replies import Replies
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage

ITEMS = 50
ANSWER = 3.0
"""Seconds."""
READING_AIM = 1.0
"""Seconds of one core for the reader's part."""
AIM = 30.0
"""Seconds for the whole table with the language model."""
IDEAS = "\n".join(f"Let members share reading number {n} with their clinic" for n in range(ITEMS))


@dataclass(frozen=True)
class SlowJudge:
    """Takes its time and finds everything fitting."""

    name: str = "slow"

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        return Tokens(prompt=1000, completion=200)

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        await asyncio.sleep(ANSWER)
        return Judgement(kind="fits", supports=("P1",), confidence="sure", model=self.name)


async def ranked(judge: SlowJudge | None) -> tuple[float, float, list[str]]:
    """Seconds of the core until the first answer, seconds by the clock until all is judged, and
    what was shown on the way."""
    engine = open_engine("sqlite+aiosqlite://")
    await upgrade(engine)
    storage = Storage(engine)
    reader = OnnxReader(storage.vectors)
    await reader.warm()
    core = build_core(storage=storage, reader=reader, judge=judge, cap=Cap(), clock=SystemClock())
    name, drafts = read_sample()
    await core.charters.create(WORKSPACE, name, drafts, by=OPERATOR)
    event = Command(
        key="e1",
        workspace=WORKSPACE,
        person=OPERATOR,
        conversation=Conversation(id="c1"),
        text=f"rank\n{IDEAS}",
    )
    began, core_began = time.perf_counter(), time.process_time()
    answer = await core.router.dispatch(event)
    reading = time.process_time() - core_began
    assert isinstance(answer, Replies)
    shown = [plain_text(answer.items[0].card).splitlines()[0]]
    settled = asyncio.create_task(core.rooms.ranking.judging.settled())
    while not settled.done():
        await asyncio.wait({settled}, timeout=ANSWER * 1.5)
        click = ButtonClick(
            key=f"look{len(shown)}",
            workspace=WORKSPACE,
            person=OPERATOR,
            conversation=event.conversation,
            action="ranking.show",
            value=event.key,
        )
        now = await core.router.dispatch(click)
        assert isinstance(now, Replies)
        shown.append(plain_text(now.items[0].card).splitlines()[0])
    taken = time.perf_counter() - began
    await storage.close()
    return reading, taken, shown


def main() -> None:
    """Prints the figures; fails where an aim is missed."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    reading, _, _ = asyncio.run(ranked(None))
    print(f"{ITEMS} items read and shown: {reading:.2f} s of one core (aim: {READING_AIM:g})")
    _, taken, shown = asyncio.run(ranked(SlowJudge()))
    floor = ceil(ITEMS / AT_ONCE) * ANSWER
    print(f"{ITEMS} items judged, {ANSWER:g} s an answer: {taken:.1f} s (aim: under {AIM:g})")
    print(f"floor, {AT_ONCE} at a time and nothing else: {floor:.1f} s; ratio {taken / floor:.2f}")
    print("progress shown: " + "; ".join(dict.fromkeys(shown)))
    if reading > READING_AIM or taken > AIM:
        sys.exit("an aim was missed")


if __name__ == "__main__":
    main()
