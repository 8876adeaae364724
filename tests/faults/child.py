"""A bot that is going to be killed: answers questions on a database until it dies.

It says ("up", "") once it takes up what was left, then ("accepted", key) for each question that is
stored and ("answered", key) after each answer. Every step takes a random moment, so that a kill
falls between any two; where it is told a point (`bot.faults`), it dies there by itself, the nth
time that it comes by, and says ("dies", point) before.
"""

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from adapters.core import SystemClock, build_core
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from adapters.web.personas import CHANNELS, OWNER, WORKSPACE
from bot import faults
from bot.ask.model import Cap, Finding
from bot.charter.model import LineInForce
from bot.events import Command
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.fakes import WordReader

QUESTIONS = 4
"""Asked at once by each child."""


@dataclass(frozen=True)
class Life:
    """What a child is told."""

    url: str
    number: int
    """Which child it is: it asks questions of its own."""
    alone: bool = True
    """Nobody else uses the database, so it takes up what was left without waiting for leases."""
    dies_at: str = ""
    """A point of `bot.faults`."""
    times: int = 1


class SlowReader(WordReader):
    """Takes its time, so that a kill can fall into the middle of a question."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        await asyncio.sleep(self._chance.random() * 0.05)
        return await super().read(workspace, lines, question)


def live(life: Life, parent: Connection) -> None:
    """The whole life of the child."""
    if life.dies_at:
        faults.hook = _death(life, parent)
    asyncio.run(main(life, random.Random(life.number), parent))


def _death(life: Life, parent: Connection) -> faults.Hook:
    left = life.times

    def passed(point: str) -> None:
        nonlocal left
        left -= point == life.dies_at
        if left == 0:
            parent.send(("dies", point))
            os.kill(os.getpid(), signal.SIGKILL)

    return passed


async def main(life: Life, chance: random.Random, parent: Connection) -> None:
    storage = Storage(open_engine(life.url))
    clock = SystemClock()
    reader = SlowReader(chance)
    core = build_core(storage=storage, reader=reader, judge=None, cap=Cap(), clock=clock)  # type: ignore[arg-type]
    inbox = core.inbox({"web": WebMessenger(work=storage, clock=clock, hub=Hub())})
    await inbox.recover(alone=life.alone)
    parent.send(("up", ""))

    async def ask(number: int) -> None:
        await asyncio.sleep(chance.random() * 0.06)
        event = Command(
            key=f"web:dana:{number}",
            workspace=WORKSPACE,
            person=OWNER.person,
            conversation=CHANNELS["product"],
            text=f"ask should we do thing number {number}?",
        )
        task = await inbox.receive("web", event)
        parent.send(("accepted", event.key))
        if task:
            task.add_done_callback(lambda _: parent.send(("answered", event.key)))

    first = life.number * QUESTIONS
    await asyncio.gather(*(ask(number) for number in range(first, first + QUESTIONS)))
    await inbox.drain(30)
    while await inbox.recover():
        await inbox.drain(30)
    parent.send(("done", ""))
    await asyncio.sleep(60)  # until the kill
