"""One card to Teams: in parts where it is long, once a key, to everybody or to one person."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from adapters.teams.adaptive import CONTENT_TYPE, Drawn, in_dialog, message
from adapters.teams.book import Book
from adapters.teams.connector import Connector, TeamsGone
from adapters.teams.meanings import Kept
from adapters.teams.places import THREAD, Reference
from adapters.teams.stored import Messages, Sent
from adapters.teams.updates import Updates
from bot.cards import Card
from bot.delivery.together import Together
from bot.ports import Clock

KEEP_SENT = timedelta(days=90)
"""How long it is known that a message was sent and who sees it; a click on an older one is
answered in private."""
KEEP_CARDS = timedelta(days=90)
"""How long "Show all" works."""
TITLE = "Mission"
KEEP_FORMS = timedelta(days=2)
"""How long a dialog may stay open."""


class Sending:
    """Puts cards into conversations. Failures are PlatformErrors."""

    def __init__(
        self,
        *,
        connector: Connector,
        book: Book,
        stored: Messages,
        clock: Clock,
        public_url: str | None,
        opens: Collection[str] = (),
    ) -> None:
        self._connector = connector
        self._book = book
        self._stored = stored
        self._clock = clock
        self._public_url = public_url
        self._opens = frozenset(opens)
        self.updates = Updates(connector)
        self._marking = Together(all_of=self._mark_all, one=self._mark)

    # Drawing

    async def drawn(self, workspace: str, card: Card, *, opens: Collection[str] = ()) -> Drawn:
        """The card as a message; the whole of it is kept where it takes several. `opens`: actions
        whose buttons open a dialog, beside those known to."""
        opens = self._opens | set(opens)
        drawn = message(card, public_url=self._public_url, opens=opens)
        if drawn.parts == 1:
            return drawn
        stored = uuid.uuid4().hex
        await self._stored.keep(
            workspace, f"card/{stored}", card.model_dump_json(), self._clock.now() + KEEP_CARDS
        )
        return message(card, stored=stored, public_url=self._public_url, opens=opens)

    async def part(self, workspace: str, stored: str, part: int) -> Drawn | None:
        """That part of a card kept before; None when it is not kept any more."""
        text = await self._stored.kept(workspace, f"card/{stored}"[:255])
        if text is None:
            return None
        card = Card.model_validate_json(text)
        url, opens = self._public_url, self._opens
        return message(card, part=part, stored=stored, public_url=url, opens=opens)

    def in_dialog(self, card: Card) -> Mapping[str, Any]:
        """The card as a dialog of its own."""
        content = in_dialog(card, public_url=self._public_url)
        shown = {"contentType": CONTENT_TYPE, "content": content}
        return {"title": TITLE, "card": shown, "width": "medium", "height": "medium"}

    async def keep_form(self, workspace: str, kept: Kept) -> str:
        """The dialog, to be shown again; the key."""
        key = uuid.uuid4().hex
        await self._stored.keep(
            workspace, f"form/{key}", kept.model_dump_json(), self._clock.now() + KEEP_FORMS
        )
        return key

    async def form(self, workspace: str, key: str, person: str) -> Kept | None:
        """The dialog that was kept for that person."""
        text = await self._stored.kept(workspace, f"form/{key}"[:255]) if key else None
        if text is None:
            return None
        try:
            kept = Kept.model_validate_json(text)
        except ValidationError:
            # An older version of the bot kept it.
            return None
        return kept if kept.person == person else None

    # Saying

    async def say(
        self,
        place: Reference,
        drawn: Drawn,
        key: str,
        *,
        thread: str | None = None,
        only: str | None = None,
        feedback: str = "",
        patient: bool = True,
        for_good: bool = False,
        untraced: bool = False,
    ) -> str:
        """Say it, in the thread, to everybody or to the person `only`; Teams' id of the message,
        which is remembered under the key unless it is `untraced`. Where the bot may not write, the
        conversation is marked as dead."""
        activity = self._addressed(place, drawn.activity())
        if only is not None:
            account = await self._book.account(place.workspace, only)
            activity["recipient"] = {"id": account, "isTargeted": True}
        try:
            id_ = await self._connector.send(
                place.service_url,
                _in_thread(place, thread),
                activity,
                targeted=only is not None,
                patient=patient,
            )
        except TeamsGone:
            if only is None and thread is None:
                await self._book.dead(place)
            raise
        if untraced:
            return id_
        forget = None if for_good else self._clock.now() + KEEP_SENT
        await self._marking(
            (place.workspace, key, id_[:255], place.id, only or "", feedback, forget)
        )
        return id_

    async def change(
        self,
        place: Reference,
        message_id: str,
        drawn: Drawn,
        *,
        thread: str | None = None,
        only: str | None = None,
    ) -> None:
        """Put it in the place of a message of ours."""
        activity = {**self._addressed(place, drawn.activity()), "id": message_id}
        conversation = _in_thread(place, thread)
        if only is None:
            await self.updates.change(place, conversation, message_id, activity)
            return
        account = await self._book.account(place.workspace, only)
        activity["recipient"] = {"id": account, "isTargeted": True}
        await self._connector.update(
            place.service_url, conversation, message_id, activity, targeted=True
        )

    async def typing(self, place: Reference, thread: str | None) -> None:
        """Show that an answer is on its way. Tried once."""
        activity = self._addressed(place, {"type": "typing"})
        await self._connector.send(
            place.service_url, _in_thread(place, thread), activity, patient=False
        )

    async def was_sent(self, workspace: str, key: str) -> str | None:
        """The message that is known to have been sent under the key."""
        return await self._stored.sent(workspace, key)

    async def note_sent(self, place: Reference, key: str, message_id: str) -> None:
        """The key is done with: its answer stands in that message, or went the invoke's way."""
        # No message's id, so that it says nothing of who sees that message.
        forget = self._clock.now() + KEEP_SENT
        await self._marking(
            (place.workspace, key, f"={message_id}"[:255], place.id, "", "", forget)
        )

    async def said(self, place: Reference, message_id: str) -> tuple[str, str] | None:
        """Who alone sees the message ("": everybody), and its feedback value."""
        return await self._stored.said(place.workspace, place.id, message_id[:255])

    async def _mark(self, sent: Sent) -> None:
        await self._stored.mark_all_sent([sent])

    async def _mark_all(self, sent: Sequence[Sent]) -> Sequence[None]:
        await self._stored.mark_all_sent(sent)
        return [None] * len(sent)

    def _addressed(self, place: Reference, activity: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "type": "message",
            **activity,
            "from": {"id": place.bot},
            "conversation": {"id": place.conversation},
            "channelId": "msteams",
        }


def _in_thread(place: Reference, thread: str | None) -> str:
    in_channel = thread is not None and place.kind == "channel"
    return f"{place.conversation}{THREAD}{thread}" if in_channel else place.conversation
