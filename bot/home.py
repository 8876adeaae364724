"""A person's own page with the bot (Slack's Home tab): the charter, and below it what each room
puts there. `main` gives the sections in their order; a new room adds its own.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.cards import Divider, Element, quiet
from bot.events import Conversation, Frozen, Key, Person

log = logging.getLogger(__name__)


class Visitor(Frozen):
    """Who looks, from their own conversation with the bot: they alone see what is shown."""

    workspace: Key
    person: Person
    conversation: Conversation
    zone: str = ""
    """Their IANA time zone; empty where it is not known."""


Section = Callable[[Visitor], Awaitable[Sequence[Element]]]
"""A part of the page: a handful of lines with their buttons. Nothing where there is nothing to
say."""


async def below(sections: Sequence[Section], visitor: Visitor) -> Sequence[Element]:
    """The sections that say something, set apart from each other. One that fails is replaced by a
    sentence, so that the others are still there; never raises."""
    parts: list[Element] = []
    for section in sections:
        try:
            elements = await section(visitor)
        except Exception:
            log.exception("a part of the home page failed")
            elements = [quiet("A part of this page could not be read. Open it again in a minute.")]
        if elements:
            parts += [Divider(), *elements]
    return parts
