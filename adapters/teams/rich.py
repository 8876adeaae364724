"""Paragraphs in styles -> RichTextBlocks, split where one would be too long. Nothing is lost."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from adapters.teams.harmless import Json
from adapters.teams.limits import RUN_WEIGHT, TEXT_WEIGHT
from bot.cards import Text
from bot.drawing import pieces
from bot.markup import Paragraph, Span

_MARKS = {"✓": "Good", "◐": "Warning", "✕": "Attention", "?": "Accent"}
"""The symbol that a heading may begin with, and the colour of its words."""
_BULLET = "•\u2002"


def text_elements(text: Text) -> list[Json]:
    """The element; nothing when it has no words."""
    match text.size:
        case "heading":
            return [_block(p.spans, _heading(p)) for p in short(text.paragraphs)]
        case "quiet":
            style = {"size": "Small", "isSubtle": True}
            return [
                _block(_prefixed(p), style, **({"spacing": "None"} if i else {}))
                for i, p in enumerate(short(text.paragraphs))
            ]
        case "body":
            return list(_body(text.paragraphs))


def words(*spans: Span, **block: str) -> list[Json]:
    """One paragraph of ordinary words; nothing when there are none."""
    return [_block(p.spans, {}, **block) for p in short([Paragraph(spans=spans)])]


def small(text: str, **run: object) -> list[Json]:
    """One paragraph of small print."""
    style = {"size": "Small", "isSubtle": True, **run}
    return [
        _block(p.spans, style, spacing="None") for p in short([Paragraph(spans=(Span(text=text),))])
    ]


def run(text: str, **style: object) -> Json | str:
    """A run of words; a bare string where there is no style, which is the same (schema)."""
    return {"type": "TextRun", "text": text, **style} if style else text


def block(inlines: Sequence[Json | str], **properties: object) -> Json:
    """Runs in one paragraph."""
    return {"type": "RichTextBlock", "inlines": list(inlines), **properties}


def set_off(items: Sequence[Json], **properties: object) -> Json:
    """Elements on a ground of their own, as quotes are."""
    return {
        "type": "Container",
        "style": "emphasis",
        "items": list(items),
        **properties,
    }


def short(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs with words in them, none heavier than a block may be."""
    for paragraph in paragraphs:
        spans: list[Span] = []
        left = TEXT_WEIGHT
        for span in paragraph.spans:
            for piece in pieces(span.text, TEXT_WEIGHT // 2):
                weight = len(piece) + RUN_WEIGHT
                if weight > left:
                    yield from _worded(paragraph, spans)
                    spans, left = [], TEXT_WEIGHT
                spans.append(_saying(span, piece))
                left -= weight
        yield from _worded(paragraph, spans)


def _worded(paragraph: Paragraph, spans: Sequence[Span]) -> Iterator[Paragraph]:
    """The paragraph with those spans, if they say anything."""
    if not "".join(span.text for span in spans).strip():
        return
    told = [span for span in spans if span.text]
    alike = [list(group) for _, group in groupby(told, key=_style)]
    joined = tuple(_saying(group[0], "".join(s.text for s in group)) for group in alike)
    same = joined == paragraph.spans
    yield paragraph if same else paragraph.model_copy(update={"spans": joined})


def _style(span: Span) -> tuple[bool, ...]:
    return span.bold, span.italic, span.code, span.strike


def _saying(span: Span, text: str) -> Span:
    """The span with that text. Copying is slow, and mostly it is the same."""
    return span if text == span.text else span.model_copy(update={"text": text})


def _body(paragraphs: Iterable[Paragraph]) -> Iterator[Json]:
    before = None
    for kind, group in groupby(short(paragraphs), key=lambda paragraph: paragraph.kind):
        for paragraph in group:
            match kind:
                case "quote":
                    yield set_off([_block(paragraph.spans, {})])
                case "bullet":
                    spacing = "None" if before == "bullet" else "Small"
                    yield _block(_prefixed(paragraph), {}, spacing=spacing)
                case "plain":
                    yield _block(paragraph.spans, {}, **({"spacing": "Small"} if before else {}))
            before = kind


def _prefixed(paragraph: Paragraph) -> tuple[Span, ...]:
    prefix = _BULLET if paragraph.kind == "bullet" else ""
    return (Span(text=prefix), *paragraph.spans) if prefix else paragraph.spans


def _heading(paragraph: Paragraph) -> Json:
    """What all of a heading's runs have; without bold words in it, all of it is bold."""
    bold = any(span.bold for span in paragraph.spans)
    return {"size": "Medium"} if bold else {"size": "Medium", "weight": "Bolder"}


def _block(spans: Sequence[Span], style: Json, **properties: str) -> Json:
    runs = [_run(span, style) for span in spans]
    if style.get("size") == "Medium":
        runs[0] = _coloured(spans[0], runs[0])
    return block(runs, **properties)


def _coloured(span: Span, drawn: Json | str) -> Json | str:
    colour = _MARKS.get(span.text.partition(" ")[0]) if span.bold else None
    return {**drawn, "color": colour} if colour and isinstance(drawn, dict) else drawn


def _run(span: Span, style: Json) -> Json | str:
    own: Json = dict(style)
    if span.bold:
        own["weight"] = "Bolder"
    if span.italic:
        own["italic"] = True
    if span.strike:
        own["strikethrough"] = True
    if span.code:
        own["fontType"] = "Monospace"
    return run(span.text, **own)
