"""A chart as Slack draws it; what it cannot draw is said in words and figures."""

import math
from collections.abc import Sequence

from adapters.slack.escape import NOTHING, Block
from adapters.slack.limits import CHART_LABEL, CHART_POINTS, CHART_SERIES, CHART_TITLE
from adapters.slack.rich import rich_blocks
from adapters.slack.tables import table_in_words
from bot.cards import Chart, Series, Table
from bot.markup import Paragraph, Span
from bot.text import one_line, shorten


def chart_blocks(chart: Chart) -> list[Block]:
    """The chart, with its words below and with what could not be drawn."""
    kept = [i for i in range(len(chart.categories)) if all(_known(s, i) for s in chart.series)]
    if not kept or len(kept) > CHART_POINTS or len(chart.series) > CHART_SERIES:
        return chart_in_words(chart)
    drawn: Block = {
        "type": "data_visualization",
        "title": shorten(one_line(chart.title), CHART_TITLE) or "Chart",
        "chart": _pie(chart, kept) or _axes(chart, kept),
    }
    paragraphs = [_said(chart.words)]
    left_out = [c for i, c in enumerate(chart.categories) if i not in kept]
    if left_out:
        # Slack wants a value for every category: a gap cannot be drawn, so it is named.
        paragraphs.append(_said(f"Not drawn, as figures are missing: {', '.join(left_out)}."))
    return [drawn, *rich_blocks(paragraphs)]


def chart_in_words(chart: Chart) -> list[Block]:
    """Title, words and figures, for where Slack draws no chart."""
    title = Paragraph(spans=(Span(text=one_line(chart.title), bold=True),))
    names = [series.name for series in chart.series]
    rows = tuple(
        (category, *(_figure(series.values[i]) for series in chart.series))
        for i, category in enumerate(chart.categories)
    )
    figures = Table(columns=("", *names), rows=rows)
    return [*rich_blocks([title, _said(chart.words)]), *table_in_words(figures)]


def distinct(labels: Sequence[str], limit: int = CHART_LABEL) -> list[str]:
    """The labels shortened, none empty and no two alike: Slack tells points apart by them."""
    found: list[str] = []
    for label in labels:
        short = shorten(one_line(label), limit) or NOTHING
        count = 1
        while short in found:
            count += 1
            number = f" {count}"
            short = shorten(one_line(label), limit - len(number)) + number
        found.append(short)
    return found


def _pie(chart: Chart, kept: Sequence[int]) -> Block | None:
    """The chart as a pie; None when it is none, or when Slack could not draw it so."""
    values = [chart.series[0].values[i] or 0 for i in kept]
    if chart.shape != "donut" or len(chart.series) > 1 or len(kept) > CHART_SERIES:
        return None
    if min(values) < 0 or sum(values) <= 0:
        return None
    labels = distinct([chart.categories[i] for i in kept])
    segments = [
        {"label": label, "value": value} for label, value in zip(labels, values, strict=True)
    ]
    return {"type": "pie", "segments": segments}


def _axes(chart: Chart, kept: Sequence[int]) -> Block:
    labels = distinct([chart.categories[i] for i in kept])
    names = distinct([series.name for series in chart.series])
    return {
        "type": "line" if chart.shape == "line" else "bar",
        "series": [
            {
                "name": name,
                "data": [
                    {"label": label, "value": series.values[i]}
                    for label, i in zip(labels, kept, strict=True)
                ],
            }
            for name, series in zip(names, chart.series, strict=True)
        ],
        "axis_config": {"categories": labels},
    }


def _known(series: Series, i: int) -> bool:
    value = series.values[i]
    return value is not None and math.isfinite(value)


def _figure(value: float | None) -> str:
    return NOTHING if value is None or not math.isfinite(value) else f"{value:.10g}"


def _said(words: str) -> Paragraph:
    return Paragraph(spans=(Span(text=words),))
