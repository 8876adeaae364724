"""What stands before the lines of something: a sign, a bar, an indentation."""

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment


class Prefixed:
    """Something with a sign before its first line, and `rest` before the others."""

    def __init__(
        self, first: str, inner: RenderableType, *, rest: str | None = None, style: str = ""
    ) -> None:
        self._first = first
        self._rest = first if rest is None else rest
        self._inner = inner
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines; no blanks fill them up, so that they can be copied."""
        width = max(1, options.max_width - cell_len(self._first))
        style = console.get_style(self._style)
        prefix = self._first
        for line in console.render_lines(self._inner, options.update(width=width), pad=False):
            yield Segment(prefix, style)
            yield from line
            yield Segment.line()
            prefix = self._rest


def indented(*parts: RenderableType) -> RenderableType:
    """What the bot says, set apart from what the person types."""
    return Prefixed("  ", Group(*parts))
