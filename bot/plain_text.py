"""A card as plain words: for notifications, screen readers, logs of conversations and tests."""

from typing import assert_never

from bot.cards import (
    Actions,
    AnyField,
    Card,
    Chart,
    ChoiceField,
    ChoicesField,
    Divider,
    Element,
    Facts,
    Form,
    Image,
    Quote,
    Table,
    Text,
)
from bot.markup import Paragraph

_PREFIX = {"plain": "", "bullet": "• ", "quote": "> "}
_STANCE = {"for": "For", "against": "Against"}


def plain_text(card: Card) -> str:
    """Every visible word of the card, in reading order, a line an item."""
    text = "\n".join(filter(None, map(_element, card.elements)))
    return text + "\nWas this useful? [yes] [no]" if card.feedback else text


def plain_form(form: Form) -> str:
    """Every visible word of the form, in reading order."""
    parts = [form.title, *map(_element, form.intro), *map(_field, form.fields), f"[{form.submit}]"]
    return "\n".join(filter(None, parts))


def plain_paragraph(paragraph: Paragraph) -> str:
    """The paragraph's words; what is struck through stands between tildes."""
    spans = (f"~{s.text}~" if s.strike else s.text for s in paragraph.spans)
    return _PREFIX[paragraph.kind] + "".join(spans)


def _element(element: Element) -> str:
    match element:
        case Text():
            return "\n".join(map(plain_paragraph, element.paragraphs))
        case Facts():
            return "\n".join(f"{label}: {value}" for label, value in element.items)
        case Quote():
            stance = f"{_STANCE[element.stance]} " if element.stance else ""
            note = f"\n{element.note}" if element.note else ""
            return f"{stance}{element.ref} “{element.text}” ({element.source}){note}"
        case Table():
            rows = [" | ".join(row) for row in (element.columns, *element.rows)]
            return "\n".join(filter(None, [element.caption, *rows]))
        case Chart():
            return f"{element.title}\n{element.words}"
        case Image():
            return element.alt
        case Divider():
            return ""
        case Actions():
            return " ".join(f"[{button.label}]" for button in element.buttons)
        case _:
            assert_never(element)


def _field(field: AnyField) -> str:
    options = ""
    if isinstance(field, ChoiceField | ChoicesField):
        options = ": " + " / ".join(option.label for option in field.options)
    hint = f" ({field.hint})" if field.hint else ""
    return f"{field.label}{hint}{options}"
