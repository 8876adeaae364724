"""Clicks, sent modals and shortcuts -> what they mean. Pure; a part of `inbound`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from adapters.slack.actions import LINK, SHOW, action_of
from adapters.slack.filled import filled_fields, picked_people
from adapters.slack.forms import carried
from adapters.slack.places import (
    is_direct,
    kept,
    key,
    named_place,
    person_named,
    place_at,
)
from adapters.slack.wording import people_in, plain_words
from bot.events import (
    ButtonClick,
    Conversation,
    Event,
    FormSubmit,
    Person,
    Question,
    Shortcut,
)
from bot.text import clean

Body = Mapping[str, Any]

CHECK = "check_strategy"
DECIDE = "record_decision"
"""The message shortcuts' callback_ids (see the manifest)."""
_SHOWN_IN: Mapping[str, Literal["view", "new_modal"]] = {"modal": "view", "home": "new_modal"}
"""By the view that was clicked: nobody who looks at their Home tab sees a message come."""
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.enterprise)?")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An event, and what Slack lends for a while to answer it with."""

    event: Event
    trigger: str = ""
    """Opens one modal, within 3 seconds."""
    response_url: str = ""
    """Answers where the person clicked or typed: 5 times within 30 minutes."""
    view: Body = field(default_factory=dict)
    """The modal or Home tab in which it happened; empty elsewhere."""
    shown_in: Literal["messages", "view", "new_modal"] = "messages"
    """Where the answer is read."""
    user: Body = field(default_factory=dict)
    """Slack's user object, where the event is about that person."""


@dataclass(frozen=True, kw_only=True)
class ShowPart:
    """A click for another part of a long card. `value`: see `adapters.slack.parts.wanted`."""

    value: str
    response_url: str
    person: Person
    alone: bool
    """Whether the person alone sees the message that was clicked."""


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """Somebody of another company spoke or clicked in a channel that two companies share."""

    person: str
    channel: str
    thread: str | None = None


Interaction = Heard | ShowPart | Stranger


def interaction_people(body: Body) -> set[str]:
    """Everybody whose name `interaction` wants to know."""
    found = {str((body.get("user") or {}).get("id") or "")}
    if body.get("type") == "view_submission":
        found |= set(picked_people(body["view"]))
    if body.get("type") == "message_action":
        found |= people_in(str(body["message"].get("text") or ""))
    return found - {""}


def interaction(body: Body, *, workspace: str, names: Mapping[str, str]) -> Interaction | None:
    """What the click, modal or shortcut means; None for what concerns nobody."""
    user = body.get("user") or {}
    if not user.get("id"):
        return None
    if _is_foreign(body, user):
        channel = (body.get("channel") or {}).get("id")
        return Stranger(person=user["id"], channel=channel) if channel else None
    person = person_named(user["id"], names, user.get("username") or user.get("name"))
    match body.get("type"):
        case "block_actions":
            return _click(body, workspace, person)
        case "view_submission":
            return _submitted(body, workspace, person, names)
        case "message_action":
            return _shortcut(body, workspace, person, names)
        case _:
            return None


def _is_foreign(body: Body, user: Body) -> bool:
    """Somebody of another company in a shared channel. Within an organisation teams differ."""
    ours = (body.get("team") or {}).get("id")
    theirs = user.get("team_id")
    return bool(ours and theirs and ours != theirs and not body.get("enterprise"))


