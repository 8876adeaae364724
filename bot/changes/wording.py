"""Words that several cards of this room have in common."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.ask.model import VerdictKind
from bot.cards import Text
from bot.changes.model import Change, Wording
from bot.charter.model import KIND_NAMES, Line
from bot.events import Person
from bot.markup import Paragraph, Span, changed_words

SAID: Mapping[VerdictKind, str] = {
    "fits": "fits",
    "partly": "partly fits",
    "conflicts": "conflicts",
    "unclear": "unclear",
}


def diff(changes: Iterable[Change]) -> Text:
    """The word-level difference: what goes is struck through, what comes is bold."""
    return Text(paragraphs=tuple(map(_changed, changes)))


def _changed(change: Change) -> Paragraph:
    was, now = change.was, change.now
    if was is None:
        name = f"New ({KIND_NAMES[now.kind]}) " if now else ""
        spans = [Span(text=name, bold=True), Span(text=words_of(now), bold=True)]
    elif now is None:
        spans = [Span(text=f"{was.id} ", bold=True), Span(text=words_of(was), strike=True)]
    else:
        spans = [Span(text=f"{was.id} ", bold=True), *changed_words(words_of(was), words_of(now))]
    return Paragraph(spans=tuple(spans), kind="bullet")


def words_of(of: Line | Wording | None) -> str:
    """How it reads, its horizon behind it as people type it."""
    if of is None:
        return ""
    return f"{of.text} [{of.horizon}]" if of.horizon else of.text


def lines_named(changes: Sequence[Change]) -> str:
    """What it is about in a few words: "P1, P3 and a new line"."""
    ids = [change.line_id for change in changes if change.line_id]
    new = sum(change.was is None for change in changes)
    if new:
        ids.append("a new line" if new == 1 else f"{new} new lines")
    return listed(ids, "and")


def names(people: Sequence[Person], word: str = "and") -> str:
    """Several people in a sentence."""
    return listed([person.name for person in people], word)


def listed(parts: Sequence[str], word: str) -> str:
    """Several things in a sentence."""
    return f" {word} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def day(at: datetime) -> str:
    """A day for people."""
    return f"{at.day} {at:%b %Y}"


def counted(number: int, one: str, several: str) -> str:
    """A number with its word."""
    return f"{number} {one if number == 1 else several}"
