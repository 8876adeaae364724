"""A question against a charter of 200 lines, on one core; the floor is the bare model.

The floor runs the same onnxruntime session over the same questions with none of our code: what is
left between the two is cutting, looking up 200 vectors, comparing and sorting.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.judging.reader import MODEL, OnnxReader
from bot.charter.model import MOST_LINES, Line, LineInForce

ROOT = Path(__file__).parent.parent
AIM = 0.010
"""Seconds of one core for a question."""
ROUNDS = 300


def main() -> None:
    """Prints the figures; fails where the aim is missed."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts, questions = _data()
    first, memory, without = _fresh()
    print(f"cold start: first answer after {1000 * first:.0f} ms, imports included")
    print(f"memory: {memory:.0f} MB at most, {without:.0f} MB before the model is loaded")
    charter, ours, floor = asyncio.run(_measured(texts, questions))
    print(f"charter of {len(texts)} lines, once: {1000 * charter:.0f} ms of the core")
    print(f"a question, vectors known: {ours} (aim: under {1000 * AIM:.0f} ms of the core)")
    print(f"floor, the bare model: {floor}; ratio {ours.core / floor.core:.2f}")
    if ours.core > AIM:
        sys.exit("slower than the aim")


class Median:
    """Of many runs: the time on the core, and on the clock, which depends on what else runs."""

    def __init__(self) -> None:
        self._runs: list[tuple[float, float]] = []

    @contextmanager
    def run(self) -> Iterator[None]:
        """One run."""
        core, clock = time.process_time(), time.perf_counter()
        yield
        self._runs.append((time.process_time() - core, time.perf_counter() - clock))

    @property
    def core(self) -> float:
        """Seconds of the core."""
        return statistics.median(core for core, _ in self._runs)

    def __str__(self) -> str:
        clock = statistics.median(clock for _, clock in self._runs)
        return f"{1000 * self.core:.2f} ms of the core, {1000 * clock:.2f} ms by the clock"


async def _measured(texts: list[str], questions: list[str]) -> tuple[float, Median, Median]:
    """The charter once, and a question through the reader and through the bare model: in turn, so
    that both meet the same machine."""
    reader, bare, lines = OnnxReader(), _floor(), _lines(texts)
    await reader.warm()
    charter, ours, floor = Median(), Median(), Median()
    with charter.run():
        await reader.read("bench", lines, questions[0])
    for question in questions:
        with ours.run():
            await reader.read("bench", lines, question)
        with floor.run():
            bare(question)
    return charter.core, ours, floor


def _floor() -> Callable[[str], object]:
    import numpy as np
    import onnxruntime as ort
    from tokenizers import Tokenizer

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(MODEL / "reader_int8.onnx"), options)
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_padding()

    def run(question: str) -> object:
        ids = np.array([tokenizer.encode(question).ids], np.int64)
        return session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})

    return run


_ONE_QUESTION = """
import asyncio, json, resource, time
start = time.perf_counter()
from adapters.judging.reader import OnnxReader
from bot.charter.model import Line, LineInForce
without = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
line = Line(id="N1", kind="non_goal", text="No social network.")
lines = [LineInForce(ref="N1", line=line, charter="c", version=1)]
asyncio.run(OnnxReader().read("w", lines, "Add a social feed"))
took = time.perf_counter() - start
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([took, memory / 1000, without / 1000]))
"""


def _fresh() -> tuple[float, float, float]:
    """In a process of its own: seconds to the first answer, megabytes after and before."""
    done = subprocess.run(
        [sys.executable, "-c", _ONE_QUESTION], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, memory, without = json.loads(done.stdout)
    return first, memory, without


def _data() -> tuple[list[str], list[str]]:
    rows = (ROOT / "training" / "data" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    charters = [json.loads(row) for row in rows]
    texts = [line["text"] for charter in charters for line in charter["lines"]]
    questions = [case["q"] for charter in charters for case in charter["cases"]]
    return list(dict.fromkeys(texts))[:MOST_LINES], questions[:ROUNDS]


def _lines(texts: list[str]) -> list[LineInForce]:
    return [
        LineInForce(
            ref=f"P{number}",
            line=Line(id=f"P{number}", kind="pillar", text=text),
            charter="bench",
            version=1,
        )
        for number, text in enumerate(texts, start=1)
    ]


if __name__ == "__main__":
    main()
