"""Typed words, clicks and filled-in forms -> events. No I/O."""

import re
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from adapters.terminal.render import Clickable
from bot.cards import Form
from bot.events import ButtonClick, Command, Conversation, FormSubmit, Person, Question
from bot.usage import Word

_COMMAND = re.compile(r"/mission(?:\s+|$)", re.IGNORECASE)
_FOLLOW_UP = re.compile(r"(and|but|or|what if|what about|how about)\b", re.IGNORECASE)


class Session:
    """One sitting: it knows who talks, and on which question."""

    def __init__(
        self,
        *,
        workspace: str,
        person: Person,
        conversation: Conversation,
        words: Sequence[Word],
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._workspace = workspace
        self._person = person
        self._conversation = conversation
        self._words = {"help", *(name for word in words for name in (word.name, *word.also))}
        self._new_id = new_id
        self._thread: str | None = None

    def typed(self, text: str) -> Command | Question:
        """A command when the words begin with `/` or a known word, else a question. Each begins a
        thread, but a question that begins with "and", "but", "what if" … goes on in the last."""
        text = text.strip()
        command = _COMMAND.match(text)
        first = text.split(maxsplit=1)[0].lower().rstrip("?!.,:") if text else ""
        is_command = bool(command) or text.startswith("/") or first in self._words
        if self._thread is None or is_command or not _FOLLOW_UP.match(text):
            self._thread = self._new_id()
        kind = Command if is_command else Question
        return kind(
            key=self._key(),
            workspace=self._workspace,
            person=self._person,
            conversation=self._conversation,
            thread=self._thread,
            text=text[command.end() :] if command else text,
        )

    def clicked(self, button: Clickable, message: str) -> ButtonClick:
        """The click on a button of the message."""
        return ButtonClick(
            key=self._key(),
            workspace=self._workspace,
            person=self._person,
            conversation=self._conversation,
            thread=self._thread,
            action=button.action,
            value=button.value,
            message=message,
        )

    def submitted(self, form: Form, fields: Mapping[str, str | tuple[str, ...]]) -> FormSubmit:
        """The form as filled in."""
        return FormSubmit(
            key=self._key(),
            workspace=self._workspace,
            person=self._person,
            conversation=self._conversation,
            thread=self._thread,
            form=form.form,
            state=form.state,
            fields=dict(fields),
        )

    def _key(self) -> str:
        return f"terminal:{self._new_id()}"
