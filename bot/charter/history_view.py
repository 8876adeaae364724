"""The history of a charter, and what one version changed, word by word."""

from collections.abc import Sequence

from bot.cards import Actions, Button, Card, Element, Text, body, heading, quiet
from bot.charter.model import Charter, Line, Version, changed_lines
from bot.markup import Paragraph, Span, changed_words

VERSIONS_SHOWN = 5


def history_card(charter: Charter, versions: Sequence[Version], before: int | None = None) -> Card:
    """Versions newest first, each with what it changed, a page at a time."""
    older = [v for v in versions if before is None or v.number < before]
    parts: list[Element] = [heading("History of **{name}**", name=charter.name)]
    for version in older[:VERSIONS_SHOWN]:
        previous = next((v for v in versions if v.number == version.number - 1), None)
        parts.append(
            body(
                "**Version {number}** · {when} · {who}{note}",
                number=version.number,
                when=f"{version.adopted_at:%d %b %Y}".lstrip("0"),
                who=who_made(version),
                note=f" · “{version.note}”" if version.note else "",
            )
        )
        if previous:
            parts.append(changes_text(previous, version))
        else:
            parts.append(quiet("the first, with {n} lines", n=len(version.lines)))
    if len(older) > VERSIONS_SHOWN:
        page = f"{charter.id}:{older[VERSIONS_SHOWN - 1].number}"
        earlier = Button(label="Earlier versions", action="charter.history", value=page)
        parts.append(Actions(buttons=(earlier,)))
    return Card(summary=f"History of {charter.name}", elements=tuple(parts))


def changes_text(old: Version | None, new: Version) -> Text:
    """The word-level difference: what went is struck through, what came is bold."""
    paragraphs: list[Paragraph] = []
    for change, was, line in changed_lines(old, new):
        if change == "same":
            continue
        shown = line or was
        spans = [Span(text=f"{shown.id} ", bold=True)] if shown else []
        if was and line:
            spans += changed_words(_with_horizon(was), _with_horizon(line))
        elif was:
            spans.append(Span(text=was.text, strike=True))
        elif line:
            spans.append(Span(text=_with_horizon(line), bold=True))
        paragraphs.append(Paragraph(spans=tuple(spans), kind="bullet"))
    unchanged = Paragraph(spans=(Span(text="The same lines as before."),))
    return Text(paragraphs=tuple(paragraphs) or (unchanged,))


def _with_horizon(line: Line) -> str:
    return f"{line.text} [{line.horizon}]" if line.horizon else line.text


def who_made(version: Version) -> str:
    """Who worded the version and who approved it, where that was not one person alone."""
    author = version.proposed_by or version.adopted_by
    others = [person.name for person in version.approved_by if person.id != author.id]
    return f"{author.name}, approved by {' and '.join(others)}" if others else author.name
