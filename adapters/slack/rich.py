"""Paragraphs in styles -> rich_text blocks, split where one would be too long. Nothing is lost."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from adapters.slack.escape import Block, escaped, is_markup, lines, mrkdwn
from adapters.slack.limits import LEAF_WEIGHT, LONGEST_TEXT_BLOCK, TEXT_OBJECT
from bot.cards import Text
from bot.drawing import pieces
from bot.markup import Paragraph, Span
from bot.plain_text import plain_paragraph

_MARKS = (("bold", "*"), ("italic", "_"), ("strike", "~"), ("code", "`"))
_ALL_MARKS = tuple(mark for _, mark in _MARKS)


def text_blocks(text: Text) -> list[Block]:
    """The element as blocks; none when it has no words."""
    if text.size == "quiet":
        return _quiet(text.paragraphs)
    paragraphs = text.paragraphs
    if text.size == "heading" and not any(s.bold for p in paragraphs for s in p.spans):
        paragraphs = tuple(
            p.model_copy(update={"spans": tuple(_bold(s) for s in p.spans)}) for p in paragraphs
        )
    return rich_blocks(paragraphs)


def rich_blocks(paragraphs: Iterable[Paragraph]) -> list[Block]:
    """As few rich_text blocks as hold the words."""
    blocks: list[list[Paragraph]] = []
    size = 0
    for paragraph in _short(paragraphs):
        length = sum(map(_weight, paragraph.spans))
        if not blocks or size + length > LONGEST_TEXT_BLOCK:
            blocks.append([])
            size = 0
        blocks[-1].append(paragraph)
        size += length
    return [{"type": "rich_text", "elements": list(_elements(group))} for group in blocks]


def preformatted(text: str) -> list[Block]:
    """Lines in a fixed-width face, as few blocks as hold them."""
    blocks = [""]
    for line in text.split("\n"):
        for piece in pieces(line, LONGEST_TEXT_BLOCK):
            if blocks[-1] and len(blocks[-1]) + len(piece) + 1 > LONGEST_TEXT_BLOCK:
                blocks.append("")
            blocks[-1] += f"\n{piece}" if blocks[-1] else piece
    return [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [_leaf(Span(text=text))]}],
        }
        for text in blocks
        if text.strip()
    ]


def _short(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs with words in them, none heavier than a block may be."""
    for paragraph in paragraphs:
        spans: list[Span] = []
        size = 0
        for span in paragraph.spans:
            for piece in pieces(span.text, LONGEST_TEXT_BLOCK // 3):
                short = span.model_copy(update={"text": piece})
                if size + _weight(short) > LONGEST_TEXT_BLOCK:
                    yield from _worded(paragraph, spans)
                    spans, size = [], 0
                spans.append(short)
                size += _weight(short)
        yield from _worded(paragraph, spans)


def _worded(paragraph: Paragraph, spans: Sequence[Span]) -> Iterator[Paragraph]:
    """The paragraph with those spans, if they say anything."""
    if "".join(span.text for span in spans).strip():
        joined = [
            span.model_copy(update={"text": "".join(s.text for s in alike)})
            for span, alike in groupby(
                (s for s in spans if s.text), key=lambda s: s.model_copy(update={"text": ""})
            )
        ]
        yield paragraph.model_copy(update={"spans": tuple(joined)})


def _weight(span: Span) -> int:
    return len(span.text) + LEAF_WEIGHT


def _elements(paragraphs: Sequence[Paragraph]) -> Iterator[Block]:
    for kind, group in groupby(paragraphs, key=lambda paragraph: paragraph.kind):
        if kind == "bullet":
            items = [_section("rich_text_section", [paragraph]) for paragraph in group]
            yield {"type": "rich_text_list", "style": "bullet", "elements": items}
        elif kind == "quote":
            yield _section("rich_text_quote", list(group))
        else:
            yield _section("rich_text_section", list(group))


def _section(kind: str, paragraphs: Sequence[Paragraph]) -> Block:
    leaves: list[Block] = []
    for paragraph in paragraphs:
        if leaves:
            leaves.append(_leaf(Span(text="\n")))
        leaves += map(_leaf, paragraph.spans)
    return {"type": kind, "elements": leaves}


def _leaf(span: Span) -> Block:
    style = {name: True for name, _ in _MARKS if getattr(span, name)}
    leaf: Block = {"type": "text", "text": span.text}
    return {**leaf, "style": style} if style else leaf


def _bold(span: Span) -> Span:
    return span.model_copy(update={"bold": True})


# Small grey words


def _quiet(paragraphs: Sequence[Paragraph]) -> list[Block]:
    """Context blocks, the only small print that Slack has."""
    shown = list(_short(paragraphs))
    if not shown:
        return []
    marked = "\n".join(_mrkdwn(paragraph) or "" for paragraph in shown)
    has_style = any(s != Span(text=s.text) for p in shown for s in p.spans)
    if has_style and all(map(_mrkdwn, shown)) and len(marked) <= TEXT_OBJECT:
        return [_context(mrkdwn(marked))]
    words = "\n".join(map(_unstyled, shown))
    return [_context(lines(piece, TEXT_OBJECT)) for piece in pieces(words, TEXT_OBJECT)]


def _mrkdwn(paragraph: Paragraph) -> str | None:
    """The paragraph as markup; None when mrkdwn would read more into it than its styles."""
    words = "".join(" " if span.code else span.text for span in paragraph.spans)
    code = "".join(span.text for span in paragraph.spans if span.code)
    if paragraph.kind == "quote" or is_markup(words) or set(code) & set("`\n"):
        return None
    text = "• " if paragraph.kind == "bullet" else ""
    for span in paragraph.spans:
        marks = [mark for name, mark in _MARKS if getattr(span, name)]
        before, after = text[-1:], span.text[:1]
        # A style begins and ends at the edge of a word, or the marks themselves would be shown.
        ragged = span.text != span.text.strip() or before.isalnum() or before in _ALL_MARKS
        if (marks and ragged) or (not marks and before in _ALL_MARKS and after.isalnum()):
            return None
        text += "".join(marks) + escaped(span.text) + "".join(reversed(marks))
    return text


def _unstyled(paragraph: Paragraph) -> str:
    """The words, with what is code between backticks, as it would be typed."""
    spans = (
        span.model_copy(update={"text": f"`{span.text}`"}) if span.code else span
        for span in paragraph.spans
    )
    return plain_paragraph(paragraph.model_copy(update={"spans": tuple(spans)}))


def _context(text: Block) -> Block:
    return {"type": "context", "elements": [text]}
