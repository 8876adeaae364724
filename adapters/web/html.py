"""A card or a form as HTML. Everything that comes out of a card is escaped; nothing is cut.

The markup itself stands in `templates/`.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import assert_never

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from adapters.web import chart
from adapters.web.personas import PERSONAS
from bot.cards import (
    Actions,
    AnyField,
    Button,
    Card,
    Chart,
    ChoiceField,
    ChoicesField,
    DateField,
    Divider,
    Element,
    Facts,
    Form,
    Image,
    Link,
    NumberField,
    Option,
    PersonField,
    Quote,
    Table,
    Text,
    TextField,
    TimeField,
)
from bot.markup import Paragraph, Span

MARKS: Mapping[str, str] = {"✓": "fits", "◐": "partly", "✕": "conflicts", "?": "unclear"}
"""The symbol that a heading may begin with, and the class that gives it its colour."""


@cache
def environment() -> Environment:
    """The templates, read once; whoever serves pages calls this before the first request."""
    folder = Path(__file__).parent / "templates"
    made = Environment(
        loader=DictLoader({path.name: path.read_text() for path in folder.glob("*.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = chart.number
    return made


def render(card: Card) -> Markup:
    """The card. Its buttons carry their action and value; the page's script sends them."""
    return macro("card", "card")(card, [_element(element) for element in card.elements])


def render_form(form: Form, seal: str) -> Markup:
    """The form, as what a dialog shows. `seal` comes back with what is filled in."""
    intro = [_element(element, inert=True) for element in form.intro]
    return macro("form", "form")(form, seal, intro, [_field(field) for field in form.fields])


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a template; what it is given is escaped."""
    found: Callable[..., Markup] = getattr(
        environment().get_template(f"{template}.html").module, name
    )
    return found


def _element(element: Element, *, inert: bool = False) -> Markup:
    match element:
        case Text():
            return _text(element)
        case Facts():
            return macro("card", "facts")(element)
        case Quote():
            return macro("card", "quote")(element)
        case Table():
            return macro("card", "table")(element)
        case Chart():
            return macro("card", "chart")(element, chart.svg(element))
        case Image():
            data = base64.b64encode(element.data).decode()
            return macro("card", "image")(element, f"data:{element.media};base64,{data}")
        case Divider():
            return Markup("<hr>")
        case Actions():
            drawn = [_button(button, inert=inert) for button in element.buttons]
            return macro("card", "actions")(drawn)
        case _:
            assert_never(element)


def _button(button: Button | Link, *, inert: bool) -> Markup:
    match button:
        case Button():
            return macro("card", "button")(button, inert)
        case Link():
            return macro("card", "link")(button)
        case _:
            assert_never(button)


def _text(text: Text) -> Markup:
    if text.size == "heading":
        mark, first = _marked([span for p in text.paragraphs[:1] for span in p.spans])
        lines = [_spans(first), *(_spans(p.spans) for p in text.paragraphs[1:])]
        return macro("card", "heading")(mark, MARKS.get(mark, ""), lines)
    return macro("card", "text")(_blocks(text.paragraphs), text.size)


def _marked(spans: list[Span]) -> tuple[str, list[Span]]:
    """The symbol that the heading begins with, if any, and the heading without it."""
    if not spans or not spans[0].bold:
        return "", spans
    mark, _, rest = spans[0].text.partition(" ")
    if mark not in MARKS:
        return "", spans
    return mark, [spans[0].model_copy(update={"text": rest.lstrip()}), *spans[1:]]


def _blocks(paragraphs: tuple[Paragraph, ...]) -> list[tuple[str, list[Markup]]]:
    """Paragraphs with neighbours of one kind together, so that bullets make one list."""
    blocks: list[tuple[str, list[Markup]]] = []
    for paragraph in paragraphs:
        if not blocks or blocks[-1][0] != paragraph.kind:
            blocks.append((paragraph.kind, []))
        blocks[-1][1].append(_spans(paragraph.spans))
    return blocks


def _spans(spans: Iterable[Span]) -> Markup:
    # Neighbours of one style become one element: screen readers then read them in one go.
    runs = groupby(spans, key=lambda s: s.model_copy(update={"text": ""}))
    return Markup("").join(_span(style, "".join(s.text for s in run)) for style, run in runs)


def _span(style: Span, text: str) -> Markup:
    html = Markup("{}").format(text)
    for on, tag in (
        (style.code, "code"),
        (style.strike, "del"),
        (style.italic, "em"),
        (style.bold, "strong"),
    ):
        if on:
            html = Markup("<{0}>{1}</{0}>").format(tag, html)
    return html


def _field(field: AnyField) -> Markup:
    match field:
        case TextField():
            return macro("form", "text_field")(field)
        case ChoiceField(shown_as="buttons"):
            return macro("form", "boxes")(field, field.options, "radio", (field.value,))
        case ChoiceField():
            return macro("form", "menu")(field)
        case ChoicesField():
            return macro("form", "boxes")(field, field.options, "checkbox", field.values)
        case NumberField():
            return macro("form", "number_field")(field)
        case DateField() | TimeField():
            return macro("form", "moment_field")(field)
        case PersonField():
            people = [Option(value=k, label=p.person.name) for k, p in PERSONAS.items()]
            kind = "checkbox" if field.several else "radio"
            return macro("form", "boxes")(field, people, kind, field.values)
        case _:
            assert_never(field)
