"""The product, wired by hand: every room on one storage, without a way in.

storage ── charter, ask (services) ── commands ── router
"""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.anonymity import open_keys
from adapters.checking import REVIEW_AFTER
from adapters.files import SAMPLE, pick
from adapters.judges import build_reviewer, judge_if_any
from adapters.judging.quick import QuickReader
from adapters.judging.reader import OnnxReader
from adapters.keys import MemoryKeys
from adapters.pulse_cipher import AesGcm
from adapters.reminding import build_settings
from adapters.rooms import Ground, Reviews, Rooms, build_rooms
from adapters.settings import Settings
from bot.ask.at_home import AskAtHome
from bot.ask.commands import AskCommands
from bot.ask.model import Cap
from bot.ask.ports import Judge
from bot.ask.responses import ResponseService
from bot.ask.service import AskService
from bot.changes.at_home import WaitingAtHome
from bot.charter.commands import SHOW, CharterCommands
from bot.charter.model import Draft
from bot.charter.service import CharterService
from bot.check.ports import Reviewer
from bot.decisions.ports import Downloads
from bot.decisions.precedents import EarlierDecisions
from bot.delivery.inbox import Inbox
from bot.delivery.posters import Posters
from bot.home import Section
from bot.ports import Clock, Messenger, Poster
from bot.pulse.audience import Groups
from bot.pulse.on_the_way import SealedAnswers
from bot.pulse.ports import KeyStore
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
    quick: QuickReader
    """The same, where people wait."""
    judge: Judge | None
    router: Router
    clock: Clock
    home: Sequence[Section]
    """What stands below the charter on a person's own page; a room adds its part here."""
    settings: SettingsService
    rooms: Rooms
    downloads: dict[str, Downloads]
    """By adapter, how it hands out files; only those that do."""
    posters: dict[str, Poster]
    """By adapter, how it says something unasked; each way in that is set up adds its own."""
    groups: dict[str, Groups]
    """By adapter, how it reads groups of people; only those that can."""

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
    *,
    storage: Storage,
    reader: OnnxReader,
    judge: Judge | None,
    cap: Cap,
    clock: Clock,
    keys: KeyStore | None = None,
    reviewer: Reviewer | None = None,
    review_after: timedelta = REVIEW_AFTER,
) -> Core:
    """Every room, wired. `keys`: where pulses keep theirs; in memory, unless given."""
    charters = CharterService(work=storage, clock=clock)
    quick = QuickReader(reader)
    ask = AskService(
        work=storage,
        charters=charters,
        reader=quick,
        judge=judge,
        cap=cap,
        clock=clock,
        also=(EarlierDecisions(work=storage, charters=charters),),
    )
    settings, settings_routes = build_settings(work=storage, charters=charters, clock=clock)
    posters: dict[str, Poster] = {}
    downloads: dict[str, Downloads] = {}
    groups: dict[str, Groups] = {}
    ground = Ground(
        storage=storage,
        charters=charters,
        ask=ask,
        reader=reader,
        quick=quick,
        settings=settings,
        roster=Posters(posters),
        downloads=downloads,
        groups=groups,
        clock=clock,
    )
    reviews = Reviews(reviewer=reviewer, cap=cap, after=review_after)
    rooms = build_rooms(ground, keys=keys or MemoryKeys(), reviews=reviews)
    return Core(
        storage=storage,
        charters=charters,
        ask=ask,
        reader=reader,
        quick=quick,
        judge=judge,
        router=_router(ground, rooms, settings_routes),
        clock=clock,
        home=_home(ground, rooms),
        settings=settings,
        rooms=rooms,
        posters=posters,
        downloads=downloads,
        groups=groups,
    )


def _router(ground: Ground, rooms: Rooms, settings: Routes) -> Router:
    charters, ask = ground.charters, ground.ask
    responses = ResponseService(work=ground.storage, ask=ask, charters=charters, clock=ground.clock)
    asking = AskCommands(ask=ask, responses=responses, words=lambda: router.words)
    commands = CharterCommands(
        charters=charters,
        propose=rooms.changing.propose,
        sample=read_sample,
        ways=rooms.beginning.ways,
    )
    welcome = Routes(lifecycle=(lifecycle,))
    routes = welcome + asking.routes() + commands.routes() + rooms.routes + settings
    router = Router(routes, bare=SHOW.name, question=asking.question)
    return router


def _home(ground: Ground, rooms: Rooms) -> Sequence[Section]:
    asked = AskAtHome(
        ask=ground.ask, charters=ground.charters, times=ground.settings, clock=ground.clock
    )
    waiting = WaitingAtHome(
        work=ground.storage, charters=ground.charters, announcing=rooms.announcing.announcing
    )
    return waiting.waiting, asked.recent, rooms.deciding.home, rooms.reminding.home, asked.settings


def read_sample() -> tuple[str, Sequence[Draft]]:
    """The name and lines of the charter that ships with the program."""
    file = pick(SAMPLE).read(SAMPLE.read_text(encoding="utf-8"))
    return file.name, file.drafts


@contextlib.asynccontextmanager
async def open_core(settings: Settings, *, in_memory: bool = False) -> AsyncIterator[Core]:
    """The core on the database of the settings, migrated; closed at the end. `in_memory` keeps
    nothing. Raises UserFacing where the database cannot be used."""
    engine = open_engine("sqlite+aiosqlite://" if in_memory else settings.database_url)
    keys = MemoryKeys() if in_memory else open_keys(settings)
    # Answers on their way are stored sealed, so that nothing of them is left in the inbox.
    storage = Storage(engine, SealedAnswers(keys=keys, cipher=AesGcm()))
    judge = judge_if_any(settings)
    reviewer = build_reviewer(settings)
    try:
        await keys.prepare()
        await upgrade(engine)
        await check_settings(engine)
        await storage.clock.measure()
        core = build_core(
            storage=storage,
            reader=OnnxReader(storage.vectors),
            judge=judge,
            cap=Cap(
                tokens=settings.missionbot_judge_month_tokens,
                cost=settings.missionbot_judge_month_cost,
            ),
            clock=storage.clock,
            keys=keys,
            reviewer=reviewer,
            review_after=timedelta(days=settings.missionbot_review_after),
        )
        try:
            yield core
        finally:
            await core.rooms.stop()
            await core.quick.close()
    finally:
        if judge:
            await judge.close()
        if reviewer:
            await reviewer.close()
        await storage.close()
        await keys.close()
