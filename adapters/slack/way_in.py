"""The Slack adapter, put together. `main` opens it, gives its messenger to the inbox and then the
inbox to it.

    async with open_slack(access, …) as slack:
        inbox = core.inbox({"slack": slack.messenger, …})
        await slack.take(inbox)          # by socket, where there is an app token
        routes = slack.routes()
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.slack.agent import Agent, Charter
from adapters.slack.api import SLACK, SlackApi, SlackGone, SlackRefused
from adapters.slack.app import Inbox, SlackApp
from adapters.slack.beside import Beside
from adapters.slack.downloads import SlackDownloads
from adapters.slack.groups import SlackGroups
from adapters.slack.home import Home, HomeCard, home_by
from adapters.slack.installations import Installation, ManyWorkspaces, OneWorkspace
from adapters.slack.live import LiveOnes
from adapters.slack.messenger import SlackMessenger
from adapters.slack.oauth import InstallPages
from adapters.slack.people import People
from adapters.slack.places import CHANNEL, place_at
from adapters.slack.places import key as key_of
from adapters.slack.scopes import SCOPES
from adapters.slack.sealing import Seal
from adapters.slack.sending import Sending
from adapters.slack.socket import Socket
from adapters.slack.stored import SlackStorage
from adapters.slack.streams import Streams
from bot.decisions.ports import Download
from bot.errors import Unreachable, UserFacing
from bot.events import Event, Lifecycle, Person
from bot.home import Section
from bot.ports import Clock
from bot.replies import Answer


@dataclass(frozen=True, kw_only=True)
class Access:
    """How Slack lets us in: by one bot token, or by OAuth for many workspaces."""

    signing_secret: str
    bot_token: str = ""
    client_id: str = ""
    client_secret: str = ""
    app_token: str = ""
    api_url: str = SLACK
    public_url: str | None = None
    """Where people reach this installation ("https://host"), for links."""

    def problem(self) -> str | None:
        """What is missing, as a sentence; None when it is enough."""
        if not self.signing_secret and not self.app_token:
            return (
                "SLACK_SIGNING_SECRET is missing. You find it at api.slack.com/apps, your app, "
                "Basic Information. With SLACK_APP_TOKEN (Socket Mode) it is not needed."
            )
        if self.bot_token and self.client_id:
            return (
                "Both SLACK_BOT_TOKEN and SLACK_CLIENT_ID are set. Keep the token for one "
                "workspace, or the client id and secret for many."
            )
        if not self.bot_token and not (self.client_id and self.client_secret):
            return (
                "Slack needs SLACK_BOT_TOKEN (one workspace), or both SLACK_CLIENT_ID and "
                "SLACK_CLIENT_SECRET (many workspaces)."
            )
        return None


class Slack:
    """The adapter. It takes nothing before it has its inbox."""

    def __init__(
        self,
        *,
        access: Access,
        api: SlackApi,
        where: OneWorkspace | ManyWorkspaces,
        stored: SlackStorage,
        clock: Clock,
        charter: Charter,
        home: HomeCard,
        sections: Sequence[Section],
    ) -> None:
        self._access = access
        self._api = api
        self._stored = stored
        self._clock = clock
        self._charter = charter
        self._greeted: set[str] = set()
        self._live = LiveOnes()
        self._where = where
        self._one = where if isinstance(where, OneWorkspace) else None
        self._many = where if isinstance(where, ManyWorkspaces) else None
        url = access.public_url
        self._sending = Sending(api=api, tokens=where, stored=stored, clock=clock, public_url=url)
        self._people = People(api=api, tokens=where, stored=stored, clock=clock)
        self.groups = SlackGroups(api=api, tokens=where, people=self._people)
        """Whom a pulse may ask beside channels."""
        streams = Streams(sending=self._sending)
        self.messenger = SlackMessenger(
            sending=self._sending,
            people=self._people,
            streams=streams,
            live=self._live,
            public_url=url,
        )
        self._home = Home(
            sending=self._sending,
            people=self._people,
            stored=stored,
            clock=clock,
            card=home,
            sections=sections,
            public_url=url,
        )
        self._beside = Beside(
            sending=self._sending,
            people=self._people,
            installations=where,
            home=self._home,
            agent=Agent(sending=self._sending, streams=streams, charter=charter),
            greet=self._greet,
        )
        self._inbox: Inbox | None = None
        self._app: SlackApp | None = None
        self._socket: Socket | None = None

    def downloads(self, files: Mapping[str, Download]) -> SlackDownloads:
        """How files of these kinds are handed over here."""
        return SlackDownloads(sending=self._sending, files=files)

    async def check(self) -> None:
        """Raises UserFacing when Slack refuses the bot token. Slack being away is no reason not
        to start."""
        if self._one is None:
            return
        try:
            await self._one.check()
        except (SlackGone, SlackRefused) as failed:
            raise UserFacing(
                f"Slack refuses SLACK_BOT_TOKEN ({failed.code}). Copy it anew from "
                "api.slack.com/apps, your app, Install App; it begins with xoxb-."
            ) from None
        except Unreachable:
            return

    async def take(self, inbox: Inbox) -> SlackApp:
        """Begin to take what Slack sends: by socket at once where there is an app token, by
        `routes` otherwise."""
        self._inbox = inbox
        self._app = SlackApp(
            inbox=inbox,
            installations=self._where,
            people=self._people,
            beside=self._beside,
            live=self._live,
            api=self._api,
            signing_secret=self._access.signing_secret,
        )
        if self._access.app_token:
            self._socket = Socket(app=self._app, api=self._api, app_token=self._access.app_token)
            await self._socket.open()
        return self._app

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Slack's addresses; those of the installation where many workspaces may install."""
        if self._app is None:
            raise RuntimeError("`take` comes first")
        # By socket nothing comes here, so nothing is listened to.
        events = [] if self._access.app_token else list(self._app.routes())
        if self._many is None:
            return events
        pages = InstallPages(
            installations=self._many,
            stored=self._stored,
            clock=self._clock,
            client_id=self._access.client_id,
            scopes=SCOPES,
            public_url=self._access.public_url,
            installed=self._installed,
        )
        return [*events, *pages.routes()]

    async def changed(self, workspace: str) -> None:
        """Something that Home tabs show has changed otherwise than by an event of Slack's: show
        it to whoever has theirs open."""
        await self._home.changed(workspace)

    async def forget(self) -> int:
        """Remove what is not needed any more; how many."""
        return await self._stored.forget_before(self._clock.now())

    async def stop(self) -> None:
        """Take nothing more by socket; what was taken is still answered."""
        if self._socket:
            await self._socket.close()
            self._socket = None

    async def close(self) -> None:
        """The end."""
        await self.stop()
        if self._app:
            await self._app.close()

    async def _installed(self, workspace: str, made: Installation) -> None:
        if made.installer is not None:
            person = Person(id=made.installer, name="Somebody")
            await self._welcome(workspace, person, key_of("installed", person.id, made.app))

    async def _greet(self, workspace: str, person: Person) -> None:
        """With one bot token Slack does not say who installed the app. So whoever opens it first
        is welcomed, as long as there is no charter."""
        if self._one is None or workspace in self._greeted:
            return
        self._greeted.add(workspace)
        if await self._charter(workspace, place_at(workspace, person.id).id) is None:
            # One key a workspace, and a welcome is remembered for good: it is said once.
            await self._welcome(workspace, person, key_of("installed", "first", workspace))

    async def _welcome(self, workspace: str, person: Person, key: str) -> None:
        if self._inbox is None:
            return
        event = Lifecycle(
            key=key,
            workspace=workspace,
            person=person,
            conversation=place_at(workspace, person.id),
            what="installed",
        )
        await self._inbox.receive(CHANNEL, event)


