"""A running Missionbot, a real browser, and a language-model server that does as it is told."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.scripted_llm import ScriptedLLM

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
"""Screenshots are kept here, to be looked at."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Bot:
    """`missionbot run`, as an operator starts it."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    url: str = ""
    process: "subprocess.Popen[str] | None" = None

    def start(self) -> None:
        """Returns once the page answers."""
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("MISSIONBOT", "OPENAI"))},
            "MISSIONBOT_DATA": str(self.data),
            "PORT": self.url.rpartition(":")[2] or "0",
            **self.settings,
        }
        program = Path(sys.executable).with_name("missionbot")
        with self.log_file.open("a") as log:
            self.process = subprocess.Popen(
                [program, "run"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.url = found[0]
                return
        self.stop()
        raise AssertionError(f"it did not start: {self.log}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code; it has ten seconds to finish what it is at."""
        assert self.process
        self.process.send_signal(how)
        code = self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    @property
    def log_file(self) -> Path:
        return self.data.with_suffix(".log")

    @property
    def log(self) -> str:
        """What it logged up to now."""
        return self.log_file.read_text()


@contextlib.contextmanager
def running(data: Path, **settings: str) -> Iterator[Bot]:
    """A bot of its own on that data directory."""
    bot = Bot(data, settings)
    bot.start()
    try:
        yield bot
    finally:
        if bot.process and bot.process.poll() is None:
            bot.stop()


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with running(tmp_path / "data") as started:
        yield started


class Llm:
    """A ScriptedLLM on a thread of its own, for tests that are not asynchronous."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.scripted = ScriptedLLM()
        self._do(self.scripted.__aenter__())

    @property
    def url(self) -> str:
        return self.scripted.url

    def stop(self) -> None:
        """It is gone, in the middle of whatever it was saying."""
        self._do(self.scripted.__aexit__(None, None, None))

    def call(self, what: Callable[[], object]) -> None:
        """Does it on the server's thread."""
        self._loop.call_soon_threadsafe(what)

    def close(self) -> None:
        self.call(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]


@pytest.fixture
def llm() -> Iterator[Llm]:
    server = Llm()
    yield server
    server.stop()
    server.close()


# For a module: as long as it is open, this thread runs its event loop, and no other can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    ARTEFACTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@dataclass
class Tab:
    """A page of the bot, open as one persona; fails the test when the browser complains."""

    page: Page

    def say(self, words: str) -> None:
        box = self.page.locator("#say")
        box.fill(words)
        box.press("Enter")

    def sees(self, words: str | re.Pattern[str], *, seconds: float = 25) -> None:
        """Waits until the last message holds the words."""
        last = self.page.locator("#messages .message").last
        last.get_by_text(words).first.wait_for(timeout=1000 * seconds)

    def last(self) -> str:
        """The last message's words."""
        return self.page.locator("#messages .message").last.inner_text()

    def quotes(self) -> list[str]:
        """The refs of the charter lines that the last message quotes, in order."""
        last = self.page.locator("#messages .message").last
        return last.locator("figure.quote .ref").all_inner_texts()

    def click(self, label: str) -> None:
        last = self.page.locator("#messages .message").last
        last.get_by_role("button", name=label, exact=True).click()

    def shot(self, name: str) -> None:
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")


@contextlib.contextmanager
def open_tab(
    browser: Browser,
    bot: Bot,
    who: str,
    *,
    where: str = "product",
    width: int = 1280,
    height: int = 900,
    dark: bool = False,
) -> Iterator[Tab]:
    """A tab of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((bot.url, "data:"))
            else complaints.append(f"asked elsewhere: {r.url}")
        ),
    )
    page.goto(f"{bot.url}/c/{where}?as={who}")
    yield Tab(page)
    context.close()
    assert not complaints
