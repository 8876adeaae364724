"""A pulse for 500 people in twelve time zones, over the night in which clocks are changed, killed
twenty times on the way: everybody is asked once, at ten o'clock of their own.

It is asked on Friday 23 October 2026 and open until Monday evening; in the night to Sunday the
clocks go back in Europe.
"""

import asyncio
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.keys import DirectoryKeys
from bot.cards import Actions, Button
from bot.charter.service import CharterService
from bot.events import ButtonClick, FormSubmit
from bot.pulse.forms import setup_form
from bot.pulse.model import Published
from bot.replies import Replies
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.databases import make_tables
from tests.fake_platform import Platform, serving
from tests.faults.pulse_child import (
    PLACE,
    SIZE,
    Company,
    FileClock,
    Life,
    W,
    answers,
    build,
    live,
    person,
    zone_of,
)

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.pulse_child"])
KILLS = 20
BEGIN = datetime(2026, 10, 21, 12, tzinfo=UTC)
END = datetime(2026, 10, 28, 20, tzinfo=UTC)
FRIDAY = date(2026, 10, 23)
ASKED, RESULTS = "A pulse: under a minute, anonymous", "Pulse of"


@contextmanager
def company(folder: Path, url: str) -> Iterator[tuple[Platform, Life]]:
    """The pulse is on; nobody has been asked."""
    clock = FileClock(folder)
    clock.set(BEGIN)
    platform = Platform(burst=1_000_000, now=lambda: clock.now().timestamp())
    with serving(platform) as address:
        asyncio.run(set_up(folder, url, address, clock))
        yield platform, Life(url=url, platform=address, folder=folder, until=END)


async def set_up(folder: Path, url: str, address: str, clock: FileClock) -> None:
    storage, poster = Storage(open_engine(url)), Company(address)
    await DirectoryKeys(folder / "keys").prepare()
    charters = CharterService(work=storage, clock=clock)
    await import_charter(charters, W, SAMPLE, by=person(0))
    pulsing = build(storage, folder, poster, clock)
    about = {"workspace": W, "person": person(0), "conversation": PLACE}
    shown = setup_form(PLACE, (), groups=())
    fields = {each.name: str(getattr(each, "value", "") or "") for each in shown.fields}
    fields |= {"weekday": "FR", "statements": "We are clear.\nWe believe.\nWe do.", "a_time": "3"}
    form = FormSubmit.model_validate(
        {**about, "key": "form", "form": "pulse.draft", "fields": fields}
    )
    shown_back = await pulsing.routes.forms["pulse.draft"](form)
    assert isinstance(shown_back, Replies)
    *_, actions = shown_back.items[0].card.elements
    assert isinstance(actions, Actions)
    start = actions.buttons[0]
    assert isinstance(start, Button)
    click = ButtonClick.model_validate(
        {**about, "key": "click", "action": start.action, "value": start.value}
    )
    await pulsing.routes.buttons["pulse.start"](click)
    await poster.close()
    await storage.close()


def deaths(chance: random.Random) -> list[tuple[datetime, int]]:
    """From when on, and at which point after that. Much happens at ten o'clock and at fifteen in
    each zone; less when answers are given, and least at the end."""
    begun = datetime.combine(FRIDAY, time(10), UTC) - timedelta(hours=14)
    most_passes = {0: 20, 3: 40, 9: 40, 13: 40, 20: 40, 40: 60, 72: 40, 77: 40, 85: 40, 107: 3}
    hours = [*sorted(chance.choices([*most_passes], k=KILLS - 2)), 107, 107]
    return [(begun + timedelta(hours=hour), chance.randint(1, most_passes[hour])) for hour in hours]


def die(life: Life, at: datetime, passes: int) -> None:
    child = CONTEXT.Process(
        target=live, args=(life.model_copy(update={"die_at": at, "passes": passes}),)
    )
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def finish(life: Life) -> None:
    child = CONTEXT.Process(target=live, args=(life,))
    child.start()
    child.join(120)
    assert child.exitcode == 0


ENGINES = ["sqlite", "postgresql"] if "MISSIONBOT_KILLS" in os.environ else ["sqlite"]
"""PostgreSQL with `make faults` alone: each takes half a minute of a processor."""


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    made = f"sqlite:///{tmp_path}/missionbot.db"
    make_tables(made)
    return made


def test_everybody_is_asked_once_at_ten_of_their_own_however_often_it_dies(
    url: str, tmp_path: Path
) -> None:
    chance = random.Random(20261025)
    with company(tmp_path, url) as (platform, life):
        for at, passes in deaths(chance):
            die(life, at, passes)
        finish(life)
    assert max(platform.copies.values()) == 1, "something came twice"
    for number in range(SIZE):
        assert_got(platform, person(number).id)
    others = {post.conversation for post in platform.posts}
    assert others == {person(number).id for number in range(SIZE)} | {"all"}
    told = Counter(post.conversation for post in platform.posts if RESULTS in post.text)
    assert told == {person(0).id: 1, "all": 1}
    published = asyncio.run(result(url))
    assert published.share == 35  # a third, rounded
    assert all(each.words for each in published.figures)


def assert_got(platform: Platform, person_id: str) -> None:
    """The question on Friday at ten; two reminders for who did not answer."""
    zone = ZoneInfo(zone_of(person_id))
    got = [
        datetime.fromtimestamp(post.at, zone)
        for post in platform.posts
        if post.conversation == person_id and post.text == ASKED
    ]
    # After a death on PostgreSQL half a minute passes until another process takes it up.
    asked, *reminded = [f"{at:%a %H}:{at.minute // 5 * 5:02}" for at in got]
    assert asked == "Fri 10:00"
    if answers(person_id):
        assert not reminded
        return
    first, last = reminded
    assert first == "Mon 10:00"
    # Where Monday ends in Los Angeles, it is Tuesday evening on the other side.
    assert last in ("Mon 15:00", "Tue 15:00")


async def result(url: str) -> Published:
    storage = Storage(open_engine(url))
    async with storage(W) as tx:
        (pulse,) = await tx.pulses.all()
        (found,) = await tx.editions.published(pulse.id, 10)
    await storage.close()
    return found
