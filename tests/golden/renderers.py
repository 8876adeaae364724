"""What each platform makes of a golden card: as text, for one file each.

A platform adds itself to RENDERERS, and `make.py` writes its files.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from adapters.slack import blocks, forms
from adapters.teams import adaptive
from adapters.teams import forms as teams_forms
from adapters.terminal.render import render_card
from adapters.terminal.render import render_form as draw_form
from adapters.web.html import render, render_form
from bot.cards import Card, Form
from bot.plain_text import plain_form, plain_text

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


def teams_parts(card: Card, stored: str = "stored-card") -> list[adaptive.Drawn]:
    """Every part of the card as Teams gets them."""
    first = adaptive.message(card, stored=stored)
    return [adaptive.message(card, part=n, stored=stored) for n in range(1, first.parts + 1)]


def _teams(thing: Card | Form) -> str:
    if isinstance(thing, Form):
        people = {"U0DANA": "Dana Diaz", "U0LEE": "Lee Lund"}
        return as_json(teams_forms.dialog(thing, place={"kept": "stored-form"}, people=people))
    return as_json([part.activity() for part in teams_parts(thing)])


def _web(thing: Card | Form) -> str:
    html = render_form(thing, "seal") if isinstance(thing, Form) else render(thing)
    return "\n".join(line for line in str(html).splitlines() if line.strip()) + "\n"


def _terminal(thing: Card | Form) -> str:
    console = Console(file=StringIO(), width=80, color_system=None, force_terminal=False)
    console.print(draw_form(thing) if isinstance(thing, Form) else render_card(thing))
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


def _words(thing: Card | Form) -> str:
    return (plain_form(thing) if isinstance(thing, Form) else plain_text(thing)) + "\n"


RENDERERS: Mapping[str, Renderer] = {
    "slack": Renderer("json", _slack),
    "teams": Renderer("json", _teams),
    "web": Renderer("html", _web),
    "terminal": Renderer("txt", _terminal),
    "words": Renderer("txt", _words),
}
