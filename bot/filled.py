"""What may be filled into a form's fields, the same for every way in."""

import datetime as dt
from collections.abc import Mapping

from bot.cards import NumberField, TextField

LONGEST_NUMBER = 15
"""Digits."""


class WrongValue(Exception):
    """A sentence about what was filled into one field."""


class WrongFields(Exception):
    """What is wrong with the form, a sentence a field, in `errors`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("the form has mistakes")
        self.errors = dict(errors)


def text_value(field: TextField, typed: str) -> str:
    """The words. Raises WrongValue when they are too many."""
    if len(typed) > field.max_length:
        raise WrongValue(
            f"This is {len(typed):,} characters; {field.max_length:,} fit. Shorten it."
        )
    return typed


def number_value(field: NumberField, typed: str) -> str:
    """The whole number in digits. Raises WrongValue for anything else, or one out of bounds."""
    digits = typed.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER):
        raise WrongValue("Write a whole number, in digits.")
    number = int(typed)
    if field.minimum is not None and number < field.minimum:
        raise WrongValue(f"The smallest number here is {field.minimum}.")
    if field.maximum is not None and number > field.maximum:
        raise WrongValue(f"The largest number here is {field.maximum}.")
    return str(number)


def date_value(typed: str) -> str:
    """The day as YYYY-MM-DD. Raises WrongValue."""
    try:
        return dt.date.fromisoformat(typed).isoformat()
    except ValueError:
        raise WrongValue("Write a day as year-month-day, such as 2027-03-31.") from None


def time_value(typed: str) -> str:
    """The time of day as HH:MM. Raises WrongValue."""
    try:
        return dt.datetime.strptime(typed, "%H:%M").strftime("%H:%M")
    except ValueError:
        raise WrongValue("Write a time as hours:minutes, such as 16:30.") from None
