"""Buttons and links, and what a click on a button names.

A button is an Action.Execute (answered at once, for the one who clicked), with an Action.Submit of
the same data for clients and places without it. What opens a dialog is an Action.Submit that says
so. There is no question before a click: the question folds out, with the button itself below it.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from adapters.teams.harmless import Json, plain
from adapters.teams.limits import (
    AROUND_LABEL,
    CONFIRM,
    PRIMARY_ACTIONS,
    ROW_LETTERS,
    STORED,
    UNIT_BYTES,
    VALUE,
    size,
    whole,
)
from adapters.teams.rich import small, words
from bot.cards import Actions, Button, Link
from bot.markup import Span

PART = "teams.part"
"""A click for another part of a card that was too long; its value is "<part>:<stored>"."""
Place = Literal["message", "dialog"]
"""Where a card stands: a dialog's buttons can only be Action.Submit."""

_ACTION = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
_STYLES = {"primary": "positive", "danger": "destructive"}


class Clicked(NamedTuple):
    """What a click names."""

    action: str
    value: str


def read(data: object) -> Clicked | None:
    """The action and value of a clicked button; None for data that no button of ours carries."""
    if not isinstance(data, Mapping):
        return None
    action, value = data.get("action"), data.get("value", "")
    if not (isinstance(action, str) and len(action) <= 100 and _ACTION.fullmatch(action)):
        return None
    if not isinstance(value, str) or len(value) > VALUE:
        return None
    return Clicked(action, value)


def part_wanted(clicked: Clicked) -> tuple[int, str] | None:
    """Which part of which stored card the click asks for; None when it asks for something else."""
    number, colon, stored = clicked.value.partition(":")
    if clicked.action != PART or not (colon and stored and len(number) < 10):
        return None
    return (int(number), stored) if number.isascii() and number.isdecimal() else None


def action_sets(
    actions: Actions,
    *,
    place: Place = "message",
    opens: Collection[str] = (),
    public_url: str | None = None,
) -> list[Json]:
    """The buttons in rows that a phone shows whole, with a menu for what is too much. What cannot
    be linked to (no public https address) is said in words."""
    found: list[Json] = []
    unreachable: list[Json] = []
    for button in actions.buttons:
        if isinstance(button, Button):
            found.append(_asked_before(button, _caller(place, opens)))
        elif url := _reachable(button, public_url):
            title = plain(button.label, len(button.label))
            found.append({"type": "Action.OpenUrl", "title": title, "url": url})
        else:
            said = f"“{button.label}” is on the bot's own web page; your operator knows where."
            unreachable += small(said)
    sets = [
        {"type": "ActionSet", "spacing": "Small" if number else "Medium", "actions": row}
        for group in _groups(found)
        for number, row in enumerate(_rows(group))
    ]
    return [*sets, *unreachable]


def part_buttons(part: int, parts: int, stored: str) -> Json:
    """To the other parts of a card."""
    whole(stored, STORED, "a stored card's key")
    others = [(2, "Show all")] if part == 1 else [(part - 1, "Back"), (part + 1, "Next")]
    buttons = [
        _execute(Button(label=label, action=PART, value=f"{number}:{stored}"))
        for number, label in others
        if number <= parts
    ]
    return {"type": "ActionSet", "actions": buttons}


# Kinds of buttons

_Call = Callable[[Button], Json]


def _caller(place: Place, opens: Collection[str]) -> _Call:
    if place == "dialog":
        # What stands in the dialog's fields does not matter to its buttons.
        return lambda button: {**_submit(button), "associatedInputs": "none"}

    def call(button: Button) -> Json:
        return _fetch(button) if button.action in opens else _execute(button)

    return call


def _execute(button: Button) -> Json:
    submit = _submit(button)
    return {
        **submit,
        "type": "Action.Execute",
        "verb": button.action,
        "fallback": submit,
    }


def _submit(button: Button) -> Json:
    return {
        "type": "Action.Submit",
        "title": plain(button.label, len(button.label)),
        "data": {"action": button.action, "value": whole(button.value, VALUE, "a button's value")},
        **({"style": _STYLES[button.style]} if button.style in _STYLES else {}),
    }


def _fetch(button: Button) -> Json:
    submit = _submit(button)
    return {**submit, "data": {**submit["data"], "msteams": {"type": "task/fetch"}}}


def _asked_before(button: Button, call: _Call) -> Json:
    if not button.confirm.strip():
        return call(button)
    question = words(Span(text=plain(button.confirm, CONFIRM)))
    card = {"type": "AdaptiveCard", "body": question, "actions": [call(button)]}
    style = {"style": _STYLES[button.style]} if button.style in _STYLES else {}
    title = plain(button.label, len(button.label))
    return {"type": "Action.ShowCard", "title": title, "card": card, **style}


def _reachable(link: Link, public_url: str | None) -> str | None:
    """The link's absolute address; None where there is none that others could open."""
    url = link.url
    if url.startswith("/"):
        url = f"{(public_url or '').rstrip('/')}{url}"
    return url if url.startswith("https://") else None


def _groups(actions: Sequence[Json]) -> list[list[Any]]:
    groups: list[list[Any]] = []
    left = 0
    for action in actions:
        weight = size(action)
        if not groups or weight > left:
            groups.append([])
            left = UNIT_BYTES
        groups[-1].append(action)
        left -= weight
    return groups


def _rows(actions: Sequence[Json]) -> list[list[Json]]:
    shown, rest = actions[:PRIMARY_ACTIONS], actions[PRIMARY_ACTIONS:]
    rows: list[list[Json]] = []
    room = 0
    for action in shown:
        wide = len(action["title"]) + AROUND_LABEL
        if not rows or wide > room:
            rows.append([])
            room = ROW_LETTERS
        rows[-1].append(action)
        room -= wide
    rows[-1] += [{**action, "mode": "secondary"} for action in rest]
    return rows
