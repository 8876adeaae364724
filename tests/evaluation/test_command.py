"""`missionbot eval` as somebody types it."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from adapters.evaluation.command import eval_command
from adapters.evaluation.recording import blind_id
from adapters.evaluation.run import Tools
from adapters.judging import prompt
from adapters.judging.reader import OnnxReader
from bot.ask.ports import Asked, Judge, Reader
from bot.errors import UserFacing
from tests.evaluation.labelled import CHARTER, MIRROR, DeafJudge, FixedReader, write

FIRST = blind_id("pulse", "1")
FITS = {
    "considered": "",
    "reasons": [{"line": "P1", "because": "it earns", "stance": "supports"}],
    "verdict": "fits",
    "why_unclear": "not_unclear",
    "would_fit_if": "",
    "confidence": "sure",
}


@dataclass
class Typed:
    """What came of a command line."""

    out: str
    err: str
    problem: BaseException | None


@dataclass
class Desk:
    """A folder with a labelled charter and its mirror, and the command."""

    folder: Path
    reader: Reader = field(default_factory=lambda: FixedReader({"Repaint it": 0.1}))
    judge: Judge | None = None
    closed: int = 0

    def __post_init__(self) -> None:
        self.dev = write(self.folder / "dev.jsonl", CHARTER)
        self.mirror = write(self.folder / "mirror.jsonl", MIRROR)

    def type(self, *words: str | Path) -> Typed:
        app = typer.Typer()
        app.command("eval")(eval_command(self._tools))
        done = CliRunner().invoke(app, [str(word) for word in words])
        problem = None if isinstance(done.exception, SystemExit) else done.exception
        return Typed(out=done.stdout, err=done.stderr, problem=problem)

    def json(self, *words: str | Path) -> dict[str, Any]:
        typed = self.type("--json", *words)
        assert typed.problem is None
        report: dict[str, Any] = json.loads(typed.out)
        return report

    @asynccontextmanager
    async def _tools(self) -> AsyncIterator[Tools]:
        yield Tools(reader=self.reader, judge=self.judge, prompt=prompt)
        self.closed += 1


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


def test_the_reader_is_measured_when_nothing_is_chosen(desk: Desk) -> None:
    typed = desk.type(desk.dev, desk.mirror)
    assert typed.problem is None
    assert "Reader" in typed.out
    assert "Judge" not in typed.out
    assert typed.err == ""
    cells = [line.replace("│", "").split() for line in typed.out.splitlines()]
    assert ["questions", "4", "2", "6"] in cells
    assert desk.closed == 1


def test_figures_by_file_and_of_all(desk: Desk) -> None:
    report = desk.json("--reader", desk.dev, desk.mirror)
    assert list(report["reader"]) == ["dev", "mirror", "all"]
    # In charter order M1 comes first: right for two of the three that lines speak to.
    assert report["reader"]["dev"]["hit_at_1"] == pytest.approx(2 / 3)
    assert report["reader"]["dev"]["hit_at_3"] == 1
    assert report["reader"]["all"]["silence_caught_fixed"] == 1
    assert report["judge"] == {}


def test_a_single_file_has_no_sum(desk: Desk) -> None:
    assert list(desk.json(desk.dev)["reader"]) == ["dev"]


def test_the_judge_is_measured(desk: Desk) -> None:
    desk.judge = DeafJudge({"sell data": "conflicts", "repaint it": "unclear"})
    report = desk.json("--judge", desk.dev, desk.mirror)
    assert report["reader"] == {}
    assert report["judge_name"] == "deaf"
    everything = report["judge"]["all"]
    assert everything["accuracy"] == pytest.approx(3 / 6)
    assert everything["no_answer"] == 2
    assert (everything["mirrored"], everything["both_right"]) == (1, 0)
    assert everything["tokens"] == {"prompt": 54, "completion": 8, "cached": 0, "cost": 2.0}
    assert [one["why_not"] for one in report["judged"] if one["judgement"] is None] == [
        "it did not answer within 20 seconds"
    ] * 2


def test_the_judge_table_says_why_there_was_no_answer(desk: Desk) -> None:
    desk.judge = DeafJudge({"sell data": "conflicts"})
    typed = desk.type("--judge", "--at-once", "3", desk.dev, desk.mirror)
    assert typed.problem is None
    assert "Judge: deaf" in typed.out
    assert "it did not answer within 20 seconds" in typed.out
    assert "right under both" in typed.out


def test_the_shortlist_of_large_charters_is_measured(desk: Desk) -> None:
    report = desk.json("--together", desk.dev, desk.mirror)
    assert report["reader"] == {}
    assert report["shortlist"]["all"]["questions"] == 4
    assert report["shortlist"]["dev"]["lines"] == 4
    assert "every line that speaks to it is seen" in desk.type("--together", desk.dev).out


def test_both_in_one_go(desk: Desk) -> None:
    desk.judge = DeafJudge({"sell data": "conflicts"})
    report = desk.json("--judge", "--reader", desk.dev)
    assert list(report["reader"]) == list(report["judge"]) == ["dev"]


def test_a_judge_that_answers_nothing_is_not_asked_on(desk: Desk) -> None:
    judge = DeafJudge({})
    desk.judge = judge
    typed = desk.type("--judge", desk.dev, desk.mirror)
    assert isinstance(typed.problem, UserFacing)
    assert "first 5 questions" in str(typed.problem)
    assert "it did not answer within 20 seconds" in str(typed.problem)
    assert len(judge.asked) == 5


def test_no_judge_is_said(desk: Desk) -> None:
    typed = desk.type("--judge", desk.dev)
    assert isinstance(typed.problem, UserFacing)
    assert "No language model is connected" in str(typed.problem)


def test_a_reader_without_its_model_is_said(desk: Desk, tmp_path: Path) -> None:
    desk.reader = OnnxReader(model=tmp_path)
    typed = desk.type(desk.dev)
    assert isinstance(typed.problem, UserFacing)
    assert "could not be loaded" in str(typed.problem)


def test_every_prompt_is_recorded_as_it_is_sent(desk: Desk) -> None:
    to = desk.folder / "prompts.jsonl"
    typed = desk.type("--record", to, desk.dev, desk.mirror)
    assert typed.problem is None
    assert typed.out == ""
    assert "6 prompts written to" in typed.err.replace("\n", " ")
    from adapters.evaluation.data import load

    recorded = rows(to)
    asked = [(c, k) for f in load([desk.dev, desk.mirror]) for c in f.charters for k in c.cases]
    assert recorded == sorted(
        (
            {
                "id": blind_id(charter.name, case.id),
                "messages": prompt.messages(charter.in_force, Asked(question=case.q), ()),
                "schema": prompt.schema(charter.in_force),
            }
            for charter, case in asked
        ),
        key=lambda row: str(row["id"]),
    )
    assert any("never sell it" in row["messages"][0]["content"] for row in recorded)


def test_a_recorded_prompt_does_not_tell_a_charter_from_its_mirror(desk: Desk) -> None:
    to = desk.folder / "prompts.jsonl"
    assert desk.type("--record", to, desk.dev, desk.mirror).problem is None
    text = to.read_text(encoding="utf-8")
    assert "~" not in text
    assert text.count('{\\"name\\": \\"pulse\\"}') == 6
    assert len({row["id"] for row in rows(to)}) == 6


def test_prompts_that_cannot_be_written_are_said(desk: Desk) -> None:
    typed = desk.type("--record", desk.folder / "no" / "prompts.jsonl", desk.dev)
    assert isinstance(typed.problem, UserFacing)
    assert "could not be written" in str(typed.problem)


def test_answers_from_a_file_are_scored(desk: Desk) -> None:
    conflicts = {
        **FITS,
        "verdict": "conflicts",
        "reasons": [{"line": "R1", "because": "it sells", "stance": "opposes"}],
    }
    answers = write(
        desk.folder / "answers.jsonl",
        {
            "id": blind_id("pulse", "1"),
            "answer": f"Here you are:\n```{json.dumps(conflicts)}```",
        },
        {"id": blind_id("pulse", "2"), "answer": "I cannot say."},
        {"id": blind_id("pulse~", "1"), "answer": FITS},
    )
    report = desk.json("--replay", answers, desk.dev, desk.mirror)
    assert report["judge_name"] == "answers.jsonl"
    everything = report["judge"]["all"]
    assert everything["questions"] == 3
    assert everything["accuracy"] == pytest.approx(2 / 3)
    assert everything["no_answer"] == 1
    assert (everything["mirrored"], everything["both_right"]) == (1, 1)
    assert (everything["cited"], everything["cited_right"]) == (2, 1)
    typed = desk.type("--replay", answers, desk.dev, desk.mirror)
    assert "3 answers for 6 questions" in typed.err


def test_answers_about_not_doing_it_are_scored_beside_the_others(desk: Desk) -> None:
    to = desk.folder / "opposite.jsonl"
    assert desk.type("--record", to, "--opposite", desk.dev).problem is None
    assert all("Judge the opposite" in row["messages"][1]["content"] for row in rows(to))
    fits = {**FITS, "reasons": [{"line": "M1", "because": "asks for it", "stance": "supports"}]}
    vague = {**FITS, "reasons": [], "verdict": "unclear", "why_unclear": "vague"}
    said, other = {"1": fits, "2": fits, "3": fits, "4": vague}, {"1": fits, "2": fits, "4": fits}
    answers, others = (
        write(
            desk.folder / name,
            *({"id": blind_id("pulse", case), "answer": given[case]} for case in given),
        )
        for name, given in (("answers.jsonl", said), ("others.jsonl", {**other, "3": "No idea."}))
    )
    judge = desk.json("--replay", answers, "--replay-opposite", others, desk.dev)["judge"]["dev"]
    # The third has no usable other answer, and what is vague is not asked the other way round.
    assert judge["both_ways"] == 2
    assert (judge["wrong_clash"], judge["right_clash"]) == (1, 1)


def test_options_about_not_doing_it_need_the_others(desk: Desk) -> None:
    typed = desk.type("--opposite", desk.dev)
    assert "give a file with --record" in str(typed.problem)
    typed = desk.type("--replay-opposite", desk.dev, desk.dev)
    assert "stands beside --replay" in str(typed.problem)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([{"id": "123", "answer": "x"}], "line 1: the labelled charters have no case with the id"),
        ([{"id": FIRST}], "line 1: answer is missing"),
        ([{"id": FIRST, "answer": "x"}] * 2, f"line 2: '{FIRST}' is answered twice"),
        ([], "has no answers"),
    ],
)
def test_bad_answers_are_named(desk: Desk, answers: Sequence[dict[str, str]], says: str) -> None:
    typed = desk.type("--replay", write(desk.folder / "answers.jsonl", *answers), desk.dev)
    assert isinstance(typed.problem, UserFacing)
    assert says in str(typed.problem)


def test_an_answer_is_text_or_an_object(desk: Desk) -> None:
    answers = write(desk.folder / "a.jsonl", {"id": FIRST, "answer": 3})
    typed = desk.type("--replay", answers, desk.dev)
    assert "line 1: answer" in str(typed.problem)


def test_replay_and_judge_exclude_each_other(desk: Desk) -> None:
    typed = desk.type("--judge", "--replay", desk.folder / "a.jsonl", desk.dev)
    assert isinstance(typed.problem, UserFacing)
    assert "leave --judge out" in str(typed.problem)


def test_a_bad_file_is_said_before_anything_is_loaded(desk: Desk) -> None:
    typed = desk.type(desk.folder / "nothing.jsonl")
    assert isinstance(typed.problem, UserFacing)
    assert desk.closed == 0
