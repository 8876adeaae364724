"""What this room needs from outside: who judges, who reads, and what is stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.ask.model import Call, Cap, Finding, Judgement, Precedent, Tokens, Usage, Verdict
from bot.charter.model import InForce, LineInForce
from bot.errors import Problem
from bot.events import Frozen


class Asked(Frozen):
    """The question as a judge gets it; `context` is the earlier question it follows up on."""

    question: str
    context: str = ""
    opposite: bool = False
    """Whether not doing it is to be judged."""


class NotJudged(Problem):
    """The judge gave no usable answer. The text is a sentence for the person who asked:
    what happened, without blame ("the language model did not answer within 20 seconds").

    `tokens`: what was spent all the same.
    """

    def __init__(self, sentence: str, tokens: Tokens | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.tokens = tokens or Tokens()


class Judge(Protocol):
    """A language model that judges. It has no tools; charter and question are data to it."""

    @property
    def name(self) -> str:
        """What people see behind "judged by"."""
        ...

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        """The most that one judgement can take, for the budget, before anything is sent."""
        ...

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        """A verdict that names only refs of `charter.lines`. Raises NotJudged, nothing else."""
        ...


class Reader(Protocol):
    """Finds what speaks to a question; runs here, judges nothing."""

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        """Every line with its relevance, the most relevant first."""
        ...

    async def likeness(
        self, workspace: str, question: str, others: Sequence[str]
    ) -> tuple[float, ...]:
        """How much each of the other texts is about the same thing (-1 to 1), in their order."""
        ...


class Verdicts(Protocol):
    """Stored verdicts of the workspace."""

    async def add(self, verdict: Verdict) -> bool:
        """Store it; False when a verdict of that id is there already."""
        ...

    async def put(self, verdict: Verdict) -> None:
        """Store its new state."""
        ...

    async def get(self, verdict_id: str) -> Verdict | None: ...
    async def same(
        self, charter_id: str, version: int, words: str, seen_from: str
    ) -> Verdict | None:
        """The newest verdict on the same words (`Verdict.words`) under that version, among those
        that may be seen from conversation `seen_from`."""
        ...

    async def last_in_thread(self, conversation_id: str, thread: str) -> Verdict | None:
        """The newest verdict of the thread."""
        ...

    async def recent(self, person_id: str, seen_from: str, limit: int) -> Sequence[Verdict]:
        """The newest verdicts that the person asked for, or whose question or answer others saw,
        among those that may be seen from conversation `seen_from`; the newest first."""
        ...

    async def judged(self, charter_ids: Sequence[str], limit: int) -> Sequence[Verdict]:
        """The newest under those charters that somebody or something judged, whoever may see them;
        the newest first."""
        ...

    async def unclear(
        self, charter_id: str, since: datetime, seen_from: str, least: int, limit: int
    ) -> Sequence[tuple[str, int]]:
        """Questions under that charter, any version, that were unclear `least` times or more since
        then, with how often; of those that others saw, and that may be seen from conversation
        `seen_from`. Follow-ups do not count. The most frequent first."""
        ...


class Calls(Protocol):
    """People's own words on questions."""

    async def put(self, call: Call) -> None:
        """Store it in place of the person's earlier call on the same verdict."""
        ...

    async def on(self, verdict_id: str) -> Sequence[Call]:
        """Oldest first."""
        ...

    async def precedents(self, charter_id: str, seen_from: str, limit: int) -> Sequence[Precedent]:
        """The newest calls and overrides (no objections) on questions about that charter, any
        version, among those that may be seen from conversation `seen_from`."""
        ...


class Earlier(Protocol):
    """What another room knows that may be a precedent."""

    async def __call__(
        self, workspace: str, charter_id: str, seen_from: str
    ) -> Sequence[Precedent]:
        """The newest, under that charter or its family, among those that everybody in
        conversation `seen_from` may see; whether they are about the same matter is not looked
        at."""
        ...


class Opinions(Protocol):
    """Was it useful? One word a person and verdict."""

    async def put(self, verdict_id: str, person_id: str, useful: bool) -> None: ...
    async def of(self, verdict_id: str) -> tuple[int, int]:
        """How many found it useful, and how many did not."""
        ...


class Spending(Protocol):
    """What the workspace's judge takes, by month ("2026-11")."""

    async def of(self, month: str) -> Usage: ...
    async def reserve(self, month: str, most: Tokens, cap: Cap) -> str | None:
        """Count `most` as spent before a call and return the entry's id; None, and nothing
        counted, when that would exceed the cap. Two at once never exceed it together."""
        ...

    async def settle(self, entry_id: str, tokens: Tokens) -> None:
        """Replace what was reserved by what it took."""
        ...


class Hints(Protocol):
    """Tips that were shown, so that they do not come every time."""

    async def due(self, person_id: str, hint: str, at: datetime, every: timedelta) -> bool:
        """Whether the person has not had the hint for that long; if so, it counts as shown."""
        ...


class AskWork(Protocol):
    """The part of the unit of work that this room uses."""

    @property
    def verdicts(self) -> Verdicts: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def opinions(self) -> Opinions: ...
    @property
    def spending(self) -> Spending: ...
    @property
    def hints(self) -> Hints: ...
