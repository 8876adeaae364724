"""`missionbot queue`: how deliveries stand, and what to do about the stuck ones."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

import typer

from adapters.cli_parts import settings

if TYPE_CHECKING:
    from adapters.once import Queue

T = TypeVar("T")
LISTED = 50
STUCK: Mapping[Literal["dead", "uncertain"], str] = {
    "dead": "Given up",
    "uncertain": "Nobody can tell",
}

queue_app = typer.Typer(invoke_without_command=True, help="What is promised, late or stuck.")


@queue_app.callback()
def queue(context: typer.Context) -> None:
    """Show how deliveries stand, the stuck ones with their ids."""
    if context.invoked_subcommand is None:
        _with_queue(_show)


@queue_app.command()
def retry(delivery: str) -> None:
    """Send a stuck delivery again."""
    done = _with_queue(lambda queue: queue.operator.retry(delivery, queue.clock.now()))
    _said(delivery, done, "It is sent again within a second of the bot seeing it.")


@queue_app.command()
def arrived(delivery: str) -> None:
    """Say of an uncertain delivery that it did arrive."""
    done = _with_queue(lambda queue: queue.operator.call_sent(delivery, queue.clock.now()))
    _said(delivery, done, "Noted: it did arrive.")


async def _show(queue: "Queue") -> None:
    from adapters.operator.words import facts, since

    now = queue.clock.now()
    overview = await queue.operator.overview(now)
    for label, value in facts(overview):
        typer.echo(f"{label:24} {value}")
    for state, title in STUCK.items():
        stuck = await queue.operator.stuck(state, LISTED)
        if stuck:
            typer.echo(f"\n{title}:")
        for each in stuck:
            typer.echo(f"  {each.id}  {each.topic}, due {since(each.due_at, now)} ago: {each.why}")
    if overview.dead or overview.uncertain:
        typer.echo("\n`missionbot queue retry ID` sends one again; `arrived ID` says that it came.")


def _with_queue(does: "Callable[[Queue], Awaitable[T]]") -> T:
    from adapters.once import open_queue

    async def opened() -> T:
        async with open_queue(settings()) as queue:
            return await does(queue)

    return asyncio.run(opened())


def _said(delivery: str, done: bool, sentence: str) -> None:
    if done:
        typer.echo(sentence)
        return
    typer.echo(f"There is no stuck delivery {delivery}. `missionbot queue` lists them.", err=True)
    raise typer.Exit(70)
