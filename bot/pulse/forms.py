"""The form that sets up a pulse, and reading what was filled in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any, cast

from bot.cards import (
    AnyField,
    ChoiceField,
    ChoicesField,
    Form,
    NumberField,
    Option,
    PersonField,
    TextField,
    TimeField,
)
from bot.errors import UserFacing
from bot.events import Conversation, FormSubmit
from bot.filled import WrongFields
from bot.pulse import bank
from bot.pulse.audience import Group
from bot.pulse.model import (
    LEAST,
    LEAST_ALLOWED,
    LONGEST_STATEMENT,
    MOST_ALLOWED,
    Pulse,
    Statement,
)
from bot.pulse.times import weekly
from bot.recurrence.pattern import WEEKDAYS, Weekday
from bot.recurrence.vocabulary import WEEKDAY_NAMES
from bot.text import shorten

HOW_OFTEN: Mapping[str, str] = {
    "1": "Every week",
    "2": "Every second week",
    "4": "Every fourth week",
}
MOST_PEOPLE = 50
MOST_GROUPS = 100
LONGEST_OPEN = 4
"""Working days that a weekly one may be open: it closes before the next one begins."""
TUESDAY, TEN = "TU", time(10)
OPEN_QUESTION = "What one thing would help you to follow our strategy?"
NO_GROUPS = (
    "I cannot read groups of people here; pick people by name instead, or use a channel of theirs."
)


def setup_form(
    here: Conversation,
    statements: Sequence[Statement],
    *,
    groups: Sequence[Group],
    pulse: Pulse | None = None,
) -> Form:
    """A new pulse, or one to change. `groups`: those that can be asked here."""
    return Form(
        form="pulse.change" if pulse else "pulse.draft",
        title="Change the pulse" if pulse else "Set up a pulse",
        submit="Save" if pulse and pulse.state != "draft" else "Show me",
        state=pulse.id if pulse else "",
        fields=(
            *_whom_fields(here, groups, pulse),
            *_when_fields(pulse),
            *_what_fields(statements, pulse),
            *_results_fields(here, pulse),
        ),
    )


def read_setup(
    event: FormSubmit, *, refs: Iterable[str], now: datetime, pulse: Pulse | None
) -> Mapping[str, object]:
    """What was filled in, as values of `Pulse`. Raises WrongFields."""
    errors: dict[str, str] = {}
    weeks, weekday = event.text("often") or "1", event.text("weekday") or TUESDAY
    clock = event.text("time")
    if not clock:
        errors["time"] = "Say at what time."
    audience = event.text("audience") or "members"
    people = event.people_in("people") if audience == "people" else ()
    group = event.text("group") if audience == "group" else ""
    if audience == "people" and not 1 <= len(people) <= MOST_PEOPLE:
        errors["people"] = f"Pick whom to ask, {MOST_PEOPLE} people at most."
    if audience == "group" and not group:
        errors["audience"] = "Pick the group below."
    open_for = _number(event, "open_for", 2)
    most = LONGEST_OPEN if weeks == "1" else 10
    if not 1 <= open_for <= most:
        errors["open_for"] = f"It can be open for 1 to {most} working days."
    least = _number(event, "least", LEAST)
    if not LEAST_ALLOWED <= least <= MOST_ALLOWED:
        errors["least"] = f"Choose {LEAST_ALLOWED} to {MOST_ALLOWED} answers."
    statements: tuple[Statement, ...] = ()
    try:
        statements = bank.read(event.text("statements"), refs)
    except UserFacing as problem:
        errors["statements"] = str(problem)
    if errors:
        raise WrongFields(errors)
    rule = weekly(int(weeks), cast("Weekday", weekday), time.fromisoformat(clock), now)
    if pulse and (rule.text, rule.clock) == (pulse.rule.text, pulse.rule.clock):
        rule = pulse.rule  # the same days go on
    return {
        "audience": audience,
        "people": people,
        "group": group,
        "include_guests": "guests" in event.text("also"),
        "ask_in_channel": event.text("asked_by") == "channel",
        "rule": rule,
        "open_for": open_for,
        "statements": statements,
        "a_time": _number(event, "a_time", 4),
        "open_question": event.text("open_question"),
        "least": least,
        "tell_channel": event.text("tell") == "channel",
    }


def _whom_fields(
    here: Conversation, groups: Sequence[Group], pulse: Pulse | None
) -> tuple[AnyField, ...]:
    place = here.name or "this conversation"
    options = [Option(value="people", label="People I pick")]
    if not here.direct:
        options.insert(0, Option(value="members", label=shorten(f"Everybody in {place}", 70)))
    if groups:
        options.append(Option(value="group", label="A group of people"))
    chosen = pulse.audience if pulse else options[0].value
    return (
        ChoiceField(
            name="audience",
            label="Whom to ask",
            hint="" if groups else NO_GROUPS,
            options=tuple(options),
            value=chosen if chosen in {each.value for each in options} else options[0].value,
        ),
        PersonField(
            name="people",
            label="People",
            hint="For “People I pick”.",
            several=True,
            required=False,
            values=tuple(person.id for person in pulse.people) if pulse else (),
        ),
        *((_group_field(groups, pulse),) if groups else ()),
        ChoicesField(
            name="also",
            label="Also ask",
            hint="Left out otherwise. Bots are never asked.",
            options=(Option(value="guests", label="Guests"),),
            values=("guests",) if pulse and pulse.include_guests else (),
            required=False,
        ),
        *(() if here.direct else (_how_field(place, pulse),)),
    )


def _group_field(groups: Sequence[Group], pulse: Pulse | None) -> ChoiceField:
    return ChoiceField(
        name="group",
        label="Group",
        hint="For “A group of people”.",
        options=tuple(
            Option(value=each.id, label=shorten(each.name, 70) or each.id)
            for each in groups[:MOST_GROUPS]
        ),
        value=pulse.group if pulse else "",
        required=False,
    )


def _how_field(place: str, pulse: Pulse | None) -> ChoiceField:
    return ChoiceField(
        name="asked_by",
        label="How to ask",
        options=(
            Option(value="direct", label="A direct message to each"),
            Option(value="channel", label=shorten(f"A button in {place}", 70)),
        ),
        value="channel" if pulse and pulse.ask_in_channel else "direct",
    )


def _when_fields(pulse: Pulse | None) -> tuple[AnyField, ...]:
    pattern = pulse.rule.pattern if pulse else None
    return (
        ChoiceField(
            name="often",
            label="How often",
            options=_options(HOW_OFTEN),
            value=str(pattern.interval) if pattern else "1",
        ),
        ChoiceField(
            name="weekday",
            label="On",
            options=tuple(
                Option(value=value, label=name)
                for value, name in zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)
            ),
            value=pattern.by_day[0] if pattern else TUESDAY,
        ),
        TimeField(
            name="time",
            label="At",
            hint="Each person's own time; who is off that day is asked on their next working day.",
            value=f"{pulse.rule.clock if pulse else TEN:%H:%M}",
        ),
        NumberField(
            name="open_for",
            label="Open for so many working days",
            value=pulse.open_for if pulse else 2,
            minimum=1,
            maximum=10,
        ),
    )


def _what_fields(statements: Sequence[Statement], pulse: Pulse | None) -> tuple[AnyField, ...]:
    return (
        TextField(
            name="statements",
            label="Statements, one a line",
            hint="The first is asked every time, the others take turns. Change, remove, add; “P2:” "
            "in front ties one to that line of the charter.",
            value="\n".join(map(bank.in_form, statements)),
            lines=8,
        ),
        ChoiceField(
            name="a_time",
            label="Statements each time",
            options=tuple(Option(value=str(n), label=str(n)) for n in (3, 4, 5)),
            value=str(pulse.a_time) if pulse else "4",
        ),
        TextField(
            name="open_question",
            label="Open question",
            hint="Empty: none.",
            value=pulse.open_question if pulse else OPEN_QUESTION,
            max_length=LONGEST_STATEMENT,
            required=False,
        ),
    )


def _results_fields(here: Conversation, pulse: Pulse | None) -> tuple[AnyField, ...]:
    place = here.name or "this conversation"
    tell: tuple[AnyField, ...] = (
        ChoiceField(
            name="tell",
            label="Who sees results",
            options=(
                Option(value="channel", label=shorten(f"Owners first, then {place}", 70)),
                Option(value="owners", label="Owners and editors of the charter only"),
            ),
            value="owners" if pulse and not pulse.tell_channel else "channel",
        ),
    )
    return (
        NumberField(
            name="least",
            label="Show results from so many answers",
            hint=f"{LEAST_ALLOWED} to {MOST_ALLOWED}. With fewer, answers could be guessed.",
            value=pulse.least if pulse else LEAST,
            minimum=LEAST_ALLOWED,
            maximum=MOST_ALLOWED,
        ),
        *(() if here.direct else tell),
    )


def _options(named: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in named.items())


def _number(event: FormSubmit, field: str, otherwise: int) -> int:
    text: Any = event.text(field)
    return int(text) if text.lstrip("-").isdecimal() else otherwise
