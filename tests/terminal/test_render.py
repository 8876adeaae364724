"""What a person reads: every element, at 80 columns, whatever somebody typed into it."""

import io
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from adapters.terminal.fields import keys
from adapters.terminal.layout import indented
from adapters.terminal.render import (
    clickables,
    render_card,
    render_field,
    render_form,
)
from bot.cards import (
    Actions,
    Button,
    Card,
    Chart,
    Divider,
    Element,
    Facts,
    Image,
    Link,
    Quote,
    Series,
    Table,
    Text,
    literal,
)
from bot.markup import Paragraph, Span
from bot.plain_text import plain_form, plain_text
from tests.terminal.tiny_bot import charter, every_field, verdict


def printed(*parts: RenderableType, colour: bool = False, width: int = 80) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=colour,
        color_system="256" if colour else None,
    )
    console.print(*parts)
    return console.file.getvalue()  # type: ignore[attr-defined]


def trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_a_verdict() -> None:
    text = printed(indented(render_card(verdict("Sell heart-rate data to advertisers"), first=3)))
    assert trimmed(text) == (
        "  Conflicts · Sell heart-rate data to advertisers\n"
        "\n"
        "  │ Against R1 “Members own their health data; we never sell it, to advertisers\n"
        "  │ or anybody.” (Vitals v4)\n"
        "  │ The reader finds that this speaks to it.\n"
        "\n"
        "  │ For M1 “Empower individuals.” (Vitals v4)\n"
        "\n"
        "  Would fit if members could opt in:\n"
        "  • needs a change to R1\n"
        "  • ~never~ seldom\n"
        "\n"
        "  judged by gpt-5-mini · fairly sure · may be wrong\n"
        "\n"
        "  [3] Share  [4] Record as decision\n"
        "  A language model wrote part of this. Was this useful?  [5] yes  [6] no"
    )


def test_a_charter() -> None:
    assert trimmed(printed(render_card(charter()))) == (
        "Vitals · charter v4\n"
        "\n"
        "Owner     Dana and Lee\n"
        "Reviewed  12 March 2026\n"
        "\n"
        "Lines\n"
        "Id   Line                                                           When\n"
        "────────────────────────────────────────────────────────────────────────\n"
        "M1   Empower individuals to take control of their health.\n"
        "P1   Keep improving accuracy: each release brings sensors closer.   now\n"
        "\n"
        "Agreement over five runs\n"
        "Jun █████████████████▏       3.2\n"
        "Jul                          –\n"
        "Aug ████████████████████████ 4.5\n"
        "It rose from 3.2 in June to 4.5 in August.\n"
        "\n"
        "[1] Ask  As a page http://127.0.0.1:3978/charter  [2] Delete"
    )


def test_a_table_that_does_not_fit_is_a_list() -> None:
    columns = tuple(f"Column{n}" for n in range(9))
    card = Card(summary="x", elements=(Table(columns=columns, rows=(tuple("abcdefghi"),)),))
    assert trimmed(printed(render_card(card))).splitlines()[:3] == [
        "• Column0: a",
        "  Column1: b",
        "  Column2: c",
    ]


def test_a_chart_of_several_series() -> None:
    chart = Chart(
        shape="donut",
        title="Who",
        categories=("now", "next"),
        series=(
            Series(name="yes", values=(8, float("nan"))),
            Series(name="no", values=(-4, 0)),
        ),
        words="More yes than no.",
    )
    assert trimmed(printed(render_card(Card(summary="x", elements=(chart,))))) == (
        "Who\n"
        "now  yes ████████████████████████ 8\n"
        "     no  ████████████             -4\n"
        "next yes                          nan\n"
        "     no                           0\n"
        "More yes than no."
    )


def test_the_smallest_value_is_still_seen() -> None:
    chart = Chart(
        shape="bar",
        title="t",
        categories=("a", "b"),
        series=(Series(name="s", values=(1, 100_000)),),
        words="w",
    )
    assert "a ▏" in printed(render_card(Card(summary="x", elements=(chart,))))


def test_fields_say_how_they_are_filled_in() -> None:
    form = every_field()
    fields = "\n".join(
        trimmed(printed(render_field(field, keys(field)))).strip("\n") for field in form.fields
    )
    assert fields == (
        "Words\n"
        "How true is it?\n"
        "[1] [2] [3] [4] [5]\n"
        "Which day?\n"
        "One of them.\n"
        "[1] Monday\n"
        "[2] Friday\n"
        "[3] Last, day\n"
        "Which days? (one or several, with commas)\n"
        "[1] Monday\n"
        "[2] Friday\n"
        "[3] Last, day\n"
        "How many? (1 to 9)\n"
        "From when? (year-month-day)\n"
        "At what time? (hours:minutes, may be left empty)\n"
        "Who? (me, for yourself)\n"
        "Who else? (me, for yourself, may be left empty)"
    )
    whole = printed(render_form(form)) + fields
    assert set(_words(plain_form(form).replace("[Save]", ""))) <= set(_words(whole))


