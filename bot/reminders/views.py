"""What people see of reminders when they ask. Every word that this room says stands here, in
`forms`, or in `notices` for what comes unasked."""

from collections.abc import Sequence

from bot.cards import Actions, Button, Card, Element, Text, body, heading, quiet
from bot.recurrence.words import in_words, next_dates
from bot.reminders.contents import Contents
from bot.reminders.model import OWN_WORDS, Reminder
from bot.reminders.notices import delete_button
from bot.reminders.service import Seen
from bot.reminders.wording import moment_with_zone, to_whom, upper_first

PAGE = 5
"""Reminders on one card."""


def draft_card(contents: Contents, seen: Seen) -> Card:
    """What was understood, read back, before anything is promised."""
    reminder = seen.reminder
    buttons = (
        Button(label="Looks right", action="reminders.confirm", value=reminder.id, style="primary"),
        Button(label="Change", action="reminders.edit", value=reminder.id),
        Button(label="Not now", action="reminders.discard", value=reminder.id),
    )
    return Card(
        summary=f"Is this right? {upper_first(in_words(reminder.rule))}",
        elements=(
            heading("Is this right?"),
            _sentence(contents, seen),
            body("{dates}", dates=_dates(seen)),
            Actions(buttons=buttons),
        ),
    )


def on_card(contents: Contents, seen: Seen, *, title: str = "Set up") -> Card:
    """A reminder that is promised, and what can be done with it."""
    reminder = seen.reminder
    parts: list[Element] = [heading("{title}", title=title), _sentence(contents, seen)]
    if reminder.state == "paused":
        why = " I cannot post there any more." if reminder.paused_because == "unreachable" else ""
        parts.append(body("Paused: nothing comes until you press Resume.{why}", why=why))
    else:
        parts.append(body("{dates}", dates=_dates(seen)))
    parts.append(quiet("Set up by {who}", who=reminder.by.name))
    buttons = _buttons(seen) if seen.may_change else []
    buttons.append(Button(label="All reminders", action="reminders.list"))
    parts.append(Actions(buttons=tuple(buttons)))
    return Card(summary=f"{title}: {contents.in_words(reminder)}", elements=tuple(parts))


def list_card(contents: Contents, seen: Sequence[Seen], *, first: int, of: int) -> Card:
    """A page of reminders, numbered from `first` on, of so many."""
    if not seen:
        return Card(
            summary="No reminders yet",
            elements=(
                heading("No reminders here yet"),
                body(
                    "Set one up with `/mission remind every other Friday 16:30 to review open "
                    "decisions`, or by its fields."
                ),
                Actions(buttons=(new_button(),)),
            ),
        )
    parts: list[Element] = [heading("Reminders")]
    for number, each in enumerate(seen, first):
        parts.append(_listed(contents, each, number))
        if each.may_change:
            parts.append(Actions(buttons=tuple(_buttons(each))))
    more = []
    if first + len(seen) <= of:
        more.append(Button(label="More", action="reminders.list", value=str(first + len(seen))))
    parts.append(Actions(buttons=(*more, new_button())))
    parts.append(
        quiet("In words: `/mission reminders pause 2`, `resume 2`, `skip 2`, `edit 2`, `delete 2`.")
    )
    return Card(summary=f"{of} reminders", elements=tuple(parts))


def says_what(reminder: Reminder) -> bool:
    """Whether it is about anything."""
    return bool(reminder.about) or reminder.content != OWN_WORDS


def what_about_card(seen: Seen) -> Card:
    """The time was understood, and no words say what it is about."""
    reminder = seen.reminder
    when = upper_first(in_words(reminder.rule))
    return Card(
        summary="What shall I remind of?",
        elements=(
            body("{when}: what shall I remind of?", when=when),
            Actions(
                buttons=(
                    Button(
                        label="Say what",
                        action="reminders.edit",
                        value=reminder.id,
                        style="primary",
                    ),
                )
            ),
        ),
    )


def confirm_delete_card(contents: Contents, seen: Seen) -> Card:
    """Asked before a deletion by words; buttons ask by themselves."""
    return Card(
        summary="Delete this reminder?",
        elements=(
            heading("Delete this reminder?"),
            _sentence(contents, seen),
            Actions(
                buttons=(
                    delete_button(seen.reminder),
                    Button(label="Keep it", action="reminders.show", value=seen.reminder.id),
                )
            ),
        ),
    )


