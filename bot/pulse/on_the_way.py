"""Answers on their way through the inbox, which stores every event before it is acknowledged.

Such an event is sealed under its edition's key, to one length like the answers themselves. Where
there is no key any more it comes too late to count, and only that somebody came is stored; the
same where the key store does not answer, so that the room can say so.
"""

import base64

from bot.events import EVENT, ButtonClick, Event, FormSubmit
from bot.pulse.ports import Cipher, KeyStore, KeysUnavailable
from bot.pulse.sealing import EventSeal

ANSWERS = "pulse.answer"
"""What the action of every button and form begins with that carries an answer. Its value or
state begins with the edition's id, and a "|" where more follows."""


class SealedAnswers:
    """Satisfies `bot.delivery.inbox.Seals`."""

    def __init__(self, *, keys: KeyStore, cipher: Cipher) -> None:
        self._keys = keys
        self._cipher = cipher

    async def seal(self, event: Event) -> str | None:
        """The event, sealed where it carries an answer."""
        edition_id = edition_of(event)
        if edition_id is None:
            return None
        try:
            key = await self._keys.get(event.workspace, edition_id)
        except KeysUnavailable:
            return _plain(without_answers(event))
        if key is None:
            return None if event == (bare := without_answers(event)) else _plain(bare)
        seal = EventSeal(key, self._cipher, event.workspace, edition_id)
        sealed = seal.close(EVENT.dump_json(event))
        return f"{edition_id}|{base64.b64encode(sealed).decode()}"

    async def open(self, workspace: str, sealed: str) -> Event | None:
        """The event; None where its edition was closed before it could be answered."""
        edition_id, _, text = sealed.rpartition("|")
        if not edition_id:
            return EVENT.validate_json(base64.b64decode(text))
        key = await self._keys.get(workspace, edition_id)
        if key is None:
            return None
        seal = EventSeal(key, self._cipher, workspace, edition_id)
        plain = seal.open(base64.b64decode(text))
        return None if plain is None else EVENT.validate_json(plain)


def edition_of(event: Event) -> str | None:
    """The edition that the event answers; None for all other events."""
    if isinstance(event, FormSubmit) and event.form.startswith(ANSWERS):
        return event.state.partition("|")[0]
    if isinstance(event, ButtonClick) and event.action.startswith(ANSWERS):
        return event.value.partition("|")[0]
    return None


def without_answers(event: Event) -> Event:
    """The event as far as it says that somebody came, and to which edition."""
    if isinstance(event, FormSubmit):
        state = event.state.partition("|")[0]
        return event.model_copy(update={"fields": {}, "people": (), "state": state})
    if isinstance(event, ButtonClick):
        return event.model_copy(update={"value": event.value.partition("|")[0]})
    return event


def _plain(event: Event) -> str:
    return f"|{base64.b64encode(EVENT.dump_json(event)).decode()}"
