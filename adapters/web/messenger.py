"""Says what the bot says on the page: into the transcript first, then to whoever looks on."""

from collections.abc import Sequence

from adapters.web.hub import Hub
from adapters.web.ids import answer_key, message_id, thread_opened_by
from adapters.web.personas import CHANNELS, PERSONAS, WORKSPACE, direct_message, exists
from bot.cards import Card
from bot.delivery.transcript import Said, Transcript, TranscriptWork
from bot.errors import Gone
from bot.events import ButtonClick, Conversation, Event, Person
from bot.ports import Clock, Member, Work
from bot.replies import Answer, Replies, Reply


class WebMessenger:
    """A `bot.ports.Messenger` and `Poster`. Forms and their errors go back with the request that
    asked."""

    def __init__(self, *, work: Work[TranscriptWork], clock: Clock, hub: Hub) -> None:
        self._work = work
        self._clock = clock
        self._hub = hub

    async def answer(self, event: Event, answer: Answer) -> None:
        """Store the replies, all or none, and show them."""
        if not isinstance(answer, Replies):
            return
        async with self._work(event.workspace) as tx:
            shown = [
                await self._replace(tx.transcript, event, reply)
                or await self._add(tx.transcript, event, reply, index)
                for index, reply in enumerate(answer.items)
            ]
        for said in shown:
            if said:
                self._hub.publish(said)

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """Store and show it; returns its id. Raises Gone when there is no such conversation."""
        if not exists(to.id):
            raise Gone(f"no conversation {to.id!r} on the page")
        now = self._clock.now()
        key = f"post/{key}"
        said = Said(
            id=message_id(key), key=key, conversation_id=to.id, card=card, at=now, changed_at=now
        )
        async with self._work(WORKSPACE) as tx:
            fresh = await self._store(tx.transcript, said)
        if fresh:
            self._hub.publish(said)
        return said.id

    async def find(self, to: Conversation, key: str) -> str | None:
        """The message stored under the key."""
        id_ = message_id(f"post/{key}")
        async with self._work(WORKSPACE) as tx:
            said = self._hub.kept(id_) or await tx.transcript.get(id_)
        return said.id if said else None

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The persona's own conversation."""
        return direct_message(person)

    def aside(self, of: Conversation, person: Person) -> Conversation:
        """The persona's own conversation."""
        return direct_message(person)

    async def members(self, of: Conversation) -> Sequence[Member]:
        """Every persona in a channel; in a direct message, the one whose it is."""
        people = (persona.person for persona in PERSONAS.values())
        return [Member(person=p) for p in people if of.id in (p.id, *CHANNELS)]

    async def _add(
        self, transcript: Transcript, event: Event, reply: Reply, index: int
    ) -> Said | None:
        now = self._clock.now()
        key = answer_key(event.key, index)
        opens = event.thread == thread_opened_by(event.key)
        said = Said(
            id=message_id(key),
            key=key,
            conversation_id=event.conversation.id,
            thread=None if opens else event.thread,
            card=reply.card,
            only_for=_only_for(event, reply),
            at=now,
            changed_at=now,
        )
        return said if await self._store(transcript, said) else None

    async def _store(self, transcript: Transcript, said: Said) -> bool:
        """Whether it is new."""
        if not (said.card and said.card.untraced):
            return await transcript.add(said)
        fresh = self._hub.kept(said.id) is None
        self._hub.keep(said)
        return fresh

    async def _replace(self, transcript: Transcript, event: Event, reply: Reply) -> Said | None:
        """The clicked message with the new card; None when it cannot be replaced."""
        if not (reply.replace and isinstance(event, ButtonClick) and event.message):
            return None
        passing = self._hub.kept(event.message)
        clicked = passing or await transcript.get(event.message)
        if clicked is None or clicked.author or clicked.conversation_id != event.conversation.id:
            return None
        if clicked.only_for is None and _only_for(event, reply):
            # What everybody sees must not turn into what only one may.
            return None
        if reply.card.untraced and not passing:
            return None
        now = self._clock.now()
        if passing is None:
            return await transcript.change(clicked.id, reply.card, now)
        changed = passing.model_copy(update={"card": reply.card, "changed_at": now})
        self._hub.keep(changed)
        return changed


def _only_for(event: Event, reply: Reply) -> str | None:
    if event.conversation.private or reply.seen_by == "everybody":
        return None
    return None if reply.seen_by == "as_asked" and event.public else event.person.id
