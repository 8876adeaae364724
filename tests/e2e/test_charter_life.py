"""A charter's life in a real browser: begun, compared, changed, announced, checked, ranked by."""

import asyncio
import re
from pathlib import Path

from aiohttp import web
from playwright.sync_api import Browser, Locator

from tests.e2e.conftest import Bot, Llm, Tab, open_tab, running
from tests.scripted_llm import Behaviour, Request, ScriptedLLM, say

SIZES = {
    "1280": (1280, 1000, "light"),
    "360": (360, 1300, "light"),
    "360-dark": (360, 1300, "dark"),
}
DOCUMENT = """# Harbour: product one-pager

## Mission
We help small shops sell online without hiring anybody.

## Vision
Every street has a shop that the whole town buys from.

## Strategy
- One evening from nothing to the first order
- Bakeries and book shops first, restaurants later
- We never sell what shops know about their customers

## Out of scope
- No marketplace of our own

## Meeting notes
- 12 March
"""
ANSWERS = {
    "What is it called?": "Harbour",
    "For whom do you work?": "Small shops",
    "What can they do thanks to you?": "sell online",
    "By what means?": "one evening's work",
    "What is different in ten years": "Every street has a shop that the whole town buys from.",
    "Whom do you serve first": "Bakeries and book shops\nRestaurants",
    "What do you bet on?": "One evening from nothing to the first order",
    "What do you never do": "We never sell what shops know about their customers.\nNo marketplace",
}
IDEAS = (
    "Sleep coach\nSell heart-rate data to advertisers\nCalibrate against a clinic's device\n"
    "Gold edition\nExpand to hospitals next quarter\nA public feed of workouts"
)
MISSIONS = {
    "dana": "Empower people to take control of their health with real-time data.",
    "priya": "Help people take control of their health with data in real time.",
    "erik": "Build the most accurate sensors that one can wear.",
    "noa": "Give people control of their own health by real-time data.",
}


def looked_at(tab: Tab, name: str) -> None:
    """Pictures of what is shown, in every size; nothing may make the page scroll sideways."""
    page = tab.page
    for size, (width, height, scheme) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if not page.get_by_role("dialog").count():
            last = page.locator("#messages .message").last
            last.evaluate("element => element.scrollIntoView({block: 'start'})")
        tab.shot(f"{name}-{size}")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), size
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def form(tab: Tab) -> Locator:
    """The open form."""
    dialog = tab.page.locator("#dialog")
    dialog.wait_for()
    return dialog


def send(tab: Tab, label: str) -> None:
    form(tab).get_by_role("button", name=label, exact=True).click()


def test_a_pasted_document_becomes_the_charter(browser: Browser, tmp_path: Path) -> None:
    with (
        running(tmp_path / "data", MISSIONBOT_SAMPLE="false") as bot,
        open_tab(browser, bot, "dana") as dana,
    ):
        dana.say("/mission")
        dana.sees("No charter here yet")
        looked_at(dana, "begin-none")
        dana.click("Paste what you have")
        form(dana).get_by_label("A document, a page, some notes").fill("Hi")
        send(dana, "Read it")
        form(dana).get_by_text("I found no statement in it.").wait_for()
        form(dana).get_by_label("A document, a page, some notes").fill(DOCUMENT)
        send(dana, "Read it")
        form(dana).get_by_text("I read 6 lines out of it.").wait_for()
        form(dana).get_by_text("Not used: 12 March").wait_for()
        assert form(dana).get_by_label("Name").input_value() == "Harbour"
        assert form(dana).get_by_label("Non-goals").input_value() == "No marketplace of our own"
        looked_at(dana, "begin-pasted")
        form(dana).get_by_label("Metrics").fill("Half of new shops have an order in a week.")
        send(dana, "Adopt")
        dana.sees("Harbour has a charter")
        dana.say("/mission")
        dana.sees("Half of new shops have an order in a week.")
        dana.sees("owned by Dana Diaz")
        looked_at(dana, "begin-charter")


