"""A reader that keeps nobody waiting for texts that it meets for the first time, such as hundreds
of decisions that were just brought in."""

import asyncio
import logging
from collections.abc import Sequence

from bot.ask.model import Finding
from bot.ask.ports import Reader
from bot.charter.model import LineInForce
from bot.errors import Problem

ALWAYS = 20
"""The first texts, which are always compared: a fifth of a second where none is known."""
PATIENCE = 0.15
"""Seconds that the others may take; those that are known take a hundredth of that."""

log = logging.getLogger(__name__)


class QuickReader:
    """Satisfies `bot.ask.ports.Reader` with another one. What takes too long is read on beside
    everything else, so that it is known the next time."""

    def __init__(self, reader: Reader, *, patience: float = PATIENCE) -> None:
        self._reader = reader
        self._patience = patience
        self._learning: dict[str, asyncio.Task[tuple[float, ...]]] = {}

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        """As the other reader does."""
        return await self._reader.read(workspace, lines, question)

    async def likeness(
        self, workspace: str, question: str, others: Sequence[str]
    ) -> tuple[float, ...]:
        """How much each is about the same thing, the first ones in any case; 0 for those that
        there was no time for. Put what matters most first."""
        found = await self._reader.likeness(workspace, question, others[:ALWAYS])
        rest = others[ALWAYS:]
        if rest and workspace not in self._learning:
            found += await self._in_time(workspace, question, rest)
        return found + (0.0,) * (len(others) - len(found))

    async def close(self) -> None:
        """Stop what is read on."""
        tasks = list(self._learning.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _in_time(
        self, workspace: str, question: str, others: Sequence[str]
    ) -> tuple[float, ...]:
        reading = asyncio.ensure_future(self._reader.likeness(workspace, question, others))
        try:
            await asyncio.wait({reading}, timeout=self._patience)
        except asyncio.CancelledError:
            reading.cancel()
            raise
        if reading.done():
            return reading.result()
        if workspace in self._learning:
            reading.cancel()  # Somebody who asked at the same time has it read on already.
            return ()
        self._learning[workspace] = reading
        reading.add_done_callback(lambda task: self._learned(workspace, task))
        return ()

    def _learned(self, workspace: str, task: "asyncio.Task[tuple[float, ...]]") -> None:
        del self._learning[workspace]
        if task.cancelled():
            return
        if isinstance(failed := task.exception(), Problem):
            log.error("the reader failed", extra={"error": type(failed).__name__})
        elif failed:
            raise failed
