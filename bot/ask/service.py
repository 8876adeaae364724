"""Use cases of asking: a question becomes a verdict, people make their own calls on it.

    ask ── seen this event? ── what is in force ── asked before? ── read ── precedents
        └─ judge connected and within budget? ── judgement, or why there is none ── store

No transaction is open while the reader or the judge works.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.ask.judging import with_judgement
from bot.ask.model import (
    ALIKE,
    LONGEST_QUESTION,
    Call,
    Cap,
    Finding,
    Judgement,
    Precedent,
    Tokens,
    Verdict,
)
from bot.ask.ports import Asked, AskWork, Earlier, Judge, NotJudged, Reader
from bot.charter.model import InForce
from bot.charter.service import CharterService
from bot.errors import NotFound, Problem, UserFacing
from bot.events import ButtonClick, Command, FormSubmit, Frozen, Person, Question
from bot.ports import Clock, Work
from bot.text import clean, same_words, shorten

log = logging.getLogger(__name__)

MOST_LINES_JUDGED = 40
"""A judge gets at most so many lines; of a longer charter the reader picks them."""
MOST_PRECEDENTS = 5
PRECEDENTS_READ = 500
"""The newest calls that are compared with a question."""
TELL_HOW_TO_CONNECT_EVERY = timedelta(days=7)
LATELY = timedelta(days=90)
OFTEN = 3
"""Times that a question is unclear until it is reported: the charter may lack a line."""
MOST_UNCLEAR = 5

KEPT_FROM_SAME = (
    *("kind", "why_unclear", "reasons", "would_fit_if", "confidence"),
    *("opposite", "judged_by", "judge", "findings"),
)
"""What a question takes over from the same one asked before."""

Source = Command | Question | ButtonClick | FormSubmit


class NoCharter(UserFacing):
    """Nothing to judge by yet."""


class NoBudget(NotJudged):
    """What the workspace may spend on its language model is spent."""


class Answered(Frozen):
    """A verdict as the person gets it."""

    verdict: Verdict
    in_force: InForce
    calls: tuple[Call, ...] = ()
    """What people said about it, oldest first."""
    now: datetime
    newer_version: int | None = None
    """The charter's version today, where a thread keeps an older one."""
    tell_how_to_connect: bool = False


