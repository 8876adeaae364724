"""What is too much for one message, in parts: the first is the message, the others come on click.

Nothing is left out: blocks go into parts in their order, a part holds as many as Slack takes. What
closes the card (its last buttons, the question whether it was useful) stays with the first part.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.slack.actions import SHOW, Numbers
from adapters.slack.escape import Block, plain
from adapters.slack.limits import (
    BLOCK_WEIGHT,
    BUTTON,
    CHARTS,
    LEAF_WEIGHT,
    TABLES,
    TEXT_OBJECT,
    VALUE,
    whole,
)

_MOST = {"table": TABLES, "data_visualization": CHARTS}
_NOTE_BLOCKS = 2
"""What a part has below it: which part this is, and the buttons to the others."""
_NOTE_WEIGHT = 600
_WORDS = ("text", "title", "alt_text", "label", "name")


def weight(block: Block) -> int:
    """How much the block counts towards what Slack takes in one message."""
    return BLOCK_WEIGHT + sum(LEAF_WEIGHT + len(words) for words in visible(block))


def visible(value: Any) -> Iterator[str]:
    """Every string of a block that somebody reads; ids, values and addresses are none."""
    if isinstance(value, list):
        for item in value:
            yield from visible(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str):
                if name in _WORDS:
                    yield item
            elif name == "categories":
                yield from item
            else:
                yield from visible(item)


def split(
    flow: Sequence[Block], closing: Sequence[Block], *, most_blocks: int, most_weight: int
) -> list[list[Block]]:
    """The flow in parts, at least one. All in one when it fits, `closing` beside it; else each
    leaves room for the note that `noted` puts below it."""
    closing_weight = sum(map(weight, closing))
    whole_flow = _fill(flow, most_blocks - len(closing), most_weight - closing_weight)
    if len(whole_flow) == 1:
        return whole_flow
    first_blocks = most_blocks - len(closing) - _NOTE_BLOCKS
    first = _fill(flow, first_blocks, most_weight - closing_weight - _NOTE_WEIGHT)[0]
    rest = flow[len(first) :]
    return [first, *_fill(rest, most_blocks - _NOTE_BLOCKS, most_weight - _NOTE_WEIGHT)]


def _fill(flow: Sequence[Block], most_blocks: int, most_weight: int) -> list[list[Block]]:
    parts: list[list[Block]] = [[]]
    left = most_weight
    for block in flow:
        kind, heavy = block["type"], weight(block)
        same = sum(other["type"] == kind for other in parts[-1])
        full = len(parts[-1]) >= most_blocks or heavy > left or same >= _MOST.get(kind, 50)
        if full and parts[-1]:
            parts.append([])
            left = most_weight
        parts[-1].append(block)
        left -= heavy
    return parts


def noted(part: int, parts: int, stored: str | None, numbers: Numbers) -> list[Block]:
    """The note below part number `part`: that there is more, and buttons to it.

    `stored` is the key under which the card can be found again when one of them is clicked.
    """
    if parts == 1:
        return []
    more = "This is the beginning" if part == 1 else f"Part {part} of {parts}"
    note: Block = {"type": "context", "elements": [plain(f"… {more}.", TEXT_OBJECT)]}
    if stored is None:
        return [note]
    others = [(2, "Show all")] if part == 1 else [(part - 1, "Back"), (part + 1, "Next")]
    buttons = [
        _button(label, f"{number}:{stored}", numbers) for number, label in others if number <= parts
    ]
    return [note, {"type": "actions", "elements": buttons}]


def wanted(value: str) -> tuple[int, str] | None:
    """Which part of which stored card a click on SHOW asks for; None for a value that is not of
    this program's making."""
    number, colon, stored = value.partition(":")
    if not (colon and stored and number.isascii() and number.isdecimal()):
        return None
    return int(number), stored


def _button(label: str, value: str, numbers: Numbers) -> Block:
    return {
        "type": "button",
        "text": plain(label, BUTTON),
        "action_id": numbers.id(SHOW),
        "value": whole(value, VALUE, "a stored card's key"),
    }
