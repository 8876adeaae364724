"""One element of a card -> elements of an Adaptive Card's body."""

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import assert_never

from adapters.teams.actions import Place, action_sets
from adapters.teams.charts import chart_elements
from adapters.teams.harmless import NOTHING, Json, plain
from adapters.teams.limits import ALT_TEXT, IMAGE_BYTES, LABEL
from adapters.teams.rich import block, run, set_off, small, text_elements, words
from adapters.teams.tables import table_elements
from bot.cards import Actions, Chart, Divider, Element, Facts, Image, Quote, Table, Text
from bot.markup import Span
from bot.text import one_line

_STANCES = {"for": ("For", "Good"), "against": ("Against", "Attention")}
_QUOTE_ITEMS = 3
"""Pieces of a quote on one ground: where it stands, a paragraph, a note."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Draws elements for the place where they will stand. `opens`: actions whose buttons open a
    dialog at once."""

    place: Place = "message"
    opens: Collection[str] = ()
    public_url: str | None = None

    def elements(self, elements: Iterable[Element]) -> list[Json]:
        """What they look like, in order; nothing for those that say nothing."""
        drawn: list[Json] = []
        before: Element | None = None
        for element in elements:
            found = self._element(element)
            if found and isinstance(before, Divider):
                found[0] = {**found[0], "separator": True, "spacing": "Medium"}
            elif found and isinstance(before, Quote) and isinstance(element, Quote):
                found[0] = {**found[0], "spacing": "Small"}
            # A divider waits for the next element that says something.
            if found or isinstance(element, Divider):
                before = element
            drawn += found
        return drawn

    def _element(self, element: Element) -> list[Json]:
        match element:
            case Text():
                return text_elements(element)
            case Facts():
                return [fact for label, value in element.items for fact in _fact(label, value)]
            case Quote():
                return _quote(element)
            case Table():
                return table_elements(element)
            case Chart():
                return chart_elements(element)
            case Image():
                return _image(element)
            case Divider():
                return []
            case Actions():
                return action_sets(
                    element, place=self.place, opens=self.opens, public_url=self.public_url
                )
            case _:
                assert_never(element)


def _fact(label: str, value: str) -> list[Json]:
    """Label and value side by side; no FactSet, as clients read markdown into that. Where one is
    long, one below the other."""
    name = words(Span(text=one_line(label) or NOTHING, bold=True))
    said = words(Span(text=one_line(value) or NOTHING))
    if len(name) > 1 or len(said) > 1:
        return [*name, *said]
    columns = [
        {"type": "Column", "width": width, "items": items}
        for width, items in ((1, name), (2, said))
    ]
    return [{"type": "ColumnSet", "spacing": "Small", "columns": columns}]


def _quote(quote: Quote) -> list[Json]:
    """The charter's words on a ground of their own, below the line's id and where it stands."""
    ref, source = plain(quote.ref, LABEL), plain(quote.source, LABEL)
    head = [
        run(ref, size="Small", weight="Bolder"),
        run(f" · {source}", size="Small", isSubtle=True),
    ]
    if quote.stance:
        stance, colour = _STANCES[quote.stance]
        head.insert(0, run(f"{stance}  ", size="Small", weight="Bolder", color=colour))
    said = [
        item
        for line in f"“{quote.text.strip()}”".split("\n")
        for item in words(Span(text=line), spacing="None")
    ]
    items = [block(head), *said, *small(one_line(quote.note), italic=True)]
    if len(items) <= _QUOTE_ITEMS:
        return [set_off(items)]
    # A page may end between two of them.
    return [set_off([item], **({"spacing": "None"} if i else {})) for i, item in enumerate(items)]


def _image(image: Image) -> list[Json]:
    """A small picture inside the card; of one that is large, or that phones cannot draw, its
    words."""
    alt = one_line(image.alt) or NOTHING
    if image.media != "image/png" or len(image.data) > IMAGE_BYTES:
        return words(Span(text=f"Picture: {alt}", italic=True))
    data = base64.b64encode(image.data).decode()
    url = f"data:{image.media};base64,{data}"
    return [{"type": "Image", "url": url, "altText": plain(alt, ALT_TEXT)}]
