"""Decisions as files: tables, the whole record, and ADRs out and in."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from adapters.files.decisions import (
    COLUMNS,
    from_json,
    read_adr,
    read_adrs,
    to_adrs,
    to_csv,
    to_json,
    to_zip,
)
from bot.errors import UserFacing
from tests.decisions.samples import ERIK, check, decision, link, three

NYGARD = """# 7. Use SQLite

Date: 2025-03-12

## Status

Accepted

## Context

We need a store that nobody has to run.

## Decision

We will use SQLite.

## Consequences

One writer at a time.
"""
MADR = """# Drop the Android widget

## Context and Problem Statement

Nobody uses it.

## Considered Options

* Keep it
* Drop it

## Decision Outcome

Chosen option: "Drop it".
"""


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_table_has_every_field() -> None:
    row = rows(
        to_csv(
            [
                decision(
                    12,
                    deciders=(ERIK,),
                    lines=(link("P1"), link("N1", "violates")),
                    checks=(check("better"),),
                    state="closed",
                )
            ]
        )
    )[0]
    assert tuple(row) == COLUMNS
    assert (row["number"], row["decided_by"], row["outcome"]) == ("D12", "Erik Ek", "better")
    assert (row["serves"], row["violates"]) == ("P1", "N1")


def test_later_check_ins_are_told_while_they_count() -> None:
    days = {"check_on": date(2027, 3, 1), "later_checks": (date(2027, 6, 1), date(2027, 9, 1))}
    waiting = decision(1, checks=(check("better"),), **days)
    ended = decision(2, state="withdrawn", **days | {"check_on": None})
    first, second = rows(to_csv([waiting, ended]))
    assert (first["check_on"], first["later_checks"]) == ("2027-03-01", "2027-06-01 2027-09-01")
    assert first["outcome"] == ""
    assert second["later_checks"] == ""
    adr = to_adrs([waiting])["0001-drop-widget-1.md"]
    assert (
        "## Check-ins\n\n- 2026-11-23 better: Two weeks saved.\n"
        "- 2027-03-01 to come\n- 2027-06-01 to come\n- 2027-09-01 to come\n" in adr
    )


@pytest.mark.parametrize("words", ["=1+1", "@SUM(A1)", "+1", "-1", "\tx"])
def test_a_spreadsheet_runs_nothing(words: str) -> None:
    row = rows(to_csv([decision(1, choice=words)]))[0]
    assert row["choice"] == f"'{words}"


def test_words_with_line_ends_and_quotes_survive_the_table() -> None:
    words = 'One "two",\nthree; fünf'
    assert rows(to_csv([decision(1, choice=words)]))[0]["choice"] == words


def test_the_record_comes_back_as_it_was() -> None:
    assert from_json(to_json(three())) == three()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "other"}', "not json"])
def test_another_file_is_no_record(text: str) -> None:
    with pytest.raises(UserFacing, match=r"record of decisions"):
        from_json(text)


def test_a_damaged_record_says_so() -> None:
    with pytest.raises(UserFacing, match=r"damaged"):
        from_json('{"format": "missionbot decisions 1", "entries": [{"number": 0}]}')


def test_adrs_and_their_index() -> None:
    newer = decision(13, title="Keep *one* widget | only")
    older = decision(12, title="Drop the Android widget", superseded_by="d13", state="superseded")
    files = to_adrs([older, newer])
    assert set(files) == {
        "README.md",
        "0012-drop-the-android-widget.md",
        "0013-keep-one-widget-only.md",
    }
    assert (
        "Superseded by [13. Keep \\*one\\* widget \\| only](0013"
        in files["0012-drop-the-android-widget.md"]
    )
    assert (
        "| 13 | [Keep \\*one\\* widget \\| only](0013-keep-one-widget-only.md) | Accepted |"
        in (files["README.md"])
    )
    packed = zipfile.ZipFile(io.BytesIO(to_zip(files)))
    assert {name: packed.read(name).decode() for name in packed.namelist()} == files
    assert to_zip(files) == to_zip(dict(reversed(files.items())))


def test_our_own_adr_is_read_back() -> None:
    ours = decision(12, title="Drop *it*", reason="Nobody uses it.", expected="Two weeks saved.")
    file = next(text for name, text in to_adrs([ours]).items() if name != "README.md")
    read = read_adr(file, "0012-drop-it")
    assert (read.title, read.choice) == (ours.title, ours.choice)
    assert (read.reason, read.expected) == (ours.reason, ours.expected)


def test_others_forms_are_read() -> None:
    nygard = read_adr(NYGARD, "0007-use-sqlite")
    assert (nygard.title, nygard.choice) == ("Use SQLite", "We will use SQLite.")
    assert nygard.reason == "We need a store that nobody has to run."
    assert nygard.expected == "One writer at a time."
    madr = read_adr(MADR, "0001-drop")
    assert madr.choice == 'Chosen option: "Drop it".'
    assert "Keep it" in madr.rejected


def test_a_folder_of_adrs(tmp_path: Path) -> None:
    (tmp_path / "0007-use-sqlite.md").write_text(NYGARD)
    (tmp_path / "README.md").write_text("# Decisions")
    assert [(name, read.title) for name, read in read_adrs(tmp_path)] == [
        ("0007-use-sqlite.md", "Use SQLite")
    ]


def test_a_folder_without_adrs_says_what_it_looks_for(tmp_path: Path) -> None:
    with pytest.raises(UserFacing, match=r"0001-some-decision\.md"):
        read_adrs(tmp_path)
    (tmp_path / "0001-x.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserFacing, match=r"UTF-8"):
        read_adrs(tmp_path)
