"""The means of statements over the past editions, as a chart and in words."""

from collections.abc import Sequence
from datetime import date

from bot.cards import Chart, Element, Series, quiet
from bot.pulse.model import Published
from bot.pulse.publishing import comparable
from bot.pulse.wording import short_day
from bot.text import shorten

SHOWN = 12
"""Editions."""
MOST_LINES = 5
"""Statements in one chart; more cannot be told apart."""
NAME = 48
"""Characters of a statement in it."""
NO_TREND = (
    "No trend: a few people joined or left since the last pulse, and comparing the two could show "
    "what they said."
)


def trend(found: Sequence[Published]) -> list[Element]:
    """The last editions (`found`: the newest first), back to the first that may not be compared
    with the one before; the statements that were rated twice or more in them."""
    if len(found) < 2:
        return []
    if not comparable(found[0].edition):
        return [quiet(NO_TREND)]
    runs = _comparable(found)
    means = _means(runs)
    if not means:
        return []
    days = tuple(short_day(date.fromisoformat(run.edition.id.rpartition("/")[2])) for run in runs)
    said = [_in_words(text, days, each) for text, each in means]
    return [
        Chart(
            shape="line",
            title="Means from 1 to 5, pulse by pulse",
            categories=days,
            series=tuple(
                Series(name=shorten(text, NAME), values=tuple(each)) for text, each in means
            ),
            words=" ".join(said),
        )
    ]


def _comparable(found: Sequence[Published]) -> list[Published]:
    """From the oldest to the newest."""
    runs: list[Published] = []
    for published in found[:SHOWN]:
        runs.insert(0, published)
        if not comparable(published.edition):
            break
    return runs


def _means(runs: Sequence[Published]) -> list[tuple[str, list[float | None]]]:
    """Of each statement that has two or more: its words and means, those with the most first."""
    texts: dict[str, str] = {}
    means: dict[str, list[float | None]] = {}
    for place, run in enumerate(runs):
        for figures in run.figures:
            if figures.mean is not None:
                name = figures.statement.id
                texts[name] = figures.statement.text
                means.setdefault(name, [None] * len(runs))[place] = figures.mean
    several = [name for name in means if _count(means[name]) > 1]
    several.sort(key=lambda name: -_count(means[name]))
    return [(texts[name], means[name]) for name in several[:MOST_LINES]]


def _in_words(text: str, days: Sequence[str], means: Sequence[float | None]) -> str:
    there = [(day, mean) for day, mean in zip(days, means, strict=True) if mean is not None]
    said = ", ".join(f"{mean:.1f} ({day})" for day, mean in there)
    return f"“{shorten(text, 80)}” {said}."


def _count(means: Sequence[float | None]) -> int:
    return sum(mean is not None for mean in means)
