"""Words in styles, and the small markup that our own templates are written in."""

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import field_validator

from bot.events import Frozen
from bot.text import clean, word_changes

_TOKEN = re.compile(r"(\*\*|~~|`|(?<![A-Za-z0-9])_(?=\S)|(?<=\S)_(?![A-Za-z0-9])|\{[a-z_]+\})")
_STYLES = {"**": "bold", "_": "italic", "`": "code", "~~": "strike"}


class Span(Frozen):
    """A run of characters in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False

    @field_validator("text")
    @classmethod
    def _clean(cls, text: str) -> str:
        return clean(text)


class Paragraph(Frozen):
    """One paragraph, list item or quoted paragraph."""

    spans: tuple[Span, ...]
    kind: Literal["plain", "bullet", "quote"] = "plain"


def rich(template: str, /, **values: object) -> tuple[Paragraph, ...]:
    """Paragraphs from our own small markup: `**bold**`, `_italic_`, "`code`", `~~strike~~`, and
    per line `- ` for a list item and `> ` for a quote. `{name}` puts a value in as plain data.

    >>> rich("**{verdict}** · {question}", verdict="Fits", question="a *b* <@U1>")[0].spans[1].text
    ' · a *b* <@U1>'

    Raises KeyError for a value that is missing, ValueError for a style that is not closed.
    """
    return tuple(
        paragraph
        for line in template.split("\n")
        if line
        for paragraph in _line(line, {name: str(value) for name, value in values.items()})
    )


def changed_words(old: str, new: str) -> list[Span]:
    """What became of the words: those that went are struck through, those that came are bold."""
    spans: list[Span] = []
    for change, words in word_changes(old, new):
        blank = [Span(text=" ")] if spans else []
        spans += [*blank, Span(text=words, strike=change == "removed", bold=change == "added")]
    return spans


def _line(line: str, values: Mapping[str, str]) -> list[Paragraph]:
    kind: Literal["plain", "bullet", "quote"] = "plain"
    if line.startswith("- "):
        kind, line = "bullet", line[2:]
    elif line.startswith("> "):
        kind, line = "quote", line[2:]
    # A value with line breaks makes paragraphs of its own, in the style it stands in.
    paragraphs: list[list[Span]] = [[]]
    on: dict[str, bool] = {}
    for token in _TOKEN.split(line):
        if token in _STYLES:
            on[_STYLES[token]] = not on.get(_STYLES[token], False)
            continue
        is_value = token.startswith("{") and token.endswith("}") and token[1:-1].isidentifier()
        text = clean(values[token[1:-1]]) if is_value else token
        for i, part in enumerate(text.split("\n")):
            if i:
                paragraphs.append([])
            if part:
                paragraphs[-1].append(Span(text=part, **on))
    if any(on.values()):
        raise ValueError(f"a style is not closed in {line!r}")
    return [Paragraph(spans=tuple(spans), kind=kind) for spans in paragraphs if spans]
