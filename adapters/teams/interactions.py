"""Clicks, dialogs, message actions and feedback -> what they mean. Pure; a part of `inbound`.

Names: learn.microsoft.com, "invoke activities" of Teams.
"""

import json
from collections.abc import Mapping
from typing import Any

from adapters.teams import actions, filled
from adapters.teams.activity import Account, Activity
from adapters.teams.meanings import (
    Heard,
    Known,
    Meaning,
    ShowPart,
    Unreadable,
    Way,
    thread_of,
    told,
)
from adapters.teams.places import person_named
from adapters.teams.wording import words_of
from bot.events import LONGEST_LINK, ButtonClick, FormSubmit, Question, Shortcut

CHECK = "checkStrategy"
DECIDE = "recordDecision"
"""The message actions' ids (see the manifest)."""
USEFUL = "ask.useful"
"""A click on the answer to "Was this useful?" (`bot.cards.Card.feedback`)."""

_REACTIONS: Mapping[str, str] = {"like": "yes", "dislike": "no"}


def fetched(activity: Activity, known: Known) -> Meaning:
    """What a click on a button that opens a dialog means (`task/fetch`)."""
    return _clicked(activity, known, _data(activity), "fetch") or Unreadable()


def sent_off(activity: Activity, known: Known) -> Meaning:
    """What a dialog that is sent off means (`task/submit`, `composeExtension/submitAction`)."""
    return _dialog(activity, known) or Unreadable()


def submitted(activity: Activity, known: Known) -> Meaning | None:
    """An Action.Submit outside a dialog comes as a message without words."""
    return _clicked(activity, known, activity.values, "messages") or _form(
        activity, known, activity.values, "messages"
    )


def kept_under(activity: Activity) -> str:
    """Under which key the dialog was kept that is sent off here; empty for none."""
    if activity.type == "message" and not activity.text.strip():
        found = filled.submitted(activity.values)
    elif activity.name in ("task/submit", "composeExtension/submitAction"):
        found = filled.submitted(_data(activity))
    else:
        return ""
    return found.place.get("kept", "") if found else ""


def picked_people(activity: Activity) -> set[str]:
    """Who was picked in the dialog's person fields."""
    data = _data(activity) if activity.type == "invoke" else activity.values
    found = filled.submitted(data)
    return set(found.people) if found else set()


def _data(activity: Activity) -> Mapping[str, Any]:
    """What the button or dialog carries; nothing where it is no object."""
    data = activity.values.get("data")
    return data if isinstance(data, dict) else {}


def executed(activity: Activity, known: Known) -> Meaning:
    """What a click that may turn its card over means (`adaptiveCard/action`)."""
    action = activity.values.get("action")
    if not isinstance(action, dict) or action.get("type") != "Action.Execute":
        return Unreadable()
    data = action.get("data")
    data = data if isinstance(data, dict) else {}
    return (
        _clicked(activity, known, data, "card")
        or _form(activity, known, data, "card")
        or Unreadable()
    )


def _clicked(
    activity: Activity,
    known: Known,
    data: Mapping[str, Any],
    way: Way,
    *,
    in_dialog: bool = False,
) -> Heard | ShowPart | None:
    found = actions.read(data)
    if found is None:
        return None
    public = known.public and known.place.kind != "personal" and not in_dialog
    # The message behind a dialog is not the one that was clicked.
    clicked = "" if in_dialog else activity.reply_to_id
    if part := actions.part_wanted(found):
        return ShowPart(part=part[0], stored=part[1], way=way, clicked=clicked, alone=not public)
    event = ButtonClick(
        **told(activity, known, "click"),
        thread=thread_of(activity, known.place, public),
        public=public,
        action=found.action,
        value=found.value,
        # What one person alone sees is not for the core to know of.
        message=clicked[:255] if clicked and (public or known.place.kind == "personal") else None,
    )
    return Heard(event=event, way=way, clicked=clicked)


def _dialog(activity: Activity, known: Known) -> Heard | None:
    data = _data(activity)
    # A card that is shown in a dialog has buttons too.
    found = _form(activity, known, data, "submit")
    if found is None:
        clicked = _clicked(activity, known, data, "fetch", in_dialog=True)
        return clicked if isinstance(clicked, Heard) else None
    return found


def _form(activity: Activity, known: Known, data: Mapping[str, Any], way: Way) -> Heard | None:
    found = filled.submitted(data)
    if found is None:
        return None
    said = told(activity, known, "form")
    kept = known.kept
    if kept and kept.conversation.id.partition("/")[0] == known.place.workspace:
        said |= {"conversation": kept.conversation, "thread": kept.thread, "public": kept.public}
    people = tuple(person_named(Account(aad_object_id=each), known.names) for each in found.people)
    ours = kept is not None and kept.form.form == found.form
    event = FormSubmit(
        **said,
        form=found.form,
        # What was kept here nobody else can have changed.
        state=kept.form.state if kept and ours else found.state,
        fields=found.fields,
        people=people,
    )
    return Heard(event=event, way=way, kept=kept if ours else None, kept_key=known.kept_key)


def message_action(activity: Activity, known: Known) -> Meaning:
    """What is to be done with a message (`composeExtension/fetchTask`)."""
    told_message = activity.values.get("messagePayload")
    message = told_message if isinstance(told_message, dict) else {}
    body = message.get("body")
    content = body.get("content") if isinstance(body, dict) else None
    if not isinstance(content, str):
        return Unreadable()
    text = words_of(content)
    said = told(activity, known, "action")
    said["thread"] = thread_of(activity, known.place, public=False)
    match activity.values.get("commandId"):
        case str(name) if name == CHECK:
            return Heard(event=Question(**said, text=text), way="fetch")
        case str(name) if name == DECIDE:
            link = message.get("linkToMessage")
            link = link if isinstance(link, str) and len(link) <= LONGEST_LINK else ""
            event = Shortcut(**said, what="decide", text=text, link=link)
            return Heard(event=event, way="fetch")
        case _:
            return Unreadable()


def feedback(activity: Activity, known: Known) -> Meaning | None:
    """What a thumb under an answer means (`message/submitAction`)."""
    if activity.values.get("actionName") != "feedback" or not known.feedback:
        return None
    given = activity.values.get("actionValue")
    if isinstance(given, str):
        # Teams sends an object; other clients its JSON.
        try:
            given = json.loads(given)
        except ValueError:
            return None
    reaction = given.get("reaction") if isinstance(given, dict) else None
    word = _REACTIONS.get(reaction) if isinstance(reaction, str) else None
    if word is None:
        return None
    event = ButtonClick(
        **told(activity, known, "feedback"),
        action=USEFUL,
        value=f"{word}:{known.feedback}",
    )
    return Heard(event=event, way="feedback", clicked=activity.reply_to_id)
