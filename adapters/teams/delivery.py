"""One reply to where it belongs, once.

for everybody   in the conversation, in its thread ── the person, told that nobody else saw it
for the asker   their own chat ── elsewhere: a targeted message, which Teams shows to them alone
                ── their own chat, with where it belongs; never to everybody
in place of the clicked message   the invoke's answer (a Universal Action) and an update ── as new

Where an answer went before a crash Teams does not let us look; it is said again then.
"""

import hashlib
import logging

from adapters.teams import bodies
from adapters.teams.adaptive import Drawn
from adapters.teams.book import Book
from adapters.teams.live import Live
from adapters.teams.notices import from_elsewhere, not_here
from adapters.teams.places import Reference
from adapters.teams.sending import Sending
from bot.cards import Card
from bot.errors import Gone, Refused
from bot.events import ButtonClick, Event, Lifecycle
from bot.replies import Reply

log = logging.getLogger(__name__)

_ELSEWHERE = (Gone, Refused)
"""Failures after which another way is tried; after the others it may have been said."""


class Delivery:
    """Says replies. Failures that no other way mends are PlatformErrors."""

    def __init__(self, *, sending: Sending, book: Book) -> None:
        self._sending = sending
        self._book = book

    async def reply(self, event: Event, reply: Reply, index: int, live: Live | None) -> None:
        """Say it, unless it is known to have been said."""
        key = _key(event, index)
        # What came just now cannot have been answered: no need to look. A welcome is for good.
        looks = live is None or live.tried or isinstance(event, Lifecycle)
        if looks and await self._sending.was_sent(event.workspace, key) is not None:
            return
        everybody = for_everybody(event, reply)
        if reply.replace and isinstance(event, ButtonClick):
            place = await self._book.find(event.conversation)
            if await self._replace(event, place, reply.card, live, everybody=everybody):
                if not reply.card.untraced:
                    await self._sending.note_sent(place, key, event.message or "")
                return
        if everybody:
            await self._to_all(event, reply.card, key)
        else:
            await self._to_asker(event, reply.card, key)

    async def to_asker(self, event: Event, card: Card, drawn: Drawn, index: int) -> None:
        """Say what is drawn already, to the person alone."""
        key = _key(event, index)
        if await self._sending.was_sent(event.workspace, key) is None:
            await self._to_asker(event, card, key, drawn)

    async def _replace(
        self,
        event: ButtonClick,
        place: Reference,
        card: Card,
        live: Live | None,
        *,
        everybody: bool,
    ) -> bool:
        """False where it has to be said anew."""
        clicked = event.message or (live.heard.clicked if live else "")
        personal = place.kind == "personal"
        if not clicked or (event.message and not (everybody or personal)):
            # What everybody sees must not turn into what only one may.
            return False
        drawn = await self._sending.drawn(event.workspace, card)
        if live and live.heard.way == "card":
            # Shown to the clicker at once; to the others, and for good, by the update.
            live.acknowledge(bodies.card(drawn.card))
        only = None if event.message or personal else event.person.id
        try:
            await self._sending.change(place, clicked, drawn, thread=event.thread, only=only)
        except _ELSEWHERE as failed:
            log.info("not replaced", extra={"error": str(failed)})
            return False
        return True

    async def _to_all(self, event: Event, card: Card, key: str) -> None:
        try:
            place = await self._book.find(event.conversation)
            drawn = await self._sending.drawn(event.workspace, card)
            await self._sending.say(
                place,
                drawn,
                key,
                thread=event.thread,
                feedback=card.feedback,
                for_good=isinstance(event, Lifecycle),
                untraced=card.untraced,
            )
            return
        except _ELSEWHERE as failed:
            log.info("not posted", extra={"error": str(failed)})
            if isinstance(event, Lifecycle):
                # Nobody asked, so there is nobody to tell instead.
                return
        await self._to_asker(event, card, key)
        await self._to_asker(event, not_here(event.conversation.name), f"{key}/notice")

    async def _to_asker(
        self, event: Event, card: Card, key: str, drawn: Drawn | None = None
    ) -> None:
        workspace, person = event.workspace, event.person.id
        drawn = drawn or await self._sending.drawn(workspace, card)
        try:
            place = await self._book.find(event.conversation)
            only = None if place.kind == "personal" else person
            await self._sending.say(
                place,
                drawn,
                key,
                thread=event.thread,
                only=only,
                feedback=card.feedback,
                untraced=card.untraced,
            )
            return
        except _ELSEWHERE as failed:
            log.info("not said there", extra={"error": str(failed)})
        own = await self._book.own(workspace, person)
        drawn = await self._sending.drawn(workspace, from_elsewhere(card, event.conversation.name))
        await self._sending.say(own, drawn, key, feedback=card.feedback, untraced=card.untraced)


def for_everybody(event: Event, reply: Reply) -> bool:
    """Whether all in the conversation see the reply."""
    if isinstance(event, Lifecycle):
        return reply.seen_by == "everybody"
    return reply.seen_by == "everybody" or (reply.seen_by == "as_asked" and event.public)


def _key(event: Event, index: int) -> str:
    digest = hashlib.sha256(event.key.encode()).hexdigest()
    return f"answer/{digest}/{index}"
