"""The whole way of a pulse in a real browser, with the six people of the page. Time is moved on."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser

from adapters.web.personas import PERSONAS
from tests.e2e.conftest import open_tab
from tests.web_stage import WebStage, web_stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
T = TypeVar("T")
LOOKS = [
    pytest.param({"width": width, "height": height, "dark": dark}, id=f"{width}-{dark}")
    for width, height in ((1280, 900), (360, 740))
    for dark in (False, True)
]


@dataclass
class Town:
    """The page of a running server, whose clock we move."""

    stage: WebStage
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return str(self.stage.client.make_url("")).rstrip("/")

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def pass_time(self, by: timedelta) -> None:
        self.do(self.stage.pass_time(by))

    async def answer(self, who: str, scores: str) -> None:
        """Somebody answers, without a browser."""
        seat = await self.stage.seat(who, "mission")
        await seat.look()
        await seat.click("Answer (under a minute)")
        await seat.fill({f"s{n}": score for n, score in enumerate(scores, 1)})


@contextmanager
def in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with in_a_thread() as loop:
        stack = AsyncExitStack()
        entering = stack.enter_async_context(web_stage())
        town = Town(asyncio.run_coroutine_threadsafe(entering, loop).result(30), loop)
        yield town
        town.do(stack.aclose())


def test_set_up_answered_by_six_and_told(browser: Browser, town: Town) -> None:
    with open_tab(browser, town, "dana") as dana:  # type: ignore[arg-type]
        dana.say("/mission pulse")
        form = dana.page.get_by_role("dialog")
        form.get_by_label("Statements, one a line").wait_for()
        dana.shot("pulse-set-up")
        form.get_by_role("button", name="Show me").click()
        dana.sees("This is the pulse you would start")
        dana.shot("pulse-read-back")
        dana.click("Preview")
        dana.page.get_by_role("dialog").get_by_text("A preview:").wait_for()
        dana.page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        dana.sees("That was the preview. Nothing of it was kept.")
        town.stage.clock.advance(timedelta(seconds=1))  # else the page takes it for the old one
        dana.page.get_by_role("button", name="Start", exact=True).last.click()
        dana.page.locator("#messages").get_by_text("The pulse is on").wait_for()
    town.pass_time(DAY + 2 * HOUR)
    for number, who in enumerate(PERSONAS):
        with open_tab(browser, town, who, where="mission") as tab:  # type: ignore[arg-type]
            tab.sees("stored without your name")
            tab.click("Answer (under a minute)")
            form = tab.page.get_by_role("dialog")
            for statement in range(4):
                form.get_by_role("combobox").nth(statement).select_option(
                    str(1 + (number + statement) % 5)
                )
            form.get_by_role("textbox").fill(f"Idea number {number}")
            if number == 0:
                tab.shot("pulse-answer")
            form.get_by_role("button", name="Send").click()
            tab.sees("Sealed.")
    for scores in ("122335", "133355", "244555"):
        town.pass_time(WEEK)
        for number, who in enumerate(PERSONAS):
            turned = "".join(scores[(number + statement) % 6] for statement in range(4))
            town.do(town.answer(who, turned))
    town.pass_time(3 * DAY)
    with open_tab(browser, town, "dana", where="mission") as dana:  # type: ignore[arg-type]
        dana.sees("One thing to do:")
        assert "For you first; #product sees it later" in dana.last()
        dana.shot("pulse-note")
    with open_tab(browser, town, "noa") as noa:  # type: ignore[arg-type]
        noa.sees("Means from 1 to 5, pulse by pulse")
        assert "One thing to do:" not in noa.last()
        chart = noa.page.locator("#messages .message").last.locator("svg").first
        assert chart.is_visible()
        noa.click("Download figures")
        noa.sees("Every published figure that you may see")
        with noa.page.expect_download() as download:
            noa.page.get_by_role("link", name="Table (CSV)").last.click()
        table = download.value.path().read_text(encoding="utf-8-sig")
        assert table.startswith("closed,number,about % answered,statement")
        assert "Idea number" not in table


@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_right(browser: Browser, town: Town, look: dict[str, Any]) -> None:
    name = f"{look['width']}-{'dark' if look['dark'] else 'light'}"
    with open_tab(browser, town, "priya", **look) as priya:  # type: ignore[arg-type]
        priya.say("/mission pulse results")
        priya.sees("Means from 1 to 5, pulse by pulse")
        last = priya.page.locator("#messages .message").last
        priya.shot(f"pulse-results-{name}")
        last.locator("svg").first.scroll_into_view_if_needed()
        priya.shot(f"pulse-trend-{name}")
        wide = priya.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= look["width"]
    town.pass_time((1 - town.stage.clock.now().weekday()) % 7 * DAY)  # to a Tuesday
    with open_tab(browser, town, "erik", where="mission", **look) as erik:  # type: ignore[arg-type]
        erik.page.get_by_role("button", name="Answer (under a minute)").last.click()
        erik.page.get_by_role("dialog").get_by_role("combobox").first.wait_for()
        erik.shot(f"pulse-answer-{name}")
