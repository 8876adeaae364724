"""Buttons, the question "Was this useful?", and what a click on them names."""

import re
from collections.abc import Iterator

from adapters.slack.escape import Block, plain
from adapters.slack.limits import (
    ACTIONS,
    BUTTON,
    CONFIRM_BUTTON,
    CONFIRM_TEXT,
    CONFIRM_TITLE,
    ID,
    URL,
    VALUE,
    whole,
)
from bot.cards import Actions, Button, Link

LINK = "slack.link"
"""A click on a link: the browser has followed it, there is nothing to do but acknowledge."""
SHOW = "slack.show"
"""A click for another part of a card that was too long; see `parts.py`."""
USEFUL = "ask.useful"
"""A click on the answer to "Was this useful?" (`bot.cards.Card.feedback`)."""

CONFIRMED_ACTIONS = 5
"""Buttons in a row when they ask before the click: their questions make the message heavy."""

_ACTION_ID = re.compile(r"([a-z_]+(?:\.[a-z_]+)+):[0-9]+")


class Numbers:
    """Numbers the buttons of one message: Slack wants every `action_id` in it to be another."""

    def __init__(self) -> None:
        self._next: Iterator[int] = iter(range(1_000_000))

    def id(self, action: str) -> str:
        """The action's id in this message; `action_of` gives the action back."""
        return whole(f"{action}:{next(self._next)}", ID, "an action_id")


def action_of(action_id: str) -> str | None:
    """The action that the clicked button names ("ask.share:3" -> "ask.share"); None for an id
    that is not of this program's making."""
    found = _ACTION_ID.fullmatch(action_id)
    return found[1] if found else None


def actions_blocks(actions: Actions, numbers: Numbers, public_url: str | None) -> list[Block]:
    """The buttons in as few rows as may be. A link into the bot's own pages needs `public_url` ("https://host");
    where there is none, words say where to find it."""
    buttons: list[Block] = []
    unreachable: list[str] = []
    for button in actions.buttons:
        if isinstance(button, Button):
            buttons.append(_button(button, numbers))
        elif button.url.startswith("/") and public_url is None:
            unreachable.append(button.label)
        else:
            buttons.append(_link(button, numbers, public_url))
    size = CONFIRMED_ACTIONS if any("confirm" in button for button in buttons) else ACTIONS
    rows = [buttons[i : i + size] for i in range(0, len(buttons), size)]
    blocks: list[Block] = [{"type": "actions", "elements": row} for row in rows]
    for label in unreachable:
        words = plain(f"“{label}” is on the bot's own web page; your operator knows where.", 300)
        blocks.append({"type": "context", "elements": [words]})
    return blocks


def feedback_block(value: str, numbers: Numbers) -> Block:
    """ "Was this useful?" as Slack draws it below an answer; messages only."""

    def button(label: str, word: str, said: str) -> Block:
        whole(f"{word}:{value}", VALUE, "a feedback value")
        return {
            "text": plain(label, BUTTON),
            "accessibility_label": said,
            "value": f"{word}:{value}",
        }

    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": numbers.id(USEFUL),
                "positive_button": button("Useful", "yes", "Yes, this was useful"),
                "negative_button": button("Not useful", "no", "No, this was not useful"),
            }
        ],
    }


def feedback_buttons(value: str) -> Actions:
    """The same as ordinary buttons, for where Slack does not draw it."""
    return Actions(
        buttons=(
            Button(label="Useful", action=USEFUL, value=f"yes:{value}"),
            Button(label="Not useful", action=USEFUL, value=f"no:{value}"),
        )
    )


def _button(button: Button, numbers: Numbers) -> Block:
    drawn: Block = {
        "type": "button",
        "text": plain(button.label, BUTTON),
        "action_id": numbers.id(button.action),
    }
    if button.value:
        drawn["value"] = whole(button.value, VALUE, "a button's value")
    if button.style != "default":
        drawn["style"] = button.style
    if button.confirm:
        drawn["confirm"] = _confirm(button)
    return drawn


def _confirm(button: Button) -> Block:
    dialog: Block = {
        "title": plain(button.label, CONFIRM_TITLE),
        "text": plain(button.confirm, CONFIRM_TEXT),
        "confirm": plain(button.label, CONFIRM_BUTTON),
        "deny": plain("Not now", CONFIRM_BUTTON),
    }
    return {**dialog, "style": button.style} if button.style != "default" else dialog


def _link(link: Link, numbers: Numbers, public_url: str | None) -> Block:
    url = f"{public_url}{link.url}" if link.url.startswith("/") else link.url
    return {
        "type": "button",
        "text": plain(link.label, BUTTON),
        "action_id": numbers.id(LINK),
        "url": whole(url, URL, "a link's address"),
    }
