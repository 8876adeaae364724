"""The bot in Microsoft's own stand-in for Teams, started as docs/teams.md says, with no account."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Bot, Llm, running
from tests.e2e.playground import Chat, chat, playground
from tests.scripted_llm import say

QUESTION = "should we sell heart-rate data to advertisers?"
PRINCIPLE = "Members own their health data; we never sell it."
CONDITION = "members could opt in and be paid"


@dataclass
class Teams:
    """Everything that runs, and Dana in front of it."""

    bot: Bot
    llm: Llm
    playground: str
    dana: Chat


@pytest.fixture
def teams(browser: Browser, llm: Llm, tmp_path: Path) -> Iterator[Teams]:
    """As after the first minutes: Dana has written a charter."""
    llm.scripted.when("sell", say("conflicts", opposes=["R1"], would_fit_if=CONDITION))
    settings = {
        "MISSIONBOT_TEAMS_LOCAL": "true",
        "OPENAI_BASE_URL": llm.url,
        "MISSIONBOT_JUDGE_MODEL": "scripted-1",
    }
    with ExitStack() as stack:
        bot = stack.enter_context(running(tmp_path / "data", **settings))
        at = stack.enter_context(playground(bot.url, tmp_path))
        dana = stack.enter_context(chat(browser, at))
        write_charter(dana)
        yield Teams(bot, llm, at, dana)
        assert not [line for line in bot.log.splitlines() if '"level": "ERROR"' in line]
        assert "advertisers" not in bot.log


def write_charter(dana: Chat) -> None:
    """By the form, which is a message here: the Playground opens no dialogs from buttons."""
    dana.say("/mission")
    dana.sees("No charter here yet")
    dana.say("/mission edit")
    dana.sees("Why the team exists")
    form = dana.card("Why the team exists")
    form.get_by_label("Name").fill("Vitals")
    form.get_by_label("Mission", exact=True).fill("Help people take control of their health.")
    form.get_by_label("Principles").fill(PRINCIPLE)
    dana.shot("form")
    form.get_by_role("button", name="Adopt").click()
    dana.sees("Vitals has a charter")


def test_a_question_alone_gets_a_verdict_to_disagree_with_and_to_praise(teams: Teams) -> None:
    dana = teams.dana
    dana.say(QUESTION)
    dana.sees("judged by scripted-1")
    verdict = dana.card("judged by scripted-1").inner_text()
    assert "Conflicts" in verdict
    assert PRINCIPLE in verdict
    assert CONDITION in verdict
    assert dana.page.get_by_text("AI generated", exact=True).first.is_visible()
    dana.shot("verdict")

    dana.click("judged by scripted-1", "I disagree")
    dana.sees("How do you see it?")
    form = dana.card("How do you see it?")
    form.get_by_role("radio", name="Partly fits").check()
    form.get_by_label("Why?").fill("They asked us for it.")
    dana.shot("disagree")
    form.get_by_role("button", name="Say so").click()
    dana.sees("Your view stands beside the verdict and counts")

    dana.say(QUESTION)
    dana.sees("They asked us for it.")
    dana.shot("precedent")
    assert len(teams.llm.scripted.requests) == 1, "the same question is answered from store"

    dana.page.get_by_role("button", name="Like", exact=True).first.click()
    dana.dialog().get_by_role("textbox").fill("It quotes our own words.")
    dana.shot("useful")
    dana.dialog().get_by_role("button", name="Submit").click()
    # It does not say which message is meant, so nothing can be kept; tests/teams plays that.
    dana.dialog().get_by_text("Thank you").wait_for()
    dana.close_dialog()


def test_a_mention_in_a_channel_is_answered_where_everybody_reads(teams: Teams) -> None:
    dana = teams.dana
    dana.open("Strategy")
    dana.sees("added me. I keep this team's mission")
    dana.say(f" {QUESTION}", mention=True)
    dana.sees("judged by scripted-1")
    assert PRINCIPLE in dana.card("judged by scripted-1").inner_text()
    dana.shot("channel")
    dana.reply(" and if we only did it for clinics?", mention=True)
    dana.sees("and if we only did it for clinics?")
    dana.shot("thread")


def test_a_message_is_checked_and_recorded_by_its_actions(teams: Teams) -> None:
    dana = teams.dana
    dana.say(QUESTION)  # a dialog waits for 3.5 seconds: by then the reader has to be warm
    dana.sees("judged by scripted-1")
    dana.open("Leads")
    dana.say("Let us sell heart-rate data to advertisers in spring.")
    dana.act_on("in spring", "checkStrategy")
    dialog = dana.dialog()
    dialog.get_by_text("judged by scripted-1").wait_for()
    assert PRINCIPLE in dialog.inner_text()
    dana.shot("checked")
    dana.close_dialog()

    dana.act_on("in spring", "recordDecision")
    dialog = dana.dialog()
    title = dialog.get_by_label("What was decided?")
    title.wait_for()
    assert title.input_value() == "Let us sell heart-rate data to advertisers in spring."
    title.fill("Sell heart-rate data in spring")
    dana.shot("decide")
    dialog.get_by_role("button", name="Record").click()
    dana.sees("Recorded, in these words:")
    assert "Sell heart-rate data in spring" in dana.card("Recorded, in these words:").inner_text()
    dana.close_dialog()  # empty: Teams closes it by itself
    dana.shot("decided")


def test_it_stays_on_this_machine(teams: Teams) -> None:
    port = int(teams.playground.rpartition(":")[2])
    assert listening(port) == {"127.0.0.1"}


def listening(port: int) -> set[str]:
    """The addresses that somebody listens on at that port (Linux: /proc/net/tcp)."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            address, _, at = local.rpartition(":")
            if state == "0A" and int(at, 16) == port:
                parts = [str(int(address[i : i + 2], 16)) for i in (6, 4, 2, 0)]
                found.add(".".join(parts) if table == "tcp" else address)
    return found
