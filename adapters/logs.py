"""Logs: one line a record on stderr, as JSON or for a terminal, and never what somebody wrote.

A line holds when, how grave, which logger, the message where it stands as a literal in the code
that logs it, and the fields of `FIELDS`. It never holds a message's arguments, a message put
together while the program runs, other fields, or the text of an exception (which may quote a
question, a row, a request): an exception is its type and where it was raised.

So a log call is `log.warning("what happened", extra={"key": event.key})`.
"""

import json
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType, TracebackType
from typing import TextIO

from bot.errors import PlatformError, UserFacing
from bot.text import one_line, shorten

FIELDS = (
    *("key", "code", "workspace", "channel", "adapter", "tick", "kind", "model", "format"),
    *("error", "reason", "status", "tries", "count", "ms", "tokens", "temperature"),
)
"""The fields of `extra` that are logged. Their values are ids, names of our own and numbers."""
OURS = ("bot", "adapters", "storage")
"""Loggers heard from the level that is set; all others from WARNING."""
MOST_FRAMES = 12

_ID = re.compile(r"[\w.:/@+=~,#-]{0,255}")
"""A text that may stand in a field: an id has no blanks, a sentence has."""
_ROOT = Path(__file__).parent.parent
_NOT_SHOWN = "(not shown)"

log = logging.getLogger(__name__)


def setup(level: str, *, pretty: bool, stream: TextIO | None = None) -> None:
    """Send every log line, warning and uncaught exception to stderr (or `stream`). Raises
    UserFacing for an unknown level. May be called again."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if not number:
        raise UserFacing(f"The log level is {level!r}; it is DEBUG, INFO, WARNING or ERROR.")
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(PrettyFormatter() if pretty else JsonFormatter())
    handler.addFilter(_heard)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(number, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(number)
    # Python's own ways of saying these print the exception's text.
    warnings.showwarning = _log_warning
    sys.excepthook = _log_uncaught
    sys.unraisablehook = lambda args: _log_ignored(args.exc_value)
    threading.excepthook = lambda args: _log_ignored(args.exc_value)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; exceptions with every frame, the first cause last."""
        line: dict[str, object] = {
            "at": _when(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": _said(record),
            **_fields(record),
        }
        if problem := _exception(record):
            line["exceptions"] = [
                {"type": name, "text": text, "frames": frames}
                if text
                else {"type": name, "frames": frames}
                for name, text, frames in map(_described, _chain(problem))
            ]
        return json.dumps(line, ensure_ascii=False)


class PrettyFormatter(logging.Formatter):
    """One short line, for people who look on."""

    def format(self, record: logging.LogRecord) -> str:
        """The record; of exceptions, the type and the three innermost frames."""
        parts = [
            f"{_when(record).astimezone():%H:%M:%S} {record.levelname:<7} {record.name}: "
            f"{_said(record)}",
            *(f"{name}={value}" for name, value in _fields(record).items()),
        ]
        if problem := _exception(record):
            for name, text, frames in map(_described, _chain(problem)):
                where = " < ".join(reversed(frames[-3:]))
                parts.append(
                    " ".join(filter(None, ["·", name, f"“{text}”" if text else "", where]))
                )
        return "  ".join(parts)


# What a line may hold


def _heard(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in OURS


def _when(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _said(record: logging.LogRecord) -> str:
    """The message without its arguments, if it is a literal of the function that logs it."""
    if isinstance(record.msg, str) and record.msg in _literals(record):
        return one_line(record.msg)
    where = _place(record.pathname, record.lineno, record.funcName or "?")
    return f"{_NOT_SHOWN} at {where}"


def _literals(record: logging.LogRecord) -> tuple[object, ...]:
    # A handler runs within the call that logs, so the caller is still on the stack.
    frame = sys._getframe()
    while frame.f_back:
        frame = frame.f_back
        code: CodeType = frame.f_code
        if (code.co_filename, code.co_name, frame.f_lineno) == (
            record.pathname,
            record.funcName,
            record.lineno,
        ):
            return code.co_consts
    return ()


def _fields(record: logging.LogRecord) -> Mapping[str, str | int | float | None]:
    return {name: _field(record.__dict__[name]) for name in FIELDS if name in record.__dict__}


def _field(value: object) -> str | int | float | None:
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else ""
    return text if text and _ID.fullmatch(text) else _NOT_SHOWN


def _exception(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _chain(problem: BaseException) -> Iterator[BaseException]:
    """The exception, those grouped in it, and those that it came from; each once."""
    waiting = [problem]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_FRAMES:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        cause = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        waiting += [cause] if cause else []


def _described(problem: BaseException) -> tuple[str, str, list[str]]:
    kind = type(problem)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    # The texts of our own platform errors are written for the log.
    text = shorten(one_line(str(problem)), 300) if isinstance(problem, PlatformError) else ""
    frames = traceback.extract_tb(problem.__traceback__, limit=-MOST_FRAMES)
    return name, text, [_place(f.filename, f.lineno or 0, f.name) for f in frames]


def _place(file: str, line: int, function: str) -> str:
    path = Path(file)
    if path.is_relative_to(_ROOT) and ".venv" not in path.parts:
        path = path.relative_to(_ROOT)
    elif "site-packages" in path.parts:
        path = Path(*path.parts[path.parts.index("site-packages") + 1 :])
    return f"{path.as_posix()}:{line} {function}"


# What would otherwise go to stderr by itself


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Where a line could not be written: logging would print the message's arguments."""
        self.stream.write(f"a log line of {record.name} was lost\n")


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    log.warning(
        "warning", extra={"error": category.__name__, "reason": f"{Path(filename).name}:{lineno}"}
    )


def _log_uncaught(
    kind: type[BaseException], problem: BaseException, trace: TracebackType | None
) -> None:
    if isinstance(problem, KeyboardInterrupt):
        return
    log.critical("uncaught", exc_info=(kind, problem, trace))


def _log_ignored(problem: BaseException | None) -> None:
    log.error("an exception that nobody waits for", exc_info=problem or False)
