"""What renderers of different platforms do alike with cards: cut, close, say in words."""

from collections.abc import Sequence

from bot.cards import Actions, Card, Element, Text
from bot.markup import Paragraph, Span


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters, cut at a blank where one is near."""
    found = []
    while len(text) > limit:
        blank = text.rfind(" ", limit // 2, limit)
        cut = blank + 1 if blank >= 0 else limit
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]


def body_and_end(elements: Sequence[Element]) -> tuple[Sequence[Element], Sequence[Element]]:
    """A card's body, and the buttons at its end with the small print around them."""
    end = len(elements)
    while end and (isinstance(elements[end - 1], Actions) or _is_quiet(elements[end - 1])):
        end -= 1
    if not any(isinstance(element, Actions) for element in elements[end:]):
        end = len(elements)
    return elements[:end], elements[end:]


def rows_in_words(
    header: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> tuple[Paragraph, ...]:
    """A table as a list: each row's first cell, and behind it what stands in which column."""
    if not rows:
        return (Paragraph(spans=(Span(text=" · ".join(header)),)),)
    return tuple(_row_in_words(header, row) for row in rows)


def together(cards: Sequence[Card]) -> Card:
    """Several cards as one, for a place that shows one."""
    elements = tuple(element for card in cards for element in card.elements)
    return cards[0].model_copy(update={"elements": elements})


def _row_in_words(header: tuple[str, ...], row: tuple[str, ...]) -> Paragraph:
    spans = [Span(text=row[0], bold=True)]
    for column, cell in zip(header[1:], row[1:], strict=True):
        spans += [Span(text=f" · {column}: "), Span(text=cell)]
    return Paragraph(spans=tuple(spans), kind="bullet")


def _is_quiet(element: Element) -> bool:
    return isinstance(element, Text) and element.size == "quiet"
