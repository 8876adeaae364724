"""Who and where: ids of workspaces and conversations, names, and the keys of facts."""

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.events import Conversation, Person
from bot.text import clean

CHANNEL = "slack"
"""The adapter's name in the inbox."""


def workspace_id(enterprise: str | None, team: str | None) -> str:
    """Whose data it is. Every workspace of an organisation has its own."""
    return f"{CHANNEL}:{enterprise or team or ''}:{team or ''}"


def organisation_id(enterprise: str) -> str:
    """Where an installation for a whole organisation is kept."""
    return f"{CHANNEL}:{enterprise}:*"


def organisation_of(workspace: str) -> str:
    """The same, of a workspace; that of no organisation names nothing that is installed."""
    return f"{workspace.rpartition(':')[0]}:*"


def team_of(workspace: str) -> str:
    """Slack's id of the workspace ("T…")."""
    return workspace.rpartition(":")[2]


def conversation_id(workspace: str, channel: str) -> str:
    """All that is needed to post there later: a message to a conversation names no workspace."""
    return f"{workspace}:{channel}"


def channel_of(conversation: Conversation) -> str:
    """Slack's id of the conversation ("C…", "D…"; "U…" is somebody's direct messages)."""
    return conversation.id.rpartition(":")[2]


def workspace_of(conversation: Conversation) -> str:
    """The workspace that the conversation belongs to."""
    return conversation.id.rpartition(":")[0]


def is_direct(channel: str) -> bool:
    """Whether it is a conversation of the bot with one person."""
    return channel[:1] in ("D", "U", "W")


def key(kind: str, *facts: str | None) -> str:
    """The key of a fact that has no id of its own: the same facts, the same key."""
    text = "\n".join(fact or "" for fact in facts)
    return f"{CHANNEL}:{kind}:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def kept(place: Mapping[str, str], workspace: str) -> tuple[Conversation, str | None, bool] | None:
    """Conversation, thread and publicity as `to_keep` put them into a modal; None where it is
    another workspace's, or was not made here."""
    found = place.get("conversation", "")
    if found.rpartition(":")[0] != workspace:
        return None
    conversation = Conversation(
        id=found, name=place.get("name", ""), private=place.get("private") != "no"
    )
    return conversation, place.get("thread") or None, place.get("public") == "yes"


def to_keep(conversation: Conversation, thread: str | None, public: bool) -> dict[str, str]:
    """Where a modal was opened, for `adapters.slack.forms.modal`."""
    place = {
        "conversation": conversation.id,
        "name": conversation.name[:80],
        "private": "yes" if conversation.private else "no",
        "public": "yes" if public else "no",
    }
    return {**place, "thread": thread} if thread else place


def named_place(workspace: str, channel: str, name: str) -> Conversation:
    """The conversation as commands and clicks describe it: "privategroup" and "directmessage"
    stand for a private channel's and a direct message's name."""
    hidden = name in ("privategroup", "directmessage", "")
    private = hidden or name.startswith("mpdm-") or channel[:1] != "C"
    return Conversation(
        id=conversation_id(workspace, channel), name="" if private else name, private=private
    )


def name_of(user: Mapping[str, Any]) -> str:
    """What people call the person, from Slack's user object."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    return clean(next((n for n in (*names, user.get("name")) if n), ""))


def person_named(person: str, names: Mapping[str, str], name: str | None = None) -> Person:
    """The person by the name that is known, or the one that came along."""
    return Person(id=person, name=names.get(person) or clean(name or "") or "Somebody")
