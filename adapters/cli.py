"""The command line. Each command imports what it needs, so that `--version` answers at once."""

import asyncio
import contextlib
import getpass
import json
import logging
import sys
from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from adapters.cli_decisions import decisions_app
from adapters.cli_manifest import manifest_app
from adapters.cli_model import model_app
from adapters.cli_parts import settings as load_settings
from adapters.cli_queue import queue_app
from adapters.evaluation.check_command import eval_check_command
from adapters.evaluation.command import eval_command
from bot.errors import UserFacing

if TYPE_CHECKING:
    from adapters.evaluation.check_run import CheckTools
    from adapters.evaluation.run import Tools
    from adapters.http import Listening
    from bot.events import Person

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keeps a product team's mission, vision and strategy at hand.",
)
charter_app = typer.Typer(no_args_is_help=True, help="Charters as files.")
db_app = typer.Typer(no_args_is_help=True, help="The database.")
app.add_typer(charter_app, name="charter")
app.add_typer(db_app, name="db")
app.add_typer(decisions_app, name="decisions")
app.add_typer(manifest_app, name="manifest")
app.add_typer(model_app, name="model")
app.add_typer(queue_app, name="queue")

FAILED = 70
"""Exit code of a command that could not do its work; 0 to 4 are answers of `missionbot ask`."""
USAGE = 64
"""Exit code of words that make no command."""

# typer keeps its copy of click to itself; this is the class of all its usage errors.
_UsageError = cast(type[typer.BadParameter], typer.BadParameter.__mro__[1])