class AskService:
    """What people ask about fit. `judge` is None where no language model is connected."""

    def __init__(
        self,
        *,
        work: Work[AskWork],
        charters: CharterService,
        reader: Reader,
        judge: Judge | None,
        cap: Cap,
        clock: Clock,
        also: Sequence[Earlier] = (),
    ) -> None:
        """`also`: where precedents come from beside people's calls."""
        self._work = work
        self._charters = charters
        self._reader = reader
        self._judge = judge
        self._cap = cap
        self._clock = clock
        self._also = also

    async def ask(self, source: Source, question: str, *, alone: bool = False) -> Answered:
        """The verdict on the question, stored. In a thread it follows up on the thread's last
        question, under the same charter version, unless it is to be taken `alone`.

        Raises NoCharter where none is in force.
        """
        verdict_id = _id_for(source)
        async with self._work(source.workspace) as tx:
            done = await tx.verdicts.get(verdict_id)
        if done:
            return await self.get(source, verdict_id)
        question = shorten(clean(question).strip(), LONGEST_QUESTION)
        before = None if alone else await self._last_in_thread(source)
        in_force = await self._in_force(source, before)
        started = Verdict(
            id=verdict_id,
            charter_id=in_force.charter.id,
            charter_name=in_force.charter.name,
            version=in_force.charter.version.number,
            question=question,
            context=_context(before),
            asked_by=source.person,
            asked_at=self._clock.now(),
            conversation_id=source.conversation.id,
            private_to=source.conversation.id if source.conversation.private else None,
            asked_in_public=source.public,
            thread=source.thread,
        )
        verdict = await self._answer(source.workspace, in_force, started)
        async with self._work(source.workspace) as tx:
            await tx.verdicts.add(verdict)
        # Outside a thread it was judged by what is in force now; that needs no look.
        newest = verdict.version if before is None else None
        return await self._answered(source, verdict, in_force, newest=newest)

    async def in_force(self, source: Source) -> InForce:
        """What holds where the person asks. Raises NoCharter."""
        return await self._in_force(source, None)

    async def get(self, source: Source, verdict_id: str) -> Answered:
        """The verdict as it stands. Raises NotFound where the person may not see it."""
        async with self._work(source.workspace) as tx:
            verdict = await visible(tx, source, verdict_id)
            calls = await tx.calls.on(verdict_id)
        in_force = await self._charters.in_force_at(
            source.workspace, verdict.charter_id, verdict.version
        )
        if in_force is None:
            raise gone()
        return await self._answered(source, verdict, in_force, calls)

    async def recent(
        self, workspace: str, person: Person, seen_from: str, limit: int
    ) -> Sequence[Verdict]:
        """The newest verdicts that the person asked for, or whose question or answer others saw,
        each question once; of those that may be seen from that conversation."""
        async with self._work(workspace) as tx:
            found = await tx.verdicts.recent(person.id, seen_from, limit * 4)
        newest = {verdict.words: verdict for verdict in reversed(found)}
        return sorted(newest.values(), key=lambda v: (v.asked_at, v.id), reverse=True)[:limit]

    async def often_unclear(
        self, workspace: str, charter_id: str, seen_from: str
    ) -> Sequence[tuple[str, int]]:
        """Questions that were unclear again and again lately, with how often; of those that others
        saw, and that may be seen from that conversation."""
        since = self._clock.now() - LATELY
        async with self._work(workspace) as tx:
            return await tx.verdicts.unclear(charter_id, since, seen_from, OFTEN, MOST_UNCLEAR)

    @property
    def judge_name(self) -> str | None:
        """What people see behind "judged by"; None where no language model is connected."""
        return self._judge.name if self._judge else None

    def most_to_judge(self, in_force: InForce, asked: Asked) -> Tokens:
        """The most that `judge_by` can take; nothing where no language model is connected."""
        if self._judge is None:
            return Tokens()
        return self._judge.estimate(shortlist(in_force, ()), asked)

    async def judge_by(self, workspace: str, in_force: InForce, asked: Asked) -> Judgement:
        """What the language model says by these lines, be they in force or not; paid from the
        budget, stored nowhere. Raises NotJudged; NoBudget where that is used up."""
        if self._judge is None:
            raise NotJudged("No language model is connected.")
        in_force = shortlist(in_force, await self._read_lines(workspace, in_force, asked))
        return await self._within_budget(workspace, self._judge, in_force, asked, ())

    # How an answer comes about

    async def _answer(self, workspace: str, in_force: InForce, started: Verdict) -> Verdict:
        async with self._work(workspace) as tx:
            same = await tx.verdicts.same(
                started.charter_id, started.version, started.words, started.conversation_id
            )
        precedents = await self._precedents(workspace, started)
        if same:
            asked_before = same.asked_before or (same.asked_by, same.asked_at)
            started = started.model_copy(update={"asked_before": asked_before})
        if same and same.judged_by == "model":
            kept = {name: getattr(same, name) for name in KEPT_FROM_SAME}
            return started.model_copy(update={**kept, "precedents": precedents})
        findings = await self._read(workspace, in_force, started.asked)
        started = started.model_copy(update={"findings": findings, "precedents": precedents})
        if self._judge is None:
            return started
        try:
            judgement = await self._judged(workspace, self._judge, in_force, started)
        except NotJudged as failed:
            log.warning("not judged", extra={"reason": type(failed.__cause__).__name__})
            return started.model_copy(update={"no_judge_because": failed.sentence})
        return with_judgement(started, judgement, in_force)

    async def _judged(
        self, workspace: str, judge: Judge, in_force: InForce, started: Verdict
    ) -> Judgement:
        asked = Asked(question=started.question, context=started.context)
        in_force = shortlist(in_force, started.findings)
        return await self._within_budget(workspace, judge, in_force, asked, started.precedents)

    async def _within_budget(
        self,
        workspace: str,
        judge: Judge,
        in_force: InForce,
        asked: Asked,
        precedents: Sequence[Precedent],
    ) -> Judgement:
        month = f"{self._clock.now():%Y-%m}"
        async with self._work(workspace) as tx:
            entry = await tx.spending.reserve(month, judge.estimate(in_force, asked), self._cap)
        if entry is None:
            raise NoBudget(
                "This month's budget for the language model is used up. "
                "Your operator can raise it; it starts anew next month."
            )
        spent = Tokens()
        try:
            judgement = await judge.judge(in_force, asked, precedents)
            spent = judgement.tokens
            return judgement
        except NotJudged as failed:
            spent = failed.tokens
            raise
        finally:
            async with self._work(workspace) as tx:
                await tx.spending.settle(entry, spent)

    async def _read_lines(
        self, workspace: str, in_force: InForce, asked: Asked
    ) -> tuple[Finding, ...]:
        if len(in_force.lines) <= MOST_LINES_JUDGED:
            return ()  # all of them are judged
        return await self._read(workspace, in_force, f"{asked.context}\n{asked.question}")

    async def _read(self, workspace: str, in_force: InForce, words: str) -> tuple[Finding, ...]:
        try:
            return await self._reader.read(workspace, in_force.lines, words)
        except Problem as failed:
            # A judge can do without it, and a person can read the charter.
            log.error("the reader failed", extra={"error": type(failed).__name__})
            return ()

    async def _precedents(self, workspace: str, verdict: Verdict) -> tuple[Precedent, ...]:
        charter, place = verdict.charter_id, verdict.conversation_id
        async with self._work(workspace) as tx:
            earlier = [*await tx.calls.precedents(charter, place, PRECEDENTS_READ)]
        for others in self._also:
            earlier += await others(workspace, charter, place)
        if not earlier:
            return ()
        alike = await self._likeness(workspace, verdict, [p.question for p in earlier])
        scored = [(likeness, p.at, p) for p, likeness in zip(earlier, alike, strict=True)]
        near = sorted((s for s in scored if s[0] >= ALIKE), key=lambda s: s[:2], reverse=True)
        return tuple(
            precedent.model_copy(update={"likeness": likeness})
            for likeness, _, precedent in near[:MOST_PRECEDENTS]
        )

    async def _likeness(
        self, workspace: str, verdict: Verdict, others: Sequence[str]
    ) -> Sequence[float]:
        try:
            found = await self._reader.likeness(workspace, verdict.asked, others)
        except Problem as failed:
            log.error("the reader failed", extra={"error": type(failed).__name__})
            found = (0.0,) * len(others)
        pairs = zip(others, found, strict=True)
        return [1.0 if same_words(other) == verdict.words else near for other, near in pairs]

    # What stands around it

    async def _last_in_thread(self, source: Source) -> Verdict | None:
        if source.thread is None:
            return None
        async with self._work(source.workspace) as tx:
            return await tx.verdicts.last_in_thread(source.conversation.id, source.thread)

    async def _in_force(self, source: Source, before: Verdict | None) -> InForce:
        found = (
            await self._charters.in_force_at(source.workspace, before.charter_id, before.version)
            if before
            else await self._charters.in_force(source.workspace, source.conversation.id)
        )
        if found is None:
            raise NoCharter(
                "There is no charter here yet, so I have nothing to judge by. "
                "Write one with `/mission edit`."
            )
        return found

    async def _answered(
        self,
        source: Source,
        verdict: Verdict,
        in_force: InForce,
        calls: Sequence[Call] = (),
        *,
        newest: int | None = None,
    ) -> Answered:
        if newest is None:
            charter = await self._charters.get(source.workspace, verdict.charter_id)
            newest = charter.version.number
        return Answered(
            verdict=verdict,
            in_force=in_force,
            calls=tuple(calls),
            now=self._clock.now(),
            newer_version=newest if newest != verdict.version else None,
            tell_how_to_connect=await self._tell_how_to_connect(source, verdict),
        )

    async def _tell_how_to_connect(self, source: Source, verdict: Verdict) -> bool:
        if self._judge is not None or verdict.kind is not None:
            return False
        owners = await self._charters.owners(source.workspace, verdict.charter_id)
        if source.person.id not in {owner.id for owner in owners}:
            return False
        async with self._work(source.workspace) as tx:
            return await tx.hints.due(
                source.person.id, "connect", self._clock.now(), TELL_HOW_TO_CONNECT_EVERY
            )


