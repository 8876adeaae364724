"""Every scope that is asked for, with its reason."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "app_mentions:read": "to hear “@Mission …” in channels",
    "assistant:write": "to suggest questions and to show that an answer is being thought of",
    "channels:read": "to know a public channel's name, and that it is public",
    "chat:write": "to answer",
    "commands": "for /mission and the two message shortcuts",
    "files:write": "to show charts as pictures",
    "groups:read": "to know that a channel is private, so that nothing said there gets out",
    "im:history": "to hear direct messages to the bot; it reads no others",
    "im:write": "to write to somebody first (a welcome, a reminder)",
    "usergroups:read": "to ask a group of people",
    "users:read": "to call people by their names",
}
SCOPES = tuple(REASONS)
