"""Typed words <-> the values of fields."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.terminal.fields import Filled, as_typed, initial, keys, read
from bot.cards import (
    AnyField,
    ChoiceField,
    ChoicesField,
    DateField,
    NumberField,
    Option,
    PersonField,
    TextField,
    TimeField,
)
from bot.events import Person
from bot.filled import WrongValue
from bot.text import clean

DANA = Person(id="U1", name="Dana")
DAYS = (
    Option(value="mon", label="Monday"),
    Option(value="fri", label="Friday"),
    Option(value="frm", label="Friday morning"),
    Option(value="lst", label="Last, day"),
)
# Labels that are numbers, in another order than their places.
YEARS = (Option(value="y2", label="2"), Option(value="y1", label="1"))
CHOICE = ChoiceField(name="x", label="x", options=DAYS)
YEAR = ChoiceField(name="x", label="x", options=YEARS)
CHOICES = ChoicesField(name="x", label="x", options=DAYS, required=False)
PERSON = PersonField(name="x", label="x", values=("U2",))


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (CHOICE, "2", "fri"),
        (CHOICE, " friday ", "fri"),
        (CHOICE, "MON", "mon"),
        (CHOICE, "friday m", "frm"),
        (CHOICE, "Last, day", "lst"),
        (YEAR, "1", "y1"),
        (CHOICES, "1, 4,1", ("mon", "lst")),
        (CHOICES, "", ()),
        (TextField(name="x", label="x", required=False), "  ", ""),
        (TextField(name="x", label="x"), " a\x1b[2J ", "a[2J"),
        (NumberField(name="x", label="x"), "-7", "-7"),
        (DateField(name="x", label="x"), "2027-03-31", "2027-03-31"),
        (TimeField(name="x", label="x"), "9:05", "09:05"),
        (PERSON, "me", "U1"),
        (PERSON, "dana", "U1"),
        (PERSON, "U2", "U2"),
        (PersonField(name="x", label="x", several=True), "me", ("U1",)),
        (PersonField(name="x", label="x", several=True, required=False), "", ()),
    ],
)
def test_what_is_typed(field: AnyField, typed: str, value: Filled) -> None:
    assert read(field, typed, DANA) == value


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (CHOICE, "sunday", "“sunday” is not among them. Type a number from 1 to 4."),
        (CHOICE, "5", "“5” is not among them. Type a number from 1 to 4."),
        (YEAR, "3", "“3” is not among them. Type 2 or 1."),
        (CHOICE, "fr", "“fr” is not among them. Type a number from 1 to 4."),
        (CHOICES, "1, 9", "“9” is not among them. Type a number from 1 to 4."),
        (CHOICE, "", "This is needed. Ctrl-C cancels the whole form."),
        (
            TextField(name="x", label="x", max_length=3),
            "abcd",
            "This is 4 characters; 3 fit. Shorten it.",
        ),
        (NumberField(name="x", label="x"), "1.5", "Write a whole number, in digits."),
        (NumberField(name="x", label="x"), "²", "Write a whole number, in digits."),
        (NumberField(name="x", label="x", minimum=1), "0", "The smallest number here is 1."),
        (NumberField(name="x", label="x", maximum=9), "10", "The largest number here is 9."),
        (
            DateField(name="x", label="x"),
            "31.3.",
            "Write a day as year-month-day, such as 2027-03-31.",
        ),
        (TimeField(name="x", label="x"), "25:00", "Write a time as hours:minutes, such as 16:30."),
        (PERSON, "Bob", "I know nobody here called “Bob”. Type me for yourself."),
    ],
)
def test_what_is_not_understood_gets_a_sentence(field: AnyField, typed: str, sentence: str) -> None:
    with pytest.raises(WrongValue) as wrong:
        read(field, typed, DANA)
    assert str(wrong.value) == sentence


def fields() -> st.SearchStrategy[AnyField]:
    labels = st.lists(
        st.text(min_size=1).map(clean).filter(str.strip) | st.sampled_from("0123"),
        min_size=1,
        max_size=5,
        unique_by=lambda label: label.strip().casefold(),
    )
    options = labels.map(
        lambda found: tuple(Option(value=f"v{i}", label=text) for i, text in enumerate(found))
    )
    choice = options.flatmap(
        lambda o: st.builds(
            ChoiceField,
            name=st.just("x"),
            label=st.just("x"),
            options=st.just(o),
            value=st.sampled_from([x.value for x in o]),
        )
    )
    choices = options.flatmap(
        lambda o: st.builds(
            ChoicesField,
            name=st.just("x"),
            label=st.just("x"),
            options=st.just(o),
            required=st.just(False),
            values=st.sets(st.integers(0, len(o) - 1)).map(
                lambda chosen: tuple(f"v{i}" for i in sorted(chosen))
            ),
        )
    )
    number = st.builds(
        NumberField,
        name=st.just("x"),
        label=st.just("x"),
        value=st.integers(-(10**14), 10**14),
    )
    return choice | choices | number


@settings(deadline=None)
@given(field=fields())
def test_enter_keeps_what_the_form_came_with(field: AnyField) -> None:
    value = initial(field)
    assert read(field, as_typed(field, value, DANA), DANA) == value
    assert len(set(keys(field))) == len(keys(field))
