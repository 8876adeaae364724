"""Says what the bot says on Slack: where the person looks, and to nobody who should not see it.

answer ── OpenForm    the trigger while it lasts ── else a card with its button
       ├─ FormErrors  with the acknowledgement ── else the modal again ── else a message
       └─ Replies     each once: `delivery.py`
"""

import hashlib
import logging
from collections.abc import Sequence
from typing import assert_never

from adapters.slack.api import SlackGone, SlackRefused
from adapters.slack.delivery import Delivery
from adapters.slack.forms import errors as form_errors
from adapters.slack.forms import modal
from adapters.slack.live import Live, LiveOnes
from adapters.slack.notices import form_by_button
from adapters.slack.people import People
from adapters.slack.places import channel_of, place_at, to_keep, workspace_of
from adapters.slack.sending import Sending
from adapters.slack.streams import Streams
from adapters.slack.views import again, card_view
from bot import usage
from bot.cards import Card
from bot.drawing import together
from bot.errors import PlatformError
from bot.events import Conversation, Event, FormSubmit, Person, Question
from bot.ports import Member
from bot.replies import Answer, FormErrors, OpenForm, Replies, Reply

log = logging.getLogger(__name__)

_TOO_LATE = ("expired_trigger_id", "invalid_trigger", "exchanged", "trigger_expired")


class SlackMessenger:
    """A `bot.ports.Messenger` and `bot.ports.Poster`."""

    def __init__(
        self,
        *,
        sending: Sending,
        people: People,
        streams: Streams,
        live: LiveOnes,
        public_url: str | None,
    ) -> None:
        self._sending = sending
        self._people = people
        self._delivery = Delivery(sending=sending, streams=streams)
        self._live = live
        self._public_url = public_url

    async def answer(self, event: Event, answer: Answer) -> None:
        """Deliver it; twice for one event shows it once wherever that can be known."""
        live = self._live.get(event)
        if live:
            live.answering = True
        match answer:
            case OpenForm():
                await self._open(event, answer, live)
            case FormErrors():
                await self._wrong(event, answer, live)
            case Replies():
                await self._say(event, answer, live)
            case _:
                assert_never(answer)
        self._live.drop(event)

    async def _reply(self, event: Event, reply: Reply, index: int, live: Live | None) -> None:
        try:
            await self._delivery.reply(event, reply, index, live)
        except BaseException:
            if live:
                live.tried = True
            raise

    # Unprompted

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """Say it, once a key; returns Slack's id of the message ("C1:1.2"). Tries once and waits
        for nobody; raises PlatformErrors."""
        workspace, key = workspace_of(to), _post_key(key)
        if before := await self._sending.was_sent(workspace, key):
            return before
        drawn = await self._sending.rendered(workspace, card, patience=0)
        id_ = await self._sending.say(workspace, channel_of(to), drawn, key, patience=0)
        if not card.untraced:
            await self._sending.sent(workspace, key, id_)
        return id_

    async def find(self, to: Conversation, key: str) -> str | None:
        """The message that was posted under the key; None when there is none. Raises CannotTell
        where Slack does not let us read, as in channels: the app does not ask to (`scopes`)."""
        workspace, key = workspace_of(to), _post_key(key)
        if before := await self._sending.was_sent(workspace, key):
            return before
        found = await self._sending.find_said(workspace, channel_of(to), None, key)
        if found is not None:
            await self._sending.sent(workspace, key, found)
        return found

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's direct messages with the bot; Slack opens them with the first message."""
        return place_at(workspace, person.id)

    def aside(self, of: Conversation, person: Person) -> Conversation:
        """The person's direct messages: what is shown to them alone in a channel is gone when
        Slack is opened anew."""
        return self.direct(workspace_of(of), person)

    async def members(self, of: Conversation) -> Sequence[Member]:
        """Everybody in the channel, or the person of `direct`; see `People.members`."""
        workspace, channel = workspace_of(of), channel_of(of)
        return await self._people.members(workspace, channel)

    # Forms

    async def _open(self, event: Event, answer: OpenForm, live: Live | None) -> None:
        place = to_keep(event.conversation, event.thread, event.public)
        view = modal(answer.form, place=place, public_url=self._public_url)
        if live and live.acknowledge({"response_action": "update", "view": view}):
            return
        if live and await self._update(event, live, view):
            return
        if live and live.trigger:
            arguments = {"trigger_id": live.trigger, "view": view}
            try:
                # Waiting for Slack's permission would outlast the trigger.
                await self._sending.call("views.open", event.workspace, arguments, patience=0)
                return
            except SlackRefused as failed:
                if failed.code not in _TOO_LATE:
                    raise
            except PlatformError as failed:
                log.info("no form opened", extra={"error": str(failed)})
        late = not isinstance(event, Question)
        card = form_by_button(event, answer, late=late)
        await self._reply(event, Reply(card=card, seen_by="asker"), 0, live)

    async def _wrong(self, event: Event, answer: FormErrors, live: Live | None) -> None:
        if live and isinstance(event, FormSubmit):
            view = live.heard.view
            if live.acknowledge(form_errors(answer, view)):
                return
            sentences = [answer.sentence, *answer.errors.values()]
            if await self._update(event, live, again(view, [s for s in sentences if s])):
                return
        card = usage.not_saved(event, answer)
        await self._reply(event, Reply(card=card, seen_by="asker"), 0, live)

    # Replies

    async def _say(self, event: Event, answer: Replies, live: Live | None) -> None:
        items = answer.items
        if live and items and live.heard.shown_in != "messages":
            shown = [r for r in items if r.seen_by != "everybody"]
            rest = tuple(r for r in items if r.seen_by == "everybody")
            # What is for the person stands in the modal; a form that was sent simply closes.
            if shown and not self._closes(event, live):
                card = together([reply.card for reply in shown])
                items = rest if await self._show(event, live, card) else items
        for index, reply in enumerate(items):
            await self._reply(event, reply, index, live)
        if live:
            live.acknowledge({})

    def _closes(self, event: Event, live: Live) -> bool:
        waiting = live.ack is not None and not live.ack.done()
        return isinstance(event, FormSubmit) and waiting

    async def _show(self, event: Event, live: Live, card: Card) -> bool:
        """The card in the modal; False where there is none any more."""
        place = to_keep(event.conversation, event.thread, event.public)
        view = card_view(card, place, self._public_url)
        if live.acknowledge({"response_action": "update", "view": view}):
            return True
        return await self._update(event, live, view)

    async def _update(self, event: Event, live: Live, view: dict[str, object]) -> bool:
        """Put the view in the place of the one that is open; False where none is."""
        modal_id: str | None = None
        if live.heard.shown_in == "view":
            modal_id = str(live.heard.view.get("id") or "") or None
        elif live.heard.shown_in == "new_modal" and live.opened:
            modal_id = await live.opened
        if modal_id is None:
            return False
        await live.settle()
        try:
            await self._sending.call(
                "views.update", event.workspace, {"view_id": modal_id, "view": view}
            )
        except (SlackGone, SlackRefused) as failed:
            # Closed meanwhile: what it would have shown comes as a message.
            log.info("modal not updated", extra={"error": str(failed)})
            return False
        return True


def _post_key(key: str) -> str:
    # A key may be as long as a stored one, so it is not put behind another word as it is.
    return f"post/{hashlib.sha256(key.encode()).hexdigest()}"
