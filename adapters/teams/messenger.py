"""Says what the bot says on Teams: where the person looks, and to nobody who should not see it.

answer ── OpenForm    in answer to the invoke ── else a card whose button opens it
       ├─ FormErrors  in the dialog that was sent ── else a message with what was typed
       └─ Replies     in the dialog, in place of the card, or each once: `delivery.py`
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from adapters.teams import bodies
from adapters.teams.activity import Account
from adapters.teams.adaptive import CONTENT_TYPE, Drawn
from adapters.teams.book import Book
from adapters.teams.connector import Connector
from adapters.teams.delivery import Delivery, for_everybody
from adapters.teams.filled import Filled
from adapters.teams.forms import dialog
from adapters.teams.live import Live, LiveOnes
from adapters.teams.meanings import Kept
from adapters.teams.notices import DONE, FORM_BELOW, NOT_SAVED, form_by_button
from adapters.teams.places import aside_id, aside_to, direct_id, person_id, workspace_of
from adapters.teams.rich import text_elements
from adapters.teams.sending import Sending
from bot import usage
from bot.cards import AnyField, Card, Form, PersonField, heading
from bot.drawing import together
from bot.errors import CannotTell
from bot.events import Conversation, Event, FormSubmit, Person
from bot.ports import Member
from bot.replies import Answer, FormErrors, OpenForm, Replies, Reply

MOST_PAGES = 50
"""Pages of members, of up to 500 each."""

log = logging.getLogger(__name__)


class TeamsMessenger:
    """A `bot.ports.Messenger` and a `bot.ports.Poster`."""

    def __init__(
        self,
        *,
        sending: Sending,
        book: Book,
        connector: Connector,
        live: LiveOnes,
        forms_in_chat: bool = False,
    ) -> None:
        """`forms_in_chat`: forms are messages, for the Playground, which opens no dialogs."""
        self._sending = sending
        self._book = book
        self._connector = connector
        self._delivery = Delivery(sending=sending, book=book)
        self._live = live
        self._forms_in_chat = forms_in_chat

    async def answer(self, event: Event, answer: Answer) -> None:
        """Deliver it; twice for one event shows it once wherever that can be known."""
        live = self._live.get(event)
        if live and live.heard.way == "feedback":
            # Teams says thanks itself.
            self._live.drop(event)
            return
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

    # Unprompted

    async def post(self, to: Conversation, card: Card, key: str) -> str:
        """Say something unprompted, once a key; returns Teams' id of the message."""
        workspace, key = workspace_of(to), f"post/{key}"[:255]
        if before := await self._sending.was_sent(workspace, key):
            return before
        where, only = aside_to(to)
        place = await self._book.find(where, patient=False)
        drawn = await self._sending.drawn(workspace, card)
        return await self._sending.say(
            place,
            drawn,
            key,
            only=only,
            feedback=card.feedback,
            patient=False,
            untraced=card.untraced,
        )

    async def find(self, to: Conversation, key: str) -> str | None:
        """The message known to have been sent under the key. Raises CannotTell for every other:
        Teams lets a bot read no messages."""
        if before := await self._sending.was_sent(workspace_of(to), f"post/{key}"[:255]):
            return before
        raise CannotTell("teams:history")

    def direct(self, workspace: str, person: Person) -> Conversation:
        """The person's own conversation with the bot, to post to; it need not exist yet."""
        return Conversation(id=direct_id(workspace, person.id), private=True, direct=True)

    def aside(self, of: Conversation, person: Person) -> Conversation:
        """In the conversation, seen by the person alone: on Teams nobody is written to personally
        because of a channel that they were added to."""
        return Conversation(id=aside_id(of, person.id), private=True)

    async def members(self, of: Conversation) -> Sequence[Member]:
        """Everybody in the conversation, the bot itself left out. Raises PlatformErrors."""
        place = await self._book.find(of)
        found: dict[str, Member] = {}
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._connector.members(place.service_url, place.conversation, token)
            for told in page.get("members") or ():
                if member := await self._member(place.workspace, told):
                    found[member.person.id] = member
            token = page.get("continuationToken") or None
            if token is None:
                break
        return list(found.values())

    async def _member(self, workspace: str, told: Mapping[str, Any]) -> Member | None:
        try:
            account = Account.model_validate(told)
        except ValueError:
            return None
        id_ = person_id(account)
        if not id_ or account.id.startswith("28:"):
            return None
        await self._book.meet(workspace, account)
        guest = str(told.get("userRole") or "").lower() == "guest"
        person = Person(id=id_, name=account.name or "Somebody")
        return Member(person=person, kind="guest" if guest else "member")

    # Forms

    async def _open(self, event: Event, answer: OpenForm, live: Live | None) -> None:
        if live and live.waits and live.heard.way in ("fetch", "submit"):
            live.acknowledge(bodies.dialog(await self._dialog(event, answer.form)))
            return
        card, button = form_by_button(event, answer)
        if self._forms_in_chat:
            drawn = await self._in_chat(event, answer.form)
        else:
            opens = [button.action] if button else []
            drawn = await self._sending.drawn(event.workspace, card, opens=opens)
        await self._tried(live, self._delivery.to_asker(event, card, drawn, 0))
        _done(live, FORM_BELOW if self._forms_in_chat else DONE)

    async def _in_chat(self, event: Event, form: Form) -> Drawn:
        shown = await self._dialog(event, form)
        content = shown["card"]["content"]
        title = text_elements(heading("{title}", title=form.title))
        card = {**content, "body": [*title, *content["body"]]}
        return Drawn(card=card, text=content["fallbackText"])

    async def _dialog(self, event: Event, form: Form) -> Mapping[str, Any]:
        kept = Kept(
            form=form,
            person=event.person.id,
            conversation=event.conversation,
            thread=event.thread,
            public=event.public,
        )
        stored = kept.model_copy(update={"form": form.to_keep()})
        return await self._drawn(kept, await self._sending.keep_form(event.workspace, stored))

    async def _drawn(
        self,
        kept: Kept,
        key: str,
        filled: Mapping[str, Filled] | None = None,
        wrong: FormErrors | None = None,
    ) -> Mapping[str, Any]:
        workspace = workspace_of(kept.conversation)
        picked = [each for field in kept.form.fields for each in _people(field, filled)]
        card = dialog(
            kept.form,
            place={"kept": key},
            filled=filled,
            errors=wrong.errors if wrong else None,
            sentence=wrong.sentence if wrong else "",
            people=await self._book.names(workspace, picked),
        )
        shown = {"contentType": CONTENT_TYPE, "content": card}
        return {"title": kept.form.title, "card": shown, "width": "medium", "height": "large"}

    async def _wrong(self, event: Event, answer: FormErrors, live: Live | None) -> None:
        heard = live.heard if live else None
        again = heard.kept if heard and heard.way == "submit" else None
        if live and live.waits and heard and again and isinstance(event, FormSubmit):
            shown = await self._drawn(again, heard.kept_key, event.fields, answer)
            live.acknowledge(bodies.dialog(shown))
            return
        card = usage.not_saved(event, answer)
        await self._reply(event, Reply(card=card, seen_by="asker"), 0, live)
        _done(live, NOT_SAVED)

    # Replies

    async def _say(self, event: Event, answer: Replies, live: Live | None) -> None:
        items = list(enumerate(answer.items))
        if live and live.waits and live.heard.way == "submit":
            # What was sent is taken; the dialog closes, and the answer stands in the chat.
            live.acknowledge(bodies.CLOSE)
        if live and live.waits and live.heard.way == "fetch":
            # What would take the clicked message's place cannot stand in a dialog as well.
            stays = bool(live.heard.clicked)
            own = [r for _, r in items if not ((r.replace and stays) or for_everybody(event, r))]
            if own:
                shown = self._sending.in_dialog(together([reply.card for reply in own]))
                if live.acknowledge(bodies.dialog(shown)):
                    items = [(i, r) for i, r in items if r not in own]
        for index, reply in items:
            await self._reply(event, reply, index, live)
        _done(live)

    async def _reply(self, event: Event, reply: Reply, index: int, live: Live | None) -> None:
        await self._tried(live, self._delivery.reply(event, reply, index, live))

    async def _tried(self, live: Live | None, saying: Any) -> None:
        try:
            await saying
        except BaseException:
            if live:
                live.tried = True
            raise


def _people(field: AnyField, filled: Mapping[str, Filled] | None) -> Sequence[str]:
    """Who is picked in the field."""
    if not isinstance(field, PersonField):
        return ()
    now = field.values if filled is None else filled.get(field.name, ())
    return (now,) if isinstance(now, str) else now


def _done(live: Live | None, text: str = DONE) -> None:
    """The invoke ends, where nothing has answered it yet."""
    if live is None or not live.waits:
        return
    way = live.heard.way
    live.acknowledge(bodies.beside(text) if way == "card" else bodies.sentence(text))
