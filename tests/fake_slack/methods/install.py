"""Installation by OAuth, and the address of the socket."""

import secrets
from typing import Any

from tests.fake_slack.refusal import Refusal
from tests.fake_slack.tokens import TOKEN_LASTS, Grant
from tests.fake_slack.web_api import Call, method


@method(
    "oauth.v2.access",
    takes="client_id client_secret code redirect_uri grant_type refresh_token",
    caller="nobody",
    tier=4,
    json=False,
)
def access(call: Call) -> dict[str, Any]:
    if not call.client_secret_ok:
        raise Refusal("bad_client_secret")
    if call.get("grant_type") == "refresh_token":
        return _told(call, call.tokens.renew(str(call.get("refresh_token"))), None)
    if call.get("grant_type") not in (None, "authorization_code"):
        raise Refusal("invalid_grant_type")
    grant, installer = call.tokens.redeem(
        str(call.get("code")), str(call.get("redirect_uri") or "")
    )
    return _told(call, grant, installer)


def _told(call: Call, grant: Grant, installer: str | None) -> dict[str, Any]:
    spaces = call.world.workspaces.values()
    here = next(
        w for w in spaces if grant.team in (w.id, None) and w.enterprise == grant.enterprise
    )
    told: dict[str, Any] = {
        "access_token": grant.token,
        "token_type": "bot",
        "scope": ",".join(grant.scopes),
        "bot_user_id": here.bot_user,
        "app_id": "A0MISSION",
        "team": {"id": here.id, "name": here.name} if grant.team else None,
        "enterprise": {"id": here.enterprise, "name": "Org"} if here.enterprise else None,
        "is_enterprise_install": grant.team is None,
    }
    if installer:
        told["authed_user"] = {"id": installer}
    if call.tokens.rotation:
        told["expires_in"] = TOKEN_LASTS
        told["refresh_token"] = call.tokens.refresh_for(grant)
    return told


@method("apps.connections.open", caller="app", tier=None)
def connect(call: Call) -> dict[str, Any]:
    ticket = secrets.token_hex(8)
    return {"url": f"{call.base.replace('http', 'ws', 1)}/link/?ticket={ticket}"}
