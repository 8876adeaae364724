"""What Slack sends, in the form in which it sends it."""

from typing import Any

from tests.fake_slack.reading import Clickable
from tests.fake_slack.world import Channel, Human, Message, Workspace, World

APP = "A0MISSION"


def command(
    world: World, person: Human, channel: Channel, words: str, *, trigger: str, url: str
) -> dict[str, str]:
    """A slash command's form."""
    here = world.workspaces[person.team]
    name, _, text = words.partition(" ")
    form = {
        "token": "gone-since-2019",
        "team_id": here.id,
        "team_domain": here.name.lower(),
        "channel_id": channel.id,
        "channel_name": channel.sent_name,
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }
    if here.enterprise:
        form |= {"enterprise_id": here.enterprise, "enterprise_name": "Org"}
    return form


def event(
    world: World, here: Workspace, inner: dict[str, Any], *, by: str | None = None
) -> dict[str, Any]:
    """An event's envelope; `by` is the workspace of who caused it, where it is another one."""
    authorization = {
        "enterprise_id": here.enterprise,
        "team_id": here.id,
        "user_id": here.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    outer = {
        "token": "gone-since-2019",
        "team_id": by or here.id,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": world.id("Ev"),
        "event_time": int(world.clock.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": by is not None,
        "event_context": f"4-{world.number()}",
    }
    if here.enterprise:
        outer["enterprise_id"] = here.enterprise
    return outer


def spoken(message: Message, kind: str, person: Human, channel: Channel) -> dict[str, Any]:
    """An app_mention, or a message in the bot's direct messages."""
    inner: dict[str, Any] = {
        "type": kind,
        "user": person.id,
        "text": message.text,
        "ts": message.ts,
        "channel": channel.id,
        "event_ts": message.ts,
        "team": person.team,
        "client_msg_id": f"{message.ts}-0000",
    }
    if kind == "message":
        inner["channel_type"] = "im"
    if message.thread_ts:
        inner["thread_ts"] = message.thread_ts
    if person.team != channel.team:
        inner |= {"user_team": person.team, "source_team": person.team}
    return inner


def _who(world: World, person: Human) -> dict[str, Any]:
    here = world.workspaces[person.team]
    return {
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team,
        },
        "api_app_id": APP,
        "token": "gone-since-2019",
        "team": {"id": here.id, "domain": here.name.lower()},
        "enterprise": {"id": here.enterprise, "name": "Org"} if here.enterprise else None,
        "is_enterprise_install": False,
    }


def _action(world: World, button: Clickable) -> dict[str, Any]:
    action: dict[str, Any] = {
        "type": "button",
        "action_id": button.action_id,
        "block_id": button.block_id,
        "text": {"type": "plain_text", "text": button.words, "emoji": True},
        "action_ts": world.ts(),
    }
    if button.value:
        action["value"] = button.value
    return action


def click(
    world: World,
    person: Human,
    message: Message,
    button: Clickable,
    *,
    trigger: str,
    url: str,
) -> dict[str, Any]:
    """A click on a message's button."""
    channel = world.channels[message.channel]
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body = {
        "type": "block_actions",
        **_who(world, person),
        "container": container,
        "trigger_id": trigger,
        "channel": {"id": channel.id, "name": channel.sent_name},
        "state": {"values": {}},
        "response_url": url,
        "actions": [_action(world, button)],
    }
    # Of an ephemeral message Slack sends the container only.
    return body if message.only_for else {**body, "message": message.told()}


def view_click(
    world: World, person: Human, view: dict[str, Any], button: Clickable, *, trigger: str
) -> dict[str, Any]:
    """A click on a button in a modal or Home tab."""
    return {
        "type": "block_actions",
        **_who(world, person),
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": trigger,
        "view": view,
        "actions": [_action(world, button)],
    }


def submission(
    world: World, person: Human, view: dict[str, Any], *, trigger: str
) -> dict[str, Any]:
    """A modal that was sent off."""
    return {
        "type": "view_submission",
        **_who(world, person),
        "trigger_id": trigger,
        "view": view,
        "response_urls": [],
    }


def closed(world: World, person: Human, view: dict[str, Any], *, cleared: bool) -> dict[str, Any]:
    """A modal that was closed."""
    return {"type": "view_closed", **_who(world, person), "view": view, "is_cleared": cleared}


def shortcut(
    world: World, person: Human, message: Message, callback: str, *, trigger: str, url: str
) -> dict[str, Any]:
    """A message shortcut."""
    channel = world.channels[message.channel]
    return {
        "type": "message_action",
        **_who(world, person),
        "callback_id": callback,
        "trigger_id": trigger,
        "response_url": url,
        "message_ts": message.ts,
        "action_ts": world.ts(),
        "channel": {"id": channel.id, "name": channel.sent_name},
        "message": message.told(),
    }
