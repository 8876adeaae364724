"""The bot's words as Teams lists them, where somebody mentions the bot or types a slash."""

from collections.abc import Sequence

from bot.text import shorten
from bot.usage import Word

MOST = 12
"""Commands in a list (manifest schema, commandLists.commands)."""
TITLE = 32
DESCRIPTION = 128
"""Characters. The schema takes more by now; clients of before the change show no more."""
FIRST = ("ask", "show")
LAST = (
    *("reminders", "announcements", "proposals", "edit", "history", "settings"),
    *("charters", "link", "roles"),
)
"""What is wanted most and least; the others stand between as `help` has them."""
HELP = {"title": "help", "description": "Shows everything that you can ask"}


def listed(words: Sequence[Word]) -> list[dict[str, str]]:
    """Commands for a list, `help` the last: a title is what lands in the message, so it is the
    word itself. Where there are more than fit, `help` names the rest."""
    ranked = sorted(words, key=_rank)
    return [
        *({"title": word.name, "description": _described(word)} for word in ranked[: MOST - 1]),
        dict(HELP),
    ]


def _rank(word: Word) -> int:
    if word.name in FIRST:
        return FIRST.index(word.name) - len(FIRST)
    return 1 + LAST.index(word.name) if word.name in LAST else 0


def _described(word: Word) -> str:
    # Teams shows no markup there.
    does = word.does.replace("`", "")
    return shorten(does[:1].upper() + does[1:], DESCRIPTION)
