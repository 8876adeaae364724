"""The app's manifest, in the variant to paste at api.slack.com.

The text is `manifest.yaml` beside this file, so that it is there when the program is installed;
the project's `manifest.yml` is the same file.
"""

import re
from importlib.resources import files

from bot.errors import UserFacing
from bot.text import https_host

PLACEHOLDER = "https://missionbot.example"
"""Stands in the manifest for where Slack reaches this installation."""


def manifest(*, url: str | None = None, socket: bool = False) -> str:
    """The manifest for HTTP at `url`, or for Socket Mode. Raises UserFacing for a `url` that Slack
    could not call, and unless it is exactly one of both."""
    if socket == (url is not None):
        raise UserFacing(
            "Say how Slack reaches the bot: `--url https://your.host`, or `--socket` when nothing "
            "can be reached from outside."
        )
    text = files("adapters.slack").joinpath("manifest.yaml").read_text(encoding="utf-8")
    text = text[text.index("_metadata:") :]
    return _by_socket(text) if url is None else text.replace(PLACEHOLDER, _checked(url))


def _by_socket(text: str) -> str:
    """Without any address: Slack takes none where it sends by socket."""
    text = text.replace("socket_mode_enabled: false", "socket_mode_enabled: true")
    # A list of addresses would stay behind as an empty one.
    text = text.replace("  redirect_urls:\n", "")
    return re.sub(rf".*{re.escape(PLACEHOLDER)}.*\n", "", text)


def _checked(url: str) -> str:
    if not https_host(url):
        raise UserFacing(
            f"Slack calls only addresses such as https://your.host, over https, and {url!r} is "
            "none. For a try without a public address, use `--socket`."
        )
    return url.rstrip("/")
