"""What a person reads of a card, and what they can press and fill in."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
_INPUT = "Input."


def words(card: Json | None) -> str:
    """Every visible word, in reading order, a line an element."""
    return "\n".join(filter(None, _words(card or {})))


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _words(each)
        return
    if not isinstance(node, dict) or node.get("isVisible") is False:
        return
    kind = str(node.get("type", ""))
    if kind == "RichTextBlock":
        yield "".join(i if isinstance(i, str) else i.get("text", "") for i in node["inlines"])
    elif kind == "FactSet":
        for fact in node["facts"]:
            yield f"{fact['title']}: {fact['value']}"
    elif kind == "TextBlock":
        yield node["text"]
    elif kind == "Table":
        for row in node["rows"]:
            yield " | ".join(" ".join(_words(cell.get("items", []))) for cell in row["cells"])
    elif kind == "Image":
        yield node.get("altText", "")
    elif kind.startswith("Action."):
        yield f"[{node.get('title', '')}]"
        yield from _words(node.get("card"))
    elif kind.startswith(_INPUT):
        yield node.get("label", "")
        yield " / ".join(choice["title"] for choice in node.get("choices", ()))
        yield str(node.get("errorMessage", ""))
    else:
        for name in ("body", "items", "columns", "actions", "inlines", "pages"):
            yield from _words(node.get(name, []))


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every element and action that is shown, cards behind buttons included."""
    if isinstance(node, list):
        for each in node:
            yield from nodes(each)
    elif isinstance(node, dict):
        if node.get("isVisible") is False:
            return
        if "type" in node:
            yield node
        for name, value in node.items():
            if name not in ("data", "fallback", "inlines"):
                yield from nodes(value)


def buttons(card: Json | None) -> list[dict[str, Any]]:
    """Everything that can be pressed."""
    return [node for node in nodes(card) if str(node["type"]).startswith("Action.")]


def labelled(card: Json | None, label: str) -> dict[str, Any] | None:
    """The button of that name; of a question before the click, the one that means yes."""
    found = [b for b in buttons(card) if str(b.get("title", "")).lower() == label.lower()]
    return next((b for b in found if b["type"] != "Action.ShowCard"), None)


def inputs(card: Json | None) -> dict[str, dict[str, Any]]:
    """By id, everything that can be filled in."""
    return {n["id"]: n for n in nodes(card) if str(n["type"]).startswith(_INPUT)}