def test_seven_answers_become_the_charter(browser: Browser, tmp_path: Path) -> None:
    with (
        running(tmp_path / "data", MISSIONBOT_SAMPLE="false") as bot,
        open_tab(browser, bot, "priya") as priya,
    ):
        priya.say("/mission")
        priya.sees("No charter here yet")
        priya.click("See a sample")
        priya.sees("A sample: the charter of")
        looked_at(priya, "begin-sample")
        priya.say("/mission")
        priya.sees("No charter here yet")
        priya.click("Answer seven questions")
        looked_at(priya, "begin-seven")
        for question, answer in ANSWERS.items():
            form(priya).get_by_label(question).fill(answer)
        send(priya, "Draft it")
        form(priya).get_by_text("A first draft from your answers.").wait_for()
        mission = "Help small shops sell online through one evening's work."
        assert form(priya).get_by_label("Mission").input_value() == mission
        rule = "We never sell what shops know about their customers."
        assert form(priya).get_by_label("Principles").input_value() == rule
        looked_at(priya, "begin-draft")
        send(priya, "Adopt")
        priya.sees("Harbour has a charter")


def test_four_write_the_charter_as_they_see_it(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "dana") as dana:
        dana.say("/mission exercise")
        form(dana).get_by_label("How long is it open?").wait_for()
        looked_at(dana, "exercise-begin")
        send(dana, "Invite everybody here")
        dana.sees("Dana Diaz asks: what are mission, vision and strategy")
        looked_at(dana, "exercise-invitation")
    for who, mission in MISSIONS.items():
        with open_tab(browser, bot, who) as tab:
            tab.click("Write mine")
            form(tab).get_by_label("Mission").fill(mission)
            form(tab).get_by_label("Vision").fill(f"Everybody knows their body, says {who[0]}.")
            form(tab).get_by_label("Strategy").fill("Accuracy first\nEnthusiasts before clinics")
            if who == "dana":
                looked_at(tab, "exercise-write")
            send(tab, "Save")
            tab.sees("Saved. You can change it until")
    with open_tab(browser, bot, "dana") as dana, open_tab(browser, bot, "noa") as noa:
        dana.say("/mission exercise")
        dana.sees("4 people have answered so far")
        looked_at(dana, "exercise-status")
        dana.click("Close and compare")
        noa.sees("as 4 people see them, side by side")
        noa.sees("3 of 4 say much the same, close to M1")
        looked_at(noa, "exercise-compared")
        noa.click("Mission: all")
        noa.sees(MISSIONS["erik"])
        assert "Erik" not in noa.last()
        looked_at(noa, "exercise-part")
        dana.sees("as 4 people see them, side by side")
        dana.click("Five questions to discuss")
        dana.sees("Give each five minutes")
        looked_at(dana, "exercise-questions")


def test_proposed_approved_announced_and_read(browser: Browser, bot: Bot) -> None:
    with (
        open_tab(browser, bot, "dana") as dana,
        open_tab(browser, bot, "priya") as priya,
        open_tab(browser, bot, "erik") as erik,
    ):
        erik.say("@Mission should we sell heart-rate data to advertisers?")
        erik.sees("These lines of your charter speak to it:")
        erik.click("Conflicts")
        erik.sees("called by Erik Ek")
        priya.say("/mission propose")
        form(priya).get_by_label("Which line?").wait_for()
        looked_at(priya, "changes-which")
        form(priya).get_by_label("Which line?").select_option(index=_option(priya, "R1"))
        send(priya, "Next")
        form(priya).get_by_text("What becomes of R1?").wait_for()
        text = form(priya).get_by_role("textbox")
        text.nth(0).fill("Members own their health data; it is shared only when they say so.")
        text.nth(1).fill("Two pilots asked for it.")
        looked_at(priya, "changes-words")
        send(priya, "Propose")
        priya.sees("It waits for Dana Diaz to approve it.")
        priya.sees(re.compile("1 bears on it"))
        looked_at(priya, "changes-proposal")
        priya.click("Impact")
        priya.sees("What proposal 1 touches")
        looked_at(priya, "changes-impact")
        dana.say("/mission proposals")
        dana.sees("Open proposals")
        looked_at(dana, "changes-list")
        dana.click("Proposal 1")
        dana.sees("It waits for Dana Diaz to approve it.")
        dana.click("Approve")
        dana.page.get_by_text("version 2 adopted by Dana Diaz").first.wait_for()
        erik.sees("changed: version 2")
        looked_at(erik, "announcing-announcement")
        erik.click("I have read this")
        erik.sees("It is noted that you have read version 2 of Vitals.")
        dana.say("/mission announcements")
        dana.sees("1 of 4 have read it.")
        looked_at(dana, "announcing-progress")
        dana.click("Change this")
        looked_at(dana, "announcing-settings")


