"""The two ports that this room is about: who judges, and who reads."""

from collections.abc import Sequence
from typing import Protocol

from bot.ask.model import Finding, Judgement, Precedent, Tokens
from bot.charter.model import InForce, LineInForce
from bot.errors import Problem
from bot.events import Frozen


class Asked(Frozen):
    """The question as a judge gets it; `context` is the earlier question it follows up on."""

    question: str
    context: str = ""


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
