"""Use cases of the check: report, dismiss, bring back.

    report ── facts around the charter ── rules
           ├─ reviewer connected and within budget? ── its review, kept by what it is a review of
           └─ none, or it failed ── the reader's pairs

No transaction is open while the reader or the reviewer works.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.ask.ports import NotJudged, Reader
from bot.ask.service import AskService
from bot.charter.model import Charter, InForce
from bot.charter.service import CharterService
from bot.check.facts import Facts, read_so_since
from bot.check.findings import by_model, by_rule, together
from bot.check.findings_by_reader import by_reader, nearness
from bot.check.model import (
    LONGEST_REASON,
    Dismissal,
    Dismissed,
    Finding,
    Report,
    Review,
)
from bot.check.ports import BeliefByLine, CheckWork
from bot.check.reviewing import Reviewing
from bot.decisions.model import Decision
from bot.decisions.ports import Sight, Wanted
from bot.decisions.service import sight_of
from bot.errors import NotFound, Problem, UserFacing
from bot.events import Event
from bot.ports import Clock, Work
from bot.text import clean, shorten

log = logging.getLogger(__name__)

DECISIONS_READ = 2_000
"""The newest decisions that are looked through."""
LATELY = timedelta(days=365)
"""Decisions from before are history."""
COUNTED = ("open", "closed")


class NoCharter(UserFacing):
    """Nothing to check yet."""


class CheckService:
    """The alignment report, as seen from one place. `reviewing` is None where no language model is
    connected; `review_after` is how long a charter may go without being looked through."""

    def __init__(
        self,
        *,
        work: Work[CheckWork],
        charters: CharterService,
        ask: AskService,
        reader: Reader,
        reviewing: Reviewing | None,
        beliefs: BeliefByLine,
        clock: Clock,
        review_after: timedelta,
    ) -> None:
        self._work = work
        self._charters = charters
        self._ask = ask
        self._reader = reader
        self._reviewing = reviewing
        self._beliefs = beliefs
        self._clock = clock
        self._review_after = review_after

    async def here(self, workspace: str, sight: Sight, *, place: str = "") -> Report:
        """The report on the charter that holds in conversation `place` (else where one looks
        from). Raises NoCharter."""
        in_force = await self._charters.in_force(workspace, place or sight.conversation_id)
        if in_force is None:
            raise NoCharter("There is no charter here yet. `/mission edit` writes the first.")
        return await self._report(workspace, in_force, sight)

    async def of(self, event: Event, charter_id: str, *, anew: bool = True) -> Report:
        """The report on that charter. `anew`: the reviewer may be asked; else what it said before
        is taken, if anything. Raises NotFound."""
        in_force = await self._in_force(event.workspace, charter_id)
        return await self._report(event.workspace, in_force, sight_of(event), anew=anew)

    async def finding(self, event: Event, charter_id: str, fingerprint: str) -> Finding:
        """The finding, dismissed or not. Raises NotFound where it is there no more, or is not for
        the person to see."""
        report = await self.of(event, charter_id, anew=False)
        everything = (*report.findings, *(each.finding for each in report.dismissed))
        found = next((each for each in everything if each.fingerprint == fingerprint), None)
        if found is None:
            raise NotFound("That is not there any more. `/mission check` shows what is.")
        return found

    async def dismiss(
        self, event: Event, charter_id: str, fingerprint: str, reason: str
    ) -> Finding:
        """Set the finding aside until its lines change. Owners and editors may."""
        reason = shorten(clean(reason).strip(), LONGEST_REASON)
        if not reason:
            raise UserFacing("Say in a sentence why it is all right as it is.")
        charter = await self._charters.get(event.workspace, charter_id)
        await self._charters.must_edit(event.workspace, charter, event.person)
        finding = await self.finding(event, charter_id, fingerprint)
        place = event.conversation
        async with self._work(event.workspace) as tx:
            await tx.checks.dismiss(
                Dismissal(
                    charter_id=charter_id,
                    fingerprint=finding.fingerprint,
                    reason=reason,
                    by=event.person,
                    at=self._clock.now(),
                    private_to=place.id if place.private else None,
                )
            )
        return finding

    async def bring_back(self, event: Event, charter_id: str, fingerprint: str) -> bool:
        """Show the finding again; False where it was not dismissed. Owners and editors may."""
        charter = await self._charters.get(event.workspace, charter_id)
        await self._charters.must_edit(event.workspace, charter, event.person)
        async with self._work(event.workspace) as tx:
            return await tx.checks.bring_back(charter_id, fingerprint)

    async def contradictions(self, workspace: str, proposed: InForce) -> Sequence[Finding]:
        """Where own lines contradict those from above, in words that need not be adopted yet.
        Judged, or without a judge, pairs for a person to look at."""
        if not any(line.inherited for line in proposed.beside_all_above.lines):
            return ()
        review, _ = await self._review(workspace, proposed, anew=True)
        today = self._clock.now().date()
        facts = Facts(lines=proposed.lines, overridden=proposed.overridden, today=today)
        found = await self._judged_or_read(workspace, proposed, facts, review)
        return [finding for finding in found if finding.kind == "contradiction"]

    # Behind them

    async def _report(
        self, workspace: str, in_force: InForce, sight: Sight, *, anew: bool = True
    ) -> Report:
        charter = in_force.charter
        facts = await self._facts(workspace, in_force, sight)
        review, why_not = await self._review(workspace, in_force, anew=anew)
        judged = await self._judged_or_read(workspace, in_force, facts, review)
        found = together(by_rule(facts), judged)
        async with self._work(workspace) as tx:
            dismissals = {d.fingerprint: d for d in await tx.checks.dismissals(charter.id)}
        return Report(
            charter_id=charter.id,
            charter_name=charter.name,
            version=charter.version.number,
            findings=tuple(each for each in found if each.fingerprint not in dismissals),
            dismissed=tuple(
                Dismissed(finding=each, dismissal=_as_seen(dismissals[each.fingerprint], sight))
                for each in found
                if each.fingerprint in dismissals
            ),
            reviewed_by=review.model if review else "",
            not_reviewed_because=why_not,
            lines=len(facts.own),
        )

    async def _facts(self, workspace: str, in_force: InForce, sight: Sight) -> Facts:
        charter, now = in_force.charter, self._clock.now()
        versions = await self._charters.versions(workspace, charter.id)
        place = sight.conversation_id
        unclear = await self._ask.often_unclear(workspace, charter.id, place)
        since = read_so_since([v for v in versions if v.number <= charter.version.number])
        return Facts(
            lines=in_force.lines,
            overridden=in_force.overridden,
            today=now.date(),
            since={ref: at.date() for ref, at in since.items()},
            reviewed_on=charter.reviewed_at.date() if charter.reviewed_at else None,
            review_after=self._review_after,
            unclear=tuple(unclear),
            decisions=await self._violating(workspace, charter, sight, now),
            beliefs=tuple(await self._beliefs(workspace, charter.id)),
        )

    async def _violating(
        self, workspace: str, charter: Charter, sight: Sight, now: datetime
    ) -> tuple[Decision, ...]:
        wanted = Wanted(charter_id=charter.id)
        async with self._work(workspace) as tx:
            found = await tx.decisions.find(wanted, sight, limit=DECISIONS_READ)
        return tuple(
            each
            for each in found
            if each.state in COUNTED
            and each.outcome != "reversed"
            and now - each.recorded_at <= LATELY
            and any(link.stance == "violates" for link in each.lines)
        )

    async def _review(
        self, workspace: str, in_force: InForce, *, anew: bool
    ) -> tuple[Review | None, str]:
        """What the language model said, else why it said nothing."""
        if self._reviewing is None:
            return None, ""
        try:
            return await self._reviewing(workspace, in_force.beside_all_above, anew=anew), ""
        except NotJudged as failed:
            log.warning("not reviewed", extra={"reason": type(failed.__cause__).__name__})
            return None, failed.sentence

    async def _judged_or_read(
        self, workspace: str, in_force: InForce, facts: Facts, review: Review | None
    ) -> list[Finding]:
        """A language model weighs every line against the others; likeness is for want of one."""
        if review:
            return by_model(review, in_force.beside_all_above)
        try:
            return by_reader(facts, await nearness(self._reader, workspace, facts))
        except Problem as failed:
            log.error("the reader failed", extra={"error": type(failed).__name__})
            return []  # the rules have said what they have to say

    async def _in_force(self, workspace: str, charter_id: str) -> InForce:
        charter = await self._charters.get(workspace, charter_id)
        found = await self._charters.in_force_at(workspace, charter_id, charter.version.number)
        if found is None:
            raise NotFound("That charter is not here any more. `/mission charters` lists them.")
        return found


def _as_seen(dismissal: Dismissal, sight: Sight) -> Dismissal:
    """Without its reason where that was given in a private conversation elsewhere."""
    if dismissal.private_to in (None, sight.conversation_id) or sight.everything:
        return dismissal
    return dismissal.model_copy(update={"reason": ""})
