"""Messages: posting, changing, taking back."""

import re
from typing import Any

from tests.fake_slack.refusal import Refusal, malformed
from tests.fake_slack.web_api import Call, method
from tests.fake_slack.world import Channel, Message, World
from tests.slack.validate import message_problems

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4000
_CALL = re.compile(r"<(![a-z]+|@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+|#C[A-Z0-9]+)[^>]*>")
_ADDRESS = re.compile(r"https?://[^\s<>|]+")


@method(
    "chat.postMessage",
    needs="channel",
    takes="text blocks thread_ts unfurl_links unfurl_media metadata mrkdwn reply_broadcast",
    scope="chat:write",
    tier=None,
)
def post(call: Call) -> dict[str, Any]:
    channel = _place(call)
    message = _drawn(call, channel, call.arguments)
    thread = call.get("thread_ts")
    if thread and call.world.message(channel.id, thread) is None:
        raise Refusal("thread_not_found")
    message.thread_ts = thread
    message.metadata = metadata_of(call)
    call.world.messages.append(message)
    shown(call.world, message, call.arguments)
    return {"channel": channel.id, "ts": message.ts, "message": message.told()}


@method(
    "chat.postEphemeral",
    needs="channel user",
    takes="text blocks thread_ts unfurl_links unfurl_media",
    scope="chat:write",
    tier=4,
)
def whisper(call: Call) -> dict[str, Any]:
    channel = call.channel()
    _open(channel)
    person = call.world.people.get(call.get("user"))
    if person is None or person.team != call.here.id:
        raise Refusal("user_not_found")
    if person.id not in channel.members or person.deleted:
        raise Refusal("user_not_in_channel")
    message = _drawn(call, channel, call.arguments)
    message.only_for = person.id
    message.thread_ts = call.get("thread_ts")
    call.world.messages.append(message)
    shown(call.world, message, call.arguments)
    return {"message_ts": message.ts}


@method(
    "chat.update",
    needs="channel ts",
    takes="text blocks unfurl_links unfurl_media metadata reply_broadcast",
    scope="chat:write",
    tier=3,
)
def update(call: Call) -> dict[str, Any]:
    channel = call.channel()
    _open(channel)
    if len(call.get("text") or "") > LONGEST_UPDATE:
        raise Refusal("msg_too_long")
    message = _ours(call, channel)
    if message.streaming:
        raise Refusal("streaming_state_conflict")
    drawn = _drawn(call, channel, call.arguments)
    message.text, message.blocks, message.edited = drawn.text, drawn.blocks, True
    message.tasks = {}
    if call.get("metadata") is not None:
        message.metadata = metadata_of(call)
    shown(call.world, message, call.arguments)
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


@method("chat.delete", needs="channel ts", scope="chat:write", tier=3)
def delete(call: Call) -> dict[str, Any]:
    channel = call.channel()
    _ours(call, channel).deleted = True
    return {"channel": channel.id, "ts": call.get("ts")}


def _place(call: Call) -> Channel:
    """Where to post: a conversation, or a person's direct messages."""
    name = str(call.get("channel"))
    if name[:1] in ("U", "W"):
        person = call.world.people.get(name)
        if person is None or person.team != call.here.id or person.is_bot:
            raise Refusal("channel_not_found")
        if person.deleted:
            raise Refusal("user_is_deactivated")  # assumed: no page names the word
        return call.world.direct(person.id)
    channel = call.channel()
    _open(channel)
    if channel.direct_with and call.world.people[channel.direct_with].deleted:
        raise Refusal("user_is_deactivated")  # assumed
    return channel


def _open(channel: Channel) -> None:
    if channel.archived:
        raise Refusal("is_archived")


def _ours(call: Call, channel: Channel) -> Message:
    message = call.world.message(channel.id, str(call.get("ts")))
    if message is None:
        raise Refusal("message_not_found")
    if message.author != call.here.bot_user:
        raise Refusal("cant_update_message")
    return message


def metadata_of(call: Call) -> dict[str, Any] | None:
    """What goes along with the message. Raises Refusal."""
    metadata = call.get("metadata")
    if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_format")
    found: dict[str, Any] | None = metadata
    return found


def _drawn(call: Call, channel: Channel, sent: dict[str, Any]) -> Message:
    return drawn(call.world, channel.id, call.here.bot_user, sent)


def drawn(world: World, channel: str, author: str, sent: dict[str, Any]) -> Message:
    """A message of the app's with those words and blocks. Raises Refusal for what Slack refuses."""
    text, blocks = sent.get("text") or "", sent.get("blocks") or []
    if not text and not blocks:
        raise Refusal("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long")
    if blocks:
        problems = message_problems(blocks)
        if "msg_blocks_too_long" in problems:
            raise Refusal("msg_blocks_too_long")
        problems += missing_files(world, blocks)
        if problems:
            raise malformed(problems)
    return Message(
        channel=channel,
        ts=world.ts(),
        author=author,
        text=text,
        blocks=with_ids(world, blocks),
        by_app=True,
    )


def missing_files(world: World, blocks: list[dict[str, Any]]) -> list[str]:
    """Pictures that are not there, or that Slack has not taken in yet."""
    wanted = [b["slack_file"].get("id") for b in blocks if "slack_file" in b]
    ready = {f.id for f in world.files.values() if f.ready_at and f.ready_at <= world.clock.now()}
    return ["invalid slack file" for file in wanted if file not in ready]


def with_ids(world: World, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks as Slack keeps them: each has a block_id."""
    return [{**block, "block_id": block.get("block_id") or world.id("b")} for block in blocks]


def shown(world: World, message: Message, sent: dict[str, Any]) -> None:
    """Note who is called by it, and which addresses Slack would have fetched."""
    parsed = [message.text, *_parsed(message.blocks)]
    for words in parsed:
        world.notified += [found[1] for found in _CALL.finditer(words)]
    world.notified += _called(message.blocks)
    if sent.get("unfurl_links") is not False or sent.get("unfurl_media") is not False:
        world.unfurled += [found[0] for words in parsed for found in _ADDRESS.finditer(words)]


def _parsed(value: Any) -> list[str]:
    """Every text that Slack parses."""
    if isinstance(value, list):
        return [words for item in value for words in _parsed(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") in ("mrkdwn", "markdown"):
        return [value["text"]]
    return [words for member in value.values() for words in _parsed(member)]


def _called(value: Any) -> list[str]:
    """Everybody whom rich text mentions."""
    if isinstance(value, list):
        return [name for item in value for name in _called(item)]
    if not isinstance(value, dict):
        return []
    kinds = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}
    if value.get("type") in kinds and kinds[value["type"]] in value:
        return [str(value[kinds[value["type"]]])]
    return [name for member in value.values() for name in _called(member)]
