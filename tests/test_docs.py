"""The documents say what the program does: nothing is missing, no link leads nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer
from typer.main import get_command

from adapters import cli
from adapters.settings import Settings
from adapters.terminal.answer import EXIT_CODES
from tests.docs_tables import DOCS, GROUPS, ROOT, TABLES, with_tables, words
from tests.parity import LABELS, NAMES, capabilities, parity_table

PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_say_what_the_code_says(name: str) -> None:
    there = text(ROOT / name)
    assert there == with_tables(name, there), "write them: .venv/bin/python -m tests.docs_tables"


def test_the_table_of_what_works_where_leaves_nothing_out() -> None:
    found = capabilities()
    assert set(NAMES) <= set(found)
    for way in found.values():
        assert set(way) == set(LABELS)


def test_what_a_way_in_need_not_do_is_said_in_a_note() -> None:
    done = dict.fromkeys(LABELS, "done")
    other = {**done, "chart": ("exempt", "it has no pen")}
    lines = parity_table({"web": done, "carrier pigeon": other}).splitlines()
    assert lines[0] == "| | Page | Carrier pigeon |"
    assert "| Charts | ✓ | [1] |" in lines
    assert lines[-1] == "1. Carrier pigeon, charts: it has no pen."


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_stands_there_once(name: str) -> None:
    rows = [row for row in text(DOCS / "settings.md").splitlines() if row.startswith(f"| `{name}`")]
    assert len(rows) == 1, f"tests/docs_tables.py has to name {name} in exactly one of {[*GROUPS]}"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


def test_the_readme_names_no_word_that_there_is_not() -> None:
    known = {name for word in words() for name in (word.name, *word.also)} | {"help"}
    named = set(re.findall(r"`/mission ([a-z]+)", text(ROOT / "README.md")))
    assert named
    assert named <= known


def commands() -> Iterator[str]:
    """Everything that can be typed after `missionbot`."""

    def below(command: object, before: str) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield before
            return
        for name, child in inner.items():
            yield from below(child, f"{before} {name}".strip())

    app: typer.Typer = cli.app
    yield from below(get_command(app), "")


@pytest.mark.parametrize("command", [*commands()])
def test_every_command_of_the_shell_is_there(command: str) -> None:
    assert re.search(rf"^\| `missionbot {command}\b", text(DOCS / "commands.md"), re.MULTILINE)


def test_the_exit_codes_are_there() -> None:
    said = text(DOCS / "commands.md")
    for code in (*EXIT_CODES.values(), cli.USAGE, cli.FAILED):
        assert re.search(rf"^\| (\d+, )*{code}\b", said, re.MULTILINE), code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_CODE.sub("", text(page))):
        if re.match(r"[a-z]+:", link):
            continue  # elsewhere: not ours to keep
        path, _, part = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), f"{page.name} leads out of the project: {link}"
        assert target.exists(), f"{page.name} leads to {link}, which is not there"
        if part:
            assert part in anchors(target), f"{page.name} leads to {link}, which is not there"


def anchors(page: Path) -> set[str]:
    """The names of a page's headings in addresses, as git hosts make them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text(page)))
    return {heading.replace(" ", "-") for heading in plain}


def test_files_that_the_readme_names_in_code_are_there() -> None:
    named = re.findall(
        r"`((?:docs|adapters|training|tests|benchmarks)/[\w./-]+)`", text(ROOT / "README.md")
    )
    for name in named:
        assert (ROOT / name).exists(), name
