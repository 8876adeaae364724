"""Words of people and models, put so that Slack can read nothing into them.

Slack parses one kind of text only: `mrkdwn`, and the `text` beside blocks. There `<!channel>` calls
everybody and `<https://a|b>` hides where it leads. `rich_text` and `plain_text` are data: nothing
in them is parsed, not even a bare address. So words go into those two wherever there is a choice.
"""

import re
from typing import Any

from bot.text import clean, one_line, shorten

Block = dict[str, Any]
"""A piece of Block Kit, ready for JSON."""

NOTHING = "–"
"""Stands where there are no words: Slack refuses empty text."""

_MARKUP = re.compile(r"[*_~`]|:[a-z0-9_+'-]+:|^\s*>", re.MULTILINE)
"""What mrkdwn would read as a style, an emoji or a quotation; there is no way to escape it."""


def escaped(text: str) -> str:
    """`text` for mrkdwn: no mention, no link. Styles can still be read into it; see `is_markup`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_markup(text: str) -> bool:
    """Whether mrkdwn would read a style, an emoji or a quotation into it."""
    return _MARKUP.search(text) is not None


def plain(text: str, limit: int) -> Block:
    """Words in one line as a plain_text object, cut with an ellipsis; never empty."""
    return lines(one_line(text), limit)


def lines(text: str, limit: int) -> Block:
    """The same, with line breaks kept."""
    text = clean(text).strip() or NOTHING
    # emoji: False, or Slack would turn ":tada:" into a picture.
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}


def mrkdwn(markup: str) -> Block:
    """Markup that is escaped already. `verbatim`: bare addresses and #names are no links."""
    return {"type": "mrkdwn", "text": markup, "verbatim": True}
