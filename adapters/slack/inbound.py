"""What Slack sent -> what it means. Pure: no network, no clock, no storage.

read(body, …) ── Heard        an event for the core, and what Slack lends to answer it
              ├─ HomeOpened   somebody looks at the Home tab or the direct messages
              ├─ Removed      the app was uninstalled, or its tokens were taken back
              ├─ PersonChanged (who left the company is Heard), ShowPart
              ├─ Stranger     somebody of another company, in a shared channel
              └─ None         nothing that concerns us
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from adapters.slack.interactions import (
    Heard,
    Interaction,
    ShowPart,
    Stranger,
    interaction,
    interaction_people,
)
from adapters.slack.places import (
    is_direct,
    key,
    name_of,
    named_place,
    person_named,
    place_at,
)
from adapters.slack.wording import people_in, plain_words
from bot.events import Command, Conversation, Lifecycle, Person, Question
from bot.text import clean

Body = Mapping[str, Any]

_TYPED = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that somebody typed; the others tell of edits, joins and the like."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known beside the body: names of people, and about the conversation."""

    names: Mapping[str, str]
    zones: Mapping[str, str] = field(default_factory=dict)
    """Of people, where they are known."""
    bots: frozenset[str] = frozenset()
    """Those of the people who are apps."""
    place: Conversation | None = None
    """None: not known. Then it counts as private, so that nothing said there gets out."""


@dataclass(frozen=True, kw_only=True)
class HomeOpened:
    """Somebody opened the Home tab, or the bot's direct messages."""

    person: Person
    conversation: Conversation
    tab: Literal["home", "messages"]


@dataclass(frozen=True, kw_only=True)
class Removed:
    """The app's right to be in the workspace ended at that moment."""

    at: datetime
    bots: tuple[str, ...] | None = None
    """The bot users whose tokens were taken back; None is all of them."""


@dataclass(frozen=True, kw_only=True)
class PersonChanged:
    """Somebody's name or time zone may be another one now; `user` is Slack's own object."""

    user: Body


Meaning = Heard | HomeOpened | Removed | PersonChanged | ShowPart | Stranger


def people_of(body: Body) -> set[str]:
    """Everybody whose name `read` wants to know."""
    if event := _event(body):
        author = event.get("user")
        author = {author} if isinstance(author, str) else set()
        inviter = {event["inviter"]} if event.get("inviter") else set()
        return author | inviter | people_in(str(event.get("text") or ""))
    if "command" in body:
        return {body["user_id"]} | people_in(str(body.get("text") or ""))
    return interaction_people(body)


def place_of(body: Body) -> str | None:
    """The channel about which `read` wants to know more than the body says; None where the body
    says enough."""
    event = _event(body)
    if event is None or event.get("type") not in ("app_mention", "member_joined_channel"):
        return None
    channel = str(event.get("channel") or "")
    return channel if channel and not is_direct(channel) else None


def read(body: Body, *, workspace: str, bot: str | None, known: Known) -> Meaning | None:
    """What the verified body means in that workspace; `bot` is our own user there."""
    meaning: Meaning | Interaction | None
    if event := _event(body):
        meaning = _event_meaning(body, event, workspace, bot, known)
    elif "command" in body:
        meaning = _command(body, workspace, known)
    else:
        meaning = interaction(body, workspace=workspace, names=known.names)
    if isinstance(meaning, Heard):
        zone = known.zones.get(meaning.event.person.id, "")
        return replace(meaning, event=meaning.event.model_copy(update={"zone": zone}))
    return meaning


def _event(body: Body) -> Body | None:
    event = body.get("event")
    return event if body.get("type") == "event_callback" and isinstance(event, dict) else None


def _event_meaning(
    body: Body, event: Body, workspace: str, bot: str | None, known: Known
) -> Meaning | None:
    match event.get("type"):
        case "app_mention" | "message":
            return _message(body, event, workspace, bot, known)
        case "app_home_opened":
            return _home(event, workspace, known)
        case "member_joined_channel":
            return _joined(event, workspace, bot, known)
        case "app_uninstalled":
            return Removed(at=_time(body))
        case "tokens_revoked":
            bots = (event.get("tokens") or {}).get("bot") or ()
            return Removed(at=_time(body), bots=tuple(bots)) if bots else None
        case "team_join" | "user_change":
            return _person_changed(event, workspace)
        case _:
            return None


