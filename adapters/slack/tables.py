"""A table as Slack's own where that is allowed, else in words."""

import re

from adapters.slack.escape import NOTHING, Block
from adapters.slack.limits import LEAF_WEIGHT, TABLE_CHARACTERS, TABLE_ROWS
from adapters.slack.rich import preformatted, rich_blocks
from bot.cards import Table
from bot.drawing import rows_in_words
from bot.markup import Paragraph, Span
from bot.text import one_line

_PART_WEIGHT = min(TABLE_CHARACTERS, 6000)
"""What one table block may weigh, so that it fits beside a card's buttons."""
_WIDE = 60
"""Characters in a line of fixed width; a phone shows about 40, a desktop 100."""
_NUMBER = re.compile(rf"[-+−]?[0-9][0-9.,\u00a0\u202f ]*%?|{NOTHING}")

_Rows = list[tuple[str, ...]]


def table_blocks(table: Table) -> list[Block]:
    """Table blocks with as many rows as each takes, all with the header; where one row is too long
    for that, words."""
    header, rows = _cells(table)
    settings = [
        {
            "is_wrapped": True,
            "align": "right" if rows and all(_NUMBER.fullmatch(row[i]) for row in rows) else "left",
        }
        for i in range(len(header))
    ]
    parts: list[_Rows] = [[]]
    room = _PART_WEIGHT - _weight(header)
    left = room
    for row in rows:
        if _weight(row) > room:
            return table_in_words(table)
        if _weight(row) > left or len(parts[-1]) + 1 >= TABLE_ROWS:
            parts.append([])
            left = room
        parts[-1].append(row)
        left -= _weight(row)
    if room < 0:
        return table_in_words(table)
    drawn = [
        {"type": "table", "column_settings": settings, "rows": [_row(r) for r in (header, *part)]}
        for part in parts
    ]
    return _captioned(table, drawn)


def table_in_words(table: Table) -> list[Block]:
    """The table where Slack allows none: in columns when it is narrow, else a list."""
    header, rows = _cells(table)
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    if sum(widths) + 2 * len(widths) > _WIDE:
        return _captioned(table, rich_blocks(rows_in_words(header, rows)))
    lines = ["─" * (sum(widths) + 2 * (len(widths) - 1))]
    lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines.insert(0, "  ".join(map(str.ljust, header, widths)).rstrip())
    return _captioned(table, preformatted("\n".join(lines)))


def _cells(table: Table) -> tuple[tuple[str, ...], _Rows]:
    # Slack refuses an empty cell, and with it the whole message.
    def cells(row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one_line(cell) or NOTHING for cell in row)

    return cells(table.columns), [cells(row) for row in table.rows]


def _captioned(table: Table, blocks: list[Block]) -> list[Block]:
    return rich_blocks([Paragraph(spans=(Span(text=table.caption, bold=True),))]) + blocks


def _row(cells: tuple[str, ...]) -> list[Block]:
    return [{"type": "raw_text", "text": cell} for cell in cells]


def _weight(cells: tuple[str, ...]) -> int:
    return sum(len(cell) + LEAF_WEIGHT for cell in cells)
