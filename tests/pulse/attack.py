"""Somebody who has everything but the keys, and tries to find out who said what.

A town of people answers run after run over the real storage: through the inbox, into ballots, into
what is published. The attacker has the database as it is, a backup taken after each single answer,
the staff list, the order in which people answered, the logs, and whatever is stored or configured.
Each way of guessing says, for each run, who wrote which published words.
"""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.delivery.inbox import Accepted
from bot.events import EVENT, Conversation, FormSubmit, Person
from bot.pulse.answering import AnsweringService
from bot.pulse.closing import ClosingService
from bot.pulse.model import Answers, Pulse, Statement
from bot.pulse.ports import Cipher, KeyStore
from bot.pulse.sealing import Secrets
from bot.recurrence.model import Rule
from storage.unit_of_work import Storage
from tests.fakes import FixedClock

WORKSPACE = "web:town"
PEOPLE = tuple(f"person-{name}" for name in ("ada", "bo", "cy", "di", "ed", "flo", "gus", "hal"))
PLACE = Conversation(id="web:product", name="product")


def bound(runs: int) -> float:
    """Links that are too many: chance finds one a run, with a variance of one, and this is three
    deviations more. 460 of 3,200 in 400 runs."""
    return runs + 3 * math.sqrt(runs)


@dataclass
class Taken:
    """A backup: rows in the order in which they lie in the database."""

    ballots: dict[str, dict[bytes, bytes]]
    """What is sealed, by edition and token."""
    inbox: list[str]


@dataclass
class Seen:
    """What the attacker has of one run."""

    edition_id: str
    order: list[str]
    """Who answered, the first one first."""
    backups: list[Taken]
    """After each answer."""
    published: list[str]
    truth: Mapping[str, str]
    """Who wrote what; for counting alone."""

    @property
    def ballots(self) -> dict[bytes, bytes]:
        """All of them, just before the close."""
        return self.backups[-1].ballots[self.edition_id]


@dataclass
class Town:
    """People who answer, over a storage. Several pulses of theirs run side by side, as everything
    is stored for each alone and looked at for all together."""

    storage: Storage
    keys: KeyStore
    cipher: Cipher
    shuffle: Any
    dice: random.Random
    side_by_side: int = 20
    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        self.answering = AnsweringService(
            work=self.storage, keys=self.keys, cipher=self.cipher, clock=self.clock
        )
        self.closing = ClosingService(
            work=self.storage,
            upkeep=self.storage.pulse_upkeep,
            keys=self.keys,
            cipher=self.cipher,
            clock=self.clock,
            shuffle=self.shuffle,
        )
        self.pulses = [a_pulse(self.clock, id_=f"pulse{n}") for n in range(self.side_by_side)]

    async def begin(self) -> None:
        async with self.storage(WORKSPACE) as tx:
            for pulse in self.pulses:
                await tx.pulses.add(pulse)

    async def run(self, number: int) -> list[Seen]:
        """One edition of every pulse, from its beginning to its end."""
        closes = self.clock.now() + timedelta(days=2)
        seen = [await self._open(pulse, f"{pulse.id}-{number}", closes) for pulse in self.pulses]
        for turn in range(len(PEOPLE)):
            taken = await self._answers(seen, turn)
            for each in seen:
                each.backups.append(taken)
        self.clock.advance(timedelta(days=7))
        for each in seen:
            published = await self.closing.close(WORKSPACE, each.edition_id)
            assert published is not None
            each.published.extend(published.words)
            assert sorted(each.published) == sorted(each.truth.values())
        return seen

    async def _open(self, pulse: Pulse, edition_id: str, closes: datetime) -> Seen:
        await self.answering.open(WORKSPACE, pulse, edition_id, PEOPLE, closes)
        order = self.dice.sample(PEOPLE, len(PEOPLE))
        # Words of any length: what is sealed must not show it.
        said = {
            person: f"words{self.dice.randbytes(self.dice.randint(6, 400)).hex()}"
            for person in order
        }
        return Seen(edition_id=edition_id, order=order, backups=[], published=[], truth=said)

    async def _answers(self, seen: Sequence[Seen], turn: int) -> Taken:
        """One answer in each run, through the inbox, which stores before anything is done; the
        backup is taken at the worst moment, when the events are there still."""
        sent = [_sent(each, each.order[turn]) for each in seen]
        now = self.clock.now()
        await self.storage.recovery.add_all(sent, now + timedelta(minutes=1))
        for each in seen:
            person = each.order[turn]
            scores = {f"q{number}": self.dice.randint(1, 5) for number in range(1, 4)}
            answers = Answers(scores=scores, words=each.truth[person])
            await self.answering.answer(WORKSPACE, each.edition_id, person, answers)
        taken = await take(self.storage)
        await self.storage.recovery.finish_all([each.id for each in sent], now)
        return taken


def _sent(run: Seen, person: str) -> Accepted:
    key = hashlib.sha256(f"{run.edition_id}/{person}".encode()).hexdigest()
    event = FormSubmit(
        key=key,
        workspace=WORKSPACE,
        person=Person(id=person, name=person.title()),
        conversation=Conversation(id=f"web:{person}", private=True, direct=True),
        form="pulse.answer",
        state=run.edition_id,
        fields={"s1": "4", "words": run.truth[person]},
    )
    return Accepted(channel="web", event=event, tries=1)


