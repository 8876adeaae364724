"""A few handlers for trying an adapter: what they answer does not matter, how it arrives does."""

from collections.abc import Awaitable, Callable

from bot.cards import Card, body, heading, literal
from bot.errors import UserFacing
from bot.events import ButtonClick, Event
from bot.replies import Answer, privately, publicly, replacing, reply
from bot.router import Asking, Router, Routes
from bot.welcome import lifecycle


class TinyRooms:
    """`events` is what was handled, `think` holds answers back. An adapter's tests add their own
    routes to these."""

    lines = 120
    """Of the long answer."""

    def __init__(self, routes: Routes) -> None:
        self.events: list[Event] = []
        self.think: Callable[[Event], Awaitable[None]] | None = None
        common = Routes(
            lifecycle=(lifecycle,),
            buttons={
                "tiny.share": self.share,
                "tiny.later": self.later,
                "ask.useful": self.useful,
            },
        )
        self.router = Router(common + routes, bare="show", question=self.question)

    async def dispatch(self, event: Event) -> Answer:
        self.events.append(event)
        if self.think:
            await self.think(event)
        return await self.router.dispatch(event)

    async def long(self, event: Asking, _: str) -> Answer:
        words = "\n".join(f"Line {i} " + "word " * 40 for i in range(self.lines))
        return reply(Card(summary="Much", elements=(literal(words),)))

    async def question(self, event: Asking, text: str) -> Answer:
        if text == "broken":
            raise UserFacing("That cannot be judged. Say it otherwise.")
        elements = (heading("**Fits** · {text}", text=text),)
        return reply(Card(summary=f"Fits: {text}", elements=elements, feedback="v1"))

    async def share(self, event: ButtonClick) -> Answer:
        return publicly(card(f"Shared by {event.person.name}"))

    async def later(self, event: ButtonClick) -> Answer:
        return replacing(card("Later, then"))

    async def useful(self, event: ButtonClick) -> Answer:
        return privately(card(f"Noted {event.value}"))


def card(text: str) -> Card:
    """A sentence on a card."""
    return Card(summary=text, elements=(body("{text}", text=text),))
