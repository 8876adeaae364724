"""Who may call: bot tokens, app tokens, OAuth codes, and tokens that end."""

import secrets
from dataclasses import dataclass, field

from tests.fake_slack.clock import Clock
from tests.fake_slack.refusal import Refusal

CODE_LASTS = 600
TOKEN_LASTS = 43_200


@dataclass(kw_only=True)
class Grant:
    """What a token stands for."""

    token: str
    team: str | None
    """None: the whole organisation."""
    enterprise: str | None = None
    scopes: tuple[str, ...]
    ends_at: float | None = None
    revoked: bool = False


@dataclass(kw_only=True)
class _Code:
    team: str | None
    enterprise: str | None
    installer: str
    scopes: tuple[str, ...]
    redirect_uri: str
    made_at: float


@dataclass
class Tokens:
    """Issues them and knows them again."""

    clock: Clock
    rotation: bool = False
    grants: dict[str, Grant] = field(default_factory=dict)
    app_tokens: set[str] = field(default_factory=set)
    refreshes: dict[str, Grant] = field(default_factory=dict)
    _codes: dict[str, _Code] = field(default_factory=dict)

    def issue(
        self, team: str | None, scopes: tuple[str, ...], enterprise: str | None = None
    ) -> Grant:
        """A bot token."""
        ends = self.clock.now() + TOKEN_LASTS if self.rotation else None
        token = f"{'xoxe.' if self.rotation else ''}xoxb-{secrets.token_hex(12)}"
        grant = Grant(token=token, team=team, enterprise=enterprise, scopes=scopes, ends_at=ends)
        self.grants[token] = grant
        return grant

    def refresh_for(self, grant: Grant) -> str:
        """The token by which that one is renewed, once."""
        made = f"xoxe-{secrets.token_hex(12)}"
        self.refreshes[made] = grant
        return made

    def app_token(self) -> str:
        """One for Socket Mode."""
        token = f"xapp-{secrets.token_hex(12)}"
        self.app_tokens.add(token)
        return token

    def known(self, token: str) -> Grant:
        """What the token stands for. Raises Refusal."""
        if not token:
            raise Refusal("not_authed")
        grant = self.grants.get(token)
        if grant is None:
            raise Refusal("not_allowed_token_type" if token in self.app_tokens else "invalid_auth")
        if grant.revoked:
            raise Refusal("token_revoked")
        if grant.ends_at is not None and self.clock.now() >= grant.ends_at:
            raise Refusal("token_expired")
        return grant

    def revoke(self, team: str) -> None:
        """The app was removed from the workspace."""
        for grant in self.grants.values():
            if grant.team == team:
                grant.revoked = True

    # OAuth

    def code(
        self,
        team: str | None,
        *,
        installer: str,
        scopes: tuple[str, ...],
        redirect_uri: str,
        enterprise: str | None = None,
    ) -> str:
        """What the browser brings back after somebody pressed "Allow"."""
        made = secrets.token_hex(16)
        self._codes[made] = _Code(
            team=team,
            enterprise=enterprise,
            installer=installer,
            scopes=scopes,
            redirect_uri=redirect_uri,
            made_at=self.clock.now(),
        )
        return made

    def redeem(self, code: str, redirect_uri: str) -> tuple[Grant, str]:
        """The token for a code, and who installed. A code is good once, for ten minutes."""
        found = self._codes.pop(code, None)
        if found is None or self.clock.now() - found.made_at > CODE_LASTS:
            raise Refusal("invalid_code")
        if found.redirect_uri != redirect_uri:
            raise Refusal("bad_redirect_uri")
        return self.issue(found.team, found.scopes, found.enterprise), found.installer

    def renew(self, refresh_token: str) -> Grant:
        """A new token; the refresh token is used up. Two tokens live at most: the old one lives
        on until its end, and the one before it dies."""
        old = self.refreshes.pop(refresh_token, None)
        if old is None or old.revoked:
            raise Refusal("invalid_refresh_token")
        alive = [
            g
            for g in self.grants.values()
            if (g.team, g.enterprise) == (old.team, old.enterprise) and not g.revoked
        ]
        for grant in alive[:-1]:
            grant.revoked = True
        return self.issue(old.team, old.scopes, old.enterprise)
