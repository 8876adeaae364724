"""What stands in blocks, as a person reads it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Clickable:
    """A button. `words` is what stands on it, `said` what a screen reader says."""

    words: str
    said: str
    block_id: str
    action_id: str
    value: str
    url: str | None
    confirm: str | None


def words(blocks: list[dict[str, Any]]) -> str:
    """Every visible word, a line a block; buttons stand in square brackets."""
    return "\n".join(filter(None, map(_block, blocks)))


def buttons(blocks: list[dict[str, Any]]) -> list[Clickable]:
    """Everything that can be clicked, in order."""
    return [found for block in blocks for found in _clickables(block)]


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "rich_text":
            return "\n".join(map(_rich, block["elements"]))
        case "section":
            texts = [block["text"]] if "text" in block else []
            return "\n".join(map(_text, [*texts, *block.get("fields", [])]))
        case "header":
            return _text(block["text"])
        case "context":
            return " ".join(map(_text, block["elements"]))
        case "actions" | "context_actions":
            return " ".join(f"[{button.words}]" for button in _clickables(block))
        case "table":
            return "\n".join(" | ".join(map(_cell, row)) for row in block["rows"])
        case "data_visualization":
            return f"[chart: {block['title']}]"
        case "image":
            return f"[picture: {block['alt_text']}]"
        case "input":
            hint = f" ({_text(block['hint'])})" if "hint" in block else ""
            return _text(block["label"]) + hint + _options(block["element"])
        case "divider":
            return ""
        case other:
            raise AssertionError(f"nobody knows how a {other} reads")


def _rich(element: dict[str, Any]) -> str:
    if element["type"] == "rich_text_list":
        return "\n".join(f"• {_rich(item)}" for item in element["elements"])
    text = "".join(leaf.get("text", "") for leaf in element["elements"])
    return f"> {text}" if element["type"] == "rich_text_quote" else text


def _text(text: dict[str, Any]) -> str:
    if text["type"] != "mrkdwn":
        return str(text["text"])
    shown = text["text"]
    for mark in "*_~`":
        # What stands between two marks at the edges of words is shown in a style, without them.
        shown = re.sub(rf"(?<!\w)\{mark}(?=\S)(.+?)(?<=\S)\{mark}(?!\w)", r"\1", shown)
    return html.unescape(shown)


def _cell(cell: dict[str, Any]) -> str:
    return "".join(map(_rich, cell["elements"])) if "elements" in cell else str(cell["text"])


def _options(element: dict[str, Any]) -> str:
    labels = [_text(option["text"]) for option in element.get("options", [])]
    return f": {' / '.join(labels)}" if labels else ""


def _clickables(block: dict[str, Any]) -> Iterator[Clickable]:
    if block["type"] not in ("actions", "context_actions"):
        return
    for element in block["elements"]:
        if element["type"] == "feedback_buttons":
            for name in ("positive_button", "negative_button"):
                yield _clickable(block, element["action_id"], element[name])
        elif element["type"] == "button":
            yield _clickable(block, element["action_id"], element)


def _clickable(block: dict[str, Any], action_id: str, button: dict[str, Any]) -> Clickable:
    label = _text(button["text"])
    confirm = button.get("confirm")
    return Clickable(
        words=label,
        said=button.get("accessibility_label", label),
        block_id=block["block_id"],
        action_id=action_id,
        value=button.get("value", ""),
        url=button.get("url"),
        confirm=_text(confirm["text"]) if confirm else None,
    )
