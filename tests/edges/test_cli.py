"""The command line: what it prints, and its exit codes."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.cli import FAILED, USAGE
from adapters.files import SAMPLE
from tests.edges.conftest import Desk, Typed, without_ours
from tests.scripted_llm import ScriptedLLM, say, status

SELL = "should we sell heart-rate data to advertisers?"
ROOT = Path(__file__).parents[2]

HEAVY = (
    *("onnxruntime", "openai", "numpy", "tokenizers", "sqlalchemy", "sqlmodel", "psycopg"),
    *("aiohttp", "alembic", "apscheduler", "rich", "prompt_toolkit", "pydantic", "slack_bolt"),
    *("jinja2", "markdown_it", "yaml"),
)
VERSION = f"""
import sys
sys.argv = ["missionbot", "--version"]
from adapters.cli import main
try:
    main()
finally:
    print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def run(*words: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    program = Path(sys.executable).with_name("missionbot")
    return subprocess.run([program, *words], text=True, env=without_ours(), **how)


def test_the_version_is_said_without_loading_anything_heavy() -> None:
    said = subprocess.run(
        [sys.executable, "-c", VERSION], cwd=ROOT, capture_output=True, text=True, check=True
    )
    version, loaded, _ = said.stdout.split("\n")
    assert version == "missionbot 0.1.0"
    assert loaded == ""


# ask


async def ask(desk: Desk, *words: object) -> Typed:
    """In a thread, as the language model answers in this one."""
    return await asyncio.to_thread(desk.type, "ask", *words)


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (say("fits", supports=["M1"]), 0),
        (say("partly", supports=["M1"], opposes=["R1"]), 1),
        (say("conflicts", opposes=["R1"]), 2),
        (say("unclear", why_unclear="vague"), 3),
        (status(500), 4),
    ],
)
async def test_the_exit_code_is_the_verdict(desk: Desk, verdict: Any, code: int) -> None:
    async with ScriptedLLM() as llm:
        llm.when("sell", verdict)
        desk.set(OPENAI_BASE_URL=llm.url, MISSIONBOT_JUDGE_MODEL="scripted")
        typed = await ask(desk, SELL, "--charter", SAMPLE)
    assert typed.code == code
    assert SELL in typed.out
    assert "[Share]" not in typed.out, "there is nothing to click in a script"
    assert not desk.data.exists(), "--charter keeps nothing"


async def test_json_by_a_model(desk: Desk) -> None:
    condition = "members could opt in and be paid"
    async with ScriptedLLM() as llm:
        llm.when("sell", say("conflicts", opposes=["R1"], would_fit_if=condition))
        desk.set(OPENAI_BASE_URL=llm.url, MISSIONBOT_JUDGE_MODEL="owner/scripted-1")
        typed = await ask(desk, SELL, "--json", "--charter", SAMPLE)
    answer = json.loads(typed.out)
    lines = answer.pop("lines")
    assert answer == {
        "verdict": "conflicts",
        "why_unclear": None,
        "confidence": "fairly_sure",
        "reasons": [
            {
                "line": "R1",
                "stance": "opposes",
                "quote": "Members own their health data; we never sell it, to advertisers or "
                "anybody else.",
            }
        ],
        "would_fit_if": condition,
        "precedents": [],
        "judge": "scripted-1",
        "no_judge_because": None,
        "charter": {"name": "Vitals", "version": 1},
    }
    assert lines[0]["line"] == "R1"
    assert lines[0]["quote"] == answer["reasons"][0]["quote"]
    assert {frozenset(line) for line in lines} == {frozenset({"line", "relevance", "quote"})}


def test_json_without_a_judge(desk: Desk) -> None:
    typed = desk.type("ask", "repaint the office", "--json", "--charter", SAMPLE)
    answer = json.loads(typed.out)
    assert typed.code == 4
    assert [answer[key] for key in ("verdict", "confidence", "judge", "no_judge_because")] == [
        None,
        None,
        None,
        None,
    ]
    assert answer["reasons"] == []


async def test_json_when_the_judge_fails(desk: Desk) -> None:
    async with ScriptedLLM(key="right") as llm:
        desk.set(OPENAI_BASE_URL=llm.url, OPENAI_API_KEY="wrong")
        typed = await ask(desk, SELL, "--json", "--charter", SAMPLE)
    answer = json.loads(typed.out)
    assert typed.code == 4
    assert answer["judge"] is None
    assert answer["no_judge_because"].startswith("The language model's server refused the key.")


