"""How Teams lets us in, and whom we let in: the settings, and which hosts and tenants count."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

HOSTS = ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com")
"""Where Teams is answered (learn.microsoft.com, "serviceUrl"; the second is the government's
community cloud). Names below trafficmanager.net are anybody's to take, so it is this one alone."""
METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN = "https://login.microsoftonline.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LOCAL_TENANT = "local"
"""Whose it is where nobody says so: on this machine only."""

AppType = Literal["SingleTenant", "MultiTenant"]


@dataclass(frozen=True, kw_only=True)
class Access:
    """The settings. Without an app id only this machine's own Playground is answered."""

    app_id: str = ""
    password: str = ""
    tenant: str = ""
    app_type: str = "SingleTenant"
    tenants: Collection[str] = ()
    """Who may send; empty is the own tenant."""
    hosts: Collection[str] = ()
    """Answered at besides HOSTS; "*.example.com" is every name below."""
    public_url: str | None = None
    loopback: bool = False
    """Whether only this machine can reach us."""
    metadata_url: str = METADATA
    login_url: str = LOGIN

    def problem(self) -> str | None:
        """What is missing, as a sentence; None when it is enough."""
        if not self.app_id:
            if self.password or self.tenants:
                return (
                    "MICROSOFT_APP_ID is missing. You find it at portal.azure.com, your bot, "
                    "Configuration."
                )
            if self.loopback:
                return None
            return (
                "Without MICROSOFT_APP_ID I can't tell who sends to me, so I answer the Agents "
                "Playground on this machine only. Set it, or listen on 127.0.0.1."
            )
        if self.app_type == "UserAssignedMsi":
            return (
                "MICROSOFT_APP_TYPE is UserAssignedMsi, which works inside Azure only and is not "
                "supported. Register the bot as SingleTenant with a client secret."
            )
        if self.app_type not in ("SingleTenant", "MultiTenant"):
            return (
                f"MICROSOFT_APP_TYPE is {self.app_type!r}; it has to be SingleTenant or "
                "MultiTenant, as the bot was registered."
            )
        if not self.password:
            return (
                "MICROSOFT_APP_PASSWORD is missing. Make a client secret at portal.azure.com, App "
                "registrations, your app, Certificates & secrets."
            )
        if self.app_type == "SingleTenant" and not self.tenant:
            return (
                "MICROSOFT_TENANT_ID is missing. You find it at portal.azure.com, Microsoft Entra "
                "ID, Overview."
            )
        if not self.allowed_tenants:
            return (
                "Nobody may send to a bot of many tenants until you say who: set "
                "MISSIONBOT_TEAMS_TENANTS to their ids, between commas."
            )
        return None

    @property
    def local(self) -> bool:
        """Whether only this machine's Playground is answered, unproven."""
        return not self.app_id

    @property
    def authority(self) -> str:
        """Where tokens to write to Teams are had."""
        tenant = self.tenant if self.app_type == "SingleTenant" else "botframework.com"
        return f"{self.login_url}/{tenant}"

    @property
    def allowed_tenants(self) -> frozenset[str]:
        """Whose messages are taken."""
        return frozenset(t.strip().lower() for t in self.tenants or [self.tenant] if t.strip())

    def may_send(self, tenant: str) -> bool:
        """Whether that tenant's messages are taken."""
        return self.local or tenant.lower() in self.allowed_tenants

    def may_answer_at(self, service_url: str) -> bool:
        """Whether anything may be sent there, a token above all."""
        try:
            parts = urlsplit(service_url)
            host, _ = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return False
        if parts.username or parts.password or parts.query or parts.fragment or not host:
            return False
        if self.local:
            return parts.scheme in ("http", "https") and host in LOOPBACK
        if parts.scheme != "https":
            # A stand-in on this machine, which the settings name.
            return parts.scheme == "http" and host in LOOPBACK and host in self.hosts
        return any(_covers(allowed, host) for allowed in (*HOSTS, *self.hosts))


def _covers(allowed: str, host: str) -> bool:
    allowed = allowed.strip().lower()
    if allowed.startswith("*."):
        return len(allowed) > 3 and host.endswith(allowed[1:])
    return allowed == host
