"""POST /api/{method}: who calls, with which arguments, how often; then the method itself."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BasicAuth, web

from tests.fake_slack.clock import Clock
from tests.fake_slack.faults import Fault, Faults
from tests.fake_slack.lent import Loans
from tests.fake_slack.rates import Rates
from tests.fake_slack.refusal import Refusal, malformed
from tests.fake_slack.tokens import Grant, Tokens
from tests.fake_slack.world import Channel, Workspace, World

EVERYWHERE = {"token", "team_id"}
"""Arguments that any method takes."""
KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("blocks", "prompts", "files", "chunks", "loading_messages"), list),
    **dict.fromkeys(("view", "metadata", "agent_session"), dict),
    **dict.fromkeys(
        (
            "unfurl_links",
            "unfurl_media",
            "mrkdwn",
            "reply_broadcast",
            "include_locale",
            "include_all_metadata",
            "include_num_members",
            "include_disabled",
            "include_users",
            "exclude_archived",
            "return_im",
            "inclusive",
        ),
        bool,
    ),
    **dict.fromkeys(("limit", "length"), int),
}
"""Arguments that are no strings; in forms and queries they are written as JSON."""


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


Handler = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Method:
    """What a method wants."""

    handler: Handler
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    scope: str | None
    tier: int | None
    token: str
    json: bool


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    needs: str = "",
    takes: str = "",
    scope: str | None = None,
    tier: int | None = 3,
    token: str = "bot",
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
            token=token,
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
            arguments = await _arguments(request, called)
            grant = self._let_in(request, called, arguments)
            workspace = self._workspace(grant, arguments)
            _check_arguments(called, arguments)
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
        if called.token == "none":
            return None
        if called.token == "app":
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
            basic = BasicAuth.decode(header)
            sent = (basic.login, basic.password)
        return sent == self._client


async def _arguments(request: web.Request, called: Method) -> dict[str, Any]:
    """From query, form or JSON body."""
    found: dict[str, Any] = {name: _read(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        if not called.json:
            # Slack ignores such bodies, and then misses what stood in them.
            return found
        try:
            body = await request.json()
        except json.JSONDecodeError:
            raise Refusal("invalid_json") from None
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        return found | body
    form = await request.post()
    return found | {name: _read(name, str(value)) for name, value in form.items()}


def _read(name: str, value: str) -> Any:
    kind = KINDS.get(name, str)
    if kind is str:
        return value
    if kind is bool and value in ("1", "0"):
        return value == "1"
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _check_arguments(called: Method, arguments: Mapping[str, Any]) -> None:
    problems = [f"missing required field: {name}" for name in called.needs if name not in arguments]
    known = {*called.needs, *called.takes, *EVERYWHERE}
    problems += [f"unknown argument: {name}" for name in sorted(arguments.keys() - known)]
    for name, value in arguments.items():
        kind = KINDS.get(name, str)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            problems.append(f"{name} has the wrong type")
    if problems:
        raise malformed(problems, "invalid_arguments")
