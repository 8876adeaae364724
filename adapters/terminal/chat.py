"""The conversation: typed words in, what the bot says out, until Ctrl-D."""

import asyncio
import logging
import re
import secrets
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, assert_never

from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from rich.text import Text as Words

from adapters.terminal.forms import Forms
from adapters.terminal.inbound import Session
from adapters.terminal.line import Line
from adapters.terminal.messenger import TerminalMessenger
from adapters.terminal.screen import Screen
from bot.cards import Form
from bot.events import Conversation, Event, Person
from bot.replies import Answer, FormErrors, OpenForm, Replies
from bot.text import clean
from bot.usage import Word

log = logging.getLogger(__name__)

_LEAVE = {"exit", "quit", "bye"}
_HELLO = "Ask me something, or type /mission for the charter, help for the rest. Ctrl-D leaves."
_NOTHING_CHANGED = "Cancelled. Nothing was changed."


class Receiver(Protocol):
    """The part of `bot.delivery.inbox.Inbox` that takes what was typed."""

    async def receive(self, channel: str, event: Event) -> asyncio.Task[Answer | None] | None: ...


async def chat(
    *,
    inbox: Receiver,
    messenger: TerminalMessenger,
    screen: Screen,
    words: Sequence[Word],
    workspace: str,
    person: Person,
    conversation: Conversation,
    history: Path | None,
    input: Input | None = None,  # noqa: A002 (prompt_toolkit's name for it)
    output: Output | None = None,
) -> None:
    """Talk until the person leaves. `history` is the file of what was typed before; `input` and
    `output` are the terminal's own unless given."""
    line = Line(words=words, history=history, input=input, output=output)
    session = Session(workspace=workspace, person=person, conversation=conversation, words=words)
    forms = Forms(line=line, screen=screen, person=person)
    await _Chat(
        inbox=inbox, messenger=messenger, screen=screen, line=line, session=session, forms=forms
    ).run()


@dataclass(frozen=True, kw_only=True)
class _Chat:
    inbox: Receiver
    messenger: TerminalMessenger
    screen: Screen
    line: Line
    session: Session
    forms: Forms

    async def run(self) -> None:
        await self.screen.say(_HELLO)
        while True:
            try:
                text = (await self.line.talk()).strip()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if text.lower() in _LEAVE:
                return
            try:
                await self._take(text)
            except KeyboardInterrupt:
                await self.screen.say(_NOTHING_CHANGED)
            except EOFError:
                await self.screen.say(_NOTHING_CHANGED)
                return

    async def _take(self, text: str) -> None:
        if re.fullmatch(r"\[?[0-9]{1,3}\]?", text, re.ASCII):
            await self._click(int(text.strip("[]")))
        elif text:
            await self._send(self.session.typed(text))

    async def _click(self, number: int) -> None:
        buttons = self.messenger.buttons
        if not 1 <= number <= len(buttons):
            await self.screen.say(_no_button(number, len(buttons)))
            return
        button, message = buttons[number - 1]
        if button.confirm:
            asked = Words(f"{clean(button.confirm)} (y/n)")
            await self.screen.show(asked, then_ask=True)
            if (await self.line.fill(before="")).strip().lower() not in ("y", "yes"):
                await self.screen.say(_NOTHING_CHANGED)
                return
        await self._send(self.session.clicked(button, message))

    async def _send(self, event: Event) -> None:
        """Have the event answered, and go through the form that it may open."""
        answer = await self._answer(event)
        form: Form | None = None
        filled = {}
        while answer is not None:
            match answer:
                case Replies():
                    return
                case OpenForm():
                    form = answer.form
                    filled = await self.forms.fill_in(form)
                case FormErrors() if form is None:
                    await self.screen.say(
                        clean(" ".join([answer.sentence, *answer.errors.values()]))
                    )
                    return
                case FormErrors():
                    filled = await self.forms.correct(form, filled, answer)
                case _:
                    assert_never(answer)
            answer = await self._answer(self.session.submitted(form, filled))

    async def _answer(self, event: Event) -> Answer | None:
        """The answer once it was delivered; None, and a sentence said, when there is none."""
        try:
            task = await self.inbox.receive("terminal", event)
        except Exception:
            code = secrets.token_hex(3).upper()
            log.exception("event not accepted", extra={"code": code, "key": event.key})
            await self.screen.say(
                "I could not take this in: something broke on my side. Nothing was changed; try "
                f"again in a minute. If it stays, tell your operator this code: {code}."
            )
            return None
        if task is None:
            return None
        with self.screen.thinking():
            finished = await _done_or_interrupted(task)
        if not finished:
            await self.screen.say("I go on with it; the answer comes here when it is there.")
            return None
        answer = task.result()
        if answer is None:
            await self.screen.say(
                "I took this in, but could not answer it yet. I try again by myself; the answer "
                "comes here."
            )
        return answer


def _no_button(number: int, last: int) -> str:
    if not last:
        return "There is no button to click yet."
    there = "The only one is 1." if last == 1 else f"They go from 1 to {last}."
    return f"There is no button {number}. {there}"


async def _done_or_interrupted(task: asyncio.Task[Answer | None]) -> bool:
    """Wait for the task; False when Ctrl-C was pressed first. The task goes on either way."""
    loop = asyncio.get_running_loop()
    interrupted = asyncio.Event()
    before = signal.getsignal(signal.SIGINT)
    # Not on Windows, and not outside the main thread: there, Ctrl-C ends the program as ever.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGINT, interrupted.set)
    pressed = asyncio.create_task(interrupted.wait())
    try:
        await asyncio.wait({task, pressed}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        pressed.cancel()
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
            # The loop puts Python's own handler there; asyncio.run had another one.
            signal.signal(signal.SIGINT, before)
    return task.done()
