"""What people see of rankings."""

import csv
import io
from collections.abc import Sequence

from bot.ask.model import Confidence, Tokens, VerdictKind
from bot.cards import (
    Actions,
    Button,
    Card,
    ChoiceField,
    Element,
    Form,
    Link,
    Option,
    Table,
    TextField,
    body,
    heading,
    quiet,
)
from bot.charter.model import InForce
from bot.ranking.model import MOST_ITEMS, Item, Ranked, Standing
from bot.text import shorten

SAID: dict[VerdictKind, str] = {
    "fits": "✓ Fits",
    "partly": "◐ Partly fits",
    "unclear": "? Unclear",
    "conflicts": "✕ Conflicts",
}
SURE: dict[Confidence, str] = {"sure": "sure", "fairly_sure": "fairly sure", "unsure": "not sure"}
CALLS: Sequence[tuple[VerdictKind, str]] = (
    ("fits", "Fits"),
    ("partly", "Partly"),
    ("conflicts", "Conflicts"),
    ("unclear", "Not sure"),
)
CALLED_AT_ONCE = 20
"""Items in one form."""
_LINE = 70
_ITEM = 80


def form(pasted: str = "") -> Form:
    """Where to paste a list."""
    return Form(
        form="ranking.begin",
        title="Rank ideas",
        submit="Rank",
        fields=(
            TextField(
                name="items",
                label="What to compare",
                hint=f"An idea a line, {MOST_ITEMS} at most. Or a table from a spreadsheet, with a "
                "heading: title, description, effort.",
                lines=12,
                value=pasted,
                placeholder="Sleep coach\nShare readings with a clinic\nGold edition",
            ),
        ),
    )


def open_button() -> Button:
    """Opens the form."""
    return Button(label="Paste a list", action="ranking.form", style="primary")


def working_card(standing: Standing, most: Tokens | None = None) -> Card:
    """While a language model judges."""
    ranking = standing.ranking
    count = len(ranking.items)
    title = f"Ranking {count} items: {standing.done} of {count} done"
    parts: list[Element] = [
        heading("{title}", title=title),
        body(
            "{judge} judges them. I tell you in our direct messages when it is through.",
            judge=ranking.judge,
        ),
    ]
    if most and most.prompt:
        price = f" ({most.cost:.2f} at the prices that are set)" if most.cost else ""
        said = f"It takes at most {most.prompt + most.completion:,} tokens{price}."
        parts.append(quiet("{said}", said=said))
    how_far = Button(label="How far is it?", action="ranking.show", value=ranking.id)
    return Card(summary=title, elements=(*parts, Actions(buttons=(how_far,))))


def ranking_card(
    standing: Standing, in_force: InForce, *, shared_by: str = "", here: bool = True
) -> Card:
    """The items in their order; where nobody judged yet, with the lines that speak to them.
    `here`: it is shown where it was asked for, and may be shared."""
    ranking = standing.ranking
    count = len(ranking.items)
    judged = count - len(standing.open)
    title = f"{count} items by how they fit {ranking.charter_name}"
    parts: list[Element] = [heading("{title}", title=title)]
    if not judged:
        parts.append(
            body(
                "I can't judge these without a language model. The lines that speak to each stand "
                "beside it, what limits you first: make the call, and I sort them."
            )
        )
    if ranking.stopped:
        parts.append(
            body("Ended after {n} of {of}: {why}", n=judged, of=count, why=ranking.stopped)
        )
    parts.append(_judged(standing, in_force) if judged else _read(standing, in_force))
    parts += _notes(standing, shared_by)
    if not shared_by:
        if not here:
            parts.append(quiet("To share it, ask “How far is it?” where you made it."))
        parts.append(Actions(buttons=_buttons(standing, here=here)))
    return Card(
        summary=title,
        elements=tuple(parts),
        judged_by_model=any(each.confidence for each in standing.ranked),
    )


def call_form(standing: Standing) -> Form:
    """A word on each of the first items that nobody judged."""
    some = standing.open[:CALLED_AT_ONCE]
    more = len(standing.open) - len(some)
    options = tuple(Option(value=kind, label=label) for kind, label in CALLS)
    return Form(
        form="ranking.call",
        title="Your calls",
        submit="Save",
        state=standing.ranking.id,
        intro=(quiet("{more} more come after these.", more=more),) if more else (),
        fields=tuple(
            ChoiceField(
                name=f"item{each.n}",
                label=shorten(standing.ranking.items[each.n].title, _ITEM),
                hint=f"Lines that speak to it: {', '.join(each.lines)}" if each.lines else "",
                options=options,
                required=False,
            )
            for each in some
        ),
    )


