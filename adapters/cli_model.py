"""`missionbot model`: a language model on this machine, for whoever may not send text out."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli_parts import settings
from bot.errors import UserFacing

model_app = typer.Typer(invoke_without_command=True, help="A language model on this machine.")


@model_app.callback()
def model(context: typer.Context) -> None:
    """Show which model of this machine judges, and which can be fetched."""
    if context.invoked_subcommand is None:
        _show()


def _show() -> None:
    from adapters.judging.local.catalogue import MODELS
    from adapters.judging.local.chosen import chosen

    here = chosen(settings().missionbot_data)
    if here:
        typer.echo(f"{here.name} judges from the next start on: {here.file}")
    else:
        typer.echo("No model of this machine was chosen.")
    typer.echo("\nTo fetch, with `missionbot model get NAME`:")
    for each in MODELS.values():
        typer.echo(f"  {each.name:<14} {each.size / 1e9:.1f} GB  {each.title}: {each.words}")
    typer.echo("\nOne that is here already: `missionbot model use FILE`.")


@model_app.command()
def get(
    name: Annotated[str, typer.Argument(help="Which one; none takes the first.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the download.")] = False,
) -> None:
    """Fetch an open model and let it judge."""
    from adapters.judging.local.catalogue import MODELS
    from adapters.judging.local.chosen import FOLDER, choose
    from adapters.judging.local.download import download

    wanted = MODELS.get(name) if name else next(iter(MODELS.values()))
    if wanted is None:
        raise UserFacing(f"I know no model {name!r}. There are: {', '.join(MODELS)}.")
    data = settings().missionbot_data
    folder = data / FOLDER
    typer.echo(
        f"{wanted.title}: {wanted.words}.\n"
        f"Licence: {wanted.licence} ({wanted.origin})\n"
        f"Download: {wanted.size / 1e9:.1f} GB into {folder.absolute()}\n"
        f"Memory while it runs: about {wanted.memory:g} GB"
    )
    if not yes:
        typer.confirm("Fetch it?", abort=True)
    with typer.progressbar(length=wanted.size, label="Fetching") as bar:
        file = asyncio.run(download(wanted, folder, lambda there: bar.update(there - bar.pos)))
    _chosen(choose(data, file, wanted.title).name)


@model_app.command()
def use(
    file: Annotated[Path, typer.Argument(show_default=False, help="A .gguf file.")],
    name: Annotated[str, typer.Option(help="What people see behind “judged by”.")] = "",
) -> None:
    """Let a model file judge that is here already."""
    from adapters.judging.local.chosen import choose

    _chosen(choose(settings().missionbot_data, file, name or file.stem).name)


@model_app.command()
def off() -> None:
    """Judge by no model of this machine any more; its file stays."""
    from adapters.judging.local.chosen import forget

    was = forget(settings().missionbot_data)
    typer.echo("It judges no more from the next start on." if was else "None was chosen.")


def _chosen(name: str) -> None:
    from adapters.judging.local.server import NO_PROGRAM, program

    typer.echo(f"{name} judges from the next start on.")
    if settings().judge_connected:
        typer.echo(
            "OPENAI_API_KEY or OPENAI_BASE_URL is set, though, and goes before it: take them out."
        )
    if program() is None:
        typer.echo(NO_PROGRAM)
