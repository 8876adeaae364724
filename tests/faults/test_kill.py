"""`kill -9` at random moments and at named ones: what was accepted is answered, once."""

import contextlib
import multiprocessing
import random
import time
from collections import Counter

import pytest

from adapters.core import SystemClock
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.web.personas import OWNER, WORKSPACE
from bot.charter.service import CharterService
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.faults.child import QUESTIONS, Life, live

KILLS = {"sqlite": 50, "postgresql": 20}
LONGEST_LIFE = 0.6
"""Seconds from a child's first words to its death."""
POINTS = ("inbox.stored", "inbox.begun", "inbox.dispatched", "inbox.answered", "inbox.finished")


@pytest.fixture
async def url(database_url: str) -> str:
    await prepare(database_url)
    return database_url


async def test_kills_at_random_lose_nothing_and_answer_nothing_twice(url: str) -> None:
    kills = KILLS[url.partition(":")[0]]
    chance = random.Random(20261122)
    accepted: set[str] = set()
    unfinished = 0
    for number in range(kills):
        # Squared: most questions are answered in the first third of the longest life.
        said = live_and_die(Life(url, number), chance.random() ** 2 * LONGEST_LIFE)
        accepted |= said["accepted"]
        unfinished += len(said["accepted"] - said["answered"])
    live_and_die(Life(url, kills), 60.0)  # the last one finishes what the others left
    assert len(accepted) > kills, "the children died before they did much: the test tests nothing"
    assert unfinished > kills / 4, "hardly a kill fell into a question: the test tests nothing"
    await all_answered_once(url, accepted)


@pytest.mark.parametrize("point", POINTS)
async def test_a_death_between_any_two_steps_loses_nothing(url: str, point: str) -> None:
    accepted: set[str] = set()
    for number in range(QUESTIONS):
        # The first one to come by, the second, and so on: also with neighbours half done.
        said = live_and_die(Life(url, number, dies_at=point, times=number + 1), 60.0)
        assert said["dies"] == {point}, "it never came by: the test tests nothing"
        accepted |= said["accepted"]
    last = live_and_die(Life(url, QUESTIONS), 60.0)
    assert last["answered"], "the last one answered nothing"
    await all_answered_once(url, accepted | last["accepted"])


async def all_answered_once(url: str, accepted: set[str]) -> None:
    """Raises where an accepted question has no answer on the page, or two."""
    answers, verdicts = await stored(url)
    assert accepted <= set(answers), "accepted and never answered"
    assert max(answers.values()) == 1, "answered twice"
    assert verdicts == len(answers), "judged twice"


async def prepare(url: str) -> None:
    storage = Storage(open_engine(url))
    charters = CharterService(work=storage, clock=SystemClock())
    await import_charter(charters, WORKSPACE, SAMPLE, by=OWNER.person)
    await storage.close()


def live_and_die(life: Life, seconds: float) -> dict[str, set[str]]:
    """Run a child for so long after it is up (or until it is done), then `kill -9` it; what it
    said, by word."""
    # A fork server that has imported everything: a child is up in milliseconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.child"])
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=live, args=(life, theirs))
    child.start()
    theirs.close()
    said: dict[str, set[str]] = {"accepted": set(), "answered": set(), "dies": set()}
    with contextlib.suppress(EOFError):
        word, about = ours.recv()
        until = time.monotonic() + seconds
        while word != "done":
            said.setdefault(word, set()).add(about)
            if not ours.poll(max(0.0, until - time.monotonic())):
                break
            word, about = ours.recv()
        child.kill()
        while True:  # what it had said before it died
            word, about = ours.recv()
            said.setdefault(word, set()).add(about)
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
