"""A form -> the Adaptive Card in a dialog; drawn again with what was filled in and what is wrong.

A dialog cannot be told what is wrong at which field, so the sentences are part of the card.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import assert_never

from adapters.teams.adaptive import first_part
from adapters.teams.elements import Drawing
from adapters.teams.filled import Filled, field_id, option_value
from adapters.teams.harmless import Json, kept, plain, unmarked
from adapters.teams.limits import (
    DIALOG_BYTES,
    INTRO_BYTES,
    LABEL,
    OPTION,
    PLACEHOLDER,
    SHOWN_OPTIONS,
    STATE,
    VERSION,
    TooLong,
    size,
    whole,
)
from adapters.teams.rich import block, run, small
from bot.cards import (
    AnyField,
    ChoiceField,
    ChoicesField,
    DateField,
    Form,
    NumberField,
    Option,
    PersonField,
    TextField,
    TimeField,
)
from bot.text import one_line, shorten

NOT_YET = "Something here is not right yet. Look it through and send it again."
EVERYBODY = "graph.microsoft.com/users"
"""Where Teams looks for people: in the whole organisation (cards/people-picker)."""


def dialog(
    form: Form,
    *,
    place: Mapping[str, str],
    filled: Mapping[str, Filled] | None = None,
    errors: Mapping[str, str] | None = None,
    sentence: str = "",
    people: Mapping[str, str] | None = None,
    public_url: str | None = None,
) -> Json:
    """The card of the dialog; its title goes beside it. `place` comes back with what is filled in.

    `filled`, `errors` and `sentence`: what was sent before, and what is wrong with it, by field.
    `people`: names by person id, of those picked already and of those to pick from where a client
    cannot search. Raises limits.TooLong for values that cannot be sent, ValueError for a day or
    time that is none: what stands in a field is never cut, as it is saved again.
    """
    names = [field.name for field in form.fields]
    if len(set(names)) < len(names):
        raise ValueError(f"two fields of {form.form!r} have one name")
    wrong = dict(errors or {})
    intro = Drawing(place="dialog", public_url=public_url).elements(form.intro)
    fields: list[Json] = []
    for field in form.fields:
        drawn = _input(field, (filled or {}).get(field.name), people or {})
        fields += [drawn, *_below(field, wrong.pop(field.name, ""))]
    again = sentence or (NOT_YET if errors else "")
    card: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": unmarked(form.title, LABEL),
        "body": [
            *_problem([again, *wrong.values()]),
            *first_part(intro, INTRO_BYTES),
            *fields,
        ],
        "actions": [_send(form, place)],
    }
    if size(card) > DIALOG_BYTES:
        raise TooLong(f"the form {form.form!r} is {size(card)} bytes large; {DIALOG_BYTES} fit")
    return card


def _send(form: Form, place: Mapping[str, str]) -> Json:
    return {
        "type": "Action.Submit",
        "title": plain(form.submit, len(form.submit)),
        "style": "positive",
        "data": {
            "form": form.form,
            "state": whole(form.state, STATE, "a form's state"),
            "place": dict(place),
        },
    }


def _problem(sentences: Sequence[str]) -> list[Json]:
    """What is wrong with the form as a whole, above everything."""
    said = [one_line(sentence) for sentence in sentences if sentence.strip()]
    if not said:
        return []
    items = [
        block([run(shorten(line, LABEL), color="Attention", weight="Bolder")]) for line in said
    ]
    return [{"type": "Container", "style": "attention", "items": items}]


def _below(field: AnyField, wrong: str) -> list[Json]:
    """What is wrong with the field, and its hint."""
    found: list[Json] = []
    if wrong.strip():
        loud = {"isSubtle": False, "color": "Attention", "weight": "Bolder"}
        found += small(shorten(one_line(wrong), LABEL), **loud)
    return found + small(shorten(one_line(field.hint), LABEL))


# Fields


def _input(field: AnyField, filled: Filled | None, people: Mapping[str, str]) -> Json:
    kind, element = _element(field, filled, people)
    drawn: Json = {
        **element,
        "id": field_id(kind, field.name),
        "label": unmarked(field.label, LABEL),
        "spacing": "Medium",
    }
    if field.required:
        drawn |= {"isRequired": True, "errorMessage": _missing(field)}
    return drawn


def _element(field: AnyField, filled: Filled | None, people: Mapping[str, str]) -> tuple[str, Json]:
    """The kind under which it is read back, and the input."""
    match field:
        case TextField():
            return "text", _text(field, filled)
        case ChoiceField():
            return "choice", _choice(field, filled)
        case ChoicesField():
            return "choices", _choices(field, filled)
        case NumberField():
            return "number", _number(field, filled)
        case DateField():
            return "date", _valued("Input.Date", _day(field, filled))
        case TimeField():
            return "time", _valued("Input.Time", _hour(field, filled))
        case PersonField():
            return "people" if field.several else "person", _person(field, filled, people)
        case _:
            assert_never(field)


def _text(field: TextField, filled: Filled | None) -> Json:
    value = kept(field.value if filled is None else _one(filled))
    if filled is None:
        whole(value, field.max_length, f"the value of {field.name!r}")
    element: Json = {
        "type": "Input.Text",
        "isMultiline": field.lines > 1,
        # What somebody typed that is too long stands there again, to be shortened.
        "maxLength": max(field.max_length, len(value)),
    }
    if field.placeholder.strip():
        element["placeholder"] = plain(field.placeholder, PLACEHOLDER)
    return {**element, "value": value} if value else element


def _choice(field: ChoiceField, filled: Filled | None) -> Json:
    as_buttons = field.shown_as == "buttons" and len(field.options) <= SHOWN_OPTIONS
    element: Json = {
        "type": "Input.ChoiceSet",
        "style": "expanded" if as_buttons else "compact",
        "choices": _options(field.options),
    }
    if not as_buttons:
        element["placeholder"] = "Choose one"
    value = field.value if filled is None else _one(filled)
    return _chosen(element, field.options, [value])


def _choices(field: ChoicesField, filled: Filled | None) -> Json:
    element: Json = {
        "type": "Input.ChoiceSet",
        "isMultiSelect": True,
        "style": "expanded" if len(field.options) <= SHOWN_OPTIONS else "compact",
        "choices": _options(field.options),
    }
    values = field.values if filled is None else _several(filled)
    return _chosen(element, field.options, values)


def _options(options: Sequence[Option]) -> list[Json]:
    """Raises ValueError for two that could not be told apart."""
    if len({option.value for option in options}) < len(options):
        raise ValueError("two options have one value")
    return [
        {"title": unmarked(option.label, OPTION), "value": option_value(option.value)}
        for option in options
    ]


def _chosen(element: Json, options: Sequence[Option], values: Sequence[str]) -> Json:
    known = {option.value for option in options}
    chosen = [option_value(value) for value in values if value in known]
    return {**element, "value": ",".join(chosen)} if chosen else element


def _number(field: NumberField, filled: Filled | None) -> Json:
    element: Json = {"type": "Input.Number"}
    value = field.value
    if filled is not None:
        typed = _one(filled)
        value = int(typed) if typed.removeprefix("-").isdecimal() and len(typed) < 16 else None
    for name, number in (("value", value), ("min", field.minimum), ("max", field.maximum)):
        if number is not None:
            element[name] = number
    return element


def _day(field: DateField, filled: Filled | None) -> str:
    if filled is None:
        return date.fromisoformat(field.value).isoformat() if field.value else ""
    try:
        return date.fromisoformat(_one(filled)).isoformat()
    except ValueError:
        return ""


def _hour(field: TimeField, filled: Filled | None) -> str:
    if filled is None:
        return time.fromisoformat(field.value).strftime("%H:%M") if field.value else ""
    try:
        return time.fromisoformat(_one(filled)).strftime("%H:%M")
    except ValueError:
        return ""


def _valued(kind: str, value: str) -> Json:
    return {"type": kind, "value": value} if value else {"type": kind}


def _person(field: PersonField, filled: Filled | None, people: Mapping[str, str]) -> Json:
    """A search among everybody. Clients that cannot search show the `people` as a list."""
    values = field.values if filled is None else _several(filled)
    picked = [option_value(value) for value in values if value]
    element: Json = {
        "type": "Input.ChoiceSet",
        "style": "compact",
        "isMultiSelect": field.several,
        "placeholder": "Type a name",
        "choices": [
            {"title": unmarked(name, OPTION), "value": option_value(id_)}
            for id_, name in people.items()
        ],
        "choices.data": {"type": "Data.Query", "dataset": EVERYBODY},
    }
    return {**element, "value": ",".join(picked)} if picked else element


def _one(filled: Filled) -> str:
    return filled if isinstance(filled, str) else ", ".join(filled)


def _several(filled: Filled) -> Sequence[str]:
    return (filled,) if isinstance(filled, str) else filled


def _missing(field: AnyField) -> str:
    """What the client says by itself where nothing, or something impossible, was filled in."""
    match field:
        case TextField():
            return "Write something here."
        case ChoiceField():
            return "Choose one."
        case ChoicesField():
            return "Choose at least one."
        case NumberField():
            return _bounds(field)
        case DateField():
            return "Pick a day."
        case TimeField():
            return "Pick a time."
        case PersonField():
            return "Pick somebody."
        case _:
            assert_never(field)


def _bounds(field: NumberField) -> str:
    match field.minimum, field.maximum:
        case None, None:
            return "Write a whole number."
        case least, None:
            return f"Write a whole number from {least} up."
        case None, most:
            return f"Write a whole number up to {most}."
        case least, most:
            return f"Write a whole number from {least} to {most}."
