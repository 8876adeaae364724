"""Filling in a modal, as Slack's own client lets one."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from tests.fake_slack.world import OpenView


def fill(
    modal: OpenView,
    fields: Mapping[str, Any],
    people: Mapping[str, str],
    *,
    complete: bool = False,
) -> list[str]:
    """Put the values in, by label or name of the field; people by their names. With `complete`,
    the labels of required inputs that are empty."""
    inputs = [block for block in modal.view["blocks"] if block["type"] == "input"]
    missing = []
    left = dict(fields)
    for block in inputs:
        label = block["label"]["text"]
        states = modal.typed[block["block_id"]]
        for name in (label, block["block_id"].partition(":")[0]):
            if name in left:
                for state in states.values():
                    _put(block["element"], state, left.pop(name), people, label)
        if complete and not block.get("optional") and not any(map(_is_filled, states.values())):
            missing.append(label)
    assert not left, f"no such fields: {sorted(left)}; there are {[_label(b) for b in inputs]}"
    return missing


def _label(block: dict[str, Any]) -> str:
    return str(block["label"]["text"])


def _is_filled(state: dict[str, Any]) -> bool:
    return any(value for name, value in state.items() if name != "type")


def _put(
    element: dict[str, Any],
    state: dict[str, Any],
    value: Any,
    people: Mapping[str, str],
    label: str,
) -> None:
    match element["type"]:
        case "plain_text_input":
            longest = element.get("max_length", 3000)
            assert len(value) <= longest, f"{label}: Slack takes {longest} characters"
            state["value"] = value or None
        case "number_input":
            number = int(value)
            least, most = element.get("min_value"), element.get("max_value")
            assert least is None or number >= int(least), f"{label}: {least} at least"
            assert most is None or number <= int(most), f"{label}: {most} at most"
            state["value"] = str(number)
        case "static_select" | "radio_buttons":
            state["selected_option"] = _option(element, value) if value else None
        case "checkboxes" | "multi_static_select":
            chosen = [value] if isinstance(value, str) else value
            state["selected_options"] = [_option(element, one) for one in chosen]
        case "datepicker":
            state["selected_date"] = date.fromisoformat(value).isoformat() if value else None
        case "timepicker":
            state["selected_time"] = time.fromisoformat(value).strftime("%H:%M") if value else None
        case "users_select":
            state["selected_user"] = people.get(value, value) if value else None
        case "multi_users_select":
            chosen = [value] if isinstance(value, str) else value
            state["selected_users"] = [people.get(one, one) for one in chosen if one]
        case other:
            raise AssertionError(f"nobody knows how to fill in a {other}")


def _option(element: dict[str, Any], value: str) -> dict[str, Any]:
    options: list[dict[str, Any]] = element["options"]
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return option
    raise AssertionError(f"no option {value!r}; there are {[o['text']['text'] for o in options]}")
