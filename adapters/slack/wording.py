"""Slack's own writing of words -> plain words: no mention, link or entity is left."""

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"<([^<>\s|][^<>|]*)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)")


def people_in(text: str) -> set[str]:
    """The ids of everybody mentioned in the words."""
    return set(_PERSON.findall(text))


def plain_words(text: str, names: Mapping[str, str], *, bot: str | None = None) -> str:
    """What the person saw when typing: `<@U1>` becomes "@Dana", `<#C1|product>` "#product",
    `<https://a|b>` "b", `&lt;` "<". The bot's own mention is left out."""

    def shown(found: re.Match[str]) -> str:
        target, label = found[1], found[2] or ""
        if target.startswith("@"):
            person = target[1:]
            return "" if bot and person == bot else f"@{names.get(person) or label or 'somebody'}"
        if target.startswith("#"):
            return f"#{label}" if label else "a private channel"
        if target.startswith("!"):
            return label or "@" + target[1:].partition("^")[0]
        return label or target.removeprefix("mailto:")

    return _unescaped(_REFERENCE.sub(shown, text)).strip()


def _unescaped(text: str) -> str:
    # Slack escapes these three; html.unescape would read more into the words.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
