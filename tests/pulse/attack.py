"""Somebody who has everything but the keys, and tries to find out who said what.

A town of people answers run after run over the real storage: through the inbox, into ballots, into
what is published. The attacker has the database as it is, a backup taken after each single answer,
the staff list, the order in which people answered, the logs, and whatever is stored or configured.
Each way of guessing says, for each run, who wrote which published words.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
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
BOUND = 460
"""Of 3,200 links: chance finds one a run, with a variance of one, and this is three deviations."""


@dataclass
class Taken:
    """A backup: rows in the order in which they lie in the database."""

    ballots: dict[bytes, bytes]
    """What is sealed, by token."""
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
        return self.backups[-1].ballots


@dataclass
class Town:
    """People who answer, over a storage."""

    storage: Storage
    keys: KeyStore
    cipher: Cipher
    shuffle: Any
    dice: random.Random
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
        self.pulse = a_pulse(self.clock)

    async def begin(self) -> None:
        async with self.storage(WORKSPACE) as tx:
            await tx.pulses.add(self.pulse)

    async def run(self, number: int) -> Seen:
        """One edition from its beginning to its end."""
        edition_id = f"{self.pulse.id}-{number}"
        closes = self.clock.now() + timedelta(days=2)
        edition = await self.answering.open(WORKSPACE, self.pulse, edition_id, PEOPLE, closes)
        order = self.dice.sample(PEOPLE, len(PEOPLE))
        said = {person: self._words() for person in order}
        backups = [
            await self._answer(edition_id, edition.statements, person, said[person])
            for person in order
        ]
        self.clock.advance(timedelta(days=7))
        published = await self.closing.close(WORKSPACE, edition_id)
        assert published is not None
        assert sorted(published.words) == sorted(said.values())
        return Seen(
            edition_id=edition_id,
            order=order,
            backups=backups,
            published=list(published.words),
            truth=said,
        )

    def _words(self) -> str:
        # Of any length: what is sealed must not show it.
        return f"words{self.dice.randbytes(self.dice.randint(6, 400)).hex()}"

    async def _answer(
        self, edition_id: str, statements: Sequence[Statement], person: str, words: str
    ) -> Taken:
        """Through the inbox, which stores before anything is done; the backup is taken at the
        worst moment, when the event is there still."""
        accepted, now = self._sent(edition_id, person, words), self.clock.now()
        await self.storage.recovery.add_all([accepted], now + timedelta(minutes=1))
        scores = {each.id: self.dice.randint(1, 5) for each in statements}
        answers = Answers(scores=scores, words=words)
        await self.answering.answer(WORKSPACE, edition_id, person, answers)
        taken = await take(self.storage, edition_id)
        await self.storage.recovery.finish_all([accepted.id], now)
        return taken

    def _sent(self, edition_id: str, person: str, words: str) -> Accepted:
        key = hashlib.sha256(f"{edition_id}/{person}".encode()).hexdigest()
        event = FormSubmit(
            key=key,
            workspace=WORKSPACE,
            person=Person(id=person, name=person.title()),
            conversation=Conversation(id=f"web:{person}", private=True, direct=True),
            form="pulse.answer",
            state=edition_id,
            fields={"s1": "4", "words": words},
        )
        return Accepted(channel="web", event=event, tries=1)


def a_pulse(clock: FixedClock, least: int = 5) -> Pulse:
    """One that asks three statements and an open question every Monday."""
    start = clock.now().replace(tzinfo=None)
    return Pulse(
        id="pulse",
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


async def take(storage: Storage, edition_id: str) -> Taken:
    """A backup of what is stored now."""
    lies = "ORDER BY ctid" if storage._engine.dialect.name == "postgresql" else ""
    ballots = f"SELECT token, sealed FROM pulse_ballot WHERE edition_id = :id {lies}"  # noqa: S608
    inbox = "SELECT event FROM inbox WHERE event IS NOT NULL"
    async with storage(WORKSPACE) as tx:
        session = tx.ballots._session
        rows = (await session.execute(text(ballots), {"id": edition_id})).all()
        events = (await session.execute(text(inbox))).scalars().all()
    return Taken(ballots={bytes(row.token): bytes(row.sealed) for row in rows}, inbox=list(events))


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
        (new,) = set(taken.ballots) - set(whose)
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
            if isinstance(event, FormSubmit):
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