def a_pulse(clock: FixedClock, least: int = 5, id_: str = "pulse") -> Pulse:
    """One that asks three statements and an open question every Monday."""
    start = clock.now().replace(tzinfo=None)
    return Pulse(
        id=id_,
        charter_id="charter",
        conversation=PLACE,
        by=Person(id=PEOPLE[0], name="Ada"),
        made_at=clock.now(),
        rule=Rule(kind="rrule", text="FREQ=WEEKLY;BYDAY=MO", start=start, zone="Europe/Berlin"),
        statements=tuple(
            Statement(id=f"q{number}", text=f"Statement {number}.", about="clarity")
            for number in range(1, 4)
        ),
        a_time=3,
        open_question="What is unclear?",
        least=least,
        state="on",
    )


async def take(storage: Storage) -> Taken:
    """A backup of what is stored now."""
    lies = "ORDER BY ctid" if storage._engine.dialect.name == "postgresql" else ""
    async with storage._engine.connect() as connection:
        rows = await connection.execute(
            text(f"SELECT edition_id, token, sealed FROM pulse_ballot {lies}")  # noqa: S608
        )
        events = await connection.execute(text("SELECT event FROM inbox WHERE event IS NOT NULL"))
        ballots: dict[str, dict[bytes, bytes]] = {}
        for row in rows:
            ballots.setdefault(row.edition_id, {})[bytes(row.token)] = bytes(row.sealed)
        return Taken(ballots=ballots, inbox=list(events.scalars()))


# Ways of guessing


def links(seen: Sequence[Seen], keys: Collection[bytes], cipher: Cipher) -> Counter[str]:
    """How many links each way finds, over all runs."""
    found: Counter[str] = Counter()
    for run in seen:
        for way, guess in guesses(run, keys, cipher):
            found[way] += sum(guess.get(person) == words for person, words in run.truth.items())
    return found


def guesses(
    run: Seen, keys: Collection[bytes], cipher: Cipher
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Who may have written what, in each way."""
    published = run.published
    yield "order of answers", dict(zip(run.order, published, strict=True))
    yield "order of answers, backwards", dict(zip(run.order, published[::-1], strict=True))
    yield "staff list", dict(zip(sorted(PEOPLE), published, strict=True))
    yield "alphabet", dict(zip(run.order, sorted(published), strict=True))
    whose = _whose_tokens(run)
    in_table = [whose[token] for token in run.ballots]
    yield "order of rows", dict(zip(in_table, published, strict=True))
    by_token = [whose[token] for token in sorted(run.ballots)]
    yield "order of tokens", dict(zip(by_token, published, strict=True))
    sizes = {whose[token]: len(sealed) for token, sealed in run.ballots.items()}
    by_size = sorted(sizes, key=lambda person: sizes[person])
    yield "length", dict(zip(by_size, sorted(published, key=len), strict=True))
    yield "keys", _opened(run, keys, cipher)
    yield "inbox", _read(run)
    yield "plain ballots", _plain(run, whose)


def _whose_tokens(run: Seen) -> dict[bytes, str]:
    """Whose row is whose, by what came between one backup and the next."""
    whose: dict[bytes, str] = {}
    for person, taken in zip(run.order, run.backups, strict=True):
        (new,) = set(taken.ballots[run.edition_id]) - set(whose)
        whose[new] = person
    return whose


def _opened(run: Seen, keys: Collection[bytes], cipher: Cipher) -> Mapping[str, str]:
    """By working tokens out anew, with every string that might have been the key."""
    there = run.ballots
    found = {}
    for key in {*keys, run.edition_id.encode(), hashlib.sha256(run.edition_id.encode()).digest()}:
        secrets = Secrets(key, cipher, WORKSPACE, run.edition_id)
        for person in PEOPLE:
            token = secrets.token(person)
            answers = secrets.open(token, there[token]) if token in there else None
            if answers:
                found[person] = answers.words
    return found


def _read(run: Seen) -> Mapping[str, str]:
    """By reading events that were stored and not finished."""
    found = {}
    for stored in (event for taken in run.backups for event in taken.inbox):
        if stored.startswith("{"):
            event = EVENT.validate_json(stored)
            if isinstance(event, FormSubmit) and event.state == run.edition_id:
                found[event.person.id] = event.text("words")
    return found


def _plain(run: Seen, whose: Mapping[bytes, str]) -> Mapping[str, str]:
    """By finding published words in what should be sealed."""
    found = {}
    for token, sealed in run.ballots.items():
        for words in run.published:
            if words.encode() in sealed:
                found[whose[token]] = words
    return found


def everything_stored(rows: Sequence[Any]) -> set[bytes]:
    """Every value of these rows as it might have been used as a key."""
    found: set[bytes] = set()
    for row in rows:
        for value in row:
            if isinstance(value, bytes | memoryview):
                found.add(bytes(value))
            elif value is not None:
                found |= {str(value).encode(), hashlib.sha256(str(value).encode()).digest()}
    return found


def files_below(folder: Path) -> bytes:
    """All bytes of all files there."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
