"""The whole of it: a Teams with one tenant, people, a team, a group chat, and the app installed."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from adapters.teams.access import Access
from adapters.teams.tokens import AppTokens
from tests.fake_teams.connector import Call, Connector, Fault
from tests.fake_teams.delivery import Delivered, Delivery
from tests.fake_teams.driver import Driver
from tests.fake_teams.identity import SECRET, Identity, Session
from tests.fake_teams.world import APP_ID, BOT, TEAM, TENANT, Human, Place, World


class FakeTeams:
    """See the package's docstring. People are Dana, Priya, Erik, Noa, Mila and Tom; channels are
    product, random and the private secret; leads is a group chat."""

    def __init__(self) -> None:
        self.world = World()
        self.identity = Identity()
        self.connector = Connector(self.world, self.identity)
        self.delivery = Delivery(self.identity)
        self.url = ""
        names = ("Dana Diaz", "Priya Patel", "Erik Ek", "Noa Novak", "Mila Moreau", "Tom Tamm")
        people = [self.world.human(name) for name in names]
        self.world.place("channel", "product", people)
        self.world.place("channel", "random", people)
        self.world.place("channel", "secret", people[:2], hidden=True)
        self.world.place("groupChat", "leads", people[:3])
        self._drivers: dict[str, Driver] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeTeams"]:
        """On a port of its own, at `url`."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes([*self.connector.routes(), *self.identity.routes()])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = self.identity.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.delivery.service_url = f"{self.url}/teams/"
        async with aiohttp.ClientSession() as session:
            self.delivery.session = session
            try:
                yield self
            finally:
                await runner.cleanup()

    def access(self, **more: Any) -> Access:
        """The settings that let the bot in."""
        told: dict[str, Any] = {
            "app_id": APP_ID,
            "password": SECRET,
            "tenant": TENANT,
            "hosts": ("127.0.0.1",),
            "metadata_url": f"{self.url}/openid",
        }
        return Access(**told | more)

    def tokens(self, access: Access) -> AppTokens:
        """The bot's own, by way of MSAL and the stand-in for Microsoft's login."""
        return AppTokens(access, http=Session(self.identity))

    @property
    def calls(self) -> list[Call]:
        return self.connector.calls

    @property
    def refused(self) -> list[str]:
        """What Teams would not take, scripted faults left out."""
        return self.connector.refused

    def person(self, name: str) -> Driver:
        """The person with that first name; unknown ones are new."""
        for human in self.world.humans:
            if human.name.split()[0] == name:
                return self.driver(human)
        return self.driver(self.world.human(name))

    def driver(self, human: Human) -> Driver:
        return self._drivers.setdefault(human.mri, Driver(self, human))

    def place(self, name: str) -> Place:
        return next(p for p in self.world.places.values() if p.name == name)

    def next(self, what: str, *faults: Fault) -> None:
        """What goes wrong with the next calls: create, send, update, members, member."""
        self.connector.faults.setdefault(what, deque()).extend(faults)

    async def until(self, there: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait for an effect that comes beside an answer; raises AssertionError without it."""
        for _ in range(int(seconds / 0.02)):
            if there():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it did not come about")

    # What happens to the bot

    async def bot_added(
        self, place: str, by: str = "Dana", *, order: str = "conversation installation"
    ) -> list[Delivered]:
        """Somebody adds the bot; two activities tell of it, in either order."""
        where, who = self.place(place), self.person(by).human
        where.bot = True
        sent = []
        for kind in order.split():
            if kind == "installation":
                activity = self.delivery.activity("installationUpdate", who, where, None)
                activity["action"] = "add"
            else:
                activity = self.delivery.activity("conversationUpdate", who, where, None)
                activity["membersAdded"] = [{"id": BOT}]
                # Teams leaves the name out here.
                activity["from"].pop("name")
            sent.append(await self._tell(activity))
        return sent

    async def people_come(self, *names: str, place: str = "product") -> Delivered:
        """Somebody adds them to the conversation; Teams tells of all at once, without names."""
        where, by = self.place(place), self.person("Dana").human
        people = [self.person(name).human for name in names]
        where.members += [person for person in people if person not in where.members]
        activity = self.delivery.activity("conversationUpdate", by, where, None)
        activity["membersAdded"] = [person.account(named=False) for person in people]
        return await self._tell(activity)

    def person_leaves(self, name: str, place: str = "product") -> None:
        """Somebody is taken out of the conversation."""
        self.place(place).members.remove(self.person(name).human)

    async def bot_removed(self, place: str, by: str = "Dana") -> list[Delivered]:
        """Somebody takes the bot out."""
        where, who = self.place(place), self.person(by).human
        where.bot = False
        removed = self.delivery.activity("conversationUpdate", who, where, None)
        removed["membersRemoved"] = [{"id": BOT}]
        left = self.delivery.activity("installationUpdate", who, where, None)
        left["action"] = "remove"
        return [await self._tell(removed), await self._tell(left)]

    async def channel_event(self, what: str, place: str, by: str = "Dana") -> Delivered:
        """channelRenamed, channelDeleted, teamDeleted …, as the team's first channel tells it."""
        where = self.place(place)
        activity = self.delivery.activity("conversationUpdate", self.person(by).human, where, None)
        told: dict[str, Any] = {"tenant": {"id": TENANT}, "team": {"id": TEAM}, "eventType": what}
        if what.startswith("channel"):
            told["channel"] = {"id": where.id, "name": where.name}
        activity["channelData"] = told
        return await self._tell(activity)

    async def _tell(self, activity: dict[str, Any]) -> Delivered:
        activity["id"] = f"f:{self.world.id()}"
        return await self.delivery.send(activity)
