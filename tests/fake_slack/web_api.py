"""POST /api/{method}: who calls, with which arguments, how often; then the method itself."""

import asyncio
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from tests.fake_slack.arguments import arguments_of, check_arguments
from tests.fake_slack.clock import Clock
from tests.fake_slack.faults import Fault, Faults
from tests.fake_slack.lent import Loans
from tests.fake_slack.rates import Rates
from tests.fake_slack.refusal import Refusal
from tests.fake_slack.tokens import Grant, Tokens
from tests.fake_slack.world import Channel, Workspace, World


@dataclass(kw_only=True)
class Call:
    """One call that was let in."""

    world: World
    loans: Loans
    tokens: Tokens
    base: str
    workspace: Workspace | None
    grant: Grant | None
    arguments: dict[str, Any]
    client_secret_ok: bool = False

    @property
    def here(self) -> Workspace:
        """The workspace that the token, or `team_id`, names."""
        if self.workspace is None:
            raise Refusal("missing_argument")
        return self.workspace

    def get(self, name: str) -> Any:
        """The argument; None where it was not given."""
        return self.arguments.get(name)

    def needs(self, scope: str) -> None:
        """For scopes that hang on what the call is about."""
        assert self.grant
        if scope not in self.grant.scopes:
            raise Refusal("missing_scope", needed=scope, provided=",".join(self.grant.scopes))

    def channel(self, name: str = "channel", *, member: bool = True) -> Channel:
        """The conversation of that argument, which the bot may see."""
        found = self.world.channels.get(str(self.get(name)))
        if found is None or found.team != self.here.id:
            raise Refusal("channel_not_found")
        inside = self.here.bot_user in found.members
        if found.private and not inside:
            raise Refusal("channel_not_found")
        if member and not inside:
            raise Refusal("not_in_channel")
        return found


Caller = Literal["bot", "app", "nobody"]
"""Whose token is wanted."""
Handler = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Method:
    """What a method wants."""

    handler: Handler
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    scope: str | None
    tier: int | None
    caller: Caller
    json: bool


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    needs: str = "",
    takes: str = "",
    scope: str | None = None,
    tier: int | None = 3,
    caller: Caller = "bot",
    json: bool = True,
) -> Callable[[Handler], Handler]:
    """Enter the function as that method. `json`: whether it reads JSON bodies, too."""

    def enter(handler: Handler) -> Handler:
        METHODS[name] = Method(
            handler=handler,
            needs=tuple(needs.split()),
            takes=tuple(takes.split()),
            scope=scope,
            tier=tier,
            caller=caller,
            json=json,
        )
        return handler

    return enter


@dataclass(frozen=True, kw_only=True)
class Made:
    """A call as it was made; `error` is Slack's word where it said no."""

    method: str
    arguments: Mapping[str, Any]
    error: str | None = None


class WebApi:
    """All methods."""

    def __init__(
        self,
        *,
        world: World,
        loans: Loans,
        tokens: Tokens,
        rates: Rates,
        faults: Faults,
        clock: Clock,
        client: tuple[str, str],
    ) -> None:
        self._world = world
        self._loans = loans
        self._tokens = tokens
        self._rates = rates
        self._faults = faults
        self._clock = clock
        self._client = client
        self.base = ""
        self.calls: list[Made] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call, with what goes wrong on purpose."""
        name = request.match_info["method"]
        fault = self._faults.take(name)
        if fault and not fault.done:
            await asyncio.sleep(fault.seconds)
            return self._bad_luck(request, fault)
        answer = await self._answer(request, name)
        if fault:
            await asyncio.sleep(fault.seconds)
            if fault.cut:
                return self._bad_luck(request, fault)
        return answer

    def _bad_luck(self, request: web.Request, fault: Fault) -> web.Response:
        if fault.cut:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error})
        return web.Response(
            status=fault.status or 500,
            text=fault.body,
            headers=dict(fault.headers),
            content_type="application/json" if fault.body.startswith("{") else "text/html",
        )

    async def _answer(self, request: web.Request, name: str) -> web.Response:
        arguments: dict[str, Any] = {}
        grant: Grant | None = None
        try:
            called = METHODS.get(name)
            if called is None:
                raise Refusal("unknown_method", req_method=name)
            arguments = await arguments_of(request, reads_json=called.json)
            grant = self._let_in(request, called, arguments)
            workspace = self._workspace(grant, arguments)
            check_arguments(arguments, needs=called.needs, takes=called.takes)
            self._scope(called, grant)
            seconds = self._throttle(name, called, workspace, arguments)
            if seconds:
                self.calls.append(Made(method=name, arguments=arguments, error="ratelimited"))
                return web.json_response(
                    {"ok": False, "error": "ratelimited"},
                    status=429,
                    headers={"Retry-After": str(seconds)},
                )
            call = Call(
                world=self._world,
                loans=self._loans,
                tokens=self._tokens,
                base=self.base,
                workspace=workspace,
                grant=grant,
                arguments=arguments,
                client_secret_ok=self._is_our_client(request, arguments),
            )
            told = {"ok": True, **called.handler(call)}
            self.calls.append(Made(method=name, arguments=arguments))
        except Refusal as no:
            told = {"ok": False, "error": no.error, **no.more}
            self.calls.append(Made(method=name, arguments=arguments, error=no.error))
        headers = {"x-oauth-scopes": ",".join(grant.scopes)} if grant else {}
        return web.json_response(told, headers=headers)

    def _let_in(
        self, request: web.Request, called: Method, arguments: dict[str, Any]
    ) -> Grant | None:
        token = request.headers.get("Authorization", "")
        token = token.removeprefix("Bearer ") if token.startswith("Bearer ") else ""
        token = token or str(arguments.pop("token", ""))
        if called.caller == "nobody":
            return None
        if called.caller == "app":
            if token not in self._tokens.app_tokens:
                raise Refusal("not_allowed_token_type" if token else "not_authed")
            return None
        return self._tokens.known(token)

    def _workspace(self, grant: Grant | None, arguments: Mapping[str, Any]) -> Workspace | None:
        if grant is None:
            return None
        named = arguments.get("team_id")
        if grant.team:
            return self._world.workspaces[grant.team]
        if named:
            found = self._world.workspaces.get(str(named))
            if found is None or found.enterprise != grant.enterprise:
                raise Refusal("team_not_found")
            return found
        # A conversation or person says in which workspace of the organisation it is.
        for name in ("channel", "channel_id", "user", "user_id", "users"):
            known = {**self._world.channels, **self._world.people}.get(str(arguments.get(name)))
            if known:
                return self._world.workspaces[known.team]
        return next(w for w in self._world.workspaces.values() if w.enterprise == grant.enterprise)

    def _scope(self, called: Method, grant: Grant | None) -> None:
        if called.scope and grant and called.scope not in grant.scopes:
            raise Refusal("missing_scope", needed=called.scope, provided=",".join(grant.scopes))

    def _throttle(
        self, name: str, called: Method, workspace: Workspace | None, arguments: Mapping[str, Any]
    ) -> int:
        where = workspace.id if workspace else "app"
        if name == "chat.postMessage":
            return self._rates.wait(name, str(arguments.get("channel")), None)
        return self._rates.wait(name, where, called.tier) if called.tier else 0

    def _is_our_client(self, request: web.Request, arguments: Mapping[str, Any]) -> bool:
        sent = (arguments.get("client_id"), arguments.get("client_secret"))
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            login, _, password = b64decode(header[6:]).decode().partition(":")
            sent = (login, password)
        return sent == self._client
