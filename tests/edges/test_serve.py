"""`missionbot run`: starts, stops in time in the middle of a question, and takes it up again."""

import asyncio
import html
import json
import re
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.edges.conftest import Desk, without_ours
from tests.scripted_llm import ScriptedLLM, say, silence

STOPS_WITHIN = 10.0
"""Seconds; a container is killed after them."""
QUESTION = "should we tell the questioning canary?"
LINE = "Every charter canary sings."
NOTE = "because the form canary said so"


@dataclass
class Running:
    """A bot in a process of its own, and a browser before its page."""

    process: Process
    browser: aiohttp.ClientSession
    took: float
    """Seconds from its start until it was ready."""

    async def send(self, path: str, **sent: Any) -> dict[str, Any]:
        """What the page's script sends, as the charter's owner."""
        data = {"person": "dana", "key": f"{time.monotonic_ns():016x}", **sent}
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with self.browser.post(path, json=data, headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def say(self, words: str) -> dict[str, Any]:
        return await self.send("/say", conversation="product", text=words)

    async def messages(self) -> str:
        async with self.browser.get("/c/product/messages?as=dana") as response:
            return html.unescape((await response.json())["html"])

    async def stop(self) -> float:
        """Seconds until it was gone; it has to go in peace."""
        since = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(2 * STOPS_WITHIN):
            assert await self.process.wait() == 0
        return time.monotonic() - since


@asynccontextmanager
async def running(folder: Path, port: int, **settings: str) -> AsyncIterator[Running]:
    """`missionbot run`; what it logs is added to `log` in the folder."""
    since = time.monotonic()
    environment = {**without_ours(), "PORT": str(port), **settings}
    program = Path(sys.executable).with_name("missionbot")
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            program, "run", cwd=folder, env=environment, stdout=PIPE, stderr=log
        )
    assert process.stdout
    try:
        async with asyncio.timeout(30):
            while b"Missionbot is at" not in (line := await process.stdout.readline()):
                assert line, (folder / "log").read_text()
        async with aiohttp.ClientSession(base_url=f"http://127.0.0.1:{port}") as browser:
            async with browser.get("/readyz") as response:
                assert response.status == 200
            yield Running(process, browser, time.monotonic() - since)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
        return port


async def until_asked(llm: ScriptedLLM) -> None:
    async with asyncio.timeout(15):
        while not llm.requests:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_it_stops_in_the_middle_of_a_question_and_answers_it_after_the_next_start(
    folder: Path,
) -> None:
    port = free_port()
    async with ScriptedLLM() as llm:
        llm.then(silence)
        settings = {
            "OPENAI_BASE_URL": llm.url,
            "MISSIONBOT_JUDGE_MODEL": "scripted-1",
            "MISSIONBOT_LOG_LEVEL": "DEBUG",
        }
        async with running(folder, port, **settings) as bot:
            await change_the_charter(bot)
            asking = asyncio.create_task(bot.say(f"/mission ask {QUESTION}"))
            await until_asked(llm)
            assert LINE in llm.requests[0].system
            took = await bot.stop()
            with suppress(aiohttp.ClientError):
                await asking
        assert took < STOPS_WITHIN

        llm.when("canary", say("fits", supports=["V1"]))
        async with running(folder, port, **settings) as bot:
            sys.stdout.write(f"second start: {bot.took:.1f} s; stopped in {took:.1f} s\n")
            async with asyncio.timeout(15):
                while "judged by scripted-1" not in (shown := await bot.messages()):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert shown.count("judged by scripted-1") == 1
            assert await bot.stop() < STOPS_WITHIN
    log = (folder / "log").read_text()
    assert {"some events were not finished; the next start takes them up", "stopping"} <= {
        json.loads(line)["said"] for line in log.splitlines()
    }
    assert "canary" not in log


async def change_the_charter(bot: Running) -> None:
    """With a word in a line and in the note by which they would be known in the log."""
    form = (await bot.say("/mission edit"))["form"]
    found = re.search(r'data-seal="([^"]+)"', form)
    assert found, form
    fields = {"vision": f"V1: {LINE}", "note": NOTE}
    assert await bot.send("/submit", seal=html.unescape(found[1]), fields=fields) == {}
    assert LINE in await bot.messages()


# Where it does not start


def test_others_cannot_reach_a_page_without_a_password(desk_with_tables: Desk) -> None:
    desk_with_tables.set(MISSIONBOT_HOST="0.0.0.0", PORT=0)
    typed = desk_with_tables.type("run")
    assert typed.code == 70
    assert typed.err.strip() == (
        "MISSIONBOT_HOST is 0.0.0.0, so others could reach the page, and no password is set. Set "
        "MISSIONBOT_WEB_PASSWORD, or listen on 127.0.0.1 only."
    )


def test_an_address_that_is_taken(desk_with_tables: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        desk_with_tables.set(PORT=taken.getsockname()[1])
        typed = desk_with_tables.type("run")
    assert typed.code == 70
    assert typed.err.startswith("Something listens on 127.0.0.1:")
    assert len(typed.err.splitlines()) == 1, typed.err


@pytest.mark.parametrize("level", ["LOUD", "0"])
def test_a_log_level_that_there_is_not(desk: Desk, level: str) -> None:
    desk.set(MISSIONBOT_LOG_LEVEL=level)
    assert (
        "MISSIONBOT_LOG_LEVEL has to be DEBUG, INFO, WARNING or ERROR." in desk.type("run").sentence
    )
