"""Microsoft's own stand-in for Teams, the Agents Playground, in a headless browser."""

import contextlib
import json
import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.e2e.conftest import ARTEFACTS
from tests.e2e.packages import HERE, installed

TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
CHANNEL = "19:strategy@thread.tacv2"
GROUP = "19:leads@thread.v2"
BOT = "28:mission"
PEOPLE = ("Dana Diaz", "Erik Ek", "Noa Nir", "Priya Patel", "Lee Lund", "Mia Moss")
"""The first one types; the Playground wants five more."""


def _person(number: int, name: str) -> dict[str, str]:
    given, _, surname = name.partition(" ")
    return {
        "id": f"29:{given.lower()}",
        "name": name,
        "userPrincipleName": f"{given.lower()}@example.org",  # so spelt by the Playground
        "aadObjectId": f"00000000-0000-0000-0000-{number:012}",
        "givenName": given,
        "surname": surname,
        "email": f"{given.lower()}@example.org",
    }


def _settings() -> dict[str, Any]:
    """Who and what is there. The file is YAML, of which JSON is a part."""
    people = [_person(number, name) for number, name in enumerate(PEOPLE, 1)]
    channel = {"id": CHANNEL, "name": "Strategy"}
    team = {"id": "19:team@thread.tacv2", "name": "Vitals", "aadGroupId": TENANT}
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": "Mission"},
        "currentUser": people[0],
        "users": people[1:],
        "personalChat": {"id": "a:dana"},
        "groupChat": {"id": GROUP, "name": "Leads"},
        "team": {**team, "channels": [channel]},
    }


@contextlib.contextmanager
def playground(bot: str, folder: Path) -> Iterator[str]:
    """A Playground of its own before the bot at that address, on this machine only; where it is."""
    settings = folder / "playground.yml"
    settings.write_text(json.dumps(_settings()))
    port = _free_port()
    cli = installed() / "@microsoft/m365agentsplayground/cli.js"
    wanted = ["-e", f"{bot}/api/messages", "-c", "msteams", "-p", str(port), "--dt"]
    wanted += ["--su", f"http://127.0.0.1:{port}/_connector"]
    environment = {
        **os.environ,
        "NODE_OPTIONS": f"--require {HERE / 'loopback.cjs'}",
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(settings),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground.log"),
    }
    with subprocess.Popen(
        ["node", cli, *wanted],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield _listening(process)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listening(process: "subprocess.Popen[str]") -> str:
    said = ""
    for line in process.stdout or ():
        said += line
        if found := re.search(r"Listening on (\d+)", line):
            url = f"http://127.0.0.1:{found[1]}"
            _wait_for(url)
            return url
    raise AssertionError(f"the Playground did not start: {said}")


def _wait_for(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_debug/ping", timeout=2) as answer:  # noqa: S310
                if answer.read() == b"pong":
                    return
        except OSError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


_BOX = 'div[role=textbox][data-lexical-editor="true"]'


@dataclass
class Chat:
    """What Dana sees, and what she does."""

    page: Page

    def open(self, where: str) -> None:
        """Another chat of the list at the left."""
        self.page.get_by_role("treeitem", name=where).first.click()
        # The bot is told that it was added, and may say hello.
        self._box().wait_for()
        self.page.wait_for_timeout(800)

    def say(self, words: str, *, mention: bool = False) -> None:
        """Type it and send it off."""
        self._box().click()
        if mention:
            self._mention()
        self.page.keyboard.type(words)
        post = self.page.get_by_role("button", name="Post", exact=True)
        if post.count():
            post.click()
        else:
            self.page.keyboard.press("Enter")

    def _mention(self) -> None:
        self.page.keyboard.type("@Miss")
        choices = self.page.locator("[role=option],[role=menuitem]")
        choices.filter(has_text="Mission").first.click()

    def _box(self) -> Locator:
        return self.page.locator(_BOX).first

    @property
    def cards(self) -> Locator:
        """The cards of the conversation, from first to last."""
        return self.page.locator(".ac-adaptiveCard")

    def sees(self, words: str) -> None:
        """Waits until some card holds the words."""
        self.cards.filter(has_text=words).last.wait_for(timeout=25_000)

    def card(self, words: str) -> Locator:
        """The last card that holds the words."""
        return self.cards.filter(has_text=words).last

    def click(self, words: str, label: str) -> None:
        """A button of the last card that holds the words."""
        self.card(words).get_by_role("button", name=label, exact=True).click()

    def reply(self, words: str, *, mention: bool = False) -> None:
        """Answer in the thread below."""
        box = self.page.locator(_BOX).nth(1)
        box.click()
        if mention:
            self._mention()
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def close_dialog(self) -> None:
        """It blocks everything behind it."""
        self.dialog().get_by_role("button", name="Close").click()
        self.page.get_by_role("dialog").first.wait_for(state="hidden")

    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog").last

    def act_on(self, words: str, action: str) -> None:
        """Use a message action on the last message that holds the words."""
        self.page.get_by_text(words).last.hover()
        self.page.get_by_role("button", name="Show more information").last.click()
        self.page.get_by_text("Action Command").last.click()
        asked = self.dialog().locator("input").first
        asked.fill(action)
        asked.press("Enter")

    def shot(self, name: str) -> None:
        """Keep what is to be seen, to be looked at."""
        self.page.screenshot(path=ARTEFACTS / f"playground-{name}.png")


# Its fonts come from elsewhere; without them others are used.
_ELSEWHERE = re.compile(r"^(?!http://(127\.0\.0\.1|localhost)[:/]|data:|ws://127\.0\.0\.1)")


@contextlib.contextmanager
def chat(browser: Browser, at: str) -> Iterator[Chat]:
    """Dana, who has it open. Nothing is fetched from elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.route(_ELSEWHERE, lambda route: route.abort())
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(at)
    opened = Chat(page)
    opened.open("Personal Chat")
    # Its log leaves little room for cards.
    page.get_by_title("Hide log panel").click()
    yield opened
    context.close()
