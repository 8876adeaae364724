"""A chart as Teams draws it, its words below; where it cannot be drawn, words and figures.

Charts are Teams' own elements, in no published schema; shapes: charts-in-adaptive-cards.
"""

import math
from collections.abc import Mapping, Sequence

from adapters.teams.harmless import NOTHING, Json, plain
from adapters.teams.limits import CHART_LABEL, CHART_POINTS, CHART_SERIES, UNIT_BYTES, size
from adapters.teams.rich import small, words
from adapters.teams.tables import figures
from bot.cards import Chart, Series
from bot.markup import Span
from bot.text import one_line, shorten


def chart_elements(chart: Chart) -> list[Json]:
    """Title, chart and words. A client that draws no charts shows the figures in its place."""
    title = words(Span(text=one_line(chart.title), bold=True))
    kept = [i for i in range(len(chart.categories)) if all(_known(s, i) for s in chart.series)]
    drawn = _drawn(chart, kept)
    said = words(Span(text=one_line(chart.words)))
    if drawn is None:
        return [*title, *said, *_figures(chart)]
    left_out = [one_line(c) for i, c in enumerate(chart.categories) if i not in kept]
    if left_out:
        # A gap cannot be drawn in every shape, so it is named.
        said += small(f"Not drawn, as figures are missing: {', '.join(left_out)}.")
    return [*title, drawn, *said]


def distinct(labels: Sequence[str], limit: int = CHART_LABEL) -> list[str]:
    """The labels shortened, none empty and no two alike: a chart tells points apart by them."""
    found: list[str] = []
    for label in labels:
        name = plain(label, limit)
        count = 1
        while name in found:
            count += 1
            number = f" {count}"
            name = shorten(one_line(label), limit - len(number)) + number
        found.append(name)
    return found


def _drawn(chart: Chart, kept: Sequence[int]) -> Json | None:
    """The chart's element; None when there is none for it."""
    if not kept or len(kept) > CHART_POINTS or len(chart.series) > CHART_SERIES:
        return None
    drawn: Json = {
        **(_donut(chart, kept) or _axes(chart, kept)),
        "title": plain(chart.title, 100),
        "fallback": {"type": "Container", "items": _figures(chart)},
    }
    return drawn if size(drawn) <= UNIT_BYTES else None


def _donut(chart: Chart, kept: Sequence[int]) -> Json | None:
    values = [chart.series[0].values[i] or 0 for i in kept]
    if chart.shape != "donut" or len(chart.series) > 1 or min(values) < 0 or sum(values) <= 0:
        return None
    labels = distinct([chart.categories[i] for i in kept])
    data = [{"legend": label, "value": value} for label, value in zip(labels, values, strict=True)]
    return {"type": "Chart.Donut", "data": data}


def _axes(chart: Chart, kept: Sequence[int]) -> Json:
    labels = distinct([chart.categories[i] for i in kept])
    names = distinct([series.name for series in chart.series])
    data: list[Mapping[str, object]] = [
        {
            "legend": name,
            "values": [
                {"x": label, "y": series.values[i]} for label, i in zip(labels, kept, strict=True)
            ],
        }
        for name, series in zip(names, chart.series, strict=True)
    ]
    if chart.shape == "line":
        return {"type": "Chart.Line", "data": data}
    if len(data) == 1:
        return {"type": "Chart.VerticalBar", "data": data[0]["values"]}
    return {"type": "Chart.VerticalBar.Grouped", "data": data}


def _figures(chart: Chart) -> list[Json]:
    names = ["", *(one_line(series.name) or NOTHING for series in chart.series)]
    rows = [
        (
            one_line(category) or NOTHING,
            *(_figure(series.values[i]) for series in chart.series),
        )
        for i, category in enumerate(chart.categories)
    ]
    return figures(names, rows)


def _known(series: Series, i: int) -> bool:
    value = series.values[i]
    return value is not None and math.isfinite(value)


def _figure(value: float | None) -> str:
    return NOTHING if value is None or not math.isfinite(value) else f"{value:.10g}"
