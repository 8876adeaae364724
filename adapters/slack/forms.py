"""A form -> a modal; what is wrong with it -> sentences at its fields."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, assert_never

from pydantic import TypeAdapter, ValidationError

from adapters.slack.blocks import first_part
from adapters.slack.elements import Drawing
from adapters.slack.escape import Block, plain
from adapters.slack.limits import (
    BUTTON,
    FIELD_ERROR,
    ID,
    INPUT,
    LABEL,
    MESSAGE_WEIGHT,
    OPTION_VALUE,
    PLACEHOLDER,
    PRIVATE_METADATA,
    SHOWN_OPTIONS,
    TITLE,
    VIEW_BLOCKS,
    VIEW_BYTES,
    TooLong,
    whole,
)
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
from bot.events import Frozen
from bot.replies import FormErrors
from bot.text import clean, shorten

ACTION = "filled"
"""The action_id of every input; its block_id says which field it is."""


class Carried(Frozen):
    """What a modal brings back (as private_metadata): the form's own state, and where it came
    from. `place` is the transport's, and no secret: Slack shows it to the app alone."""

    state: str = ""
    place: Mapping[str, str] = {}


_CARRIED = TypeAdapter(Carried)


def modal(
    form: Form, *, place: Mapping[str, str] | None = None, public_url: str | None = None
) -> dict[str, Any]:
    """The form as a view for views.open, views.update or `response_action: update`.

    Raises limits.TooLong for values beyond Slack's limits, ValueError for a day or time that is
    none: what stands in a field is never cut, as it is saved again.
    """
    fields = [_input(form, field) for field in form.fields]
    names = [field.name for field in form.fields]
    if len(set(names)) < len(names):
        raise ValueError(f"two fields of {form.form!r} have one name")
    drawing = Drawing(place="modal", public_url=public_url)
    room = VIEW_BLOCKS - len(fields)
    carried = Carried(state=form.state, place=place or {})
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": whole(form.form, ID, "a callback_id"),
        "title": plain(form.title, TITLE),
        "submit": plain(form.submit, TITLE),
        "close": plain("Cancel", TITLE),
        "private_metadata": whole(
            carried.model_dump_json(exclude_defaults=True), PRIVATE_METADATA, "a form's state"
        ),
        "blocks": [*first_part(drawing.blocks(form.intro), room, MESSAGE_WEIGHT), *fields],
    }
    size = len(json.dumps(view).encode())
    if size > VIEW_BYTES:
        raise TooLong(f"the form {form.form!r} is {size} bytes large, and Slack takes {VIEW_BYTES}")
    return view


def carried(view: Mapping[str, Any]) -> Carried:
    """What the modal brought back; empty when it was not made here."""
    try:
        return _CARRIED.validate_json(view.get("private_metadata") or "{}")
    except ValidationError:
        return Carried()


def errors(problem: FormErrors, view: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a `view_submission` that keeps the modal open and shows the sentences.

    Slack shows errors at inputs only: a sentence about the whole form, or about a field that is
    not there, goes to the first one.
    """
    blocks = [b["block_id"] for b in view.get("blocks", ()) if b.get("type") == "input"]
    by_name = {field_of(block): block for block in blocks}
    first = blocks[0]
    found: dict[str, list[str]] = {}
    if problem.sentence:
        found[first] = [problem.sentence]
    for name, sentence in problem.errors.items():
        found.setdefault(by_name.get(name, first), []).append(sentence)
    if not found:
        found[first] = ["Something here is not right yet. Look it through and send it again."]
    return {
        "response_action": "errors",
        "errors": {
            block: shorten(clean("\n".join(sentences)), FIELD_ERROR)
            for block, sentences in found.items()
        },
    }


def field_of(block_id: str) -> str:
    """The name of the field whose input has this block_id."""
    return block_id.partition(":")[0]


# Fields


def _input(form: Form, field: AnyField) -> Block:
    block: Block = {
        "type": "input",
        "block_id": whole(f"{field.name}:{_fingerprint(form, field)}", ID, "a block_id"),
        "label": plain(field.label, LABEL),
        "element": {**_element(field), "action_id": ACTION},
        "optional": not field.required,
    }
    return {**block, "hint": plain(field.hint, LABEL)} if field.hint.strip() else block


def _fingerprint(form: Form, field: AnyField) -> str:
    """Another one for another content. Slack keeps what was typed into a block that an updated
    view has again, and would so hide a new value that we put there."""
    text = f"{form.form}\n{field.model_dump_json()}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _element(field: AnyField) -> Block:
    match field:
        case TextField():
            return _text(field)
        case ChoiceField():
            return _choice(field)
        case ChoicesField():
            return _choices(field)
        case NumberField():
            return _number(field)
        case DateField():
            return _date(field)
        case TimeField():
            return _time(field)
        case PersonField():
            return _person(field)
        case _:
            assert_never(field)


def _text(field: TextField) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "multiline": field.lines > 1,
        "max_length": min(field.max_length, INPUT),
    }
    if value := clean(field.value):
        element["initial_value"] = whole(
            value, element["max_length"], f"the value of {field.name!r}"
        )
    if field.placeholder.strip():
        element["placeholder"] = plain(field.placeholder, PLACEHOLDER)
    return element


def _choice(field: ChoiceField) -> Block:
    options = _options(field.options)
    as_buttons = field.shown_as == "buttons" and len(options) <= SHOWN_OPTIONS
    element: Block = {
        "type": "radio_buttons" if as_buttons else "static_select",
        "options": options,
    }
    chosen = next((o for o in options if o["value"] == field.value), None)
    return {**element, "initial_option": chosen} if chosen else element


def _choices(field: ChoicesField) -> Block:
    options = _options(field.options)
    element: Block = {
        "type": "checkboxes" if len(options) <= SHOWN_OPTIONS else "multi_static_select",
        "options": options,
    }
    chosen = [o for o in options if o["value"] in field.values]
    return {**element, "initial_options": chosen} if chosen else element


def _options(options: Sequence[Option]) -> list[Block]:
    """Raises ValueError for two that could not be told apart."""
    if len({option.value for option in options}) < len(options):
        raise ValueError("two options have one value")
    return [_option(option) for option in options]


def _option(option: Option) -> Block:
    return {
        "text": plain(option.label, BUTTON),
        "value": whole(option.value, OPTION_VALUE, "an option's value"),
    }


def _number(field: NumberField) -> Block:
    element: Block = {"type": "number_input", "is_decimal_allowed": False}
    for name, number in (
        ("initial_value", field.value),
        ("min_value", field.minimum),
        ("max_value", field.maximum),
    ):
        if number is not None:
            element[name] = str(number)
    return element


def _date(field: DateField) -> Block:
    if not field.value:
        return {"type": "datepicker"}
    return {"type": "datepicker", "initial_date": date.fromisoformat(field.value).isoformat()}


def _time(field: TimeField) -> Block:
    if not field.value:
        return {"type": "timepicker"}
    return {
        "type": "timepicker",
        "initial_time": time.fromisoformat(field.value).strftime("%H:%M"),
    }


def _person(field: PersonField) -> Block:
    if field.several:
        several = {"initial_users": list(field.values)} if field.values else {}
        return {"type": "multi_users_select", **several}
    one = {"initial_user": field.values[0]} if field.values else {}
    return {"type": "users_select", **one}
