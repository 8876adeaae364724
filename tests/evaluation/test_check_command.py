"""`missionbot eval-check` as somebody types it, and what the check finds on planted charters."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from adapters.evaluation.check_command import eval_check_command
from adapters.evaluation.check_data import load_planted
from adapters.evaluation.check_run import CheckTools, rules_and_reader
from adapters.judging import review_prompt
from adapters.judging.reader import OnnxReader
from bot.ask.ports import NotJudged
from bot.check.model import Remark
from bot.check.ports import Reviewer
from bot.errors import UserFacing
from tests.check.samples import ScriptedReviewer
from tests.fakes import WordReader

CHARTERS = sorted((Path(__file__).parent.parent / "check" / "charters").glob("*.yaml"))
SMALL = """
name: Lull
reviewed_on: 2026-10-01
lines:
  - {id: M1, kind: mission, text: "Calm people with games."}
  - {id: P1, kind: pillar, text: "Rank people by the fastest games."}
  - {id: P2, kind: pillar, text: "Leverage games for people."}
  - {id: K1, kind: metric, text: "Calm people."}
  - {id: N1, kind: non_goal, text: "No competition."}
planted:
  - {kind: tension, lines: [P1, N1]}
  - {kind: vague, lines: [P2]}
  - {kind: unmeasured, lines: [K1]}
  - {kind: unserved, lines: [M1]}
defensible:
  - {kind: unsupported, lines: [P1]}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def typed(*words: str | Path, reviewer: Reviewer | None = None) -> Any:
    """What came of a command line."""

    @asynccontextmanager
    async def tools() -> AsyncIterator[CheckTools]:
        yield CheckTools(reader=WordReader(), reviewer=reviewer, prompt=review_prompt)

    app = typer.Typer()
    app.command("eval-check")(eval_check_command(tools))
    return CliRunner().invoke(app, [str(word) for word in words])


def figures(small: Path, *words: str | Path, reviewer: Reviewer | None = None) -> Any:
    return json.loads(typed(small, "--json", *words, reviewer=reviewer).stdout)


def test_what_rules_find(small: Path) -> None:
    rules = figures(small)["rules"]
    assert rules["kinds"]["vague"] == {"planted": 1, "found": 1, "false": 0}
    assert rules["kinds"]["unmeasured"] == {"planted": 1, "found": 1, "false": 0}
    assert rules["missed"] == rules["false"] == []


def test_recorded_prompts_answered_elsewhere_are_scored(small: Path, tmp_path: Path) -> None:
    prompts, answers = tmp_path / "prompts.jsonl", tmp_path / "answers.jsonl"
    typed(small, "--record", prompts)
    (prompt,) = map(json.loads, prompts.read_text().splitlines())
    assert set(prompt) == {"charter", "messages", "schema"}
    assert "planted" not in json.dumps(prompt)
    remarks = [
        {"lines": ["P1", "N1"], "sentence": "", "kind": "tension"},
        {"lines": ["K1"], "sentence": "", "kind": "vague"},
        {"lines": ["P1"], "sentence": "", "kind": "unsupported"},
        {"lines": ["P1"], "sentence": "", "kind": "vague"},
    ]
    answers.write_text(json.dumps({"charter": "Lull", "answer": {"remarks": remarks}}))
    model = figures(small, "--replay", answers)["model"]
    assert model["kinds"]["tension"] == {"planted": 1, "found": 1, "false": 0}
    # A metric without a number is vague; what is defensible counts neither way.
    assert model["kinds"]["vague"] == {"planted": 2, "found": 1, "false": 1}
    assert model["kinds"]["unsupported"] == {"planted": 0, "found": 0, "false": 0}
    assert model["kinds"]["unserved"] == {"planted": 1, "found": 0, "false": 0}


def test_an_answer_that_cannot_be_used_finds_nothing_and_is_told(
    small: Path, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps({"charter": "Lull", "answer": "None."}))
    model = figures(small, "--replay", answers)["model"]
    assert model["kinds"]["tension"]["found"] == 0
    assert "Lull: The language model did not answer" in model["unanswered"][0]


def test_the_connected_model_is_measured(small: Path) -> None:
    good = ScriptedReviewer((Remark(kind="tension", refs=("P1", "N1")),))
    assert figures(small, "--judge", reviewer=good)["model"]["kinds"]["tension"]["found"] == 1
    deaf = ScriptedReviewer(NotJudged("The language model is busy."))
    assert figures(small, "--judge", reviewer=deaf)["model"]["unanswered"] == [
        "Lull: The language model is busy."
    ]


def test_tables_for_people(small: Path) -> None:
    shown = typed(small).stdout
    assert "By rule: 1 charters" in shown
    assert "Lull: unserved M1" in shown or "Lull: tension" in shown


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('{"charter": "Moon", "answer": ""}', "no charter 'Moon'"),
        ('{"charter": "Lull", "answer": ""}\n{"charter": "Lull", "answer": ""}', "twice"),
        ("", "no answers"),
        ("{", "line 1"),
    ],
)
def test_answers_that_do_not_belong_here(
    small: Path, tmp_path: Path, row: str, problem: str
) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(row)
    error = typed(small, "--replay", path).exception
    assert isinstance(error, UserFacing)
    assert problem in str(error)


@pytest.mark.parametrize("text", ["{", "name: X", SMALL.replace("[P2]", "[P9]")])
def test_files_that_are_no_planted_charter(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    assert isinstance(typed(path).exception, UserFacing)


def test_without_a_model_there_is_none_to_measure(small: Path) -> None:
    assert "No language model is connected" in str(typed(small, "--judge").exception)


async def test_what_the_documents_say_of_rules_and_reader() -> None:
    """The figures in docs/check.md, on the ten charters."""
    assert len(CHARTERS) == 10
    found = await rules_and_reader(load_planted(CHARTERS), OnnxReader())

    def counts(part: Any) -> tuple[int, int, int]:
        kinds = part.kinds.values()
        return (
            sum(kind.planted for kind in kinds),
            sum(kind.found for kind in kinds),
            sum(kind.false for kind in kinds),
        )

    assert counts(found["rules"]) == (28, 27, 0)
    planted, right, other = counts(found["reader"])
    assert (planted, right, other) == (17, 11, 9)