def _click(body: Body, workspace: str, person: Person) -> Heard | ShowPart | None:
    clicked = (body.get("actions") or [{}])[0]
    action = action_of(str(clicked.get("action_id") or ""))
    if action is None or action == LINK:
        return None
    value, url = str(clicked.get("value") or ""), str(body.get("response_url") or "")
    container = body.get("container") or {}
    if action == SHOW:
        alone = bool(container.get("is_ephemeral"))
        return ShowPart(value=value, response_url=url, person=person, alone=alone)
    view: Body = body.get("view") or {}
    message: Body = body.get("message") or {}
    ephemeral = bool(container.get("is_ephemeral"))
    place, thread, public = (
        _place_of_view(view, workspace, person) if view else _place_of_message(body, workspace)
    )
    event = ButtonClick(
        key=key(
            "click",
            person.id,
            str(container.get("view_id") or container.get("message_ts") or ""),
            str(clicked["action_id"]),
            str(clicked.get("action_ts") or body.get("trigger_id") or ""),
        ),
        workspace=workspace,
        person=person,
        conversation=place,
        thread=thread,
        public=public,
        action=action,
        value=value,
        # What only one person sees can be changed through the response URL alone.
        message=None if view or ephemeral else str(message.get("ts") or "") or None,
    )
    return Heard(
        event=event,
        trigger=str(body.get("trigger_id") or ""),
        response_url=url,
        view=view,
        shown_in=_SHOWN_IN.get(str(view.get("type")), "messages"),
    )


def _place_of_message(body: Body, workspace: str) -> tuple[Conversation, str | None, bool]:
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = body.get("channel") or {}
    id_ = str(channel.get("id") or container.get("channel_id") or body["user"]["id"])
    thread = message.get("thread_ts") or container.get("thread_ts")
    if thread is None and is_direct(id_):
        thread = message.get("ts")
    public = not (container.get("is_ephemeral") or is_direct(id_))
    place = named_place(workspace, id_, str(channel.get("name") or ""))
    return place, str(thread) if thread else None, public


def _place_of_view(
    view: Body, workspace: str, person: Person
) -> tuple[Conversation, str | None, bool]:
    place = kept(carried(view).place, workspace)
    own = place_at(workspace, person.id)
    return place or (own, None, False)


def _submitted(
    body: Body, workspace: str, person: Person, names: Mapping[str, str]
) -> Heard | None:
    view: Body = body["view"]
    place, thread, public = _place_of_view(view, workspace, person)
    told: dict[str, Any] = {
        "key": key("form", view.get("id"), view.get("hash"), body.get("trigger_id")),
        "workspace": workspace,
        "person": person,
        "conversation": place,
        "thread": thread,
        "public": public,
    }
    fields = filled_fields(view)
    people = tuple(person_named(each, names) for each in picked_people(view))
    state = carried(view).state
    event = FormSubmit(**told, form=view["callback_id"], state=state, fields=fields, people=people)
    return Heard(event=event, trigger=str(body.get("trigger_id") or ""), view=view, shown_in="view")


def _shortcut(body: Body, workspace: str, person: Person, names: Mapping[str, str]) -> Heard | None:
    channel = body["channel"]
    place = named_place(workspace, channel["id"], str(channel.get("name") or ""))
    text = clean(plain_words(str(body["message"].get("text") or ""), names))
    trigger = str(body.get("trigger_id") or "")
    told: dict[str, Any] = {
        "key": key("shortcut", person.id, trigger or body.get("action_ts")),
        "workspace": workspace,
        "person": person,
        "conversation": place,
        "text": text,
    }
    event: Event
    match body.get("callback_id"):
        case str(name) if name == CHECK:
            event = Question(**told)
        case str(name) if name == DECIDE:
            event = Shortcut(**told, what="decide", link=_permalink(body))
        case _:
            return None
    return Heard(
        event=event,
        trigger=trigger,
        response_url=str(body.get("response_url") or ""),
        shown_in="new_modal",
    )


def _permalink(body: Body) -> str:
    """Where the message stands: Slack tells its parts, and chat.getPermalink puts them together
    like this (api.slack.com/methods/chat.getPermalink). Empty where one is missing."""
    domain = str((body.get("team") or {}).get("domain") or "")
    channel, message = str(body["channel"]["id"]), body["message"]
    ts = str(message.get("ts") or "")
    if not (_DOMAIN.fullmatch(domain) and channel.isalnum() and _is_ts(ts)):
        return ""
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    thread = str(message.get("thread_ts") or ts)
    if thread == ts or not _is_ts(thread):
        return link
    return f"{link}?thread_ts={thread}&cid={channel}"


def _is_ts(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdecimal()