async def visible(tx: AskWork, source: Source, verdict_id: str) -> Verdict:
    """The verdict. Raises NotFound where there is none that may be seen from here."""
    verdict = await tx.verdicts.get(verdict_id)
    if verdict is None or not verdict.may_be_seen_from(source.conversation.id):
        raise gone()
    return verdict


def gone() -> NotFound:
    """For an answer that was removed, or is not for this conversation."""
    return NotFound("That answer is not here any more. Ask again, and I answer anew.")


def _id_for(source: Source) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{source.workspace}/{source.key}").hex


def _context(before: Verdict | None) -> str:
    if before is None:
        return ""
    return before.asked[-LONGEST_QUESTION:]


def shortlist(in_force: InForce, findings: Sequence[Finding]) -> InForce:
    """At most MOST_LINES_JUDGED lines: missions and visions always, then the most relevant, or the
    first ones where the reader found none; in the charter's order."""
    if len(in_force.lines) <= MOST_LINES_JUDGED:
        return in_force
    always = [line.ref for line in in_force.lines if line.line.kind in ("mission", "vision")]
    ranked = [f.ref for f in findings] or [line.ref for line in in_force.lines]
    others = [ref for ref in ranked if ref not in always]
    keep = {*[*always, *others][:MOST_LINES_JUDGED]}
    return in_force.model_copy(
        update={"lines": tuple(line for line in in_force.lines if line.ref in keep)}
    )
