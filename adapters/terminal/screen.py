"""The screen: prints above the line that is being edited, and says that something is under way."""

from contextlib import AbstractContextManager

from prompt_toolkit.application import in_terminal
from rich.console import Console, RenderableType
from rich.text import Text as Words

from adapters.terminal.layout import indented

WIDEST = 100
"""Columns; longer lines are hard to read."""


class Screen:
    """Where everything that a person reads is printed."""

    def __init__(self, *, console: Console) -> None:
        self._console = console

    async def show(self, *parts: RenderableType, then_ask: bool = False) -> None:
        """Print the parts below one another, between blank lines; where an answer is asked next,
        it stands right below."""
        # Hides the line that is being edited and draws it anew below what is printed.
        async with in_terminal():
            self._console.print()
            self._console.print(indented(*parts), width=min(self._console.width, WIDEST))
            if not then_ask:
                self._console.print()

    async def say(self, sentence: str) -> None:
        """Print one sentence of our own."""
        await self.show(Words(sentence))

    def thinking(self) -> AbstractContextManager[object]:
        """Shows that something is under way; nothing where the output is no terminal."""
        return self._console.status("thinking…", spinner="line", spinner_style="dim")
