"""Forms out and back: what a dialog carries, what is read from it, what is wrong at which field."""

from typing import Any

import pytest
from hypothesis import given

from adapters.teams.filled import field_id, option_value, submitted
from adapters.teams.forms import NOT_YET, dialog
from adapters.teams.limits import TooLong
from bot.cards import (
    Actions,
    Button,
    ChoiceField,
    ChoicesField,
    DateField,
    Form,
    NumberField,
    Option,
    PersonField,
    TextField,
    TimeField,
    body,
)
from tests.golden import strategies
from tests.golden.renderers import golden
from tests.teams.harm import harm
from tests.teams.test_adaptive import of_kind, often, words
from tests.teams.validate import dialog_problems

FORMS = {name: thing for name, thing in golden().items() if isinstance(thing, Form)}
PEOPLE = {"U0DANA": "Dana Diaz", "U0LEE": "Lee <b>Lund</b>"}


def form(*fields: Any, **more: Any) -> Form:
    return Form(form="golden.save", title="T", submit="Save", fields=fields, **more)


def inputs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every input by its field's name."""
    found = [e for e in card["body"] if e["type"].startswith("Input.")]
    return {e["id"].partition("_")[2]: e for e in found}


def sent(card: dict[str, Any], **filled: Any) -> dict[str, Any]:
    """What Teams sends when the dialog is sent off, its inputs filled in by their field's name."""
    (action,) = card["actions"]
    values = {e["id"]: e["value"] for e in inputs(card).values() if "value" in e}
    values |= {inputs(card)[name]["id"]: value for name, value in filled.items()}
    return {**action["data"], **values}


@pytest.mark.parametrize("name", FORMS)
def test_golden_forms_are_valid(name: str) -> None:
    card = dialog(FORMS[name], place={"kept": "k"}, people=PEOPLE)
    assert dialog_problems(card) == []
    assert list(harm(card)) == []


@often
@given(strategies.forms)
def test_any_form_is_valid_and_harmless(form: Form) -> None:
    wrong = {field.name: "<at>You</at> *must* [do](https://x.example)" for field in form.fields}
    for more in ({}, {"errors": {**wrong, "gone": "x"}, "sentence": "**No**", "people": PEOPLE}):
        card = dialog(form, place={}, **more)  # type: ignore[arg-type]
        assert dialog_problems(card) == []
        assert list(harm(card)) == []


@often
@given(strategies.forms)
def test_what_stands_in_a_form_comes_back_as_it_was(form: Form) -> None:
    found = submitted(sent(dialog(form, place={"kept": "k"})))
    assert found is not None
    assert (found.form, found.state, found.place) == (form.form, form.state, {"kept": "k"})
    again = submitted(sent(dialog(form, place={}, filled=found.fields)))
    assert again is not None
    assert again.fields == {name: value for name, value in found.fields.items() if value}
    for field in form.fields:
        if isinstance(field, PersonField | ChoicesField) and field.values:
            several = isinstance(field, ChoicesField) or field.several
            wanted = field.values if several else ",".join(field.values)
            assert found.fields[field.name] == wanted


def test_every_kind_of_field_is_read_back() -> None:
    card = dialog(FORMS["every_field_form"], place={}, people=PEOPLE)
    found = submitted(
        sent(
            card,
            name=" Vitals \u202e\x00",
            why=None,
            week="",
            weeks="1,30,1,",
            count=4.0,
            hour="16:30",
            owner="U0DANA",
            others="U0LEE,U0DANA",
        )
    )
    assert found is not None
    assert found.fields == {
        "name": "Vitals",
        "why": "",
        "kind": "partly",
        "week": "",
        "lines": ("fits",),
        "weeks": ("1", "30"),
        "count": "4",
        "day": "2027-03-31",
        "hour": "16:30",
        "owner": "U0DANA",
        "others": ("U0LEE", "U0DANA"),
    }
    assert found.people == ("U0DANA", "U0LEE")


@pytest.mark.parametrize("value", ["a,b", "100%", "%2C", "%252C,", ",", "50%2C%"])
def test_commas_in_what_is_chosen_come_back(value: str) -> None:
    options = (Option(value=value, label="A"), Option(value="other", label="B"))
    field = ChoicesField(name="f", label="F", options=options, values=(value, "other"))
    found = submitted(sent(dialog(form(field), place={})))
    assert found is not None
    assert found.fields == {"f": (value, "other")}
    assert "," not in option_value(value)


GOOD = {"form": "ask.question", "state": "s", "place": {"kept": "k"}, "text_question": "Why?"}


@pytest.mark.parametrize(
    "forged",
    [
        {"form": None},
        {"form": "Ask"},
        {"form": "a.b" * 100},
        {"state": 7},
        {"state": "s" * 3001},
        {"place": "k"},
        {"place": {"kept": 7}},
        {"place": {str(n): "" for n in range(201)}},
        {"text_question": ["Why?"]},
        {"text_question": True},
        {"text_question": {"a": 1}},
        {"number_n": float("nan")},
        {"date_d": 20270331},
        {"people_p": ["U0DANA"]},
        {"choices_c": ",".join(map(str, range(201)))},
    ],
    ids=lambda forged: "-".join(forged),
)
def test_what_no_client_sends_is_not_read(forged: dict[str, Any]) -> None:
    assert submitted(GOOD) is not None
    found = submitted({**GOOD, **forged})
    # A number that is none is text, and for the handler to refuse.
    assert found is None or found.fields == {"question": "Why?", "n": "nan"}