@pytest.mark.parametrize("no_colour", [True, False])
def test_colours_are_extra(monkeypatch: pytest.MonkeyPatch, no_colour: bool) -> None:
    if no_colour:
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    text = printed(render_card(verdict("Sell it")), colour=True)
    colours = re.findall(r"\x1b\[(?:[0-9;]*;)?(?:3[1-7]|38;[0-9;]+)m", text)
    assert bool(colours) is not no_colour
    assert _without_styles(text) == printed(render_card(verdict("Sell it")))


# Any card at all

WORD = st.text(alphabet="abzÄé09[]*_`<>&/\\~|:@#", min_size=1, max_size=14)
WORDS = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
ANY = st.text(min_size=1, max_size=200) | st.lists(
    st.sampled_from(
        [
            *"\x00\x07\b\t\r\n\x1b\x7f\x9b\x90\u202e",
            *("\x1b[2J", "\x1b]0;pwned\x07", "\x1b]8;;http://x\x1b\\", "x " * 50),
            *("[red]", "[/]", ":smile:", "漢字", "👩\u200d👩\u200d👧", "e\u0301"),
        ]
    ),
    min_size=1,
).map("".join)


def elements(words: st.SearchStrategy[str]) -> st.SearchStrategy[Element]:
    label = words.map(lambda w: w[:75])
    spans = st.lists(
        st.builds(
            Span,
            text=words,
            bold=st.booleans(),
            italic=st.booleans(),
            code=st.booleans(),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple)
    paragraph = st.builds(
        Paragraph, spans=spans, kind=st.sampled_from(["plain", "bullet", "quote"])
    )
    table = st.integers(1, 6).flatmap(
        lambda n: st.builds(
            Table,
            columns=st.tuples(*[words] * n),
            rows=st.lists(st.tuples(*[words] * n), max_size=3).map(tuple),
            caption=words,
        )
    )
    values = st.none() | st.floats() | st.integers(-5, 5)
    chart = st.integers(1, 4).flatmap(
        lambda n: st.builds(
            Chart,
            shape=st.sampled_from(["bar", "line", "donut"]),
            title=words,
            categories=st.tuples(*[words] * n),
            series=st.lists(
                st.builds(Series, name=words, values=st.tuples(*[values] * n)),
                min_size=1,
                max_size=3,
            ).map(tuple),
            words=words,
        )
    )
    button = st.builds(Button, label=label, action=st.just("a.b"), value=st.text(max_size=5))
    link = st.builds(Link, label=label, url=st.just("https://x.y/z"))
    return st.one_of(
        st.builds(
            Text,
            paragraphs=st.lists(paragraph, max_size=3).map(tuple),
            size=st.sampled_from(["heading", "body", "quiet"]),
        ),
        words.map(literal),
        st.builds(Facts, items=st.lists(st.tuples(words, words), max_size=4).map(tuple)),
        st.builds(
            Quote,
            ref=words,
            text=words,
            source=words,
            stance=st.sampled_from([None, "for", "against"]),
            note=st.just("") | words,
        ),
        table,
        chart,
        st.builds(Image, data=st.just(b"x"), alt=words),
        st.just(Divider()),
        st.lists(button | link, min_size=1, max_size=4).map(lambda b: Actions(buttons=tuple(b))),
    )


def cards(words: st.SearchStrategy[str]) -> st.SearchStrategy[Card]:
    return st.builds(
        Card,
        summary=st.just("x"),
        elements=st.lists(elements(words), min_size=1, max_size=4).map(tuple),
        judged_by_model=st.booleans(),
        feedback=st.sampled_from(["", "v1"]),
    )


@settings(deadline=None)
@given(card=cards(WORDS))
def test_every_visible_word_is_printed(card: Card) -> None:
    rendered = printed(indented(render_card(card)))
    assert set(_words(plain_text(card))) <= set(_words(rendered))


@settings(deadline=None)
@given(
    card=cards(ANY.map(lambda text: f"x{text}")),
    colour=st.booleans(),
    width=st.sampled_from([20, 80, 132]),
)
def test_nothing_typed_reaches_the_terminal_as_control(
    card: Card, colour: bool, width: int
) -> None:
    text = _without_styles(printed(indented(render_card(card)), colour=colour, width=width))
    assert {c for c in text if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n"}
    assert "\u202e" not in text
    if width >= 80:
        assert all(cell_len(line) <= width for line in text.splitlines())


@settings(deadline=None)
@given(card=cards(WORDS))
def test_each_button_has_its_number(card: Card) -> None:
    rendered = printed(render_card(card, first=101), width=5_000)
    buttons = clickables(card)
    for number, button in enumerate(buttons, start=101):
        assert f"[{number}] {button.label}" in rendered
    assert f"[{101 + len(buttons)}]" not in rendered


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _without_styles(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
