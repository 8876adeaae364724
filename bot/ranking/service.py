"""Use cases of rankings: begin one, look how it stands, take people's calls."""

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.ask.model import RELEVANT, Tokens, VerdictKind
from bot.ask.ports import Asked, Reader
from bot.ask.service import AskService
from bot.charter.model import InForce
from bot.charter.service import CharterService
from bot.errors import NotFound, Problem
from bot.events import Event
from bot.ports import Clock, Work
from bot.ranking.model import LINES_READ, Item, Ranked, Ranking, Standing
from bot.ranking.ports import RankingWork

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
FIRST_KINDS = ("non_goal", "principle")
"""What limits the team is shown before what drives it: it is overlooked more often."""
READ_AT_ONCE = 8
GONE = "That ranking is not kept any more. `/mission rank` makes a new one."


class RankingService:
    """Each method is one transaction, after what it has read."""

    def __init__(
        self,
        *,
        work: Work[RankingWork],
        charters: CharterService,
        ask: AskService,
        reader: Reader,
        clock: Clock,
    ) -> None:
        self._work = work
        self._charters = charters
        self._ask = ask
        self._reader = reader
        self._clock = clock

    async def begin(self, event: Event, in_force: InForce, items: Sequence[Item]) -> Standing:
        """A ranking of the items by that charter, with what the reader finds on each; the same
        event again gives the same one."""
        ranking = Ranking(
            id=uuid.uuid5(uuid.NAMESPACE_URL, f"{event.workspace}/{event.key}/ranking").hex,
            charter_id=in_force.charter.id,
            version=in_force.charter.version.number,
            charter_name=in_force.charter.name,
            conversation=event.conversation,
            by=event.person,
            asked_at=self._clock.now(),
            items=tuple(items),
            judge=self._ask.judge_name or "",
        )
        ranked = await self._read(event.workspace, in_force, items)
        async with self._work(event.workspace) as tx:
            await tx.rankings.forget(self._clock.now() - KEPT)
            await tx.rankings.add(ranking, ranked)
        return await self.standing(event.workspace, ranking.id)

    async def standing(self, workspace: str, ranking_id: str) -> Standing:
        """How it stands. Raises NotFound."""
        async with self._work(workspace) as tx:
            ranking = await tx.rankings.get(ranking_id)
            if ranking is None:
                raise NotFound(GONE)
            return Standing(ranking=ranking, ranked=tuple(await tx.rankings.ranked(ranking_id)))

    async def newest(self, workspace: str, person_id: str) -> Standing | None:
        """The last one that the person asked for."""
        async with self._work(workspace) as tx:
            ranking = await tx.rankings.newest(person_id)
            if ranking is None:
                return None
            return Standing(ranking=ranking, ranked=tuple(await tx.rankings.ranked(ranking.id)))

    async def call(
        self, event: Event, ranking_id: str, calls: Mapping[int, VerdictKind]
    ) -> Standing:
        """A person's own word on these items, by their places. Raises NotFound."""
        async with self._work(event.workspace) as tx:
            if await tx.rankings.get(ranking_id) is None:
                raise NotFound(GONE)
            for each in await tx.rankings.ranked(ranking_id):
                if kind := calls.get(each.n):
                    called = {"kind": kind, "by": event.person.name, "why_not": ""}
                    await tx.rankings.note(ranking_id, each.model_copy(update=called))
        return await self.standing(event.workspace, ranking_id)

    async def charter_of(self, workspace: str, ranking: Ranking) -> InForce:
        """The charter as it was when it was asked. Raises NotFound."""
        found = await self._charters.in_force_at(workspace, ranking.charter_id, ranking.version)
        if found is None:
            raise NotFound("The charter of that ranking is not here any more.")
        return found

    def most_to_judge(self, in_force: InForce, items: Sequence[Item]) -> Tokens:
        """The most that judging all of them can take; nothing without a language model."""
        each = [self._ask.most_to_judge(in_force, Asked(question=item.question)) for item in items]
        return Tokens(
            prompt=sum(most.prompt for most in each),
            completion=sum(most.completion for most in each),
            cost=sum(most.cost for most in each),
        )

    async def _read(
        self, workspace: str, in_force: InForce, items: Sequence[Item]
    ) -> Sequence[Ranked]:
        # The first one works out what all of them need of the charter; then several at a time.
        gate = asyncio.Semaphore(READ_AT_ONCE)

        async def one(n: int) -> Ranked:
            async with gate:
                return Ranked(n=n, lines=await self._lines(workspace, in_force, items[n].question))

        first = await one(0)
        return [first, *await asyncio.gather(*(one(n) for n in range(1, len(items))))]

    async def _lines(self, workspace: str, in_force: InForce, question: str) -> tuple[str, ...]:
        try:
            findings = await self._reader.read(workspace, in_force.lines, question)
        except Problem as failed:
            log.error("the reader failed", extra={"error": type(failed).__name__})
            return ()  # A judge and a person can do without.
        found = [each.ref for each in findings if each.relevance >= RELEVANT][:LINES_READ]
        kinds = {line.ref: line.line.kind for line in in_force.lines}
        return tuple(sorted(found, key=lambda ref: kinds[ref] not in FIRST_KINDS))
