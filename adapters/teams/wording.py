"""Teams' own writing of words -> plain words: no mention, markup or entity is left."""

import html
import re
from collections.abc import Iterable

from adapters.teams.activity import Activity
from bot.text import clean

_AT = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_COMMAND = re.compile(r"(?i)\A/mission\b[:,]?\s*")
MOST = 20_000
"""Characters of a message that are read; Teams takes about as many."""


def spoken(activity: Activity) -> tuple[str, bool]:
    """What the person typed, and whether it was a command ("/mission …"). The bot's own mention
    is left out; others become "@Dana"."""
    ours = set(_our_mentions(activity))

    def shown(found: re.Match[str]) -> str:
        name = _TAG.sub("", found[1])
        return " " if found[0] in ours else f"@{name}"

    # Mentions before entities: what somebody typed as "<at>" comes as "&lt;at&gt;".
    text = html.unescape(_AT.sub(shown, activity.text[:MOST])).replace("\xa0", " ")
    text = clean(text).strip()
    command = _COMMAND.match(text)
    if command:
        return text[command.end() :].strip(), True
    # "mission" is what people type who know the other platform's command.
    return ("", True) if text.lower() == "mission" else (text, False)


def mentions_us(activity: Activity) -> bool:
    """Whether the bot is mentioned in it."""
    return any(True for _ in _our_mentions(activity))


def words_of(content: str) -> str:
    """The words of a message that Teams hands over as HTML."""
    text = _TAG.sub("", _BREAK.sub("\n", _AT.sub(r"@\1", content[: 4 * MOST])))
    text = clean(html.unescape(text).replace("\xa0", " "))
    return "\n".join(filter(None, (line.strip() for line in text.split("\n"))))


def _our_mentions(activity: Activity) -> Iterable[str]:
    bot = activity.recipient.id
    for entity in activity.entities or ():
        if not isinstance(entity, dict) or entity.get("type") != "mention":
            continue
        mentioned, text = entity.get("mentioned"), entity.get("text")
        if isinstance(mentioned, dict) and mentioned.get("id") == bot and isinstance(text, str):
            yield text
