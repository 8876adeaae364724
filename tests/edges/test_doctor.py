"""`missionbot doctor`: each finding, good, missing and wrong."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from adapters import doctor
from adapters.doctor import Found, checks, examine
from adapters.files import SAMPLE
from adapters.once import examined
from adapters.settings import load
from bot.errors import UserFacing
from tests.edges.conftest import Desk
from tests.scripted_llm import ScriptedLLM, status


async def found() -> dict[str, Found]:
    """What the doctor finds with the settings as they are."""
    return dict(await examine(checks(examined(load()))))


def finding(state: str, sentence: str) -> Found:
    return Found(state, sentence)  # type: ignore[arg-type]


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(folder: Path) -> None:
    findings = await found()
    states = {name: finding.state for name, finding in findings.items()}
    assert states == {
        "Settings": "good",
        "Data": "good",
        "Database": "good",
        "Pulse keys": "good",
        "Charter": "missing",
        "Reader": "good",
        "Judge": "missing",
        "Slack": "missing",
        "Teams": "missing",
        "Page": "good",
    }
    assert f"{folder}/data is made at the first start" in findings["Data"].sentence
    assert findings["Database"].sentence == (
        f"SQLite in {folder}/data/missionbot.db is made at the first start"
    )
    assert findings["Pulse keys"].sentence == (
        f"{folder}/data/pulse-keys is made at the first start; leave it out of backups"
    )
    assert "loads a sample" in findings["Charter"].sentence
    assert "set OPENAI_API_KEY" in findings["Judge"].sentence
    assert findings["Page"].sentence == "http://127.0.0.1:3978, for this machine only"
    assert os.listdir(folder) == []


async def test_when_all_is_set_up(desk_with_tables: Desk) -> None:
    desk = desk_with_tables
    await asyncio.to_thread(desk.done, "charter", "import", SAMPLE)
    async with ScriptedLLM(key="right") as llm:
        desk.set(
            OPENAI_BASE_URL=llm.url,
            OPENAI_API_KEY="right",
            MISSIONBOT_JUDGE_MODEL="scripted",
            MISSIONBOT_HOST="0.0.0.0",
            MISSIONBOT_WEB_PASSWORD="hushhush",
            SLACK_BOT_TOKEN="xoxb-1",
            SLACK_SIGNING_SECRET="hushhush",
            MICROSOFT_APP_ID="app",
            MICROSOFT_APP_PASSWORD="hushhush",
            MICROSOFT_TENANT_ID="tenant",
        )
        typed = await asyncio.to_thread(desk.type, "doctor")
    assert typed.code == 0
    lines = typed.out.splitlines()
    assert all(line.startswith("✓ ") for line in lines)
    assert f"SQLite in {desk.data}/missionbot.db answers and fits" in lines[2]
    assert lines[3].startswith("✓ Pulse keys  ")
    assert lines[3].endswith("pulse-keys, no pulse is open; leave it out of backups")
    assert lines[4] == "✓ Charter     Vitals v1"
    assert "loaded and read a sentence in" in lines[5]
    assert lines[6] == f"✓ Judge       scripted at {llm.url} answers"
    assert lines[7] == "✓ Slack       everything is set; whether it is right shows at the start"
    assert lines[8] == "✓ Teams       everything is set; whether it is right shows at the start"
    assert lines[9] == "✓ Page        http://0.0.0.0:3978, behind a password"
    assert "hushhush" not in typed.out + typed.err


async def test_a_platform_that_is_set_up_by_half_says_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("MICROSOFT_APP_ID", "app")
    findings = await found()
    assert "SLACK_SIGNING_SECRET is missing" in findings["Slack"].sentence
    assert "MICROSOFT_APP_PASSWORD is missing" in findings["Teams"].sentence
    assert {findings["Slack"].state, findings["Teams"].state} == {"wrong"}


@pytest.mark.parametrize(
    ("settings", "name", "expected"),
    [
        pytest.param(
            {"MISSIONBOT_JUGDE_MODEL": "x"},
            "Settings",
            finding("missing", "MISSIONBOT_JUGDE_MODEL is none of mine, MISSIONBOT_JUDGE_MODEL is"),
            id="a mistyped setting",
        ),
        pytest.param(
            {"MISSIONBOT_DATA": __file__},
            "Data",
            finding("wrong", f"{__file__} is a file and no folder; set MISSIONBOT_DATA to another"),
            id="data is a file",
        ),
        pytest.param(
            {"MISSIONBOT_DATA": f"{__file__}/below"},
            "Data",
            finding("wrong", f"{__file__} is a file and no folder; set MISSIONBOT_DATA to another"),
            id="data below a file",
        ),
        pytest.param(
            {"MISSIONBOT_DATABASE_URL": "postgresql://u:hushhush@127.0.0.1:9/db"},
            "Database",
            finding(
                "wrong",
                "The database server does not answer. Check that it runs and that its address is "
                "right; nothing was changed.",
            ),
            id="no database server",
        ),
        pytest.param(
            {"MISSIONBOT_DATABASE_URL": "postgresql://u:hushhush@127.0.0.1:9/db"},
            "Charter",
            finding("missing", "the database comes first"),
            id="no charter without a database",
        ),
        pytest.param(
            {"OPENAI_BASE_URL": "ftp://nowhere"},
            "Judge",
            finding(
                "wrong",
                "The language model's address has to be like https://api.openai.com/v1 or "
                "http://localhost:11434/v1.",
            ),
            id="no address of a judge",
        ),
        pytest.param(
            {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
            "Judge",
            finding("wrong", "The connection to the language model failed before it answered."),
            id="no judge there",
        ),
        pytest.param(
            {"MISSIONBOT_HOST": "0.0.0.0"},
            "Page",
            finding("wrong", "http://0.0.0.0:3978 is open to others; set MISSIONBOT_WEB_PASSWORD"),
            id="an open page",
        ),
    ],
)
async def test_what_is_missing_or_wrong(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    name: str,
    expected: Found,
) -> None:
    for setting, value in settings.items():
        monkeypatch.setenv(setting, value)
    wanted = [check for check in checks(examined(load())) if check[0] == name]
    assert await examine(wanted) == [(name, expected)]


async def test_a_judge_that_does_not_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedLLM(models=("other",)) as llm:
        llm.refuse(lambda _: True, status(404, "no such model", code="model_not_found"))
        monkeypatch.setenv("OPENAI_BASE_URL", llm.url)
        judge = (await found())["Judge"]
    assert judge.state == "wrong"
    assert "has no model of that name" in judge.sentence


def test_something_wrong_is_an_exit_code(desk: Desk) -> None:
    desk.set(MISSIONBOT_HOST="0.0.0.0")
    typed = desk.type("doctor")
    assert typed.code == 70
    assert "✕ Page" in typed.out


# Checks that fail in ways of their own


async def test_a_check_that_hangs_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> Found:
        await asyncio.sleep(3600)
        raise AssertionError("never")

    monkeypatch.setattr(doctor, "LONGEST_CHECK", 0.05)
    started = time.monotonic()
    findings = await examine([("It", hangs)])
    assert time.monotonic() - started < 2
    assert findings == [("It", Found("wrong", "no answer within 0.05 seconds"))]


async def test_a_check_that_fails_says_how_without_the_failures_words() -> None:
    async def fails() -> Found:
        raise RuntimeError("postgresql://u:hushhush@h/db")

    async def explains() -> Found:
        raise UserFacing("Put it right.")

    assert await examine([("It", fails)]) == [("It", Found("wrong", "it failed with RuntimeError"))]
    assert await examine([("It", explains)]) == [("It", Found("wrong", "Put it right."))]
