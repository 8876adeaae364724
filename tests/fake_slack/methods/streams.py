"""Answers that come word by word."""

from typing import Any

from tests.fake_slack.methods.chat import shown, with_ids
from tests.fake_slack.refusal import Refusal, malformed
from tests.fake_slack.web_api import Call, method
from tests.fake_slack.world import Message
from tests.slack.validate import message_problems

LONGEST = 12_000


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
        text=_words(call),
        thread_ts=call.get("thread_ts"),
        by_app=True,
        streaming=True,
    )
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
    message.text += _words(call)
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
    if blocks and (problems := message_problems(blocks)):
        raise malformed(problems)
    message.text += _words(call)
    message.blocks, message.streaming = with_ids(call.world, blocks), False
    shown(call.world, message, {"unfurl_links": False, "unfurl_media": False})
    return {"channel": message.channel, "ts": message.ts, "message": message.told()}


def _live(call: Call) -> Message:
    channel = call.channel()
    message = call.world.message(channel.id, str(call.get("ts")))
    if message is None:
        raise Refusal("message_not_found")
    if message.author != call.here.bot_user:
        raise Refusal("message_not_owned_by_app")
    if not message.streaming:
        raise Refusal("message_not_in_streaming_state")
    return message


def _words(call: Call) -> str:
    words = call.get("markdown_text") or ""
    chunks = call.get("chunks") or []
    words += "".join(chunk.get("text", "") for chunk in chunks)
    if len(words) > LONGEST:
        raise Refusal("msg_too_long")
    return str(words)
