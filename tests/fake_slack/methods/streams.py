"""Answers that come bit by bit: a message that is begun, added to and finished."""

from collections.abc import Iterator
from typing import Any

from tests.fake_slack.methods.chat import metadata_of, missing_files, shown, with_ids
from tests.fake_slack.refusal import Refusal, malformed
from tests.fake_slack.web_api import Call, method
from tests.fake_slack.world import Message
from tests.slack.checks import Check, listed, one_of, string, thing, typed
from tests.slack.validate import message_problems

LONGEST = 12_000
LASTS = 300.0
"""Seconds until an unfinished stream is closed by Slack (assumed; it says only that it is)."""


def _anything(value: Any, at: str) -> Iterator[str]:
    yield from ()


_CHUNKS: dict[str, Check] = {
    "markdown_text": thing({"text": string(LONGEST)}),
    "task_update": thing(
        {
            "id": string(255),
            "title": string(256),
            "status": one_of("pending", "in_progress", "complete", "error"),
        },
        {"details": string(256), "output": string(256), "sources": _anything},
    ),
    "plan_update": thing({"title": string(256)}),
    "blocks": thing({"blocks": listed(_anything, 1, 50)}),
}
"""Lengths of tasks are assumed."""


@method(
    "chat.startStream",
    needs="channel thread_ts",
    takes="markdown_text chunks recipient_user_id recipient_team_id task_display_mode",
    scope="chat:write",
    tier=2,
)
def start(call: Call) -> dict[str, Any]:
    channel = call.channel()
    if channel.archived:
        raise Refusal("is_archived")
    if call.world.message(channel.id, call.get("thread_ts")) is None:
        raise Refusal("thread_not_found")
    if not channel.direct_with and not (
        call.get("recipient_user_id") and call.get("recipient_team_id")
    ):
        raise Refusal("missing_recipient_team_id")
    message = Message(
        channel=channel.id,
        ts=call.world.ts(),
        author=call.here.bot_user,
        thread_ts=call.get("thread_ts"),
        by_app=True,
        streaming=True,
        begun_at=call.world.clock.now(),
    )
    _add(call, message)
    call.world.messages.append(message)
    return {"channel": channel.id, "ts": message.ts}


@method(
    "chat.appendStream",
    needs="channel ts",
    takes="markdown_text chunks",
    scope="chat:write",
    tier=4,
)
def append(call: Call) -> dict[str, Any]:
    message = _live(call)
    _add(call, message)
    return {"channel": message.channel, "ts": message.ts}


@method(
    "chat.stopStream",
    needs="channel ts",
    takes="markdown_text chunks blocks metadata session_status",
    scope="chat:write",
    tier=2,
)
def stop(call: Call) -> dict[str, Any]:
    message = _live(call)
    blocks = call.get("blocks") or []
    if blocks and (problems := [*message_problems(blocks), *missing_files(call.world, blocks)]):
        raise malformed(problems)
    status = call.get("session_status")
    if status not in (None, "active", "processing", "suspended", "closed"):
        raise malformed(["session_status"], "invalid_arguments")
    message.metadata = metadata_of(call)
    _add(call, message)
    message.blocks += with_ids(call.world, blocks)
    message.streaming = False
    shown(call.world, message, {"unfurl_links": False, "unfurl_media": False})
    return {"channel": message.channel, "ts": message.ts, "message": message.told()}


def _live(call: Call) -> Message:
    channel = call.channel()
    message = call.world.message(channel.id, str(call.get("ts")))
    if message is None:
        raise Refusal("message_not_found")
    if message.author != call.here.bot_user:
        raise Refusal("message_not_owned_by_app")
    if message.streaming and call.world.clock.now() - message.begun_at > LASTS:
        message.streaming = False
    if not message.streaming:
        raise Refusal("message_not_in_streaming_state")
    return message


def _add(call: Call, message: Message) -> None:
    """What comes next in the message: words, blocks, or a task's new state. Raises Refusal."""
    words, chunks = call.get("markdown_text") or "", call.get("chunks") or []
    if words and chunks:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    for number, chunk in enumerate(chunks):
        if problems := list(typed(_CHUNKS)(chunk, f"/chunks/{number}")):
            raise malformed(problems, "invalid_chunks")
        if chunk["type"] == "blocks" and (problems := message_problems(chunk["blocks"])):
            raise malformed(problems)
    words += "".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")
    if len(words) > LONGEST:
        raise Refusal("msg_too_long")
    message.text += words
    for chunk in chunks:
        if chunk["type"] == "task_update":
            message.tasks[chunk["id"]] = (chunk["title"], chunk["status"])
        elif chunk["type"] == "blocks":
            message.blocks += with_ids(call.world, chunk["blocks"])
