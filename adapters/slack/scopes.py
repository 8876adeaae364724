"""Every scope that is asked for, with its reason; and those that are not."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "app_mentions:read": "to hear “@Mission …” in channels",
    "assistant:write": "to suggest questions and to show that an answer is being thought of",
    "channels:read": "to know a public channel's name, and that it is public",
    "chat:write": "to answer",
    "commands": "for /mission and the two message shortcuts",
    "files:read": "to see when Slack can show a picture that the bot sent; it looks at no others",
    "files:write": "to show pictures, and to hand over files that somebody asked for",
    "groups:read": "to know that a channel is private, so that nothing said there gets out",
    "im:history": "to hear direct messages to the bot, and to see what it said there itself",
    "im:write": "to write to somebody first (a welcome, a reminder)",
    "usergroups:read": "to ask a group of people",
    "users:read": "to call people by their names, at the hours of their time zones",
}
SCOPES = tuple(REASONS)
NOT_ASKED: Mapping[str, str] = {
    "channels:history": "it would show everything that is said in public channels",
    "groups:history": "the same of private channels",
    "mpim:history": "the same of group messages",
}
"""Only with these could the bot see, after its connection broke while it posted in a channel,
whether the message is there. Without them it says so (`CannotTell`), and what it posts unprompted
is not repeated; a person's answer is, as twice is better than never. In direct messages, where
`im:history` lets it look, both are exactly once."""
