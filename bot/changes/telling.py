"""Whom a proposal is told to of the bot's own accord, and when: promised with what made it so."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.changes.model import Entry, Proposal
from bot.delivery.beside import Direct
from bot.delivery.model import Post
from bot.delivery.ports import Outbox
from bot.errors import Gone
from bot.events import Person
from bot.recurrence.model import Hours, zone_named

PROPOSED = "changes.proposed"
"""The topic of what owners are told; its subject is the proposal."""
WAITING = "changes.waiting"
"""What owners are told once where a proposal has waited for them."""
ENDED = "changes.ended"
"""What whoever proposed it is told: returned, or adopted."""
WAIT = 3
"""Working days that a proposal waits before its owners are told again."""

HoursOf = Callable[[str, Person], Awaitable[Hours]]
Hourly = Mapping[str, Hours]
"""When people work, by their ids."""


class Telling:
    """Promises in the caller's transaction. Where nothing can be said unasked (in the terminal),
    nothing is promised: the list of proposals says the same."""

    def __init__(self, *, direct: Direct, hours_of: HoursOf) -> None:
        self._direct = direct
        self._hours_of = hours_of

    async def hours(self, workspace: str, people: Sequence[Person]) -> Hourly:
        """When they work. Asked before a transaction is open."""
        return {person.id: await self._hours_of(workspace, person) for person in people}

    async def owners(
        self,
        outbox: Outbox,
        workspace: str,
        proposal: Proposal,
        people: Sequence[Person],
        hours: Hourly,
        now: datetime,
    ) -> None:
        """Tell them of the proposal, and once more when it has waited."""
        for person in people:
            theirs = hours.get(person.id, Hours())
            for topic, at in ((PROPOSED, now), (WAITING, _after_working_days(now, theirs))):
                key = f"{topic}/{proposal.id}/{proposal.edition}/{person.id}"
                await self._post(outbox, workspace, key, topic, proposal, person, at, theirs)

    async def author(
        self, outbox: Outbox, workspace: str, proposal: Proposal, entry: Entry, hours: Hours
    ) -> None:
        """Tell who proposed it what came of it, unless they did that themselves."""
        if entry.by.id == proposal.by.id:
            return
        key = f"{ENDED}/{proposal.id}/{entry.number}"
        await self._post(outbox, workspace, key, ENDED, proposal, proposal.by, entry.at, hours)

    async def _post(
        self,
        outbox: Outbox,
        workspace: str,
        key: str,
        topic: str,
        proposal: Proposal,
        person: Person,
        at: datetime,
        hours: Hours,
    ) -> None:
        try:
            to = self._direct(workspace, person)
        except Gone:
            return
        await outbox.post(
            Post(
                key=key,
                topic=topic,
                subject=proposal.id,
                to=to,
                not_before=hours.end_of_quiet(at),
            )
        )


def _after_working_days(now: datetime, hours: Hours) -> datetime:
    """The same time of the day, so many of the person's working days later."""
    local, left = now.astimezone(zone_named(hours.zone)), WAIT
    for _ in range(366):
        if left == 0:
            break
        local += timedelta(days=1)
        left -= hours.is_working(local.date())
    return local
