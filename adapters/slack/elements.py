"""One element of a card -> blocks, for the place where they will stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, assert_never

from adapters.slack.actions import Numbers, actions_blocks
from adapters.slack.charts import chart_blocks, chart_in_words
from adapters.slack.escape import NOTHING, Block
from adapters.slack.limits import CHARTS, FILE_ALT_TEXT, TABLES
from adapters.slack.rich import rich_blocks, text_blocks
from adapters.slack.tables import table_blocks, table_in_words
from bot.cards import Actions, Chart, Divider, Element, Facts, Image, Quote, Table, Text
from bot.markup import Paragraph, Span
from bot.text import one_line, shorten

Place = Literal["message", "modal", "home"]

_STANCE = {"for": "For ", "against": "Against "}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A file to upload. Until then, the block with `block_id` says in words what it shows."""

    block_id: str
    data: bytes
    filename: str
    alt: str


@dataclass(kw_only=True)
class Drawing:
    """Draws the elements of one card, in order; keeps count of what a message may hold once."""

    place: Place
    public_url: str | None = None
    numbers: Numbers = field(default_factory=Numbers)
    pictures: list[Picture] = field(default_factory=list)
    _tables: int = 0
    _charts: int = 0

    def blocks(self, elements: Iterable[Element]) -> list[Block]:
        """The elements' blocks; none for those that say nothing."""
        return [block for element in elements for block in self._element(element)]

    def _element(self, element: Element) -> list[Block]:
        match element:
            case Text():
                return text_blocks(element)
            case Facts():
                return rich_blocks(_fact(label, value) for label, value in element.items)
            case Quote():
                return rich_blocks(_quote(element))
            case Table():
                return self._table(element)
            case Chart():
                return self._chart(element)
            case Image():
                return self._image(element)
            case Divider():
                return [{"type": "divider"}]
            case Actions():
                return actions_blocks(element, self.numbers, self.public_url)
            case _:
                assert_never(element)

    def _table(self, table: Table) -> list[Block]:
        self._tables += 1
        allowed = self.place != "modal" and self._tables <= TABLES
        return table_blocks(table) if allowed else table_in_words(table)

    def _chart(self, chart: Chart) -> list[Block]:
        self._charts += 1
        allowed = self.place == "message" and self._charts <= CHARTS
        return chart_blocks(chart) if allowed else chart_in_words(chart)

    def _image(self, image: Image) -> list[Block]:
        alt = one_line(image.alt) or NOTHING
        words = rich_blocks([Paragraph(spans=(Span(text=f"Picture: {alt}", italic=True),))])
        # Slack shows PNG, JPEG and GIF as pictures; of an SVG only the words can be seen.
        if self.place != "message" or image.media != "image/png":
            return words
        block_id = f"picture:{len(self.pictures)}"
        self.pictures.append(
            Picture(
                block_id=block_id,
                data=image.data,
                filename=f"picture-{len(self.pictures) + 1}.png",
                alt=shorten(alt, FILE_ALT_TEXT),
            )
        )
        return [{**words[0], "block_id": block_id}, *words[1:]]


def _fact(label: str, value: str) -> Paragraph:
    name = Span(text=f"{one_line(label) or NOTHING}: ", bold=True)
    return Paragraph(spans=(name, Span(text=one_line(value) or NOTHING)))


def _quote(quote: Quote) -> list[Paragraph]:
    """The words set off by a bar, with the line's id before them and where they stand behind."""
    spans = (
        Span(text=_STANCE[quote.stance] if quote.stance else ""),
        Span(text=one_line(quote.ref) or NOTHING, bold=True),
        Span(text=f" “{quote.text.strip()}” "),
        Span(text=f"({one_line(quote.source)})", italic=True),
    )
    note = Paragraph(spans=(Span(text=one_line(quote.note), italic=True),), kind="quote")
    return [Paragraph(spans=spans, kind="quote"), note]
