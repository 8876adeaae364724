"""What Teams sent -> what it means. Pure: no network, no clock, no storage.

said, installed, changed ── Heard        an event for the core, and how it may be answered at once
(and `interactions`)     ├─ Removed      the bot may not write there any more
                         ├─ Came         people came into the conversation
                         ├─ ShowPart
                         ├─ Unreadable   an invoke that should have been one of ours
                         └─ None         nothing that concerns us

`turns` says which of them an activity is for.
"""

from typing import Any

from adapters.teams.activity import Account, Activity
from adapters.teams.interactions import picked_people, submitted
from adapters.teams.meanings import Came, Heard, Known, Meaning, Removed, thread_of, told
from adapters.teams.places import Reference, key, person_id, person_named
from adapters.teams.wording import mentions_us, spoken
from bot.events import Command, Lifecycle, Question

_ARRIVED = {"add", "add-upgrade"}
_LEFT = {"remove", "remove-upgrade"}
_DELETED = {"teamDeleted", "teamHardDeleted", "channelDeleted"}


def said(activity: Activity, known: Known) -> Meaning | None:
    """What a message means: words, or a button's or form's data in place of them."""
    if _is_ours(activity.sender, activity):
        return None
    if not activity.text.strip() and activity.values:
        return submitted(activity, known)
    return _message(activity, known)


def installed(activity: Activity, known: Known) -> Heard | Removed | None:
    """What it means that the bot was installed or uninstalled."""
    if _is_ours(activity.sender, activity):
        return None
    if activity.action in _ARRIVED:
        return _welcome(activity, known)
    return _removed(activity, known) if activity.action in _LEFT else None


def changed(activity: Activity, known: Known) -> Heard | Removed | Came | None:
    """What it means that a conversation or team, or who is in it, is another now."""
    if _is_ours(activity.sender, activity):
        return None
    bot = activity.recipient.id
    if any(member.id == bot for member in activity.members_added or ()):
        return _welcome(activity, known)
    if any(member.id == bot for member in activity.members_removed or ()):
        return _removed(activity, known)
    if activity.members_added and known.place.kind != "personal":
        return _came(activity, known)
    if activity.channel_data.event_type in _DELETED:
        return _removed(activity, known, only_channel=activity.channel_data.channel is not None)
    return None


def _is_ours(account: Account, activity: Activity) -> bool:
    """The bot's own doing, or another bot's: talking with one would never end."""
    bot = account.role == "bot" or account.id.startswith("28:")
    return bot or not account.id or account.id == activity.recipient.id


def _message(activity: Activity, known: Known) -> Heard | None:
    addressed = known.place.kind == "personal" or activity.targeted or mentions_us(activity)
    if not activity.id or not addressed:
        # With some permissions Teams hands over everything that is said.
        return None
    text, typed = spoken(activity)
    public = known.place.kind != "personal" and not activity.targeted
    facts: dict[str, Any] = {
        **told(activity, known, "message"),
        "thread": thread_of(activity, known.place, public),
        "public": public,
        "text": text,
    }
    event = Command(**facts) if typed or activity.targeted else Question(**facts)
    return Heard(event=event)


# Coming and going


def arrives(activity: Activity) -> bool:
    """Whether the bot was added somewhere, and by whom is worth asking."""
    added = any(member.id == activity.recipient.id for member in activity.members_added or ())
    return activity.conversation.conversation_type != "personal" and (
        (activity.type == "conversationUpdate" and added)
        or (activity.type == "installationUpdate" and activity.action in _ARRIVED)
    )


def _welcome(activity: Activity, known: Known) -> Heard | None:
    if known.place.kind == "personal":
        # Nobody asked; what the bot is for stands in the app's own page.
        return None
    return Heard(event=_lifecycle(activity, known, "joined", key("joined", _where(known.place))))


def _removed(activity: Activity, known: Known, *, only_channel: bool = False) -> Removed:
    place = known.place
    what = "uninstalled" if place.kind == "personal" else "left"
    facts = (place.conversation, activity.id, activity.channel_data.event_type or activity.action)
    event = _lifecycle(activity, known, what, key("removed", *facts))
    team = place.team if place.kind == "channel" and not only_channel else ""
    return Removed(event=event, team=team)


def _came(activity: Activity, known: Known) -> Came | None:
    events = tuple(
        Lifecycle(
            key=key("came", known.place.conversation, person_id(each), activity.id),
            workspace=known.place.workspace,
            person=person_named(each, known.names),
            conversation=known.place.as_conversation(),
            what="person_joined",
        )
        for each in activity.members_added or ()
        if person_id(each) and not each.id.startswith("28:")
    )
    return Came(events=events) if events else None


def _where(place: Reference) -> str:
    # Adding to a team is told for its first channel, by one event or another.
    return place.team if place.kind == "channel" and place.team else place.conversation


def _lifecycle(activity: Activity, known: Known, what: Any, key_: str) -> Lifecycle:
    person = person_named(activity.sender, known.names)
    return Lifecycle(
        key=key_,
        workspace=known.place.workspace,
        person=person,
        conversation=known.place.as_conversation(),
        what=what,
    )


def people_of(activity: Activity) -> set[str]:
    """Everybody whose name `read` wants to know."""
    return ({person_id(activity.sender)} | picked_people(activity)) - {""}
