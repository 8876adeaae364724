"""The composition root: the only file that sees everything. Read it to see how it hangs together.

storage ── charter, ask (services) ── commands ── router ── inbox ── adapters
"""

import asyncio
import contextlib
import logging
import signal
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr
from rich.console import Console

from adapters.evaluation.run import Tools
from adapters.files import SAMPLE
from adapters.files.store import Imported, export_charter, import_charter
from adapters.http import Listening, listen
from adapters.judging import prompt
from adapters.judging.openai import OpenAIJudge
from adapters.judging.reader import OnnxReader
from adapters.scheduler import Ticking, ticking
from adapters.secret import secret
from adapters.settings import Settings
from adapters.terminal.messenger import TerminalMessenger
from adapters.terminal.render import render_card
from adapters.terminal.screen import Screen
from adapters.web.app import WebPage
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from adapters.web.personas import OWNER, WORKSPACE
from bot.ask.commands import AskCommands
from bot.ask.model import Cap
from bot.ask.ports import Judge
from bot.ask.responses import ResponseService
from bot.ask.service import Answered, AskService
from bot.ask.verdict_view import verdict_card
from bot.charter.commands import SHOW, CharterCommands
from bot.charter.service import CharterService
from bot.delivery.inbox import Inbox
from bot.errors import UserFacing
from bot.events import Command, Conversation, Person
from bot.ports import Clock, Messenger
from bot.router import Router
from bot.welcome import lifecycle
from storage.engine import check_settings, open_engine
from storage.migrate import check, upgrade
from storage.owner import only_process
from storage.unit_of_work import Storage

if TYPE_CHECKING:
    from adapters.slack.way_in import Slack

__all__ = ["WORKSPACE", "export_charter"]

log = logging.getLogger(__name__)

DRAIN = 4.0
"""Seconds that a stopping process gives to what it is handling, once connections are closed and
ticks are done; with theirs, it stops within the ten that a container gets."""
OPERATOR = Person(id="operator", name="Operator")
"""Who acts from the command line, where no chat platform says who it is."""
TERMINAL = Conversation(id="terminal", name="terminal", private=True)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Core:
    """The product without a way in."""

    storage: Storage
    charters: CharterService
    ask: AskService
    reader: OnnxReader
    judge: Judge | None
    router: Router
    clock: Clock

    def inbox(self, messengers: Mapping[str, Messenger]) -> Inbox:
        """Accepts events for adapters of these names."""
        return Inbox(
            work=self.storage,
            recovery=self.storage.recovery,
            dispatch=self.router.dispatch,
            give_up=self.router.give_up,
            messengers=messengers,
            clock=self.clock,
        )


def build_core(
    *, storage: Storage, reader: OnnxReader, judge: Judge | None, cap: Cap, clock: Clock
) -> Core:
    """Every room, wired."""
    charters = CharterService(work=storage, clock=clock)
    ask = AskService(
        work=storage, charters=charters, reader=reader, judge=judge, cap=cap, clock=clock
    )
    responses = ResponseService(work=storage, ask=ask, charters=charters, clock=clock)
    asking = AskCommands(ask=ask, responses=responses, words=lambda: router.words)
    router = Router(
        asking.routes() + CharterCommands(charters=charters).routes(),
        bare=SHOW.name,
        question=asking.question,
        lifecycle=lifecycle,
    )
    return Core(
        storage=storage,
        charters=charters,
        ask=ask,
        reader=reader,
        judge=judge,
        router=router,
        clock=clock,
    )


def build_judge(settings: Settings) -> OpenAIJudge | None:
    """The language model that the settings name; None where they name none."""
    if not settings.judge_connected:
        return None
    key = settings.openai_api_key
    try:
        return OpenAIJudge(
            base_url=settings.openai_base_url or "https://api.openai.com/v1",
            api_key=key.get_secret_value() if key else "",
            model=settings.missionbot_judge_model,
            seconds=settings.missionbot_judge_timeout,
            most_tokens=settings.missionbot_judge_most_tokens,
            price_in=settings.missionbot_judge_price_in,
            price_out=settings.missionbot_judge_price_out,
        )
    except ValueError as error:
        raise UserFacing(str(error)) from None


@contextlib.asynccontextmanager
async def open_core(settings: Settings, *, in_memory: bool = False) -> AsyncIterator[Core]:
    """The core on the database of the settings, migrated; closed at the end. `in_memory` keeps
    nothing. Raises UserFacing where the database cannot be used."""
    engine = open_engine("sqlite+aiosqlite://" if in_memory else settings.database_url)
    storage = Storage(engine)
    judge = build_judge(settings)
    try:
        await upgrade(engine)
        await check_settings(engine)
        yield build_core(
            storage=storage,
            reader=OnnxReader(storage.vectors),
            judge=judge,
            cap=Cap(
                tokens=settings.missionbot_judge_month_tokens,
                cost=settings.missionbot_judge_month_cost,
            ),
            clock=SystemClock(),
        )
    finally:
        if judge:
            await judge.close()
        await storage.close()


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


