"""Says what the bot says in the terminal, and remembers which buttons are on the screen."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from adapters.terminal.render import Clickable, clickables, render_card
from adapters.terminal.screen import Screen
from bot.cards import Card
from bot.errors import Gone
from bot.events import Conversation, Event
from bot.replies import Answer, Replies

REMEMBERED = 200
"""Messages kept, so that none is said twice."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A message on the screen. `key` names what made it: an event, or the intent of a post."""

    id: str
    key: str
    cards: tuple[Card, ...]


class TerminalMessenger:
    """A `bot.ports.Messenger`. Forms and their errors are the chat's to ask."""

    def __init__(
        self,
        *,
        screen: Screen,
        conversation: Conversation,
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._screen = screen
        self._conversation = conversation
        self._new_id = new_id
        self._said: deque[Shown] = deque(maxlen=REMEMBERED)

    @property
    def said(self) -> tuple[Shown, ...]:
        """What was said, oldest first."""
        return tuple(self._said)

    @property
    def buttons(self) -> tuple[tuple[Clickable, str], ...]:
        """The buttons that numbers click, each with its message's id: those of the last message
        that has any."""
        for shown in reversed(self._said):
            if found := tuple((b, shown.id) for card in shown.cards for b in clickables(card)):
                return found
        return ()

    async def answer(self, event: Event, answer: Answer) -> None:
        """Print the replies, once an event."""
        if isinstance(answer, Replies) and answer.items:
            await self._show(f"answer/{event.key}", tuple(r.card for r in answer.items))

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """Print it, once a key. Raises Gone when it is not for this conversation."""
        if to.id != self._conversation.id:
            raise Gone(f"no conversation {to.id!r} in this terminal")
        return await self._show(f"post/{key}", (card,))

    async def _show(self, key: str, cards: tuple[Card, ...]) -> str:
        before = next((shown for shown in self._said if shown.key == key), None)
        if before:
            return before.id
        shown = Shown(id=self._new_id(), key=key, cards=cards)
        self._said.append(shown)
        number = 1
        for card in cards:
            await self._screen.show(render_card(card, first=number))
            number += len(clickables(card))
        return shown.id
