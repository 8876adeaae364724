"""What in a message or view could notify somebody or lead somewhere."""

from collections.abc import Iterator
from typing import Any

CALLS = ("user", "usergroup", "broadcast", "channel", "link", "emoji", "team", "date")
"""Pieces of rich text that are more than words."""


def harm(value: Any, at: str = "") -> Iterator[str]:
    """Everything in blocks that Slack would parse and that is not ours; a button's address is."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from harm(item, f"{at}/{i}")
    if not isinstance(value, dict):
        return
    if value.get("type") == "mrkdwn":
        if "<" in value["text"] or ">" in value["text"]:
            yield f"unescaped at {at}: {value['text'][:80]!r}"
        if not value.get("verbatim"):
            yield f"addresses and names become links at {at}"
    if value.get("type") == "plain_text" and value.get("emoji") is not False:
        yield f":words: become pictures at {at}"
    if value.get("type") in CALLS:
        yield f"{value['type']} at {at}"
    if value.get("type") == "markdown":
        yield f"markdown at {at}"
    for name, member in value.items():
        yield from harm(member, f"{at}/{name}")
