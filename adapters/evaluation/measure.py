"""What `missionbot eval` does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from adapters.evaluation import recording
from adapters.evaluation.data import LabelledFile, load
from adapters.evaluation.judge_figures import Judged
from adapters.evaluation.large import shortlist_all
from adapters.evaluation.report import Report, report, tables
from adapters.evaluation.run import Step, Tools, judge_all, read_all, replay_all
from bot.errors import UserFacing

OpenTools = Callable[[], AbstractAsyncContextManager[Tools]]
"""Makes what is measured, and closes it afterwards."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to measure; nothing chosen is the reader."""

    reader: bool = False
    judge: bool = False
    together: bool = False
    record: Path | None = None
    opposite: bool = False
    replay: Path | None = None
    replay_opposite: Path | None = None
    at_once: int = 1

    @property
    def anything_else(self) -> bool:
        """Whether something besides the reader was chosen."""
        return bool(self.judge or self.together or self.record or self.replay)


async def evaluated(files: Sequence[Path], wanted: Wanted, open_tools: OpenTools) -> Report:
    """The figures that were wanted. Raises UserFacing for what a person can put right."""
    if wanted.judge and wanted.replay:
        raise UserFacing("--replay scores answers from a file; leave --judge out, or --replay.")
    if wanted.opposite and not wanted.record:
        raise UserFacing("--opposite says what to record; give a file with --record.")
    if wanted.replay_opposite and not wanted.replay:
        raise UserFacing("--replay-opposite stands beside --replay; give the other answers too.")
    labelled = load(files)
    async with open_tools() as tools:
        if wanted.judge and tools.judge is None:
            raise UserFacing(
                "No language model is connected, so there is no judge to measure. Connect one "
                "(see the README), or take the prompts elsewhere with --record and --replay."
            )
        if wanted.record:
            count = recording.record(
                labelled, tools.prompt, wanted.record, opposite=wanted.opposite
            )
            typer.echo(f"{count} prompts written to {wanted.record}.", err=True)
        readings = {}
        if wanted.reader or not wanted.anything_else:
            with _progress("Reading", labelled) as step:
                readings = await read_all(labelled, tools.reader, step)
        shortlisted = {}
        if wanted.together:
            with _progress("Picking lines", labelled) as step:
                shortlisted = await shortlist_all(labelled, tools.reader, step)
        judged, name = await _judged(labelled, wanted, tools)
    return report(readings, judged, name, shortlisted)


async def _judged(
    labelled: Sequence[LabelledFile], wanted: Wanted, tools: Tools
) -> tuple[Mapping[str, Sequence[Judged]], str]:
    """The judgements by file, and whose they are."""
    if wanted.replay:
        answers = recording.answers(wanted.replay, labelled)
        typer.echo(f"{len(answers)} answers for {_count(labelled)} questions.", err=True)
        others = (
            recording.answers(wanted.replay_opposite, labelled) if wanted.replay_opposite else {}
        )
        judged = replay_all(labelled, tools.prompt, answers, others, wanted.replay.name)
        return judged, wanted.replay.name
    if wanted.judge and tools.judge:
        with _progress("Judging", labelled) as step:
            judged = await judge_all(labelled, tools.judge, step, at_once=wanted.at_once)
        return judged, tools.judge.name
    return {}, ""


@contextmanager
def _progress(what: str, labelled: Sequence[LabelledFile]) -> Iterator[Step]:
    """A bar on a terminal, nothing in a file or pipe; on stderr, so that stdout stays clean."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (what, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
    with bar:
        task = bar.add_task(what, total=_count(labelled))
        yield lambda: bar.advance(task)


def _count(labelled: Sequence[LabelledFile]) -> int:
    return sum(len(charter.cases) for file in labelled for charter in file.charters)


def show(measured: Report, as_json: bool) -> None:
    """Prints what was measured; nothing when nothing was."""
    from rich.console import Console

    if as_json and (measured.reader or measured.judge or measured.shortlist):
        typer.echo(measured.model_dump_json(indent=2))
        return
    console = Console()
    for table in tables(measured):
        console.print(table)
