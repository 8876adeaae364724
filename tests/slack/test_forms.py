"""Forms out and back: what a modal carries, what is read from it, what is wrong at which field."""

from typing import Any

import pytest

from adapters.slack.actions import action_of
from adapters.slack.filled import filled_fields, picked_people
from adapters.slack.forms import carried, errors, field_of, modal
from adapters.slack.limits import TooLong
from adapters.slack.parts import wanted
from bot.cards import ChoiceField, DateField, Form, Option, TextField
from bot.replies import FormErrors
from tests.golden.renderers import golden


def form(*fields: Any, state: str = "") -> Form:
    return Form(form="golden.save", title="T", submit="Save", fields=fields, state=state)


def state_of(view: dict[str, Any], *states: dict[str, Any]) -> dict[str, Any]:
    """The view as Slack sends it back, its inputs filled in with those states, in order."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {block["element"]["action_id"]: state}
        for block, state in zip(inputs, states, strict=True)
    }
    return {**view, "state": {"values": values}}


def test_every_kind_of_field_is_read_back() -> None:
    every = golden()["every_field_form"]
    assert isinstance(every, Form)
    option = {"text": {"type": "plain_text", "text": "Fits"}, "value": "fits"}
    view = state_of(
        modal(every),
        {"type": "plain_text_input", "value": " Vitals \u202e\x00"},
        {"type": "plain_text_input", "value": None},
        {"type": "radio_buttons", "selected_option": option},
        {"type": "static_select", "selected_option": None},
        {"type": "checkboxes", "selected_options": [option]},
        {"type": "multi_static_select", "selected_options": []},
        {"type": "number_input", "value": "3"},
        {"type": "datepicker", "selected_date": "2027-03-31"},
        {"type": "timepicker", "selected_time": None},
        {"type": "users_select", "selected_user": "U0DANA"},
        {"type": "multi_users_select", "selected_users": ["U0LEE", "U0DANA"]},
    )
    assert filled_fields(view) == {
        "name": "Vitals",
        "why": "",
        "kind": "fits",
        "week": "",
        "lines": ("fits",),
        "weeks": (),
        "count": "3",
        "day": "2027-03-31",
        "hour": "",
        "owner": "U0DANA",
        "others": ("U0LEE", "U0DANA"),
    }
    assert set(picked_people(view)) == {"U0DANA", "U0LEE"}


def test_an_input_of_another_making_is_refused() -> None:
    view = {"state": {"values": {"x:1": {"a": {"type": "file_input", "files": []}}}}}
    with pytest.raises(ValueError, match="file_input"):
        filled_fields(view)


def test_state_and_place_come_back() -> None:
    view = modal(form(TextField(name="a", label="A"), state="s:1"), place={"channel": "C1"})
    back = carried(view)
    assert (back.state, back.place) == ("s:1", {"channel": "C1"})
    assert carried({"private_metadata": ""}) == carried({})
    assert carried({"private_metadata": "not ours"}).state == ""


def test_errors_stand_at_their_fields_and_a_sentence_at_the_first() -> None:
    view = modal(form(TextField(name="a", label="A"), TextField(name="b", label="B")))
    first, second = (block["block_id"] for block in view["blocks"])
    assert errors(FormErrors(errors={"b": "Write something."}), view) == {
        "response_action": "errors",
        "errors": {second: "Write something."},
    }
    both = FormErrors(errors={"gone": "Not here.", "b": "No."}, sentence="Something broke.")
    assert errors(both, view)["errors"] == {first: "Something broke.\nNot here.", second: "No."}
    # Slack refuses an empty mapping, and the SDK raises.
    assert list(errors(FormErrors(errors={}), view)["errors"]) == [first]


def test_a_new_value_gets_a_new_block_and_the_same_one_keeps_what_was_typed() -> None:
    def block_id(value: str) -> str:
        field = TextField(name="mission", label="Mission", value=value)
        return str(modal(form(field))["blocks"][0]["block_id"])

    assert block_id("old") == block_id("old")
    assert block_id("old") != block_id("merged")
    assert field_of(block_id("merged")) == "mission"


def test_what_will_be_saved_again_is_never_cut() -> None:
    with pytest.raises(TooLong):
        modal(form(TextField(name="a", label="A", value="x" * 81, max_length=80)))
    with pytest.raises(TooLong):
        modal(form(TextField(name="a", label="A"), state="s" * 3000), place={"channel": "C1"})
    with pytest.raises(ValueError, match="isoformat"):
        modal(form(DateField(name="a", label="A", value="31 March")))
    with pytest.raises(ValueError, match="one value"):
        modal(form(ChoiceField(name="a", label="A", options=(Option(value="x", label="X"),) * 2)))
    with pytest.raises(ValueError, match="one name"):
        modal(form(TextField(name="a", label="A"), TextField(name="a", label="B")))
    many = tuple(Option(value=f"{n}" * 30, label="é" * 75) for n in range(10, 100))
    fields = (ChoiceField(name=f"f{n}", label="A", options=many) for n in range(40))
    with pytest.raises(TooLong):
        modal(form(*fields))


@pytest.mark.parametrize("action_id", ["", "ask.share", "ask.share:", "ask.share:x", "share:1"])
def test_foreign_action_ids_name_nothing(action_id: str) -> None:
    assert action_of(action_id) is None


@pytest.mark.parametrize(
    ("value", "meant"),
    [("2:key:a", (2, "key:a")), ("", None), ("2", None), ("two:key", None), ("²:key", None)],
)
def test_which_part_a_click_asks_for(value: str, meant: object) -> None:
    assert wanted(value) == meant
