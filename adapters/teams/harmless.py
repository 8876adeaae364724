"""Words of people and models, put so that no Teams client can read anything into them.

A card has two kinds of words. A TextRun is data: "Markdown is not supported" there (schema), so
all that can be a run is one. What a client may read as markdown (an input's label, an option, the
text beside a card) goes through `unmarked`. Nobody is ever mentioned: that takes an entry in a
message's or card's `entities`, and none is ever made from words.
"""

import re
from typing import Any

from bot.text import clean, one_line, shorten

Json = dict[str, Any]
"""A piece of a card, ready for JSON."""

NOTHING = "–"
"""Stands where there are no words."""

# Look-alikes, as clients disagree about how markdown's own signs are escaped.
_ALIKE = str.maketrans(
    {
        "*": "∗",
        "_": "＿",
        "~": "∼",
        "`": "ˋ",
        "[": "［",
        "]": "］",
        "<": "‹",
        ">": "›",
        "\\": "＼",
        "&": "＆",
        "#": "＃",
        "|": "∣",
    }
)
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")
_ADDRESS = re.compile(r"(?<=\w)\.(?=\w)|(?<=\w)@(?=\w)|:(?=//)|(?<=mailto):|(?<=javascript):")
_JOINER = "\u2060"
"""Breaks an address for programs and is not seen by people."""


def unmarked(text: str, limit: int) -> str:
    """Words in one line in which there is no markdown, tag or address; cut with an ellipsis,
    never empty."""
    text = one_line(text).translate(_ALIKE)
    text = _LIST.sub(lambda found: f"{found[1]}{_JOINER}{found[2]}{_JOINER}", text)
    text = _ADDRESS.sub(lambda found: f"{found[0]}{_JOINER}", shorten(text, limit))
    return text or NOTHING


def plain(text: str, limit: int) -> str:
    """Words in one line for where nothing is read into them: a button, a chart, a placeholder."""
    return shorten(one_line(text), limit) or NOTHING


def kept(text: str) -> str:
    """Words with their line breaks, which will be saved again."""
    return clean(text)
