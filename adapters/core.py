"""The product, wired by hand: every room on one storage, without a way in.

storage ── charter, ask (services) ── commands ── router
"""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.deciding import build_deciding
from adapters.files import SAMPLE, pick
from adapters.judging.openai import OpenAIJudge
from adapters.judging.reader import OnnxReader
from adapters.reminding import build_reminding, build_settings
from adapters.settings import Settings
from bot.ask.at_home import AskAtHome
from bot.ask.commands import AskCommands
from bot.ask.model import Cap
from bot.ask.ports import Judge
from bot.ask.responses import ResponseService
from bot.ask.service import AskService
from bot.charter.commands import SHOW, CharterCommands
from bot.charter.model import Draft
from bot.charter.service import CharterService
from bot.decisions.exchange import ExchangeService
from bot.decisions.ports import Downloads
from bot.decisions.precedents import EarlierDecisions
from bot.delivery.inbox import Inbox
from bot.delivery.ports import Topic
from bot.delivery.posters import Posters
from bot.errors import UserFacing
from bot.home import Section
from bot.ports import Clock, Messenger, Poster
from bot.router import Router, Routes
from bot.settings.service import SettingsService
from bot.welcome import lifecycle
from storage.engine import check_settings, open_engine
from storage.migrate import upgrade
from storage.unit_of_work import Storage


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
    home: Sequence[Section]
    """What stands below the charter on a person's own page; a room adds its part here."""
    settings: SettingsService
    exchange: ExchangeService
    topics: Mapping[str, Topic]
    """What is said unasked, by name, for the engine."""
    downloads: dict[str, Downloads]
    """By adapter, how it hands out files; only those that do."""
    posters: dict[str, Poster]
    """By adapter, how it says something unasked; each way in that is set up adds its own."""

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
        work=storage,
        charters=charters,
        reader=reader,
        judge=judge,
        cap=cap,
        clock=clock,
        also=(EarlierDecisions(work=storage, charters=charters),),
    )
    responses = ResponseService(work=storage, ask=ask, charters=charters, clock=clock)
    asking = AskCommands(ask=ask, responses=responses, words=lambda: router.words)
    settings, settings_routes = build_settings(work=storage, charters=charters, clock=clock)
    at_home = AskAtHome(ask=ask, charters=charters, times=settings, clock=clock)
    posters: dict[str, Poster] = {}
    roster = Posters(posters)
    downloads: dict[str, Downloads] = {}
    reminding = build_reminding(
        work=storage, settings=settings, charters=charters, roster=roster, clock=clock
    )
    deciding = build_deciding(
        work=storage,
        charters=charters,
        ask=ask,
        reader=reader,
        settings=settings,
        posters=roster,
        downloads=downloads,
        clock=clock,
    )
    router = Router(
        Routes(lifecycle=(lifecycle,))
        + asking.routes()
        + CharterCommands(charters=charters, sample=read_sample).routes()
        + deciding.routes
        + reminding.routes
        + settings_routes,
        bare=SHOW.name,
        question=asking.question,
    )
    return Core(
        storage=storage,
        charters=charters,
        ask=ask,
        reader=reader,
        judge=judge,
        router=router,
        clock=clock,
        home=(at_home.recent, deciding.home, reminding.home, at_home.settings),
        settings=settings,
        topics={**reminding.topics, **deciding.topics},
        exchange=deciding.exchange,
        posters=posters,
        downloads=downloads,
    )


def read_sample() -> tuple[str, Sequence[Draft]]:
    """The name and lines of the charter that ships with the program."""
    file = pick(SAMPLE).read(SAMPLE.read_text(encoding="utf-8"))
    return file.name, file.drafts


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
        await storage.clock.measure()
        yield build_core(
            storage=storage,
            reader=OnnxReader(storage.vectors),
            judge=judge,
            cap=Cap(
                tokens=settings.missionbot_judge_month_tokens,
                cost=settings.missionbot_judge_month_cost,
            ),
            clock=storage.clock,
        )
    finally:
        if judge:
            await judge.close()
        await storage.close()
