"""What this room puts on a person's own page: what they are asked about, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Actions, Button, Element, body
from bot.charter.service import CharterService
from bot.decisions.check_form import to_answer
from bot.decisions.ports import DecisionWork, Sight, Wanted
from bot.decisions.service import HoursOf
from bot.decisions.views import names, record_button, standing
from bot.home import Visitor
from bot.ports import Clock, Work
from bot.recurrence.model import zone_named
from bot.text import shorten

DUE_SHOWN = 3
NEWEST_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class DecisionsAtHome:
    """A section of the page."""

    work: Work[DecisionWork]
    charters: CharterService
    hours_of: HoursOf
    clock: Clock

    async def latest(self, visitor: Visitor) -> Sequence[Element]:
        """The check-ins that wait for the visitor, then the newest decisions that they may see;
        nothing where there is no charter to decide by."""
        workspace, place = visitor.workspace, visitor.conversation.id
        if await self.charters.in_force(workspace, place) is None:
            return ()
        zone = zone_named((await self.hours_of(workspace, visitor.person)).zone)
        today = self.clock.now().astimezone(zone).date()
        sight = Sight(conversation_id=place, person_id=visitor.person.id, alone=True)
        mine = Wanted(person_id=visitor.person.id, due_by=today)
        async with self.work(workspace) as tx:
            due = await tx.decisions.find(mine, sight, limit=DUE_SHOWN)
            newest = await tx.decisions.find(Wanted(), sight, limit=NEWEST_SHOWN)
        parts: list[Element] = []
        for each in due:
            parts += [
                body("**How did {name} go?** {title}", name=each.name, title=_title(each.title)),
                Actions(
                    buttons=(
                        Button(label="Answer", action="decisions.answer", value=to_answer(each)),
                        Button(label="See it", action="decisions.show", value=each.id),
                    )
                ),
            ]
        if not newest:
            return [body("**Decisions**\nNone yet."), Actions(buttons=(record_button(),))]
        parts.append(body("**Newest decisions**"))
        parts += [
            body(
                "**{name}** {title}\n{who}, {stands}",
                name=each.name,
                title=_title(each.title),
                who=names(each),
                stands=standing(each, today),
            )
            for each in newest
        ]
        opens = [Button(label=each.name, action="decisions.show", value=each.id) for each in newest]
        parts.append(Actions(buttons=(*opens, record_button())))
        return parts


def _title(title: str) -> str:
    return shorten(title, 120)
