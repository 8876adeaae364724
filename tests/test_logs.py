"""What is logged, and that nothing somebody wrote ever is."""

import asyncio
import gc
import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from adapters import logs
from bot.errors import Refused, UserFacing

CANARY = "".join(("we plan to sell ", "the blue ", "canary"))
"""Put together here, so that it is no literal of any function."""
HERE = "tests/test_logs.py"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    names = ("", *logs.OURS, "openai", "httpx", "sqlalchemy", "aiosqlite", "asyncio")
    levels = {name: logging.getLogger(name).level for name in names}
    handlers = root.handlers[:]
    hooks = (warnings.showwarning, sys.excepthook, sys.unraisablehook, threading.excepthook)
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    warnings.showwarning, sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


class Output(io.StringIO):
    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()

    @property
    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.lines]


def set_up(level: str = "DEBUG", *, pretty: bool = False) -> Output:
    stream = Output()
    logs.setup(level, pretty=pretty, stream=stream)
    return stream


def everything_heard(*, pretty: bool) -> Output:
    """As set up, and then somebody turned every logger up."""
    output = set_up(pretty=pretty)
    for name in ("", "openai", "httpx", "sqlalchemy", "aiosqlite", "asyncio", *logs.OURS):
        logging.getLogger(name).setLevel(logging.DEBUG)
    return output


def raise_(problem: BaseException) -> None:
    raise problem


def fail() -> None:
    """An exception with the canary in every place that an exception has."""
    try:
        try:
            raise_(ValueError(CANARY))
        except ValueError as first:
            first.add_note(CANARY)
            raise KeyError(CANARY) from first
    except KeyError:
        raise_(ExceptionGroup(CANARY, [RuntimeError(CANARY), OSError(2, CANARY, CANARY)]))


# What is logged


def test_a_line_is_json() -> None:
    output = set_up("info")
    log = logging.getLogger("bot.router")
    log.debug("not heard at this level")
    try:
        try:
            {}["a"]
        except KeyError:
            raise Refused("Slack said: channel_not_found") from None
    except Refused:
        log.exception("handler failed", extra={"code": "7F3A", "tries": 2, "text": "hidden"})
    (line,) = output.objects
    (exception,) = line.pop("exceptions")  # type: ignore[misc]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(line.pop("at")))
    assert line == {
        "level": "error",
        "logger": "bot.router",
        "said": "handler failed",
        "code": "7F3A",
        "tries": 2,
    }
    assert exception["type"] == "bot.errors.Refused"
    assert exception["text"] == "Slack said: channel_not_found"
    assert re.fullmatch(rf"{HERE}:\d+ test_a_line_is_json", exception["frames"][-1])


def test_a_line_for_people() -> None:
    output = set_up("INFO", pretty=True)
    logging.getLogger("bot.router").info("started", extra={"count": 3, "ms": 1.5})
    try:
        fail()
    except ExceptionGroup:
        logging.getLogger("bot.router").exception("handler failed", extra={"code": "7F3A"})
    first, second = output.lines
    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO    bot\.router: started  count=3  ms=1\.5", first)
    # The frames of each exception, innermost first; the first cause comes last.
    assert re.fullmatch(
        rf"\d\d:\d\d:\d\d ERROR   bot\.router: handler failed  code=7F3A"
        rf"  · ExceptionGroup {HERE}:\d+ raise_ < {HERE}:\d+ fail < {HERE}:\d+ test_a_line_\w+"
        rf"  · RuntimeError  · FileNotFoundError  · KeyError {HERE}:\d+ fail"
        rf"  · ValueError {HERE}:\d+ raise_ < {HERE}:\d+ fail",
        second,
    )


def test_the_chain_of_causes_is_kept() -> None:
    output = set_up()
    try:
        fail()
    except ExceptionGroup:
        logging.getLogger("bot.x").exception("failed")
    (line,) = output.objects
    kinds = [e["type"] for e in line["exceptions"]]  # type: ignore[attr-defined]
    assert kinds == [
        "ExceptionGroup",
        "RuntimeError",
        "FileNotFoundError",
        "KeyError",
        "ValueError",
    ]


def test_libraries_are_heard_from_warning_on() -> None:
    output = everything_heard(pretty=False)
    library = logging.getLogger("httpx")
    library.debug("Request: %s", CANARY)
    library.info("Request: %s", CANARY)
    library.warning("Retrying %s after %s seconds", CANARY, 3)
    (line,) = output.objects
    assert (line["level"], line["logger"]) == ("warning", "httpx")
    assert line["said"] == "Retrying %s after %s seconds"


def test_a_message_that_was_put_together_is_replaced_by_its_place() -> None:
    output = set_up()
    logging.getLogger("bot.x").warning(f"seen {CANARY}")
    (line,) = output.objects
    assert re.fullmatch(rf"\(not shown\) at {HERE}:\d+ test_a_message_\w+", str(line["said"]))


