"""A call's arguments: from query, form or JSON body, and of the right kind."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from tests.fake_slack.refusal import Refusal, malformed

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


async def arguments_of(request: web.Request, *, reads_json: bool) -> dict[str, Any]:
    """From query, form or JSON body."""
    found: dict[str, Any] = {name: _read(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        if not reads_json:
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


def check_arguments(
    arguments: Mapping[str, Any], *, needs: Sequence[str], takes: Sequence[str]
) -> None:
    """Raises Refusal for arguments that are missing, unknown or of the wrong type."""
    problems = [f"missing required field: {name}" for name in needs if name not in arguments]
    known = {*needs, *takes, *EVERYWHERE}
    problems += [f"unknown argument: {name}" for name in sorted(arguments.keys() - known)]
    for name, value in arguments.items():
        kind = KINDS.get(name, str)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            problems.append(f"{name} has the wrong type")
    if problems:
        raise malformed(problems, "invalid_arguments")
