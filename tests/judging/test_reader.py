"""The built-in reader, with its real model."""

import asyncio
import logging
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from adapters.evaluation.data import load
from adapters.evaluation.reader_figures import reader_figures
from adapters.evaluation.run import read_all
from adapters.judging import reader as reader_module
from adapters.judging.pieces import MOST_PIECES, pieces
from adapters.judging.reader import MODEL, OnnxReader
from adapters.judging.vectors import Memory
from bot.ask.model import LONGEST_QUESTION, RELEVANT
from bot.ask.ports import Reader
from bot.charter.model import Line, LineInForce
from bot.errors import Refused
from tests.judging.charters import in_force

LABELLED = Path(__file__).parents[2] / "training" / "data"
CHATTER = (
    "Hi all, sorry for the wall of text, I wanted to get this down before the weekend. "
    "We talked about it on Tuesday and nobody had a strong opinion. "
    "It would take two people about three weeks, maybe four with testing. "
    "I have a rough sketch in the shared folder. "
    "We could also do nothing for now and look at it again in January. "
)


class KeptVectors:
    """A store that keeps its vectors, and counts."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], bytes] = {}
        self.written: Counter[str] = Counter()

    async def get(self, workspace: str, model: str, digests: Sequence[str]) -> Mapping[str, bytes]:
        await asyncio.sleep(0)
        keys = {digest: (workspace, model, digest) for digest in digests}
        return {digest: self.kept[key] for digest, key in keys.items() if key in self.kept}

    async def put(self, workspace: str, model: str, vectors: Mapping[str, bytes]) -> None:
        await asyncio.sleep(0)
        self.written.update(vectors.keys())
        self.kept |= {(workspace, model, digest): v for digest, v in vectors.items()}


class BrokenVectors:
    """A store whose database is away."""

    async def get(self, workspace: str, model: str, digests: Sequence[str]) -> Mapping[str, bytes]:
        raise ConnectionError("could not ask for 'Members own their data'")

    async def put(self, workspace: str, model: str, vectors: Mapping[str, bytes]) -> None:
        raise ConnectionError("could not keep 'Members own their data'")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return OnnxReader()


@pytest.fixture
def lines() -> tuple[LineInForce, ...]:
    return in_force().lines


def lines_of(*texts: str) -> tuple[LineInForce, ...]:
    return in_force(
        *(Line(id=f"P{i}", kind="pillar", text=text) for i, text in enumerate(texts, start=1))
    ).lines


async def test_the_line_that_speaks_to_it_comes_first(
    reader: Reader, lines: tuple[LineInForce, ...]
) -> None:
    found = await reader.read("w", lines, "Does adding a social feed fit our strategy?")
    assert found[0].ref == "N1"
    assert found[0].relevance > RELEVANT
    assert [f.relevance for f in found] == sorted((f.relevance for f in found), reverse=True)
    assert {f.ref for f in found} == {line.ref for line in lines}


@pytest.mark.parametrize("question", ["Repaint the office", "Should we move the standup to 9:30?"])
async def test_a_silent_charter_is_noticed(
    reader: Reader, lines: tuple[LineInForce, ...], question: str
) -> None:
    found = await reader.read("w", lines, question)
    assert found[0].relevance < RELEVANT


async def test_figures_on_labelled_charters(reader: Reader) -> None:
    files = [
        file.model_copy(update={"charters": file.charters[:4]})
        for file in load([LABELLED / "dev.jsonl", LABELLED / "dev_mirror.jsonl"])
    ]
    readings = await read_all(files, reader, lambda: None)
    figures = reader_figures([r for of_file in readings.values() for r in of_file])
    assert figures.questions == 198
    assert figures.decisive_at_3 is not None
    assert figures.decisive_at_3 > 0.85
    assert figures.hit_at_1 is not None
    assert figures.hit_at_1 > 0.7
    assert figures.silence_caught_fixed is not None
    assert figures.silence_caught_fixed > 0.75


@pytest.mark.parametrize(
    "question",
    [
        "",
        " \n\t ",
        "🎉🎉",
        "👩‍👩‍👧",
        "\ud800",
        "\x00\x1b[31m",
        "…" * 500,
        "a" * LONGEST_QUESTION,
        "a. " * LONGEST_QUESTION,
        "🎉" * LONGEST_QUESTION,
        "健康データを広告主に売りますか",
        "<script>alert(1)</script> [CLS] [MASK] [PAD] ## \u202e",
    ],
)
async def test_any_text_is_read(
    reader: Reader, lines: tuple[LineInForce, ...], question: str
) -> None:
    found = await reader.read("w", lines, question)
    assert len(found) == len(lines)
    assert all(-1 <= f.relevance <= 1 for f in found)
    (same, other) = await reader.likeness("w", question, [question, "Drop the free plan"])
    assert same >= other


@pytest.mark.parametrize("question", ["", "🎉🎉", "\ud800"])
async def test_a_question_without_words_speaks_to_nothing(
    reader: Reader, lines: tuple[LineInForce, ...], question: str
) -> None:
    found = await reader.read("w", lines, question)
    assert [f.ref for f in found] == [line.ref for line in lines]
    assert {f.relevance for f in found} == {0.0}


async def test_a_line_without_words_does_no_harm(reader: Reader) -> None:
    found = await reader.read("w", lines_of("🚀🚀🚀", "No social network."), "Add a social feed")
    assert found[0].ref == "P2"


async def test_one_sentence_among_many_is_found(
    reader: Reader, lines: tuple[LineInForce, ...]
) -> None:
    question = CHATTER * 6 + "So: should we add a social feed with followers? " + CHATTER * 6
    assert len(question) > 3000
    found = await reader.read("w", lines, question)
    assert found[0].ref == "N1"
    assert found[0].relevance > RELEVANT


async def test_what_stands_behind_the_longest_question_is_not_read(
    reader: Reader, lines: tuple[LineInForce, ...]
) -> None:
    question = ("word " * LONGEST_QUESTION)[:LONGEST_QUESTION]
    assert await reader.read("w", lines, question) == await reader.read(
        "w", lines, question + " Should we add a social feed?"
    )


def test_pieces_are_sentences_and_never_too_many() -> None:
    assert pieces("Drop the free plan? It costs us 2.5 million.\n- no limits") == [
        "Drop the free plan?",
        "It costs us 2.5 million.",
        "- no limits",
    ]
    assert pieces(" \n ") == []
    many = pieces("Short one. " * 700)
    assert len(many) <= MOST_PIECES
    assert " ".join(many).count("Short one.") == 700
    assert max(len(piece) for piece in pieces("word " * 1600)) <= 300


async def test_no_lines_and_no_others_give_nothing(reader: Reader) -> None:
    assert await reader.read("w", (), "Drop the free plan") == ()
    assert await reader.likeness("w", "Drop the free plan", []) == ()


async def test_two_lines_with_the_same_text_are_equally_relevant(reader: Reader) -> None:
    found = await reader.read("w", lines_of("No ads.", "No ads.", "Fast."), "Show adverts")
    by_ref = {f.ref: f.relevance for f in found}
    assert by_ref["P1"] == by_ref["P2"] > by_ref["P3"]


async def test_likeness_tells_the_same_matter_from_another(reader: Reader) -> None:
    same, related, farther, other = await reader.likeness(
        "w",
        "Translate the app into Spanish",
        [
            "Translate the app into Spanish",
            "Localise the app for Mexico",
            "Ship a Spanish version",
            "Deliver on Sundays",
        ],
    )
    assert same == pytest.approx(1, abs=0.001)
    assert same > related > 0.5 > farther > 0.3 > other


async def test_lines_are_embedded_once(lines: tuple[LineInForce, ...]) -> None:
    store = KeptVectors()
    reader = OnnxReader(store)
    first = await reader.read("w", lines, "Add a social feed")
    assert sum(store.written.values()) == len(lines)
    assert await reader.read("w", lines, "Add a social feed") == first
    await reader.read("w", lines, "Sell data")
    assert set(store.written.values()) == {1}
    assert {len(vector) for vector in store.kept.values()} == {384 * 4}


async def test_the_asked_question_is_not_stored(lines: tuple[LineInForce, ...]) -> None:
    store = KeptVectors()
    reader = OnnxReader(store)
    await reader.read("w", lines, "Add a social feed")
    await reader.likeness("w", "Add a social feed", ["Add a leaderboard"])
    assert len(store.kept) == len(lines) + 1


async def test_stored_vectors_outlive_the_process(lines: tuple[LineInForce, ...]) -> None:
    store = KeptVectors()
    before = await OnnxReader(store).read("w", lines, "Add a social feed")
    store.written.clear()
    assert await OnnxReader(store).read("w", lines, "Add a social feed") == before
    assert not store.written


async def test_a_stored_vector_is_what_is_used(lines: tuple[LineInForce, ...]) -> None:
    """The store is really read: with two lines' vectors exchanged, the lines are taken for each
    other."""
    store = KeptVectors()
    pair = lines_of("No social network.", "Seven days of battery.")
    await OnnxReader(store).read("w", pair, "x")
    one, other = store.kept
    store.kept[one], store.kept[other] = store.kept[other], store.kept[one]
    found = await OnnxReader(store).read("w", pair, "Add a social feed")
    assert found[0].ref == "P2"


@pytest.mark.parametrize("damaged", [b"", b"\x00" * 7, b"\xff" * 384 * 4])
async def test_a_damaged_stored_vector_is_made_anew(
    reader: Reader, lines: tuple[LineInForce, ...], damaged: bytes
) -> None:
    store = KeptVectors()
    await OnnxReader(store).read("w", lines, "x")
    store.kept = dict.fromkeys(store.kept, damaged)
    found = await OnnxReader(store).read("w", lines, "Add a social feed")
    assert found == await reader.read("w", lines, "Add a social feed")
    assert damaged not in store.kept.values()


async def test_workspaces_do_not_share_vectors(lines: tuple[LineInForce, ...]) -> None:
    store = KeptVectors()
    reader = OnnxReader(store)
    await reader.read("w1", lines, "x")
    await reader.read("w2", lines, "x")
    assert Counter(workspace for workspace, _, _ in store.kept) == {"w1": 6, "w2": 6}


async def test_a_store_that_fails_costs_time_only(
    reader: Reader, lines: tuple[LineInForce, ...], caplog: pytest.LogCaptureFixture
) -> None:
    broken = OnnxReader(BrokenVectors())
    with caplog.at_level(logging.WARNING):
        found = await broken.read("w", lines, "Add a social feed")
    assert found == await reader.read("w", lines, "Add a social feed")
    assert len(caplog.records) == 2
    everything = " ".join(str(vars(record)) for record in caplog.records)
    assert "ConnectionError" in everything
    assert "Members" not in everything
    assert "social" not in everything


async def test_questions_at_once_share_one_load_and_one_embedding(
    lines: tuple[LineInForce, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.judging import encoder

    loads: list[int] = []
    texts: Counter[str] = Counter()

    class Counting(encoder.Encoder):
        def __init__(self, folder: Path) -> None:
            loads.append(threading.get_ident())
            time.sleep(0.05)
            super().__init__(folder)

        def vector(self, text: str) -> encoder.Vector:
            texts[text] += 1
            return super().vector(text)

    monkeypatch.setattr(encoder, "Encoder", Counting)
    reader = OnnxReader()
    questions = [f"Feature number {i}" for i in range(20)]
    await asyncio.gather(*(reader.read("w", lines, q) for q in questions))
    assert len(loads) == 1
    assert loads[0] != threading.get_ident()
    assert set(texts.values()) == {1}
    assert len(texts) == len(lines) + len(questions)


async def test_the_event_loop_goes_on_meanwhile(lines: tuple[LineInForce, ...]) -> None:
    longest = 0.0

    async def heartbeat() -> None:
        nonlocal longest
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - start)

    beat = asyncio.create_task(heartbeat())
    start = time.perf_counter()
    # Some 0.3 s of work: the load, and 100 different windows.
    long = " ".join(f"Sentence {i} is about {i * 7919} {'very ' * 12}plans." for i in range(100))
    await OnnxReader().read("w", lines, long)
    took = time.perf_counter() - start
    beat.cancel()
    assert took > 0.15
    assert longest < took / 2


async def test_warming_loads_the_model(tmp_path: Path, lines: tuple[LineInForce, ...]) -> None:
    files = [tmp_path / "reader_int8.onnx", tmp_path / "tokenizer.json"]
    for file in files:
        file.symlink_to(MODEL / file.name)
    reader = OnnxReader(model=tmp_path)
    await asyncio.gather(reader.warm(), reader.warm())
    for file in files:
        file.unlink()
    assert (await reader.read("w", lines, "Add a social feed"))[0].ref == "N1"
    with pytest.raises(Refused):
        await OnnxReader(model=tmp_path).warm()


async def test_a_broken_model_is_said(tmp_path: Path, lines: tuple[LineInForce, ...]) -> None:
    with pytest.raises(Refused, match="could not be loaded"):
        await OnnxReader(model=tmp_path).read("w", lines, "x")
    shutil.copy(MODEL / "tokenizer.json", tmp_path)
    (tmp_path / "reader_int8.onnx").write_bytes(b"not a model")
    with pytest.raises(Refused, match="Install Missionbot again"):
        await OnnxReader(model=tmp_path).read("w", lines, "x")


def test_the_memory_forgets_what_was_not_used_for_longest() -> None:
    import numpy as np

    memory = Memory(most=2)
    memory.put(("w", "a"), np.zeros(1, np.float32))
    memory.put(("w", "b"), np.ones(1, np.float32))
    assert memory.get(("w", "a")) is not None
    memory.put(("w", "c"), np.ones(1, np.float32))
    assert ("w", "b") not in memory
    assert ("w", "a") in memory
    assert ("w", "c") in memory


def test_importing_the_reader_loads_nothing_heavy() -> None:
    code = (
        f"import sys, {reader_module.__name__}; "
        "print([m for m in ('numpy', 'onnxruntime', 'tokenizers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