def test_setting_up_twice_says_everything_once() -> None:
    set_up()
    output = set_up()
    logging.getLogger("bot.x").warning("once")
    assert len(output.lines) == 1


def test_an_unknown_level() -> None:
    with pytest.raises(UserFacing, match="The log level is 'LOUD'; it is DEBUG"):
        set_up("LOUD")


def test_a_line_that_cannot_be_written() -> None:
    class Full(Output):
        def write(self, words: str) -> int:
            if words.startswith("{"):
                raise OSError(28, CANARY)
            return super().write(words)

    stream = Full()
    logs.setup("INFO", pretty=False, stream=stream)
    logging.getLogger("bot.x").warning("lost %s", CANARY)
    assert stream.getvalue() == "a log line of bot.x was lost\n"


# What never is


def _calls(log: logging.Logger) -> Iterator[Callable[[], None]]:
    for level in (10, 20, 30, 40, 50):
        yield lambda level=level: log.log(level, "args %s", CANARY)  # type: ignore[misc]
        yield lambda level=level: log.log(level, "wrong args %d %d", CANARY)  # type: ignore[misc]
        yield lambda level=level: log.log(level, "named %(a)s", {"a": CANARY})  # type: ignore[misc]
        yield lambda level=level: log.log(level, f"made of {CANARY}")  # type: ignore[misc]
        yield lambda level=level: log.log(level, CANARY)  # type: ignore[misc]
        yield lambda level=level: log.log(level, ValueError(CANARY))  # type: ignore[misc]
        yield lambda level=level: log.log(level, {"a": [CANARY]})  # type: ignore[misc]
        for field in (*logs.FIELDS, "text", "question", "body"):
            for value in (CANARY, [CANARY], {CANARY: 1}, CANARY.encode(), ValueError(CANARY)):
                extra = {field: value}
                yield lambda level=level, extra=extra: log.log(  # type: ignore[misc]
                    level, "extra", extra=extra
                )
        yield lambda level=level: log.log(  # type: ignore[misc]
            level, "stack", stack_info=True, exc_info=ValueError(CANARY)
        )


def _failures(log: logging.Logger) -> Iterator[Callable[[], None]]:
    def logged(question: str = CANARY) -> None:
        try:
            fail()
        except ExceptionGroup:
            log.exception("failed %s", question)
            log.debug("failed", exc_info=True, extra={"key": question})

    def uncaught() -> None:
        try:
            fail()
        except ExceptionGroup as problem:
            sys.excepthook(type(problem), problem, problem.__traceback__)

    def in_a_thread() -> None:
        thread = threading.Thread(target=fail, name=CANARY)
        thread.start()
        thread.join()

    def while_deleting() -> None:
        class Broken:
            def __del__(self) -> None:
                fail()

        broken = Broken()
        del broken

    def warned() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(CANARY, UserWarning, stacklevel=1)

    async def forgotten() -> None:
        task = asyncio.create_task(asyncio.to_thread(fail), name=CANARY)
        await asyncio.sleep(0.1)
        del task
        gc.collect()

    yield logged
    yield uncaught
    yield in_a_thread
    yield while_deleting
    yield warned
    yield lambda: asyncio.run(forgotten())


@pytest.mark.parametrize("pretty", [False, True])
@pytest.mark.parametrize(
    "logger", ["bot.ask", "adapters.slack", "storage.x", "openai._base_client", "sqlalchemy.engine"]
)
def test_nothing_that_somebody_wrote_is_logged(
    logger: str, pretty: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    output = everything_heard(pretty=pretty)
    log = logging.getLogger(logger)
    said = 0
    for call in (*_calls(log), *_failures(log)):
        call()
        said += 1
    out, err = capfd.readouterr()
    printed = output.getvalue() + out + err
    assert not _hits(printed)
    # It was heard: what is looked through is not an empty page.
    assert len(output.lines) > said / 2
    for word in ("uncaught", "an exception that nobody waits for", "warning", "failed"):
        assert word in printed


@pytest.mark.parametrize("pretty", [False, True])
async def test_nothing_of_a_database_statement_is_logged(
    pretty: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = everything_heard(pretty=pretty)
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/x.db")
    async with engine.connect() as connection:
        await connection.execute(text("select :words"), {"words": CANARY})
        try:
            await connection.execute(text("select :words from nowhere"), {"words": CANARY})
        except OperationalError:
            logging.getLogger("storage.x").exception("failed")
    await engine.dispose()
    out, err = capfd.readouterr()
    assert "sqlalchemy.exc.OperationalError" in output.getvalue()
    assert not _hits(output.getvalue() + out + err)


def _hits(printed: str) -> list[str]:
    return [line for line in printed.splitlines() if "canary" in line or "blue" in line]
