"""Files for who asks in the chat, where a way in hands them out."""

import asyncio
from collections.abc import Mapping

from adapters.core import Core
from adapters.files import decisions as files
from bot.decisions.exchange import ExchangeService
from bot.decisions.ports import Download, Sight


def core_files(core: Core) -> Mapping[str, Download]:
    """By name, of every room that has some."""
    return {**decision_files(core.rooms.deciding.exchange), **core.rooms.files}


def decision_files(exchange: ExchangeService) -> Mapping[str, Download]:
    """By name: a table, everything for other programs, and a folder of Markdown."""

    async def table(workspace: str, sight: Sight) -> bytes:
        found = await exchange.decisions(workspace, sight)
        return (await asyncio.to_thread(files.to_csv, found)).encode()

    async def states(workspace: str, sight: Sight) -> bytes:
        found = await exchange.decisions(workspace, sight)
        return (await asyncio.to_thread(files.states_to_json, found)).encode()

    async def folder(workspace: str, sight: Sight) -> bytes:
        found = await exchange.decisions(workspace, sight)
        return await asyncio.to_thread(lambda: files.to_zip(files.to_adrs(found)))

    return {
        "csv": Download(
            label="Table (CSV)", filename="decisions.csv", media="text/csv", make=table
        ),
        "json": Download(
            label="For programs (JSON)",
            filename="decisions.json",
            media="application/json",
            make=states,
        ),
        "md": Download(
            label="Markdown (ZIP)",
            filename="decisions.zip",
            media="application/zip",
            make=folder,
        ),
    }
