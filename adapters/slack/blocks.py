"""A card -> what Slack's message methods take. Pure: the same card, the same message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.actions import feedback_block, feedback_buttons
from adapters.slack.elements import Drawing, Picture
from adapters.slack.escape import NOTHING, Block, escaped, plain
from adapters.slack.limits import (
    ALT_TEXT,
    HOME_WEIGHT,
    MESSAGE_BLOCKS,
    MESSAGE_WEIGHT,
    SUMMARY,
    TEXT_OBJECT,
    VIEW_BLOCKS,
)
from adapters.slack.parts import noted, split, weight
from adapters.slack.rich import rich_blocks
from bot.cards import Actions, Card, Element, Text
from bot.drawing import body_and_end
from bot.markup import Paragraph, Span
from bot.text import shorten

_CLOSING_WEIGHT = 4000
"""What of a card's end stays with its first part; more than that waits for its turn."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One part of a card, ready to send. `text` stands in notifications and for screen readers."""

    blocks: Sequence[Block]
    text: str
    part: int = 1
    parts: int = 1
    pictures: Sequence[Picture] = ()
    """To upload; `with_pictures` then puts them in the place of their words."""

    def arguments(self) -> dict[str, Any]:
        """What chat.postMessage, chat.update, chat.postEphemeral and a response URL take. Nothing
        that was typed into a card is ever fetched and shown as a preview."""
        return {
            "text": self.text,
            "blocks": list(self.blocks),
            "unfurl_links": False,
            "unfurl_media": False,
        }


def message(
    card: Card, *, part: int = 1, stored: str | None = None, public_url: str | None = None
) -> Rendered:
    """The card as a message, or the part of it that a click asked for.

    When `parts` is more than 1, store the card and render again with `stored`, the key it can be
    found under: then the message has the button that shows the rest (`actions.SHOW`).
    Visible text is never refused; raises limits.TooLong for ids, values and addresses.
    """
    drawing = Drawing(place="message", public_url=public_url)
    body, end = body_and_end(card.elements)
    flow = drawing.blocks(body)
    closing = drawing.blocks(end)
    if card.judged_by_model:
        closing.append(_judged_by_model())
    if card.feedback:
        closing.append(feedback_block(card.feedback, drawing.numbers))
    if sum(map(weight, closing)) > _CLOSING_WEIGHT:
        flow, closing = flow + closing, []
    flow = flow or _summary(card)
    parts = split(flow, closing, most_blocks=MESSAGE_BLOCKS, most_weight=MESSAGE_WEIGHT)
    part = min(max(part, 1), len(parts))
    blocks = parts[part - 1] + noted(part, len(parts), stored, drawing.numbers)
    blocks += closing if part == 1 else []
    shown = {block.get("block_id") for block in blocks}
    return Rendered(
        blocks=blocks,
        text=escaped(shorten(card.summary or NOTHING, SUMMARY)),
        part=part,
        parts=len(parts),
        pictures=tuple(p for p in drawing.pictures if p.block_id in shown),
    )


def with_pictures(rendered: Rendered, file_ids: Mapping[str, str]) -> Rendered:
    """The message with uploaded pictures (block id -> Slack's file id) in place of their words.
    Those that could not be uploaded stay words."""
    alts = {picture.block_id: picture.alt for picture in rendered.pictures}
    blocks = [
        {
            "type": "image",
            "block_id": block["block_id"],
            "slack_file": {"id": file_ids[block["block_id"]]},
            "alt_text": shorten(alts[block["block_id"]], ALT_TEXT),
        }
        if block.get("block_id") in file_ids
        else block
        for block in rendered.blocks
    ]
    return Rendered(blocks=blocks, text=rendered.text, part=rendered.part, parts=rendered.parts)


def home(
    card: Card, below: Sequence[Element] = (), *, public_url: str | None = None
) -> dict[str, Any]:
    """The card as a Home tab, with what stands below it. Charts and pictures are words there; a
    card that is too long is cut, and says so, to leave room for the rest."""
    drawing = Drawing(place="home", public_url=public_url)
    flow = drawing.blocks(card.elements)
    if card.judged_by_model:
        flow.append(_judged_by_model())
    if card.feedback:
        flow += drawing.blocks([feedback_buttons(card.feedback)])
    flow = flow or _summary(card)
    rest = first_part(drawing.blocks(below), VIEW_BLOCKS // 2, HOME_WEIGHT // 2)
    left = HOME_WEIGHT - sum(map(weight, rest))
    return {"type": "home", "blocks": [*first_part(flow, VIEW_BLOCKS - len(rest), left), *rest]}


def first_part(flow: Sequence[Block], most_blocks: int, most_weight: int) -> list[Block]:
    """As much as fits, with a note when that is not all."""
    parts = split(flow, (), most_blocks=most_blocks, most_weight=most_weight)
    if len(parts) == 1:
        return parts[0]
    cut = {"type": "context", "elements": [plain("… Shortened to fit here.", TEXT_OBJECT)]}
    return [*parts[0], cut]


def _summary(card: Card) -> list[Block]:
    """For a card of buttons only, or of nothing."""
    return rich_blocks([Paragraph(spans=(Span(text=card.summary or NOTHING),))])


def _closing(elements: Sequence[Element]) -> tuple[Sequence[Element], Sequence[Element]]:
    """The card's body, and the buttons at its end with the small print around them."""
    end = len(elements)
    while end and (isinstance(elements[end - 1], Actions) or _is_quiet(elements[end - 1])):
        end -= 1
    if not any(isinstance(element, Actions) for element in elements[end:]):
        end = len(elements)
    return elements[:end], elements[end:]


def _is_quiet(element: Element) -> bool:
    return isinstance(element, Text) and element.size == "quiet"


def _judged_by_model() -> Block:
    words = plain("A language model wrote part of this.", TEXT_OBJECT)
    return {"type": "context", "elements": [words]}
