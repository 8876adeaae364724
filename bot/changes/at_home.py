"""What waits for a person, on their own page: proposals to approve, versions to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.announcing.model import Announcement
from bot.announcing.service import AnnouncingService
from bot.cards import Actions, Button, Element, body
from bot.changes.model import Proposal
from bot.changes.ports import ChangeWork
from bot.changes.steps import standing_of
from bot.changes.wording import lines_named
from bot.charter.service import CharterService
from bot.home import Visitor
from bot.ports import Work

LOOKED_AT = 50
"""The newest open proposals."""
SHOWN = 3
"""Of each; `/mission proposals` and `/mission announcements` have the others."""


@dataclass(frozen=True, kw_only=True)
class WaitingAtHome:
    """A section of the page."""

    work: Work[ChangeWork]
    charters: CharterService
    announcing: AnnouncingService

    async def waiting(self, visitor: Visitor) -> Sequence[Element]:
        """The proposals that the visitor can approve, then the versions that they are asked to
        read; nothing where nothing waits."""
        proposals, versions = await self._proposals(visitor), await self._versions(visitor)
        if not proposals and not versions:
            return ()
        parts: list[Element] = [body("**Waiting for you**")]
        for proposal in proposals[:SHOWN]:
            parts += _proposal(proposal)
        for announcement in versions[:SHOWN]:
            parts += _version(announcement)
        return parts

    async def _proposals(self, visitor: Visitor) -> Sequence[Proposal]:
        async with self.work(visitor.workspace) as tx:
            found = []
            for each in await tx.proposals.find(states=["open"], limit=LOOKED_AT):
                missing = (await standing_of(tx, each, each.by)).missing
                if visitor.person.id in {person.id for person in missing}:
                    found.append(each)
            return found

    async def _versions(self, visitor: Visitor) -> Sequence[Announcement]:
        workspace = visitor.workspace
        in_force = await self.charters.in_force(workspace, visitor.conversation.id)
        holds = {in_force.charter.id} if in_force else set()
        return await self.announcing.waiting_for(workspace, visitor.person, holds)


def _proposal(proposal: Proposal) -> list[Element]:
    return [
        body(
            "**{name}** changes {lines} of {charter}, by {who}",
            name=proposal.name.capitalize(),
            lines=lines_named(proposal.changes),
            charter=proposal.charter_name,
            who=proposal.worded_by.name,
        ),
        Actions(buttons=(Button(label="See it", action="changes.show", value=proposal.id),)),
    ]


def _version(announcement: Announcement) -> list[Element]:
    read = Button(label="I have read this", action="announcing.read", value=announcement.id)
    history = Button(label="What changed", action="charter.history", value=announcement.charter_id)
    return [
        body(
            "**{name}** changed: version {number}",
            name=announcement.charter_name,
            number=announcement.number,
        ),
        Actions(buttons=(history, read)),
    ]
