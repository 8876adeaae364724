"""Which bot it is and where Teams reaches it, checked before they go into a package."""

import ipaddress
import re

from bot.errors import UserFacing
from bot.text import https_host

ENDPOINT = "/api/messages"
"""Where the bot takes what Teams sends; the Azure bot calls it the messaging endpoint."""
_NOT_PUBLIC = ("localhost", "local", "internal", "lan", "home", "corp", "intranet")
"""Last parts of names that only a machine or a network of one's own knows."""
_GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def checked_url(url: str) -> str:
    """The address without a slash at its end. Raises UserFacing for one that Microsoft's servers
    could not call: no https, or a host that only this network knows."""
    host = https_host(url)
    if not host:
        raise UserFacing(
            "Teams calls only addresses such as https://mission.example.com, over https, and "
            f"{url!r} is none."
        )
    if not _is_public(host):
        raise UserFacing(
            f"Microsoft's servers cannot reach {host!r} from outside. Give a public address, or "
            "one of a tunnel that leads to this machine: docs/teams.md has a way."
        )
    return url.rstrip("/")


def checked_id(app_id: str) -> str:
    """The app id in small letters. Raises UserFacing where it is missing or none."""
    given = app_id.strip().lower()
    if not given:
        raise UserFacing(
            "MICROSOFT_APP_ID is missing. It is the “Microsoft App ID” of your Azure bot "
            "(portal.azure.com, your bot, Configuration); docs/teams.md says how to get one."
        )
    if not _GUID.fullmatch(given):
        raise UserFacing(
            f"MICROSOFT_APP_ID is {app_id!r}, which is no app id: those look like "
            "00000000-0000-0000-0000-000000000000. Copy it anew from your Azure bot, Configuration."
        )
    return given


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(_HOST.fullmatch(host)) and host.rpartition(".")[2] not in _NOT_PUBLIC