def main() -> None:
    """The entry point: what goes wrong ends in a sentence and an exit code."""
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        error.show()
        sys.exit(USAGE)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except SystemExit:
        # Typer's, with exit code 1, when whoever reads what is printed has gone.
        sys.exit(FAILED)
    except Exception as problem:
        # Not left to Python, whose exit code 1 is "partly" in `missionbot ask`.
        typer.echo(_sentence(problem), err=True)
        sys.exit(FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _sentence(problem: Exception) -> str:
    if isinstance(problem, UserFacing):
        return str(problem)
    from sqlalchemy.exc import SQLAlchemyError

    from adapters import logs
    from storage.problems import Busy, storage_problem

    logs.setup("WARNING", pretty=sys.stderr.isatty())
    logging.getLogger(__name__).critical("command failed", exc_info=problem)
    if isinstance(problem, SQLAlchemyError | Busy):
        return storage_problem(problem)
    return (
        "Something broke that I did not foresee, and this was not finished. The line above says "
        "where; send it along when you report this."
    )


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"missionbot {version('missionbot')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


@app.command()
def run() -> None:
    """Start the bot and its local page."""
    from adapters import main as wiring

    settings = load_settings(quiet=False)
    typer.echo("Starting …")
    offers = [] if settings.judge_connected else asyncio.run(wiring.offers(settings))

    def ready(listening: "Listening") -> None:
        typer.echo(_greeting(listening.url))
        for offer in offers:
            typer.echo(f"{offer}.\n")

    asyncio.run(wiring.serve(settings, ready))


def _greeting(url: str) -> str:
    return (
        f"\nMissionbot is at {url}\n\nThree things to try there:\n"
        "  /mission\n"
        "  /mission ask should we sell heart-rate data to advertisers?\n"
        "  /mission ask repaint the office\n\nCtrl-C stops it.\n"
    )


@app.command()
def chat() -> None:
    """Talk to the bot in this terminal."""
    from adapters import once as wiring
    from adapters.terminal.chat import chat as talk

    settings = load_settings()

    async def conversation() -> None:
        async with wiring.open_core(settings) as core:
            if settings.missionbot_sample:
                await wiring.load_sample(core)
            terminal = wiring.build_terminal(core)
            await talk(
                inbox=terminal.inbox,
                messenger=terminal.messenger,
                screen=terminal.screen,
                words=core.router.words,
                workspace=wiring.WORKSPACE,
                person=_operator(),
                conversation=terminal.conversation,
                history=settings.missionbot_data / "chat-history",
            )

    asyncio.run(conversation())


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you would do.", show_default=False)],
    charter: Annotated[
        Path | None, typer.Option(help="Judge by this charter file and keep nothing.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask whether something fits.

    The exit code says the verdict: 0 fits, 1 partly, 2 conflicts, 3 unclear, 4 nobody judged.

    It is 64 for wrong words, and 70 when it could not be asked.
    """
    if not question.strip():
        raise typer.BadParameter("write what you would do, between quotes", param_hint="'question'")
    from adapters import once as wiring
    from adapters.terminal.answer import as_dict, exit_code
    from bot.ask.service import NoCharter

    try:
        answered = asyncio.run(wiring.ask_once(load_settings(), question, _operator(), charter))
    except NoCharter:
        raise UserFacing(
            "There is no charter yet, so there is nothing to judge by. Name a file: `missionbot "
            "ask … --charter FILE`, or store one: `missionbot charter import FILE`."
        ) from None
    if as_json:
        typer.echo(json.dumps(as_dict(answered), ensure_ascii=False, indent=2))
    else:
        wiring.show(answered)
    raise typer.Exit(exit_code(answered.verdict))


@app.command()
def doctor() -> None:
    """Say what is configured, what answers, and what is missing."""
    from adapters import once as wiring
    from adapters.doctor import checks, examine, show

    findings = asyncio.run(examine(checks(wiring.examined(load_settings()))))
    raise typer.Exit(0 if show(findings) else FAILED)


@charter_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(show_default=False, help="A .yaml or .md file.")],
) -> None:
    """Store a charter from a file, as a new one or as the next version of the one of its name."""
    from adapters import once as wiring

    async def store() -> str:
        async with wiring.open_core(load_settings()) as core:
            stored = await wiring.import_local(core, file, by=_operator())
        name, number = stored.charter.name, stored.charter.version.number
        lines = len(stored.charter.version.lines)
        said = f"{name} is stored as version {number}: {lines} lines."
        if not stored.changed:
            said = f"{name} holds this already, as version {number}."
        return "\n".join([said, *stored.left_out])

    typer.echo(asyncio.run(store()))


@charter_app.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(help="A .yaml or .md file; none prints YAML.")
    ] = None,
    name: Annotated[str, typer.Option(help="Which charter, where there are several.")] = "",
) -> None:
    """Write a charter to a file."""
    from adapters import once as wiring

    async def read() -> str:
        async with wiring.open_core(load_settings()) as core:
            return await wiring.export_charter(core.charters, wiring.WORKSPACE, name, file)

    typer.echo(asyncio.run(read()).rstrip("\n"))


@charter_app.command("list")
def list_() -> None:
    """Name every charter with its version."""
    from adapters import once as wiring

    async def read() -> list[str]:
        async with wiring.open_core(load_settings()) as core:
            charters, default = await core.charters.all(wiring.WORKSPACE)
            return [
                f"{c.name}  v{c.version.number}{'  (default)' if c.id == default else ''}"
                for c in charters
            ]

    typer.echo("\n".join(asyncio.run(read())) or "There is no charter yet.")


@db_app.command()
def upgrade() -> None:
    """Bring the database to this version's shape."""
    from storage.engine import open_engine
    from storage.migrate import upgrade as migrate

    async def work() -> None:
        engine = open_engine(load_settings().database_url)
        try:
            await migrate(engine)
        finally:
            await engine.dispose()

    asyncio.run(work())
    typer.echo("The database is up to date.")


@db_app.command()
def check() -> None:
    """Say whether the database fits this version."""
    from storage.engine import check_settings, open_engine
    from storage.migrate import check as shape

    settings = load_settings()
    if settings.database_is_new:
        # Opening it would make the file.
        raise UserFacing("There is no database yet; `missionbot run` makes it.")

    async def work() -> None:
        engine = open_engine(settings.database_url)
        try:
            # The shape first: what is not ours is left as it is, settings and all.
            if problem := await shape(engine):
                raise UserFacing(problem)
            await check_settings(engine)
        finally:
            await engine.dispose()

    asyncio.run(work())
    typer.echo("The database fits this version.")


@db_app.command()
def backup(file: Annotated[Path, typer.Argument(show_default=False)]) -> None:
    """Write everything to one file; the bot may go on running."""
    from storage.backup import backup as write

    typer.echo(asyncio.run(write(load_settings().database_url, file)))


@db_app.command()
def restore(
    file: Annotated[Path, typer.Argument(show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Lose what is in the database now.")
    ] = False,
) -> None:
    """Read a backup into an empty database, of either kind."""
    from storage.backup import restore as read

    typer.echo(asyncio.run(read(load_settings().database_url, file, replace=replace, went_on=True)))


@contextlib.asynccontextmanager
async def _measured() -> AsyncIterator["Tools"]:
    from adapters import once as wiring

    async with wiring.open_measured(load_settings()) as tools:
        yield tools


app.command("eval")(eval_command(_measured))


@contextlib.asynccontextmanager
async def _check_measured() -> AsyncIterator["CheckTools"]:
    from adapters import once as wiring

    async with wiring.open_check_measured(load_settings()) as tools:
        yield tools


app.command("eval-check")(eval_check_command(_check_measured))


def _operator() -> "Person":
    from adapters.local import OPERATOR

    return OPERATOR.model_copy(update={"name": _user() or OPERATOR.name})


def _user() -> str:
    # No name where the process runs as a user that the machine does not know (containers).
    with contextlib.suppress(KeyError, OSError):
        return getpass.getuser()
    return ""
