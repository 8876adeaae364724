"""Charts: everything drawn lies within the picture, and no two texts meet."""

import math
import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.web.chart import LETTER, WIDTH, number, svg
from bot.cards import Chart, Series
from tests.web.reading import Read

SHAPES = ("bar", "line", "donut")
Box = tuple[float, float, float, float]


def made(shape: str, names: list[str], *values: list[float | None]) -> Chart:
    series = tuple(Series(name=f"Series {i}", values=tuple(v)) for i, v in enumerate(values))
    return Chart(
        shape=shape,  # type: ignore[arg-type]
        title="Title",
        categories=tuple(names),
        series=series,
        words="Words.",
    )


def texts(picture: str) -> list[Box]:
    """Where every text stands: left, top, right, bottom; wide letters are taken as two."""
    found = re.findall(
        r'<text class="\w+" x="([\d.-]+)" y="([\d.-]+)" text-anchor="(\w+)">(.*?)</text>', picture
    )
    boxes = []
    for x, y, anchor, text in found:
        width = len(text) * (LETTER - 0.2)
        left = float(x) - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        boxes.append((left, float(y) - 9, left + width, float(y) + 2))
    return boxes


def meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def assert_tidy(picture: str) -> None:
    (box,) = re.findall(rf'viewBox="0 0 {WIDTH} (\d+)"', picture)
    boxes = texts(picture)
    for left, top, right, bottom in boxes:
        assert left >= -0.5, "a text sticks out on the left"
        assert right <= WIDTH + 0.5, "a text sticks out on the right"
        assert top >= -0.5
        assert bottom <= int(box) + 0.5
    for one, other in combinations(boxes, 2):
        assert not meet(one, other), (one, other)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["{}", "Wk {}", "Week {} of the year", "A name without end " * 9])
@pytest.mark.parametrize("many", [1, 2, 5, 20])
def test_texts_never_meet(shape: str, name: str, many: int) -> None:
    values: list[float | None] = [None if i % 4 == 1 else i * 1234.5 - 900 for i in range(many)]
    picture = svg(made(shape, [name.format(i) for i in range(many)], values, values[::-1]))
    assert_tidy(picture)


@pytest.mark.parametrize("shape", SHAPES)
@given(st.lists(st.none() | st.floats() | st.integers(-5, 5).map(float), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_any_numbers_can_be_drawn(shape: str, values: list[float | None]) -> None:
    picture = svg(made(shape, [f"n{i}" for i in range(len(values))], values))
    read = Read(picture)
    for _, attributes in read.tags:
        for value in attributes.values():
            assert "nan" not in str(value)
            assert "inf" not in str(value)
    assert_tidy(picture)


@pytest.mark.parametrize("shape", SHAPES)
def test_who_cannot_see_it_hears_title_and_words(shape: str) -> None:
    picture = svg(made(shape, ["a", "b"], [1, 2]))
    assert 'role="img"' in picture
    assert "<title>Title</title><desc>Words.</desc>" in picture


def test_every_mark_says_its_number() -> None:
    read = svg(made("bar", ["a", "b"], [1, None], [2, 3.5]))
    assert re.findall("<title>(.*?)</title>", read)[1:] == [
        "Series 0, a: 1",
        "Series 1, a: 2",
        "Series 1, b: 3.5",
    ]


def test_a_gap_is_a_gap() -> None:
    picture = svg(made("line", list("abcde"), [1, 2, None, 4, 5]))
    lines = re.findall('points="(.*?)"', picture)
    assert [len(line.split()) for line in lines] == [2, 2]
    assert picture.count("<circle") == 4


def test_bars_are_as_long_as_their_numbers() -> None:
    picture = svg(made("bar", list("abc"), [10, 5, -5]))
    widths = [float(w) for w in re.findall(r'class="fill c0"[^>]* width="([\d.]+)"', picture)]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert widths[1] == pytest.approx(widths[2], abs=0.2)


def test_rings_are_shared_out() -> None:
    picture = svg(made("donut", list("abcd"), [3, 1, None, 0]))
    shares = [float(d.split()[0]) for d in re.findall('stroke-dasharray="(.*?)"', picture)]
    assert shares == pytest.approx([74.3, 24.3])
    assert "3 · 75 %" in picture


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
        (0.0, "0"),
        (-0.001, "0"),
        (4.0, "4"),
        (4.25, "4.25"),
        (1234.5, "1,234.5"),
        (2.5e9, "2.5e+09"),
    ],
)
def test_numbers_read_as_people_write_them(value: float | None, text: str) -> None:
    assert number(value) == text
