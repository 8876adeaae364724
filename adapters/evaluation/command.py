"""The command `missionbot eval`: its words. What it does stands in measure.py, which is imported
when it runs, so that the other commands start quickly."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import PlatformError, UserFacing

if TYPE_CHECKING:
    from adapters.evaluation.measure import OpenTools


def eval_command(open_tools: "OpenTools") -> Callable[..., None]:
    """The typer command; whoever puts the program together says what is measured. Raises
    UserFacing for what a person can put right."""

    def evaluate(
        files: Annotated[
            list[Path], typer.Argument(metavar="FILES", help="Labelled charters, one a line.")
        ],
        reader: Annotated[
            bool, typer.Option("--reader", help="Measure the reader (done if nothing is chosen).")
        ] = False,
        judge: Annotated[
            bool, typer.Option("--judge", help="Measure the connected language model.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
        record: Annotated[
            Path | None, typer.Option(help="Write the judge's prompts to this file.")
        ] = None,
        replay: Annotated[
            Path | None, typer.Option(help="Score the answers in this file as a judge's.")
        ] = None,
        opposite: Annotated[
            bool, typer.Option("--opposite", help="Record the prompts that ask about not doing it.")
        ] = False,
        replay_opposite: Annotated[
            Path | None, typer.Option(help="The answers to those, beside --replay.")
        ] = None,
        together: Annotated[
            bool,
            typer.Option(
                "--together",
                help="Put each charter among all others, and measure which lines a judge sees.",
            ),
        ] = False,
        at_once: Annotated[int, typer.Option(min=1, max=32, help="Questions at a time.")] = 1,
    ) -> None:
        """Measure how well the reader finds lines, and how often the judge is right.

        Opposite charters with the same questions show whether a judge reads the charter.
        """
        from adapters.evaluation.measure import Wanted, evaluated, show

        wanted = Wanted(
            reader=reader,
            judge=judge,
            together=together,
            record=record,
            opposite=opposite,
            replay=replay,
            replay_opposite=replay_opposite,
            at_once=at_once,
        )
        try:
            measured = asyncio.run(evaluated(files, wanted, open_tools))
        except PlatformError as problem:
            raise UserFacing(str(problem)) from problem
        show(measured, as_json)

    return evaluate
