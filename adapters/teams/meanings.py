"""What an activity may mean, and what is known beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from adapters.teams.activity import Activity
from adapters.teams.places import Reference, base_and_thread, key, person_named
from bot.cards import Form
from bot.events import Conversation, Event, Frozen, Lifecycle

Way = Literal["messages", "fetch", "submit", "card", "feedback"]
"""Where an answer may stand at once: in the dialog that opens, in the dialog that was sent, in
place of the card that was clicked; or nowhere but in messages."""


class Kept(Frozen):
    """A dialog as it was opened. What it carries itself is the person's to forge."""

    form: Form
    person: str
    conversation: Conversation
    thread: str | None = None
    public: bool = False


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known beside the activity."""

    place: Reference
    """Where it happened, with the name that was told before."""
    names: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    """Whether everybody sees the message that was clicked; what is not known is not shown."""
    feedback: str = ""
    """What the clicked message's feedback is on."""
    kept: Kept | None = None
    """The dialog that was sent off, as it was opened; `kept_key` is under what."""
    kept_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An event, and how it may be answered at once."""

    event: Event
    way: Way = "messages"
    clicked: str = ""
    """Teams' id of the message that was clicked."""
    kept: Kept | None = None
    kept_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Removed:
    """The bot was taken out of the conversation, or of the whole team."""

    event: Lifecycle
    team: str = ""
    """Every conversation of it."""


@dataclass(frozen=True, kw_only=True)
class Came:
    """People came into the conversation: an event each."""

    events: tuple[Lifecycle, ...]


@dataclass(frozen=True, kw_only=True)
class ShowPart:
    """A click for another part of a long card, for the person alone."""

    part: int
    stored: str
    way: Way
    clicked: str
    alone: bool
    """Whether the person alone sees the message that was clicked."""


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """An invoke that should have been one of ours."""


Meaning = Heard | Removed | Came | ShowPart | Unreadable


def told(activity: Activity, known: Known, kind: str) -> dict[str, Any]:
    """What every event says: its key, who, where."""
    place = known.place
    fact = activity.id or f"{activity.timestamp}/{activity.reply_to_id}/{activity.sender.id}"
    return {
        "key": key(kind, place.conversation, fact),
        "workspace": place.workspace,
        "person": person_named(activity.sender, known.names),
        "conversation": place.as_conversation(),
        "zone": zone_of(activity),
    }


def thread_of(activity: Activity, place: Reference, public: bool) -> str | None:
    """The thread's first message. A message that begins none yet is its own; chats have none, and
    what is said to one person alone begins none."""
    if place.kind != "channel":
        return None
    _, thread = base_and_thread(activity.conversation.id)
    if public and not thread:
        thread = activity.reply_to_id or (activity.id if activity.type == "message" else "")
    return thread[:255] if thread else None


def zone_of(activity: Activity) -> str:
    """The person's time zone, where Teams says it."""
    zone = activity.local_timezone
    return zone if len(zone) <= 64 and zone.isascii() and zone.isprintable() else ""
