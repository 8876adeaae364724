"""The operator's routes: `/metrics`, `/queue`, and what can be done about a stuck delivery."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.operator.guard import Guard
from adapters.operator.metrics import Acks, exposition
from adapters.operator.words import facts, since
from bot.delivery.overview import Counters, Operator
from bot.ports import Clock

LISTED = 50
"""Stuck deliveries of each kind on the page."""
GUARDS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Nudged(Protocol):
    """The part of the engine that is used here."""

    @property
    def counters(self) -> Counters: ...
    def nudge(self) -> None: ...


class OperatorPages:
    """What an operator sees in a browser, and what Prometheus reads."""

    def __init__(
        self,
        *,
        operator: Operator,
        deliverer: Nudged,
        clock: Clock,
        guard: Guard,
        acks: Acks,
    ) -> None:
        self._operator = operator
        self._deliverer = deliverer
        self._clock = clock
        self._guard = guard
        self._acks = acks
        templates = FileSystemLoader(Path(__file__).parent / "templates")
        self._page = Environment(
            loader=templates, autoescape=True, undefined=StrictUndefined
        ).get_template("queue.html")

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The addresses."""
        return [
            web.get("/metrics", self.metrics),
            web.get("/queue", self.queue),
            web.post("/queue/{id}/retry", self.retry),
            web.post("/queue/{id}/arrived", self.arrived),
        ]

    async def metrics(self, request: web.Request) -> web.Response:
        """The numbers, for Prometheus."""
        self._guard.check(request)
        overview = await self._operator.overview(self._clock.now())
        body = exposition(overview, self._deliverer.counters, self._acks)
        return web.Response(
            body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def queue(self, request: web.Request) -> web.Response:
        """How deliveries stand, for people."""
        self._guard.check(request)
        now = self._clock.now()
        overview = await self._operator.overview(now)
        stuck = {
            state: await self._operator.stuck(state, LISTED) for state in ("dead", "uncertain")
        }
        text = self._page.render(
            facts=facts(overview), overview=overview, stuck=stuck, now=now, since=since
        )
        return web.Response(text=text, content_type="text/html", headers=GUARDS)

    async def retry(self, request: web.Request) -> web.Response:
        """Send a stuck one again."""
        self._guard.check_change(request)
        await self._operator.retry(request.match_info["id"], self._clock.now())
        self._deliverer.nudge()
        raise web.HTTPSeeOther("/queue")

    async def arrived(self, request: web.Request) -> web.Response:
        """Somebody looked: it did arrive."""
        self._guard.check_change(request)
        await self._operator.call_sent(request.match_info["id"], self._clock.now())
        raise web.HTTPSeeOther("/queue")
