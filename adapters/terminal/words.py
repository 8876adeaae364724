"""What the line that one types in knows: the commands, and what was typed before."""

import logging
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from bot.usage import Word

log = logging.getLogger(__name__)

_MISSION = re.compile(r"/mission\s+", re.IGNORECASE)


class CommandCompleter(Completer):
    """Completes the first word: as one types behind `/`, elsewhere on Tab only, as most of what is
    typed is a question."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = [(word.name, word.does) for word in words] + [
            ("help", "every word, or one word with an example")
        ]

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """The commands that begin with what stands before the cursor."""
        text = document.text_before_cursor.lstrip()
        behind = _MISSION.match(text)
        if behind:
            return self._beginning(text[behind.end() :])
        if text.startswith("/"):
            shown = Completion("/mission", start_position=-len(text), display_meta="the charter")
            return [shown] if "/mission".startswith(text.lower()) else []
        return self._beginning(text) if complete_event.completion_requested else []

    def _beginning(self, typed: str) -> list[Completion]:
        return [
            Completion(name, start_position=-len(typed), display_meta=does)
            for name, does in self._words
            if name.startswith(typed.lower())
        ]


def open_history(path: Path | None) -> History:
    """What was typed before, from a file that only its owner reads; without one, or where it cannot
    be written, it is forgotten at the end."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("ab"):
            return FileHistory(path)
    except OSError as problem:
        log.warning("no history file", extra={"error": type(problem).__name__})
        return InMemoryHistory()
