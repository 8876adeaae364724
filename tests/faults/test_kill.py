"""`kill -9` at random moments: what was accepted is answered, once."""

import contextlib
import multiprocessing
import random
import time
from collections import Counter
from pathlib import Path

from adapters.core import SystemClock
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.web.personas import OWNER, WORKSPACE
from bot.charter.service import CharterService
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage
from tests.faults.child import QUESTIONS, live

KILLS = 50
LONGEST_LIFE = 0.6
"""Seconds from a child's first words to its death."""


async def test_fifty_kills_lose_nothing_and_answer_nothing_twice(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/missionbot.db"
    await prepare(url)
    chance = random.Random(20261122)
    accepted: set[str] = set()
    unfinished = 0
    for round_ in range(KILLS):
        said = live_and_die(url, round_, chance.random() * LONGEST_LIFE)
        accepted |= said["accepted"]
        unfinished += len(said["accepted"] - said["answered"])
    live_and_die(url, KILLS, 30.0)  # the last one finishes what the others left

    answers, verdicts = await stored(url)
    assert len(accepted) > KILLS, "the children died before they did much: the test tests nothing"
    assert unfinished > KILLS / 4, "hardly a kill fell into a question: the test tests nothing"
    assert accepted <= set(answers), "accepted and never answered"
    assert max(answers.values()) == 1, "answered twice"
    assert verdicts == len(answers), "judged twice"


async def prepare(url: str) -> None:
    engine = open_engine(url)
    await upgrade(engine)
    charters = CharterService(work=Storage(engine), clock=SystemClock())
    await import_charter(charters, WORKSPACE, SAMPLE, by=OWNER.person)
    await engine.dispose()


def live_and_die(url: str, round_: int, seconds: float) -> dict[str, set[str]]:
    """Run a child for so long after it is up (or until it is done), then `kill -9` it; what it
    said, by word."""
    # A fork server that has imported everything: a child is up in milliseconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.child"])
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=live, args=(url, round_ * QUESTIONS, round_, theirs))
    child.start()
    theirs.close()
    said: dict[str, set[str]] = {"accepted": set(), "answered": set()}
    with contextlib.suppress(EOFError):
        assert ours.recv() == ("up", "")
        until = time.monotonic() + seconds
        while ours.poll(max(0.0, until - time.monotonic())):
            word, key = ours.recv()
            if word == "done":
                break
            said[word].add(key)
        child.kill()
        while True:  # what it had said before it died
            word, key = ours.recv()
            said.setdefault(word, set()).add(key)
    child.join()
    return said


async def stored(url: str) -> tuple[Counter[str], int]:
    """How many answers each question has on the page, and how many verdicts they show."""
    storage = Storage(open_engine(url))
    async with storage(WORKSPACE) as tx:
        said = await tx.transcript.latest("product", OWNER.person.id, 10_000)
    await storage.close()
    buttons = [
        button.value
        for message in said
        for element in (message.card.elements if message.card else ())
        if element.element == "actions"
        for button in element.buttons
        if button.element == "button"
    ]
    verdicts = {value.rpartition(":")[2] for value in buttons}
    return Counter(message.key.rpartition("/")[0] for message in said), len(verdicts)
