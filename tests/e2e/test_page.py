"""What somebody sees who just started it, in a real browser."""

import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import ARTEFACTS, Bot, Llm, open_tab, running
from tests.scripted_llm import say, silence

QUESTION = "should we sell heart-rate data to advertisers?"
LOOKS = [
    pytest.param({"width": 1280, "height": 900, "dark": dark}, id=f"desktop-{dark}")
    for dark in (False, True)
] + [
    pytest.param({"width": 360, "height": 740, "dark": dark}, id=f"phone-{dark}")
    for dark in (False, True)
]


def test_ask_call_and_find_the_call_as_a_precedent(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "priya") as priya, open_tab(browser, bot, "erik") as erik:
        priya.say(f"/mission ask {QUESTION}")
        priya.sees("These lines of your charter speak to it:")
        assert priya.quotes()[0] == "R1"
        assert "we never sell it, to advertisers" in priya.last()
        priya.shot("reading")
        priya.click("Conflicts")
        priya.sees("called by Priya Patel")
        priya.shot("called")
        erik.say(f"/mission ask {QUESTION}")
        erik.sees("by Priya Patel")
        assert "this was called conflicts by Priya Patel" in erik.last()
        erik.shot("precedent")
        priya.click("Share")
        erik.sees("Shared by Priya Patel")


def test_a_silent_charter_says_so(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "noa") as noa:
        noa.say("/mission ask repaint the office")
        noa.sees("Nothing in the charter clearly speaks to this. Closest:")
        noa.shot("silent")


def test_a_judge_gives_a_verdict_to_share_and_to_disagree_with(
    browser: Browser, llm: Llm, tmp_path: Path
) -> None:
    condition = "members could opt in and be paid"
    llm.scripted.when("sell", say("conflicts", opposes=["R1"], would_fit_if=condition))
    settings = {"OPENAI_BASE_URL": llm.url, "MISSIONBOT_JUDGE_MODEL": "scripted-1"}
    with (
        running(tmp_path / "data", **settings) as bot,
        open_tab(browser, bot, "dana") as dana,
        open_tab(browser, bot, "erik") as erik,
    ):
        dana.say(f"/mission ask {QUESTION}")
        dana.sees("judged by scripted-1")
        assert dana.quotes() == ["R1"]
        assert condition in dana.last()
        dana.shot("verdict")
        dana.click("Share")
        erik.sees("Shared by Dana Diaz")
        erik.shot("verdict-shared")
        erik.click("I disagree")
        dialog = erik.page.get_by_role("dialog")
        dialog.get_by_label("Partly fits").check()
        dialog.get_by_label("Why?").fill("They asked us for it.")
        erik.shot("disagree")
        dialog.get_by_role("button", name="Say so").click()
        erik.sees("your view stands beside the verdict")
        dana.say(f"/mission ask {QUESTION}")
        dana.sees("judged by scripted-1")
        assert len(llm.scripted.requests) == 1, "the same question is answered from store"


def test_a_judge_killed_in_mid_answer_leaves_the_lines(
    browser: Browser, llm: Llm, tmp_path: Path
) -> None:
    llm.scripted.then(silence)
    with (
        running(tmp_path / "data", OPENAI_BASE_URL=llm.url) as bot,
        open_tab(browser, bot, "priya") as priya,
    ):
        priya.say("/mission ask what is our mission?")  # the reader and the page are warm
        priya.sees("Empower individuals")
        priya.say(f"/mission ask {QUESTION}")
        while not llm.scripted.requests:
            time.sleep(0.02)
        llm.stop()
        killed = time.monotonic()
        priya.sees("These lines of your charter speak to it:")
        taken = time.monotonic() - killed
        assert priya.quotes()[0] == "R1"
        priya.shot("judge-killed")
        assert "language model" in priya.last()
        (ARTEFACTS / "judge-killed.txt").write_text(f"{taken:.2f} s from the kill to the lines\n")


def test_the_charter_is_edited_and_its_history_shows_what_changed(
    browser: Browser, bot: Bot
) -> None:
    with open_tab(browser, bot, "dana") as dana, open_tab(browser, bot, "noa") as noa:
        dana.say("/mission edit")
        dialog = dana.page.get_by_role("dialog")
        dialog.get_by_label("Vision").fill("V1: Make health data useful to everybody.")
        dialog.get_by_label("Why this change?").fill("Plainer words")
        dana.shot("edit")
        dialog.get_by_role("button", name="Adopt").click()
        dana.page.get_by_text("version 2 adopted by Dana Diaz").first.wait_for()
        noa.page.get_by_text("changed: version 2").first.wait_for()  # announced to everybody here
        noa.say("/mission history")
        noa.sees("Plainer words")
        noa.shot("history")
        noa.say("/mission edit")
        dialog = noa.page.get_by_role("dialog")
        dialog.get_by_text("This proposes version 3 of Vitals, for its owners").wait_for()
        dialog.get_by_label("Mission").fill("M1: Help people understand their own health.")
        dialog.get_by_role("button", name="Propose").click()
        noa.sees("It waits for Dana Diaz to approve it.")
        noa.shot("edit-proposed")


@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_right_everywhere(
    browser: Browser, bot: Bot, look: dict[str, int | bool], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    with open_tab(browser, bot, "dana", **look) as dana:  # type: ignore[arg-type]
        dana.shot(f"welcome-{name}")
        dana.say("/mission")
        dana.sees("last reviewed")
        dana.say(f"/mission ask {QUESTION}")
        dana.sees("These lines of your charter speak to it:")
        dana.shot(f"ask-{name}")
        page = dana.page
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, "it scrolls sideways"


def test_the_keyboard_is_enough(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "priya") as priya:
        keys = priya.page.keyboard
        priya.page.locator("#say").focus()
        keys.type(f"/mission ask {QUESTION}")
        keys.press("Enter")
        priya.sees("These lines of your charter speak to it:")
        for _ in range(30):
            keys.press("Shift+Tab")
            if priya.page.evaluate("document.activeElement.textContent.trim()") == "Conflicts":
                break
        keys.press("Enter")
        priya.sees("called by Priya Patel")
        priya.page.locator("#say").focus()
        keys.type("/mission ask")
        keys.press("Enter")
        priya.page.get_by_role("dialog").wait_for()
        keys.press("Escape")
        priya.page.get_by_role("dialog").wait_for(state="hidden")


def test_it_stops_in_peace_and_starts_where_it_was(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "noa") as noa:
        noa.say("/mission ask repaint the office")
        noa.sees("Nothing in the charter clearly speaks to this")
    assert bot.stop(signal.SIGTERM) == 0
    bot.start()
    with open_tab(browser, bot, "noa") as noa:
        noa.sees("Nothing in the charter clearly speaks to this")
    assert "repaint" not in bot.log


def test_a_second_one_on_the_same_file_is_refused(bot: Bot) -> None:
    with pytest.raises(AssertionError, match="running already"):
        Bot(bot.data).start()
