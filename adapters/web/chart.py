"""A chart as an SVG picture, drawn for a phone's width and enlarged from there.

Colours are classes of the stylesheet, so that they suit dark and light; every mark has a title.
Long names are shortened in the picture only: the numbers stand in full in a table below it.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import assert_never

from markupsafe import Markup

from bot.cards import Chart, Series
from bot.text import one_line, shorten

WIDTH = 320
ROW = 18
LETTER = 6.6
"""The width of an average letter at the size that labels have, on the generous side."""
LARGEST = 1e15
"""Numbers beyond it cannot be drawn to scale beside others, and leave a gap."""
EDGE = 6
"""Room that the last name below a line keeps from the picture's edge: a system's own letters may be
wider than we reckon."""
COLOURS = 8

_EMPTY = Markup("")


def svg(chart: Chart) -> Markup:
    """The picture, with its title and words inside for who cannot see it."""
    match chart.shape:
        case "bar":
            drawn, height = _bars(chart)
        case "line":
            drawn, height = _lines(chart)
        case "donut":
            drawn, height = _donuts(chart)
        case _:
            assert_never(chart.shape)
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" focusable="false">'
        "<title>{title}</title><desc>{words}</desc>{drawn}</svg>"
    ).format(
        width=WIDTH,
        height=math.ceil(height),
        title=one_line(chart.title),
        words=one_line(chart.words),
        drawn=drawn,
    )


def number(value: float | None) -> str:
    """A number as people read it; a dash for none."""
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) >= 1e7:
        return f"{value:.3g}"
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


# Bars lie, so that names of any number stand beside them without meeting each other


def _bars(chart: Chart) -> tuple[Markup, float]:
    names = [one_line(name) for name in chart.categories]
    beside = max(map(_width, names)) <= 110
    left = max(map(_width, names)) + 8 if beside else 0.0
    low, high, _ = _scale([0.0, *_drawable(chart.series)])
    right = WIDTH - 10 - max(_width(number(v)) for s in chart.series for v in s.values)
    zero = _between(0.0, low, high, left, right)
    parts, y = _legend(chart.series, 0.0)
    for at, name in enumerate(names):
        if not beside:
            parts.append(_text(0, y + 13, shorten(name, int(WIDTH / LETTER))))
            y += ROW
        else:
            middle = y + 13 + (len(chart.series) - 1) * ROW / 2
            parts.append(_text(left - 8, middle, name, anchor="end"))
        parts.append(_rule(zero, y, zero, y + len(chart.series) * ROW, "axis"))
        for nth, series in enumerate(chart.series):
            value = _usable(series.values[at])
            if value is not None:
                end = _between(value, low, high, left, right)
                title = _titled(chart.series, series, name, value)
                parts.append(_bar(min(zero, end), y + 2, abs(end - zero), nth, title))
            label = number(series.values[at])
            parts.append(_text(WIDTH, y + 13, label, anchor="end", kind="value"))
            y += ROW
        y += 6
    return _EMPTY.join(parts), y


def _bar(x: float, y: float, width: float, nth: int, title: str) -> Markup:
    return Markup(
        '<rect class="fill c{c}" x="{x}" y="{y}" width="{w}" height="13" rx="2">'
        "<title>{title}</title></rect>"
    ).format(c=nth % COLOURS, x=_n(x), y=_n(y), w=_n(max(width, 1)), title=title)


# Lines


def _lines(chart: Chart) -> tuple[Markup, float]:
    low, high, ticks = _scale(_drawable(chart.series))
    left = max(_width(number(tick)) for tick in ticks) + 8
    right, top, bottom = WIDTH - 12.0, 8.0, 138.0
    parts: list[Markup] = []
    for tick in ticks:
        y = _between(tick, low, high, bottom, top)
        parts.append(_rule(left, y, right, y, "grid"))
        parts.append(_text(left - 6, y + 4, number(tick), anchor="end"))
    places = [
        _between(at, 0, max(len(chart.categories) - 1, 1), left + 6, right - 6)
        for at in range(len(chart.categories))
    ]
    parts += _names_below(chart.categories, places, bottom + 18)
    for nth, series in enumerate(chart.series):
        points = [
            None if (v := _usable(value)) is None else (x, _between(v, low, high, bottom, top), v)
            for x, value in zip(places, series.values, strict=True)
        ]
        parts += _line(chart, series, nth, points)
    legend, y = _legend(chart.series, bottom + 30)
    return _EMPTY.join(parts + legend), y


Point = tuple[float, float, float]


def _line(
    chart: Chart, series: Series, nth: int, points: Sequence[Point | None]
) -> Iterable[Markup]:
    colour = nth % COLOURS
    for drawn, run in groupby(points, key=lambda point: point is not None):
        if drawn:
            path = " ".join(f"{_n(p[0])},{_n(p[1])}" for p in run if p)
            yield Markup('<polyline class="line c{} d{}" points="{}"/>').format(colour, nth, path)
    for name, point in zip(chart.categories, points, strict=True):
        if point:
            yield Markup(
                '<circle class="fill c{c}" cx="{x}" cy="{y}" r="3.5">'
                "<title>{title}</title></circle>"
            ).format(
                c=colour,
                x=_n(point[0]),
                y=_n(point[1]),
                title=_titled(chart.series, series, one_line(name), point[2]),
            )


def _names_below(names: Sequence[str], places: Sequence[float], y: float) -> Iterable[Markup]:
    """As many names as stand there without meeting, the last one in any case."""
    widest = WIDTH / min(len(names), 3) - 10
    short = [shorten(one_line(name), max(int(widest / LETTER), 3)) for name in names]
    chosen: list[tuple[float, float, str]] = []
    until = float(WIDTH)
    for x, name in zip(reversed(places), reversed(short), strict=True):
        half = _width(name) / 2
        middle = min(max(x, half), WIDTH - EDGE - half)
        if middle + half <= until:
            chosen.append((middle, y, name))
            until = middle - half - 8
    return [_text(x, y, name, anchor="middle") for x, y, name in reversed(chosen)]


# Rings


def _donuts(chart: Chart) -> tuple[Markup, float]:
    parts: list[Markup] = []
    y = 0.0
    for series in chart.series:
        if len(chart.series) > 1:
            parts.append(_text(0, y + 13, shorten(one_line(series.name), 44), kind="value"))
            y += ROW + 4
        ring, y = _donut(chart.categories, series, y)
        parts += ring
        y += 8
    return _EMPTY.join(parts), y


def _donut(names: Sequence[str], series: Series, y: float) -> tuple[list[Markup], float]:
    shares = [max(_usable(value) or 0.0, 0.0) for value in series.values]
    whole = sum(shares)
    ring = Markup('<circle class="{kind}" cx="160" cy="{y}" r="52" pathLength="100"{more}')
    parts = [ring.format(kind="ring empty", y=_n(y + 66), more=_EMPTY) + Markup("/>")]
    legend: list[Markup] = []
    turned, row = 25.0, y + 144
    for nth, (name, value, share) in enumerate(zip(names, series.values, shares, strict=True)):
        part = share / whole * 100 if whole else 0.0
        text = number(value) + (f" · {part:.0f} %" if whole and value is not None else "")
        colour = f"c{nth % COLOURS}{' pale' if nth // COLOURS % 2 else ''}"
        if part:
            # A hair's breadth between neighbours, unless one is the whole ring.
            long = part if part > 99 else max(part - 0.7, 0.3)
            dash = Markup(' stroke-dasharray="{} {}" stroke-dashoffset="{}"><title>{}</title>')
            more = dash.format(_n(long), _n(100 - long), _n(turned), f"{one_line(name)}: {text}")
            arc = ring.format(kind=f"ring {colour}", y=_n(y + 66), more=more)
            parts.append(arc + Markup("</circle>"))
            turned -= part
        room = int((WIDTH - 24 - _width(text)) / LETTER)
        legend.append(_swatch(row, colour))
        legend.append(_text(18, row + 10, shorten(one_line(name), room)))
        legend.append(_text(WIDTH, row + 10, text, anchor="end", kind="value"))
        row += ROW
    return parts + legend, row


# Parts


def _legend(series: Sequence[Series], y: float) -> tuple[list[Markup], float]:
    """What the colours mean, where there are several; and where it ends."""
    if len(series) < 2:
        return [], y
    parts: list[Markup] = []
    for nth, one in enumerate(series):
        parts.append(_swatch(y, f"c{nth % COLOURS}"))
        parts.append(_text(18, y + 10, shorten(one_line(one.name), 44)))
        y += ROW
    return parts, y + 6


def _swatch(y: float, colour: str) -> Markup:
    return Markup('<rect class="fill {}" x="0" y="{}" width="11" height="11" rx="2"/>').format(
        colour, _n(y)
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", kind: str = "label") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, _n(x), _n(y), anchor, text
    )


def _rule(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        kind, _n(x1), _n(y1), _n(x2), _n(y2)
    )


def _titled(all_series: Sequence[Series], series: Series, name: str, value: float) -> str:
    which = f"{one_line(series.name)}, " if len(all_series) > 1 else ""
    return f"{which}{name}: {number(value)}"


def _usable(value: float | None) -> float | None:
    usable = value is not None and math.isfinite(value) and abs(value) <= LARGEST
    return value if usable else None


def _drawable(series: Sequence[Series]) -> list[float]:
    return [v for one in series for value in one.values if (v := _usable(value)) is not None]


def _scale(values: Sequence[float]) -> tuple[float, float, list[float]]:
    """The lowest and highest number of the axis, and round numbers along it."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return first * step, last * step, [at * step for at in range(first, last + 1)]


def _between(value: float, low: float, high: float, start: float, end: float) -> float:
    return start + (value - low) / (high - low) * (end - start)


def _width(text: str) -> float:
    # Characters outside Latin, Greek and Cyrillic are taken as twice as wide.
    return sum(LETTER if ord(c) < 0x1100 else 2 * LETTER for c in text)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
