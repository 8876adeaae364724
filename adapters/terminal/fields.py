"""What is typed into a field <-> the field's value. No I/O."""

from collections.abc import Sequence
from typing import assert_never

from bot.cards import (
    AnyField,
    ChoiceField,
    ChoicesField,
    DateField,
    NumberField,
    PersonField,
    TextField,
    TimeField,
)
from bot.events import Person
from bot.filled import WrongValue, date_value, number_value, text_value, time_value
from bot.text import clean

Filled = str | tuple[str, ...]


def keys(field: AnyField) -> tuple[str, ...]:
    """What one types to choose each option: its number, or the label where all labels are
    numbers (1 to 5), as two kinds of numbers would confuse."""
    if not isinstance(field, ChoiceField | ChoicesField):
        return ()
    if all(option.label.isascii() and option.label.isdecimal() for option in field.options):
        return tuple(option.label for option in field.options)
    return tuple(str(number) for number in range(1, len(field.options) + 1))


def initial(field: AnyField) -> Filled:
    """The value that the form came with."""
    match field:
        case TextField() | ChoiceField() | DateField() | TimeField():
            return field.value
        case NumberField():
            return "" if field.value is None else str(field.value)
        case ChoicesField():
            return field.values
        case PersonField():
            return field.values if field.several else "".join(field.values[:1])
        case _:
            assert_never(field)


def as_typed(field: AnyField, value: Filled, person: Person) -> str:
    """What one would type to get the value; `read` gives the value back."""
    values = (value,) if isinstance(value, str) else value
    match field:
        case TextField() | NumberField() | DateField() | TimeField():
            return clean("".join(values))
        case ChoiceField() | ChoicesField():
            pairs = zip(field.options, keys(field), strict=True)
            return ", ".join(key for option, key in pairs if option.value in values)
        case PersonField():
            return ", ".join("me" if v == person.id else v for v in values if v)
        case _:
            assert_never(field)


def read(field: AnyField, typed: str, person: Person) -> Filled:
    """The value of what was typed. Raises WrongValue with a sentence."""
    typed = clean(typed).strip()
    if not typed:
        if field.required:
            raise WrongValue("This is needed. Ctrl-C cancels the whole form.")
        several = isinstance(field, ChoicesField) or getattr(field, "several", False)
        return () if several else ""
    match field:
        case TextField():
            return text_value(field, typed)
        case ChoiceField():
            return _option(field, typed)
        case ChoicesField():
            chosen = [_option(field, part) for part in typed.split(",") if part.strip()]
            return tuple(dict.fromkeys(chosen))
        case NumberField():
            return number_value(field, typed)
        case DateField():
            return date_value(typed)
        case TimeField():
            return time_value(typed)
        case PersonField():
            people = tuple(_person(field, p.strip(), person) for p in typed.split(",") if p.strip())
            return people if field.several else "".join(people[:1])
        case _:
            assert_never(field)


def _option(field: ChoiceField | ChoicesField, typed: str) -> str:
    wanted = typed.strip().casefold()
    by_key = dict(zip(keys(field), field.options, strict=True))
    if wanted in by_key:
        return by_key[wanted].value
    named = [o.value for o in field.options if clean(o.label).strip().casefold() == wanted]
    if named:
        return named[0]
    begins = [o.value for o in field.options if clean(o.label).casefold().startswith(wanted)]
    if len(begins) == 1:
        return begins[0]
    raise WrongValue(f"“{typed.strip()}” is not among them. Type {_either(tuple(by_key))}.")


def _either(those: Sequence[str]) -> str:
    if len(those) > 2 and those == tuple(str(n) for n in range(1, len(those) + 1)):
        return f"a number from 1 to {len(those)}"
    return ", ".join(those[:-1]) + " or " + those[-1] if len(those) > 1 else those[0]


def _person(field: PersonField, typed: str, person: Person) -> str:
    if typed.casefold() in ("me", person.name.casefold(), person.id.casefold()):
        return person.id
    if typed in field.values:
        return typed
    raise WrongValue(f"I know nobody here called “{typed}”. Type me for yourself.")
