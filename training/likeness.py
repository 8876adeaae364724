"""How well likeness tells one matter from another: python training/likeness.py [FOLDER]

With the model in another folder, or the one that is shipped. Runs in the project's own environment.
The thresholds that rest on it are ALIKE and NEARLY_THE_SAME in bot/ask/model.py, and those in
bot/exercise/grouping.py.
"""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.judging.reader import MODEL, OnnxReader
from bot.exercise import grouping

DATA = Path(__file__).parent / "data"
THRESHOLDS = (0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85)
Pairs = Mapping[str, Sequence[float]]


async def main(folder: Path) -> None:
    """Prints the tables."""
    reader = OnnxReader(model=folder)
    pairs, unrelated = await _pairs(reader)
    print(
        "| likeness from | " + " | ".join(f"{sort} ({len(pairs[sort])})" for sort in pairs) + " |"
    )
    print("|---" * (len(pairs) + 1) + "|")
    for at in THRESHOLDS:
        shares = [sum(value >= at for value in values) / len(values) for values in pairs.values()]
        print(f"| {at:.2f} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")
    print(f"the highest of {len(unrelated):,} unrelated pairs: {max(unrelated):.2f}\n")
    rows = _rows("groups.jsonl")
    likenesses = [await _likenesses(reader, row) for row in rows]
    print("| exercise, the same from | pairs put together rightly | pairs found |")
    print("|---|---|---|")
    for at in THRESHOLDS:
        right, found = _grouped(rows, [alike for alike, _ in likenesses], at)
        print(f"| {at:.2f} | {right:.0%} | {found:.0%} |")
    own = [values[x["line"]] for values, x in _beside(rows, likenesses) if x["line"] is not None]
    none = [max(values) for values, x in _beside(rows, likenesses) if x["line"] is None]
    print("| a charter line that is as near | texts that say it | texts that say no line |")
    print("|---|---|---|")
    for at in THRESHOLDS:
        near = [sum(value >= at for value in values) / len(values) for values in (own, none)]
        print(f"| {at:.2f} | {near[0]:.0%} | {near[1]:.0%} |")


async def _pairs(reader: OnnxReader) -> tuple[Pairs, Sequence[float]]:
    """The likeness of each pair by its sort, and of questions that have nothing to do with each
    other."""
    rows = _rows("likeness.jsonl")
    found: dict[str, list[float]] = {"same": [], "other": [], "opposite": []}
    for row in rows:
        found[row["pair"]] += await reader.likeness("eval", row["a"], [row["b"]])
    first = [row["a"] for row in rows]
    unrelated: list[float] = []
    for number, text in enumerate(first):
        unrelated += await reader.likeness("eval", text, first[number + 1 :])
    return found, unrelated


async def _likenesses(
    reader: OnnxReader, row: Mapping[str, Any]
) -> tuple[list[Sequence[float]], list[Sequence[float]]]:
    """Of each text to all texts, and to the charter's lines."""
    texts = [each["text"] for each in row["texts"]]
    return (
        [await reader.likeness("eval", text, texts) for text in texts],
        [await reader.likeness("eval", text, row["lines"]) for text in texts],
    )


def _grouped(
    rows: Sequence[Mapping[str, Any]], likenesses: Sequence[Sequence[Sequence[float]]], at: float
) -> tuple[float, float]:
    """Of the pairs that are put into one group how many belong there, and how many of those that
    do are put there."""
    together = belong = both = 0
    for row, alike in zip(rows, likenesses, strict=True):
        place = {n: group for group, some in enumerate(grouping.grouped(alike, at)) for n in some}
        for one in range(len(alike)):
            for other in range(one):
                is_put = place[one] == place[other]
                is_right = row["texts"][one]["group"] == row["texts"][other]["group"]
                together, belong = together + is_put, belong + is_right
                both += is_put and is_right
    return both / together if together else 0.0, both / belong


def _beside(rows: Sequence[Mapping[str, Any]], likenesses: Sequence[Any]) -> list[Any]:
    """Each text with its likeness to the charter's lines."""
    return [
        pair
        for row, (_, lines) in zip(rows, likenesses, strict=True)
        for pair in zip(lines, row["texts"], strict=True)
    ]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODEL))
