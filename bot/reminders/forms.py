"""The form that sets a reminder by its fields, and reading what was filled in."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.cards import (
    AnyField,
    ChoiceField,
    DateField,
    Element,
    Form,
    Option,
    PersonField,
    TextField,
    TimeField,
    body,
)
from bot.charter.model import LineInForce
from bot.errors import UserFacing
from bot.events import Conversation, FormSubmit
from bot.filled import WrongFields
from bot.recurrence.model import Rule, zone_named
from bot.recurrence.words import in_words
from bot.recurrence.zones import zone_in_words
from bot.reminders.days import CHOICES, KEEP, choice_of, kept, rule_of
from bot.reminders.model import MOST_PEOPLE, OWN_WORDS, Reminder, Request
from bot.reminders.requests import checked_text
from bot.text import one_line, shorten

MOST_LINES = 100
"""Options of one choice (`bot.cards.ChoiceField`)."""
LABEL = 70
"""Characters of an option."""


def reminder_form(
    *,
    here: Conversation,
    zone: str,
    now: datetime,
    contents: Mapping[str, str],
    lines: Sequence[LineInForce],
    reminder: Reminder | None = None,
    complaint: str = "",
) -> Form:
    """A new reminder, or one to change. `contents` are what it can be about, by name; `lines`
    those of the charter that holds here."""
    intro: list[Element] = [body("{text}", text=complaint)] if complaint else []
    return Form(
        form="reminders.save",
        title="Change the reminder" if reminder else "New reminder",
        submit="Save" if reminder and reminder.state != "draft" else "Show me",
        state=reminder.id if reminder else "",
        intro=tuple(intro),
        fields=(
            *_when_fields(zone, now, reminder),
            *_whom_fields(here, reminder),
            *_what_fields(contents, lines, reminder),
        ),
    )


def read_form(
    event: FormSubmit, *, zone: str, contents: Mapping[str, str], reminder: Reminder | None
) -> Request:
    """What was filled in. Raises WrongFields."""
    errors: dict[str, str] = {}
    rule = _rule(event, zone, reminder, errors)
    to = event.text("to") or ("me" if event.conversation.direct else "here")
    people = event.people_in("people") if to == "people" else ()
    if to == "people" and not 1 <= len(people) <= MOST_PEOPLE:
        errors["people"] = f"Pick whom to remind, {MOST_PEOPLE} people at most."
    content = event.text("content") or OWN_WORDS
    about = ""
    if content == OWN_WORDS:
        try:
            about = checked_text(event.text("text"))
        except UserFacing as problem:
            errors["text"] = str(problem)
        if not about and "text" not in errors:
            errors["text"] = "Write what I shall remind of."
    elif content == "line":
        about = event.text("line")
        if not about:
            errors["line"] = "Pick the line."
    elif content not in contents:
        errors["content"] = "Pick what it is about."
    if errors or rule is None:
        raise WrongFields(errors)
    return Request.model_validate(
        {"rule": rule, "to": to, "people": people, "content": content, "about": about}
    )


def _rule(
    event: FormSubmit, zone: str, reminder: Reminder | None, errors: dict[str, str]
) -> Rule | None:
    first, clock, until = event.text("date"), event.text("time"), event.text("until")
    if not first:
        errors["date"] = "Pick a day."
    if not clock:
        errors["time"] = "Say at what time."
    if errors:
        return None
    start = datetime.combine(date.fromisoformat(first), time.fromisoformat(clock))
    last = date.fromisoformat(until) if until else None
    repeat = event.text("repeat") or "once"
    if last and repeat == "once":
        errors["until"] = "What comes once needs no end; leave it empty."
    elif last and last < start.date():
        errors["until"] = "That is before the first day."
    if errors:
        return None
    before = reminder.rule if reminder else None
    if repeat == KEEP and before:
        if start.date() != before.start.date():
            errors["date"] = (
                f"Its days do not follow from a first day. Leave {before.start:%Y-%m-%d} here, "
                "or pick another “How often”."
            )
        return kept(before, start.time(), last)
    return rule_of(repeat, start, before.zone if before else zone, last)


def _when_fields(zone: str, now: datetime, reminder: Reminder | None) -> tuple[AnyField, ...]:
    rule = reminder.rule if reminder else None
    where = rule.zone if rule else zone
    today = now.astimezone(zone_named(where)).date()
    start = rule.start if rule else datetime.combine(today + timedelta(days=1), time(9))
    chosen = choice_of(rule) if rule else "once"
    options = [Option(value=name, label=label) for name, label in CHOICES.items()]
    if rule and chosen == KEEP:
        label = shorten(f"As it is: {in_words(rule)}", LABEL)
        options.insert(0, Option(value=KEEP, label=label))
    return (
        DateField(
            name="date",
            label="First day",
            hint="The others are counted from it.",
            value=start.date().isoformat(),
        ),
        TimeField(
            name="time",
            label="Time",
            hint=f"In {zone_in_words(where)}.",
            value=f"{rule.clock if rule else start.time():%H:%M}",
        ),
        ChoiceField(name="repeat", label="How often", options=tuple(options), value=chosen),
        DateField(
            name="until",
            label="Last day",
            hint="Empty: it goes on.",
            value=rule.until.isoformat() if rule and rule.until else "",
            required=False,
        ),
    )


def _whom_fields(here: Conversation, reminder: Reminder | None) -> tuple[AnyField, ...]:
    own = Option(value="me", label="Me, privately")
    people = Option(value="people", label="People I pick, each privately")
    options: tuple[Option, ...] = (own, people)
    if not here.direct:
        place = f"Here, in {here.name}" if here.name else "Here"
        options = (
            Option(value="here", label=shorten(place, LABEL)),
            own,
            people,
            Option(value="everybody", label="Everybody here, each privately"),
        )
    chosen = reminder.to if reminder else options[0].value
    known = {option.value for option in options}
    return (
        ChoiceField(
            name="to",
            label="Whom to remind",
            options=options,
            value=chosen if chosen in known else options[0].value,
        ),
        PersonField(
            name="people",
            label="People",
            hint="For “People I pick”.",
            several=True,
            required=False,
            values=tuple(person.id for person in reminder.people) if reminder else (),
        ),
    )


def _what_fields(
    contents: Mapping[str, str], lines: Sequence[LineInForce], reminder: Reminder | None
) -> tuple[AnyField, ...]:
    content = reminder.content if reminder else OWN_WORDS
    text = reminder.about if reminder and content == OWN_WORDS else ""
    # Without a charter there are no lines to pick from.
    offered = {name: label for name, label in contents.items() if name != "line" or lines}
    fields: list[AnyField] = [
        ChoiceField(
            name="content",
            label="What about",
            options=tuple(Option(value=name, label=label) for name, label in offered.items()),
            value=content if content in offered else OWN_WORDS,
        ),
        TextField(
            name="text",
            label="In your words",
            hint="For “My own words”.",
            placeholder="review open decisions",
            value=text,
            lines=3,
            required=False,
        ),
    ]
    if lines:
        refs = {line.ref for line in lines}
        about = reminder.about if reminder and reminder.about in refs else ""
        fields.append(
            ChoiceField(
                name="line",
                label="Which line",
                hint="For “One line of the charter”.",
                options=tuple(
                    Option(value=line.ref, label=shorten(_line_label(line), LABEL))
                    for line in lines[:MOST_LINES]
                    if len(line.ref) <= LABEL
                ),
                value=about,
                required=False,
            )
        )
    return tuple(fields)


def _line_label(line: LineInForce) -> str:
    return f"{line.ref} {one_line(line.line.text)}"
