"""`missionbot doctor`: what is configured, what answers, what is missing, in sentences."""

import asyncio
import difflib
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import typer

from adapters.settings import Settings, unknown
from bot.errors import Problem

State = Literal["good", "missing", "wrong"]
"""`missing` is a choice not made (no language model); `wrong` keeps the bot from working."""
LEAST_FREE = 0.2
"""Gigabytes of disk below which the bot should not be left alone."""
LONGEST_CHECK = 15.0
"""Seconds; a counterpart that has not answered by then is said not to."""

_MARKS: dict[State, tuple[str, str]] = {
    "good": ("✓", typer.colors.GREEN),
    "missing": ("–", typer.colors.YELLOW),
    "wrong": ("✕", typer.colors.RED),
}


@dataclass(frozen=True)
class Found:
    """One thing looked at, and how it is."""

    state: State
    sentence: str


Check = tuple[str, Callable[[], Awaitable[Found]]]
"""What is looked at ("Database"), and how."""


class JudgeServer(Protocol):
    """The part of a judge that says whether its server can be asked."""

    @property
    def name(self) -> str: ...

    async def reachable(self) -> str | None:
        """None when it can be asked, else a sentence."""
        ...

    async def close(self) -> None:
        """Close the connections to the server."""
        ...


class Examined(Protocol):
    """What the doctor looks at; `main` puts it together."""

    @property
    def settings(self) -> Settings: ...
    @property
    def judge(self) -> JudgeServer | None:
        """The language model; None where none is connected. Raises UserFacing where it cannot be
        one."""
        ...

    @property
    def caution(self) -> str | None:
        """What to know about the database's program; None when all is well."""
        ...

    def platforms(self) -> Mapping[str, str | None]:
        """The chat platforms that are set up, each with what is missing."""
        ...

    async def database(self) -> str | None:
        """What is wrong with the database; None when it fits."""
        ...

    async def charters(self) -> Sequence[str]:
        """Every charter's name and version."""
        ...

    async def keys(self) -> int:
        """How many keys of open pulses there are. Raises where keys cannot be kept."""
        ...

    async def neighbours(self) -> Sequence[str]:
        """Language-model servers on this machine that are not used, each with how to use it."""
        ...

    async def reader(self) -> int:
        """Load the reader and read a sentence; how many milliseconds that took."""
        ...


def checks(examined: Examined) -> Sequence[Check]:
    """Everything worth a look, in the order in which it would stop somebody."""
    return (
        ("Settings", lambda: _settings(examined)),
        ("Data", lambda: _data(examined)),
        ("Database", lambda: _database(examined)),
        ("Pulse keys", lambda: _keys(examined)),
        ("Charter", lambda: _charters(examined)),
        ("Reader", lambda: _reader(examined)),
        ("Judge", lambda: _judge(examined)),
        ("Slack", lambda: _platform(examined, "Slack")),
        ("Teams", lambda: _platform(examined, "Teams")),
        ("Page", lambda: _page(examined)),
    )


async def _settings(examined: Examined) -> Found:
    names = [name.upper() for name in type(examined.settings).model_fields]
    strange = unknown()
    if not strange:
        return Found("good", "all understood")
    guesses = (difflib.get_close_matches(name, names, n=1) for name in strange)
    said = (
        f"{name} is none of mine" + (f", {guess[0]} is" if guess else "")
        for name, guess in zip(strange, guesses, strict=True)
    )
    return Found("missing", "; ".join(said))


async def _data(examined: Examined) -> Found:
    folder = examined.settings.missionbot_data.absolute()
    there = _nearest(folder)
    if not there.is_dir():
        return Found("wrong", f"{there} is a file and no folder; set MISSIONBOT_DATA to another")
    if not os.access(there, os.W_OK | os.X_OK):
        return Found("wrong", f"{there} cannot be written by this user; set MISSIONBOT_DATA")
    free = shutil.disk_usage(there).free / 1e9
    if free < LEAST_FREE:
        return Found("wrong", f"{there} has only {free:.1f} GB left on its disk; make room")
    if there != folder:
        return Found("good", f"{folder} is made at the first start, {free:.0f} GB free")
    return Found("good", f"{folder}, {free:.0f} GB free")


