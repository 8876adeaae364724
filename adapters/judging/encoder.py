"""The sentence encoder: text to vector. Blocking; imports numpy and onnxruntime, so it is itself
imported only when the first question comes."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

Vector = NDArray[np.float32]

WINDOW = 96
"""Tokens that the model was trained to see at once; a longer text is read window by window."""
OVERLAP = 16
MOST_WINDOWS = 24
"""Some 8,000 characters of English. Other scripts take more tokens; this bounds their time."""
SIZE = 384
CHANCE = 0.02
"""Times the logarithm of the number of pieces: what a line's best gains by chance alone. Measured,
so that one threshold tells silence as well from 20 sentences as from 1."""
COMMON = 0.4
"""How much of a line's likeness to the rest of its charter is taken off: a mission full of the
product's words is near to every question. Measured; anything from 0.3 to 1.0 does as well."""


class Encoder:
    """The model in memory. For one thread at a time; a text takes about 1.5 ms."""

    def __init__(self, folder: Path) -> None:
        """Loads `reader_int8.onnx` and `tokenizer.json`; what goes wrong there is raised."""
        weights, vocabulary = folder / "reader_int8.onnx", folder / "tokenizer.json"
        self.name = _name(weights, vocabulary)
        self._tokenizer = Tokenizer.from_file(str(vocabulary))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(WINDOW, stride=OVERLAP)
        self._wordless = {self._tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", "[UNK]")}
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # By path, not by content: onnxruntime then reads in place, which saves 35 MB.
        providers = ["CPUExecutionProvider"]
        self._session = ort.InferenceSession(str(weights), options, providers=providers)

    def vector(self, text: str) -> Vector:
        """Of length 1; all zeros for a text without a word that the model knows (emoji)."""
        encoding = self._tokenizer.encode(text)
        windows = [
            self._run(window.ids)
            for window in (encoding, *encoding.overflowing)[:MOST_WINDOWS]
            if not self._wordless.issuperset(window.ids)
        ]
        if not windows:
            return np.zeros(SIZE, np.float32)
        middle: Vector = np.mean(windows, axis=0)
        return middle / max(np.linalg.norm(middle), np.float32(1e-9))

    def _run(self, ids: Sequence[int]) -> Vector:
        # One text a run: the int8 model scales its numbers over the whole batch, so that in a
        # batch a vector would depend on its neighbours; and on one core a batch is no faster.
        tokens = np.array([ids], np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        vector: Vector = self._session.run(["vector"], inputs)[0][0]
        return vector


def _name(*files: Path) -> str:
    """Other weights, other name: vectors stored under it are never mixed."""
    content = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            content.update(hashlib.file_digest(opened, "sha256").digest())
    return content.hexdigest()[:16]


def relevances(pieces: Sequence[Vector], lines: Sequence[Vector]) -> list[float]:
    """How much each line speaks to a question, given in pieces: the best of them counts."""
    said = [piece for piece in pieces if piece.any()]
    if not said:
        return [0.0] * len(lines)
    charter = np.stack(lines)
    best = (charter @ np.stack(said).T).max(axis=1) - CHANCE * np.log(len(said))
    if len(lines) > 1:
        itself = (charter * charter).sum(axis=1)
        common = (charter @ charter.sum(axis=0) - itself) / (len(lines) - 1)
        best -= COMMON * (common - common.mean())
    return [round(float(value), 4) for value in best.clip(-1, 1)]


def likenesses(question: Vector, others: Sequence[Vector]) -> list[float]:
    """How near each of the others is."""
    return [round(float(value), 4) for value in (np.stack(others) @ question).clip(-1, 1)]


def to_bytes(vector: Vector) -> bytes:
    """As a store keeps it: float32, little-endian."""
    return vector.astype("<f4").tobytes()


def from_bytes(data: bytes) -> Vector | None:
    """The vector; None when the bytes are not one."""
    if len(data) != 4 * SIZE:
        return None
    vector = np.frombuffer(data, "<f4").astype(np.float32)
    return vector if np.isfinite(vector).all() else None
