"""A long question in pieces. What is asked is often one sentence among twenty, and the vector of
the whole would be about everything and nothing."""

import math
import re
import textwrap

from bot.ask.model import LONGEST_QUESTION
from bot.text import clean, one_line

MOST_PIECES = 100
LONGEST_PIECE = 300
"""Characters; about what the model sees at once."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def pieces(question: str) -> list[str]:
    """The sentences of a question, `MOST_PIECES` at most; a very long one is cut at blanks."""
    sentences = (one_line(s) for s in _SENTENCE_END.split(clean(question[:LONGEST_QUESTION])))
    found = [part for s in sentences for part in textwrap.wrap(s, LONGEST_PIECE)]
    together = math.ceil(len(found) / MOST_PIECES) or 1
    return [" ".join(found[i : i + together]) for i in range(0, len(found), together)]
