"""A charter as a page of Markdown: for people who read it on a git host and edit it by hand.

# Name, then a heading for each kind, and below it a line of the charter to each list item or
paragraph: `- **P1** Keep improving accuracy. *(now)*`; id and horizon may be missing.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType

from adapters.files.charter_file import CharterFile, UnreadableCharter, check_size, kind_of
from bot.charter.model import KIND_NAMES, LETTER, Draft
from bot.text import one_line, shorten

# What stands within paragraphs is parsed apart: most of a hostile page's time goes there.
_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")
_WITHIN = MarkdownIt("commonmark")
_LONGEST_PARAGRAPH = 10_000
"""Characters. A longer one is no line of a charter, and is taken as it stands."""
_PARENT = re.compile(r"(?:part of|parent:)\s+(?P<name>.+)", re.IGNORECASE)
_ID = re.compile(r"(?P<mark>\*\*|__)(?P<id>[A-Za-z][0-9]{1,5})[:.]?(?P=mark)[:.]?(?=\s|$)\s*")
_HORIZON = r"(?P<mark>[*_]{0,2})(?<!\\)\((?P<horizon>now|next|later)\)(?P=mark)"
_HORIZON_FIRST = re.compile(rf"{_HORIZON}(?:\s*[:.])?(?:\s+|$)", re.IGNORECASE)
_HORIZON_LAST = re.compile(rf"(?:^|\s*){_HORIZON}\s*$", re.IGNORECASE)


def read(text: str) -> CharterFile:
    """The charter on the page; what is no part of it is named in `left_out`. Raises
    UnreadableCharter when the page has no title."""
    check_size(text)
    env: EnvType = {}
    tokens = _BLOCKS.parse(text, env)
    page = _Page(tokens, env)
    page.read()
    if not page.name:
        raise UnreadableCharter(
            ["The page has no title; begin it with “# ” and the product's name."]
        )
    return CharterFile(
        name=page.name,
        parent=page.parent,
        drafts=tuple(page.drafts),
        left_out=tuple(dict.fromkeys(page.left_out)),
    )


def write(file: CharterFile) -> str:
    """The charter as a page that `read` understands; lines stand together by kind."""
    parts = [f"# {_escaped(file.name)}\n"]
    if file.parent:
        parts.append(f"Part of **{_escaped(file.parent)}**\n")
    order = [*LETTER, *dict.fromkeys(d.kind for d in file.drafts if d.kind not in LETTER)]
    drafts = sorted(file.drafts, key=lambda draft: order.index(draft.kind))
    for kind, found in groupby(drafts, key=lambda draft: draft.kind):
        lines = [_written(draft) for draft in found]
        parts.append(f"## {KIND_NAMES.get(kind) or _escaped(kind)}\n")
        alone = kind in ("mission", "vision") and len(lines) == 1
        parts.append("\n".join(lines if alone else [f"- {line}" for line in lines]) + "\n")
    return "\n".join(parts)


# Writing


def _written(draft: Draft) -> str:
    parts = [
        f"**{_escaped(draft.id)}**" if draft.id else "",
        _escaped(draft.text),
        f"*({_escaped(draft.horizon)})*" if draft.horizon else "",
    ]
    return " ".join(part for part in parts if part)


_SHARP = re.compile(
    r"[\\`*\[~]"  # code, emphasis, links, strike
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis too, but not within a word
    r"|<(?=[A-Za-z/!?])|&(?=#?\w+;)"  # HTML
    r"|^[#>+\-]"  # headings, quotes, lists
    r"|(?<=\s)#(?=#*$)"  # the end of a heading
    r"|^\((?=(?:now|next|later)\))|\((?=(?:now|next|later)\)$)",  # what would be a horizon
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^([0-9]{1,9})([.)])")


def _escaped(words: str) -> str:
    """The words as Markdown that shows exactly them, on one line."""
    return _NUMBERED.sub(r"\1\\\2", _SHARP.sub(r"\\\g<0>", one_line(words)))


# Reading


class _Page:
    """Walks the page from top to bottom, and remembers under which heading it is."""

    def __init__(self, tokens: Sequence[Token], env: EnvType) -> None:
        self.name: str | None = None
        self.parent: str | None = None
        self.drafts: list[Draft] = []
        self.left_out: list[str] = []
        self._tokens = tokens
        self._env = env
        self._title = _title(tokens)
        self._kind: str | None = None
        self._level = 0
        self._heading = ""
        self._before_sections = True

    def read(self) -> None:
        for index, token in enumerate(self._tokens):
            opened = self._tokens[index - 1].type if index else ""
            if token.type == "inline" and opened == "heading_open":
                self._head(token, int(self._tokens[index - 1].tag[1:]))
            elif token.type == "inline" and opened == "paragraph_open":
                self._paragraph(token, leads_to_list=_leads_to_list(self._tokens[index:]))
            elif token.type == "table_open":
                self._leave_out(token, "a table is not read; write a list")
            elif token.type in ("fence", "code_block"):
                self._leave_out(token, "a block of code is not read")
            elif token.type == "html_block" and not token.content.lstrip().startswith("<!--"):
                self._leave_out(token, "HTML is not read")

    def _head(self, token: Token, level: int) -> None:
        words = self._plain(token.content)
        if token is self._title:
            self.name = words
            return
        kind = kind_of(words)
        if kind is None and self._kind and level > self._level:
            # A title within a section: what stands below it is still of that kind.
            self._leave_out(token, f"the heading “{shorten(words, 40)}” is not kept")
            return
        self._kind, self._level, self._heading = kind, level, words
        self._before_sections = False

    def _paragraph(self, token: Token, *, leads_to_list: bool) -> None:
        words = self._plain(token.content)
        parent = _PARENT.fullmatch(words)
        if self._before_sections and parent and self.parent is None:
            self.parent = parent["name"]
        elif self._kind and leads_to_list and words.endswith(":"):
            self._leave_out(token, f"“{shorten(words, 40)}” only leads to the list below it")
        elif self._kind:
            self.drafts.append(self._draft(self._kind, token.content))
        elif self._before_sections:
            self._leave_out(token, f"“{shorten(words, 40)}” stands above the first heading")
        else:
            self.left_out.append(
                f"What stands under “{shorten(self._heading, 40)}” is left out; the headings of a "
                f"charter are {', '.join(KIND_NAMES.values())}."
            )

    def _draft(self, kind: str, source: str) -> Draft:
        line_id = _ID.match(source)
        if line_id:
            source = source[line_id.end() :]
        horizon = _HORIZON_FIRST.match(source)
        if horizon:
            source = source[horizon.end() :]
        else:
            horizon = _HORIZON_LAST.search(source)
            source = source[: horizon.start()] if horizon else source
        return Draft(
            kind=kind,
            text=self._plain(source),
            id=line_id["id"] if line_id else None,
            horizon=horizon["horizon"].lower() if horizon else None,
        )

    def _plain(self, source: str) -> str:
        """The words that the Markdown shows."""
        if len(source) > _LONGEST_PARAGRAPH:
            return one_line(source)
        (inline,) = _WITHIN.parseInline(source, self._env)
        return one_line("".join(map(_shown, inline.children or ())))

    def _leave_out(self, token: Token, what: str) -> None:
        line = f"Line {token.map[0] + 1}: " if token.map else ""
        self.left_out.append(f"{line}{what}.")


def _title(tokens: Sequence[Token]) -> Token | None:
    """The heading that is the charter's name: the only one of the first level, or the first of them
    that names no kind of line."""
    first_level = [
        inline
        for opened, inline in pairwise(tokens)
        if opened.type == "heading_open" and opened.tag == "h1"
    ]
    if len(first_level) == 1:
        return first_level[0]
    return next((token for token in first_level if kind_of(token.content) is None), None)


def _leads_to_list(tokens: Sequence[Token]) -> bool:
    return len(tokens) > 2 and tokens[2].type in ("bullet_list_open", "ordered_list_open")


def _shown(token: Token) -> str:
    return (
        " "
        if token.type in ("softbreak", "hardbreak")
        else ("" if token.type == "html_inline" else token.content)
    )