async def load_sample(core: Core) -> None:
    """The sample charter, where there is none yet: the first question gets a real answer."""
    charters, _ = await core.charters.all(WORKSPACE)
    if not charters:
        await import_local(core, SAMPLE, by=OWNER.person)


async def import_local(core: Core, path: Path, *, by: Person) -> Imported:
    """Store the file's charter for the page and the terminal: a new one is owned by the page's
    owner, and edited by whoever sits at the command line too."""
    imported = await import_charter(core.charters, WORKSPACE, path, by=by)
    charter = imported.charter
    if imported.changed and charter.version.number == 1:
        await core.charters.set_roles(
            WORKSPACE, charter.id, owners=[OWNER.person], editors=[OPERATOR], by=by
        )
    return imported


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
    def judge(self) -> OpenAIJudge | None:
        """A new one; whoever takes it closes it. Raises UserFacing where it cannot be one."""
        return build_judge(self.settings)

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

    async def reader(self) -> int:
        """Milliseconds to load it and read a sentence."""
        started = time.perf_counter()
        await OnnxReader().likeness(WORKSPACE, "Does it work?", ["It does."])
        return round(1000 * (time.perf_counter() - started))


def examined(settings: Settings) -> Examined:
    """What the doctor looks at, by these settings."""
    return Examined(settings=settings)


@contextlib.asynccontextmanager
async def open_measured(settings: Settings) -> AsyncIterator[Tools]:
    """What `missionbot eval` measures; nothing is stored."""
    judge = build_judge(settings)
    try:
        yield Tools(reader=OnnxReader(), judge=judge, prompt=prompt)
    finally:
        if judge:
            await judge.close()


async def serve(settings: Settings, ready: Callable[[Listening], None]) -> None:
    """Run until SIGTERM or SIGINT; then stop taking events and finish what is being handled.

    `ready` is called once the page answers. Raises UserFacing where it cannot start.
    """
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        alone = stack.enter_context(only_process(settings.database_url))
        core = await stack.enter_async_context(open_core(settings))
        await load_sample(core)
        hub = Hub()
        messenger = WebMessenger(work=core.storage, clock=core.clock, hub=hub)
        slack = await _slack(stack, settings, core)
        messengers: dict[str, Messenger] = {"web": messenger}
        if slack:
            messengers["slack"] = slack.messenger
        inbox = core.inbox(messengers)
        await inbox.recover(alone=alone)
        stack.push_async_callback(_drain, inbox)
        ticks = [
            Ticking(name="recover", every=5, does=inbox.recover),
            Ticking(name="forget", every=3600, does=inbox.forget),
        ]
        if slack:
            ticks.append(Ticking(name="forget slack", every=3600, does=slack.forget))
        await stack.enter_async_context(ticking(ticks))
        page = _page(settings, core, inbox, hub)
        routes = list(page.routes())
        if slack:
            stack.push_async_callback(slack.stop)
            await slack.take(inbox)
            routes += slack.routes()
        listening = await stack.enter_async_context(
            listen(settings.missionbot_host, settings.port, routes=routes, ready=core.storage)
        )
        stack.callback(page.close)
        warm = asyncio.create_task(core.reader.warm())
        ready(listening)
        await stop.wait()
        log.info("stopping")
        warm.cancel()


async def _slack(
    stack: contextlib.AsyncExitStack, settings: Settings, core: Core
) -> "Slack | None":
    """The way in through Slack, where it is set up."""
    if not settings.slack_connected:
        return None
    # Imported here: who does not use Slack need not wait for it.
    from adapters.slack.way_in import Access, open_slack

    access = Access(
        signing_secret=_shown(settings.slack_signing_secret),
        bot_token=_shown(settings.slack_bot_token),
        client_id=settings.slack_client_id,
        client_secret=_shown(settings.slack_client_secret),
        app_token=_shown(settings.slack_app_token),
        api_url=settings.slack_api_url,
        public_url=settings.missionbot_public_url.rstrip("/") or None,
    )
    key = _shown(settings.missionbot_encryption_key).encode()
    return await stack.enter_async_context(
        open_slack(
            access,
            stored=core.storage.slack,
            secret=key or secret(settings.missionbot_data),
            clock=core.clock,
            charter=core.charters.in_force,
            dispatch=core.router.dispatch,
        )
    )


def _shown(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def _page(settings: Settings, core: Core, inbox: Inbox, hub: Hub) -> WebPage:
    password = settings.missionbot_web_password
    if not settings.loopback and password is None:
        raise UserFacing(
            f"MISSIONBOT_HOST is {settings.missionbot_host}, so others could reach the page, and "
            "no password is set. Set MISSIONBOT_WEB_PASSWORD, or listen on 127.0.0.1 only."
        )
    return WebPage(
        inbox=inbox,
        work=core.storage,
        clock=core.clock,
        hub=hub,
        password=password.get_secret_value() if password else None,
        secret=secret(settings.missionbot_data),
    )


async def _drain(inbox: Inbox) -> None:
    if not await inbox.drain(DRAIN):
        log.warning("some events were not finished; the next start takes them up")