def left_out_card() -> Card:
    """After "Not for me"."""
    text = "This reminder does not come to you any more."
    return Card(summary=text, elements=(body(text),))


def ask_back_card(sentence: str) -> Card:
    """The words were not understood whole: what was, what was not, and the form."""
    return Card(
        summary="I did not understand that whole",
        elements=(
            body("{sentence}", sentence=sentence),
            Actions(
                buttons=(
                    Button(
                        label="Set it by fields",
                        action="reminders.form",
                        style="primary",
                    ),
                )
            ),
        ),
    )


def snoozed_card(contents: Contents, seen: Seen, until: str, post: str) -> Card:
    """In place of a reminder that was put off."""
    reminder = seen.reminder
    done = Button(label="Done", action="reminders.done", value=f"{reminder.id}:{post}")
    return Card(
        summary=f"Put off until {until}",
        elements=(
            body("Put off until {until}: {what}", until=until, what=_own_or_named(contents, seen)),
            Actions(buttons=(done,)),
        ),
    )


def done_card(contents: Contents, seen: Seen) -> Card:
    """In place of a reminder that was ticked off."""
    parts: list[Element] = [body("Done: {what}", what=_own_or_named(contents, seen))]
    if seen.due and seen.reminder.state == "on":
        zone = seen.reminder.rule.zone
        parts.append(quiet("Next: {when}", when=moment_with_zone(seen.due, zone, seen.now)))
    return Card(summary="Done", elements=tuple(parts))


def sentence_card(text: str) -> Card:
    """A sentence, and the way to the list."""
    return Card(
        summary=text,
        elements=(
            body("{text}", text=text),
            Actions(buttons=(Button(label="All reminders", action="reminders.list"),)),
        ),
    )


def new_button() -> Button:
    """Opens the form for a new one."""
    return Button(label="New reminder", action="reminders.form")


def edit_button(reminder: Reminder) -> Button:
    """Opens the form with its fields."""
    return Button(label="Change", action="reminders.edit", value=reminder.id)


def _sentence(contents: Contents, seen: Seen) -> Text:
    reminder = seen.reminder
    return body(
        "{when}, {whom}: {what}",
        when=upper_first(in_words(reminder.rule)),
        whom=to_whom(reminder, here=seen.here),
        what=_own_or_named(contents, seen),
    )


def _own_or_named(contents: Contents, seen: Seen) -> str:
    reminder = seen.reminder
    return reminder.about if reminder.content == OWN_WORDS else contents.in_words(reminder)


def _dates(seen: Seen) -> str:
    if seen.due is None:
        return "It does not come again."
    return next_dates(seen.reminder.rule, seen.hours, seen.since, seen.done)


def _listed(contents: Contents, seen: Seen, number: int) -> Text:
    reminder = seen.reminder
    if reminder.state == "paused":
        state = "paused"
    elif seen.due is None:
        state = "no dates left"
    else:
        state = f"next {moment_with_zone(seen.due, reminder.rule.zone, seen.now)}"
    return body(
        "**{number}.** {what}\n_{when}, {whom}_ · {state} · set up by {who}",
        number=number,
        what=contents.in_words(reminder),
        when=in_words(reminder.rule),
        whom=to_whom(reminder, here=seen.here),
        state=state,
        who=reminder.by.name,
    )


def _buttons(seen: Seen) -> list[Button]:
    reminder = seen.reminder
    change = edit_button(reminder)
    if reminder.state == "paused":
        resume = Button(label="Resume", action="reminders.resume", value=reminder.id)
        return [change, resume, delete_button(reminder)]
    if reminder.state != "on" or seen.due is None:
        return [change, delete_button(reminder)]
    buttons = [change, Button(label="Pause", action="reminders.pause", value=reminder.id)]
    if reminder.rule.kind != "once":
        value = f"{reminder.id}:{seen.due.isoformat()}"
        buttons.append(Button(label="Skip next", action="reminders.skip", value=value))
    return [*buttons, delete_button(reminder)]
