"""The figures in `docs/judging.md`, measured anew: the reader on the labelled charters, and what a
language model answered to the recorded prompts, scored again. `tests.docs_tables` puts them there.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from adapters.evaluation import recording
from adapters.evaluation.data import LabelledFile, load
from adapters.evaluation.judge_figures import Judged
from adapters.evaluation.large import shortlist_all
from adapters.evaluation.report import (
    ALL,
    JUDGE_ROWS,
    READER_ROWS,
    SECOND_LOOK_ROWS,
    SHORTLIST_ROWS,
    TWICE_ROWS,
    Report,
    report,
)
from adapters.evaluation.run import read_all, replay_all
from adapters.judging import prompt
from adapters.judging.reader import OnnxReader

DATA = Path(__file__).parents[1] / "training" / "data"
ANSWERS = DATA / "answers"
TODAY, OPPOSITE = ANSWERS / "claude.jsonl", ANSWERS / "claude_opposite.jsonl"
PROMPTS = {
    "today's": TODAY,
    "without the worked cases": ANSWERS / "claude_without_cases.jsonl",
    "without the rules by kind": ANSWERS / "claude_without_kinds.jsonl",
    "without “silence is common”": ANSWERS / "claude_without_silence.jsonl",
    "without what remains": ANSWERS / "claude_without_remains.jsonl",
    "the earlier one": ANSWERS / "claude_earlier_prompt.jsonl",
}
NOT_SHOWN = ("takes", "tokens", "cost")
"""Rows that depend on the machine, or that answers from a file say nothing about."""

Figures = TypeVar("Figures")


@cache
def labelled() -> Sequence[LabelledFile]:
    """The charters to measure on, and their opposites."""
    return load([DATA / "dev.jsonl", DATA / "dev_mirror.jsonl"])


@cache
def labelled_by_others() -> Sequence[LabelledFile]:
    """Charters by two authors who wrote nothing that the reader learnt from."""
    return load([DATA / "dev_b.jsonl", DATA / "dev_c.jsonl"])


def judge_table() -> str:
    """The judge by file."""
    return _table(_replayed(TODAY).judge, JUDGE_ROWS)


def prompts_table() -> str:
    """Today's prompt, today's without a part of it, and the earlier one, on the same questions."""
    asked = frozenset.intersection(*(frozenset(_answers(path)) for path in PROMPTS.values()))
    shown = {name: _replayed(path, asked).judge[ALL] for name, path in PROMPTS.items()}
    return _table(shown, {row: JUDGE_ROWS[row] for row in JUDGE_ROWS if "commonest" not in row})


def twice_table() -> str:
    """Whether verdicts clash with those on not doing it, where both were asked for."""
    given, others = _answers(TODAY), _answers(OPPOSITE)
    kept = {key: text for key, text in given.items() if key in others}
    judged = replay_all(labelled(), prompt, kept, others, TODAY.stem)
    return _table(report({}, judged, TODAY.stem, {}).judge, TWICE_ROWS)


def confusion_table() -> str:
    """What was due, and what today's prompt was answered with."""
    figures = _replayed(TODAY).judge[ALL]
    said = list(next(iter(figures.confusion.values())))
    rows = [f"| due | {' | '.join(said)} |", "|---" * (len(said) + 1) + "|"]
    for due, counts in figures.confusion.items():
        rows.append(f"| {due} | {' | '.join(map(str, counts.values()))} |")
    return "\n".join(rows)


def reader_table() -> str:
    """The reader by file."""
    return _table(_read().reader, READER_ROWS)


def second_look_table() -> str:
    """The checks on a verdict by file."""
    return _table(_read().second_look, SECOND_LOOK_ROWS)


def shortlist_table() -> str:
    """What the judge sees of a large charter."""
    shortlisted = asyncio.run(shortlist_all(labelled(), OnnxReader(), lambda: None))
    return _table(report({}, {}, "", shortlisted).shortlist, SHORTLIST_ROWS)


@cache
def _read() -> Report:
    files = [*labelled(), *labelled_by_others()]
    return report(asyncio.run(read_all(files, OnnxReader(), lambda: None)), {}, "", {})


@cache
def _answers(path: Path) -> dict[tuple[str, str], str]:
    return recording.answers(path, labelled())


@cache
def _replayed(path: Path, only: frozenset[tuple[str, str]] | None = None) -> Report:
    found = _answers(path)
    kept = {key: text for key, text in found.items() if only is None or key in only}
    judged: Mapping[str, Sequence[Judged]] = replay_all(labelled(), prompt, kept, {}, path.stem)
    return report({}, judged, path.stem, {})


def _table(columns: Mapping[str, Figures], rows: Mapping[str, Callable[[Figures], str]]) -> str:
    lines = [f"| | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    for label, value in rows.items():
        if not any(word in label for word in NOT_SHOWN):
            name = label.replace("  ", "… ", 1) if label.startswith("  ") else label
            values = " | ".join(value(figures) for figures in columns.values())
            lines.append(f"| {name} | {values} |")
    return "\n".join(lines)
