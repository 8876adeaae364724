"""What was filled into a modal -> the fields of a FormSubmit. No I/O."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.forms import field_of
from bot.text import clean

Filled = str | tuple[str, ...]


def filled_fields(view: Mapping[str, Any]) -> dict[str, Filled]:
    """Every input of the submitted view by its field's name; empty where nothing was filled in.

    People come as their Slack ids; `picked_people` says in which fields.
    """
    values = view.get("state", {}).get("values", {})
    return {
        field_of(block_id): _value(state)
        for block_id, states in values.items()
        for state in list(states.values())[:1]
    }


def picked_people(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The Slack ids of everybody picked in the view's person fields, each once."""
    states = [
        state
        for block in view.get("state", {}).get("values", {}).values()
        for state in block.values()
    ]
    ids = [i for state in states for i in state.get("selected_users") or ()]
    ids += [state["selected_user"] for state in states if state.get("selected_user")]
    return tuple(dict.fromkeys(ids))


def _value(state: Mapping[str, Any]) -> Filled:
    """Read from the dict: the SDK's own class refuses some of these states."""
    match state["type"]:
        case "plain_text_input" | "number_input":
            return clean(state.get("value") or "").strip()
        case "static_select" | "radio_buttons":
            return str((state.get("selected_option") or {}).get("value", ""))
        case "checkboxes" | "multi_static_select":
            return tuple(option["value"] for option in state.get("selected_options") or ())
        case "datepicker":
            return str(state.get("selected_date") or "")
        case "timepicker":
            return str(state.get("selected_time") or "")
        case "users_select":
            return str(state.get("selected_user") or "")
        case "multi_users_select":
            return tuple(state.get("selected_users") or ())
        case other:
            raise ValueError(f"no form of this program has a {other!r}")