def _nearest(folder: Path) -> Path:
    """The folder, or what there is of the way to it."""
    return next(path for path in (folder, *folder.parents) if path.exists())


async def _database(examined: Examined) -> Found:
    where = examined.settings.database_shown
    if examined.settings.database_is_new:
        return Found("good", f"{where} is made at the first start")
    problem = await _database_problem(examined)
    if problem:
        return Found("wrong", problem)
    caution = f". {examined.caution}" if examined.caution else ""
    return Found("good", f"{where} answers and fits{caution}")


async def _database_problem(examined: Examined) -> str | None:
    try:
        return await examined.database()
    except Problem as problem:
        return str(problem)


async def _keys(examined: Examined) -> Found:
    directory = examined.settings.pulse_keys_directory
    if directory and not directory.exists():
        return Found("good", f"{directory} is made at the first start; leave it out of backups")
    count = await examined.keys()
    where = str(directory) if directory else "in a database of their own"
    kept = f"{count} of open pulses" if count else "no pulse is open"
    return Found("good", f"{where}, {kept}; leave it out of backups")


async def _charters(examined: Examined) -> Found:
    if not examined.settings.database_is_new and await _database_problem(examined):
        return Found("missing", "the database comes first")
    names = () if examined.settings.database_is_new else await examined.charters()
    if not names:
        return Found("missing", "none yet; `missionbot run` loads a sample to try")
    return Found("good", ", ".join(names))


async def _reader(examined: Examined) -> Found:
    return Found("good", f"built in, loaded and read a sentence in {await examined.reader()} ms")


async def _platform(examined: Examined, name: str) -> Found:
    platforms = examined.platforms()
    if name not in platforms:
        return Found("missing", f"not set up; docs/{name.lower()}.md says how")
    problem = platforms[name]
    if problem:
        return Found("wrong", problem)
    return Found("good", "everything is set; whether it is right shows at the start")


async def _judge(examined: Examined) -> Found:
    judge = examined.judge
    if judge is None:
        said = (
            "no language model, so people judge by themselves; set OPENAI_API_KEY, "
            "OPENAI_BASE_URL for one of your own, or `missionbot model get` one",
            *await examined.neighbours(),
        )
        return Found("missing", ". ".join(said))
    settings = examined.settings
    where = settings.openai_base_url or ("OpenAI" if settings.judge_connected else "127.0.0.1")
    try:
        problem = await judge.reachable()
    finally:
        await judge.close()
    return Found("wrong", problem) if problem else Found("good", f"{judge.name} at {where} answers")


async def _page(examined: Examined) -> Found:
    settings = examined.settings
    address = f"http://{settings.missionbot_host}:{settings.port}"
    if settings.loopback:
        return Found("good", f"{address}, for this machine only")
    if settings.missionbot_web_password is None:
        return Found("wrong", f"{address} is open to others; set MISSIONBOT_WEB_PASSWORD")
    return Found("good", f"{address}, behind a password")


async def examine(checks: Sequence[Check]) -> list[tuple[str, Found]]:
    """Every check's finding, in order; one that fails or hangs is a finding too."""
    return [(name, await _look(check)) for name, check in checks]


def show(findings: Sequence[tuple[str, Found]]) -> bool:
    """Print them; False when something keeps the bot from working."""
    width = max(len(name) for name, _ in findings)
    for name, found in findings:
        mark, colour = _MARKS[found.state]
        typer.echo(f"{typer.style(mark, fg=colour)} {name:<{width}}  {found.sentence}")
    return all(found.state != "wrong" for _, found in findings)


async def _look(check: Callable[[], Awaitable[Found]]) -> Found:
    try:
        async with asyncio.timeout(LONGEST_CHECK):
            return await check()
    except TimeoutError:
        return Found("wrong", f"no answer within {LONGEST_CHECK:g} seconds")
    except Problem as problem:
        return Found("wrong", str(problem))
    except Exception as error:
        # Only its kind: another library's message may carry a password out of an address.
        return Found("wrong", f"it failed with {type(error).__name__}")
