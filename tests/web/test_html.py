"""Cards and forms as HTML: everything is there, and words stay words."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.web.html import render, render_form
from bot.cards import Actions, Button, Card, Form, Text, TextField, body, heading, literal
from bot.markup import Paragraph, Span
from bot.plain_text import plain_form, plain_text
from bot.text import clean
from tests.web.reading import Read, assert_only_ours
from tests.web.samples import HOSTILE, every_field, everything


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_word_of_every_element_is_there() -> None:
    read = Read(render(everything()))
    words = squeezed(read.words + "".join(i["alt"] or "" for i in read.all("img"))).lower()
    # What the plain text puts around words (bullets, brackets, tildes) is drawn here.
    plain = re.sub(r"[•>~|]|[\[\]()“”]", " ", plain_text(everything())).lower()
    assert [word for word in plain.split() if word.strip(":") not in words] == []


def test_every_word_of_every_field_is_there() -> None:
    form = every_field("Question")
    read = Read(render_form(form, "seal"))
    words = squeezed(read.words)
    assert words.count("Question") >= plain_form(form).count("Question") - 1
    for name in ("Dana Diaz", "Erik Ek", "Bee"):
        assert squeezed(name) in words
    names = {attributes.get("name") for _, attributes in read.tags} - {None}
    assert names == {field.name for field in form.fields}


def test_buttons_carry_what_they_do() -> None:
    read = Read(render(everything()))
    (share,) = read.all("button", data_action="ask.share")
    assert (share["data-value"], share["class"]) == ("v1", "primary")
    (drop,) = read.all("button", data_action="charter.drop")
    assert drop["data-confirm"] == "Sell heart-rate data to advertisers"
    assert [b["data-value"] for b in read.all("button", data_action="ask.useful")] == [
        "yes:v1",
        "no:v1",
    ]


def test_links_of_our_own_stay_in_the_page_and_others_open_beside_it() -> None:
    read = Read(render(everything()))
    own, other = read.all("a")
    assert own["href"] == "/export.csv"
    assert "target" not in own
    assert (other["href"], other["target"]) == ("https://example.org/a?b=c&d=e", "_blank")
    assert other["rel"] == "noopener noreferrer"


@pytest.mark.parametrize(
    ("mark", "kind"), [("✓", "fits"), ("◐", "partly"), ("✕", "conflicts"), ("?", "unclear")]
)
def test_a_verdict_is_a_headline_with_its_mark(mark: str, kind: str) -> None:
    card = Card(
        summary="x", elements=(heading("**{mark} Name** · {title}", mark=mark, title="Why?"),)
    )
    read = Read(render(card))
    assert read.all("h2") == [{"class": f"verdict {kind}"}]
    assert read.all("span") == [{"class": "mark", "aria-hidden": "true"}]
    assert read.words.split() == [mark, "Name", "·", "Why?"]


@pytest.mark.parametrize("title", ["Vitals", "? why", "✓"])
def test_other_headings_have_no_mark(title: str) -> None:
    read = Read(render(Card(summary="x", elements=(heading("{title}", title=title),))))
    assert read.all("h2") == [{}]
    assert read.words.strip() == title


def test_bullets_make_one_list() -> None:
    read = Read(render(Card(summary="x", elements=(body("- a\n- b\nc\n- d"),))))
    assert [tag for tag, _ in read.tags] == ["div", "div", "ul", "li", "li", "p", "ul", "li"]


def test_styles_nest() -> None:
    span = Span(text="x", bold=True, italic=True, strike=True, code=True)
    text = Text(paragraphs=(Paragraph(spans=(span,)),))
    read = Read(render(Card(summary="x", elements=(text,))))
    assert [tag for tag, _ in read.tags][-4:] == ["strong", "em", "del", "code"]


def test_empty_texts_draw_nothing_and_break_nothing() -> None:
    empty = Text(paragraphs=(), size="heading")
    Read(render(Card(summary="x", elements=(empty, Text(paragraphs=()), literal("")))))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    words = clean(words)
    plain = [tag for tag, _ in Read(render(everything("x"))).tags]
    read = Read(render(everything(words)))
    assert_only_ours(read)
    assert [tag for tag, _ in read.tags] == plain
    assert squeezed(words) in squeezed(read.words)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_forms_stay_words(words: str) -> None:
    words = clean(words)
    read = Read(render_form(every_field(words, value=words), 'seal"><script>'))
    assert_only_ours(read)
    (line,) = read.all("input", name="line")
    assert line["value"] == words
    assert line["placeholder"] == words


@given(st.text(min_size=1, max_size=60).filter(lambda text: clean(text).strip()))
@settings(max_examples=60, deadline=None)
def test_any_words_stay_words(words: str) -> None:
    read = Read(render(everything(words)))
    assert_only_ours(read)
    assert squeezed(clean(words)) in squeezed(read.words)


def test_a_text_that_begins_with_a_line_break_keeps_it() -> None:
    field = TextField(name="story", label="Story", value="\n\nsecond", lines=3)
    form = Form(form="tiny.save", title="T", submit="S", fields=(field,))
    # A parser drops the first line break in a <textarea>; ours must not be that one.
    assert ">\n\n\nsecond</textarea>" in render_form(form, "seal")


def test_buttons_above_a_forms_fields_cannot_be_pressed() -> None:
    actions = Actions(buttons=(Button(label="Share", action="ask.share"),))
    form = every_field().model_copy(update={"intro": (actions,)})
    (share,) = Read(render_form(form, "seal")).all("button", data_action="ask.share")
    assert "disabled" in share
