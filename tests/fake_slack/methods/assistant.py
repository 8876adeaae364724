"""The agent view: status, prompts, titles."""

from typing import Any

from tests.fake_slack.refusal import Refusal, malformed
from tests.fake_slack.web_api import Call, method
from tests.slack.checks import listed, string, thing

_PROMPTS = listed(thing({"title": string(200), "message": string(1000)}), 1, 4)
"""Lengths are assumed; no page names them."""


@method(
    "assistant.threads.setStatus",
    needs="channel_id thread_ts status",
    takes="loading_messages",
    scope="chat:write",
)
def status(call: Call) -> dict[str, Any]:
    channel = call.channel("channel_id")
    if call.world.message(channel.id, call.get("thread_ts")) is None:
        raise Refusal("invalid_thread_ts")
    if len(call.get("loading_messages") or []) > 10:
        raise malformed(["no more than 10 loading messages"], "invalid_arguments")
    call.world.statuses.append((channel.id, call.get("thread_ts"), call.get("status")))
    return {}


@method(
    "assistant.threads.setSuggestedPrompts",
    needs="channel_id prompts",
    takes="thread_ts title",
    scope="assistant:write",
)
def prompts(call: Call) -> dict[str, Any]:
    channel = call.channel("channel_id")
    if channel.direct_with is None:
        raise Refusal("channel_not_found")
    problems = list(_PROMPTS(call.get("prompts"), "/prompts"))
    if problems:
        raise malformed(problems, "invalid_arguments")
    call.world.prompts[channel.id] = call.get("prompts")
    return {}


@method("assistant.threads.setTitle", needs="channel_id thread_ts title", scope="assistant:write")
def title(call: Call) -> dict[str, Any]:
    call.channel("channel_id")
    return {}
