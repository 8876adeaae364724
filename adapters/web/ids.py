"""Ids and keys of messages, all made from the key of the event: the same event, the same ids."""

import uuid

_SPACE = uuid.UUID("6f0c7f0e-3b0b-4c52-9f0a-3f4f5d1c8b11")
_OWN = "/said"


def message_id(key: str) -> str:
    """The id of the message that `key` makes."""
    return uuid.uuid5(_SPACE, key).hex


def answer_key(event_key: str, index: int) -> str:
    """The key of the reply number `index` to the event."""
    return f"{event_key}/{index}"


def own_key(event_key: str) -> str:
    """The key of the person's own words, from which the event was made."""
    return f"{event_key}{_OWN}"


def once_of(own: str) -> str:
    """What the page made for the words whose key is `own`; empty for other keys."""
    return own.removesuffix(_OWN).rpartition(":")[2] if own.endswith(_OWN) else ""


def thread_opened_by(event_key: str) -> str:
    """The thread that hangs on the first reply to an event which was in no thread itself.

    Events name it before the reply is there, so that a follow-up finds what it follows up on.
    """
    return message_id(answer_key(event_key, 0))
