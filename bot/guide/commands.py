"""Handlers of the guides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.cards import Button
from bot.charter.model import Charter
from bot.charter.service import CharterService
from bot.events import ButtonClick, Event
from bot.guide.content import GUIDES
from bot.guide.model import Guide, NextStep, named
from bot.guide.views import guide_card, guides_card
from bot.replies import Answer, privately
from bot.router import Asking, Routes
from bot.text import one_line, shorten
from bot.usage import Word

GUIDE = Word(
    name="guide",
    takes="<topic>",
    does="shows a one-screen guide: mission, vision, strategy, stakeholders, alignment",
    also=("guides",),
    example="/mission guide strategy",
)


@dataclass(frozen=True, kw_only=True)
class GuideCommands:
    """`/mission guide`. Answers are private: who reads a guide does not lecture the channel."""

    charters: CharterService
    steps: Mapping[NextStep, Callable[[Charter], Button]]
    """The button that does each next step with the charter in force."""
    begin: Callable[[], Button]
    """The button where there is no charter yet."""

    def routes(self) -> Routes:
        """The word and the button of this room."""
        return Routes(words={GUIDE: self.asked}, buttons={"guide.show": self.clicked})

    async def asked(self, event: Asking, topic: str) -> Answer:
        """`/mission guide [topic]`"""
        if not topic:
            return privately(guides_card(GUIDES))
        guide = named(GUIDES, topic)
        if guide is None:
            return privately(guides_card(GUIDES, unknown=shorten(one_line(topic), 60)))
        return await self._show(event, guide)

    async def clicked(self, event: ButtonClick) -> Answer:
        """One of them, from a button."""
        guide = named(GUIDES, event.value)
        return await self._show(event, guide) if guide else privately(guides_card(GUIDES))

    async def _show(self, event: Event, guide: Guide) -> Answer:
        in_force = await self.charters.in_force(event.workspace, event.conversation.id)
        step = self.steps[guide.step](in_force.charter) if in_force else self.begin()
        place = GUIDES.index(guide) + 1
        following = GUIDES[place] if place < len(GUIDES) else None
        return privately(guide_card(guide, step, following))
