"""The cards that come unasked: a reminder that fell due, and what happened to one."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Actions, Button, Card, Element, body, heading, quiet
from bot.delivery.model import Delivery
from bot.recurrence.words import in_words
from bot.reminders.contents import Contents
from bot.reminders.model import OWN_WORDS, Reminder
from bot.reminders.wording import MOST_LISTED, moment, place_of
from bot.text import one_line, shorten

SNOOZES = (("In 20 minutes", "20"), ("In 1 hour", "60"), ("Tomorrow morning", "morning"))
"""How long a personal reminder can be put off: what the button says, and what it carries."""

SHORT = 120
"""Characters of own words that stand in the heading."""


async def reminder_card(
    contents: Contents,
    workspace: str,
    reminder: Reminder,
    delivery: Delivery,
    *,
    following: datetime | None,
    now: datetime,
) -> Card:
    """A reminder that fell due, with its content as it stands now. One to a person can be put off
    or ticked off; one to a conversation says where it is changed."""
    what = contents.in_words(reminder)
    elements: list[Element] = [heading("**Reminder:** {what}", what=what)]
    if reminder.content != OWN_WORDS:
        elements += await contents.elements(workspace, reminder)
    elif _is_short(reminder.about):
        elements = [heading("**Reminder:** {words}", words=reminder.about)]
    else:
        elements = [heading("**Reminder**"), *await contents.elements(workspace, reminder)]
    elements.append(quiet("{origin}", origin=_origin(reminder, delivery, following, now)))
    elements.append(Actions(buttons=_buttons(reminder)))
    words = one_line(reminder.about) if reminder.content == OWN_WORDS else what
    return Card(summary=shorten(f"Reminder: {words}", 150), elements=tuple(elements))


def missed_card(contents: Contents, found: Sequence[tuple[Reminder, datetime]]) -> Card:
    """One list in place of many messages, after the bot was away."""
    now = max(at for _, at in found)
    parts: list[Element] = [heading("While I was away these came due:")]
    for reminder, at in found[:MOST_LISTED]:
        parts.append(
            body(
                "- {what} · {when}, set up by {who}",
                what=contents.in_words(reminder),
                when=moment(at, reminder.rule.zone, now),
                who=reminder.by.name,
            )
        )
    if len(found) > MOST_LISTED:
        parts.append(body("and {n} more.", n=len(found) - MOST_LISTED))
    parts.append(quiet("All of them: `/mission reminders`"))
    return Card(summary=f"{len(found)} reminders came due while I was away", elements=tuple(parts))


def stopped_card(contents: Contents, stopped: Sequence[Reminder], *, own: bool) -> Card:
    """Reminders that are paused as nobody can be reached where they went. `own`: for who set
    them up; others read no words of a private conversation."""
    one = len(stopped) == 1
    parts: list[Element] = [
        heading("A reminder is paused" if one else f"{len(stopped)} reminders are paused")
    ]
    for reminder in stopped[:MOST_LISTED]:
        where, what = _where(reminder, own=own), _what(contents, reminder, own=own)
        by = "" if own else f", set up by {reminder.by.name}"
        parts.append(
            body("- {what}{by}: I cannot post {where} any more.", what=what, by=by, where=where)
        )
    told = own or not any(reminder.conversation.private for reminder in stopped)
    parts.append(
        body(
            "Add me there again and press Resume, or delete it."
            if one and told
            else "Add me there again and resume them with `/mission reminders`, or delete them."
        )
    )
    if one and told:
        parts.append(
            Actions(
                buttons=(
                    Button(label="Resume", action="reminders.resume", value=stopped[0].id),
                    delete_button(stopped[0]),
                )
            )
        )
    return Card(summary="A reminder is paused", elements=tuple(parts))


def left_card(contents: Contents, reminder: Reminder) -> Card:
    """For owners: somebody left a conversation that still gets a reminder of theirs."""
    parts: list[Element] = [
        body(
            "{who} left {where}. A reminder they set up there goes on: {what}, {when}.",
            who=reminder.by.name,
            where=_where(reminder, own=False).removeprefix("in "),
            what=_what(contents, reminder, own=False),
            when=in_words(reminder.rule),
        )
    ]
    if reminder.conversation.private:
        parts.append(quiet("An owner who is in there changes it with `/mission reminders`."))
    else:
        pause = Button(label="Pause", action="reminders.pause", value=reminder.id)
        parts.append(Actions(buttons=(pause, delete_button(reminder))))
    summary = f"{reminder.by.name} left; a reminder of theirs goes on"
    return Card(summary=summary, elements=tuple(parts))


def delete_button(reminder: Reminder) -> Button:
    """Deletes it, once that is confirmed."""
    return Button(
        label="Delete",
        action="reminders.delete",
        value=reminder.id,
        style="danger",
        confirm="Delete this reminder? It will not come again.",
    )


def _is_short(words: str) -> bool:
    return len(words) <= SHORT and "\n" not in words


def _buttons(reminder: Reminder) -> tuple[Button, ...]:
    if reminder.to == "here" and not reminder.conversation.direct:
        return (Button(label="Manage", action="reminders.show", value=reminder.id),)
    done = Button(label="Done", action="reminders.done", value=reminder.id, style="primary")
    snoozes = [
        Button(label=label, action="reminders.snooze", value=f"{reminder.id}:{how}")
        for label, how in SNOOZES
    ]
    if reminder.to in ("people", "everybody"):
        leave = Button(
            label="Not for me",
            action="reminders.leave",
            value=reminder.id,
            confirm="Leave this one out from now on? Whoever set it up is not told.",
        )
        return (done, *snoozes, leave)
    return (done, *snoozes)


def _origin(
    reminder: Reminder, delivery: Delivery, following: datetime | None, now: datetime
) -> str:
    zone = reminder.rule.zone
    parts = [f"Set up by {reminder.by.name}"]
    privately = reminder.to in ("people", "everybody")
    if privately and place_of(reminder) and not reminder.conversation.private:
        parts[0] += f" in {place_of(reminder)}"
    if delivery.run is None:
        parts.append("put off before")
    elif reminder.rule.kind != "once":
        parts.append(in_words(reminder.rule))
    if delivery.run and delivery.run.skipped:
        missed = ", ".join(moment(at, zone, now) for at in delivery.run.skipped[:3])
        parts.append(f"came due while I was away, as on {missed}")
    if following and delivery.run:
        parts.append(f"Next: {moment(following, zone, now)}")
    return " · ".join(parts)


def _where(reminder: Reminder, *, own: bool) -> str:
    if reminder.conversation.private and not own:
        return "in a private conversation"
    if reminder.to == "me" or reminder.conversation.direct:
        return "to you"
    return f"in {place_of(reminder) or 'that conversation'}"


def _what(contents: Contents, reminder: Reminder, *, own: bool) -> str:
    if reminder.conversation.private and not own:
        return "a reminder"
    return contents.in_words(reminder)
