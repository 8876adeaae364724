"""Judges the items of a ranking, several at a time, beside everything else."""

from datetime import timedelta

from bot.ask.model import Judgement, Stance
from bot.ask.ports import Asked, NotJudged
from bot.ask.service import AskService, NoBudget
from bot.charter.model import InForce
from bot.delivery.beside import Beside, Direct, Job, several
from bot.errors import UserFacing
from bot.ports import Clock, Work
from bot.ranking.model import Ranked, Ranking
from bot.ranking.ports import RankingWork
from bot.ranking.service import RankingService

TOPIC = "ranking.done"
"""The topic of the result, and of the watch over it; its subject is the ranking."""
AT_ONCE = 8
"""Items that are judged at the same time: fifty take seven turns."""


class RankingJudging(Beside[Ranking]):
    """Runs rankings in this process."""

    topic = TOPIC
    held = timedelta(minutes=3)

    def __init__(
        self,
        *,
        work: Work[RankingWork],
        rankings: RankingService,
        ask: AskService,
        direct: Direct,
        clock: Clock,
    ) -> None:
        super().__init__(work=work, direct=direct, clock=clock)
        self._work = work
        self._rankings = rankings
        self._ask = ask

    async def begin(self, workspace: str, ranking: Ranking) -> None:
        """Judge its items; begun before, it goes on."""
        async with self._work(workspace) as tx:
            await self._promise(tx, workspace, self._job(ranking), 1)
        self.go_on(workspace, ranking)

    def _job(self, it: Ranking) -> Job:
        done = it.finished_at is not None or not it.judge
        return Job(key=it.id, subject=it.id, by=it.by, done=done)

    async def _hold(self, workspace: str, it: Ranking) -> bool:
        now = self._clock.now()
        async with self._work(workspace) as tx:
            return await tx.rankings.hold(it.id, now, now + self.held)

    async def _let_go(self, workspace: str, it: Ranking) -> None:
        async with self._work(workspace) as tx:
            await tx.rankings.keep(it.id, None)

    async def _work_on(self, workspace: str, it: Ranking) -> str:
        try:
            in_force = await self._rankings.charter_of(workspace, it)
            standing = await self._rankings.standing(workspace, it.id)

            async def judge(ranked: Ranked) -> None:
                await self._judge(workspace, it, ranked, in_force)

            left = [each for each in standing.ranked if not (each.kind or each.why_not)]
            await several(AT_ONCE, judge, left)
        except NoBudget as no_more:
            return no_more.sentence
        except UserFacing as problem:
            return str(problem)
        return ""

    async def _judge(
        self, workspace: str, ranking: Ranking, ranked: Ranked, in_force: InForce
    ) -> None:
        asked = Asked(question=ranking.items[ranked.n].question)
        try:
            told = _told(await self._ask.judge_by(workspace, in_force, asked))
        except NoBudget:
            raise
        except NotJudged as failed:
            told = {"why_not": failed.sentence}
        async with self._work(workspace) as tx:
            if await self._is_open(tx, ranking, ranked.n):
                await tx.rankings.note(ranking.id, ranked.model_copy(update=told))
            await tx.rankings.keep(ranking.id, self._clock.now() + self.held)

    async def _is_open(self, tx: RankingWork, ranking: Ranking, n: int) -> bool:
        """Whether nobody called the item while it was judged, or the ranking was forgotten."""
        if await tx.rankings.get(ranking.id) is None:
            return False
        return any(each.n == n and not each.kind for each in await tx.rankings.ranked(ranking.id))

    async def _finish(self, workspace: str, it: Ranking, stopped: str) -> None:
        ended = {"finished_at": self._clock.now(), "held_until": None, "stopped": stopped}
        async with self._work(workspace) as tx:
            await tx.rankings.put(it.model_copy(update=ended))
            await self._promise(tx, workspace, self._job(it))


def _told(judgement: Judgement) -> dict[str, object]:
    stance: Stance = "opposes" if judgement.opposes else "supports"
    deciding = judgement.opposes or judgement.supports
    return {
        "kind": judgement.kind,
        "line": deciding[0] if deciding else "",
        "stance": stance if deciding else None,
        "confidence": judgement.confidence,
        "by": judgement.model,
    }
