"""Any card and any form, for property tests of every renderer."""

from hypothesis import strategies as st

from bot.cards import (
    Actions,
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
    Series,
    Table,
    Text,
    TextField,
    TimeField,
)
from bot.markup import Paragraph, Span
from bot.text import clean
from tests.golden import hostile

words = st.one_of(
    st.sampled_from(hostile.ALL),
    st.text(max_size=60),
    st.text(alphabet="ab *_~`<>&:!@#|\n\u202e\x00é𝔘", max_size=200),
    st.builds(lambda text, n: text * n, st.sampled_from(hostile.MENTIONS), st.integers(1, 40)),
)
some_words = words.filter(clean)
labels = words.map(lambda text: text[:75]).filter(clean)
ids = st.from_regex(r"[a-z0-9:_-]{0,40}", fullmatch=True)
actions = st.sampled_from(("ask.share", "ask.call", "charter.take_back"))
flags = st.booleans()

spans = st.builds(Span, text=words, bold=flags, italic=flags, code=flags, strike=flags)
paragraphs = st.builds(
    Paragraph,
    spans=st.lists(spans, max_size=5).map(tuple),
    kind=st.sampled_from(("plain", "bullet", "quote")),
)
texts = st.builds(
    Text,
    paragraphs=st.lists(paragraphs, max_size=6).map(tuple),
    size=st.sampled_from(("heading", "body", "quiet")),
)
facts = st.builds(Facts, items=st.lists(st.tuples(words, words), max_size=10).map(tuple))
quotes = st.builds(
    Quote,
    ref=words,
    text=words,
    source=words,
    stance=st.sampled_from(("for", "against", None)),
    note=words,
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Any table; its cells repeat, and large ones have short cells, so that it is drawn quickly."""
    width = draw(st.integers(1, 20))
    height = draw(st.sampled_from((0, 1, 3, 100)))
    longest = 12_000 if width * height <= 6 else 100
    some = [cell[:longest] for cell in draw(st.lists(words, min_size=1, max_size=6))]
    rows = tuple(tuple(some[(n + i) % len(some)] for i in range(width)) for n in range(height))
    header = tuple(some[i % len(some)] for i in range(width))
    return Table(columns=header, rows=rows, caption=draw(words))


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Any chart, with gaps and numbers that are none."""
    categories = tuple(draw(st.lists(words, min_size=1, max_size=20)))
    values = st.lists(
        st.one_of(st.none(), st.floats(), st.integers(-5, 50).map(float)),
        min_size=len(categories),
        max_size=len(categories),
    ).map(tuple)
    series = draw(st.lists(st.builds(Series, name=words, values=values), min_size=1, max_size=6))
    return Chart(
        shape=draw(st.sampled_from(("bar", "line", "donut"))),
        title=draw(words),
        categories=categories,
        series=tuple(series),
        words=draw(words),
    )


images = st.builds(
    Image,
    data=st.binary(max_size=20),
    media=st.sampled_from(("image/png", "image/svg+xml")),
    alt=some_words,
)
buttons = st.one_of(
    st.builds(
        Button,
        label=labels,
        action=actions,
        value=st.one_of(ids, st.just("v" * 1500)),
        style=st.sampled_from(("default", "primary", "danger")),
        confirm=words,
    ),
    st.builds(Link, label=labels, url=st.sampled_from(("/a", "https://missionbot.example/a"))),
)
rows_of_buttons = st.builds(Actions, buttons=st.lists(buttons, min_size=1, max_size=25).map(tuple))
elements: st.SearchStrategy[Element] = st.one_of(
    texts, facts, quotes, tables(), charts(), images, st.just(Divider()), rows_of_buttons
)
cards = st.builds(
    Card,
    summary=some_words,
    elements=st.lists(elements, max_size=8).map(tuple),
    judged_by_model=flags,
    feedback=ids,
)

options = st.lists(labels, min_size=1, max_size=30, unique=True).map(
    lambda found: tuple(Option(value=f"o{n}", label=label) for n, label in enumerate(found))
)


def _named(**more: st.SearchStrategy[object]) -> dict[str, st.SearchStrategy[object]]:
    return {"name": st.just("later"), "label": some_words, "hint": words, "required": flags, **more}


fields = st.one_of(
    st.builds(
        TextField,
        **_named(
            value=words.map(lambda text: text[:3000]), placeholder=words, lines=st.integers(1, 5)
        ),
    ),
    st.builds(
        ChoiceField,
        **_named(
            options=options,
            value=st.sampled_from(("", "o0", "gone")),
            shown_as=st.sampled_from(("menu", "buttons")),
        ),
    ),
    st.builds(ChoicesField, **_named(options=options, values=st.sampled_from(((), ("o0",))))),
    st.builds(NumberField, **_named(value=st.one_of(st.none(), st.integers(-9, 99)))),
    st.builds(DateField, **_named(value=st.one_of(st.just(""), st.dates().map(str)))),
    st.builds(TimeField, **_named(value=st.sampled_from(("", "16:30", "00:00")))),
    st.builds(
        PersonField, **_named(several=flags, values=st.sampled_from(((), ("U0DANA", "U0LEE"))))
    ),
)


def _renamed(found: list[object]) -> tuple[object, ...]:
    return tuple(
        field.model_copy(update={"name": f"field_{n}"})  # type: ignore[attr-defined]
        for n, field in enumerate(found)
    )


forms = st.builds(
    Form,
    form=st.just("golden.save"),
    title=labels.map(lambda text: text[:24]),
    submit=labels.map(lambda text: text[:24]),
    intro=st.lists(elements, max_size=4).map(tuple),
    fields=st.lists(fields, min_size=1, max_size=8).map(_renamed),
    state=ids,
)
