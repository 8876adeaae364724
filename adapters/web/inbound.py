"""What the page sent -> an event, or a sentence about what is wrong with it. No I/O."""

import re
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from adapters.web.fields import read_fields
from adapters.web.ids import message_id, own_key, thread_opened_by
from adapters.web.limits import LONGEST_MESSAGE
from adapters.web.personas import CHANNELS, PERSONAS, WORKSPACE, direct_message, sees
from adapters.web.seal import OpenedForm
from bot.cards import Actions, Button, Card, Form
from bot.delivery.transcript import Said
from bot.errors import UserFacing
from bot.events import (
    ButtonClick,
    Command,
    Conversation,
    Event,
    FormSubmit,
    Frozen,
    Person,
    Question,
)
from bot.replies import FormErrors
from bot.text import clean

_COMMAND = re.compile(r"/mission(?:\s+|$)", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@mission(?!\w)\s*[:,]?\s*", re.IGNORECASE)

FEEDBACK = "ask.useful"
"""The action behind "Was this useful?" (see `bot.cards.Card.feedback`)."""

Once = Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{8,64}$")]
"""Made by the page for each thing that somebody does, so that doing it twice is doing it once."""


class _Sent(Frozen):
    person: str
    """The persona the page is open as."""
    key: Once
    zone: Annotated[str, Field(max_length=64)] = ""
    """The browser's IANA time zone; the core checks that it is one."""


class Say(_Sent):
    """Words, in a conversation or below a message of it."""

    conversation: str
    thread: str | None = None
    text: str


class Click(_Sent):
    """A button of a message."""

    message: str
    action: str
    value: str = ""


class Submit(_Sent):
    """A form; `seal` is what it carried."""

    seal: str
    fields: dict[str, str | tuple[str, ...]]


S = TypeVar("S", bound=_Sent)


def read(kind: type[S], body: bytes) -> tuple[S, Person]:
    """What the page sent, and as whom. Raises UserFacing."""
    try:
        sent = kind.model_validate_json(body)
    except ValidationError:
        raise UserFacing(
            "I could not read what this page sent. Load the page anew and try again."
        ) from None
    return sent, somebody(sent.person)


def somebody(persona_id: str) -> Person:
    """The person behind the persona. Raises UserFacing."""
    persona = PERSONAS.get(persona_id)
    if persona is None:
        raise UserFacing("There is nobody of that name on this page. Load it anew.")
    return persona.person


def event_key(sent: _Sent) -> str:
    """The key of the event: nobody can take up another one's. It does not say whose it is, as the
    inbox remembers it, also of an anonymous answer; what somebody said bears their name anyway."""
    if isinstance(sent, Say):
        return f"web:{sent.person}:{sent.key}"
    return f"web:{message_id(f'{sent.person}:{sent.key}')}"


def words(text: str) -> str:
    """The message's words, made safe to store. Raises UserFacing when there are none, or too
    many."""
    text = clean(text).strip()
    if not text:
        raise UserFacing("There is nothing to send yet. Write something first.")
    if len(text) > LONGEST_MESSAGE:
        raise UserFacing(
            f"That is {len(text):,} characters, and a message holds {LONGEST_MESSAGE:,}. "
            "Shorten it, or send it in parts."
        )
    return text


def is_command(text: str) -> bool:
    """Whether the words are a command, which only its author sees."""
    return _COMMAND.match(text) is not None


def is_addressed(text: str) -> bool:
    """Whether the words alone are meant for the bot."""
    return is_command(text) or _MENTION.search(text) is not None


def said_to_bot(sent: Say, person: Person, place: Conversation, root: Said | None) -> Event | None:
    """The event that the words make; None when they are not meant for the bot.

    `root` is the message on which the words' thread hangs. In a thread of the bot's, or one that
    began with words to it, everything is meant for it.
    """
    text = words(sent.text)
    key = event_key(sent)
    public = not place.private and (root is None or root.only_for is None)
    thread = root.id if root else None
    if command := _COMMAND.match(text):
        return Command(
            key=key,
            workspace=WORKSPACE,
            person=person,
            conversation=place,
            zone=sent.zone,
            thread=thread or thread_opened_by(key),
            text=text[command.end() :],
        )
    mention = _MENTION.search(text)
    in_its_thread = root is not None and (root.author is None or is_addressed(root.text))
    if not (mention or in_its_thread or place.private):
        return None
    if mention:
        text = (text[: mention.start()] + text[mention.end() :]).strip()
    if thread is None:
        # A mention is answered in the thread below it; in a direct message there is no need.
        thread = thread_opened_by(key) if place.private else message_id(own_key(key))
    return Question(
        key=key,
        workspace=WORKSPACE,
        person=person,
        conversation=place,
        zone=sent.zone,
        thread=thread,
        public=public,
        text=text,
    )


def own_words(
    sent: Say, person: Person, place: Conversation, root: Said | None, at: datetime
) -> Said:
    """The person's own words as a message. A command is seen by its author only, and so is what
    hangs on a message that only the author sees."""
    text = words(sent.text)
    key = own_key(event_key(sent))
    alone = is_command(text) or (root is not None and root.only_for is not None)
    return Said(
        id=message_id(key),
        key=key,
        conversation_id=place.id,
        thread=root.id if root else None,
        author=person,
        text=text,
        only_for=person.id if alone and not place.private else None,
        at=at,
        changed_at=at,
    )


def clicked(sent: Click, person: Person, said: Said | None) -> ButtonClick:
    """The click; raises UserFacing unless the person sees such a message with such a button."""
    if said is None or not sees(person.id, said) or said.card is None:
        raise UserFacing("That message is not here any more. Load the page anew.")
    if not holds(said.card, sent.action, sent.value):
        raise UserFacing("That button has changed meanwhile. Look at the message again.")
    key = event_key(sent)
    # The persona sees the message, so what stands under its address is its conversation.
    place = CHANNELS.get(said.conversation_id) or direct_message(person)
    return ButtonClick(
        key=key,
        workspace=WORKSPACE,
        person=person,
        conversation=place,
        zone=sent.zone,
        thread=said.thread or thread_opened_by(key),
        public=not place.private and said.only_for is None,
        action=sent.action,
        value=sent.value,
        message=said.id,
    )


def holds(card: Card, action: str, value: str) -> bool:
    """Whether the card bears that button."""
    if card.feedback and action == FEEDBACK:
        return value in (f"yes:{card.feedback}", f"no:{card.feedback}")
    return any(
        isinstance(button, Button) and (button.action, button.value) == (action, value)
        for element in card.elements
        if isinstance(element, Actions)
        for button in element.buttons
    )


def submitted(sent: Submit, person: Person, opened: OpenedForm | None) -> FormSubmit | FormErrors:
    """The form as filled in, or what is wrong with it."""
    if opened is None:
        sentence = (
            "I don't know this form any more: it was opened before I was started anew. "
            "Copy what you wrote, close the form and open it again."
        )
        return FormErrors(errors={}, sentence=sentence)
    if opened.person != person.id:
        sentence = "Somebody else opened this form. Close it and open one of your own."
        return FormErrors(errors={}, sentence=sentence)
    fields, errors = read_fields(opened.form, sent.fields)
    if errors:
        return FormErrors(errors=errors)
    key = event_key(sent)
    return FormSubmit(
        key=key,
        workspace=WORKSPACE,
        person=person,
        conversation=opened.conversation,
        zone=sent.zone,
        thread=opened.thread or thread_opened_by(key),
        public=opened.public,
        form=opened.form.form,
        state=opened.form.state,
        fields=fields,
        people=tuple(persona.person for persona in PERSONAS.values()),
    )


def opened_by(event: Event, form: Form) -> OpenedForm:
    """The form that answers the event, with where its own answer will go."""
    own_thread = event.thread == thread_opened_by(event.key)
    return OpenedForm(
        form=form,
        person=event.person.id,
        conversation=event.conversation,
        thread=None if own_thread else event.thread,
        public=event.public,
    )
