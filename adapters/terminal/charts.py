"""Charts as bars of characters, and what they say in words."""

import math

from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text as Words

from bot.cards import Chart
from bot.text import clean

BAR = 24
"""Columns that the longest bar takes; the rest of 80 is for names and values."""


def draw(chart: Chart) -> RenderableType:
    """Title, a bar for every value, and the words. Bars compare sizes; whether the chart was
    meant as bars, a line or a donut makes no difference here."""
    known = [abs(v) for s in chart.series for v in s.values if v is not None and math.isfinite(v)]
    longest = max(known, default=0.0)
    bars = Grid.grid(padding=(0, 1))
    several = len(chart.series) > 1
    for index, category in enumerate(chart.categories):
        for nth, series in enumerate(chart.series):
            name = [Words(clean(series.name), style="dim")] if several else []
            label = Words(clean(category) if nth == 0 else "")
            value = series.values[index]
            bars.add_row(label, *name, _bar(value, longest), _number(value))
    return Group(Words(clean(chart.title), style="bold"), bars, Words(clean(chart.words)))


def _bar(value: float | None, longest: float) -> Words:
    if value is None or not math.isfinite(value) or not longest:
        return Words("")
    # Eighths of a column, as block characters offer them.
    eighths = round(abs(value) / longest * BAR * 8)
    full, rest = divmod(eighths, 8)
    tip = " ▏▎▍▌▋▊▉"[rest].strip()
    return Words("█" * full + tip or ("▏" if value else ""), style="cyan", no_wrap=True)


def _number(value: float | None) -> Words:
    return Words("–" if value is None else f"{value:g}", no_wrap=True)
