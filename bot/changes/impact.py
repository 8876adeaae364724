"""What a proposal would touch: the last questions and the open decisions that bear on the lines it
changes, by what they cite or by what the built-in reader links to them."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.ask.model import RELEVANT, Tokens, Verdict, VerdictKind
from bot.ask.ports import Asked, Reader
from bot.ask.service import AskService
from bot.changes.model import Change, Judging, Proposal, Rejudged, drafts_with
from bot.changes.ports import ImpactWork
from bot.changes.steps import Looked
from bot.charter.model import Charter, InForce, Line, LineInForce, next_version
from bot.charter.service import CharterService
from bot.decisions.model import Decision
from bot.decisions.ports import Sight, Wanted
from bot.errors import Problem
from bot.events import Frozen, Key
from bot.ports import Clock, Work

log = logging.getLogger(__name__)

MOST_LOOKED_AT = 200
"""The most recent questions and open decisions that are looked at, together."""
READ_MORE = 3
"""So many times as many verdicts are read, as a question that was asked again counts once."""
EVERYTHING = Sight(conversation_id="", person_id="", alone=False, everything=True)


class Subject(Frozen):
    """A question, or an open decision, that was looked at."""

    key: Key
    """What `Rejudged.subject` names."""
    charter_id: Key
    asked: Asked
    """As a judge gets it."""
    title: str
    """As people see it."""
    at: datetime
    was: VerdictKind | None
    """What was said of it; None for a decision of which nothing was said."""
    called_by: str = ""
    """The person whose call that was; empty where a model said it."""
    refs: frozenset[str]
    """The lines that it cites."""
    seen: bool
    """Whether it may be shown to whoever looks."""


class Touched(Frozen):
    """One that bears on a line that is to change."""

    subject: Subject
    cites: tuple[str, ...] = ()
    """The changed lines that it cites; none where the reader links it."""
    rejudged: Rejudged | None = None


class Impact(Frozen):
    """What a proposal touches, as one person sees it."""

    proposal: Proposal
    looked_at: int
    more: bool = False
    """There are older ones, which were not looked at."""
    touched: tuple[Touched, ...] = ()
    """The most recent first; those that the person may not see among them."""
    judging: Judging | None = None
    most: Tokens = Tokens()
    """What judging them can take at most."""
    judge: str | None = None
    """Who would judge; None where no language model is connected."""

    @property
    def seen(self) -> tuple[Touched, ...]:
        """Those that may be shown."""
        return tuple(each for each in self.touched if each.subject.seen)

    @property
    def hidden(self) -> int:
        """How many may not."""
        return len(self.touched) - len(self.seen)

    @property
    def flips(self) -> tuple[Touched, ...]:
        """Those whose answer becomes another one."""
        return tuple(each for each in self.touched if each.rejudged and each.rejudged.flips)


class ImpactService:
    """Works out what a proposal touches. Nothing is stored here."""

    def __init__(
        self,
        *,
        work: Work[ImpactWork],
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

    async def of(self, workspace: str, looked: Looked, sight: Sight) -> Impact:
        """What the proposal touches, for who looks with that sight."""
        proposal, charter = looked.proposal, looked.charter
        subjects, more = await self._subjects(workspace, charter, sight)
        changes = looked.carried.changes or proposal.changes
        version = charter.version.number
        async with self._work(workspace) as tx:
            judging = await tx.impacts.of(proposal.id, proposal.edition, version)
            noted = await tx.impacts.noted(proposal.id, proposal.edition, version)
        said = {each.subject: each for each in noted}
        touched = [
            Touched(subject=each, cites=cites, rejudged=said.get(each.key))
            for each in subjects
            if (cites := _cited(each, charter, changes))
            or await self._linked(workspace, each, changes)
        ]
        impact = Impact(
            proposal=proposal,
            looked_at=len(subjects),
            more=more,
            touched=tuple(touched),
            judging=judging,
            judge=self._ask.judge_name,
        )
        left = [each for each in touched if each.rejudged is None]
        over = judging is None or (judging.finished_at is not None and judging.stopped)
        if impact.judge is None or not over or not left or looked.carried.because:
            return impact
        return impact.model_copy(update={"most": await self._most(workspace, looked, left)})

    async def would_be(
        self, workspace: str, looked: Looked, charter_ids: Sequence[str]
    ) -> Mapping[str, InForce]:
        """What would hold under each of the charters, were the proposal adopted."""
        instead = proposed_charter(looked, self._clock.now())
        found = {
            id_: await self._charters.in_force_with(workspace, id_, instead)
            for id_ in dict.fromkeys(charter_ids)
        }
        return {id_: in_force for id_, in_force in found.items() if in_force}

    async def _most(self, workspace: str, looked: Looked, touched: Sequence[Touched]) -> Tokens:
        by_charter = await self.would_be(
            workspace, looked, [each.subject.charter_id for each in touched]
        )
        costs = [
            self._ask.most_to_judge(by_charter[each.charter_id], each.asked)
            for each in (t.subject for t in touched)
            if each.charter_id in by_charter
            # What nobody said anything of is judged by today's text too.
            for _ in range(1 if each.was else 2)
        ]
        return Tokens(
            prompt=sum(cost.prompt for cost in costs),
            completion=sum(cost.completion for cost in costs),
            cost=sum(cost.cost for cost in costs),
        )

    async def _subjects(
        self, workspace: str, charter: Charter, sight: Sight
    ) -> tuple[list[Subject], bool]:
        family = await self._charters.family(workspace, charter.id)
        all_, _ = await self._charters.all(workspace)
        below = _below(charter.id, {each.id: each for each in all_ if each.id in family})
        async with self._work(workspace) as tx:
            verdicts = await tx.verdicts.judged(below, MOST_LOOKED_AT * READ_MORE)
            decisions = await tx.decisions.find(
                Wanted(state="open", family=tuple(below)), EVERYTHING, limit=MOST_LOOKED_AT + 1
            )
        newest: dict[tuple[str, str], Subject] = {}
        for verdict in verdicts:
            # Under its words a question that the person may see stands for one that they may not.
            key, subject = (verdict.charter_id, verdict.words), _of_verdict(verdict, sight)
            if key not in newest or (subject.seen and not newest[key].seen):
                newest[key] = subject
        found = [*newest.values(), *(_of_decision(each, sight) for each in decisions)]
        found.sort(key=lambda subject: (subject.at, subject.key), reverse=True)
        return found[:MOST_LOOKED_AT], len(found) > MOST_LOOKED_AT

    async def _linked(self, workspace: str, subject: Subject, changes: Sequence[Change]) -> bool:
        """Whether the reader finds that a changed line, old or new, speaks to it."""
        lines = [line for change in changes for line in _texts(change)]
        words = f"{subject.asked.context}\n{subject.asked.question}".strip()
        try:
            findings = await self._reader.read(workspace, lines, words)
        except Problem as failed:
            # Those that cite the lines are shown all the same.
            log.error("the reader failed", extra={"error": type(failed).__name__})
            return False
        return any(finding.relevance >= RELEVANT for finding in findings)


def proposed_charter(looked: Looked, now: datetime) -> Charter:
    """The charter as the proposal would make it; nothing is stored."""
    charter, by = looked.charter, looked.proposal.worded_by
    drafts = drafts_with(charter.version.lines, looked.carried.changes)
    version, highest = next_version(drafts, before=charter, by=by, at=now)
    return charter.model_copy(update={"version": version, "highest": highest})


def _below(charter_id: str, family: Mapping[str, Charter]) -> list[str]:
    """The charter and those that inherit from it."""
    found = [charter_id]
    for above in found:
        found += [c.id for c in family.values() if c.parent == above and c.id not in found]
    return found


def _texts(change: Change) -> list[LineInForce]:
    """The line's old and new words; the reader looks at nothing else of a line."""
    texts = [each.text for each in (change.was, change.now) if each]
    lines = [Line(id="M1", kind="mission", text=text) for text in texts]
    return [LineInForce(ref=line.text, line=line, charter="", version=1) for line in lines]


