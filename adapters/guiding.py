"""Guides, wired: part of the core that `adapters/core.py` puts together."""

from bot.cards import Button
from bot.charter.forms import write_button
from bot.charter.model import Charter, Kind
from bot.charter.service import CharterService
from bot.guide.commands import GuideCommands
from bot.router import Routes


def build_guiding(*, charters: CharterService) -> Routes:
    """Their handlers; each ends in a button of another room."""
    return GuideCommands(
        charters=charters,
        steps={
            "mission": lambda charter: _reword("mission", charter),
            "vision": lambda charter: _reword("vision", charter),
            "check": lambda charter: _first("Check our charter", "check.page", f"{charter.id}:0"),
            "announcing": lambda charter: _first(
                "Set how changes are told", "announcing.settings", charter.id
            ),
            "ask": lambda _: _first("Ask about an idea", "ask.form", ""),
        },
        begin=write_button,
    ).routes()


def _first(label: str, action: str, value: str) -> Button:
    return Button(label=label, action=action, value=value, style="primary")


def _reword(kind: Kind, charter: Charter) -> Button:
    """The form for the charter's line of that kind; for a new line where it has none."""
    ref = next((line.id for line in charter.version.lines if line.kind == kind), "")
    return _first(f"Reword the {kind}" if ref else f"Write a {kind}", "changes.form", ref)
