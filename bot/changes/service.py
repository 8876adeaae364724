"""Use cases of changes: propose, word anew, approve, return, withdraw; each adds to the history.

Every deed is one transaction. The approval that suffices adopts the change in its own: proposal,
version of the charter, and whatever hangs on an adoption (`AfterAdoption`), or none of them.
"""

import uuid
from collections.abc import Sequence
from typing import Any, Generic

from bot.changes.model import (
    LONGEST_COMMENT,
    LONGEST_REASON,
    CarriedOver,
    Change,
    Deed,
    Entry,
    Proposal,
    Said,
    Standing,
    carried_over,
    drafts_with,
)
from bot.changes.ports import AfterAdoption, W
from bot.changes.steps import (
    charter_of,
    must_be,
    must_own,
    must_word,
    proposal_of,
    standing_of,
)
from bot.changes.telling import Hourly, Telling
from bot.charter.model import Charter, Version, next_version
from bot.charter.service import StaleCharter, adopt_version
from bot.errors import NotAllowed, Stale, UserFacing
from bot.events import Event, Frozen, Person
from bot.ports import Clock, Work
from bot.recurrence.model import Hours
from bot.text import clean, shorten

TRIES = 3
"""Times that an adoption is tried anew when another one was faster."""
NOTHING_CHANGES = "This changes nothing: the charter reads so already."


class CannotCarryOver(Stale):
    """The proposal does not go with the version in force; the sentences say why."""

    def __init__(self, proposal: Proposal, because: Sequence[str]) -> None:
        reasons = " ".join(because)
        super().__init__(
            f"{proposal.name.capitalize()} cannot be adopted as it is. {reasons} "
            "Edit it, and it is put on the charter of today."
        )


class Done(Frozen):
    """A deed, and the charter before and after where it adopted the change."""

    proposal: Proposal
    before: Version | None = None
    charter: Charter | None = None


