"""Any order of adopting, confirming, coming, leaving, hurrying, closing, time and restarts: the
card is posted once a channel, nobody gets more than two reminders of a version, nobody who has
confirmed gets one, and whoever is missing gets exactly those that are due.

The model beside it works out by itself who is to be reminded when. Faults planted in the code must
make it fail: that shows what it can see.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.announcing import adoption, newcomers, topic
from bot.announcing.asked import Asked
from bot.announcing.model import Announcement
from bot.events import Event, Person
from tests.announcing.town import (
    DANA,
    ERIK,
    GROWTH,
    LINES,
    NOA,
    PRIYA,
    PRODUCT,
    Town,
    alone,
    open_town,
)

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STEPS = (HOUR, 3 * HOUR, DAY, 2 * DAY, 12 * DAY)
CHANNELS = (PRODUCT, GROWTH)
PEOPLE = (DANA, PRIYA, ERIK, NOA)
PEOPLE_BY_ID = {person.id: person for person in PEOPLE}
QUIET = range(9, 14)
"""Erik's quiet hours."""
Reminder = tuple[int, str]
"""A version, and whom it reminds."""


@dataclass
class Version:
    """What the model knows of one announced version."""

    number: int
    id: str
    by: Person
    dues: list[datetime]
    open: bool = True
    confirmed: set[str] = field(default_factory=set)
    newcomers: set[str] = field(default_factory=set)
    """Who was shown the charter since it was adopted."""
    hurried_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """A reminder that waits until somebody works, or until their quiet hours are over."""

    at: datetime
    version: int
    person: str
    turn: int


def due_days(at: datetime) -> list[datetime]:
    """The third and the seventh weekday after that day, at ten."""
    day, found = at.replace(hour=10, minute=0, second=0, microsecond=0), []
    worked = 0
    while len(found) < 2:
        day += DAY
        worked += day.weekday() < 5
        if worked in (3, 7) and day.weekday() < 5:
            found.append(day)
    return found


