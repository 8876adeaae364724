"""What was filled into a form, held against what the form asks for. No I/O."""

from collections.abc import Mapping
from datetime import date, time
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
from bot.text import clean

Filled = str | tuple[str, ...]


class _Wrong(Exception):
    """A sentence about one field."""


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
        except _Wrong as wrong:
            errors[field.name] = str(wrong)
    return fields, errors


def _read(field: AnyField, value: Filled) -> Filled:
    match field:
        case TextField():
            return _text(field, _one(value))
        case ChoiceField():
            return _choice(field, "".join(_many(value)[:1]))
        case ChoicesField():
            return _choices(field, _many(value), {option.value for option in field.options})
        case NumberField():
            return _number(field, _one(value))
        case DateField():
            return _date(field, _one(value))
        case TimeField():
            return _time(field, _one(value))
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


def _text(field: TextField, value: str) -> str:
    if field.required and not value:
        raise _Wrong("Write something here.")
    if len(value) > field.max_length:
        raise _Wrong(f"This is {len(value):,} characters; {field.max_length:,} fit. Shorten it.")
    return value


def _choice(field: ChoiceField, value: str) -> str:
    if field.required and not value:
        raise _Wrong("Choose one.")
    if value and value not in {option.value for option in field.options}:
        raise _Wrong("Choose one of those that are offered.")
    return value


def _choices(
    field: ChoicesField | PersonField, values: tuple[str, ...], offered: set[str]
) -> tuple[str, ...]:
    if field.required and not values:
        raise _Wrong("Choose at least one." if _several(field) else "Choose somebody.")
    if not set(values) <= offered:
        raise _Wrong("Choose among those that are offered.")
    return tuple(dict.fromkeys(values))


def _several(field: ChoicesField | PersonField) -> bool:
    return not isinstance(field, PersonField) or field.several


def _number(field: NumberField, value: str) -> str:
    if not value and not field.required:
        return ""
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 15):
        raise _Wrong("Write a whole number, in digits.")
    number = int(value)
    if field.minimum is not None and number < field.minimum:
        raise _Wrong(f"The smallest number here is {field.minimum}.")
    if field.maximum is not None and number > field.maximum:
        raise _Wrong(f"The largest number here is {field.maximum}.")
    return str(number)


def _date(field: DateField, value: str) -> str:
    if not value and not field.required:
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _Wrong("Write a day as year-month-day, such as 2027-03-31.") from None


def _time(field: TimeField, value: str) -> str:
    if not value and not field.required:
        return ""
    try:
        return time.fromisoformat(value).strftime("%H:%M")
    except ValueError:
        raise _Wrong("Write a time as hours:minutes, such as 16:30.") from None
