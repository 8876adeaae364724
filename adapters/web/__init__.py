"""The local page: a channel view in which anybody can try the bot, with no account.

    app        routes, and what every request must pass     inbound   request -> event
    messenger  reply -> transcript -> hub                   hub       live updates to open pages
    html       card and form -> HTML (chart: SVG)           view      what one persona sees
    personas   who is there, and where they talk            seal      what a form carries, signed
    session    the password (door: in and out)              limits    numbers
    downloads  files under addresses that end

Several pages may be open as different personas; each names its own with every request.
"""

from typing import Literal

CAPABILITIES: dict[str, Literal["done"] | tuple[Literal["exempt"], str]] = {
    "command": "done",
    "question": "done",
    "thread": "done",
    "button": "done",
    "form": "done",
    "private_reply": "done",
    "replace": "done",
    "post": "done",
    "feedback": "done",
    "table": "done",
    "chart": "done",
    "image": "done",
    "lifecycle": (
        "exempt",
        "the page's people and channels are fixed, and the bot is always there",
    ),
    "throttled": ("exempt", "the page has no counterpart that could ask to wait"),
    "several_workspaces": ("exempt", "the page is one workspace"),
}
"""What a platform can do, and what this one need not."""