def _cited(subject: Subject, charter: Charter, changes: Sequence[Change]) -> tuple[str, ...]:
    own = subject.charter_id == charter.id
    ids = [change.line_id for change in changes if change.line_id]
    refs = [line_id if own else f"{charter.name}:{line_id}" for line_id in ids]
    return tuple(ref for ref in refs if ref in subject.refs)


def _of_verdict(verdict: Verdict, sight: Sight) -> Subject:
    return Subject(
        key=f"verdict:{verdict.id}",
        charter_id=verdict.charter_id,
        asked=Asked(question=verdict.question, context=verdict.context),
        title=verdict.question,
        at=verdict.asked_at,
        was=verdict.kind,
        called_by=verdict.judge if verdict.judged_by == "person" else "",
        refs=frozenset(reason.ref for reason in verdict.reasons),
        seen=_may_see(verdict, sight),
    )


def _may_see(verdict: Verdict, sight: Sight) -> bool:
    if not verdict.may_be_seen_from(sight.conversation_id):
        return False
    public = verdict.asked_in_public or bool(verdict.shared_in)
    return public or (sight.alone and verdict.asked_by.id == sight.person_id)


def _of_decision(decision: Decision, sight: Sight) -> Subject:
    words = decision.title
    if decision.choice and decision.choice != decision.title:
        words += f": {decision.choice}"
    return Subject(
        key=f"decision:{decision.id}",
        charter_id=decision.charter_id,
        asked=Asked(question=words),
        title=f"{decision.name} {decision.title}",
        at=decision.recorded_at,
        was=decision.verdict_kind,
        refs=frozenset(link.ref for link in decision.lines),
        seen=decision.may_be_seen(sight.conversation_id, sight.person_id, alone=sight.alone),
    )
