"""What the handlers of decisions have in common."""

from dataclasses import dataclass
from datetime import date

from bot.cards import Card
from bot.charter.model import InForce
from bot.charter.service import CharterService
from bot.decisions import views
from bot.decisions.days import read_days
from bot.decisions.model import MOST_CHECK_INS, Decision
from bot.decisions.service import DecisionService, HoursOf
from bot.decisions.writing import too_many
from bot.errors import NotFound, UserFacing
from bot.events import Event
from bot.ports import Clock


@dataclass(frozen=True, kw_only=True)
class Handlers:
    """What each group of handlers needs."""

    decisions: DecisionService
    charters: CharterService
    hours_of: HoursOf
    clock: Clock

    async def card(self, event: Event, decision: Decision, note: str = "") -> Card:
        """The decision, as it is shown to that person there."""
        return views.decision_card(
            decision,
            today=await self.decisions.today(event),
            newer=await self._newer(event, decision),
            note=note,
            shareable=shareable(event, decision),
        )

    async def days(self, event: Event, words: str) -> tuple[date, ...]:
        """The days that are meant, where the person lives; none for no words. Raises UserFacing."""
        if not words.strip():
            return ()
        hours = await self.hours_of(event.workspace, event.person)
        found = read_days(words, now=self.clock.now(), hours=hours)
        if len(found) > MOST_CHECK_INS:
            raise UserFacing(too_many(len(found)))
        return found

    async def charter_today(self, event: Event, decision: Decision) -> InForce | None:
        """The decision's charter as it reads today, wherever one asks."""
        charter = await self.charters.get(event.workspace, decision.charter_id)
        return await self.charters.in_force_at(event.workspace, charter.id, charter.version.number)

    async def _newer(self, event: Event, decision: Decision) -> Decision | None:
        if not decision.superseded_by:
            return None
        try:
            return await self.decisions.get(event, decision.superseded_by)
        except NotFound:
            return None  # It is private, and who looks does not know it.


def shareable(event: Event, decision: Decision) -> bool:
    """Whether others are there to share it with, and may see it."""
    here = event.conversation
    return not here.direct and decision.private_to in (None, here.id)
