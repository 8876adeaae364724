"""A table as Teams' own where it is narrow enough to be read, else in words."""

import copy
import re
from collections.abc import Sequence

from adapters.teams.harmless import NOTHING, Json
from adapters.teams.limits import TABLE_COLUMNS, UNIT_BYTES, size
from adapters.teams.rich import block, run, text_elements, words
from bot.cards import Table, Text
from bot.drawing import rows_in_words
from bot.markup import Span
from bot.text import one_line

_NUMBER = re.compile(rf"[-+−]?[0-9][0-9.,\u00a0\u202f ]*%?|{NOTHING}")
_NARROW, _WIDE, _AROUND = 6, 30, 3
"""Of a column, in letters, and what stands free in it: its share of the table's width."""

_Row = tuple[str, ...]


def table_elements(table: Table) -> list[Json]:
    """The caption, and a Table a row, so that a page may end after any; `joined` makes one of them.
    Where there are too many columns, or one row is too long, words."""
    header, rows = _cells(table)
    caption = words(Span(text=one_line(table.caption), bold=True))
    drawn: list[Json] = []
    if rows and len(header) <= TABLE_COLUMNS:
        columns = _columns(header, rows)
        drawn = [_table(columns, header, row) for row in rows]
    if not drawn or any(size(row) > UNIT_BYTES for row in drawn):
        drawn = _in_words(header, rows)
    return [*caption, *drawn]


def joined(elements: Sequence[Json]) -> list[Json]:
    """The elements, with neighbours that are rows of one table as one."""
    found: list[Json] = []
    for element in elements:
        if found and goes_on(found[-1], element):
            found[-1]["rows"] += element["rows"][1:]
            found[-1]["fallback"]["items"] += element["fallback"]["items"]
        else:
            found.append(copy.deepcopy(element) if element["type"] == "Table" else element)
    return found


def goes_on(one: Json, other: Json) -> bool:
    """Whether the second is the same table as the first."""
    if one["type"] != "Table" or other["type"] != "Table" or other.get("separator"):
        return False
    return bool(one["columns"] == other["columns"] and one["rows"][0] == other["rows"][0])


def figures(header: Sequence[str], rows: Sequence[_Row]) -> list[Json]:
    """Short cells in words, a paragraph a row."""
    return _in_words(tuple(header), list(rows))


def _cells(table: Table) -> tuple[_Row, list[_Row]]:
    def cells(row: _Row) -> _Row:
        return tuple(one_line(cell) or NOTHING for cell in row)

    return cells(table.columns), [cells(row) for row in table.rows]


def _columns(header: _Row, rows: Sequence[_Row]) -> list[Json]:
    """As wide as their longest cells, within bounds; numbers to the right."""
    columns: list[Json] = []
    for i, name in enumerate(header):
        longest = max(len(name), *(len(row[i]) for row in rows))
        column: Json = {"width": min(max(longest, _NARROW), _WIDE) + _AROUND}
        if all(_NUMBER.fullmatch(row[i]) for row in rows):
            column["horizontalCellContentAlignment"] = "Right"
        columns.append(column)
    return columns


def _table(columns: Sequence[Json], header: _Row, row: _Row) -> Json:
    return {
        "type": "Table",
        "firstRowAsHeader": True,
        "showGridLines": True,
        "gridStyle": "default",
        "columns": list(columns),
        "rows": [_table_row(header, header=True), _table_row(row, header=False)],
        # Older clients know no tables.
        "fallback": {"type": "Container", "items": _in_words(header, [row])},
    }


def _table_row(cells: _Row, *, header: bool) -> Json:
    style = {"weight": "Bolder"} if header else {}
    row = {
        "type": "TableRow",
        "cells": [{"type": "TableCell", "items": [block([run(cell, **style)])]} for cell in cells],
    }
    return {**row, "style": "emphasis"} if header else row


def _in_words(header: _Row, rows: Sequence[_Row]) -> list[Json]:
    return text_elements(Text(paragraphs=rows_in_words(header, rows)))
