"""What was filled into a form, held against what the form asks for. No I/O."""

from collections.abc import Mapping
from typing import assert_never

from adapters.web.personas import PERSONAS
from bot.cards import (
    AnyField,
    ChoiceField,
    ChoicesField,
    DateField,
    Form,
    NumberField,
    PersonField,
    TextField,
    TimeField,
)
from bot.filled import WrongValue, date_value, number_value, text_value, time_value
from bot.text import clean

Filled = str | tuple[str, ...]


def read_fields(
    form: Form, filled: Mapping[str, Filled]
) -> tuple[dict[str, Filled], dict[str, str]]:
    """The form's fields as the core takes them, and a sentence for each that is wrong.

    What the form does not ask for is left out; what it asks for and did not get is empty.
    """
    fields: dict[str, Filled] = {}
    errors: dict[str, str] = {}
    for field in form.fields:
        try:
            fields[field.name] = _read(field, filled.get(field.name, ""))
        except WrongValue as wrong:
            errors[field.name] = str(wrong)
    return fields, errors


def _read(field: AnyField, value: Filled) -> Filled:
    match field:
        case TextField():
            return text_value(field, _needed(field, _one(value)))
        case ChoiceField():
            return _choice(field, "".join(_many(value)[:1]))
        case ChoicesField():
            return _choices(field, _many(value), {option.value for option in field.options})
        case NumberField():
            return number_value(field, typed) if (typed := _one(value)) or field.required else ""
        case DateField():
            return date_value(typed) if (typed := _one(value)) or field.required else ""
        case TimeField():
            return time_value(typed) if (typed := _one(value)) or field.required else ""
        case PersonField():
            people = _choices(field, _many(value), set(PERSONAS))
            return people if field.several else "".join(people[:1])
        case _:
            assert_never(field)


def _one(value: Filled) -> str:
    return clean("".join(_many(value)[:1])).strip()


def _many(value: Filled) -> tuple[str, ...]:
    values = (value,) if isinstance(value, str) else value
    return tuple(v for v in values if v)


def _needed(field: TextField, value: str) -> str:
    if field.required and not value:
        raise WrongValue("Write something here.")
    return value


def _choice(field: ChoiceField, value: str) -> str:
    if field.required and not value:
        raise WrongValue("Choose one.")
    if value and value not in {option.value for option in field.options}:
        raise WrongValue("Choose one of those that are offered.")
    return value


def _choices(
    field: ChoicesField | PersonField, values: tuple[str, ...], offered: set[str]
) -> tuple[str, ...]:
    if field.required and not values:
        raise WrongValue("Choose at least one." if _several(field) else "Choose somebody.")
    if not set(values) <= offered:
        raise WrongValue("Choose among those that are offered.")
    return tuple(dict.fromkeys(values))


def _several(field: ChoicesField | PersonField) -> bool:
    return not isinstance(field, PersonField) or field.several
