"""A message to thousands of people through a gate that processes share, on a clock of its own."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.delivery.pace import Gate, Pace, Turns, refused, slots

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STEP = SECOND / 50
ANSWERED_AFTER = SECOND / 10
BETWEEN = 1.5
"""Seconds from one time that a process is held up to the next, on the average."""


@dataclass
class Told:
    """A platform that takes `limit` a second, `bucket` at once, and asks for a `wait`."""

    limit: float
    bucket: float
    wait: float
    refusals: int = 0
    _closed_until: datetime = AT
    _tokens: float = 0
    _since: datetime = AT - timedelta(days=1)

    def call(self, now: datetime) -> float | None:
        """None: taken; else how many seconds to stay away."""
        passed = (now - self._since).total_seconds()
        self._tokens = min(self.bucket, self._tokens + passed * self.limit)
        self._since = now
        if now < self._closed_until:
            self.refusals += 1
            return (self._closed_until - now).total_seconds()
        if self._tokens < 1:
            self.refusals += 1
            self._closed_until = now + self.wait * SECOND
            return self.wait
        self._tokens -= 1
        return None


@dataclass
class Process:
    """One of those that send. While it is held up it does nothing, and hears nothing."""

    chance: random.Random
    held_up: tuple[float, float] | None
    runs_at: datetime = AT
    held_up_at: datetime = AT
    turns: Turns = field(default_factory=Turns)
    starts: list[tuple[datetime, timedelta]] = field(default_factory=list)
    answers: list[tuple[datetime, datetime, float | None]] = field(default_factory=list)
    """When it is answered, when it began the call, how long it is to stay away."""

    def runs(self, now: datetime) -> bool:
        if self.held_up and now >= self.held_up_at:
            self.runs_at = now + self.chance.uniform(*self.held_up) * SECOND
            self.held_up_at = self.runs_at + self.chance.expovariate(1 / BETWEEN) * SECOND
        return now >= self.runs_at

    def beginning(self, now: datetime) -> int:
        """How many calls it begins."""
        later, begun = [], 0
        for start_at, every in sorted(self.starts):
            begins = start_at if start_at > now else self.turns.begins("W", start_at, every, now)
            if begins > now:
                later.append((begins, every))
            else:
                begun += 1
        self.starts = later
        return begun


class FanOut:
    """So many messages by so many processes. `held_up`: for how long nothing runs in a process,
    from and to, in seconds."""

    def __init__(
        self,
        people: int,
        told: Told,
        pace: Pace,
        replicas: int,
        held_up: tuple[float, float] | None = None,
    ) -> None:
        chance = random.Random(1)
        self._people = self._left = people
        self._told = told
        self._pace = pace
        self._gate = Gate()
        self._now = AT
        self._processes = [Process(chance, held_up) for _ in range(replicas)]

    def play(self) -> "FanOut":
        while self._left or any(each.starts or each.answers for each in self._processes):
            for process in self._processes:
                if process.runs(self._now):
                    self._hear(process)
                    self._ask_the_gate(process)
                    self._call(process)
            self._now += STEP
        return self

    @property
    def times(self) -> float:
        """How long it took, in times of what the limit makes it take."""
        return (self._now - AT).total_seconds() * self._told.limit / self._people

    @property
    def refusals(self) -> int:
        return self._told.refusals

    def _hear(self, process: Process) -> None:
        now = self._now
        heard = [each for each in process.answers if each[0] <= now]
        process.answers = [each for each in process.answers if each[0] > now]
        for _, began_at, wait in heard:
            if wait is not None:
                self._gate = refused(
                    self._gate, self._pace, now, began_at=began_at, retry_after=wait
                )
                self._left += 1
                self._give_back(process)

    def _ask_the_gate(self, process: Process) -> None:
        if self._gate.blocked_until > self._now:
            self._give_back(process)
        given = slots(self._gate, self._pace, self._now, min(self._left, 50))
        self._gate = given.used(len(given.starts))
        self._left -= len(given.starts)
        process.starts += [(start, given.every) for start in given.starts]

    def _call(self, process: Process) -> None:
        for _ in range(process.beginning(self._now)):
            wait = self._told.call(self._now)
            process.answers.append((self._now + ANSWERED_AFTER, self._now, wait))

    def _give_back(self, process: Process) -> None:
        self._left += len(process.starts)
        process.starts = []
