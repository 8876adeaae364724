"""Whether a proposal contradicts what the charters above and below it say."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from bot.changes.impact import proposed_charter
from bot.changes.steps import Looked
from bot.charter.model import Charter, InForce, LineInForce
from bot.charter.service import CharterService
from bot.events import Frozen
from bot.ports import Clock

MOST_BELOW = 5
"""Charters directly below that are looked at."""
MOST_PAIRS = 3


class Pair(Frozen):
    """Two lines of different levels that contradict each other, or may."""

    lines: tuple[LineInForce, ...]
    sentence: str = ""
    """What a language model says about it; empty where none judged."""


class Contradictions(Protocol):
    """Finds where own lines go against those from above. A language model says so; without one,
    pairs about the same matter are found, for a person to look at."""

    async def __call__(self, workspace: str, proposed: InForce) -> Sequence[Pair]: ...


class Levels:
    """Looks at a proposal's charter and at those directly below it, as they would be."""

    def __init__(
        self, *, charters: CharterService, contradictions: Contradictions, clock: Clock
    ) -> None:
        self._charters = charters
        self._contradictions = contradictions
        self._clock = clock

    async def against(self, workspace: str, looked: Looked) -> Sequence[Pair]:
        """Pairs of which one is a line that the proposal words; none where it cannot be adopted."""
        if looked.carried.because or not looked.carried.changes:
            return ()
        proposed = proposed_charter(looked, self._clock.now())
        texts = {change.now.text for change in looked.carried.changes if change.now}
        all_, _ = await self._charters.all(workspace)
        below = [each.id for each in all_ if each.parent == proposed.id][:MOST_BELOW]
        levels = [
            await self._charters.in_force_with(workspace, charter_id, proposed)
            for charter_id in (proposed.id, *below)
        ]
        # At once: a language model may be asked about each, and somebody waits.
        found = await asyncio.gather(
            *(self._contradictions(workspace, in_force) for in_force in levels if in_force)
        )
        pairs = [pair for each in found for pair in each if _is_about(pair, proposed, texts)]
        return pairs[:MOST_PAIRS]


def _is_about(pair: Pair, proposed: Charter, texts: set[str]) -> bool:
    return any(line.charter == proposed.name and line.line.text in texts for line in pair.lines)
