"""Modals that show a card, or that something is being done. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.actions import feedback_buttons
from adapters.slack.blocks import first_part
from adapters.slack.elements import Drawing
from adapters.slack.escape import Block, plain
from adapters.slack.forms import Carried
from adapters.slack.limits import MESSAGE_WEIGHT, TEXT_OBJECT, TITLE, VIEW_BLOCKS
from bot.cards import Card

Body = Mapping[str, Any]

TITLE_WORDS = "Mission"
_INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
}
"""Where Slack puts what was filled in, and where it wants it again."""
_TAKEN = ("type", "callback_id", "title", "submit", "close", "private_metadata")


def card_view(card: Card, place: Mapping[str, str], public_url: str | None) -> dict[str, Any]:
    """A modal that shows the card; its buttons know where it was opened."""
    drawing = Drawing(place="modal", public_url=public_url)
    elements = list(card.elements)
    if card.feedback:
        elements.append(feedback_buttons(card.feedback))
    flow = drawing.blocks(elements)
    return {
        "type": "modal",
        "title": plain(TITLE_WORDS, TITLE),
        "close": plain("Close", TITLE),
        "private_metadata": Carried(place=place).model_dump_json(exclude_defaults=True),
        "blocks": first_part(flow, VIEW_BLOCKS, MESSAGE_WEIGHT),
    }


def waiting_view(sentence: str, place: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A modal that says what is being done."""
    return {
        "type": "modal",
        "title": plain(TITLE_WORDS, TITLE),
        "close": plain("Close", TITLE),
        "private_metadata": Carried(place=place or {}).model_dump_json(exclude_defaults=True),
        "blocks": [{"type": "section", "text": plain(sentence, TEXT_OBJECT)}],
    }


def again(view: Body, sentences: Sequence[str]) -> dict[str, Any]:
    """The modal as it was sent, with what was filled in, below what is wrong with it: Slack takes
    no more errors once a submission was acknowledged."""
    states = (view.get("state") or {}).get("values") or {}
    blocks: list[Block] = [
        {"type": "section", "text": plain("\n".join(sentences), TEXT_OBJECT)},
    ]
    for block in view.get("blocks") or ():
        state = states.get(str(block.get("block_id"))) or {}
        filled = _filled(block, state) if block.get("type") == "input" else dict(block)
        blocks.append(filled)
    kept = {name: view[name] for name in _TAKEN if view.get(name)}
    return {**kept, "blocks": blocks[:VIEW_BLOCKS]}


def _filled(block: Body, states: Body) -> dict[str, Any]:
    element = dict(block["element"])
    state = states.get(str(element.get("action_id"))) or {}
    names = _INITIAL.get(element["type"])
    if names:
        element.pop(names[1], None)
        if state.get(names[0]):
            element[names[1]] = state[names[0]]
    return {**block, "element": element}