@contextlib.asynccontextmanager
async def open_slack(
    access: Access,
    *,
    stored: SlackStorage,
    secret: bytes,
    clock: Clock,
    charter: Charter,
    dispatch: Callable[[Event], Awaitable[Answer]],
    sections: Sequence[Section] = (),
) -> AsyncIterator[Slack]:
    """The adapter, closed at the end. `secret` seals tokens; with another one installations are
    lost. `charter` is what holds in a conversation, `dispatch` the router's, `sections` what the
    rooms show below the charter in the Home tab. Raises UserFacing for what is missing or
    refused."""
    if problem := access.problem():
        raise UserFacing(problem)
    async with SlackApi(access.api_url) as api:
        slack = Slack(
            access=access,
            api=api,
            where=_installations(access, api, stored, secret, clock),
            stored=stored,
            clock=clock,
            charter=charter,
            home=home_by(dispatch),
            sections=sections,
        )
        await slack.check()
        try:
            yield slack
        finally:
            await slack.close()


def _installations(
    access: Access, api: SlackApi, stored: SlackStorage, secret: bytes, clock: Clock
) -> OneWorkspace | ManyWorkspaces:
    if access.bot_token:
        return OneWorkspace(api=api, token=access.bot_token)
    return ManyWorkspaces(
        api=api,
        stored=stored,
        seal=Seal(secret),
        clock=clock,
        client_id=access.client_id,
        client_secret=access.client_secret,
    )
