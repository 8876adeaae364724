"""The process: how soon the program answers, how soon the bot is up, how much memory it takes.

Beside each figure stands a floor: Python and the libraries alone, with none of our code. Times are
medians by the clock, each taken in turn with its floor, so that both meet the same machine.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("missionbot")
MODEL = Path(__file__).parent.parent / "adapters" / "judging" / "model" / "reader_int8.onnx"
ROUNDS = 9
STARTS = 5

LIBRARIES = "import aiohttp, sqlalchemy"
WITH_THE_MODEL = f"""
import aiohttp, sqlalchemy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession({str(MODEL)!r}, options)
print(flush=True)
input()
"""


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, beside its floor and what it should stay below."""

    what: str
    unit: str
    ours: float
    floor: float
    floor_is: str
    aim: float

    def __str__(self) -> str:
        ratio = f"{self.ours / self.floor:.1f}"
        return (
            f"{self.what:<44} {_shown(self.ours, self.unit):>8} {_shown(self.aim, self.unit):>8} "
            f"{_shown(self.floor, self.unit):>8} {ratio:>6}  {self.floor_is}"
        )


def main() -> None:
    """Prints the figures; fails where an aim is missed."""
    with tempfile.TemporaryDirectory() as folder:
        figures = [_version(), _start(Path(folder)), _memory(Path(folder))]
    print(f"{'':<44} {'ours':>8} {'aim':>8} {'floor':>8} {'ratio':>6}  the floor")
    print(*figures, sep="\n")
    missed = [figure.what for figure in figures if figure.ours > figure.aim]
    if missed:
        sys.exit(f"over the aim: {', '.join(missed)}")


def _version() -> Figure:
    ours, floor = _in_turn(
        ROUNDS,
        lambda: _took([str(PROGRAM), "--version"]),
        lambda: _took([sys.executable, "-c", "pass"]),
    )
    return Figure("missionbot --version", "s", ours, floor, "python -c pass", 0.5)


def _start(folder: Path) -> Figure:
    with _running(folder):
        pass  # the first start makes the database and stores the sample charter
    ours, floor = _in_turn(
        STARTS,
        lambda: _started(folder),
        lambda: _took([sys.executable, "-c", LIBRARIES]),
    )
    what = "missionbot run, not the first: until /readyz"
    return Figure(what, "s", ours, floor, f"python -c '{LIBRARIES}'", 3.0)


def _memory(folder: Path) -> Figure:
    with _running(folder) as (process, url):
        _ask(url)
        ours = _resident(process.pid)
    bare = subprocess.Popen(
        [sys.executable, "-c", WITH_THE_MODEL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert bare.stdout
    bare.stdout.readline()
    floor = _resident(bare.pid)
    bare.communicate("\n")
    what = "memory after the first question"
    return Figure(what, "MB", ours, floor, "aiohttp, sqlalchemy and the bare model", 250)


def _in_turn(
    rounds: int, ours: Callable[[], float], floor: Callable[[], float]
) -> tuple[float, float]:
    """The medians of both; what the first round loads from disk is there for the others."""
    ours(), floor()
    pairs = [(ours(), floor()) for _ in range(rounds)]
    return statistics.median(o for o, _ in pairs), statistics.median(f for _, f in pairs)


def _took(command: list[str]) -> float:
    since = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - since


def _started(folder: Path) -> float:
    since = time.perf_counter()
    with _running(folder):
        return time.perf_counter() - since


@contextmanager
def _running(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The bot on that folder, ready, and its address."""
    ours = ("MISSIONBOT_", "OPENAI_", "SLACK_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    process = subprocess.Popen(
        [PROGRAM, "run"],
        cwd=folder,
        env={**environment, "PORT": "0", "MISSIONBOT_LOG_LEVEL": "WARNING"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        url = next(found[0] for line in process.stdout if (found := re.search(r"http:\S+", line)))
        with urllib.request.urlopen(f"{url}/readyz") as answer:
            assert answer.status == 200
        yield process, url
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def _ask(url: str) -> None:
    sent = {
        "person": "dana",
        "key": "0123456789abcdef",
        "conversation": "product",
        "text": "/mission ask should we sell heart-rate data to advertisers?",
    }
    request = urllib.request.Request(
        f"{url}/say",
        data=json.dumps(sent).encode(),
        headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{url}/c/product/messages?as=dana") as page:
        assert "never sell it" in json.load(page)["html"], "it did not answer"


def _resident(pid: int) -> float:
    """Megabytes that the process has in memory now."""
    done = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) * 1024 / 1e6


def _shown(value: float, unit: str) -> str:
    return f"{value:.0f} MB" if unit == "MB" else f"{value:.2f} s"


if __name__ == "__main__":
    main()
