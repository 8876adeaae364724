"""What decisions say of their own accord: the question how one went, and who never answered."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.cards import Card
from bot.charter.service import CharterService
from bot.decisions.check_in import NUDGES, TOPIC, asked, asked_since, turn_of
from bot.decisions.check_in_view import changed_lines, check_in_card, overdue_card
from bot.decisions.model import Decision
from bot.decisions.ports import DecisionWork
from bot.delivery.model import Delivery, Post, Recipient, Run
from bot.events import Conversation, Person
from bot.ports import Clock, Work
from bot.recurrence.model import Hours

MOST_LISTED = 10
Direct = Callable[[str, Person], Conversation]
"""The private conversation with somebody of the workspace."""


class CheckInTopic:
    """A `bot.delivery.ports.Topic`. What was decided in private is asked only of who knows it."""

    name = TOPIC

    def __init__(
        self, *, work: Work[DecisionWork], charters: CharterService, direct: Direct, clock: Clock
    ) -> None:
        self._work = work
        self._charters = charters
        self._direct = direct
        self._clock = clock

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """Who decided, privately; the charter's owners, once they were asked often enough."""
        decision = await self._waiting(workspace, run.subject)
        since = asked_since(decision, run) if decision else None
        if decision is None or since is None:
            return ()
        people = asked(decision)
        if await self._turn(workspace, since, run) > NUDGES:
            people = await self._instead(workspace, decision)
        places = {place.id: place for place in (self._direct(workspace, p) for p in people)}
        return [Recipient(to=place) for place in places.values()]

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The question; nothing once it was answered, or is not for them to know any more."""
        decision = await self._waiting(workspace, delivery.subject)
        since = asked_since(decision, delivery.run) if decision else None
        if decision is None or since is None:
            return None
        if not self._may_read(workspace, decision, delivery.to):
            return None
        today = self._clock.now().date()
        turn = await self._turn(workspace, since, delivery.run)
        if turn > NUDGES or delivery.run is None:
            return overdue_card([decision], today)
        charter = await self._charters.get(workspace, decision.charter_id)
        in_force = await self._charters.in_force_at(workspace, charter.id, charter.version.number)
        changed = changed_lines(decision, in_force)
        newer = charter.version.number != decision.version
        own = {self._direct(workspace, who).id for who in decision.deciders} == {delivery.to.id}
        return check_in_card(
            decision, today=today, changed=changed, turn=turn, newer=newer, own=own
        )

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """All that waits for the person's answer, in one list."""
        waiting: dict[str, Decision] = {}
        for each in deliveries:
            decision = await self._waiting(workspace, each.subject)
            if decision and self._may_read(workspace, decision, each.to):
                waiting[decision.id] = decision
        if not waiting:
            return None
        return overdue_card(list(waiting.values())[:MOST_LISTED], self._clock.now().date())

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Whoever decided cannot be reached: the charter's owners are asked instead, once."""
        decision = await self._waiting(workspace, delivery.subject)
        if decision is None or delivery.run is None or delivery.state != "dead":
            return
        since = asked_since(decision, delivery.run)
        if since is None or await self._turn(workspace, since, delivery.run) > NUDGES:
            return  # It went to the owners: each of them had it, or is gone as well.
        owners = await self._instead(workspace, decision)
        known = {self._direct(workspace, person).id for person in asked(decision)}
        async with self._work(workspace) as tx:
            for owner in owners:
                place = self._direct(workspace, owner)
                if place.id in known:
                    continue
                key = f"{TOPIC}/{decision.id}/{since}/{owner.id}"
                await tx.outbox.post(Post(key=key, topic=TOPIC, subject=decision.id, to=place))

    async def _instead(self, workspace: str, decision: Decision) -> Sequence[Person]:
        """Who is asked where those who decided do not answer."""
        owners = await self._charters.owners(workspace, decision.charter_id)
        if decision.private_to is None:
            return owners
        known = {person.id for person in decision.knows}
        others = [owner for owner in owners if owner.id in known]
        return list({person.id: person for person in (decision.recorded_by, *others)}.values())

    def _may_read(self, workspace: str, decision: Decision, to: Conversation) -> bool:
        if decision.private_to is None:
            return True
        return to.id in {self._direct(workspace, person).id for person in decision.knows}

    async def _turn(self, workspace: str, since: date, run: Run | None) -> int:
        if run is None:
            return 0
        async with self._work(workspace) as tx:
            promised = await tx.outbox.scheduled(run.schedule_id)
        return turn_of(since, run, promised.hours if promised else Hours())

    async def _waiting(self, workspace: str, decision_id: str) -> Decision | None:
        async with self._work(workspace) as tx:
            decision = await tx.decisions.get(decision_id)
        waits = decision and decision.state == "open" and decision.check_on is not None
        return decision if waits else None
