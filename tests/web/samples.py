"""A card with every element, a form with every field, and words that try to be more than words."""

import base64

from bot.cards import (
    Actions,
    Button,
    Card,
    Chart,
    ChoiceField,
    ChoicesField,
    DateField,
    Divider,
    Facts,
    Form,
    Image,
    Link,
    NumberField,
    Option,
    PersonField,
    Quote,
    Series,
    Table,
    Text,
    TextField,
    TimeField,
    body,
    heading,
    quiet,
)
from bot.markup import Paragraph, Span

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "<@U123> <!channel> @everyone <at>Dana</at>",
    "[click](javascript:alert(1)) **bold** `code`",
    "\u202egnp.exe \u2066hidden\u2069 \u200bzero",
    "nul\x00 bell\x07 escape\x1b[31m",
    "</textarea></form></dialog><script>alert(1)</script>",
    "]]><!-- --!> <![CDATA[",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "long " * 2400,
)


def everything(words: str = "Sell heart-rate data to advertisers") -> Card:
    """Every element there is, with `words` wherever somebody's words can stand."""
    label = words[:75] or "x"
    return Card(
        summary=words,
        elements=(
            heading("**{mark} Conflicts** · {words}", mark="✕", words=words),
            body("{words}\n- one {words}\n- two\n> {words}\n**b** _i_ `c` ~~s~~", words=words),
            Text(paragraphs=(Paragraph(spans=(Span(text=words, bold=True, code=True),)),)),
            Quote(ref="R1", text=words, source=words, stance="against", note=words),
            Quote(ref="M1", text=words, source="Vitals charter v4", stance="for"),
            Quote(ref="V1", text=words, source="Vitals charter v4"),
            Facts(items=((words, words), ("Owner", "Dana Diaz"))),
            Divider(),
            Table(columns=(words, "Fit"), rows=((words, "fits"), ("b", words)), caption=words),
            chart("bar", words),
            chart("line", words),
            chart("donut", words),
            Image(data=DOT, alt=words),
            Actions(
                buttons=(
                    Button(label=label, action="ask.share", value="v1", style="primary"),
                    Button(label="Drop", action="charter.drop", style="danger", confirm=words),
                    Link(label=label, url="/export.csv"),
                    Link(label="Docs", url="https://example.org/a?b=c&d=e"),
                )
            ),
            quiet("judged by {words} · fairly sure", words=words),
        ),
        judged_by_model=True,
        feedback="v1",
    )


def chart(shape: str, words: str = "Trust") -> Chart:
    """A chart with a gap, a negative number and a name that is too long for it."""
    return Chart.model_validate(
        {
            "shape": shape,
            "title": words,
            "categories": (words, "b", "c"),
            "series": (
                Series(name=words, values=(3, None, 4.25)),
                Series(name="before", values=(-1, 2, 0)),
            ),
            "words": words,
        }
    )


def every_field(words: str = "Why?", value: str = "") -> Form:
    """Every field there is."""
    options = (Option(value="a", label=words), Option(value="b", label="Bee"))
    return Form(
        form="tiny.save",
        title=words[:24],
        submit=words[:24],
        state="state-1",
        intro=(body("{words}", words=words), Quote(ref="M1", text=words, source="Vitals v1")),
        fields=(
            TextField(name="line", label=words, hint=words, value=value, placeholder=words),
            TextField(name="story", label=words, value=value, lines=4, max_length=2000),
            ChoiceField(name="menu", label=words, options=options, hint=words),
            ChoiceField(name="one", label=words, options=options, shown_as="buttons"),
            ChoicesField(name="some", label=words, options=options, values=("b",), required=False),
            NumberField(name="number", label=words, minimum=1, maximum=5, value=3),
            DateField(name="day", label=words, value="2027-03-31"),
            TimeField(name="hour", label=words, value="16:30", required=False),
            PersonField(name="who", label=words, values=("erik",)),
            PersonField(name="people", label=words, several=True, required=False),
        ),
    )
