"""What people paste: a line an item, or a table with a heading (from a spreadsheet, or as CSV)."""

import csv
import re
from collections.abc import Mapping, Sequence

from bot.errors import UserFacing
from bot.ranking.model import (
    LONGEST_DESCRIPTION,
    LONGEST_EFFORT,
    LONGEST_TITLE,
    MOST_ITEMS,
    Item,
)
from bot.text import one_line, shorten

_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,3}[.)]\s+)")
_DELIMITERS = ("\t", ";", ",")
_COLUMNS: Mapping[str, Sequence[str]] = {
    "title": ("title", "name", "item", "idea", "feature"),
    "description": ("description", "details", "what"),
    "effort": ("effort", "estimate", "points", "size"),
}
"""What a column may be called."""


class WrongPaste(UserFacing):
    """A sentence about what was pasted."""


def read(pasted: str) -> tuple[Item, ...]:
    """The items, in their order. Raises WrongPaste, and nothing is taken then."""
    lines = [line for line in pasted.splitlines() if one_line(line)]
    if not lines:
        raise WrongPaste("Paste what you want to compare: an idea a line, or a table with a title.")
    found = _table(lines) or [{"title": _BULLET.sub("", line)} for line in lines]
    if len(found) > MOST_ITEMS:
        raise WrongPaste(
            f"These are {len(found)} items, and I rank {MOST_ITEMS} at a time. "
            "Take some out, and rank the rest after that."
        )
    return tuple(_item(n, cells) for n, cells in enumerate(found, 1))


def _table(lines: Sequence[str]) -> list[dict[str, str]]:
    """The rows below a heading that names a title; empty where there is none."""
    for delimiter in _DELIMITERS:
        heading = [
            one_line(cell).lower() for cell in next(csv.reader([lines[0]], delimiter=delimiter))
        ]
        columns = {_meaning(cell): n for n, cell in reversed(list(enumerate(heading)))}
        if "title" in columns and (len(heading) > 1 or delimiter == ","):
            rows = list(csv.reader(lines[1:], delimiter=delimiter))
            return [
                {what: row[n] for what, n in columns.items() if what and n < len(row)}
                for row in rows
            ]
    return []


def _meaning(cell: str) -> str:
    return next((what for what, names in _COLUMNS.items() if cell in names), "")


def _item(n: int, cells: Mapping[str, str]) -> Item:
    title = one_line(cells.get("title", ""))
    description, effort = one_line(cells.get("description", "")), one_line(cells.get("effort", ""))
    if not title:
        raise WrongPaste(f"Item {n} has no title; give it one, or take it out.")
    for what, text, most in (
        ("title", title, LONGEST_TITLE),
        ("description", description, LONGEST_DESCRIPTION),
        ("effort", effort, LONGEST_EFFORT),
    ):
        if len(text) > most:
            raise WrongPaste(
                f"The {what} of “{shorten(title, 40)}” has {len(text)} characters; {most} fit."
            )
    return Item(title=title, description=description, effort=effort)
