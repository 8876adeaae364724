"""What in a card or message could notify somebody, lead somewhere or be read as markdown."""

import re
from collections.abc import Iterator
from typing import Any

_PARSED = {"label", "errorMessage", "fallbackText", "speak"}
"""Words that a client may read as markdown; so are an option's `title`, and `text` but in runs."""
_MARKUP = re.compile(
    r"[*_~`\[\]<>\\&#|]|^\s*([-+]|\d+[.)])\s|://|\w\.\w|\w@\w|mailto:\w|javascript:\w"
)
OURS = "https://missionbot.example/"


def harm(value: Any, at: str = "") -> Iterator[str]:
    """Everything that is more than words and not of our making."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from harm(item, f"{at}/{i}")
    if not isinstance(value, dict):
        return
    kind = value.get("type", "")
    if kind in ("TextBlock", "FactSet", "Media", "CodeBlock"):
        yield f"{kind}, which reads markdown, at {at}"
    if kind == "mention" or "entities" in value.get("msteams", {}):
        yield f"somebody is mentioned at {at}"
    if "selectAction" in value:
        yield f"words that can be clicked at {at}"
    if kind == "Action.OpenUrl" and not value["url"].startswith(OURS):
        yield f"a foreign address at {at}"
    if kind == "Image" and not value["url"].startswith("data:image/png;base64,"):
        yield f"a foreign picture at {at}"
    for name, member in value.items():
        option = name == "title" and set(value) == {"title", "value"}
        if (name in _PARSED or option) and is_markup(member):
            yield f"markdown at {at}/{name}: {member[:80]!r}"
        yield from harm(member, f"{at}/{name}")


def is_markup(words: str) -> bool:
    """Whether some client would read more than words into it."""
    return _MARKUP.search(words) is not None
