"""What Slack lends to answer an event with, while it lasts. In memory: after a restart answers
take the long way (a message in place of a modal)."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.interactions import Heard
from bot.events import Event

TRIGGER_LASTS = 2.7
"""Seconds; Slack says 3, and the way there takes some."""
URL_LASTS = 29 * 60
"""Seconds; Slack says 30 minutes."""
URL_USES = 5
SETTLES = 0.7
"""Seconds from an acknowledgement to the modal that it changes."""
MOST = 10_000

Body = Mapping[str, Any]


@dataclass(kw_only=True)
class Live:
    """One event's means of answering. `ack` is set while a sent modal waits for its answer."""

    heard: Heard
    since: float = field(default_factory=time.monotonic)
    ack: "asyncio.Future[Body] | None" = None
    opened: "asyncio.Future[str | None] | None" = None
    """Gives the id of the modal that was opened to show the answer; None: it could not be."""
    uses: int = 0
    acknowledged_at: float = 0.0
    tried: bool = False
    """An answer was begun: it may have been delivered in part."""
    stream: "asyncio.Task[str | None] | None" = None
    """Gives the message that was begun to show the answer in; None: it could not be."""
    answering: bool = False
    """The answer is on its way: nothing is begun for it any more."""

    @property
    def trigger(self) -> str:
        """What opens a modal; empty when it is too late or was used."""
        return self.heard.trigger if self.age < TRIGGER_LASTS else ""

    @property
    def age(self) -> float:
        """Seconds since it came."""
        return time.monotonic() - self.since

    def url(self) -> str:
        """The response URL, counted as used once more; empty when it is used up or too old."""
        if not self.heard.response_url or self.uses >= URL_USES or self.age > URL_LASTS:
            return ""
        self.uses += 1
        return self.heard.response_url

    def acknowledge(self, body: Body) -> bool:
        """Answer the modal's submission itself; False when that was done, or is not awaited."""
        if self.ack is None or self.ack.done():
            return False
        self.ack.set_result(body)
        self.acknowledged_at = time.monotonic()
        return True

    async def settle(self) -> None:
        """Wait until Slack has shown what the acknowledgement said: an update that overtakes it
        would be overwritten by it."""
        if self.acknowledged_at:
            left = self.acknowledged_at + SETTLES - time.monotonic()
            await asyncio.sleep(max(left, 0.0))


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
        while len(self._all) > MOST or next(iter(self._all.values())).age > URL_LASTS:
            self._all.popitem(last=False)
        return True

    def get(self, event: Event) -> Live | None:
        """Its means; None when it came before a restart, or too long ago."""
        return self._all.get((event.workspace, event.key))

    def drop(self, event: Event) -> None:
        """It is answered."""
        self._all.pop((event.workspace, event.key), None)
