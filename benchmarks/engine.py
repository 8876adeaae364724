"""The delivery engine: how late, how fast, at what cost; SQLite and PostgreSQL, one or two
processes.

    python benchmarks/engine.py [--quick] [--only lateness|fanout|recovery] [--on SQLite]

Each figure stands beside its bound (two cores, a fast disk). The platform is a stand-in on this
machine with 20 to 120 ms of latency, which drops the answer to one message in five hundred.
Whatever kills processes is in tests/faults.
"""

import argparse
import multiprocessing as mp
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from delivering import fanout, lateness, recovery
from delivering.parts import databases

LIMIT = 50.0
"""Messages a second that the stand-in takes from each workspace."""
UNLIMITED = 100_000.0


@dataclass(frozen=True)
class Figure:
    """A measured value beside its bound."""

    where: str
    what: str
    value: float
    unit: str
    bound: float
    at_most: bool = True

    @property
    def holds(self) -> bool:
        """Whether the bound is kept; a value that is none keeps nothing."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return (
            f"{'ok ' if self.holds else 'NOT'} {self.where:<14} {self.what:<44} "
            f"{self.value:>9.2f}  {sign} {self.bound:g} {self.unit}"
        )


def main() -> None:
    """Prints the figures; fails where a bound is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--only", choices=["lateness", "fanout", "recovery"])
    parser.add_argument("--on", choices=["SQLite", "PostgreSQL"])
    arguments = parser.parse_args()
    missed = 0
    with databases() as urls:
        for name, url in urls.items():
            if arguments.on in (None, name):
                for figure in _figures(name, url, arguments.quick, arguments.only):
                    print(figure, flush=True)
                    missed += not figure.holds
    sys.exit(f"{missed} bounds missed" if missed else 0)


def _figures(name: str, url: str, quick: bool, only: str | None) -> Iterator[Figure]:
    if only in (None, "lateness"):
        yield from _lateness(name, url, quick)
    if only in (None, "recovery"):
        yield from _recovery(name, url)
    if only in (None, "fanout"):
        for replicas in (1,) if name == "SQLite" else (1, 2):
            yield from _fanout(f"{name} x{replicas}", url, replicas, quick)


def _lateness(name: str, url: str, quick: bool) -> Iterator[Figure]:
    schedules, burst = (10_000, 1_000) if quick else (100_000, 5_000)
    ours, theirs = mp.get_context("spawn").Pipe(duplex=False)
    child = mp.get_context("spawn").Process(
        target=lateness.measure, args=(url, schedules, burst, theirs)
    )
    child.start()
    theirs.close()
    found = ours.recv()
    child.join()
    many = f"{schedules:,} schedules"
    yield Figure(name, f"{many}: due to call, p50", found.at("steady", 0.5), "ms", 50)
    yield Figure(name, f"{many}: due to call, p99", found.at("steady", 0.99), "ms", 250)
    yield Figure(name, f"{many}: of a core", found.cpu, "%", 25)
    yield Figure(name, f"{many}: start to first look", found.started, "ms", 2000)
    yield Figure(name, f"{burst:,} due at once, p99", found.at("burst", 0.99), "ms", 2000)
    yield Figure(name, f"{burst:,} due at once, sent", len(found.burst), "", burst, at_most=False)
    yield Figure(name, "event loop stands still, at most", found.stall, "ms", 100)
    yield Figure(name, "memory", found.memory, "MB", 400)


def _recovery(name: str, url: str) -> Iterator[Figure]:
    due, leased, lease = recovery.measure(url)
    yield Figure(name, "due while down: start to the last call", due, "s", 5)
    yield Figure(name, "leased by the dead: start to the last call", leased, "s", lease + 5)


def _fanout(name: str, url: str, replicas: int, quick: bool) -> Iterator[Figure]:
    people = 500 if quick else 5_000
    many = f"{people:,} people"
    alone = fanout.measure(url, replicas, people, LIMIT, LIMIT * 0.97, alone=True)
    known = fanout.measure(url, replicas, people, LIMIT, LIMIT * 0.97)
    yield Figure(
        name, f"{many}, limit known: of the limit", known.rate / LIMIT * 100, "%", 90, at_most=False
    )
    yield Figure(name, f"{many}, limit known: of the least time", known.times, "x", 1.2)
    yield Figure(name, f"{many}, limit known: refused", known.refused, "", 0)
    yield from _right(name, many, known, alone)
    guessed = fanout.measure(url, replicas, people, LIMIT, LIMIT * 3)
    longest = 2.0 if quick else 1.2
    yield Figure(name, f"{many}, limit guessed x3: of the least time", guessed.times, "x", longest)
    share = guessed.refused / people * 100
    most = 10 if quick else 2
    yield Figure(name, f"{many}, limit guessed x3: refused", share, "%", most)
    yield from _right(name, many, guessed, alone)
    free = fanout.measure(url, replicas, people, UNLIMITED, UNLIMITED)
    yield Figure(name, f"{many}, no limit", free.rate, "/s", 300, at_most=False)
    yield Figure(name, f"{many}, no limit: processor each", free.cpu, "ms", 3.3 * replicas)
    yield from _right(name, many, free, alone)


def _right(name: str, many: str, found: fanout.Fanout, alone: fanout.Fanout) -> Iterator[Figure]:
    yield Figure(name, f"{many}: lost or doubled", found.missing + found.doubled, "", 0)
    yield Figure(name, f"{many}: begun while asked to wait", found.too_early, "", 0)
    yield Figure(name, "another workspace meanwhile, p99", found.other(0.99), "ms", 1000)
    slower = found.other(0.95) / alone.other(0.95)
    yield Figure(name, "the same, p95: of what it is by itself", slower, "x", 2)


if __name__ == "__main__":
    main()
