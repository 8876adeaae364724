"""A bot that is going to be killed: answers questions on a database until it dies.

It says ("up", "") once it takes up what was left, then ("accepted", key) for each question that is
stored and ("answered", key) after each answer. Every step takes a random moment, so that a kill
falls between any two.
"""

import asyncio
import random
from collections.abc import Sequence
from multiprocessing.connection import Connection

from adapters.core import SystemClock, build_core
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from adapters.web.personas import CHANNELS, OWNER, WORKSPACE
from bot.ask.model import Cap, Finding
from bot.charter.model import LineInForce
from bot.events import Command
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.fakes import WordReader

QUESTIONS = 4
"""Asked at once by each child."""


class SlowReader(WordReader):
    """Takes its time, so that a kill can fall into the middle of a question."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        await asyncio.sleep(self._chance.random() * 0.05)
        return await super().read(workspace, lines, question)


def live(url: str, first: int, seed: int, parent: Connection) -> None:
    """The whole life of the child."""
    asyncio.run(main(url, first, random.Random(seed), parent))


async def main(url: str, first: int, chance: random.Random, parent: Connection) -> None:
    storage = Storage(open_engine(url))
    clock = SystemClock()
    reader = SlowReader(chance)
    core = build_core(storage=storage, reader=reader, judge=None, cap=Cap(), clock=clock)  # type: ignore[arg-type]
    inbox = core.inbox({"web": WebMessenger(work=storage, clock=clock, hub=Hub())})
    await inbox.recover(alone=True)
    parent.send(("up", ""))
    for number in range(first, first + QUESTIONS):
        await asyncio.sleep(chance.random() * 0.02)
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
            task.add_done_callback(lambda _, key=event.key: parent.send(("answered", key)))
    await inbox.drain(30)
    while await inbox.recover():
        await inbox.drain(30)
    parent.send(("done", ""))
    await asyncio.sleep(60)  # until the kill