def _option(tab: Tab, ref: str) -> int:
    labels = form(tab).get_by_label("Which line?").locator("option").all_inner_texts()
    return next(n for n, label in enumerate(labels) if label.startswith(ref))


def test_checked_and_dismissed(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "dana") as dana:
        dana.say("/mission check")
        dana.sees(re.compile(r"Vitals: \d+ finding|Vitals"))
        looked_at(dana, "check-report")
        last = dana.page.locator("#messages .message").last
        dismiss = last.get_by_role("button", name=re.compile("^Dismiss ")).first
        label = dismiss.inner_text()
        dismiss.click()
        form(dana).get_by_label("Why is it all right as it is?").fill("We mean it so.")
        looked_at(dana, "check-dismiss")
        send(dana, "Dismiss")
        dana.sees("It stays so until")
        dana.click("Show the report")
        dana.sees("1 dismissed")
        assert label not in dana.last()
        dana.click("1 dismissed")
        dana.sees("We mean it so.")
        looked_at(dana, "check-dismissed")


def test_a_list_is_called_by_a_person(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "priya") as priya:
        priya.say("/mission rank")
        form(priya).get_by_label("What to compare").fill(IDEAS)
        looked_at(priya, "ranking-form")
        send(priya, "Rank")
        priya.sees("make the call, and I sort them")
        looked_at(priya, "ranking-read")
        priya.click("Make the calls")
        menus = form(priya).get_by_role("combobox")
        for number, call in enumerate(("partly", "conflicts", "fits", "unclear", "partly")):
            menus.nth(number).select_option(call)
        looked_at(priya, "ranking-calls")
        send(priya, "Save")
        priya.sees("Fits (Priya Patel)")
        looked_at(priya, "ranking-called")
        assert priya.last().index("Calibrate") < priya.last().index("Sell heart-rate data")


def test_a_list_is_judged_and_shows_how_far(browser: Browser, llm: Llm, tmp_path: Path) -> None:
    go_on = asyncio.Event()

    def held(answer: Behaviour) -> Behaviour:
        async def behave(
            server: ScriptedLLM, http: web.Request, request: Request
        ) -> web.StreamResponse:
            await go_on.wait()
            return await answer(server, http, request)

        return behave

    llm.scripted.when("sleep", say("partly", supports=["M1"], opposes=["N2"]))
    llm.scripted.when("sell", say("conflicts", opposes=["R1"], confidence="sure"))
    llm.scripted.when("calibrate", held(say("fits", supports=["P1"], confidence="sure")))
    llm.scripted.when("gold", held(say("unclear", why_unclear="silent")))
    settings = {"OPENAI_BASE_URL": llm.url, "MISSIONBOT_JUDGE_MODEL": "scripted-1"}
    with (
        running(tmp_path / "data", **settings) as bot,
        open_tab(browser, bot, "dana") as dana,
        open_tab(browser, bot, "erik") as erik,
    ):
        dana.say("/mission rank")
        form(dana).get_by_label("What to compare").fill(IDEAS)
        send(dana, "Rank")
        dana.sees("scripted-1 judges them.")
        dana.sees(re.compile(r"Ranking 6 items: \d of 6 done"))
        looked_at(dana, "ranking-working")
        llm.call(go_on.set)
        with open_tab(browser, bot, "dana", where="mission") as alone:
            alone.sees("6 items by how they fit Vitals", seconds=60)
            assert "Share" not in alone.last().splitlines()
            looked_at(alone, "ranking-told")
        dana.click("How far is it?")
        dana.sees("6 items by how they fit Vitals")
        looked_at(dana, "ranking-judged")
        assert dana.last().index("Calibrate") < dana.last().index("Sell heart-rate data")
        dana.click("Share")
        erik.sees("Shared by Dana Diaz")


def test_the_five_guides_lead_to_a_next_step(browser: Browser, bot: Bot) -> None:
    with open_tab(browser, bot, "noa") as noa:
        noa.say("/mission guide")
        noa.sees("Five guides, a screen each")
        looked_at(noa, "guide-all")
        for label in (
            "Mission statements",
            "Next: Vision statements",
            "Next: Strategy development",
        ):
            noa.click(label)
            noa.sees("Try it out")
            looked_at(noa, f"guide-{label.split()[-2].lower()}")
        noa.click("Check our charter")
        noa.sees(re.compile("I went through"))