@pytest.mark.parametrize("data", [None, "x", 7, [], {}, {"action": "ask.share", "value": "v"}])
def test_other_data_is_no_form(data: object) -> None:
    assert submitted(data) is None


def test_unknown_inputs_are_left_out() -> None:
    more = {"file_f": "x", "text_": "x", "text_Big": "x", "msteams": {}, "question": "x", 7: "x"}
    found = submitted({**GOOD, **more})
    assert found is not None
    assert found.fields == {"question": "Why?"}
    with pytest.raises(ValueError, match="field"):
        field_id("file", "f")


# What is wrong


def test_errors_stand_below_their_fields_and_the_others_above_everything() -> None:
    asked = form(
        TextField(name="a", label="A", hint="One word."), TextField(name="b", label="B"), intro=()
    )
    card = dialog(
        asked,
        place={},
        filled={"a": "typed", "b": ""},
        errors={"a": "That is two words.", "gone": "Not here."},
        sentence="This is not right yet.",
    )
    assert [element["type"] for element in card["body"]] == [
        "Container",
        "Input.Text",
        "RichTextBlock",
        "RichTextBlock",
        "Input.Text",
    ]
    said = [words(element) for element in card["body"]]
    assert said == ["This is not right yet.Not here.", "", "That is two words.", "One word.", ""]
    assert inputs(card)["a"]["value"] == "typed"
    (run,) = card["body"][2]["inlines"]
    assert run["color"] == "Attention"
    assert not run["isSubtle"]
    assert words(dialog(asked, place={}, errors={"a": "No."})).startswith(NOT_YET)


def test_what_was_typed_takes_the_place_of_what_stood_there() -> None:
    asked = form(
        TextField(name="text", label="A", value="old", max_length=5),
        NumberField(name="count", label="A", value=3, minimum=1),
        DateField(name="day", label="A", value="2027-03-31"),
        TimeField(name="hour", label="A", value="16:30"),
        ChoiceField(name="kind", label="A", options=(Option(value="x", label="X"),), value="x"),
        PersonField(name="who", label="A", several=True, values=("U0LEE",)),
    )
    typed = {
        "text": "far too long",
        "count": "a few",
        "day": "31 March",
        "hour": "17:05",
        "kind": "gone",
        "who": ("U0DANA", "U0LEE"),
    }
    drawn = inputs(dialog(asked, place={}, filled=typed))
    assert {name: each.get("value") for name, each in drawn.items()} == {
        "text": "far too long",
        "count": None,
        "day": None,
        "hour": "17:05",
        "kind": None,
        "who": "U0DANA,U0LEE",
    }
    assert drawn["text"]["maxLength"] == 12
    kept = inputs(dialog(asked, place={}, filled={}))
    assert {name: each.get("value") for name, each in kept.items()} == {
        "text": "old",
        "count": 3,
        "day": "2027-03-31",
        "hour": "16:30",
        "kind": "x",
        "who": "U0LEE",
    }


def test_what_the_client_says_by_itself_is_a_sentence_for_each_kind() -> None:
    asked = inputs(dialog(FORMS["every_field_form"], place={}))
    assert asked["count"]["errorMessage"] == "Write a whole number from 1 to 10."
    assert {name for name, each in asked.items() if "errorMessage" not in each} == {
        "day",
        "lines",
        "others",
    }
    bounds = [
        inputs(dialog(form(NumberField(name="n", label="N", minimum=a, maximum=b)), place={}))
        for a, b in ((None, None), (1, None), (None, 5))
    ]
    assert [each["n"]["errorMessage"] for each in bounds] == [
        "Write a whole number.",
        "Write a whole number from 1 up.",
        "Write a whole number up to 5.",
    ]


def test_people_are_searched_for_and_known_by_name() -> None:
    field = PersonField(name="who", label="Who?", values=("U0LEE",))
    drawn = inputs(dialog(form(field), place={}, people=PEOPLE))["who"]
    assert drawn["choices.data"]["dataset"] == "graph.microsoft.com/users"
    assert drawn["choices"][0] == {"title": "Dana Diaz", "value": "U0DANA"}
    assert "<" not in drawn["choices"][1]["title"]
    assert drawn["value"] == "U0LEE"


def test_a_dialogs_own_buttons_leave_its_fields_alone() -> None:
    intro = (body("x"), Actions(buttons=(Button(label="Help", action="ask.help"),)))
    card = dialog(form(TextField(name="a", label="A"), intro=intro), place={})
    (row,) = of_kind(card, "ActionSet")
    (button,) = row["actions"]
    assert button["type"] == "Action.Submit"
    assert button["associatedInputs"] == "none"


def test_what_will_be_saved_again_is_never_cut() -> None:
    def drawn(*fields: Any, **more: Any) -> None:
        dialog(form(*fields, **more), place={})

    with pytest.raises(TooLong):
        drawn(TextField(name="a", label="A", value="x" * 81, max_length=80))
    with pytest.raises(ValueError, match="isoformat"):
        drawn(DateField(name="a", label="A", value="31 March"))
    with pytest.raises(ValueError, match="one value"):
        drawn(ChoiceField(name="a", label="A", options=(Option(value="x", label="X"),) * 2))
    with pytest.raises(ValueError, match="one name"):
        drawn(TextField(name="a", label="A"), TextField(name="a", label="B"))
    many = tuple(Option(value=f"{n}" * 30, label="é" * 75) for n in range(10, 100))
    with pytest.raises(TooLong):
        drawn(*(ChoiceField(name=f"f{n}", label="A", options=many) for n in range(40)))
    full = (TextField(name=f"f{n}", label="A", value="é" * 3000) for n in range(12))
    drawn(*full)
