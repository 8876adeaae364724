"""Stand-ins for what is outside the core. They keep state; none records calls to be checked."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.ask.model import Finding, Judgement, Precedent, Tokens
from bot.ask.ports import Asked, NotJudged
from bot.charter.model import InForce, LineInForce
from tests.fake_storage import FakeStorage

__all__ = ["FakeStorage", "FixedClock", "ScriptedJudge", "WordReader"]


class FixedClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Move it on; the new time."""
        self._at += by
        return self._at


class ScriptedJudge:
    """Answers what it was told to, in order; `history` is what it was asked."""

    def __init__(
        self,
        answers: Iterable[Judgement | NotJudged] = (),
        *,
        name: str = "scripted",
        most: Tokens | None = None,
    ) -> None:
        self.answers = list(answers)
        self.history: list[tuple[InForce, Asked, tuple[Precedent, ...]]] = []
        self._name = name
        self._most = most or Tokens(prompt=1000, completion=200)

    @property
    def name(self) -> str:
        return self._name

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        return self._most

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        self.history.append((charter, asked, tuple(precedents)))
        answer = self.answers.pop(0)
        if isinstance(answer, NotJudged):
            raise answer
        return answer


class WordReader:
    """Finds a line relevant by the share of the shorter text's words that both have."""

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        found = [
            Finding(ref=line.ref, relevance=_shared(line.line.text, question)) for line in lines
        ]
        return tuple(sorted(found, key=lambda finding: -finding.relevance))

    async def likeness(
        self, workspace: str, question: str, others: Sequence[str]
    ) -> tuple[float, ...]:
        return tuple(_shared(question, other) for other in others)


# Words that say nothing about what a text is about.
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can do does for from in is it of on or our should so that the "
        "this to we will with would",
    )
)


def _shared(one: str, other: str) -> float:
    first, second = _words(one), _words(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"\w+", text.casefold())} - _SMALL
