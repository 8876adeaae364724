"""Large charters: one labelled charter among others, and what the judge would see of it."""

import copy
from collections.abc import Sequence
from pathlib import Path

from adapters.evaluation.data import LabelledCharter, load
from adapters.evaluation.large import Shortlisted, among, shortlist_all, shortlist_figures
from bot.ask.model import Finding
from bot.ask.service import MOST_LINES_JUDGED
from bot.charter.model import LineInForce
from tests.evaluation.labelled import CHARTER, MIRROR, FixedReader, case, write


def charters(path: Path, count: int) -> tuple[LabelledCharter, ...]:
    """The small charter again and again, under other names."""
    named = [{**copy.deepcopy(CHARTER), "name": f"c{i}"} for i in range(count)]
    (file,) = load([write(path / "many.jsonl", *named)])
    return file.charters


def test_own_lines_come_first_and_others_are_inherited(tmp_path: Path) -> None:
    first, *others = charters(tmp_path, 3)
    lines = among(first, [first, *others]).lines
    assert [line.ref for line in lines] == [
        *("M1", "R1", "N1", "c1 M1", "c1 R1", "c1 N1", "c2 M1", "c2 R1", "c2 N1")
    ]
    assert [line.inherited for line in lines] == [False] * 3 + [True] * 6


def test_only_three_levels_have_a_mission_and_none_has_more_than_200_lines(tmp_path: Path) -> None:
    first, *others = charters(tmp_path, 80)
    lines = among(first, others).lines
    assert len(lines) == 200
    assert [line.ref for line in lines if line.line.kind == "mission"] == ["M1", "c1 M1", "c2 M1"]


class LastFirst(FixedReader):
    """Finds the last line the most relevant."""

    async def read(
        self, workspace: str, lines: Sequence[LineInForce], question: str
    ) -> tuple[Finding, ...]:
        return await super().read(workspace, lines[::-1], question)


async def test_what_the_reader_does_not_find_the_judge_does_not_see(tmp_path: Path) -> None:
    files = load([write(tmp_path / "a.jsonl", *_many(30))])
    for reader, seen in ((FixedReader({}), True), (LastFirst({}), False)):
        found = await shortlist_all(files, reader, lambda: None)
        first = found["a"][0]
        assert (first.lines, len(first.seen)) == (90, MOST_LINES_JUDGED)
        assert ("R1" in first.seen) is seen
        assert "M1" in first.seen, "a mission is always seen"


def _many(count: int) -> list[dict[str, object]]:
    return [{**copy.deepcopy(CHARTER), "name": f"c{i}"} for i in range(count)]


def test_the_figures() -> None:
    seen = frozenset({"M1", "R1"})
    figures = shortlist_figures(
        [
            Shortlisted(case=case("fits", ["M1"]), lines=90, seen=seen),
            Shortlisted(case=case("conflicts", opposes=["N1", "R1"]), lines=80, seen=seen),
            Shortlisted(case=case("partly", ["R1"], ["P1"]), lines=80, seen=seen),
            Shortlisted(case=case("unclear"), lines=80, seen=seen),
        ]
    )
    assert (figures.questions, figures.lines, figures.seen) == (3, 90, 2)
    assert figures.decisive == 2 / 3
    assert figures.every == 1 / 3


async def test_a_charter_that_fits_is_seen_whole(tmp_path: Path) -> None:
    files = load([write(tmp_path / "a.jsonl", CHARTER), write(tmp_path / "b.jsonl", MIRROR)])
    found = await shortlist_all(files, FixedReader({}), lambda: None)
    assert [len(one.seen) for of_file in found.values() for one in of_file] == [4] * 6
    assert shortlist_figures(found["a"]).every == 1
