"""What is measured, each in its own process: a stand-in for Slack, a bare Bolt app, and ours.

A server sends its port, then answers "cpu" with the seconds of processor time that it has used and
"stored" with the number of events in its inbox, until "stop".
"""

import asyncio
import logging
import resource
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from multiprocessing.connection import Connection

from aiohttp import web

SECRET, TOKEN, HOST = "benchmark-secret", "xoxb-benchmark", "127.0.0.1"
WHO = {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1"}
DANA = {"ok": True, "user": {"id": "U1", "name": "dana", "profile": {"display_name": "Dana"}}}


async def _listen(app: web.Application, stack: AsyncExitStack) -> int:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, HOST, 0).start()
    return int(runner.addresses[0][1])


async def _nothing() -> int:
    return 0


async def _until_stopped(pipe: Connection, stored: Callable[[], Awaitable[int]] = _nothing) -> None:
    asked: asyncio.Queue[str] = asyncio.Queue()
    asyncio.get_running_loop().add_reader(
        pipe.fileno(), lambda: asked.put_nowait(pipe.recv() if pipe.poll() else "stop")
    )
    while (word := await asked.get()) != "stop":
        used = resource.getrusage(resource.RUSAGE_SELF)
        pipe.send(used.ru_utime + used.ru_stime if word == "cpu" else await stored())
    asyncio.get_running_loop().remove_reader(pipe.fileno())


def stand_in(pipe: Connection) -> None:
    """Answers what Slack would."""

    async def run() -> None:
        async def api(request: web.Request) -> web.Response:
            method = request.match_info["method"]
            answers = {"auth.test": WHO, "users.info": DANA}
            return web.json_response(answers.get(method, {"ok": True, "ts": "1.1"}))

        async def respond(request: web.Request) -> web.Response:
            await request.read()
            return web.Response(text="ok")

        app = web.Application()
        app.add_routes([web.post("/api/{method}", api), web.post("/respond", respond)])
        async with AsyncExitStack() as stack:
            pipe.send(await _listen(app, stack))
            await _until_stopped(pipe)

    asyncio.run(run())


def bare_bolt(pipe: Connection, slack: int, url: str, kind: str) -> None:
    """A Bolt app that verifies and acknowledges, and does nothing else."""

    async def run() -> None:
        from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
        from slack_bolt.async_app import AsyncApp
        from slack_bolt.authorization import AuthorizeResult

        async def authorize(enterprise_id: str, team_id: str, user_id: str) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=enterprise_id, team_id=team_id, bot_token=TOKEN, bot_user_id="UBOT"
            )

        bolt = AsyncApp(signing_secret=SECRET, process_before_response=True, authorize=authorize)

        @bolt.command("/mission")
        async def mission(ack) -> None:  # type: ignore[no-untyped-def]
            await ack()

        async def events(request: web.Request) -> web.Response:
            return await to_aiohttp_response(
                await bolt.async_dispatch(await to_bolt_request(request))
            )

        app = web.Application()
        app.add_routes([web.post("/slack/events", events)])
        async with AsyncExitStack() as stack:
            pipe.send(await _listen(app, stack))
            await _until_stopped(pipe)

    logging.basicConfig(level=logging.ERROR)
    asyncio.run(run())


def ours(pipe: Connection, slack: int, url: str, kind: str) -> None:
    """The adapter and what is behind it: nothing at all ("accepted"), the inbox on a database with
    a handler that never ends ("stored"), or the whole product ("answered")."""

    async def run() -> None:
        from sqlalchemy import func, select

        from adapters.core import SystemClock, build_core
        from adapters.files import SAMPLE
        from adapters.files.store import import_charter
        from adapters.judging.reader import OnnxReader
        from adapters.slack.way_in import Access, open_slack
        from bot.ask.model import Cap
        from bot.delivery.inbox import Inbox
        from bot.events import Event, Person
        from bot.replies import Answer
        from storage.engine import open_engine
        from storage.inbox import InboxRow
        from storage.migrate import upgrade
        from storage.unit_of_work import Storage

        engine = open_engine(url)
        await upgrade(engine)
        storage, clock = Storage(engine), SystemClock()
        core = build_core(
            storage=storage, reader=OnnxReader(storage.vectors), judge=None, cap=Cap(), clock=clock
        )
        dana = Person(id="U1", name="Dana")
        await import_charter(core.charters, "slack:T1:T1", SAMPLE, by=dana)
        never = asyncio.Event()

        async def for_ever(event: Event) -> Answer:
            await never.wait()
            raise RuntimeError("never")

        class NothingStored:
            async def receive(self, channel: str, event: Event) -> None:
                return None

        async def stored() -> int:
            async with engine.connect() as connection:
                return int(await connection.scalar(select(func.count()).select_from(InboxRow)) or 0)

        access = Access(
            signing_secret=SECRET, bot_token=TOKEN, api_url=f"http://{HOST}:{slack}/api/"
        )
        async with AsyncExitStack() as stack:
            adapter = await stack.enter_async_context(
                open_slack(
                    access,
                    stored=storage.slack,
                    secret=b"s" * 32,
                    clock=clock,
                    charter=core.charters.in_force,
                    dispatch=core.router.dispatch,
                )
            )
            inbox = Inbox(
                work=storage,
                recovery=storage.recovery,
                dispatch=core.router.dispatch if kind == "answered" else for_ever,
                give_up=core.router.give_up,
                messengers={"slack": adapter.messenger},
                clock=clock,
            )
            await adapter.take(NothingStored() if kind == "accepted" else inbox)
            app = web.Application()
            app.add_routes(adapter.routes())
            pipe.send(await _listen(app, stack))
            await _until_stopped(pipe, stored)
            await inbox.drain(0)
        await storage.close()

    logging.basicConfig(level=logging.CRITICAL)
    asyncio.run(run())
