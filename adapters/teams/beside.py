"""What happens beside the answer to an event: that it is being thought about, shown; other parts of
long cards, shown."""

import asyncio
import logging
from typing import Any

from adapters.teams import bodies
from adapters.teams.bodies import Body
from adapters.teams.book import Book
from adapters.teams.meanings import ShowPart
from adapters.teams.notices import DONE
from adapters.teams.places import Reference, key
from adapters.teams.sending import Sending
from bot import usage
from bot.errors import Gone, PlatformError, Refused
from bot.events import Event, Person

TYPING_AFTER = 1.0
"""Seconds of thought before it is shown."""
TYPING_AGAIN = 6.0
MOST_TYPING = 8

log = logging.getLogger(__name__)


class Beside:
    """Everything that is no event of the core's."""

    def __init__(self, *, sending: Sending, book: Book) -> None:
        self._sending = sending
        self._book = book

    async def thinking(self, event: Event, place: Reference, task: "asyncio.Task[Any]") -> None:
        """Show that an answer is on its way, until it is there."""
        wait = TYPING_AFTER
        for _ in range(MOST_TYPING):
            done, _pending = await asyncio.wait({task}, timeout=wait)
            if done:
                return
            try:
                await self._sending.typing(place, event.thread)
            except PlatformError as failed:
                log.info("not shown as typing", extra={"error": str(failed)})
                return
            wait = TYPING_AGAIN

    async def show_part(self, place: Reference, person: Person, wanted: ShowPart) -> Body:
        """The part, for the person alone; what to answer an invoke with."""
        drawn = await self._sending.part(place.workspace, wanted.stored, wanted.part)
        if drawn is None:
            drawn = await self._sending.drawn(place.workspace, usage.sentence(usage.CARD_GONE))
        if wanted.way == "card":
            # Turned over for the clicker; the others' card stays as it is.
            return bodies.card(drawn.card)
        if wanted.way == "fetch":
            return bodies.sentence(usage.CARD_GONE)
        only = None if place.kind == "personal" else person.id
        try:
            if wanted.alone and wanted.clicked:
                await self._sending.change(place, wanted.clicked, drawn, only=only)
                return bodies.beside(DONE)
        except (Gone, Refused) as failed:
            log.info("part not turned over", extra={"error": str(failed)})
        key_ = key("part", place.id, wanted.clicked, wanted.stored, str(wanted.part), person.id)
        await self._sending.say(place, drawn, key_, only=only)
        return bodies.beside(DONE)
