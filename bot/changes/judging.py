"""Judges what a proposal touches, beside everything else."""

from collections.abc import Mapping
from datetime import timedelta

from bot.ask.model import VerdictKind
from bot.ask.ports import NotJudged
from bot.ask.service import AskService, NoBudget
from bot.changes.impact import EVERYTHING, Impact, ImpactService, Subject
from bot.changes.model import Judging, Rejudged
from bot.changes.ports import ImpactWork
from bot.changes.reading import ProposalReading
from bot.changes.steps import Looked, proposal_of
from bot.charter.model import InForce
from bot.charter.service import CharterService
from bot.delivery.beside import Beside, Direct, Job, several
from bot.events import Event
from bot.ports import Clock, Work

JUDGED = "changes.judged"
"""The topic of the result, and of the watch over it; its subject is the proposal."""
AT_ONCE = 4


class ImpactJudging(Beside[Judging]):
    """Runs rounds of judging in this process."""

    topic = JUDGED
    held = timedelta(minutes=5)

    def __init__(
        self,
        *,
        work: Work[ImpactWork],
        reading: ProposalReading,
        impact: ImpactService,
        ask: AskService,
        charters: CharterService,
        direct: Direct,
        clock: Clock,
    ) -> None:
        super().__init__(work=work, direct=direct, clock=clock)
        self._work = work
        self._reading = reading
        self._impact = impact
        self._ask = ask
        self._charters = charters

    async def begin(self, event: Event, looked: Looked, impact: Impact) -> None:
        """Judge everything that it touches; what is under way or done already is left to it."""
        proposal = looked.proposal
        judging = Judging(
            proposal_id=proposal.id,
            edition=proposal.edition,
            version=looked.charter.version.number,
            subjects=tuple(each.subject.key for each in impact.touched),
            asked_by=event.person,
            asked_at=self._clock.now(),
        )
        async with self._work(event.workspace) as tx:
            await proposal_of(tx, proposal.id)  # ours: of two who begin at once, one does
            there = await tx.impacts.of(proposal.id, proposal.edition, judging.version)
            if there and not there.stopped:
                judging = there
            else:
                await tx.impacts.put(judging)
                await self._promise(tx, event.workspace, self._job(judging), 1)
        self.go_on(event.workspace, judging)

    async def round_of(self, workspace: str, looked: Looked) -> Judging | None:
        """The round for the proposal as it reads now, on the charter of today."""
        proposal, version = looked.proposal, looked.charter.version.number
        async with self._work(workspace) as tx:
            return await tx.impacts.of(proposal.id, proposal.edition, version)

    def _job(self, it: Judging) -> Job:
        # Begun again after it was stopped, a round has watch and result of its own.
        key = f"{it.proposal_id}/{it.edition}/{it.version}/{it.asked_at:%Y%m%d%H%M%S}"
        done = it.finished_at is not None
        return Job(key=key, subject=it.proposal_id, by=it.asked_by, done=done)

    async def _hold(self, workspace: str, it: Judging) -> bool:
        now = self._clock.now()
        async with self._work(workspace) as tx:
            return await tx.impacts.hold(it, now, now + self.held)

    async def _let_go(self, workspace: str, it: Judging) -> None:
        async with self._work(workspace) as tx:
            await tx.impacts.keep(it, None)

    async def _work_on(self, workspace: str, it: Judging) -> str:
        looked = await self._reading.look(workspace, it.proposal_id)
        if not _still(looked, it):
            return "The proposal or the charter was changed meanwhile."
        impact = await self._impact.of(workspace, looked, EVERYTHING)
        left = [
            each.subject
            for each in impact.touched
            if each.subject.key in it.subjects and each.rejudged is None
        ]
        charters = [subject.charter_id for subject in left]
        then = await self._impact.would_be(workspace, looked, charters)

        async def judge(subject: Subject) -> None:
            await self._judge(workspace, it, subject, then)

        try:
            await several(AT_ONCE, judge, left)
        except NoBudget as no_more:
            return no_more.sentence
        return ""

    async def _judge(
        self, workspace: str, judging: Judging, subject: Subject, then: Mapping[str, InForce]
    ) -> None:
        was, now, why_not = subject.was, None, ""
        try:
            if was is None:
                was = await self._by(workspace, await self._today(workspace, subject), subject)
            now = await self._by(workspace, then.get(subject.charter_id), subject)
        except NoBudget:
            raise
        except NotJudged as failed:
            why_not = failed.sentence
        answer = Rejudged(
            proposal_id=judging.proposal_id,
            edition=judging.edition,
            subject=subject.key,
            was=was,
            now=now,
            why_not=why_not,
        )
        async with self._work(workspace) as tx:
            await tx.impacts.note(judging.version, answer)
            await tx.impacts.keep(judging, self._clock.now() + self.held)

    async def _by(
        self, workspace: str, in_force: InForce | None, subject: Subject
    ) -> VerdictKind | None:
        if in_force is None:
            return None
        return (await self._ask.judge_by(workspace, in_force, subject.asked)).kind

    async def _today(self, workspace: str, subject: Subject) -> InForce | None:
        charter = await self._charters.get(workspace, subject.charter_id)
        return await self._charters.in_force_with(workspace, charter.id, charter)

    async def _finish(self, workspace: str, it: Judging, stopped: str) -> None:
        ended = {"finished_at": self._clock.now(), "held_until": None, "stopped": stopped}
        async with self._work(workspace) as tx:
            await tx.impacts.put(it.model_copy(update=ended))
            await self._promise(tx, workspace, self._job(it))


def _still(looked: Looked, judging: Judging) -> bool:
    proposal = looked.proposal
    same = (proposal.edition, looked.charter.version.number) == (judging.edition, judging.version)
    return same and proposal.state in ("open", "returned") and not looked.carried.because
