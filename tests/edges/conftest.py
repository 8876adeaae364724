"""The program as an operator meets it: a folder of one's own, and a command line."""

import contextlib
import io
import logging
import os
import shutil
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters import cli, logs

OURS = ("MISSIONBOT_", "OPENAI_", "SLACK_", "MICROSOFT_")
"""What the names of our settings begin with; `PORT` is the other one."""


def without_ours() -> dict[str, str]:
    """The environment without any setting of ours."""
    return {k: v for k, v in os.environ.items() if k != "PORT" and not k.startswith(OURS)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start the program in, with no setting made."""
    for name in set(os.environ) - set(without_ours()):
        monkeypatch.delenv(name)
    # typer and rich write no wider than the terminal, and a sentence is looked for as a whole.
    monkeypatch.setenv("COLUMNS", "300")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    return empty


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Logging and Python's hooks are as they were once the test is over."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {n: logging.getLogger(n).level for n in ("", *logs.OURS)}
    hooks = (warnings.showwarning, sys.excepthook, sys.unraisablehook, threading.excepthook)
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    warnings.showwarning, sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


@dataclass(frozen=True)
class Typed:
    """What came of a command line."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What it says went wrong: a sentence on stderr, nothing else anywhere."""
        assert self.code == cli.FAILED, self
        assert not self.out, self.out
        assert "Traceback" not in self.err
        return self.err.strip()


@dataclass(frozen=True)
class Desk:
    """Types commands, in this process; `data` is where the program keeps what it keeps."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def set(self, **settings: object) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(name, str(value))

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def type(self, *words: object) -> Typed:
        """`missionbot WORDS`"""
        self.monkeypatch.setattr(sys, "argv", ["missionbot", *map(str, words)])
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            cli.main()
        assert isinstance(ended.value.code, int)
        return Typed(ended.value.code, out.getvalue(), err.getvalue())

    def done(self, *words: object) -> str:
        """What a command prints that has to work."""
        typed = self.type(*words)
        assert typed.code == 0, typed
        return typed.out.strip()


@pytest.fixture
def desk(folder: Path, monkeypatch: pytest.MonkeyPatch, logging_as_before: None) -> Desk:
    return Desk(folder, monkeypatch)


@pytest.fixture
def desk_with_tables(desk: Desk, sqlite_template: Path) -> Desk:
    """With a database that has its tables already: making them takes a while."""
    desk.data.mkdir()
    shutil.copy(sqlite_template, desk.data / "missionbot.db")
    return desk
