"""The whole of it: a Slack with one workspace, people, channels, and the app installed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from aiohttp import web

from tests.fake_slack import methods as _methods  # noqa: F401  enters the methods
from tests.fake_slack.clock import Clock
from tests.fake_slack.delivery import Delivered, Delivery
from tests.fake_slack.driver import Driver
from tests.fake_slack.faults import Fault, Faults
from tests.fake_slack.lent import Loans
from tests.fake_slack.methods.chat import drawn, shown
from tests.fake_slack.methods.files import receive
from tests.fake_slack.payloads import event
from tests.fake_slack.rates import Rates
from tests.fake_slack.refusal import Refusal
from tests.fake_slack.socket import SocketHub
from tests.fake_slack.tokens import Tokens
from tests.fake_slack.web_api import Made, WebApi
from tests.fake_slack.world import Channel, Human, Message, Workspace, World

SCOPES = (
    "app_mentions:read assistant:write channels:read chat:write commands files:read files:write "
    "groups:read im:history im:write usergroups:read users:read"
)
"""What the app may do unless a test says otherwise."""
_URL_TAKES = {
    "text",
    "blocks",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
    "metadata",
}


NAMES = ("Dana Diaz", "Priya Patel", "Erik Ek", "Noa Novak", "Mila Moreau", "Tom Tamm")


class FakeSlack:
    """See the package's docstring. People are Dana, Priya, Erik, Noa, Mila and Tom; channels are
    product, random and the private secret."""

    def __init__(self, *, scopes: str = SCOPES, rotation: bool = False) -> None:
        self.clock = Clock()
        self.world = World(self.clock)
        self.loans = Loans(self.clock)
        self.rates = Rates(self.clock)
        self.faults = Faults()
        self.socket = SocketHub()
        self.signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
        self.client = ("1234.5678", "client-secret-of-the-fake")
        self.scopes = tuple(scopes.split())
        self.tokens = Tokens(self.clock, rotation)
        self.delivery = Delivery(
            clock=self.clock, signing_secret=self.signing_secret, socket=self.socket
        )
        self._api = WebApi(
            world=self.world,
            loans=self.loans,
            tokens=self.tokens,
            rates=self.rates,
            faults=self.faults,
            clock=self.clock,
            client=self.client,
        )
        self.home = self.world.workspace("Acme")
        for name in NAMES:
            self.world.human(name, self.home.id)
        self.world.channel("product", self.home.id)
        self.world.channel("random", self.home.id)
        self.world.channel("secret", self.home.id, private=True)
        self.bot_token = self.tokens.issue(self.home.id, self.scopes).token
        self.app_token = self.tokens.app_token()
        self._drivers: dict[str, Driver] = {}

    # Running

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeSlack"]:
        """On a port of its own, at `url`."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes(
            [
                web.post("/api/{method}", self._api.handle),
                web.get("/api/{method}", self._api.handle),
                web.post("/hooks/{id}", self._respond),
                web.post("/upload/{file}", self._upload),
                web.get("/link/", self.socket.link),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._api.base = self.url
        async with aiohttp.ClientSession() as session:
            self.delivery.session = session
            try:
                yield self
            finally:
                await self.socket.close()
                await runner.cleanup()

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.url}/api/"

    @property
    def request_url(self) -> str:
        return self.delivery.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.delivery.request_url = url

    # What there is

    @property
    def calls(self) -> list[Made]:
        """Every call of the Web API."""
        return self._api.calls

    @property
    def notified(self) -> list[str]:
        """Who and what messages of the app called."""
        return self.world.notified

    @property
    def unfurled(self) -> list[str]:
        """Addresses that Slack would have fetched for a preview."""
        return self.world.unfurled

    def person(self, name: str, team: str | None = None) -> Driver:
        """The person with that first name; unknown ones are new."""
        team = team or self.home.id
        for human in self.world.people.values():
            if human.team == team and human.name.split()[0] == name:
                return self._driver(human)
        return self._driver(self.world.human(name, team))

    def _driver(self, human: Human) -> Driver:
        return self._drivers.setdefault(human.id, Driver(self, human))

    def channel(self, name: str, team: str | None = None) -> Channel:
        """The channel of that name."""
        team = team or self.home.id
        return next(c for c in self.world.channels.values() if (c.name, c.team) == (name, team))

    def next(self, method: str, *faults: Fault) -> None:
        """What goes wrong with the method's next calls."""
        self.faults.add(method, *faults)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.later(seconds)

    async def until(self, there: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait for an effect that comes beside an answer; raises AssertionError without it."""
        for _ in range(int(seconds / 0.01)):
            if there():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come about")

    # What happens to the app

    async def happens(
        self, inner: dict[str, Any], *, here: Workspace | None = None, copies: int = 1
    ) -> list[Delivered]:
        """Any event, in that workspace."""
        body = event(self.world, here or self.home, inner)
        return await self.delivery.event(body, copies=copies)

    async def bot_added(self, channel: str, by: str = "Dana") -> list[Delivered]:
        """Somebody adds the bot to the channel."""
        place = self.channel(channel)
        place.members.add(self.home.bot_user)
        inner = {
            "type": "member_joined_channel",
            "user": self.home.bot_user,
            "channel": place.id,
            "channel_type": "G" if place.private else "C",
            "team": place.team,
            "inviter": self.person(by).human.id,
        }
        return await self.happens(inner)

    async def person_comes(self, who: str, channel: str) -> list[Delivered]:
        """Somebody joins the channel; told twice, as Slack may."""
        place, person = self.channel(channel), self.person(who).human
        place.members.add(person.id)
        inner = {
            "type": "member_joined_channel",
            "user": person.id,
            "channel": place.id,
            "channel_type": "G" if place.private else "C",
            "team": place.team,
            "event_ts": self.world.ts(),
        }
        return await self.happens(inner, copies=2)

    def person_leaves(self, who: str, channel: str) -> None:
        """Somebody leaves the channel; the app is not told."""
        self.channel(channel).members.discard(self.person(who).human.id)

    def bot_removed(self, channel: str) -> None:
        """Somebody takes the bot out of the channel."""
        self.channel(channel).members.discard(self.home.bot_user)

    async def uninstall(
        self, here: Workspace | None = None, *, order: str = "uninstalled revoked"
    ) -> list[Delivered]:
        """The app is taken out of the workspace; both events come, in either order."""
        here = here or self.home
        self.tokens.revoke(here.id)
        events = {
            "uninstalled": {"type": "app_uninstalled"},
            "revoked": {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [here.bot_user]}},
        }
        sent = [await self.happens(events[name], here=here) for name in order.split()]
        return [attempt for attempts in sent for attempt in attempts]

    def allow(
        self, authorize_url: str, by: str = "Dana", team: str | None = None, org: str | None = None
    ) -> str:
        """Somebody presses "Allow" on Slack's page: the address that the browser goes back to.
        `org`: for the whole organisation of that id."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(authorize_url).query).items()}
        assert asked["client_id"] == self.client[0], "another app's page"
        back = asked.get("redirect_uri", "")
        code = self.tokens.code(
            None if org else (team or self.home.id),
            enterprise=org or self.world.workspaces[team or self.home.id].enterprise,
            installer=self.person(by, team).human.id,
            scopes=tuple(asked["scope"].split(",")),
            redirect_uri=back,
        )
        return f"{back}?{urlencode({'code': code, 'state': asked['state']})}"

    # Response URLs and uploads

    async def _respond(self, request: web.Request) -> web.Response:
        fault = self.faults.take("response_url")
        if fault and not fault.done:
            return web.Response(status=fault.status or 500, text=fault.body)
        try:
            lent = self.loans.use_url(request.path)
            sent = json.loads(await request.text())
            if not isinstance(sent, dict) or sent.keys() - _URL_TAKES:
                raise Refusal("invalid_payload")
            self._said_by_url(lent.channel, lent.person, lent.clicked, sent)
        except Refusal as no:
            status = 404 if no.error in ("used_url", "expired_url", "no_service") else 400
            return web.json_response({"ok": False, "error": no.error, **no.more}, status=status)
        return web.Response(text="ok")

    def _said_by_url(
        self, channel: str, person: str, clicked: Message | None, sent: dict[str, Any]
    ) -> None:
        if sent.get("delete_original") and clicked:
            clicked.deleted = True
            return
        here = self.world.workspaces[self.world.channels[channel].team]
        message = drawn(self.world, channel, here.bot_user, sent)
        shown(self.world, message, sent)
        if sent.get("replace_original") and clicked:
            clicked.text, clicked.blocks, clicked.edited = message.text, message.blocks, True
            return
        if sent.get("response_type") != "in_channel":
            message.only_for = person
        message.thread_ts = sent.get("thread_ts") or (clicked.thread_ts if clicked else None)
        self.world.messages.append(message)

    async def _upload(self, request: web.Request) -> web.Response:
        return await receive(self.world, request)
