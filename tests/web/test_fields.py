"""What was filled in, held against what the form asks for."""

import pytest

from adapters.web.fields import read_fields
from bot.cards import Form, TextField
from tests.web.samples import every_field

GOOD: dict[str, str | tuple[str, ...]] = {
    "line": " a ",
    "story": "b\r\nc",
    "menu": "a",
    "one": "b",
    "some": ("b", "a", "b"),
    "number": "3",
    "day": "2027-01-01",
    "hour": "16:30",
    "who": "erik",
    "people": ("dana", "noa"),
}


def wrong(**fields: str | tuple[str, ...]) -> dict[str, str]:
    return read_fields(every_field(), {**GOOD, **fields})[1]


def test_good_fields_come_as_the_core_takes_them() -> None:
    fields, errors = read_fields(every_field(), {**GOOD, "unasked": "x"})
    assert errors == {}
    assert fields == {**GOOD, "line": "a", "story": "b\nc", "some": ("b", "a")}


def test_what_is_optional_may_be_left_out() -> None:
    optional = {"some", "hour", "people"}
    fields, errors = read_fields(
        every_field(), {k: v for k, v in GOOD.items() if k not in optional}
    )
    assert errors == {}
    assert (fields["some"], fields["hour"], fields["people"]) == ((), "", ())


def test_every_gap_gets_a_sentence_at_once() -> None:
    _, errors = read_fields(every_field(), {})
    assert set(errors) == {"line", "story", "menu", "one", "number", "day", "who"}
    assert all(sentence.endswith(".") for sentence in errors.values())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("line", "\x00\u200b", "Write something here."),
        ("story", "x" * 2001, "This is 2,001 characters; 2,000 fit. Shorten it."),
        ("menu", "c", "Choose one of those that are offered."),
        ("one", ("c",), "Choose one of those that are offered."),
        ("some", ("a", "c"), "Choose among those that are offered."),
        ("number", "three", "Write a whole number, in digits."),
        ("number", "3.5", "Write a whole number, in digits."),
        ("number", "٣", "Write a whole number, in digits."),
        ("number", "9" * 5000, "Write a whole number, in digits."),
        ("number", "0", "The smallest number here is 1."),
        ("number", "6", "The largest number here is 5."),
        ("day", "2027-02-30", "Write a day as year-month-day, such as 2027-03-31."),
        ("hour", "25:00", "Write a time as hours:minutes, such as 16:30."),
        ("who", "mallory", "Choose among those that are offered."),
        ("people", ("dana", "mallory"), "Choose among those that are offered."),
    ],
)
def test_what_is_wrong_is_said_plainly(
    name: str, value: str | tuple[str, ...], sentence: str
) -> None:
    assert wrong(**{name: value}) == {name: sentence}


def test_a_list_where_one_thing_is_asked_for_is_its_first() -> None:
    form = Form(
        form="tiny.save",
        title="T",
        submit="S",
        fields=(TextField(name="line", label="Line"),),
    )
    assert read_fields(form, {"line": ("a", "b")}) == ({"line": "a"}, {})
