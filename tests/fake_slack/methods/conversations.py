"""Where people talk."""

from typing import Any

from tests.fake_slack.methods.people import page
from tests.fake_slack.refusal import Refusal
from tests.fake_slack.web_api import Call, method
from tests.fake_slack.world import Channel

PAGE = "limit cursor latest oldest inclusive include_all_metadata"


@method("conversations.open", takes="users channel return_im", scope="im:write", json=True)
def open_(call: Call) -> dict[str, Any]:
    person = call.world.people.get(str(call.get("users")))
    if person is None or person.team != call.here.id:
        raise Refusal("users_not_found" if call.get("users") else "users_list_not_supplied")
    if person.deleted:
        raise Refusal("user_disabled")
    if person.is_bot:
        raise Refusal("cannot_dm_bot")
    return {"channel": {"id": call.world.direct(person.id).id}}


@method(
    "conversations.info", needs="channel", takes="include_locale include_num_members", json=False
)
def info(call: Call) -> dict[str, Any]:
    channel = call.channel(member=False)
    call.needs(_scope(channel, "read"))
    return {"channel": channel.told()}


@method("conversations.members", needs="channel", takes="limit cursor", tier=4, json=False)
def members(call: Call) -> dict[str, Any]:
    channel = call.channel(member=False)
    call.needs(_scope(channel, "read"))
    return page(call, sorted(channel.members), "members")


@method("conversations.history", needs="channel", takes=PAGE, json=False)
def history(call: Call) -> dict[str, Any]:
    channel = call.channel()
    call.needs(_scope(channel, "history"))
    found = [m.told() for m in _visible(call, channel) if not m.thread_ts or m.thread_ts == m.ts]
    return page(call, found[::-1], "messages")


@method("conversations.replies", needs="channel ts", takes=PAGE, json=False)
def replies(call: Call) -> dict[str, Any]:
    channel = call.channel()
    call.needs(_scope(channel, "history"))
    thread = str(call.get("ts"))
    if call.world.message(channel.id, thread) is None:
        raise Refusal("thread_not_found")
    found = [m.told() for m in _visible(call, channel) if thread in (m.ts, m.thread_ts)]
    return page(call, found, "messages")


def _visible(call: Call, channel: Channel) -> list[Any]:
    return [
        m
        for m in call.world.messages
        if m.channel == channel.id and not m.only_for and not m.deleted
    ]


def _scope(channel: Channel, right: str) -> str:
    family = "im" if channel.direct_with else "groups" if channel.private else "channels"
    return f"{family}:{right}"
