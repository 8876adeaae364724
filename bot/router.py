"""Words, buttons and forms to their handlers: one grammar for every way in.

    dispatch(event) ── Command, Question ──> the word's handler, or `question` for plain words
                    ├─ ButtonClick, FormSubmit ──> the action's handler
                    ├─ Shortcut ──> what is done with the message
                    └─ Lifecycle ──> every room that has a handler for it

Nothing that a handler raises goes further than here: a UserFacing error is shown as it stands,
anything else becomes a card with a code that is also in the log. No event ends in silence.
"""

import difflib
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from bot import usage
from bot.errors import UserFacing
from bot.events import ButtonClick, Command, Event, FormSubmit, Lifecycle, Question, Shortcut
from bot.replies import Answer, FormErrors, Replies, privately, reply
from bot.text import clean
from bot.usage import Word

log = logging.getLogger(__name__)

Asking = Command | Question
WordHandler = Callable[[Asking, str], Awaitable[Answer]]
"""Gets the event and the words behind its own, stripped."""
ButtonHandler = Callable[[ButtonClick], Awaitable[Answer]]
ShortcutHandler = Callable[[Shortcut], Awaitable[Answer]]
LifecycleHandler = Callable[[Lifecycle], Awaitable[Replies]]


@dataclass(frozen=True, kw_only=True)
class Routes:
    """What one room handles; `main` adds the rooms' routes up."""

    words: Mapping[Word, WordHandler] = field(default_factory=dict)
    buttons: Mapping[str, ButtonHandler] = field(default_factory=dict)
    opening: Mapping[str, ButtonHandler] = field(default_factory=dict)
    """Buttons that open a form; some platforms have to know before the click."""
    forms: Mapping[str, Callable[[FormSubmit], Awaitable[Answer]]] = field(default_factory=dict)
    shortcuts: Mapping[str, ShortcutHandler] = field(default_factory=dict)
    """By what is done with the message (`Shortcut.what`)."""
    lifecycle: Sequence[LifecycleHandler] = ()
    """Each is told of every fact of life; what they say is added up."""
    noticing: Sequence[Callable[[Event], Awaitable[None]]] = ()
    """Each is told of everything that a person does, before it is handled."""

    def __add__(self, other: "Routes") -> "Routes":
        return Routes(
            words={**self.words, **other.words},
            buttons={**self.buttons, **other.buttons},
            opening={**self.opening, **other.opening},
            forms={**self.forms, **other.forms},
            shortcuts={**self.shortcuts, **other.shortcuts},
            lifecycle=(*self.lifecycle, *other.lifecycle),
            noticing=(*self.noticing, *other.noticing),
        )


class Router:
    """Finds the handler of an event and answers for whatever it raises."""

    def __init__(
        self,
        routes: Routes,
        *,
        bare: str,
        question: Callable[[Asking, str], Awaitable[Answer]],
    ) -> None:
        """`bare` is the word that `/mission` alone stands for."""
        self._routes = routes
        self._buttons = {**routes.buttons, **routes.opening}
        self._words = {name: word for word in routes.words for name in (word.name, *word.also)}
        self._bare = bare
        self._question = question

    @property
    def words(self) -> Sequence[Word]:
        """Every word that is understood, for help."""
        return tuple(self._routes.words)

    @property
    def opens_forms(self) -> frozenset[str]:
        """The actions of every button that opens a form."""
        return frozenset(self._routes.opening)

    async def dispatch(self, event: Event) -> Answer:
        """The answer to the event; never raises."""
        try:
            return await self._handle(event)
        except UserFacing as problem:
            if isinstance(event, FormSubmit):
                return FormErrors(errors={}, sentence=str(problem))
            return privately(usage.sentence(str(problem)))
        except Exception:
            code = secrets.token_hex(3).upper()
            log.exception("handler failed", extra={"code": code, "key": event.key})
            return usage.broken(event, code)

    def give_up(self, event: Event) -> Answer:
        """The answer to an event that could not be handled, however often it was tried."""
        code = secrets.token_hex(3).upper()
        log.error("event given up", extra={"code": code, "key": event.key})
        return usage.broken(event, code)

    async def _handle(self, event: Event) -> Answer:
        if isinstance(event, Lifecycle):
            return await self._told(event)
        for notice in self._routes.noticing:
            await notice(event)
        match event:
            case Command() | Question():
                return await self._ask(event)
            case ButtonClick():
                handler = self._buttons.get(event.action)
                return await handler(event) if handler else privately(usage.outdated())
            case FormSubmit():
                form = self._routes.forms.get(event.form)
                return await form(event) if form else privately(usage.outdated())
            case Shortcut():
                shortcut = self._routes.shortcuts.get(event.what)
                return await shortcut(event) if shortcut else privately(usage.outdated())
            case _:
                assert_never(event)

    async def _told(self, event: Lifecycle) -> Answer:
        said = Replies(items=())
        for handler in self._routes.lifecycle:
            said += await handler(event)
        return said

    async def _ask(self, event: Asking) -> Answer:
        text = clean(event.text).strip()
        first, rest = (*text.split(maxsplit=1), "", "")[:2]
        first = first.lower().lstrip("/").rstrip("?!.")
        if not text:
            first = self._bare
        if first == "help":
            return reply(usage.help_card(self.words, rest))
        word = self._words.get(first)
        if word and (word.takes or len(rest.split()) <= 2):
            return await self._routes.words[word](event, rest)
        nearest = self._nearest(first, alone=not rest)
        if nearest and not word:
            return privately(usage.unknown_word(first, nearest, rest, self.words))
        if isinstance(event, Command) and not rest and text.isascii() and text.isalpha():
            # One plain word that is no command: more likely a slip than a question.
            return privately(usage.unknown_word(first, None, rest, self.words))
        return await self._question(event, text)

    def _nearest(self, first: str, *, alone: bool) -> str | None:
        # A lone word is a command that was mistyped; before other words it must be closer, or
        # "checkout redesign" would be taken for "check".
        cutoff = 0.65 if alone else 0.8
        found = difflib.get_close_matches(first, [*self._words, "help"], n=1, cutoff=cutoff)
        return found[0] if found else None
