"""The composition root: the only file that sees everything. Read it to see how it hangs together.

storage ── core (every room, `adapters/core.py`) ── inbox ── adapters ── HTTP
"""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Callable, Mapping, Sequence

from adapters.core import Core, open_core
from adapters.exports import core_files
from adapters.http import Listening, listen
from adapters.judging.local.chosen import has_note
from adapters.judging.local.judge import LocalJudge
from adapters.judging.local.neighbours import neighbours
from adapters.local import load_sample
from adapters.operator.guard import Guard
from adapters.operator.metrics import Acks
from adapters.operator.page import OperatorPages
from adapters.paces import PACES
from adapters.platforms import Platform, open_platforms
from adapters.scheduler import Ticking, ticking
from adapters.secret import secret
from adapters.settings import Settings
from adapters.web.app import WebPage
from adapters.web.downloads import WebDownloads
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from bot.delivery.deliverer import Deliverer
from bot.delivery.inbox import Inbox
from bot.errors import UserFacing
from bot.recurrence import warming
from storage.owner import only_process

log = logging.getLogger(__name__)

DRAIN = 4.0
"""Seconds that a stopping process gives to what it is handling, once connections are closed and
ticks are done; with theirs, it stops within the ten that a container gets."""


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
        if settings.missionbot_sample:
            await load_sample(core)
        hub = Hub()
        page_messenger = WebMessenger(work=core.storage, clock=core.clock, hub=hub)
        platforms = await open_platforms(stack, settings, core)
        speaking = {"web": page_messenger, **{n: p.messenger for n, p in platforms.items()}}
        core.posters.update(speaking)
        inbox = core.inbox(speaking)
        await inbox.recover(alone=alone)
        stack.push_async_callback(_drain, inbox)
        deliverer = _deliverer(core, alone=alone)
        stack.push_async_callback(deliverer.stop, DRAIN)
        await deliverer.start()
        await stack.enter_async_context(ticking(_ticks(core, inbox, deliverer, platforms)))
        page = _page(settings, core, inbox, hub)
        acks = Acks()
        routes = [*page.routes(), *_operator(settings, core, deliverer, acks).routes()]
        for platform in platforms.values():
            stack.push_async_callback(platform.stop)
            await platform.take(inbox)
            routes += platform.routes()
        listening = await stack.enter_async_context(
            listen(
                settings.missionbot_host,
                settings.port,
                routes=routes,
                ready=core.storage,
                around=[acks.middleware],
            )
        )
        stack.callback(page.close)
        warm = asyncio.create_task(_warm(core))
        # What is loaded by now stays: looking through it again would hold up everybody.
        gc.collect()
        gc.freeze()
        ready(listening)
        await stop.wait()
        log.info("stopping")
        warm.cancel()


async def offers(settings: Settings) -> Sequence[str]:
    """Other programs' language models on this machine, each with how to let it judge; none where
    one of this machine was chosen."""
    if has_note(settings.missionbot_data):
        return ()
    return [each.offer for each in await neighbours()]


async def _warm(core: Core) -> None:
    """Load what the first question and the first reminder would wait for."""
    if isinstance(core.judge, LocalJudge):
        core.judge.start()
    await core.reader.warm()
    await asyncio.to_thread(warming.warm, (), ())


def _deliverer(core: Core, *, alone: bool) -> Deliverer:
    """The engine: what was promised is sent."""
    deliverer = Deliverer(
        due=core.storage.due,
        sending=core.storage.sending,
        upkeep=core.storage.upkeep,
        topics=core.rooms.topics,
        posters=core.posters,
        paces=PACES,
        clock=core.clock,
        alone=alone,
        discreet=core.rooms.pulsing.discreet,
    )
    core.storage.promised = deliverer.nudge
    return deliverer


def _ticks(
    core: Core, inbox: Inbox, deliverer: Deliverer, platforms: Mapping[str, Platform]
) -> list[Ticking]:
    """What is done again and again."""
    return [
        Ticking(name="deliver", every=1, does=deliverer.tick),
        Ticking(name="clock", every=30, does=core.storage.clock.measure),
        Ticking(name="recover", every=5, does=inbox.recover),
        Ticking(name="close pulses", every=300, does=core.rooms.pulsing.closing.tidy),
        Ticking(name="forget", every=3600, does=inbox.forget),
        Ticking(name="forget deliveries", every=3600, does=deliverer.forget),
        *(
            Ticking(name=f"forget {name}", every=3600, does=platform.forget)
            for name, platform in platforms.items()
        ),
    ]


def _operator(settings: Settings, core: Core, deliverer: Deliverer, acks: Acks) -> OperatorPages:
    password = settings.missionbot_operator_password
    return OperatorPages(
        operator=core.storage.operator,
        deliverer=deliverer,
        clock=core.clock,
        guard=Guard(password.get_secret_value() if password else None),
        acks=acks,
    )


def _page(settings: Settings, core: Core, inbox: Inbox, hub: Hub) -> WebPage:
    password = settings.missionbot_web_password
    if not settings.loopback and password is None:
        raise UserFacing(
            f"MISSIONBOT_HOST is {settings.missionbot_host}, so others could reach the page, and "
            "no password is set. Set MISSIONBOT_WEB_PASSWORD, or listen on 127.0.0.1 only."
        )
    key = secret(settings.missionbot_data)
    downloads = WebDownloads(files=core_files(core), secret=key, clock=core.clock)
    core.downloads["web"] = downloads
    return WebPage(
        inbox=inbox,
        work=core.storage,
        clock=core.clock,
        hub=hub,
        password=password.get_secret_value() if password else None,
        secret=key,
        downloads=downloads,
    )


async def _drain(inbox: Inbox) -> None:
    if not await inbox.drain(DRAIN):
        log.warning("some events were not finished; the next start takes them up")
