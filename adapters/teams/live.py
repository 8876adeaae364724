"""Invokes that wait for their answer. In memory: after a restart answers come as messages."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.teams.meanings import Heard
from bot.events import Event

MOST = 10_000

Body = Mapping[str, Any]


@dataclass(kw_only=True)
class Live:
    """One event in hand. `ack` is set while its invoke waits."""

    heard: Heard
    since: float = field(default_factory=time.monotonic)
    ack: "asyncio.Future[Body] | None" = None
    tried: bool = False
    """An answer was begun: it may have been delivered in part."""

    @property
    def waits(self) -> bool:
        """Whether it can still be answered at once."""
        return self.ack is not None and not self.ack.done()

    def acknowledge(self, body: Body) -> bool:
        """Answer the invoke itself; False when that was done, or is not awaited."""
        if self.ack is None or self.ack.done():
            return False
        self.ack.set_result(body)
        return True


class LiveOnes:
    """The events in hand, by workspace and key; the oldest fall out."""

    def __init__(self) -> None:
        self._all: OrderedDict[tuple[str, str], Live] = OrderedDict()

    def add(self, live: Live) -> bool:
        """Remember it; False when the event is in hand already."""
        event = live.heard.event
        if (event.workspace, event.key) in self._all:
            return False
        self._all[event.workspace, event.key] = live
        while len(self._all) > MOST:
            self._all.popitem(last=False)
        return True

    def get(self, event: Event) -> Live | None:
        """It; None when it came before a restart."""
        return self._all.get((event.workspace, event.key))

    def drop(self, event: Event) -> None:
        """It is answered."""
        self._all.pop((event.workspace, event.key), None)
