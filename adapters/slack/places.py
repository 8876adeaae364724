"""Who and where: ids of workspaces and conversations, names, and the keys of facts."""

import hashlib
from collections.abc import Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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


def enterprise_of(workspace: str) -> str | None:
    """Slack's id of the organisation ("E…") that the workspace belongs to; None of none."""
    _, first, team = workspace.rsplit(":", 2)
    return first if first != team else None


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


def place_at(workspace: str, channel: str, name: str = "", *, private: bool = True) -> Conversation:
    """The conversation with Slack's id; private unless it is known to be open to all."""
    direct = is_direct(channel)
    return Conversation(
        id=conversation_id(workspace, channel),
        name="" if direct else name,
        private=private or direct,
        direct=direct,
    )


def kept(place: Mapping[str, str], workspace: str) -> tuple[Conversation, str | None, bool] | None:
    """Conversation, thread and publicity as `to_keep` put them into a modal; None where it is
    another workspace's, or was not made here."""
    found = place.get("conversation", "")
    if found.rpartition(":")[0] != workspace:
        return None
    private = place.get("private") != "no"
    conversation = place_at(
        workspace, found.rpartition(":")[2], place.get("name", ""), private=private
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
    return place_at(workspace, channel, "" if private else name, private=private)


def name_of(user: Mapping[str, Any]) -> str:
    """What people call the person, from Slack's user object."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    return clean(next((n for n in (*names, user.get("name")) if n), ""))


def zone_of(user: Mapping[str, Any]) -> str:
    """The person's IANA time zone, from Slack's user object; empty where it has none."""
    name = str(user.get("tz") or "")
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


PersonKind = Literal["member", "guest", "bot", "gone"]


def kind_of(user: Mapping[str, Any], workspace: str) -> PersonKind:
    """What somebody is in the workspace. People of another company, met in a shared channel, are
    guests; Slackbot says of itself that it is no bot."""
    if user.get("deleted"):
        return "gone"
    if user.get("is_bot") or user.get("is_app_user") or user.get("id") == "USLACKBOT":
        return "bot"
    restricted = user.get("is_restricted") or user.get("is_ultra_restricted")
    return "guest" if restricted or _is_from_elsewhere(user, workspace) else "member"


def _is_from_elsewhere(user: Mapping[str, Any], workspace: str) -> bool:
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
    ours = enterprise_of(workspace)
    if ours and enterprise == ours:
        return False
    return bool(user.get("is_stranger")) or user.get("team_id") not in (None, team_of(workspace))


def person_named(person: str, names: Mapping[str, str], name: str | None = None) -> Person:
    """The person by the name that is known, or the one that came along."""
    return Person(id=person, name=names.get(person) or clean(name or "") or "Somebody")
