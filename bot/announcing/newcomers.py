"""Where the bot is, who comes there and who leaves."""

from collections import OrderedDict

from bot.announcing.ports import AnnouncingWork, Roster
from bot.charter.service import CharterService
from bot.delivery.model import Post
from bot.events import Conversation, Event, Lifecycle
from bot.ports import Clock, Work
from bot.replies import Replies

CHARTER = "announcing.charter"
"""The topic of the charter for who comes new; its subject is the charter's id."""
MOST_REMEMBERED = 10_000
"""Conversations that need not be looked up."""


class Comings:
    """Told of whatever happens, it keeps where the bot is; whoever comes into a conversation where
    a charter holds is shown it, once a person and charter."""

    def __init__(
        self,
        *,
        work: Work[AnnouncingWork],
        charters: CharterService,
        roster: Roster,
        clock: Clock,
    ) -> None:
        self._work = work
        self._charters = charters
        self._roster = roster
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], Conversation] = OrderedDict()
        """What was stored last, so that an event costs no look at the database."""

    async def noticed(self, event: Event) -> None:
        """The bot is there, or somebody could not talk to it there."""
        here = event.conversation
        where = (event.workspace, here.id)
        if here.direct or self._known.get(where) == here:
            return
        async with self._work(event.workspace) as tx:
            await tx.places.know(here)
        self._known[where] = here
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def lifecycle(self, event: Lifecycle) -> Replies:
        """Coming and going, of the bot and of people; nothing is said at once."""
        match event.what:
            case "joined":
                # Another process may have forgotten it meanwhile.
                self._known.pop((event.workspace, event.conversation.id), None)
                await self.noticed(event)
            case "left":
                self._known.pop((event.workspace, event.conversation.id), None)
                async with self._work(event.workspace) as tx:
                    await tx.places.forget(event.conversation.id)
            case "person_joined":
                await self.noticed(event)
                await self._greet(event)
            case "person_left" if event.conversation.direct:
                await self._drop(event)
            case _:
                pass
        return Replies(items=())

    async def _greet(self, event: Lifecycle) -> None:
        in_force = await self._charters.in_force(event.workspace, event.conversation.id)
        if in_force is None or event.conversation.direct:
            return
        charter_id, person = in_force.charter.id, event.person
        to = self._roster.aside(event.workspace, event.conversation, person)
        async with self._work(event.workspace) as tx:
            if not (await tx.announcements.settings(charter_id)).newcomers:
                return
            if await tx.newcomers.greet(charter_id, person.id, self._clock.now()):
                key = f"{CHARTER}/{charter_id}/{person.id}"[:255]
                await tx.outbox.post(Post(key=key, topic=CHARTER, subject=charter_id, to=to))

    async def _drop(self, event: Lifecycle) -> None:
        """Who left the workspace is asked no more; who left a channel, the platform tells."""
        async with self._work(event.workspace) as tx:
            for id_ in await tx.announcements.open():
                announcement = await tx.announcements.get(id_)
                if announcement and event.person.id not in announcement.left:
                    left = (*announcement.left, event.person.id)
                    await tx.announcements.put(announcement.model_copy(update={"left": left}))
