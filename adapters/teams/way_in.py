"""The Teams adapter, put together. `main` opens it, gives its messenger to the inbox and then the
inbox to it.

    async with open_teams(access, stored=storage.teams, clock=clock) as teams:
        inbox = core.inbox({"teams": teams.messenger, …})
        await teams.take(inbox)
        routes = teams.routes()
"""

import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from urllib.request import getproxies

import aiohttp
from aiohttp import web

from adapters.teams.access import Access
from adapters.teams.app import Inbox, TeamsApp
from adapters.teams.beside import Beside
from adapters.teams.book import Book
from adapters.teams.connector import Connector
from adapters.teams.gate import Gate
from adapters.teams.keys import Keys
from adapters.teams.live import LiveOnes
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.sending import Sending
from adapters.teams.stored import TeamsStorage
from adapters.teams.tokens import AppTokens, NoTokens, Tokens
from bot.errors import UserFacing
from bot.ports import Clock

__all__ = ["Access", "Teams", "open_teams"]

CONNECTIONS = 64
"""To Teams at a time."""


class Teams:
    """The adapter. It takes nothing before it has its inbox."""

    def __init__(
        self,
        *,
        access: Access,
        stored: TeamsStorage,
        clock: Clock,
        session: aiohttp.ClientSession,
        keys: Keys | None,
        tokens: Tokens,
        opens: Collection[str],
    ) -> None:
        self._stored = stored
        self._clock = clock
        self._live = LiveOnes()
        self._gate = Gate(access, keys)
        connector = Connector(access, tokens, session)
        self._book = Book(access=access, stored=stored, connector=connector, clock=clock)
        self._sending = Sending(
            connector=connector,
            book=self._book,
            stored=stored,
            clock=clock,
            public_url=access.public_url,
            opens=() if access.local else opens,
        )
        self.messenger = TeamsMessenger(
            sending=self._sending,
            book=self._book,
            connector=connector,
            live=self._live,
            forms_in_chat=access.local,
        )
        self._app: TeamsApp | None = None

    async def take(self, inbox: Inbox) -> TeamsApp:
        """From now on what Teams sends to `routes` is taken."""
        self._app = TeamsApp(
            inbox=inbox,
            gate=self._gate,
            book=self._book,
            sending=self._sending,
            beside=Beside(sending=self._sending, book=self._book),
            live=self._live,
        )
        return self._app

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Teams' address."""
        if self._app is None:
            raise RuntimeError("`take` comes first")
        return self._app.routes()

    async def forget(self) -> int:
        """Remove what is not needed any more; how many."""
        return await self._stored.forget_before(self._clock.now())

    async def stop(self) -> None:
        """Take nothing more; what was taken is still answered."""
        if self._app:
            self._app.stop()

    async def close(self) -> None:
        """The end."""
        if self._app:
            await self._app.close()


@contextlib.asynccontextmanager
async def open_teams(
    access: Access,
    *,
    stored: TeamsStorage,
    clock: Clock,
    opens: Collection[str] = (),
    tokens: Tokens | None = None,
) -> AsyncIterator[Teams]:
    """The adapter, closed at the end. `opens` are the actions whose buttons open a form: Teams
    wants to know before the click (the others' forms take a second one). `tokens` stands in for
    Microsoft's login, in tests. Raises UserFacing for what is missing."""
    if problem := access.problem():
        raise UserFacing(problem)
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                # Where there is no proxy, looking for one takes two threads' work for each call.
                trust_env=bool(getproxies()),
            )
        )
        keys: Keys | None = None
        if access.local:
            tokens = tokens or NoTokens()
        else:
            keys = Keys(access.metadata_url, session)
            keys.prefetch()
            stack.push_async_callback(keys.close)
            if tokens is None:
                tokens = own = AppTokens(access)
                stack.push_async_callback(own.close)
        teams = Teams(
            access=access,
            stored=stored,
            clock=clock,
            session=session,
            keys=keys,
            tokens=tokens,
            opens=opens,
        )
        try:
            yield teams
        finally:
            await teams.close()
