"""The line that one types in: for words to the bot, and for one field of a form."""

from collections.abc import Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from adapters.terminal.words import CommandCompleter, open_history
from bot.usage import Word

_MULTILINE_HINT = "Enter: done   Alt+Enter: new line   Ctrl-C: cancel"


class Line:
    """Both methods raise KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D."""

    def __init__(
        self,
        *,
        words: Sequence[Word],
        history: Path | None,
        input: Input | None = None,  # noqa: A002 (prompt_toolkit's name for it)
        output: Output | None = None,
    ) -> None:
        self._talk: PromptSession[str] = PromptSession(
            history=open_history(history),
            completer=CommandCompleter(words),
            complete_while_typing=True,
            reserve_space_for_menu=6,
            input=input,
            output=output,
        )
        self._input = input
        self._output = output

    async def talk(self) -> str:
        """Words to the bot."""
        return await self._talk.prompt_async("› ")

    async def fill(self, *, before: str, lines: int = 1, example: str = "") -> str:
        """One field's text; `before` stands there to be edited, `example` is shown where nothing
        stands."""
        many = lines > 1 or "\n" in before
        # What is filled into a form may be meant for nobody's eyes: it gets no history.
        field: PromptSession[str] = PromptSession(
            multiline=many,
            prompt_continuation="    ",
            placeholder=[("ansibrightblack", example)] if example else None,
            key_bindings=_enter_is_done(),
            bottom_toolbar=_MULTILINE_HINT if many else None,
            history=DummyHistory(),
            input=self._input,
            output=self._output,
        )
        return await field.prompt_async("  › ", default=before)


def _enter_is_done() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def _done(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        if event.current_buffer.multiline():
            event.current_buffer.insert_text("\n")

    return bindings