def moment(at: datetime, person: str) -> datetime:
    """When the person may be reminded."""
    if at.weekday() >= 5:
        at = (at + (7 - at.weekday()) * DAY).replace(hour=10, minute=0, second=0)
    if person == ERIK.id and at.hour in QUIET:
        at = at.replace(hour=QUIET.stop, minute=0, second=0)
    return at


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.town: Town = self.wait(self.begin())
        self.versions: list[Version] = []
        self.waiting: list[Waiting] = []
        self.expected: Counter[Reminder] = Counter()
        self.here = {channel.id: {person.id for person in PEOPLE} for channel in CHANNELS}
        self.greeted: set[str] = set()
        self.last: Event | None = None

    async def begin(self) -> Town:
        town = await open_town(dict.fromkeys(CHANNELS, PEOPLE))
        await town.says(ERIK, f"settings quiet {QUIET.start}:00-{QUIET.stop}:00")
        await town.pass_time()
        return town

    def wait(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.wait(self.town.storage.close())
        self.loop.close()

    # What happens

    @initialize()
    def begin_with_a_version(self) -> None:
        self.adopt(DANA)

    @rule(by=st.sampled_from([DANA, DANA, PRIYA]))
    def adopt(self, by: Person) -> None:
        number = len(self.versions) + 2
        for version in self.versions:
            version.open = False
        lines = (*LINES, ("principle", f"Rule {number}."))
        self.wait(self.town.adopt(lines, by=by))
        announced: Announcement = self.wait(self.town.newest())
        at = self.town.clock.now()
        self.versions.append(Version(number=number, id=announced.id, by=by, dues=due_days(at)))
        self.time_passes(SECOND)

    @precondition(lambda self: self.versions)
    @rule(
        who=st.sampled_from((*PEOPLE, ERIK, ERIK)),
        back=st.sampled_from([1, 1, 1, 2]),
        privately=st.booleans(),
    )
    def confirm(self, who: Person, back: int, privately: bool) -> None:
        version = self.versions[-min(back, len(self.versions))]
        where = alone(who) if privately else PRODUCT
        self.wait(self.town.click(who, "announcing.read", version.id, where))
        if version is self.versions[-1]:
            version.confirmed.add(who.id)

    @rule(who=st.sampled_from((NOA, NOA, PRIYA, ERIK)), where=st.sampled_from(CHANNELS))
    def come(self, who: Person, where: Any) -> None:
        self.here[where.id].add(who.id)
        self.wait(self.town.comes(who, where))
        if who.id not in self.greeted:
            self.greeted.add(who.id)
            for version in self.versions:
                version.newcomers.add(who.id)
        self.time_passes(SECOND)

    @rule(who=st.sampled_from(PEOPLE), where=st.sampled_from(CHANNELS))
    def leave(self, who: Person, where: Any) -> None:
        self.here[where.id].discard(who.id)
        self.wait(self.town.leaves(who, where))

    @precondition(lambda self: self.versions)
    @rule(read_meanwhile=st.booleans())
    def remind_now(self, read_meanwhile: bool) -> None:
        """`read_meanwhile`: by those whose reminder waits."""
        version, now = self.versions[-1], self.town.clock.now()
        self.wait(self.town.click(DANA, "announcing.remind", version.id))
        recent = version.hurried_at is not None and now - version.hurried_at < DAY
        if version.open and version.dues and not recent:
            version.hurried_at = now
            turn = 3 - len(version.dues)
            version.dues.pop(0)
            self.fall_due(version, turn, now)
        self.come_out(now)
        self.time_passes(SECOND)
        if read_meanwhile:
            for person in {each.person for each in self.waiting if each.version == version.number}:
                self.confirm(PEOPLE_BY_ID[person], 1, privately=False)

    @precondition(lambda self: self.versions)
    @rule()
    def close(self) -> None:
        self.wait(self.town.click(DANA, "announcing.close", self.versions[-1].id))
        self.versions[-1].open = False

    @rule(by=st.sampled_from(STEPS))
    def time_passes(self, by: timedelta) -> None:
        self.wait(self.town.pass_time(by))
        self.catch_up(self.town.clock.now())

    @rule()
    def restart(self) -> None:
        self.town.restart()

    @rule()
    def the_answer_to_the_next_message_is_lost(self) -> None:
        self.town.answers_lost = 1

    # What should come of it

    def catch_up(self, now: datetime) -> None:
        """Everything that falls due, in order."""
        while True:
            dues = [v.dues[0] for v in self.versions if v.dues]
            nexts = sorted(at for at in (*dues, *(w.at for w in self.waiting)) if at <= now)
            if not nexts:
                return
            for version in self.versions:
                if version.dues and version.dues[0] == nexts[0]:
                    turn = 3 - len(version.dues)
                    version.dues.pop(0)
                    self.fall_due(version, turn, nexts[0])
            self.come_out(nexts[0])

    def fall_due(self, version: Version, turn: int, at: datetime) -> None:
        self.waiting = [w for w in self.waiting if w.version != version.number]
        if not version.open:
            return
        there = set().union(*self.here.values())
        for person in there - {version.by.id} - version.confirmed - version.newcomers:
            self.waiting.append(Waiting(moment(at, person), version.number, person, turn))

    def come_out(self, now: datetime) -> None:
        for each in [w for w in self.waiting if w.at <= now]:
            self.waiting.remove(each)
            version = self.versions[each.version - 2]
            if version.open and each.person not in version.confirmed:
                self.expected[each.version, each.person] += 1

    def reminded(self) -> Counter[Reminder]:
        found: Counter[Reminder] = Counter()
        for version in self.versions:
            for person in PEOPLE:
                title = f"Have you seen version {version.number} of"
                found[version.number, person.id] = sum(
                    title in sent.card.summary for sent in self.town.to(person)
                )
        return +found

    @invariant()
    def the_missing_are_reminded_and_nobody_else(self) -> None:
        assert self.reminded() == +self.expected

    @invariant()
    def at_most_twice(self) -> None:
        assert all(times <= 2 for times in self.reminded().values())

    @invariant()
    def each_channel_has_each_card_once(self) -> None:
        for version in self.versions:
            title = f"Vitals changed: version {version.number}\n"
            for channel in CHANNELS:
                cards = [sent for sent in self.town.to(channel) if title in sent.words]
                assert len(cards) == 1, (version.number, channel.id)

    @invariant()
    def newcomers_get_the_charter_once(self) -> None:
        for person in PEOPLE:
            welcomes = [sent for sent in self.town.to(person) if "Welcome." in sent.words]
            assert len(welcomes) == (person.id in self.greeted)


SETTINGS = settings(
    max_examples=12,
    stateful_step_count=14,
    deadline=None,
    # Shrinking would take minutes; the steps say enough.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Machine.TestCase.settings = SETTINGS
TestAnyOrder = Machine.TestCase


# What it can see


async def _all_of_them(self: Any, workspace: str, announcement: Announcement) -> Any:
    return []


async def _never(*_: object) -> bool:
    return False


async def _nothing(*_: object) -> None:
    return None


Patch = pytest.MonkeyPatch
Fault = tuple[Callable[[Patch], object], Callable[[Machine], object]]
"""What is broken, and the steps after which the model must disagree: the machine draws such steps
at random, and here they are written down, as a search for each would take a minute."""

FAULTS: dict[str, Fault] = {
    "whoever confirmed while a reminder waited gets it": (
        lambda patch: patch.setattr(topic.ReminderTopic, "_is_over", _never),
        lambda model: (model.remind_now(read_meanwhile=True), model.time_passes(DAY)),
    ),
    "a third reminder": (
        lambda patch: patch.setitem(adoption.REMINDED_ON, 3, 9),  # type: ignore[arg-type]
        lambda model: (model.time_passes(12 * DAY), model.time_passes(2 * DAY)),
    ),
    "a day early": (
        lambda patch: patch.setitem(adoption.REMINDED_ON, 1, 2),  # type: ignore[arg-type]
        lambda model: (model.time_passes(2 * DAY), model.time_passes(3 * HOUR)),
    ),
    "an older version is not replaced": (
        lambda patch: patch.setattr(adoption, "_replace_older", _nothing),
        lambda model: (model.adopt(DANA), model.time_passes(12 * DAY)),
    ),
    "whoever adopted it is reminded": (
        lambda patch: patch.setattr(Announcement, "authors", property(lambda self: [])),
        lambda model: model.time_passes(12 * DAY),
    ),
    "nobody is reminded": (
        lambda patch: patch.setattr(Asked, "_members", _all_of_them),
        lambda model: model.time_passes(12 * DAY),
    ),
    "quiet hours are not kept": (
        lambda patch: patch.setattr(topic, "first_moment", lambda now, hours: None),
        lambda model: model.remind_now(read_meanwhile=False),
    ),
    "newcomers are not greeted": (
        lambda patch: patch.setattr(newcomers.Comings, "_greet", _nothing),
        lambda model: model.come(NOA, PRODUCT),
    ),
    "cards have no key of their own": (
        lambda patch: patch.setattr(adoption, "_key", lambda announcement, to: to.id),
        lambda model: model.adopt(DANA),
    ),
}


def played(steps: Callable[[Machine], object]) -> None:
    """The steps, after the first version; raises what the invariants raise."""
    model = Machine()
    try:
        model.begin_with_a_version()
        steps(model)
        model.the_missing_are_reminded_and_nobody_else()
        model.at_most_twice()
        model.each_channel_has_each_card_once()
        model.newcomers_get_the_charter_once()
    finally:
        model.teardown()


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, steps = FAULTS[name]
    played(steps)
    plant(monkeypatch)
    with pytest.raises((AssertionError, KeyError)):
        played(steps)
