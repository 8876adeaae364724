"""Messages that many people change at once, changed once a moment: the first change at once, those
that follow together."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.teams.connector import Connector
from adapters.teams.places import Reference
from bot.errors import PlatformError

WINDOW = 1.5
"""Seconds between two changes of one message."""

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class _Changing:
    task: "asyncio.Task[None] | None" = None
    next: Mapping[str, Any] | None = None


class Updates:
    """Puts messages in the place of others."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._changing: dict[tuple[str, str], _Changing] = {}

    async def change(
        self, place: Reference, conversation: str, message: str, activity: Mapping[str, Any]
    ) -> None:
        """Change it now, or together with what comes in the next moment. Raises PlatformErrors for
        what was tried now."""
        at = (place.id, message)
        if found := self._changing.get(at):
            found.next = activity
            return
        changing = self._changing[at] = _Changing()
        try:
            await self._connector.update(place.service_url, conversation, message, activity)
        except BaseException:
            if changing.next is None:
                self._changing.pop(at, None)
                raise
            log.info("not changed; a newer change follows", extra={"key": place.id})
        changing.task = asyncio.create_task(self._follow(at, changing, place, conversation))

    async def settled(self) -> None:
        """Wait until every change that is known of is made."""
        while tasks := [c.task for c in self._changing.values() if c.task and c.next is not None]:
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Make what changes are left, at once."""
        left = list(self._changing.items())
        for _, changing in left:
            if changing.task:
                changing.task.cancel()
        tasks = [changing.task for _, changing in left if changing.task]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(
        self, at: tuple[str, str], changing: _Changing, place: Reference, conversation: str
    ) -> None:
        try:
            while True:
                try:
                    await asyncio.sleep(WINDOW)
                finally:
                    # When the process ends, what is left is not waited for.
                    activity, changing.next = changing.next, None
                    if activity is not None:
                        await self._last(place, conversation, at[1], activity)
                if activity is None:
                    return
        finally:
            self._changing.pop(at, None)

    async def _last(
        self, place: Reference, conversation: str, message: str, activity: Mapping[str, Any]
    ) -> None:
        try:
            await self._connector.update(place.service_url, conversation, message, activity)
        except PlatformError as failed:
            log.warning("message not changed", extra={"error": str(failed)})
