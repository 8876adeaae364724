"""The built-in reader: finds the charter lines that speak to a question. Runs in this process,
with no account and no network; what it can and cannot do stands in model/README.md."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.judging.pieces import pieces
from adapters.judging.vectors import Kept, Memory, VectorStore, digest
from bot.ask.model import LONGEST_QUESTION, Finding
from bot.charter.model import LineInForce
from bot.errors import Refused
from bot.text import one_line

if TYPE_CHECKING:
    from adapters.judging.encoder import Encoder, Vector

MODEL = Path(__file__).parent / "model"


class OnnxReader:
    """Satisfies `bot.ask.ports.Reader`. Loads its model with the first question, off the event
    loop. Raises Refused when the model's files are missing or broken, nothing else."""

    def __init__(self, store: VectorStore | None = None, *, model: Path = MODEL) -> None:
        self._store = store
        self._folder = model
        self._memory = Memory()
        self._encoder: Encoder | None = None
        # One core, one text at a time; and of two who need the same model or vector at once, the
        # second finds it made. Held by worker threads only, never by the event loop.
        self._turn = threading.Lock()

    async def warm(self) -> None:
        """Loads the model now, so that the first question does not wait for it."""
        await self._loaded()

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        """Every line with its relevance, the most relevant first; among equals as they came."""
        if not lines:
            return ()
        encoder = await self._loaded()
        known = await self._known(encoder, workspace, [line.line.text for line in lines])
        values = await asyncio.to_thread(self._relevances, encoder, question, known)
        findings = [Finding(ref=x.ref, relevance=v) for x, v in zip(lines, values, strict=True)]
        return tuple(sorted(findings, key=lambda finding: -finding.relevance))

    async def likeness(
        self, workspace: str, question: str, others: Sequence[str]
    ) -> tuple[float, ...]:
        """How much each of the other texts is about the same thing (-1 to 1), in their order."""
        if not others:
            return ()
        encoder = await self._loaded()
        known = await self._known(encoder, workspace, others)
        return tuple(await asyncio.to_thread(self._likenesses, encoder, question, known))

    async def _known(
        self, encoder: "Encoder", workspace: str, texts: Sequence[str]
    ) -> list["Vector"]:
        """The texts' vectors, in their order; those made for it are handed to the store."""
        keys = [digest(text) for text in texts]
        by_key = dict(zip(keys, texts, strict=True))
        kept = Kept(self._store, workspace, encoder.name)
        stored = await kept.get([key for key in by_key if (workspace, key) not in self._memory])
        vectors, made = await asyncio.to_thread(self._vectors, encoder, workspace, by_key, stored)
        await kept.put(made)
        return [vectors[key] for key in keys]

    async def _loaded(self) -> "Encoder":
        return self._encoder if self._encoder else await asyncio.to_thread(self._load)

    def _load(self) -> "Encoder":
        from adapters.judging.encoder import Encoder

        with self._turn:
            if self._encoder is None:
                try:
                    self._encoder = Encoder(self._folder)
                except Exception as error:  # whatever the libraries raise about a broken file
                    raise Refused(
                        f"The reader's model in {self._folder} could not be loaded "
                        f"({type(error).__name__}). Install Missionbot again."
                    ) from error
            return self._encoder

    def _vectors(
        self,
        encoder: "Encoder",
        workspace: str,
        by_key: Mapping[str, str],
        stored: Mapping[str, bytes],
    ) -> tuple[dict[str, "Vector"], dict[str, bytes]]:
        """Every text's vector, and what of them was not in memory or store before."""
        from adapters.judging.encoder import from_bytes, to_bytes

        vectors: dict[str, Vector] = {}
        made: dict[str, bytes] = {}
        for key, text in by_key.items():
            with self._turn:
                vector = self._memory.get((workspace, key))
                if vector is None and key in stored:
                    vector = from_bytes(stored[key])
                if vector is None:
                    vector = encoder.vector(_as_read(text))
                    made[key] = to_bytes(vector)
                self._memory.put((workspace, key), vector)
            vectors[key] = vector
        return vectors, made

    def _relevances(
        self, encoder: "Encoder", question: str, lines: Sequence["Vector"]
    ) -> list[float]:
        from adapters.judging.encoder import relevances

        return relevances([self._vector(encoder, piece) for piece in pieces(question)], lines)

    def _likenesses(
        self, encoder: "Encoder", question: str, others: Sequence["Vector"]
    ) -> list[float]:
        from adapters.judging.encoder import likenesses

        return likenesses(self._vector(encoder, question), others)

    def _vector(self, encoder: "Encoder", text: str) -> "Vector":
        # Not kept: a question is new nearly every time.
        with self._turn:
            return encoder.vector(_as_read(text))


def _as_read(text: str) -> str:
    return one_line(text[:LONGEST_QUESTION])
