"""What Slack's manifest schema (2.0.0) says of the parts that we use; written from its pages."""

import re
from typing import Any

from tests.slack.checks import Check, boolean, both, integer, listed, one_of, string, thing, unless

_HTTP = re.compile(r"https?://\S+")
_PROMPT = thing({"title": string(200), "message": string(1000)})
_SCOPES = listed(string(50, like=re.compile(r"[a-z_]+(:[a-z_.]+)*")), 1, 255)
_EVENT = string(50, like=re.compile(r"[a-z_]+(\.[a-z_]+)?"))
_REQUEST_URL = string(3500, like=_HTTP)

_DISPLAY = thing(
    {"name": string(35)},
    {
        "description": string(140),
        "long_description": string(4000, least=175),
        "background_color": string(7, like=re.compile(r"#([0-9a-fA-F]{3}){1,2}")),
    },
)
_SHORTCUT = thing(
    {
        "name": string(24),
        "type": one_of("message", "global"),
        "callback_id": string(255),
        "description": string(150),
    }
)
_COMMAND = thing(
    {"command": string(32, like=re.compile(r"/\S+")), "description": string(2000)},
    {"url": string(3000, like=_HTTP), "usage_hint": string(1000), "should_escape": boolean},
)
_FEATURES = both(
    thing(
        {},
        {
            "app_home": thing(
                {},
                dict.fromkeys(
                    (
                        "home_tab_enabled",
                        "messages_tab_enabled",
                        "messages_tab_read_only_enabled",
                    ),
                    boolean,
                ),
            ),
            "bot_user": thing(
                {"display_name": string(80, like=re.compile(r"[a-z0-9._-]+"))},
                {"always_online": boolean},
            ),
            "agent_view": thing(
                {}, {"agent_description": string(300), "suggested_prompts": listed(_PROMPT, 0, 4)}
            ),
            "shortcuts": listed(_SHORTCUT, 1, 5),
            "slash_commands": listed(_COMMAND, 1, 5),
        },
    ),
    # The schema lets both pass; Slack does not.
    unless(lambda f: "agent_view" in f and "assistant_view" in f, "agent_view or assistant_view"),
)
_OAUTH = thing(
    {},
    {
        "redirect_urls": listed(string(2500), 1, 1000),
        "scopes": thing({}, {"bot": _SCOPES, "bot_optional": _SCOPES}),
    },
)
_SETTINGS = both(
    thing(
        {},
        {
            "event_subscriptions": thing(
                {}, {"request_url": _REQUEST_URL, "bot_events": listed(_EVENT, 1, 100)}
            ),
            "interactivity": thing(
                {"is_enabled": boolean},
                {"request_url": _REQUEST_URL, "message_menu_options_url": _REQUEST_URL},
            ),
            "org_deploy_enabled": boolean,
            "socket_mode_enabled": boolean,
            "token_rotation_enabled": boolean,
        },
    ),
    unless(
        lambda s: (
            not s["socket_mode_enabled"]
            and not (
                "request_url" in s["event_subscriptions"] and "request_url" in s["interactivity"]
            )
        ),
        "without Socket Mode, Slack needs addresses",
    ),
)
_MANIFEST: Check = thing(
    {"display_information": _DISPLAY},
    {
        "_metadata": thing({}, {"major_version": integer(1, 2), "minor_version": integer(0, 99)}),
        "features": _FEATURES,
        "oauth_config": _OAUTH,
        "settings": _SETTINGS,
    },
)


def manifest_problems(manifest: Any) -> list[str]:
    """What Slack would refuse; empty when it takes the manifest."""
    return list(_MANIFEST(manifest, ""))
