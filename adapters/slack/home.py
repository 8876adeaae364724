"""The Home tab: what the core says of a person's own conversation, kept up to date while people
have it open."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.slack.blocks import home
from adapters.slack.forms import Carried
from adapters.slack.places import to_keep
from adapters.slack.sending import Sending
from adapters.slack.stored import Homes
from bot.cards import Card
from bot.errors import PlatformError
from bot.events import Conversation, Person
from bot.ports import Clock

HomeCard = Callable[[str, Person, Conversation], Awaitable[Card]]
"""What a person's Home shows: of the workspace, to the person, in their own conversation."""

OPEN_FOR = timedelta(days=1)
"""Whoever opened it longer ago sees the present state when opening it again."""
MOST = 50
"""Tabs that one change updates."""
GATHER = 1.0
"""Seconds; changes that come together make one update."""

log = logging.getLogger(__name__)


class Home:
    """Publishes Home tabs."""

    def __init__(
        self,
        *,
        sending: Sending,
        stored: Homes,
        clock: Clock,
        card: HomeCard,
        public_url: str | None,
    ) -> None:
        self._sending = sending
        self._stored = stored
        self._clock = clock
        self._card = card
        self._public_url = public_url
        self._shown: dict[tuple[str, str], str] = {}
        self._coming: set[str] = set()

    async def opened(self, workspace: str, person: Person, conversation: Conversation) -> None:
        """Somebody opened it: show the present state."""
        await self._publish(workspace, person, conversation, anyway=True)
        await self._stored.opened(workspace, person.id, conversation.id, self._clock.now())

    async def changed(self, workspace: str) -> None:
        """Something in the workspace may have changed: show it to whoever has it open."""
        if workspace in self._coming:
            return
        self._coming.add(workspace)
        await asyncio.sleep(GATHER)
        self._coming.discard(workspace)
        since = self._clock.now() - OPEN_FOR
        for person, conversation in await self._stored.open_since(workspace, since, MOST):
            place = Conversation(id=conversation, private=True)
            try:
                await self._publish(workspace, Person(id=person, name="Somebody"), place)
            except PlatformError as failed:
                log.info("home not updated", extra={"error": str(failed)})

    async def _publish(
        self, workspace: str, person: Person, conversation: Conversation, *, anyway: bool = False
    ) -> None:
        card = await self._card(workspace, person, conversation)
        place = to_keep(conversation, None, public=False)
        view = {
            **home(card, public_url=self._public_url),
            "private_metadata": Carried(place=place).model_dump_json(exclude_defaults=True),
        }
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        seen = (workspace, person.id)
        if not anyway and self._shown.get(seen) == digest:
            return
        await self._sending.call("views.publish", workspace, {"user_id": person.id, "view": view})
        if len(self._shown) > 10_000:
            self._shown.clear()
        self._shown[seen] = digest