def test_ask_by_the_stored_charter(desk_with_tables: Desk) -> None:
    desk = desk_with_tables
    assert desk.type("ask", SELL).sentence == (
        "There is no charter yet, so there is nothing to judge by. Name a file: `missionbot ask … "
        "--charter FILE`, or store one: `missionbot charter import FILE`."
    )
    desk.done("charter", "import", SAMPLE)
    typed = desk.type("ask", SELL)
    assert typed.code == 4
    assert "Members own their health data; we never sell it" in typed.out


# Wrong words, and what goes wrong


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["askk", SELL], "Did you mean 'ask'?"),
        (["ask"], "Missing argument"),
        (["ask", "  "], "write what you would do, between quotes"),
        (["ask", "sell", "data"], "unexpected extra argument"),
        (["ask", SELL, "--charters", "x"], "--charter"),
        (["charter", "import"], "Missing argument"),
        (["db", "restart"], "No such command 'restart'"),
        (["eval", "--at-once", "many", "x"], "--at-once"),
    ],
)
def test_wrong_words(desk: Desk, words: list[str], said: str) -> None:
    typed = desk.type(*words)
    assert typed.code == USAGE
    assert said in typed.err
    assert "Traceback" not in typed.err
    assert not typed.out
    assert list(desk.folder.iterdir()) == [], "nothing was made"


def test_no_words_at_all_show_what_there_is(desk: Desk) -> None:
    typed = desk.type()
    assert typed.code == USAGE
    assert "Keeps a product team's mission, vision and strategy at hand." in typed.out + typed.err


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["charter", "import", "nope.yaml"], {}, "nope.yaml cannot be read: No such file"),
        (["charter", "import", "charter.txt"], {}, "“charter.txt” ends with '.txt'."),
        (["ask", SELL, "--charter", "nope.yaml"], {}, "nope.yaml cannot be read"),
        (["db", "restore", "nope.zip"], {}, "'nope.zip' cannot be read: No such file"),
        (["db", "check"], {}, "There is no database yet; `missionbot run` makes it."),
        (["db", "backup", "b.zip"], {}, "so there is no backup."),
        (["eval", "nope.jsonl"], {}, "nope.jsonl cannot be read"),
        (["doctor"], {"PORT": "abc"}, "These settings are wrong:\nPORT has to be a whole number."),
        (
            ["charter", "list"],
            {"MISSIONBOT_DATABASE_URL": "mysql://u:hushhush@h/db"},
            "The database address begins with 'mysql'",
        ),
        (
            ["db", "check"],
            {"MISSIONBOT_DATABASE_URL": "postgresql://u:hushhush@127.0.0.1:9/db"},
            "The database server does not answer.",
        ),
        (
            ["ask", SELL, "--charter", str(SAMPLE)],
            {"OPENAI_BASE_URL": "localhost:11434"},
            "The language model's address has to be like",
        ),
        (["run"], {"MISSIONBOT_DATA": "/proc/nope"}, "The database file cannot be opened."),
    ],
)
def test_problems_are_sentences(
    desk: Desk, words: list[str], settings: dict[str, str], said: str
) -> None:
    desk.set(**settings)
    typed = desk.type(*words)
    assert typed.code == FAILED
    assert said in typed.err
    assert "Traceback" not in typed.err
    assert "hushhush" not in typed.out + typed.err


def test_a_table_that_is_gone(desk_with_tables: Desk) -> None:
    with sqlite3.connect(desk_with_tables.data / "missionbot.db") as connection:
        connection.execute("DROP TABLE charter_role")
    typed = desk_with_tables.type("charter", "import", SAMPLE)
    assert typed.code == FAILED
    log, sentence = typed.err.splitlines()
    assert sentence.startswith("The database lacks a table that this version of Missionbot needs.")
    assert json.loads(log)["said"] == "command failed"


def test_what_nobody_foresaw_is_no_verdict_and_shows_no_words(desk_with_tables: Desk) -> None:
    desk = desk_with_tables
    desk.done("charter", "import", SAMPLE)
    with sqlite3.connect(desk.data / "missionbot.db") as connection:
        broken = connection.execute('UPDATE charter_version SET lines = \'[{"id": "canary"}]\'')
        assert broken.rowcount == 1
    typed = desk.type("ask", SELL)
    assert typed.code == FAILED, "Python's own exit code would be 1, which is “partly”"
    log, sentence = typed.err.splitlines()
    assert sentence.startswith("Something broke that I did not foresee")
    assert json.loads(log)["exceptions"]
    assert "canary" not in typed.err
    assert "advertisers" not in typed.err


