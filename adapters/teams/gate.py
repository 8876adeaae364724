"""Is it from Teams, and from somebody who may?

With `turns` all that needs Microsoft's archived library. Its rules for claims and endorsements are
used; its way of fetching keys is not: an unknown key raises there, and a fetch stops the loop.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt
from botframework.connector.auth import (
    AuthenticationConstants,
    ChannelValidation,
    ClaimsIdentity,
    EndorsementsValidator,
    SimpleCredentialProvider,
)
from jwt.exceptions import PyJWTError

from adapters.teams.access import LOCAL_TENANT, LOOPBACK, Access
from adapters.teams.activity import Activity
from adapters.teams.keys import Keys, SigningKey

LONGEST_TOKEN = 16 * 1024
MOST_PROOFS = 500
"""Tokens that are known to be proven. Teams uses one for an hour."""
SKEW = 300
"""Seconds that clocks may differ (learn.microsoft.com, connector authentication)."""
TEAMS = "msteams"

log = logging.getLogger(__name__)


class TurnedAway(Exception):
    """`status` is what the caller is told, and nothing more."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Proof(NamedTuple):
    kid: str
    key: SigningKey
    claims: Mapping[str, Any]
    until: float
    """Wall-clock seconds."""


class Gate:
    """Lets in what Teams signed, of tenants that may; without an app id, this machine alone."""

    def __init__(self, access: Access, keys: Keys | None) -> None:
        self._access = access
        self._keys = keys
        self._ours = SimpleCredentialProvider(access.app_id, "")
        self._proofs: OrderedDict[str, _Proof] = OrderedDict()

    async def claims(self, headers: Mapping[str, str], host: str) -> Mapping[str, Any]:
        """What the token says, once it is proven, before anything of the body is looked at.
        Raises TurnedAway (401), keys.KeysUnknown."""
        if self._keys is None:
            _only_this_machine(headers, host)
            return {}
        return await self._proven(_token(headers), self._keys)

    def admit(self, claims: Mapping[str, Any], activity: Activity) -> Activity:
        """The activity, with its tenant. Raises TurnedAway: 401 for what the token does not
        cover, 403 for whom we do not serve."""
        if activity.channel_id != TEAMS:
            raise TurnedAway(401, "channel")
        if not self._access.local and claims.get("serviceurl") != activity.service_url:
            raise TurnedAway(401, "serviceurl")
        if not self._access.may_answer_at(activity.service_url):
            raise TurnedAway(403, "host")
        if self._access.local and not activity.tenant:
            place = activity.conversation.model_copy(update={"tenant_id": LOCAL_TENANT})
            return activity.model_copy(update={"conversation": place})
        if not activity.tenant or not self._access.may_send(activity.tenant):
            raise TurnedAway(403, "tenant")
        return activity

    async def _proven(self, token: str, keys: Keys) -> Mapping[str, Any]:
        proof = self._proofs.get(token)
        # Microsoft may have taken the key back meanwhile.
        good = proof and time.time() < proof.until and await keys.get(proof.kid) == proof.key
        if not proof or not good:
            proof = await self._prove(token, keys)
            self._proofs[token] = proof
            while len(self._proofs) > MOST_PROOFS:
                self._proofs.popitem(last=False)
        return proof.claims

    async def _prove(self, token: str, keys: Keys) -> _Proof:
        try:
            header = jwt.get_unverified_header(token)
        except PyJWTError:
            raise TurnedAway(401, "token") from None
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise TurnedAway(401, "algorithm")
        key = await keys.get(kid)
        if key is None or not EndorsementsValidator.validate(TEAMS, list(key.endorsements)):
            raise TurnedAway(401, "key")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._access.app_id,
                issuer=AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER,
                leeway=SKEW,
                options={"require": ["exp", "iss", "aud"]},
            )
            # The same once more, by the library's own rules.
            await ChannelValidation.validate_identity(ClaimsIdentity(claims, True), self._ours)
        except (PyJWTError, PermissionError, ValueError, TypeError):
            raise TurnedAway(401, "claims") from None
        return _Proof(kid, key, claims, int(claims["exp"]) + SKEW)


def _token(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token or len(token) > LONGEST_TOKEN or not token.isascii():
        raise TurnedAway(401, "header")
    return token


def _only_this_machine(headers: Mapping[str, str], host: str) -> None:
    """A page in a browser can send here too, and must not."""
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    if name.strip("[]").lower() not in LOOPBACK or "Origin" in headers:
        raise TurnedAway(403, "origin")
    if headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
        raise TurnedAway(400, "content-type")
