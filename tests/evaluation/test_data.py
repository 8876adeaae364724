"""Labelled charters: what is read, and what is said about a file that is wrong."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.evaluation.data import BadData, load
from tests.evaluation.labelled import CHARTER, MIRROR, write

LABELLED = Path(__file__).parents[2] / "training" / "data"


def test_a_charter_is_what_it_is_in_a_conversation(tmp_path: Path) -> None:
    (file,) = load([write(tmp_path / "dev.jsonl", CHARTER)])
    assert file.name == "dev"
    (charter,) = file.charters
    assert [line.ref for line in charter.in_force.lines] == ["M1", "R1", "N1"]
    assert charter.in_force.charter.name == "pulse"
    partly = charter.cases[2]
    assert partly.evidence == {"M1", "N1", "R1"}
    assert partly.decisive == {"M1", "N1"}


def test_the_project_own_data_is_well_formed() -> None:
    names = ("dev", "dev_mirror", "train", "train_mirror")
    files = load([LABELLED / f"{name}.jsonl" for name in names])
    assert [len(file.charters) for file in files] == [12, 12, 73, 73]
    questions = [sum(len(c.cases) for c in file.charters) for file in files]
    assert questions == [302, 295, 1181, 1173]
    trained = {case.q for file in files[2:] for charter in file.charters for case in charter.cases}
    measured = {case.q for file in files[:2] for charter in file.charters for case in charter.cases}
    assert not trained & measured


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    one = write(tmp_path / "dev.jsonl", CHARTER)
    other = write(tmp_path / "a" / "dev.jsonl", MIRROR)
    assert [file.name for file in load([one, other])] == ["dev", str(other)]


def broken(**changes: Any) -> dict[str, Any]:
    charter = copy.deepcopy(CHARTER)
    case = charter["cases"][1]
    for key, value in changes.items():
        if value is None:
            case.pop(key)
        else:
            case[key] = value
    return charter


@pytest.mark.parametrize(
    ("charter", "says"),
    [
        (
            broken(verdict="maybe"),
            "cases 2, verdict: should be 'fits', 'partly', 'conflicts' or 'unclear'",
        ),
        (broken(q=None), "cases 2, q is missing"),
        (broken(question="x"), "cases 2, question is not known here"),
        (
            broken(supports=["Z9"]),
            "case '2' names the line 'Z9', which the charter does not have",
        ),
        (
            broken(supports=[]),
            "case '2' is 'fits', which needs lines that support and no lines that oppose",
        ),
        (
            broken(verdict="unclear"),
            "case '2' is 'unclear', which needs no lines that support and no lines that oppose",
        ),
        (broken(id="1"), "there are two cases with the id '1'"),
        ({**CHARTER, "lines": [*CHARTER["lines"], CHARTER["lines"][0]]}, "two lines with the id"),
        ({**CHARTER, "lines": [{"id": "M1", "kind": "goal", "text": "x"}]}, "lines 1, kind: "),
        (CHARTER, "the charter 'pulse' stands in "),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, charter: dict[str, Any], says: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f"{json.dumps(CHARTER)}\n\n{json.dumps(charter)}\n", encoding="utf-8")
    if charter is not CHARTER:
        charter = {**charter, "name": "other"}
        path.write_text(f"{json.dumps(CHARTER)}\n\n{json.dumps(charter)}\n", encoding="utf-8")
    with pytest.raises(BadData) as error:
        load([path])
    assert str(error.value).startswith(f"{path}, line 3: ")
    assert says in str(error.value)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "has no charters"),
        (b"not json\n", ", line 1: no JSON"),
        (b"[]\n", ", line 1: "),
        (b"\xff\xfe\n", "is not UTF-8 text (byte 0)"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadData) as error:
        load([path])
    assert str(path) in str(error.value)
    assert says in str(error.value)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"nothing\.jsonl cannot be read: No such file"):
        load([tmp_path / "nothing.jsonl"])
    with pytest.raises(BadData, match="cannot be read: Is a directory"):
        load([tmp_path])