def test_a_reader_that_went_away_is_no_verdict(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = run("--version", stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (done.returncode, done.stderr) == (FAILED, "")


@pytest.mark.parametrize("name", ["MISSIONBOT_DATA", "PORT", "OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_an_empty_setting_is_none(desk_with_tables: Desk, name: str) -> None:
    desk_with_tables.set(**{name: ""})
    assert desk_with_tables.done("charter", "list") == "There is no charter yet."
    assert "no language model" in desk_with_tables.done("doctor")


# charter


def test_charters_go_out_and_come_back_in_both_formats(desk_with_tables: Desk) -> None:
    desk = desk_with_tables
    assert desk.done("charter", "import", SAMPLE) == "Vitals is stored as version 1: 14 lines."
    assert desk.done("charter", "list") == "Vitals  v1  (default)"
    exported = desk.done("charter", "export")
    for name in ("vitals.md", "vitals.yaml"):
        said = desk.done("charter", "export", name, "--name", "vitals")
        assert said == f"Vitals, version 1, is in {name}."
        assert desk.done("charter", "import", name) == "Vitals holds this already, as version 1."
    text = (desk.folder / "vitals.md").read_text()
    desk.file("vitals.md", text.replace("Keep improving accuracy", "Improve accuracy"))
    assert desk.done("charter", "import", "vitals.md") == "Vitals is stored as version 2: 14 lines."
    assert (
        desk.done("charter", "export").replace("Improve accuracy", "Keep improving accuracy")
        == exported
    )
    assert "named 'Nope'" in desk.type("charter", "export", "--name", "Nope").sentence


def test_what_a_charter_file_holds_beside_the_charter_is_named(desk_with_tables: Desk) -> None:
    file = desk_with_tables.file(
        "team.md",
        "# Team\n\n## Mission\n\nServe people.\n\n## Budget\n\nMuch.\n\n## Strategy\n\n"
        "- Be quick.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    )
    stored, *left_out = desk_with_tables.done("charter", "import", file).splitlines()
    assert stored == "Team is stored as version 1: 2 lines."
    assert len(left_out) == 2
    assert left_out[0].startswith("What stands under “Budget” is left out;")
    assert left_out[1] == "Line 15: a table is not read; write a list."


# db


def test_the_database_is_made_checked_saved_and_brought_back(desk: Desk) -> None:
    assert desk.done("db", "upgrade") == "The database is up to date."
    assert desk.done("db", "check") == "The database fits this version."
    desk.done("charter", "import", SAMPLE)
    assert "'b.zip' holds " in desk.done("db", "backup", "b.zip")
    assert "is there already" in desk.type("db", "backup", "b.zip").sentence
    said = desk.type("db", "restore", "b.zip").sentence
    assert said.startswith("The database holds something already, so nothing was restored.")
    assert "--replace" in said
    assert "The database holds " in desk.done("db", "restore", "b.zip", "--replace")
    assert desk.done("charter", "list") == "Vitals  v1  (default)"


def test_a_database_of_another_program_is_left_alone(desk: Desk) -> None:
    desk.data.mkdir()
    with sqlite3.connect(desk.data / "missionbot.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    assert desk.type("db", "check").sentence.startswith("The database holds tables of another")
    assert "another program" in desk.type("doctor").out
    assert "another program" in desk.type("db", "upgrade").sentence


def test_from_sqlite_to_postgresql(desk_with_tables: Desk, postgres: Any) -> None:
    desk = desk_with_tables
    desk.done("charter", "import", SAMPLE)
    desk.done("db", "backup", "b.zip")
    with postgres.database(empty=True) as url:
        desk.set(MISSIONBOT_DATABASE_URL=url)
        assert desk.type("db", "check").sentence.startswith("The database is empty.")
        desk.done("db", "restore", "b.zip")
        assert desk.done("charter", "list") == "Vitals  v1  (default)"
        assert desk.done("db", "check") == "The database fits this version."


# eval


def test_the_reader_is_measured(desk: Desk) -> None:
    charter = {
        "name": "tiny",
        "lines": [
            {"id": "R1", "kind": "principle", "text": "We never sell data to advertisers."},
            {"id": "P1", "kind": "pillar", "text": "Setup takes five minutes."},
        ],
        "cases": [
            {"id": "1", "q": SELL, "verdict": "conflicts", "opposes": ["R1"]},
            {"id": "2", "q": "repaint the office", "verdict": "unclear"},
        ],
    }
    file = desk.file("tiny.jsonl", json.dumps(charter))
    typed = desk.type("eval", "--reader", "--json", file)
    assert typed.code == 0, typed.err
    assert json.loads(typed.out)
    assert not desk.data.exists(), "nothing is stored"
