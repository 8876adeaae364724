"""Live updates to the pages that are open in this process, and what is kept nowhere else."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from adapters.web.limits import LONGEST_QUEUE, MOST_PAGES, MOST_PASSING
from adapters.web.personas import sees
from bot.delivery.transcript import Said
from bot.errors import UserFacing


class Listener:
    """One open page. `None` out of `news` is the end: load the page's messages anew."""

    def __init__(self, person_id: str) -> None:
        self.person_id = person_id
        self.news: asyncio.Queue[Said | None] = asyncio.Queue(LONGEST_QUEUE)

    def end(self) -> None:
        """Tell the page to start afresh; what it has not read yet, it will load."""
        while not self.news.empty():
            self.news.get_nowait()
        self.news.put_nowait(None)


class Hub:
    """Passes each message on to the open pages of those who may see it."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._closed = False
        self._passing: OrderedDict[str, Said] = OrderedDict()

    @contextmanager
    def listen(self, person_id: str) -> Iterator[Listener]:
        """A page's place in the audience, as long as it is open."""
        if len(self._listeners) >= MOST_PAGES:
            raise UserFacing("Too many pages are open. Close some, then load this one again.")
        listener = Listener(person_id)
        self._listeners.add(listener)
        if self._closed:
            listener.end()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def keep(self, said: Said) -> None:
        """Hold a message that no table may hold, until this process ends or many came after it."""
        self._passing[said.id] = said
        while len(self._passing) > MOST_PASSING:
            self._passing.popitem(last=False)

    def kept(self, message_id: str) -> Said | None:
        """The message, where it is held here."""
        return self._passing.get(message_id)

    def kept_in(self, conversation_id: str) -> Sequence[Said]:
        """Those held of the conversation, oldest first."""
        return [s for s in self._passing.values() if s.conversation_id == conversation_id]

    def publish(self, said: Said) -> None:
        """Pass a new or changed message on; never waits: a page that lags behind is ended."""
        for listener in list(self._listeners):
            if not sees(listener.person_id, said):
                continue
            try:
                listener.news.put_nowait(said)
            except asyncio.QueueFull:
                self._listeners.discard(listener)
                listener.end()

    def close(self) -> None:
        """End every page's updates, for the shutdown; who comes later is ended at once."""
        self._closed = True
        for listener in list(self._listeners):
            self._listeners.discard(listener)
            listener.end()
