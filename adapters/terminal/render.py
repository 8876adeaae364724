"""Cards and forms as rich renderables. What somebody typed is data: it is put into `Text`, never
parsed as markup, and loses every control character on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text as Words

from adapters.terminal import charts, tables
from adapters.terminal.layout import Prefixed
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
    PersonField,
    Quote,
    Table,
    Text,
    TextField,
    TimeField,
)
from bot.markup import Paragraph
from bot.text import clean

_SIZES = {"heading": "bold", "body": "", "quiet": "dim"}
_STANCES = {"for": ("For ", "green"), "against": ("Against ", "red")}


@dataclass(frozen=True, kw_only=True)
class Clickable:
    """A button, as its number clicks it."""

    label: str
    action: str
    value: str
    confirm: str = ""


def clickables(card: Card) -> tuple[Clickable, ...]:
    """The card's buttons in the order of their numbers; "Was this useful?" comes last."""
    buttons = [
        Clickable(label=b.label, action=b.action, value=b.value, confirm=b.confirm)
        for element in card.elements
        if isinstance(element, Actions)
        for b in element.buttons
        if isinstance(b, Button)
    ]
    if card.feedback:
        buttons += [
            Clickable(label=word, action="ask.useful", value=f"{word}:{card.feedback}")
            for word in ("yes", "no")
        ]
    return tuple(buttons)


def render_card(card: Card, *, first: int = 1) -> RenderableType:
    """The card; its buttons are numbered from `first` on."""
    numbers = iter(range(first, first + len(clickables(card))))
    parts: list[RenderableType] = []
    above: Element | None = None
    for element in card.elements:
        if above and not _belongs_to(above, element):
            parts.append(Words())
        above = element
        parts.append(_element(element, numbers))
    if card.judged_by_model or card.feedback:
        last = Words(style="dim")
        if card.judged_by_model:
            last.append("A language model wrote part of this. ")
        if card.feedback:
            yes, no = _button("yes", next(numbers)), _button("no", next(numbers))
            last.append("Was this useful?  ").append_text(yes).append("  ").append_text(no)
        parts.append(last)
    return Group(*parts)


def _belongs_to(above: Element, element: Element) -> bool:
    """Whether the element stands right below the other one, with no blank line between."""
    is_quiet = isinstance(element, Text) and element.size == "quiet"
    return (
        is_quiet
        and isinstance(above, Text)
        and all(paragraph.kind == "plain" for paragraph in above.paragraphs[-1:])
    )


def render_form(form: Form) -> RenderableType:
    """What the form is about, before its fields are asked."""
    numbers: Iterator[int] = iter(())
    return Group(
        Words(clean(form.title), style="bold"), *(_element(e, numbers) for e in form.intro)
    )


def render_field(field: AnyField, keys: Sequence[str] = ()) -> RenderableType:
    """A field's label, hint and options; an option is chosen by typing its key."""
    label = Words(clean(field.label), style="bold")
    notes = [note for note in (_how(field), "" if field.required else "may be left empty") if note]
    if notes:
        label.append(f" ({', '.join(notes)})", style="dim not bold")
    parts: list[RenderableType] = [label]
    if field.hint:
        parts.append(Words(clean(field.hint), style="dim"))
    if isinstance(field, ChoiceField | ChoicesField):
        options = [
            Words.assemble((f"[{key}]", "cyan"), "" if key == o.label else f" {clean(o.label)}")
            for key, o in zip(keys, field.options, strict=True)
        ]
        # Bare numbers, a rating say, stand in one row.
        bare = all(key == o.label for key, o in zip(keys, field.options, strict=True))
        parts += [Words(" ").join(options)] if bare else options
    return Group(*parts)


def _how(field: AnyField) -> str:
    """How such a field is filled in."""
    match field:
        case TextField() | ChoiceField():
            return ""
        case ChoicesField():
            return "one or several, with commas"
        case NumberField():
            least, most = field.minimum, field.maximum
            if least is not None and most is not None:
                return f"{least} to {most}"
            return f"from {least}" if least is not None else f"up to {most}" if most else ""
        case DateField():
            return "year-month-day"
        case TimeField():
            return "hours:minutes"
        case PersonField():
            return "me, for yourself"
        case _:
            assert_never(field)


def _element(element: Element, numbers: Iterator[int]) -> RenderableType:
    match element:
        case Text():
            return Group(*(_paragraph(p, _SIZES[element.size]) for p in element.paragraphs))
        case Facts():
            return _facts(element)
        case Quote():
            return _quote(element)
        case Table():
            return tables.draw(element)
        case Chart():
            return charts.draw(element)
        case Image():
            return Words.assemble(("[picture] ", "dim"), clean(element.alt))
        case Divider():
            return Rule(style="dim")
        case Actions():
            return _actions(element, numbers)
        case _:
            assert_never(element)


def _paragraph(paragraph: Paragraph, style: str) -> RenderableType:
    words = Words(style=style)
    for span in paragraph.spans:
        look = Style(
            bold=span.bold or span.code or None,
            italic=span.italic or None,
            strike=span.strike or None,
            color="cyan" if span.code else None,
        )
        # Tildes too, as not every terminal strikes through.
        words.append(f"~{clean(span.text)}~" if span.strike else clean(span.text), look)
    match paragraph.kind:
        case "plain":
            return words
        case "bullet":
            return Prefixed("• ", words, rest="  ")
        case "quote":
            return Prefixed("│ ", words)
        case _:
            assert_never(paragraph.kind)


def _facts(facts: Facts) -> RenderableType:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=False, max_width=28, overflow="fold")
    grid.add_column(overflow="fold")
    for label, value in facts.items:
        grid.add_row(Words(clean(label), style="dim"), Words(clean(value)))
    return grid


def _quote(quote: Quote) -> RenderableType:
    stance, colour = _STANCES[quote.stance] if quote.stance else ("", "")
    words = Words.assemble((stance, colour), (clean(quote.ref), "bold"), f" “{clean(quote.text)}” ")
    parts = [words.append(f"({clean(quote.source)})", style="dim")]
    if quote.note:
        parts.append(Words(clean(quote.note), style="italic"))
    return Prefixed("│ ", Group(*parts), style=colour)


def _actions(actions: Actions, numbers: Iterator[int]) -> RenderableType:
    words = Words()
    for button in actions.buttons:
        if words:
            words.append("  ")
        if isinstance(button, Link):
            words.append(clean(button.label), "underline").append(f" {clean(button.url)}")
        else:
            words.append_text(_button(clean(button.label), next(numbers), button.style))
    return words


def _button(label: str, number: int, style: str = "default") -> Words:
    look = {"primary": "bold", "danger": "red"}.get(style, "")
    return Words.assemble((f"[{number}]", "cyan"), " ", (label, look))
