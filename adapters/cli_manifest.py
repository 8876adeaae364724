"""`missionbot manifest …`: what to give to Slack and to Teams so that they know the app."""

import asyncio
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli_parts import settings
from bot.errors import UserFacing

if TYPE_CHECKING:
    from adapters.settings import Settings
    from bot.usage import Word

manifest_app = typer.Typer(no_args_is_help=True, help="Manifests of apps, to paste or upload.")


@manifest_app.command("slack")
def manifest_slack(
    url: Annotated[
        str | None, typer.Option(show_default=False, help="Where Slack reaches the bot (https).")
    ] = None,
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: no address.")] = False,
) -> None:
    """Print the Slack app's manifest, to paste at api.slack.com/apps."""
    from adapters.slack.manifest import manifest

    typer.echo(manifest(url=url, socket=socket), nl=False)


@manifest_app.command("teams")
def manifest_teams(
    url: Annotated[str, typer.Option(show_default=False, help="Where Teams reaches it (https).")],
    older: Annotated[
        bool, typer.Option("--version-1-25", help="For tenants that refuse the newest form.")
    ] = False,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("missionbot-teams.zip"),
    app_version: Annotated[
        str | None,
        typer.Option(
            show_default="the program's", help="Of the package; in place of another, a higher one."
        ),
    ] = None,
) -> None:
    """Write the Teams app's package, to upload in Teams."""
    from adapters.teams.manifest.identity import ENDPOINT, checked_id, checked_url
    from adapters.teams.manifest.package import package

    known = settings()
    app_id, url = checked_id(known.microsoft_app_id), checked_url(url)
    made = package(
        app_id=app_id,
        url=url,
        words=asyncio.run(_words(known)),
        version=app_version or version("missionbot"),
        schema="1.25" if older else "1.30",
    )
    try:
        out.write_bytes(made)
    except OSError as problem:
        raise UserFacing(f"{out} could not be written: {problem.strerror}.") from None
    typer.echo(
        f"{out} is written. In Teams: Apps, Manage your apps, Upload an app.\n"
        f"The messaging endpoint of your Azure bot: {url}{ENDPOINT}"
    )


async def _words(known: "Settings") -> Sequence["Word"]:
    from adapters.core import open_core

    async with open_core(known, in_memory=True) as core:
        return core.router.words