def _message(
    body: Body, event: Body, workspace: str, bot: str | None, known: Known
) -> Heard | Stranger | None:
    channel, author, ts = event.get("channel"), event.get("user"), event.get("ts")
    direct = is_direct(str(channel))
    if event.get("bot_id") or not (channel and author and ts) or author == bot:
        return None
    if event.get("subtype") not in _TYPED or (event["type"] == "message" and not direct):
        return None
    thread = str(event.get("thread_ts") or ts)
    if _is_stranger(body, event):
        return Stranger(person=author, channel=channel, thread=thread)
    place = known.place or place_at(workspace, channel)
    words = plain_words(str(event.get("text") or ""), known.names, bot=bot)
    question = Question(
        # A mention may come twice, as a mention and as a message: both have this key.
        key=key("message", channel, ts),
        workspace=workspace,
        person=person_named(author, known.names),
        conversation=place,
        thread=thread,
        public=not direct,
        text=clean(words),
    )
    return Heard(event=question)


def _is_stranger(body: Body, event: Body) -> bool:
    ours = {body.get("team_id"), body.get("enterprise_id")}
    ours |= {a.get("team_id") for a in body.get("authorizations") or ()}
    theirs = event.get("user_team") or event.get("source_team")
    return bool(body.get("is_ext_shared_channel")) and theirs is not None and theirs not in ours


def _home(event: Body, workspace: str, known: Known) -> HomeOpened | None:
    tab, person, channel = event.get("tab"), event.get("user"), event.get("channel")
    if not person or tab not in ("home", "messages"):
        return None
    place = place_at(workspace, channel or person)
    return HomeOpened(person=person_named(person, known.names), conversation=place, tab=tab)


def _joined(event: Body, workspace: str, bot: str | None, known: Known) -> Heard | None:
    channel, who = event.get("channel"), event.get("user")
    if bot is None or not who or not channel:
        return None
    if who != bot:
        return _person_joined(event, workspace, known)
    inviter = event.get("inviter")
    joined = Lifecycle(
        # One key a channel: however often it is added there, it says welcome once.
        key=key("joined", channel),
        workspace=workspace,
        person=person_named(inviter, known.names) if inviter else Person(id=bot, name="Somebody"),
        conversation=known.place or place_at(workspace, channel),
        what="joined",
    )
    return Heard(event=joined)


def _person_joined(event: Body, workspace: str, known: Known) -> Heard | None:
    channel, who = event["channel"], event["user"]
    if who in known.bots:
        return None
    came = Lifecycle(
        key=key("came", channel, who, str(event.get("event_ts") or "")),
        workspace=workspace,
        person=person_named(who, known.names),
        conversation=known.place or place_at(workspace, channel),
        what="person_joined",
    )
    return Heard(event=came)


def _person_changed(event: Body, workspace: str) -> PersonChanged | Heard | None:
    user = event.get("user")
    if not isinstance(user, dict) or not user.get("id"):
        return None
    if not user.get("deleted"):
        return PersonChanged(user=user)
    left = Lifecycle(
        # One key a leaving: a deactivated person's profile may change, and be told of, again.
        key=key("left", user["id"], str(user.get("updated") or "")),
        workspace=workspace,
        person=Person(id=user["id"], name=name_of(user) or "Somebody"),
        conversation=place_at(workspace, user["id"]),
        what="person_left",
    )
    return Heard(event=left, user=user)


def _command(body: Body, workspace: str, known: Known) -> Heard:
    channel, name = str(body.get("channel_id") or body["user_id"]), body.get("channel_name") or ""
    words = plain_words(str(body.get("text") or ""), known.names)
    command = Command(
        key=key("command", body.get("trigger_id"), body["user_id"]),
        workspace=workspace,
        person=person_named(body["user_id"], known.names, body.get("user_name")),
        conversation=named_place(workspace, channel, str(name)),
        text=clean(words),
    )
    return Heard(
        event=command,
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def _time(body: Body) -> datetime:
    return datetime.fromtimestamp(int(body.get("event_time") or 0), UTC)
