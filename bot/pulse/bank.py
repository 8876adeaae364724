"""The statements that a pulse begins with, and reading those that somebody wrote.

In the form they stand one a line, in the order in which they take turns; one about a line of the
charter begins with its id:

    I can say our strategy in my own words.
    P2: I believe this is right for us now: “Keep it easy to use”.
"""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import chain, zip_longest

from bot.charter.model import Kind, LineInForce
from bot.errors import UserFacing
from bot.pulse.model import LONGEST_STATEMENT, MOST_STATEMENTS, About, Statement
from bot.text import one_line, same_words, shorten

READY: dict[About, tuple[str, ...]] = {
    "belief": (
        "I believe that our strategy is right for us now.",
        "I believe that we will reach our vision this way.",
        "Our mission is worth my effort.",
    ),
    "clarity": (
        "I can say our strategy in my own words.",
        "I know who our product is for, and who can wait.",
        "I know what we have decided not to do.",
    ),
    "use": (
        "Last week our strategy helped me to decide something.",
        "I can see which part of our strategy my work serves.",
        "When something does not fit our strategy, we say no to it.",
    ),
    "priorities": (
        "I trust that what comes first does so for good reasons.",
        "Our priorities stay long enough to finish something.",
        "When our priorities change, I learn why.",
    ),
}
STRATEGY: tuple[Kind, ...] = ("pillar", "audience")
"""The kinds of line that say what the strategy is."""
SHOWN_OF_LINE = 90
"""Characters of a charter line within a statement."""
FIT_INTO_FORM = 3000
"""Characters of a form's field (`bot.cards.TextField`)."""

_LINE = re.compile(r"((?:[^:\n]{1,80}:)?[MVPARKN][1-9][0-9]{0,3}):\s+(.+)")
_KNOWN: dict[str, About] = {
    same_words(text): about for about, texts in READY.items() for text in texts
}


def suggested(lines: Sequence[LineInForce]) -> tuple[Statement, ...]:
    """The ready ones and one for each line of the strategy, mixed, so that each edition has
    something of everything."""
    columns = [[_statement(text, about) for text in texts] for about, texts in READY.items()]
    columns.append([about_line(line) for line in lines if line.line.kind in STRATEGY])
    mixed = chain.from_iterable(zip_longest(*columns))
    found: list[Statement] = []
    size = 0
    for statement in filter(None, mixed):
        size += len(in_form(statement)) + 1
        if size <= FIT_INTO_FORM and len(found) < MOST_STATEMENTS:
            found.append(statement)
    return tuple(found)


def about_line(line: LineInForce) -> Statement:
    """Whether people believe in that line."""
    words = shorten(one_line(line.line.text), SHOWN_OF_LINE).rstrip(".")
    return _statement(f"I believe this is right for us now: “{words}”", "line", line.ref)


def in_form(statement: Statement) -> str:
    """The statement as it stands in the form."""
    return f"{statement.ref}: {statement.text}" if statement.ref else statement.text


def read(text: str, refs: Iterable[str]) -> tuple[Statement, ...]:
    """The statements that somebody wrote, one a line; `refs` are the lines of the charter. Raises
    UserFacing, with a sentence about the first that does not do."""
    known = set(refs)
    found: dict[str, Statement] = {}
    for written in filter(None, map(one_line, text.split("\n"))):
        statement = _read_one(written, known)
        if statement.id in found:
            raise UserFacing(f"“{shorten(written, 60)}” stands there twice; keep one.")
        found[statement.id] = statement
    if len(found) < 3:
        raise UserFacing("Write three statements at least, one a line.")
    if len(found) > MOST_STATEMENTS:
        raise UserFacing(f"There are {len(found)} statements; {MOST_STATEMENTS} fit.")
    return tuple(found.values())


def _read_one(written: str, known: set[str]) -> Statement:
    found = _LINE.fullmatch(written)
    ref, words = (found[1], found[2]) if found else ("", written)
    if ref and ref not in known:
        raise UserFacing(
            f"There is no line {ref} in this charter. Take “{ref}:” away, or write another id."
        )
    if len(words) > LONGEST_STATEMENT:
        raise UserFacing(
            f"“{shorten(words, 60)}” is {len(words)} characters long; {LONGEST_STATEMENT} fit. "
            "A statement is read in a few seconds."
        )
    if words.endswith("?"):
        raise UserFacing(
            f"“{shorten(words, 60)}” is a question, and people say how far they agree. "
            "Write it as a statement."
        )
    return _statement(words, "line" if ref else _KNOWN.get(same_words(words), "own"), ref)


def _statement(text: str, about: About, ref: str = "") -> Statement:
    # Made from the words: the same words are compared over time, other words begin anew.
    name = sha256(f"{ref}\n{same_words(text)}".encode()).hexdigest()[:12]
    return Statement(id=name, text=text, about=about, ref=ref)
