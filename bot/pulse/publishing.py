"""Turns the answers of a closed edition into what is published. Nothing else of them is kept.

Scores and words are taken apart first: no figure is about one answer, and nothing tells which
words came with which scores.
"""

import csv
import io
import math
import random
from collections.abc import Callable, Sequence
from typing import Literal

from bot.pulse.model import SCORES, Answers, Edition, Figures, Published, Statement
from bot.pulse.statistics import rounded_share, shown
from bot.text import clean

Shuffle = Callable[[list[str]], None]
Since = Literal["up", "down", "same", "cannot_tell"]

NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
TOO_ALIKE = "So few people rated it that any figure could give somebody away."


def shuffled(words: list[str]) -> None:
    """An order that nobody can predict or work back from."""
    random.SystemRandom().shuffle(words)


def publish(edition: Edition, answers: Sequence[Answers], shuffle: Shuffle = shuffled) -> Published:
    """What is shown of these answers, given by different people."""
    edition = edition.model_copy(update={"state": "closed"})
    if len(answers) < edition.least:
        return Published(edition=edition, why=too_few(edition.least))
    words = [said for each in answers if (said := clean(each.words).strip())]
    shuffle(words)
    enough = len(words) >= edition.least
    why = "" if enough or not edition.open_question else _too_few_words(edition.least, bool(words))
    # As many as wrote something have answered, which everybody sees.
    known = max(edition.least, len(words)) if enough else edition.least
    return Published(
        edition=edition,
        share=rounded_share(len(answers), edition.asked, known),
        figures=tuple(_figures(edition, each, answers) for each in edition.statements),
        words=tuple(words) if enough else (),
        why_no_words=why,
    )


def lost(edition: Edition) -> Published:
    """What is shown where the key is gone, and all answers with it."""
    return Published(
        edition=edition.model_copy(update={"state": "closed"}),
        lost=True,
        why=(
            "The key that sealed the answers of this pulse was lost, so nobody can read them, and "
            "there are no results. The next pulse comes as planned."
        ),
    )


def too_few(least: int) -> str:
    """Why nothing is shown."""
    return (
        f"Fewer than {NUMBERS[least]} people answered, so I show nothing: with so few, answers "
        "could be guessed."
    )


def comparable(edition: Edition) -> bool:
    """Whether it may be compared with the one before: not where a few people came or went, as a
    comparison could then show what these few said."""
    return not any(0 < moved < edition.least for moved in (edition.joined, edition.left))


def trend(several: Sequence[Published], statement_id: str) -> Sequence[Figures | None]:
    """The statement's figures through the editions, oldest first, back to the last one that may
    be compared with the newest; None where it was not asked or is not shown. `several` comes
    newest first."""
    points: list[Figures | None] = []
    for published in several:
        points.append(_of(published, statement_id))
        if not comparable(published.edition):
            break
    return points[::-1]


def since(several: Sequence[Published], statement_id: str) -> Since | None:
    """What changed in the newest edition since the statement was asked before; None where the
    newest one shows no figures of it. `several` comes newest first."""
    *before, now = trend(several, statement_id)
    if now is None:
        return None
    earlier = next((each for each in reversed(before) if each), None)
    return "cannot_tell" if earlier is None else _moved(earlier, now)


def published_csv(several: Sequence[Published]) -> bytes:
    """Published figures alone, a line a statement, for spreadsheets."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(
        ["closed", "number", "about % answered", "statement"]
        + [f"% said {score}" for score in SCORES]
        + ["mean", "from", "to", "remark"]
    )
    for published in several:
        edition = published.edition
        begin = [edition.closes_at.date().isoformat(), edition.number, _cell(published.share)]
        if not published.figures:
            rows.writerow([*begin, "", *[""] * len(SCORES), "", "", "", published.why])
        for figures in published.figures:
            shares = figures.shares or [""] * len(SCORES)
            numbers = map(_cell, (figures.mean, figures.low, figures.high))
            remark = figures.words or figures.why
            rows.writerow([*begin, _text(figures.statement.text), *shares, *numbers, remark])
    return out.getvalue().encode("utf-8-sig")


def _figures(edition: Edition, statement: Statement, answers: Sequence[Answers]) -> Figures:
    scores = [score for each in answers if (score := each.scores.get(statement.id))]
    if len(scores) < edition.least:
        few = NUMBERS[edition.least]
        return Figures(statement=statement, why=f"Fewer than {few} people rated this.")
    counts = tuple(scores.count(score) for score in SCORES)
    found = shown(counts, edition.asked, edition.least)
    if found is None:
        return Figures(statement=statement, why=TOO_ALIKE)
    return Figures(statement=statement, **found.model_dump())


def _too_few_words(least: int, some: bool) -> str:
    if not some:
        return "Nobody answered in their own words."
    return f"Fewer than {NUMBERS[least]} people answered in their own words, so I don't show them."


def _of(published: Published, statement_id: str) -> Figures | None:
    for figures in published.figures:
        if figures.statement.id == statement_id and figures.mean is not None:
            return figures
    return None


def _moved(before: Figures, now: Figures) -> Since:
    """Whether the means differ by more than chance would make them (95 %)."""
    difference = (now.mean or 0) - (before.mean or 0)
    if abs(difference) <= math.hypot(_half(before), _half(now)):
        return "same"
    return "up" if difference > 0 else "down"


def _half(figures: Figures) -> float:
    return ((figures.high or 0) - (figures.low or 0)) / 2


def _cell(number: float | None) -> float | str:
    return "" if number is None else number


def _text(text: str) -> str:
    # A spreadsheet would run a cell that begins so.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
