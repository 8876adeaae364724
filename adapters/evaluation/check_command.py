"""The command `missionbot eval-check`: its words. What it does stands in check_run.py, which is
imported when it runs, so that the other commands start quickly."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UserFacing

if TYPE_CHECKING:
    from adapters.evaluation.check_figures import CheckFigures, Part
    from adapters.evaluation.check_run import CheckTools

    OpenCheckTools = Callable[[], AbstractAsyncContextManager[CheckTools]]


def eval_check_command(open_tools: "OpenCheckTools") -> Callable[..., None]:
    """The typer command; whoever puts the program together says what is measured. Raises
    UserFacing for what a person can put right."""

    def evaluate_check(
        files: Annotated[
            list[Path], typer.Argument(metavar="FILES", help="Charters with planted faults (YAML).")
        ],
        judge: Annotated[
            bool, typer.Option("--judge", help="Measure the connected language model too.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
        record: Annotated[
            Path | None, typer.Option(help="Write the language model's prompts to this file.")
        ] = None,
        replay: Annotated[
            Path | None, typer.Option(help="Score the answers in this file as a language model's.")
        ] = None,
    ) -> None:
        """Measure the check: how many planted faults it finds, and what it finds beside them."""
        figures = asyncio.run(_measured(files, judge, record, replay, open_tools))
        if as_json:
            typer.echo(json.dumps({n: f.model_dump(mode="json") for n, f in figures.items()}))
        else:
            _show(figures)

    return evaluate_check


async def _measured(
    files: Sequence[Path],
    judge: bool,
    to_record: Path | None,
    to_replay: Path | None,
    open_tools: "OpenCheckTools",
) -> "Mapping[Part, CheckFigures]":
    from adapters.evaluation.check_data import load_planted
    from adapters.evaluation.check_run import record, replayed, reviewed, rules_and_reader

    charters = load_planted(files)
    async with open_tools() as tools:
        if judge and tools.reviewer is None:
            raise UserFacing(
                "No language model is connected, so there is none to measure. Connect one (see the "
                "README), or take the prompts elsewhere with --record and --replay."
            )
        if to_record:
            count = record(charters, tools.prompt, to_record)
            typer.echo(f"{count} prompts written to {to_record}.", err=True)
        figures = await rules_and_reader(charters, tools.reader)
        if to_replay:
            figures["model"] = replayed(charters, tools.prompt, to_replay)
        elif judge and tools.reviewer:
            figures["model"] = await reviewed(charters, tools.reviewer)
    return figures


def _show(figures: "Mapping[Part, CheckFigures]") -> None:
    from rich.console import Console

    from adapters.evaluation.check_figures import TITLES, tables

    console = Console()
    for table in tables(figures):
        console.print(table)
    for part, each in figures.items():
        for title, matters in (("missed", each.missed), ("not planted", each.false)):
            if matters:
                console.print(f"{TITLES[part]}, {title}:", style="bold")
                console.print("\n".join(f"  {matter.in_words()}" for matter in matters))
        for sentence in each.unanswered:
            console.print(f"  no usable answer: {sentence}")
