"""The one vocabulary for what people see. Rooms make cards; each adapter draws them its own way.

    Card ── Text (paragraphs of spans)   Facts   Quote   Table   Chart   Image   Divider
         └─ Actions ── Button, Link
    Form ── TextField  ChoiceField  ChoicesField  NumberField  DateField  TimeField  PersonField

Visible text may be of any length: a renderer shortens it to its platform's limits. Ids and values
are never cut, so their limits stand here, the smaller one of the platforms'.
Words that somebody typed are data: `rich` puts them into spans, where they can never become
markup, a mention or a link.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from bot.events import Frozen
from bot.markup import Paragraph, Span, rich
from bot.text import clean, one_line

Shown = Annotated[str, AfterValidator(clean)]
"""Words that people see: without control, invisible and direction-changing characters."""
Action = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=100)]
"""What a button or form does: room, dot, verb ("ask.share")."""
Value = Annotated[str, Field(max_length=1500)]
"""What it does it on: ids only, never text to show."""


class Text(Frozen):
    """Words. A card's answer is its `heading`; `quiet` is what may be skipped."""

    element: Literal["text"] = "text"
    paragraphs: tuple[Paragraph, ...]
    size: Literal["heading", "body", "quiet"] = "body"


class Facts(Frozen):
    """Short labelled values; at most 10, as one screen holds no more."""

    element: Literal["facts"] = "facts"
    items: Annotated[tuple[tuple[Shown, Shown], ...], Field(max_length=10)]


class Quote(Frozen):
    """Words of the charter, untouched, with where they stand."""

    element: Literal["quote"] = "quote"
    ref: Shown
    """The line's id ("P2")."""
    text: Shown
    source: Shown
    """Which charter and version ("Vitals charter v4")."""
    stance: Literal["for", "against"] | None = None
    note: Shown = ""
    """One sentence about the quote: why it counts, or that it may not."""


class Table(Frozen):
    """Rows of short cells; at most 100 rows and 20 columns (the smallest platform's limit)."""

    element: Literal["table"] = "table"
    columns: Annotated[tuple[Shown, ...], Field(min_length=1, max_length=20)]
    rows: Annotated[tuple[tuple[Shown, ...], ...], Field(max_length=100)]
    caption: Shown = ""

    @model_validator(mode="after")
    def _even(self) -> "Table":
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs one cell a column")
        return self


class Series(Frozen):
    """One line of a chart: as many values as the chart has categories; None leaves a gap."""

    name: Shown
    values: tuple[float | None, ...]


class Chart(Frozen):
    """Numbers drawn. `words` says the same to who cannot see it, and stands beside it.

    At most 6 series and 20 categories.
    """

    element: Literal["chart"] = "chart"
    shape: Literal["bar", "line", "donut"]
    title: Shown
    categories: Annotated[tuple[Shown, ...], Field(min_length=1, max_length=20)]
    series: Annotated[tuple[Series, ...], Field(min_length=1, max_length=6)]
    words: Shown

    @model_validator(mode="after")
    def _even(self) -> "Chart":
        if any(len(s.values) != len(self.categories) for s in self.series):
            raise ValueError("every series needs one value a category")
        return self


class Image(Frozen):
    """A picture the bot made (PNG or SVG bytes), with words for who cannot see it."""

    element: Literal["image"] = "image"
    data: bytes
    media: Literal["image/png", "image/svg+xml"] = "image/png"
    alt: Annotated[Shown, Field(min_length=1)]


class Divider(Frozen):
    """A thin line between two parts."""

    element: Literal["divider"] = "divider"


class Button(Frozen):
    """A verb. `confirm` is a sentence asked before a click that cannot be taken back."""

    element: Literal["button"] = "button"
    label: Annotated[Shown, Field(min_length=1, max_length=75)]
    action: Action
    value: Value = ""
    style: Literal["default", "primary", "danger"] = "default"
    confirm: Shown = ""


class Link(Frozen):
    """An address of the bot's own making (a download, a page); never one that somebody typed."""

    element: Literal["link"] = "link"
    label: Annotated[Shown, Field(min_length=1, max_length=75)]
    url: Annotated[str, Field(pattern=r"^(https://|http://127\.0\.0\.1|/)", max_length=3000)]


class Actions(Frozen):
    """What can be done next; the first is the likeliest. At most 25 (Slack: actions block)."""

    element: Literal["actions"] = "actions"
    buttons: Annotated[tuple[Button | Link, ...], Field(min_length=1, max_length=25)]


