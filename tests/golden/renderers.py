"""What each platform makes of a golden card: as text, for one file each.

A platform adds itself to RENDERERS, and `make.py` writes its files.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from adapters.slack import blocks, forms
from bot.cards import Card, Form

FOLDER = Path(__file__).parent
EXPECTED = FOLDER / "expected"


@dataclass(frozen=True)
class Renderer:
    """`draw` gives the whole file's text; the same card always the same."""

    suffix: str
    draw: Callable[[Card | Form], str]


def golden() -> Mapping[str, Card | Form]:
    """Every golden card and form, by the name of its file."""
    names = sorted(path.stem for path in (FOLDER / "cards").glob("[a-z]*.py"))
    modules = {name: import_module(f"tests.golden.cards.{name}") for name in names}
    return {name: getattr(m, "CARD", None) or m.FORM for name, m in modules.items()}


def as_json(value: Any) -> str:
    """JSON that can be read and compared line by line."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def slack_parts(card: Card) -> list[blocks.Rendered]:
    """Every part of the card as Slack gets them."""
    first = blocks.message(card, stored="stored-card")
    return [
        blocks.message(card, part=part, stored="stored-card") for part in range(1, first.parts + 1)
    ]


def _slack(thing: Card | Form) -> str:
    if isinstance(thing, Form):
        return as_json(forms.modal(thing, place={"channel": "C0PRODUCT"}))
    parts = slack_parts(thing)
    pictures = [
        {"block_id": p.block_id, "filename": p.filename, "alt": p.alt, "bytes": len(p.data)}
        for part in parts
        for p in part.pictures
    ]
    return as_json(
        {
            "parts": [part.arguments() for part in parts],
            **({"pictures": pictures} if pictures else {}),
            "home": blocks.home(thing),
        }
    )


RENDERERS: Mapping[str, Renderer] = {"slack": Renderer("json", _slack)}
