"""The Home tab: what the core says of a person's own conversation, and what the rooms add below,
kept up to date while people have it open.

Every event that was answered may have changed what it shows, so after each one the tabs of those
who opened theirs lately are made anew; one that looks the same as before is not published. Changes
that come together make one round, one round of a workspace runs at a time, and a round publishes
no faster than Slack allows.
"""

import asyncio
import hashlib
import json
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from adapters.slack.blocks import home
from adapters.slack.forms import Carried
from adapters.slack.limits import PUBLISHES
from adapters.slack.people import People
from adapters.slack.places import key as key_of
from adapters.slack.places import place_at, to_keep
from adapters.slack.sending import Sending
from adapters.slack.stored import Homes
from bot.cards import Card
from bot.drawing import together
from bot.errors import PlatformError
from bot.events import Command, Conversation, Event, Person
from bot.home import Section, Visitor, below
from bot.ports import Clock
from bot.replies import Answer, Replies

HomeCard = Callable[[str, Person, Conversation], Awaitable[Card]]
"""What a person's Home shows first: of the workspace, to the person, in their own conversation."""

OPEN_FOR = timedelta(days=1)
"""Whoever opened it longer ago sees the present state when opening it again."""
MOST = 50
"""Tabs that one change updates, those opened last first."""
GATHER = 1.0
"""Seconds; changes that come together make one round."""
PACE = 75 / PUBLISHES
"""Seconds between two tabs of a round, so that some calls are left for those who open theirs."""
NOBODY = 30.0
"""Seconds for which it is remembered that nobody has it open: with several processes, another one
may have heard of somebody who opens it."""

log = logging.getLogger(__name__)


class Home:
    """Publishes Home tabs."""

    def __init__(
        self,
        *,
        sending: Sending,
        people: People,
        stored: Homes,
        clock: Clock,
        card: HomeCard,
        sections: Sequence[Section],
        public_url: str | None,
    ) -> None:
        self._sending = sending
        self._people = people
        self._stored = stored
        self._clock = clock
        self._card = card
        self._sections = sections
        self._public_url = public_url
        self._shown: dict[tuple[str, str], str] = {}
        self._coming: set[str] = set()
        self._rounds: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._nobody: dict[str, float] = {}

    async def opened(self, workspace: str, person: Person, conversation: Conversation) -> None:
        """Somebody opened it: show the present state."""
        await self._stored.opened(workspace, person.id, conversation.id, self._clock.now())
        self._nobody.pop(workspace, None)
        await self._publish(workspace, person, conversation, anyway=True)

    async def changed(self, workspace: str) -> None:
        """Something in the workspace may have changed: show it to whoever has it open."""
        if workspace in self._coming or await self._is_nobody_there(workspace):
            return
        # Whoever comes while this one waits is served by it.
        self._coming.add(workspace)
        async with self._rounds[workspace]:
            await asyncio.sleep(GATHER)
            self._coming.discard(workspace)
            await self._round(workspace)

    async def _is_nobody_there(self, workspace: str) -> bool:
        if time.monotonic() < self._nobody.get(workspace, 0.0):
            return True
        if await self._open(workspace, 1):
            return False
        self._nobody[workspace] = time.monotonic() + NOBODY
        return True

    async def _open(self, workspace: str, limit: int) -> Sequence[tuple[str, str]]:
        since = self._clock.now() - OPEN_FOR
        return await self._stored.open_since(workspace, since, limit)

    async def _round(self, workspace: str) -> None:
        for person, conversation in await self._open(workspace, MOST):
            place = place_at(workspace, conversation.rpartition(":")[2])
            try:
                if await self._publish(workspace, Person(id=person, name="Somebody"), place):
                    await asyncio.sleep(PACE)
            except PlatformError as failed:
                log.info("home not updated", extra={"error": str(failed)})

    async def _publish(
        self, workspace: str, person: Person, conversation: Conversation, *, anyway: bool = False
    ) -> bool:
        """Whether it was published: not, when it shows that already."""
        visitor = Visitor(
            workspace=workspace,
            person=person,
            conversation=conversation,
            zone=await self._people.zone(workspace, person.id),
        )
        card = await self._card(workspace, person, conversation)
        place = to_keep(conversation, None, public=False)
        view = {
            **home(card, await below(self._sections, visitor), public_url=self._public_url),
            "private_metadata": Carried(place=place).model_dump_json(exclude_defaults=True),
        }
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        seen = (workspace, person.id)
        if not anyway and self._shown.get(seen) == digest:
            return False
        await self._sending.call("views.publish", workspace, {"user_id": person.id, "view": view})
        if len(self._shown) > 10_000:
            self._shown.clear()
        self._shown[seen] = digest
        return True


def home_by(dispatch: Callable[[Event], Awaitable[Answer]]) -> HomeCard:
    """The Home tab shows what `/mission` alone answers in the person's own conversation."""

    async def card(workspace: str, person: Person, conversation: Conversation) -> Card:
        event = Command(
            key=key_of("home", uuid.uuid4().hex),
            workspace=workspace,
            person=person,
            conversation=conversation,
            text="",
        )
        answer = await dispatch(event)
        if not isinstance(answer, Replies):
            raise TypeError("`/mission` alone answers with a card")
        return together([reply.card for reply in answer.items])

    return card
