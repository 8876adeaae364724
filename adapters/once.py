"""What the command line does once, without serving: ask, look, measure, talk in the terminal."""

import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from adapters.anonymity import open_keys
from adapters.core import Core, SystemClock, open_core
from adapters.evaluation.check_run import CheckTools
from adapters.evaluation.run import Tools
from adapters.files.store import export_charter, import_charter
from adapters.judges import build_judge, build_reviewer
from adapters.judging import prompt, review_prompt
from adapters.judging.local.judge import LocalJudge
from adapters.judging.local.neighbours import neighbours
from adapters.judging.openai import OpenAIJudge
from adapters.judging.reader import OnnxReader
from adapters.local import OPERATOR, WORKSPACE, import_local, load_sample
from adapters.platforms import missing
from adapters.settings import Settings
from adapters.terminal.messenger import TerminalMessenger
from adapters.terminal.render import render_card
from adapters.terminal.screen import Screen
from bot.ask.service import Answered
from bot.ask.verdict_view import verdict_card
from bot.charter.service import CharterService
from bot.delivery.inbox import Inbox
from bot.delivery.overview import Operator
from bot.errors import UserFacing
from bot.events import Command, Conversation, Person
from bot.ports import Clock
from storage.engine import check_settings, database_file, database_url, open_engine
from storage.migrate import check
from storage.sqlite import caution
from storage.unit_of_work import Storage

__all__ = ["OPERATOR", "WORKSPACE", "export_charter", "import_local", "load_sample", "open_core"]

TERMINAL = Conversation(id="terminal", name="terminal", private=True, direct=True)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """What a conversation in the terminal needs."""

    inbox: Inbox
    messenger: TerminalMessenger
    screen: Screen
    conversation: Conversation


def build_terminal(core: Core) -> Terminal:
    """The way in through the terminal."""
    screen = Screen(console=Console())
    messenger = TerminalMessenger(screen=screen, conversation=TERMINAL)
    inbox = core.inbox({"terminal": messenger})
    return Terminal(inbox=inbox, messenger=messenger, screen=screen, conversation=TERMINAL)


async def ask_once(
    settings: Settings, question: str, person: Person, charter: Path | None
) -> Answered:
    """One question from the command line: by the charter file, where one is given (then nothing
    is kept), else by the stored charter."""
    event = Command(
        key=f"terminal:{uuid.uuid4().hex}",
        workspace=WORKSPACE,
        person=person,
        conversation=TERMINAL,
        text=question,
    )
    async with open_core(settings, in_memory=charter is not None) as core:
        if charter:
            await import_charter(core.charters, WORKSPACE, charter, by=person)
        return await core.ask.ask(event, question)


def show(answered: Answered) -> None:
    """Print the verdict as the terminal shows it, without buttons to click."""
    card = verdict_card(answered)
    shown = tuple(e for e in card.elements if e.element != "actions")
    Console().print(render_card(card.model_copy(update={"elements": shown, "feedback": ""})))


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What `missionbot doctor` looks at."""

    settings: Settings

    @property
    def judge(self) -> OpenAIJudge | LocalJudge | None:
        """A new one; whoever takes it closes it. Raises UserFacing where it cannot be one."""
        return build_judge(self.settings)

    @property
    def caution(self) -> str | None:
        """What to know about this version of SQLite, where the database is one."""
        file = database_file(database_url(self.settings.database_url))
        return caution() if file else None

    def platforms(self) -> Mapping[str, str | None]:
        """The chat platforms that are set up, each with what is missing."""
        return missing(self.settings)

    async def database(self) -> str | None:
        """What is wrong with it; None when it fits."""
        engine = open_engine(self.settings.database_url)
        try:
            if problem := await check(engine):
                return problem
            await check_settings(engine)
            return None
        finally:
            await engine.dispose()

    async def charters(self) -> Sequence[str]:
        """Every charter's name and version. The database is left as it is."""
        storage = Storage(open_engine(self.settings.database_url))
        try:
            service = CharterService(work=storage, clock=SystemClock())
            charters, _ = await service.all(WORKSPACE)
        finally:
            await storage.close()
        return [f"{charter.name} v{charter.version.number}" for charter in charters]

    async def keys(self) -> int:
        """How many keys of open pulses there are, in a store that is made where there is none.
        Raises UserFacing or KeysUnavailable where keys cannot be kept."""
        keys = open_keys(self.settings)
        try:
            await keys.prepare()
            return await keys.count()
        finally:
            await keys.close()

    async def neighbours(self) -> Sequence[str]:
        """Language-model servers of other programs on this machine, each with how to use it."""
        return [each.offer for each in await neighbours()]

    async def reader(self) -> int:
        """Milliseconds to load it and read a sentence."""
        started = time.perf_counter()
        await OnnxReader().likeness(WORKSPACE, "Does it work?", ["It does."])
        return round(1000 * (time.perf_counter() - started))


def examined(settings: Settings) -> Examined:
    """What the doctor looks at, by these settings."""
    return Examined(settings=settings)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What `missionbot queue` looks at and changes."""

    operator: Operator
    clock: Clock


@contextlib.asynccontextmanager
async def open_queue(settings: Settings) -> AsyncIterator[Queue]:
    """The queue of the settings' database, which is left as it is otherwise. Raises UserFacing
    where the database is not there, or of another version."""
    engine = open_engine(settings.database_url)
    storage = Storage(engine)
    try:
        if problem := await check(engine):
            raise UserFacing(problem)
        await storage.clock.measure()
        yield Queue(operator=storage.operator, clock=storage.clock)
    finally:
        await storage.close()


@contextlib.asynccontextmanager
async def open_measured(settings: Settings) -> AsyncIterator[Tools]:
    """What `missionbot eval` measures; nothing is stored."""
    judge = build_judge(settings)
    try:
        yield Tools(reader=OnnxReader(), judge=judge, prompt=prompt)
    finally:
        if judge:
            await judge.close()


@contextlib.asynccontextmanager
async def open_check_measured(settings: Settings) -> AsyncIterator[CheckTools]:
    """What `missionbot eval-check` measures; nothing is stored."""
    reviewer = build_reviewer(settings)
    try:
        yield CheckTools(reader=OnnxReader(), reviewer=reviewer, prompt=review_prompt)
    finally:
        if reviewer:
            await reviewer.close()
