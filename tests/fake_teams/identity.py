"""Microsoft's side of trust: signing keys behind an OpenID document, and the login for tokens."""

import asyncio
import secrets
import time
from typing import Any

import jwt
import requests
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.fake_teams.world import APP_ID, TENANT

ISSUER = "https://api.botframework.com"
SECRET = "the-app-secret"
LOGIN = "https://login.microsoftonline.com"


class SigningKey:
    """A real RSA key."""

    def __init__(self, kid: str, endorsements: tuple[str, ...] = ("msteams", "webchat")) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.endorsements = endorsements

    def public(self) -> dict[str, Any]:
        jwk = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {
            **jwk,
            "kid": self.kid,
            "use": "sig",
            "alg": "RS256",
            "endorsements": list(self.endorsements),
        }


FIRST, SECOND = SigningKey("key-1"), SigningKey("key-2")
"""Made once: they take a while."""


class Identity:
    """Signs, and says by what; lends tokens to the bot."""

    def __init__(self) -> None:
        self.keys = [FIRST]
        self.signs = FIRST
        self.fetches = 0
        self.hangs = False
        self.down = False
        self.logins = 0
        self.tokens: list[str] = []
        self.lasts = 3600
        self.url = ""

    def roll_over(self) -> None:
        """Sign by a new key from now on; the old one is taken away."""
        self.keys, self.signs = [SECOND], SECOND

    def token(self, service_url: str, *, key: SigningKey | None = None, **claims: Any) -> str:
        """What the connector sends along. A claim given as None is left out."""
        now = int(time.time())
        told = {
            "iss": ISSUER,
            "aud": APP_ID,
            "nbf": now - 60,
            "exp": now + 3600,
            "serviceurl": service_url,
            **claims,
        }
        key = key or self.signs
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, key.private, algorithm="RS256", headers={"kid": key.kid})

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/openid", self._document),
            web.get("/keys", self._keys),
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", self._authority),
            web.post("/{tenant}/oauth2/v2.0/token", self._login),
        ]

    async def _document(self, _: web.Request) -> web.StreamResponse:
        self.fetches += 1
        if self.down:
            return web.Response(status=503)
        for _ in range(100):
            if self.hangs:
                await asyncio.sleep(0.02)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"keys": [key.public() for key in self.keys]})

    async def _authority(self, request: web.Request) -> web.StreamResponse:
        base = f"{LOGIN}/{request.match_info['tenant']}"
        return web.json_response(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "issuer": f"{base}/v2.0",
            }
        )

    async def _login(self, request: web.Request) -> web.StreamResponse:
        self.logins += 1
        sent = await request.post()
        right = (
            request.match_info["tenant"] == TENANT
            and sent.get("client_id") == APP_ID
            and sent.get("client_secret") == SECRET
            and sent.get("scope") == "https://api.botframework.com/.default"
            and sent.get("grant_type") == "client_credentials"
        )
        if not right:
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens.append(secrets.token_hex(16))
        told = {"token_type": "Bearer", "expires_in": self.lasts, "access_token": self.tokens[-1]}
        return web.json_response(told)

    def revoke(self) -> None:
        """No token that was lent is good any more."""
        self.tokens = [f"revoked-{token}" for token in self.tokens]


class Session(requests.Session):
    """MSAL's way to the stand-in for Microsoft's login."""

    def __init__(self, identity: Identity) -> None:
        super().__init__()
        self._identity = identity
        self.trust_env = False

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:  # type: ignore[override]
        assert url.startswith(LOGIN), url
        return super().request(method, self._identity.url + url[len(LOGIN) :], *args, **more)
