"""Tables as tables; where the columns do not fit, each row as a list of its cells."""

from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table as Grid
from rich.text import Text as Words

from adapters.terminal.layout import Prefixed
from bot.cards import Table
from bot.text import clean

_BETWEEN = 3
"""Blanks between two columns."""


def draw(table: Table) -> RenderableType:
    """The table with its caption; no word is ever broken to fit a column."""
    caption = [Words(clean(table.caption), style="bold")] if table.caption else []
    return Group(*caption, _Rows(table))


class _Rows:
    def __init__(self, table: Table) -> None:
        self._columns = [clean(c) for c in table.columns]
        self._rows = [[clean(c) for c in row] for row in table.rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = list(zip(self._columns, *self._rows, strict=True))
        least = [max(map(_longest_word, cells)) for cells in columns]
        most = [max(map(_longest_line, cells)) for cells in columns]
        room = options.max_width - _BETWEEN * (len(columns) - 1)
        if sum(least) <= room * 0.9:
            yield self._as_table(_widths(least, most, room))
        else:
            yield self._as_lists()

    def _as_table(self, widths: Sequence[int]) -> RenderableType:
        grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
        for column, width in zip(self._columns, widths, strict=True):
            grid.add_column(Words(column, style="bold"), width=width)
        for row in self._rows:
            grid.add_row(*map(Words, row))
        return grid

    def _as_lists(self) -> RenderableType:
        parts: list[RenderableType] = []
        for row in self._rows or [[""] * len(self._columns)]:
            pairs = zip(self._columns, row, strict=True)
            cells = [Words.assemble((f"{name}: ", "dim"), cell) for name, cell in pairs]
            parts.append(Prefixed("• ", Group(*cells), rest="  "))
        return Group(*parts)


def _longest_word(cell: str) -> int:
    return max(map(cell_len, cell.split()), default=1)


def _longest_line(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")), default=1)


def _widths(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """A width for each column: what its longest word takes, and a share of the room that is left
    after its need for more. (rich's own share may be less than a word.)"""
    wanted = [max(0, m - n) for n, m in zip(least, most, strict=True)]
    share = min(1.0, (room - sum(least)) / max(1, sum(wanted)))
    return [n + int(more * share) for n, more in zip(least, wanted, strict=True)]