class ChangeService(Generic[W]):
    """Each method is one transaction; the same event again changes nothing."""

    def __init__(
        self,
        *,
        work: Work[W],
        telling: Telling,
        clock: Clock,
        after: Sequence[AfterAdoption[W]] = (),
    ) -> None:
        self._work = work
        self._telling = telling
        self._clock = clock
        self._after = after

    # Deeds

    async def propose(
        self,
        event: Event,
        charter_id: str,
        base: int,
        changes: Sequence[Change],
        reason: str,
        *,
        adopt_if_alone: bool = False,
    ) -> Done:
        """A new proposal, written on version `base`; anybody may. Where its author owns the charter
        alone (or nobody does), it is adopted at once if `adopt_if_alone`.

        Raises StaleCharter where it cannot be carried over to the version in force, and
        InvalidCharter for what is wrong with the lines.
        """
        hours = await self._hours_of_owners(event, charter_id)
        async with self._work(event.workspace) as tx:
            id_ = uuid.uuid5(uuid.NAMESPACE_URL, f"{event.workspace}/{event.key}/proposal").hex
            if done := await tx.proposals.get(id_):
                return await self._once_more(tx, done)
            charter = await charter_of(tx, charter_id)
            now = self._clock.now()
            proposal = Proposal(
                id=id_,
                number=1,
                charter_id=charter.id,
                charter_name=charter.name,
                base=base,
                changes=_some(changes),
                reason=_short(reason, LONGEST_REASON),
                by=event.person,
                made_at=now,
                worded_by=event.person,
            )
            proposal = await self._on_today(tx, charter, proposal, event.person)
            entry = self._entry(event, proposal, 1, "proposed", proposal.reason, worded=True)
            added = await tx.proposals.add(proposal, entry)
            if added is None:  # the same event, handled at the same moment elsewhere
                return await self._once_more(tx, await proposal_of(tx, id_))
            stands = await standing_of(tx, added, event.person)
            alone = [person.id for person in stands.may_approve] == [event.person.id]
            if alone and adopt_if_alone:
                return await self._approved(tx, event, added, charter, Hours())
            await self._tell_owners(tx, event, added, hours)
            return Done(proposal=added)

    async def reword(
        self, event: Event, proposal_id: str, base: int, changes: Sequence[Change], reason: str
    ) -> Done:
        """Other words for an open or returned proposal, by who made it, an owner or an editor; what
        was approved was the other edition, so it begins anew."""
        async with self._work(event.workspace) as tx:
            charter_id = (await proposal_of(tx, proposal_id)).charter_id
        hours = await self._hours_of_owners(event, charter_id)
        async with self._work(event.workspace) as tx:
            proposal = await proposal_of(tx, proposal_id)
            if await tx.proposals.entry_of(event.key):
                return await self._once_more(tx, proposal)
            must_be(proposal, "open", "returned")
            await must_word(tx, proposal, event.person)
            charter = await charter_of(tx, charter_id)
            changed: dict[str, Any] = {
                "base": base,
                "changes": _some(changes),
                "reason": _short(reason, LONGEST_REASON),
                "edition": proposal.edition + 1,
                "worded_by": event.person,
                "approvals": (),
                "state": "open",
            }
            proposal = proposal.model_copy(update=changed)
            proposal = await self._on_today(tx, charter, proposal, event.person)
            proposal = await self._put(tx, event, proposal, "reworded", proposal.reason)
            await self._tell_owners(tx, event, proposal, hours)
            return Done(proposal=proposal)

    async def approve(self, event: Event, proposal_id: str, edition: int) -> Done:
        """An owner's approval of that edition; the one that suffices adopts the change. Raises
        NotAllowed, CannotCarryOver, and Stale where it was worded anew meanwhile."""
        hours = await self._hours_of_author(event, proposal_id)
        for tried in range(TRIES):
            try:
                return await self._approve(event, proposal_id, edition, hours)
            except StaleCharter:
                if tried == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def return_(self, event: Event, proposal_id: str, comment: str) -> Done:
        """Hand it back to its author, with a comment; owners do."""
        comment = _short(comment, LONGEST_COMMENT)
        if not comment:
            raise UserFacing("Say in a sentence what is missing; the author reads it.")
        hours = await self._hours_of_author(event, proposal_id)
        async with self._work(event.workspace) as tx:
            proposal = await proposal_of(tx, proposal_id)
            if await tx.proposals.entry_of(event.key):
                return await self._once_more(tx, proposal)
            must_be(proposal, "open")
            await must_own(tx, proposal, event.person)
            said = Said(by=event.person, at=self._clock.now(), words=comment)
            proposal = proposal.model_copy(
                update={"state": "returned", "comments": (*proposal.comments, said)}
            )
            proposal = await self._put(tx, event, proposal, "returned", comment, hours=hours)
            return Done(proposal=proposal)

    async def withdraw(self, event: Event, proposal_id: str) -> Done:
        """Take it back: whoever made it, or an owner."""
        hours = await self._hours_of_author(event, proposal_id)
        async with self._work(event.workspace) as tx:
            proposal = await proposal_of(tx, proposal_id)
            if await tx.proposals.entry_of(event.key):
                return await self._once_more(tx, proposal)
            must_be(proposal, "open", "returned")
            if event.person.id != proposal.by.id:
                await must_own(tx, proposal, event.person)
            proposal = proposal.model_copy(
                update={"state": "withdrawn", "ended_at": self._clock.now()}
            )
            return Done(proposal=await self._put(tx, event, proposal, "withdrawn", "", hours=hours))

    # Behind them

    async def _approve(self, event: Event, proposal_id: str, edition: int, hours: Hours) -> Done:
        async with self._work(event.workspace) as tx:
            proposal = await proposal_of(tx, proposal_id)
            if await tx.proposals.entry_of(event.key):
                return await self._once_more(tx, proposal)
            must_be(proposal, "open")
            if proposal.edition != edition:
                raise Stale(
                    f"{proposal.worded_by.name} worded {proposal.name} anew meanwhile. "
                    f"Read it with `/mission proposals {proposal.number}`, then approve."
                )
            await must_own(tx, proposal, event.person)
            stands = await standing_of(tx, proposal, event.person)
            if event.person.id not in {person.id for person in stands.may_approve}:
                names = " or ".join(person.name for person in stands.missing)
                raise NotAllowed(
                    f"You worded {proposal.name}, so another owner has to approve it: {names}."
                )
            charter = await charter_of(tx, proposal.charter_id)
            return await self._approved(tx, event, proposal, charter, hours)

    async def _approved(
        self, tx: W, event: Event, proposal: Proposal, charter: Charter, hours: Hours
    ) -> Done:
        carried = carried_over(proposal, charter.version)
        if carried.because:
            raise CannotCarryOver(proposal, carried.because)
        if event.person.id not in {person.id for person in proposal.approvals}:
            approvals = (*proposal.approvals, event.person)
            proposal = proposal.model_copy(update={"approvals": approvals})
            proposal = await self._put(tx, event, proposal, "approved", "")
        stands = await standing_of(tx, proposal, event.person)
        if not stands.enough:
            return Done(proposal=proposal)
        return await self._adopted(tx, event, proposal, charter, carried, stands, hours)

    async def _adopted(
        self,
        tx: W,
        event: Event,
        proposal: Proposal,
        charter: Charter,
        carried: CarriedOver,
        stands: Standing,
        hours: Hours,
    ) -> Done:
        made = next_version(
            drafts_with(charter.version.lines, carried.changes),
            before=charter,
            by=event.person,
            at=self._clock.now(),
            note=proposal.reason,
            key=event.key,
            proposed_by=proposal.worded_by,
            approved_by=stands.counted,
        )
        after = await adopt_version(tx, charter, made)
        changes: dict[str, Any] = {
            "state": "adopted",
            "adopted_as": after.version.number,
            "ended_at": after.version.adopted_at,
        }
        proposal = proposal.model_copy(update=changes)
        proposal = await self._put(tx, event, proposal, "adopted", "", hours=hours)
        for told in self._after:
            await told(
                tx,
                workspace=event.workspace,
                before=charter,
                after=after,
                reason=proposal.reason,
                by=proposal.worded_by,
                approved_by=stands.counted,
            )
        return Done(proposal=proposal, before=charter.version, charter=after)

    async def _once_more(self, tx: W, proposal: Proposal) -> Done:
        """What the same event did before."""
        if proposal.adopted_as is None:
            return Done(proposal=proposal)
        charter = await charter_of(tx, proposal.charter_id)
        versions = {each.number: each for each in await tx.charters.versions(charter.id)}
        adopted = versions[proposal.adopted_as]
        return Done(
            proposal=proposal,
            before=versions.get(adopted.number - 1),
            charter=charter.model_copy(update={"version": adopted}),
        )

    async def _on_today(self, tx: W, charter: Charter, proposal: Proposal, by: Person) -> Proposal:
        """The proposal on the version in force. Raises StaleCharter where it cannot be put on it,
        InvalidCharter for lines that no charter may have."""
        carried, current = carried_over(proposal, charter.version), charter.version
        if carried.because and proposal.base == current.number:
            raise UserFacing(NOTHING_CHANGES)
        if carried.because:
            old = [v for v in await tx.charters.versions(charter.id) if v.number == proposal.base]
            raise StaleCharter(old[0] if old else current, current)
        drafts = drafts_with(current.lines, carried.changes)
        next_version(drafts, before=charter, by=by, at=self._clock.now())
        changes = {"changes": carried.changes, "base": current.number}
        return proposal.model_copy(update=changes)

    async def _put(
        self,
        tx: W,
        event: Event,
        proposal: Proposal,
        deed: Deed,
        words: str,
        *,
        hours: Hours | None = None,
    ) -> Proposal:
        """Store it with what was done; where `hours` of its author are given, they are told."""
        number = len(await tx.proposals.history(proposal.id)) + 1
        entry = self._entry(event, proposal, number, deed, words, worded=deed == "reworded")
        await tx.proposals.put(proposal, entry)
        if hours:
            await self._telling.author(tx.outbox, event.workspace, proposal, entry, hours)
        return proposal

    def _entry(
        self,
        event: Event,
        proposal: Proposal,
        number: int,
        deed: Deed,
        words: str,
        *,
        worded: bool,
    ) -> Entry:
        return Entry(
            proposal_id=proposal.id,
            number=number,
            deed=deed,
            by=event.person,
            at=self._clock.now(),
            edition=proposal.edition,
            words=words,
            changes=proposal.changes if worded else (),
            key=event.key,
        )

    async def _tell_owners(self, tx: W, event: Event, proposal: Proposal, hours: Hourly) -> None:
        stands = await standing_of(tx, proposal, event.person)
        others = [person for person in stands.may_approve if person.id != event.person.id]
        now = self._clock.now()
        await self._telling.owners(tx.outbox, event.workspace, proposal, others, hours, now)

    async def _hours_of_owners(self, event: Event, charter_id: str) -> Hourly:
        async with self._work(event.workspace) as tx:
            owners = await tx.roles.holders(charter_id, "owner")
        return await self._telling.hours(event.workspace, owners)

    async def _hours_of_author(self, event: Event, proposal_id: str) -> Hours:
        async with self._work(event.workspace) as tx:
            author = (await proposal_of(tx, proposal_id)).by
        return (await self._telling.hours(event.workspace, [author]))[author.id]


def _some(changes: Sequence[Change]) -> tuple[Change, ...]:
    if not changes:
        raise UserFacing(NOTHING_CHANGES)
    return tuple(changes)


def _short(words: str, limit: int) -> str:
    return shorten(clean(words).strip(), limit)
