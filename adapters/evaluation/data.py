"""Labelled charters: questions with the verdict and the lines that a careful person would give.

A file has one charter a line, as JSON:
{"name", "domain", "lines": [{"id", "kind", "text"}],
 "cases": [{"id", "q", "verdict", "supports": [line ids], "opposes": [line ids]}]}
The first id on each side is the decisive one.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.ask.model import VerdictKind
from bot.charter.model import Charter, InForce, Line, LineInForce, Version
from bot.errors import UserFacing
from bot.events import Frozen, Key, Person

SIDES: dict[VerdictKind, tuple[bool, bool]] = {
    "fits": (True, False),
    "partly": (True, True),
    "conflicts": (False, True),
    "unclear": (False, False),
}
"""Whether a verdict has lines that support, and lines that oppose."""

MIRROR = "~"
"""Behind the name of a charter that says the opposite of the one named so."""


class BadData(UserFacing):
    """What is wrong with a file, and where."""


class Case(Frozen):
    """A question with its right answer."""

    id: Key
    q: str
    verdict: VerdictKind
    supports: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()

    @property
    def evidence(self) -> frozenset[str]:
        """Every line that speaks to the question; none when the charter is silent."""
        return frozenset(self.supports + self.opposes)

    @property
    def decisive(self) -> frozenset[str]:
        """The first line of each side."""
        return frozenset(self.supports[:1] + self.opposes[:1])


class LabelledCharter(Frozen):
    """A charter and the questions about it."""

    name: Key
    domain: str = ""
    lines: tuple[Line, ...]
    cases: tuple[Case, ...]

    @property
    def in_force(self) -> InForce:
        """The charter as reader and judge get it in a conversation."""
        version = Version(
            number=1,
            lines=self.lines,
            adopted_at=datetime(2026, 1, 1, tzinfo=UTC),
            adopted_by=Person(id="eval", name="eval"),
        )
        # A mirror bears its charter's name: a judge shall not see which of the two it has.
        name = self.name.removesuffix(MIRROR)[:80]
        charter = Charter(id=self.name, name=name, version=version, highest={})
        lines = tuple(
            LineInForce(ref=line.id, line=line, charter=charter.name, version=1)
            for line in self.lines
        )
        return InForce(charter=charter, lines=lines)


class LabelledFile(Frozen):
    """The charters of one file."""

    name: str
    charters: tuple[LabelledCharter, ...]


def load(paths: Sequence[Path]) -> tuple[LabelledFile, ...]:
    """The labelled charters. Raises BadData for the first thing that is wrong."""
    seen: dict[str, str] = {}
    files: list[LabelledFile] = []
    for path in paths:
        charters = []
        for number, row in rows(path):
            where = f"{path}, line {number}"
            charter = _charter(row, where)
            if charter.name in seen:
                before = seen[charter.name]
                raise BadData(f"{where}: the charter {charter.name!r} stands in {before} already.")
            seen[charter.name] = where
            charters.append(charter)
        if not charters:
            raise BadData(f"{path} has no charters; it should have one a line, as JSON.")
        name = str(path) if any(file.name == path.stem for file in files) else path.stem
        files.append(LabelledFile(name=name, charters=tuple(charters)))
    return tuple(files)


def rows(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not empty, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadData(f"{path} is not UTF-8 text (byte {error.start}).") from error
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error.strerror}.") from error
    # Not splitlines: a charter's own text may hold characters that it takes for line ends.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def wrong(error: ValidationError) -> str:
    """The first thing that a model found wrong, in words: where, and what it should be."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = _place(first["loc"])
    if first["type"] == "missing":
        return f"{where} is missing"
    if first["type"] == "extra_forbidden":
        return f"{where} is not known here"
    what = first["msg"].replace("Input should be", "should be").replace("Invalid JSON", "no JSON")
    return f"{where}: {what[0].lower()}{what[1:]}" if where else what[0].lower() + what[1:]


def _place(loc: tuple[Any, ...]) -> str:
    """("cases", 2, "verdict") -> cases 3, verdict."""
    words = ""
    for part in loc:
        words += f" {part + 1}" if isinstance(part, int) else f", {part}"
    return words.removeprefix(", ")


def _charter(row: str, where: str) -> LabelledCharter:
    try:
        charter = LabelledCharter.model_validate_json(row)
    except ValidationError as error:
        raise BadData(f"{where}: {wrong(error)}.") from error
    for problem in _problems(charter):
        raise BadData(f"{where}: {problem}.")
    return charter


def _problems(charter: LabelledCharter) -> Iterator[str]:
    lines = [line.id for line in charter.lines]
    for what, ids in (("line", lines), ("case", [case.id for case in charter.cases])):
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            yield f"there are two {what}s with the id {twice!r}"
    for case in charter.cases:
        for unknown in sorted(case.evidence - set(lines)):
            yield f"case {case.id!r} names the line {unknown!r}, which the charter does not have"
        if (bool(case.supports), bool(case.opposes)) != SIDES[case.verdict]:
            yield (
                f"case {case.id!r} is {case.verdict!r}, which needs {_needs(*SIDES[case.verdict])}"
            )


def _needs(supports: bool, opposes: bool) -> str:
    return (
        f"{'lines' if supports else 'no lines'} that support and "
        f"{'lines' if opposes else 'no lines'} that oppose"
    )