Element = Annotated[
    Text | Facts | Quote | Table | Chart | Image | Divider | Actions, Field(discriminator="element")
]


class Card(Frozen):
    """One message. `summary` is its one line for notifications and screen readers."""

    summary: Annotated[str, Field(min_length=1)]
    elements: tuple[Element, ...]
    judged_by_model: bool = False
    """A language model wrote part of it: platforms label that."""
    feedback: Value = ""
    """Where set, people are asked "Was this useful?"; a click is `ask.useful` with "yes:" or
    "no:" before this value."""
    untraced: bool = False
    """Where it goes would tell what nobody may know (who answered an anonymous question): no row
    of ours says that it was said, not even that of its key."""

    @field_validator("summary")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return one_line(text)


class _Field(Frozen):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    label: Annotated[Shown, Field(min_length=1)]
    hint: Shown = ""
    required: bool = True


class TextField(_Field):
    """Free words; at most 3,000 characters (Slack: plain_text_input)."""

    input: Literal["text"] = "text"
    value: str = ""
    placeholder: Shown = ""
    lines: int = 1
    max_length: Annotated[int, Field(ge=1, le=3000)] = 3000


class Option(Frozen):
    """One thing to choose."""

    value: Annotated[str, Field(min_length=1, max_length=75)]
    label: Annotated[Shown, Field(min_length=1)]


class ChoiceField(_Field):
    """One of up to 100 options (10 where shown as `buttons`: Slack's radio limit)."""

    input: Literal["choice"] = "choice"
    options: Annotated[tuple[Option, ...], Field(min_length=1, max_length=100)]
    value: str = ""
    shown_as: Literal["menu", "buttons"] = "menu"


class ChoicesField(_Field):
    """Any of up to 100 options."""

    input: Literal["choices"] = "choices"
    options: Annotated[tuple[Option, ...], Field(min_length=1, max_length=100)]
    values: tuple[str, ...] = ()


class NumberField(_Field):
    """A whole number."""

    input: Literal["number"] = "number"
    value: int | None = None
    minimum: int | None = None
    maximum: int | None = None


class DateField(_Field):
    """A day, as YYYY-MM-DD."""

    input: Literal["date"] = "date"
    value: str = ""


class TimeField(_Field):
    """A time of day, as HH:MM."""

    input: Literal["time"] = "time"
    value: str = ""


class PersonField(_Field):
    """One person of the workspace, or several; values are person ids."""

    input: Literal["person"] = "person"
    several: bool = False
    values: tuple[str, ...] = ()


AnyField = Annotated[
    TextField | ChoiceField | ChoicesField | NumberField | DateField | TimeField | PersonField,
    Field(discriminator="input"),
]


class Form(Frozen):
    """Questions to fill in. `state` comes back with the answers (Slack: private_metadata)."""

    form: Action
    title: Annotated[Shown, Field(min_length=1, max_length=24)]
    submit: Annotated[Shown, Field(min_length=1, max_length=24)]
    intro: tuple[Element, ...] = ()
    fields: Annotated[tuple[AnyField, ...], Field(min_length=1, max_length=40)]
    state: Annotated[str, Field(max_length=3000)] = ""
    secret: bool = False
    """What its fields hold is shown to who asked, and stored nowhere."""

    def to_keep(self) -> "Form":
        """The form as an adapter may store it: a secret one as nobody filled it in before."""
        if not self.secret:
            return self
        fields = tuple(_empty(field) for field in self.fields)
        return self.model_copy(update={"fields": fields, "submit": "Send"})


def _empty(field: AnyField) -> AnyField:
    name = "values" if hasattr(field, "values") else "value"
    return field.model_copy(update={name: type(field).model_fields[name].default})


# Making them


def heading(template: str, /, **values: object) -> Text:
    """The card's answer, in one line."""
    return Text(paragraphs=rich(template, **values), size="heading")


def body(template: str, /, **values: object) -> Text:
    """Ordinary words."""
    return Text(paragraphs=rich(template, **values))


def quiet(template: str, /, **values: object) -> Text:
    """What may be skipped: who judged, how sure, hints."""
    return Text(paragraphs=rich(template, **values), size="quiet")


def literal(text: str) -> Text:
    """Somebody's own words as they are, a paragraph a line."""
    lines = [line for line in clean(text).split("\n") if line.strip()] or [" "]
    return Text(paragraphs=tuple(Paragraph(spans=(Span(text=line),)) for line in lines))
