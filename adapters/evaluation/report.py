"""The figures as tables for a terminal, and as JSON."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from adapters.evaluation.judge_figures import KINDS, NO_ANSWER, Judged, JudgeFigures, judge_figures
from adapters.evaluation.large import Shortlisted, ShortlistFigures, shortlist_figures
from adapters.evaluation.reader_figures import (
    FALSE_ALARMS,
    ReaderFigures,
    Reading,
    reader_figures,
)
from adapters.evaluation.second_look_figures import SecondLookFigures, second_look_figures
from bot.ask.judging import DOUBTFUL
from bot.ask.model import RELEVANT, VERY_RELEVANT
from bot.events import Frozen

if TYPE_CHECKING:
    from rich.table import Table

ALL = "all"
"""The column of all files together."""

Item = TypeVar("Item")
Figures = TypeVar("Figures")


class Report(Frozen):
    """The figures by file, and under ALL of several files together."""

    reader: Mapping[str, ReaderFigures] = {}
    second_look: Mapping[str, SecondLookFigures] = {}
    shortlist: Mapping[str, ShortlistFigures] = {}
    judge: Mapping[str, JudgeFigures] = {}
    judge_name: str = ""
    judged: tuple[Judged, ...] = ()
    """Every case with what the judge said."""


def report(
    readings: Mapping[str, Sequence[Reading]],
    judged: Mapping[str, Sequence[Judged]],
    judge_name: str,
    shortlisted: Mapping[str, Sequence[Shortlisted]],
) -> Report:
    """The figures of what was measured; any may be empty."""
    return Report(
        reader=_columns(readings, reader_figures),
        second_look=_columns(readings, second_look_figures),
        shortlist=_columns(shortlisted, shortlist_figures),
        judge=_columns(judged, judge_figures),
        judge_name=judge_name,
        judged=tuple(one for of_file in judged.values() for one in of_file),
    )


def tables(shown: Report) -> "list[Table]":
    """What a person reads."""
    found = []
    if shown.reader:
        found.append(_table("Reader", shown.reader, READER_ROWS))
        found.append(_table("Second look", shown.second_look, SECOND_LOOK_ROWS))
    if shown.shortlist:
        found.append(_table("Large charters", shown.shortlist, SHORTLIST_ROWS))
    if shown.judge:
        rows = {**JUDGE_ROWS, **(TWICE_ROWS if _asked_twice(shown) else {})}
        found.append(_table(f"Judge: {shown.judge_name}", shown.judge, rows))
        found.append(_confusion(*list(shown.judge.items())[-1]))
    unanswered = Counter(one.why_not for one in shown.judged if one.judgement is None)
    if unanswered:
        found.append(_unanswered(unanswered))
    return found


def _asked_twice(shown: Report) -> bool:
    return any(figures.both_ways for figures in shown.judge.values())


def _columns(
    by_file: Mapping[str, Sequence[Item]], figures: Callable[[Sequence[Item]], Figures]
) -> dict[str, Figures]:
    found = {name: figures(items) for name, items in by_file.items() if items}
    if len(found) > 1:
        found[ALL] = figures([item for items in by_file.values() for item in items])
    return found


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _between(values: tuple[float, float] | None) -> str:
    return "–" if values is None else " to ".join(f"{100 * value:.0f}" for value in values)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


READER_ROWS: Mapping[str, Callable[[ReaderFigures], str]] = {
    "questions": lambda f: str(f.questions),
    "  that no line speaks to": lambda f: str(f.silent),
    "a line that speaks to it first": lambda f: _percent(f.hit_at_1),
    "  among the first three": lambda f: _percent(f.hit_at_3),
    "a decisive line among the first three": lambda f: _percent(f.decisive_at_3),
    "  in 95 of 100 draws of the charters": lambda f: _between(f.decisive_between),
    f"silence noticed, {FALSE_ALARMS:.0%} false alarms": lambda f: _percent(f.silence_caught),
    "  the same in 95 of 100 draws": lambda f: _between(f.silence_between),
    "  threshold for that": lambda f: _number(f.threshold),
    f"silence noticed, the bot's {RELEVANT:.2f}": lambda f: _percent(f.silence_caught_fixed),
    "  false alarms there": lambda f: _percent(f.false_alarms_fixed),
    "a question takes (median)": lambda f: f"{1000 * f.seconds:.1f} ms",
}

SECOND_LOOK_ROWS: Mapping[str, Callable[[SecondLookFigures], str]] = {
    f"fits, but a non-goal opposes: seen from {VERY_RELEVANT:.2f}": lambda f: _percent(
        f.non_goal_seen
    ),
    "  false alarms where it fits": lambda f: _percent(f.non_goal_false),
    f"unclear, but lines speak to it: seen from {VERY_RELEVANT:.2f}": lambda f: _percent(
        f.silence_seen
    ),
    "  false alarms where none does": lambda f: _percent(f.silence_false),
    f"cited, but does not bear on it: seen below {DOUBTFUL:.2f}": lambda f: _percent(
        f.doubtful_seen
    ),
    "  false alarms where it does": lambda f: _percent(f.doubtful_false),
}

SHORTLIST_ROWS: Mapping[str, Callable[[ShortlistFigures], str]] = {
    "lines in the charter": lambda f: str(f.lines),
    "lines that the judge sees": lambda f: str(f.seen),
    "questions that lines speak to": lambda f: str(f.questions),
    "a decisive line is seen": lambda f: _percent(f.decisive),
    "every line that speaks to it is seen": lambda f: _percent(f.every),
}

TWICE_ROWS: Mapping[str, Callable[[JudgeFigures], str]] = {
    "asked both ways": lambda f: str(f.both_ways),
    "  wrong, and the two answers clash": lambda f: _percent(f.wrong_clash),
    "  right, and they clash all the same": lambda f: _percent(f.right_clash),
}

JUDGE_ROWS: Mapping[str, Callable[[JudgeFigures], str]] = {
    "questions": lambda f: str(f.questions),
    "  of these without a usable answer": lambda f: str(f.no_answer),
    "right": lambda f: _percent(f.accuracy),
    "  always saying the commonest verdict": lambda f: _percent(f.commonest),
    "macro-F1": lambda f: _percent(f.macro_f1),
    "questions under opposite charters": lambda f: str(f.mirrored),
    "  right under both": lambda f: _percent(f.both_right),
    "fits for conflicts, or the reverse": lambda f: _percent(f.reversed),
    "lines cited": lambda f: str(f.cited),
    "  rightly": lambda f: _percent(f.cited_right),
    "  with the wrong stance": lambda f: _percent(f.cited_reversed),
    "right when sure": lambda f: _percent(f.right_when["sure"]),
    "  when fairly sure": lambda f: _percent(f.right_when["fairly_sure"]),
    "  when unsure": lambda f: _percent(f.right_when["unsure"]),
    "tokens a question, in / out": lambda f: (
        f"{f.tokens.prompt / f.questions:.0f} / {f.tokens.completion / f.questions:.0f}"
    ),
    "tokens in (cached) / out": lambda f: (
        f"{f.tokens.prompt} ({f.tokens.cached}) / {f.tokens.completion}"
    ),
    "cost": lambda f: f"{f.tokens.cost:.4f}",
    "a question takes (median)": lambda f: f"{f.seconds:.1f} s",
}


def _table(
    title: str, columns: Mapping[str, Figures], rows: Mapping[str, Callable[[Figures], str]]
) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column("", no_wrap=True)
    for name in columns:
        table.add_column(name, justify="right")
    for label, value in rows.items():
        table.add_row(label, *(value(figures) for figures in columns.values()))
    return table


def _confusion(name: str, figures: JudgeFigures) -> "Table":
    from rich.table import Table

    table = Table(title=f"Due (down) and said (across), {name}", title_justify="left")
    for heading in ("", *KINDS, NO_ANSWER, "precision", "recall"):
        table.add_column(heading, justify="right" if heading else "left")
    for due, said in figures.confusion.items():
        kind = figures.verdicts[due]
        counts = (str(count) for count in said.values())
        table.add_row(due, *counts, _percent(kind.precision), _percent(kind.recall))
    return table


def _unanswered(reasons: Counter[str]) -> "Table":
    from rich.table import Table

    table = Table("why there was no usable answer", "times", title_justify="left")
    for reason, times in reasons.most_common(5):
        table.add_row(reason, str(times))
    return table
