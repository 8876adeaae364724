"""`missionbot decisions`: the record of decisions verified, exported and brought in."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from adapters.cli_parts import settings
from bot.errors import UserFacing

if TYPE_CHECKING:
    from adapters.core import Core

T = TypeVar("T")
FAULTY = 1
"""Exit code of `verify` where the record was changed."""
MOST_FAULTS = 20

decisions_app = typer.Typer(no_args_is_help=True, help="The record of decisions.")


class Form(StrEnum):
    """How decisions are written into files."""

    csv = "csv"
    json = "json"
    adr = "adr"


Workspace = Annotated[str, typer.Option(help="Whose, such as slack:T012:T012.")]


@decisions_app.command()
def verify(workspace: Workspace = "web:local") -> None:
    """Check that nobody changed the record behind the bot's back."""

    async def checked(core: "Core") -> int:
        found = await core.rooms.deciding.exchange.verify(workspace)
        for sentence in found.faults[:MOST_FAULTS]:
            typer.echo(sentence, err=True)
        if found.faults:
            if len(found.faults) > MOST_FAULTS:
                typer.echo(f"And {len(found.faults) - MOST_FAULTS} more.", err=True)
            typer.echo("The record was changed by something other than the bot.", err=True)
            return FAULTY
        if not found.entries:
            typer.echo("There is no record yet: no decision was recorded.")
            return 0
        count = _counted(found.entries, "entry", "entries")
        typer.echo(f"The record is whole: {count}. Its last seal is {found.seal}.")
        typer.echo("Keep that seal elsewhere: it shows later whether the end was cut off.")
        return 0

    if code := _with_core(checked):
        raise typer.Exit(code)


@decisions_app.command()
def export(
    out: Annotated[Path, typer.Argument(help="A file, or a folder for ADRs.")],
    form: Annotated[Form, typer.Option("--format", help="csv, json (the whole record) or adr")],
    workspace: Workspace = "web:local",
) -> None:
    """Write decisions to a file."""
    from adapters.files import decisions as files
    from bot.decisions.exchange import OPERATOR_SIGHT

    async def written(core: "Core") -> int:
        if form is Form.json:
            entries = [entry async for entry in core.rooms.deciding.exchange.record(workspace)]
            _write(out, files.to_json(entries))
            return len(entries)
        found = await core.rooms.deciding.exchange.decisions(workspace, OPERATOR_SIGHT)
        if form is Form.csv:
            _write(out, files.to_csv(found))
            return len(found)
        for name, text in files.to_adrs(found).items():
            _write(out / name, text)
        return len(found)

    count = _with_core(written)
    names = ("entry", "entries") if form is Form.json else ("decision", "decisions")
    typer.echo(f"{_counted(count, *names)} written to {out}.")


@decisions_app.command("import")
def bring_in(
    source: Annotated[Path, typer.Argument(help="An exported record, or a folder of ADRs.")],
    charter: Annotated[str, typer.Option(help="The charter that ADRs belong to.")] = "",
    workspace: Workspace = "web:local",
) -> None:
    """Take over an exported record, or bring in ADRs."""
    from adapters.files import decisions as files
    from adapters.local import OPERATOR
    from bot.decisions.writing import Origin

    async def taken(core: "Core") -> str:
        if source.is_file():
            entries = files.from_json(_read(source))
            count = await core.rooms.deciding.exchange.take_over(workspace, entries)
            return f"{_counted(count, 'entry', 'entries')} taken over, word for word."
        items = files.read_adrs(source)
        charters, default = await core.charters.all(workspace)
        found = next(
            (c for c in charters if (c.name == charter if charter else c.id == default)), None
        )
        if found is None:
            raise UserFacing(
                f"There is no charter “{charter}”. Name one with --charter."
                if charter
                else "There is no charter yet, and decisions are tied to one. "
                "`missionbot charter import` brings one in."
            )
        origin = Origin(charter_id=found.id, charter_name=found.name, version=found.version.number)
        new = await core.rooms.deciding.exchange.bring_in(workspace, items, origin, OPERATOR)
        others = " The others were here before." if new < len(items) else ""
        return f"{new} of {len(items)} ADRs brought in.{others}"

    typer.echo(_with_core(taken))


def _with_core(does: "Callable[[Core], Awaitable[T]]") -> T:
    from adapters.core import open_core

    async def opened() -> T:
        async with open_core(settings()) as core:
            return await does(core)

    return asyncio.run(opened())


def _counted(count: int, one: str, more: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {more}"


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UserFacing(f"{str(file)!r} cannot be written: {error.strerror}.") from None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserFacing(f"{str(file)!r} cannot be read: {error}.") from None
