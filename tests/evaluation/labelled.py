"""A small labelled charter and its mirror, and what stands in for reader and judge."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.evaluation.data import Case
from bot.ask.model import Finding, Judgement, Precedent, Tokens, VerdictKind
from bot.ask.ports import Asked, NotJudged
from bot.charter.model import InForce, LineInForce

CHARTER: dict[str, Any] = {
    "name": "pulse",
    "domain": "health wearable",
    "lines": [
        {"id": "M1", "kind": "mission", "text": "Put people in control of their health."},
        {"id": "R1", "kind": "principle", "text": "Members own their data; we never sell it."},
        {"id": "N1", "kind": "non_goal", "text": "No social network."},
    ],
    "cases": [
        {"id": "1", "q": "Sell data", "verdict": "conflicts", "supports": [], "opposes": ["R1"]},
        {
            "id": "2",
            "q": "Share a report with my doctor",
            "verdict": "fits",
            "supports": ["M1"],
            "opposes": [],
        },
        {
            "id": "3",
            "q": "Let friends compare how they sleep",
            "verdict": "partly",
            "supports": ["M1"],
            "opposes": ["N1", "R1"],
        },
        {"id": "4", "q": "Repaint it", "verdict": "unclear", "supports": [], "opposes": []},
    ],
}
MIRROR: dict[str, Any] = {
    "name": "pulse~",
    "domain": "health wearable",
    "lines": [{"id": "P1", "kind": "pillar", "text": "Make money from data."}],
    "cases": [
        {"id": "1", "q": "sell data?", "verdict": "fits", "supports": ["P1"], "opposes": []},
        {"id": "4", "q": "Repaint it", "verdict": "unclear", "supports": [], "opposes": []},
    ],
}


def write(path: Path, *rows: Mapping[str, Any]) -> Path:
    """The rows as a file, one a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def case(
    verdict: VerdictKind, supports: Sequence[str] = (), opposes: Sequence[str] = (), q: str = "q"
) -> Case:
    """A case with these labels."""
    return Case(id="1", q=q, verdict=verdict, supports=tuple(supports), opposes=tuple(opposes))


class FixedReader:
    """Finds lines in charter order, the first with the relevance that a question is given."""

    def __init__(self, first: Mapping[str, float]) -> None:
        self._first = first

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        best = self._first.get(question, 0.5)
        return tuple(Finding(ref=line.ref, relevance=best - i / 10) for i, line in enumerate(lines))

    async def likeness(
        self, workspace: str, question: str, others: Sequence[str]
    ) -> tuple[float, ...]:
        return (0.0,) * len(others)


class DeafJudge:
    """Says the same about a question whatever the charter; gives no answer to others."""

    name = "deaf"

    def __init__(self, verdicts: Mapping[str, VerdictKind]) -> None:
        self._verdicts = verdicts
        self.asked: list[str] = []

    def estimate(self, charter: InForce, asked: Asked) -> Tokens:
        return Tokens(prompt=10, completion=10)

    async def judge(
        self, charter: InForce, asked: Asked, precedents: Sequence[Precedent]
    ) -> Judgement:
        self.asked.append(asked.question)
        kind = self._verdicts.get(asked.question.lower().rstrip("?"))
        if kind is None:
            raise NotJudged("it did not answer within 20 seconds", Tokens(prompt=7))
        return Judgement(
            kind=kind,
            supports=("M1",) if kind == "fits" else (),
            opposes=("R1",) if kind == "conflicts" else (),
            confidence="sure",
            model="deaf",
            tokens=Tokens(prompt=10, completion=2, cost=0.5),
        )
