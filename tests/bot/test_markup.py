import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Card, body
from bot.markup import rich
from bot.plain_text import plain_paragraph, plain_text


def test_our_own_markup_becomes_spans() -> None:
    (line,) = rich("**Fits** · _as_ `P1` ~~old~~")
    styles = [(s.text, s.bold, s.italic, s.code, s.strike) for s in line.spans]
    assert styles == [
        ("Fits", True, False, False, False),
        (" · ", False, False, False, False),
        ("as", False, True, False, False),
        (" ", False, False, False, False),
        ("P1", False, False, True, False),
        (" ", False, False, False, False),
        ("old", False, False, False, True),
    ]


def test_lists_and_quotes_stand_on_lines_of_their_own() -> None:
    kinds = [(p.kind, p.spans[0].text) for p in rich("Three:\n- one\n> two\nthree")]
    assert kinds == [
        ("plain", "Three:"),
        ("bullet", "one"),
        ("quote", "two"),
        ("plain", "three"),
    ]


@given(st.text(min_size=1, max_size=80))
def test_what_somebody_typed_is_never_markup(said: str) -> None:
    paragraphs = rich("**Said:** {said}", said=said)
    assert not any(s.bold for p in paragraphs for s in p.spans if s.text != "Said:")
    assert all(p.kind == "plain" for p in paragraphs)


def test_markup_in_a_value_stays_as_it_is() -> None:
    assert plain_paragraph(rich("{x}", x="**b** _i_ {y} <@U1> - a")[0]) == "**b** _i_ {y} <@U1> - a"


def test_snake_case_is_not_italic() -> None:
    assert plain_paragraph(rich("set OPENAI_API_KEY now")[0]) == "set OPENAI_API_KEY now"


def test_a_missing_value_or_an_open_style_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        rich("{nobody}")
    with pytest.raises(ValueError, match="not closed"):
        rich("**open")


def test_plain_text_keeps_every_word() -> None:
    card = Card(summary="s", elements=(body("**one** two\n- three"),))
    assert plain_text(card) == "one two\n• three"
