"""`missionbot decisions`: exit codes and sentences, in an operator's hands."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.cli import USAGE
from adapters.files import SAMPLE
from adapters.files.decisions import to_json
from tests.decisions.samples import three
from tests.edges.conftest import Desk as Typing


@pytest.fixture
def ready(desk_with_tables: Typing) -> Typing:
    desk_with_tables.done("charter", "import", SAMPLE)
    return desk_with_tables


@pytest.fixture
def filled(ready: Typing) -> Typing:
    """With three entries about two decisions."""
    record = ready.file("record.json", to_json(three()))
    assert ready.done("decisions", "import", record) == "3 entries taken over, word for word."
    return ready


def run(ready: Typing, statement: str) -> None:
    """Behind the bot's back."""
    with closing(sqlite3.connect(ready.data / "missionbot.db")) as database:
        database.execute(statement)
        database.commit()


# verify


def test_a_whole_record_says_its_seal(filled: Typing) -> None:
    said = filled.done("decisions", "verify")
    assert said.splitlines() == [
        f"The record is whole: 3 entries. Its last seal is {three()[-1].hash}.",
        "Keep that seal elsewhere: it shows later whether the end was cut off.",
    ]


def test_an_empty_record_is_whole(ready: Typing) -> None:
    assert ready.done("decisions", "verify") == "There is no record yet: no decision was recorded."


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE decision_entry SET entry = replace(entry, 'Drop widget 2', 'Keep widget 2') "
            "WHERE number = 2",
            "Entry 2: its words were changed.",
        ),
        ("DELETE FROM decision_entry WHERE number = 2", "Entry 3: entry 2 is missing before it."),
        ("DELETE FROM decision_entry WHERE number = 1", "Entry 2: entry 1 is missing before it."),
    ],
)
def test_a_tampered_row_is_named_by_its_entry(filled: Typing, statement: str, fault: str) -> None:
    run(filled, statement)
    typed = filled.type("decisions", "verify")
    assert typed.code == 1
    assert typed.out == ""
    assert typed.err.splitlines() == [
        fault,
        "The record was changed by something other than the bot.",
    ]


def test_a_row_that_does_not_even_read_is_named_too(filled: Typing) -> None:
    run(filled, "UPDATE decision_entry SET entry = 'x' WHERE number = 2")
    typed = filled.type("decisions", "verify")
    assert typed.code == 1
    assert "Traceback" not in typed.err
    assert "Entry 2" in typed.err


def test_a_decision_that_is_not_what_its_record_says_is_named(filled: Typing) -> None:
    run(filled, "UPDATE decision SET decision = replace(decision, 'Android', 'iPhone')")
    typed = filled.type("decisions", "verify")
    assert typed.code == 1
    assert "D1: it is not what its record adds up to." in typed.err


def test_a_cut_off_end_shows(filled: Typing) -> None:
    run(filled, "DELETE FROM decision_entry WHERE number = 3")
    typed = filled.type("decisions", "verify")
    assert typed.code == 1
    assert "D1: it is not what its record adds up to." in typed.err


def test_a_decision_that_was_taken_out_shows(filled: Typing) -> None:
    run(filled, "DELETE FROM decision WHERE id = 'd2'")
    assert "D2: it is in the record alone." in filled.type("decisions", "verify").err


def test_a_decision_that_cannot_be_read_shows(filled: Typing) -> None:
    run(filled, "UPDATE decision SET decision = 'x' WHERE id = 'd2'")
    assert "A decision cannot be read" in filled.type("decisions", "verify").err


def test_where_there_is_no_charter_adrs_wait(desk_with_tables: Typing, tmp_path: Path) -> None:
    (tmp_path / "0001-x.md").write_text("# 1. X\n")
    typed = desk_with_tables.type("decisions", "import", tmp_path)
    assert "There is no charter yet" in typed.sentence


# export and import


def test_the_record_goes_out_and_comes_back(filled: Typing, tmp_path: Path) -> None:
    out = tmp_path / "out" / "record.json"
    assert filled.done("decisions", "export", out, "--format", "json") == (
        f"3 entries written to {out}."
    )
    assert out.read_text(encoding="utf-8") == to_json(three())
    other = filled.done("decisions", "import", out, "--workspace", "web:other")
    assert other == "3 entries taken over, word for word."
    said = filled.done("decisions", "verify", "--workspace", "web:other")
    assert three()[-1].hash in said


def test_a_table_and_adrs_are_written(filled: Typing, tmp_path: Path) -> None:
    table = tmp_path / "decisions.csv"
    assert "2 decisions written" in filled.done("decisions", "export", table, "--format", "csv")
    lines = table.read_bytes().split(b"\r\n")
    assert lines[0].startswith("\ufeffnumber,title".encode())
    assert lines[1].startswith(b"D1,Drop the Android widget")
    folder = tmp_path / "adr"
    assert "2 decisions written" in filled.done("decisions", "export", folder, "--format", "adr")
    assert {file.name for file in folder.iterdir()} == {
        "README.md",
        "0001-drop-the-android-widget.md",
        "0002-drop-widget-2.md",
    }


def test_adrs_are_brought_in_once(ready: Typing, tmp_path: Path) -> None:
    (tmp_path / "0007-use-sqlite.md").write_text("# 7. Use SQLite\n\n## Decision\n\nYes.\n")
    assert ready.done("decisions", "import", tmp_path) == ("1 of 1 ADRs brought in.")
    assert "0 of 1 ADRs brought in. The others were here before." in ready.done(
        "decisions", "import", tmp_path
    )
    assert "The record is whole: 1 entry. " in ready.done("decisions", "verify")


def test_what_cannot_be_taken_over_is_said(filled: Typing, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    record.write_text(to_json(three()))
    assert (
        "There are decisions here already." in filled.type("decisions", "import", record).sentence
    )
    forged = json.loads(record.read_text())
    forged["entries"][1]["why"] = "Because."
    record.write_text(json.dumps(forged))
    there = ("--workspace", "web:other")
    assert (
        "entry 2, its words were changed"
        in filled.type("decisions", "import", record, *there).sentence
    )
    for text in ("", "[]", '{"format": "missionbot decisions 9"}', "# An ADR"):
        record.write_text(text)
        assert "record of decisions" in filled.type("decisions", "import", record, *there).sentence
    record.write_bytes(b"\xff\xfe")
    assert "cannot be read" in filled.type("decisions", "import", record, *there).sentence
    missing = filled.type("decisions", "import", tmp_path / "nowhere").sentence
    assert "There are no ADRs in" in missing or "There is no" in missing


def test_a_charter_that_is_none_is_said(ready: Typing, tmp_path: Path) -> None:
    (tmp_path / "0001-x.md").write_text("# 1. X\n")
    said = ready.type("decisions", "import", tmp_path, "--charter", "Nobody's").sentence
    assert said == "There is no charter “Nobody's”. Name one with --charter."


def test_a_place_that_cannot_be_written_is_said(filled: Typing, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    typed = filled.type("decisions", "export", tmp_path / "file" / "x", "--format", "csv")
    assert "cannot be written" in typed.sentence


def test_wrong_words_say_how_it_is_used(ready: Typing) -> None:
    typed = ready.type("decisions", "export", "x", "--format", "pdf")
    assert typed.code == USAGE
    assert "pdf" in typed.err
