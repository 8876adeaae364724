"""The language model's look at a charter: within the budget, and paid once for the same words."""

import asyncio
import hashlib
import json
from datetime import timedelta
from weakref import WeakValueDictionary

from bot.ask.model import Cap, Tokens
from bot.ask.ports import NotJudged
from bot.charter.model import InForce
from bot.check.model import KeptReview, Review
from bot.check.ports import CheckWork, Reviewer
from bot.ports import Clock, Work

KEEP = timedelta(days=180)
"""Reviews are kept so long; one of words that still stand is made anew then."""


class Reviewing:
    """Asks the reviewer, or answers from what it said before about the same words."""

    def __init__(
        self, *, work: Work[CheckWork], reviewer: Reviewer, cap: Cap, clock: Clock
    ) -> None:
        self._work = work
        self._reviewer = reviewer
        self._cap = cap
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(
        self, workspace: str, in_force: InForce, *, anew: bool = True
    ) -> Review | None:
        """The review; None where there is none and it is not to be made `anew`. Raises
        NotJudged."""
        digest = self._digest(in_force)
        # Of two who ask at once, the second finds what the first has paid for.
        turn = self._turns.setdefault(f"{workspace} {digest}", asyncio.Lock())
        async with turn:
            async with self._work(workspace) as tx:
                kept = await tx.checks.review(digest)
            if kept and self._clock.now() - kept.at < KEEP:
                return kept.review
            return await self._made(workspace, in_force, digest) if anew else None

    async def _made(self, workspace: str, in_force: InForce, digest: str) -> Review:
        month = f"{self._clock.now():%Y-%m}"
        async with self._work(workspace) as tx:
            entry = await tx.spending.reserve(month, self._reviewer.estimate(in_force), self._cap)
        if entry is None:
            raise NotJudged(
                "This month's budget for the language model is used up. "
                "Your operator can raise it; it starts anew next month."
            )
        spent = Tokens()
        try:
            review = await self._reviewer.review(in_force)
            spent = review.tokens
        except NotJudged as failed:
            spent = failed.tokens
            raise
        finally:
            async with self._work(workspace) as tx:
                await tx.spending.settle(entry, spent)
        await self._keep(workspace, in_force, digest, review)
        return review

    async def _keep(self, workspace: str, in_force: InForce, digest: str, review: Review) -> None:
        charter_id, now = in_force.charter.id, self._clock.now()
        async with self._work(workspace) as tx:
            if await tx.charters.get(charter_id) is None:
                return  # of words that belong to no charter yet
            await tx.checks.forget_reviews(charter_id, now - KEEP)
            kept = KeptReview(charter_id=charter_id, digest=digest, review=review, at=now)
            await tx.checks.keep(kept)

    def _digest(self, in_force: InForce) -> str:
        """Of every word that is sent, of whose charter, and to whom."""
        lines = [(x.ref, x.line.kind, x.line.text, x.line.horizon) for x in in_force.lines]
        charter = in_force.charter
        said = json.dumps([self._reviewer.name, charter.id, charter.name, lines])
        return hashlib.sha256(said.encode()).hexdigest()