def files_card(files: Sequence[tuple[str, str]]) -> Card:
    """Where the table can be fetched, or that it was sent."""
    if not files:
        text = "I sent the table to you in our direct messages."
        return Card(summary=text, elements=(body(text),))
    links = tuple(Link(label=label, url=address) for label, address in files)
    text = "The table of your newest ranking, for the next minutes:"
    return Card(summary=text, elements=(body(text), Actions(buttons=links)))


def to_csv(standing: Standing, in_force: InForce) -> bytes:
    """The table for spreadsheets, best first."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(
        ("place", "title", "description", "effort", "verdict", "sure", "line", "says", "by")
    )
    for place, each in enumerate(standing.in_order, 1):
        item, ref = standing.ranking.items[each.n], each.line or ", ".join(each.lines)
        line = in_force.line(each.line) if each.line else None
        cells = (
            *(item.title, item.description, item.effort, each.kind or "", each.confidence or ""),
            *(ref, line.line.text if line else "", each.by),
        )
        table.writerow((place, *map(_cell, cells)))
    # With the mark, or spreadsheets take it for another encoding.
    return ("\ufeff" + written.getvalue()).encode()


def _cell(text: str) -> str:
    # A spreadsheet would run what begins like a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _judged(standing: Standing, in_force: InForce) -> Table:
    with_effort = any(item.effort for item in standing.ranking.items)
    columns = ("Item", "Verdict", "What decides", *(("Effort",) if with_effort else ()))
    rows = []
    for place, each in enumerate(standing.in_order, 1):
        item = standing.ranking.items[each.n]
        # Not in a column of its own: on a phone there is no room for it.
        title = f"{place}. {shorten(item.title, _ITEM)}"
        row = (title, _verdict(each), _decides(each, in_force))
        rows.append((*row, item.effort or "–") if with_effort else row)
    return Table(columns=columns, rows=tuple(rows))


def _read(standing: Standing, in_force: InForce) -> Table:
    rows = tuple(
        (shorten(_item(standing, each).title, _ITEM), _lines(each.lines, in_force))
        for each in standing.ranked
    )
    return Table(columns=("Item", "Lines that speak to it"), rows=rows)


def _item(standing: Standing, ranked: Ranked) -> Item:
    return standing.ranking.items[ranked.n]


def _verdict(ranked: Ranked) -> str:
    if ranked.kind is None:
        return "not judged"
    said = SAID[ranked.kind]
    return f"{said}, {SURE[ranked.confidence]}" if ranked.confidence else f"{said} ({ranked.by})"


def _decides(ranked: Ranked, in_force: InForce) -> str:
    if ranked.why_not and ranked.kind is None:
        return shorten(ranked.why_not, _LINE)
    if ranked.line:
        return _lines((ranked.line,), in_force)
    if ranked.confidence:
        return "no line speaks to it"
    return _lines(ranked.lines[:1], in_force)


def _lines(refs: Sequence[str], in_force: InForce) -> str:
    lines = [line for ref in refs if (line := in_force.line(ref))]
    if len(lines) == 1:
        return f"{lines[0].ref} “{shorten(lines[0].line.text, _LINE)}”"
    short = _LINE // 2
    return "; ".join(f"{line.ref} “{shorten(line.line.text, short)}”" for line in lines) or "–"


def _notes(standing: Standing, shared_by: str) -> list[Element]:
    ranking = standing.ranking
    said = []
    if standing.ties:
        effort = any(item.effort for item in ranking.items)
        order = "the least effort stands first" if effort else "your order is kept"
        said.append(f"Items with the same verdict are too close to tell apart: {order}.")
    if any(each.confidence for each in standing.ranked):
        said.append(f"Judged by {ranking.judge} under version {ranking.version} · may be wrong.")
    if shared_by:
        said.append(f"Shared by {shared_by}.")
    return [quiet("{said}", said=" ".join(said))] if said else []


def _buttons(standing: Standing, *, here: bool) -> tuple[Button, ...]:
    id_ = standing.ranking.id
    buttons = []
    if standing.open:
        label = "Make the calls" if len(standing.open) == len(standing.ranked) else "Call the rest"
        buttons.append(Button(label=label, action="ranking.calls", value=id_, style="primary"))
    if here and len(standing.open) < len(standing.ranked):
        buttons.append(Button(label="Share", action="ranking.share", value=id_))
    buttons.append(Button(label="Export (CSV)", action="ranking.export", value=id_))
    return tuple(buttons)
